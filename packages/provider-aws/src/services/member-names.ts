import type { Value, ValueObject } from "@dovetail/model";
import { rfc3339 } from "./timestamp.ts";

/** `SMSMessage` -> `sms_message`, `KMSKeyID` -> `kms_key_id`. */
export function attributeName(member: string): string {
  return member
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/**
 * An API structure as attributes of the same names, as the real provider's `flex.Flatten` does it for types whose attributes are named after
 * the members: a structure is a list of one, a time is RFC 3339, and what is not there is null. Maps with keys of the user's own are not for it.
 */
export function attributesOf(structure: object): ValueObject {
  const members = Object.entries(structure).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(members.map(([name, member]) => [attributeName(name), attributeValue(member)]));
}

function attributeValue(member: unknown): Value {
  if (typeof member === "string" || typeof member === "number" || typeof member === "boolean") return member;
  if (member instanceof Date) return rfc3339(member);
  if (Array.isArray(member))
    return member.map((item: unknown) => (typeof item === "object" && item !== null ? attributesOf(item) : attributeValue(item)));
  return typeof member === "object" && member !== null ? [attributesOf(member)] : null;
}
