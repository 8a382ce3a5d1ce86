/** Distinguished names: RFC 5280 section 4.1.2.4, in the order and string types that Go's crypto/x509/pkix uses. */
import { isList, isObject, type ValueObject } from "@dovetail/model";
import { text as textOf, texts } from "../values.ts";
import { childAt, childrenOf, oid, oidOf, sequence, set, TAG, text, tlv } from "./der.ts";

const EMAIL = "1.2.840.113549.1.9.1";
/** Attribute of the configuration, its identifier, and the short name that RFC 2253 texts use; in the order of the name's parts. */
const PARTS: readonly (readonly [attribute: string, oid: string, short: string])[] = [
  ["country", "2.5.4.6", "C"],
  ["organization", "2.5.4.10", "O"],
  ["organizational_unit", "2.5.4.11", "OU"],
  ["locality", "2.5.4.7", "L"],
  ["province", "2.5.4.8", "ST"],
  ["street_address", "2.5.4.9", "STREET"],
  ["postal_code", "2.5.4.17", "POSTALCODE"],
  ["common_name", "2.5.4.3", "CN"],
  ["serial_number", "2.5.4.5", "SERIALNUMBER"],
];

/** The `subject` block of a configuration as a DER name; an empty name when there is no block. */
export function nameOf(config: ValueObject): Buffer {
  const blocks = config.subject ?? [];
  const subject = isList(blocks) ? blocks.find(isObject) : undefined;
  if (subject === undefined) return sequence();
  const parts = PARTS.flatMap(([attribute, id]) => {
    const given = attribute === "street_address" ? texts(subject, attribute) : [textOf(subject, attribute)];
    const values = given.filter((value) => value !== undefined);
    const isEmpty = values.length === 0 || ((attribute === "common_name" || attribute === "serial_number") && values[0] === "");
    return isEmpty ? [] : [set(...values.map((value) => sequence(oid(id), text(value))).sort(Buffer.compare))];
  });
  const email = textOf(subject, "email_address");
  const mail = email === undefined ? [] : [set(sequence(oid(EMAIL), tlv(TAG.ia5, Buffer.from(email))))];
  return sequence(...parts, ...mail);
}

/** Whether a DER name has no part. */
export function isEmptyName(name: Buffer): boolean {
  return name.length <= 2;
}

/** `CN=a,O=b`: a DER name as Go writes it, which is RFC 2253's order, the last part first. */
export function nameText(name: Buffer): string {
  const parts = childrenOf(childAt({ content: name }, 0)).map((each) => childrenOf(each).map(pairOf));
  const known = PARTS.flatMap(([, id, short]) => {
    const own = parts.flat().filter((pair) => pair.id === id);
    return own.length === 0 ? [] : [own.map((pair) => `${short}=${escaped(pair.value.content.toString())}`).join("+")];
  });
  const others = parts
    .flat()
    .filter(({ id }) => PARTS.every(([, own]) => own !== id))
    .map(({ id, value }) => `${id}=#${text(value.content.toString()).toString("hex")}`);
  return [...others, ...known].reverse().join(",");
}

function pairOf(node: { readonly content: Buffer }) {
  const [id, value] = childrenOf(node);
  if (id === undefined || value === undefined) throw new Error("x509: invalid RDNSequence");
  return { id: oidOf(id), value };
}

function escaped(value: string): string {
  return value
    .replaceAll(/[,+"\\<>;]/g, "\\$&")
    .replace(/^[ #]/, "\\$&")
    .replace(/ $/, "\\ ");
}
