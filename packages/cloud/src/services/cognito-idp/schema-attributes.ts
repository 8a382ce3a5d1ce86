import type { SchemaAttributeType } from "@aws-sdk/client-cognito-identity-provider";
import { invalidParameter } from "./errors.ts";

/**
 * A pool's attribute schema: the standard OpenID attributes that every pool has, the custom ones, and what values they take.
 * Source: Cognito developer guide "Working with user attributes" and DescribeUserPool's answers. Pure.
 */
const CUSTOM_NAME_MAX = 20;
const CUSTOM_COUNT_MAX = 50;

function standard(name: string, overrides: Partial<SchemaAttributeType> = {}): SchemaAttributeType {
  return {
    Name: name,
    AttributeDataType: "String",
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    StringAttributeConstraints: { MinLength: "0", MaxLength: "2048" },
    ...overrides,
  };
}

const verifiedFlag: Partial<SchemaAttributeType> = { AttributeDataType: "Boolean", StringAttributeConstraints: undefined };

/** In the order in which AWS lists them. */
export const STANDARD_ATTRIBUTES: readonly SchemaAttributeType[] = [
  standard("profile"),
  standard("address"),
  standard("birthdate", { StringAttributeConstraints: { MinLength: "10", MaxLength: "10" } }),
  standard("gender"),
  standard("preferred_username"),
  standard("updated_at", {
    AttributeDataType: "Number",
    StringAttributeConstraints: undefined,
    NumberAttributeConstraints: { MinValue: "0" },
  }),
  standard("website"),
  standard("picture"),
  standard("identities", { StringAttributeConstraints: {} }),
  standard("sub", { Mutable: false, Required: true, StringAttributeConstraints: { MinLength: "1", MaxLength: "2048" } }),
  standard("phone_number"),
  standard("phone_number_verified", verifiedFlag),
  standard("zoneinfo"),
  standard("locale"),
  standard("email"),
  standard("email_verified", verifiedFlag),
  standard("given_name"),
  standard("family_name"),
  standard("middle_name"),
  standard("name"),
  standard("nickname"),
].map((attribute) => Object.fromEntries(Object.entries(attribute).filter(([, value]) => value !== undefined)));

const STANDARD_NAMES = new Set(STANDARD_ATTRIBUTES.map((attribute) => attribute.Name));

/** The whole schema of a new pool: standard attributes with what the request says of them, then its custom ones. */
export function schemaOf(given: readonly SchemaAttributeType[]): SchemaAttributeType[] {
  const names = new Set<string>();
  for (const { Name } of given) {
    if (Name === undefined) throw invalidParameter("Attribute name cannot be empty.");
    if (names.has(Name)) throw invalidParameter(`Duplicate attribute name: ${Name}`);
    names.add(Name);
  }
  const schema = STANDARD_ATTRIBUTES.map((attribute) => {
    const wanted = given.find((row) => row.Name === attribute.Name);
    return wanted === undefined ? attribute : changedStandard(attribute, wanted);
  });
  const custom = given.filter((row) => !STANDARD_NAMES.has(row.Name)).map(customAttribute);
  return checkedCustomCount([...schema, ...custom]);
}

/** The schema with attributes added to a living pool (AddCustomAttributes). */
export function withCustomAttributes(
  schema: readonly SchemaAttributeType[],
  given: readonly SchemaAttributeType[],
): SchemaAttributeType[] {
  const added = given.map(customAttribute);
  for (const { Name } of added)
    if (schema.some((row) => row.Name === Name)) throw invalidParameter(`${Name}: Existing attribute already has name ${Name}.`);
  return checkedCustomCount([...schema, ...added]);
}

function checkedCustomCount(schema: SchemaAttributeType[]): SchemaAttributeType[] {
  if (schema.length - STANDARD_ATTRIBUTES.length > CUSTOM_COUNT_MAX)
    throw invalidParameter(`Number of custom attributes exceeds the maximum of ${CUSTOM_COUNT_MAX}.`);
  return schema;
}

function changedStandard(attribute: SchemaAttributeType, wanted: SchemaAttributeType): SchemaAttributeType {
  if (wanted.AttributeDataType !== undefined && wanted.AttributeDataType !== attribute.AttributeDataType)
    throw invalidParameter(
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${attribute.Name}`,
    );
  if (wanted.DeveloperOnlyAttribute === true)
    throw invalidParameter(
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${attribute.Name}`,
    );
  checkConstraints(wanted);
  const changed: SchemaAttributeType = { ...attribute };
  if (wanted.Mutable !== undefined) changed.Mutable = wanted.Mutable;
  if (wanted.Required !== undefined) changed.Required = wanted.Required;
  if (attribute.AttributeDataType === "String" && wanted.StringAttributeConstraints !== undefined)
    changed.StringAttributeConstraints = { ...attribute.StringAttributeConstraints, ...wanted.StringAttributeConstraints };
  if (attribute.AttributeDataType === "Number" && wanted.NumberAttributeConstraints !== undefined)
    changed.NumberAttributeConstraints = { ...attribute.NumberAttributeConstraints, ...wanted.NumberAttributeConstraints };
  return changed;
}

function customAttribute(given: SchemaAttributeType): SchemaAttributeType {
  const name = given.Name ?? "";
  if (name.length > CUSTOM_NAME_MAX)
    throw invalidParameter(
      `1 validation error detected: Value '${name}' at 'customAttributes.1.member.name' failed to satisfy constraint: Member must have length less than or equal to ${CUSTOM_NAME_MAX}`,
    );
  if (given.Required === true) throw invalidParameter("Required custom attributes are not supported currently.");
  const type = given.AttributeDataType;
  if (type === undefined) throw invalidParameter(`Attribute data type is required for attribute ${name}`);
  checkConstraints(given);
  const developerOnly = given.DeveloperOnlyAttribute ?? false;
  return {
    Name: `${developerOnly ? "dev:" : ""}custom:${name}`,
    AttributeDataType: type,
    DeveloperOnlyAttribute: developerOnly,
    Mutable: given.Mutable ?? true,
    Required: false,
    ...(type === "String" ? { StringAttributeConstraints: { ...given.StringAttributeConstraints } } : {}),
    ...(type === "Number" ? { NumberAttributeConstraints: { ...given.NumberAttributeConstraints } } : {}),
  };
}

function checkConstraints(given: SchemaAttributeType): void {
  const text = given.StringAttributeConstraints;
  const number = given.NumberAttributeConstraints;
  for (const [low, high, what] of [
    [text?.MinLength, text?.MaxLength, "length"],
    [number?.MinValue, number?.MaxValue, "value"],
  ]) {
    for (const bound of [low, high])
      if (bound !== undefined && !/^-?\d{1,131}$/.test(bound))
        throw invalidParameter(`Invalid ${what} constraint for attribute ${given.Name}: ${bound}`);
    if (low !== undefined && high !== undefined && Number(low) > Number(high))
      throw invalidParameter(`Invalid ${what} constraint for attribute ${given.Name}: minimum is larger than maximum`);
  }
}

const EMAIL = /^[^\s@,;<>"]{1,64}@[^\s@,;<>".]+(\.[^\s@,;<>".]+)+$/;
const PHONE = /^\+[0-9]{1,15}$/;

export const isEmail = (text: string) => text.length <= 320 && EMAIL.test(text);
export const isPhoneNumber = (text: string) => PHONE.test(text);

/**
 * Refuses values that the schema doesn't take. `changing`: an existing user's attributes, so immutable ones are refused;
 * else a new user's, so required ones must be there.
 */
export function checkAttributes(
  schema: readonly SchemaAttributeType[],
  values: Readonly<Record<string, string>>,
  options: { readonly changing: boolean; readonly requiredExempt?: boolean },
): void {
  for (const [name, value] of Object.entries(values)) {
    const attribute = schema.find((row) => row.Name === name);
    if (attribute === undefined) throw nonconforming(`${name}: Attribute does not exist in the schema.`);
    if (options.changing && attribute.Mutable === false) throw invalidParameter(`user.${name}: Attribute cannot be updated.`);
    if (name === "sub") throw invalidParameter("Cannot modify the non-mutable attribute sub");
    checkValue(attribute, value);
  }
  if (options.changing || options.requiredExempt === true) return;
  const missing = schema.filter((row) => row.Required === true && row.Name !== "sub" && values[row.Name ?? ""] === undefined);
  if (missing.length > 0) throw nonconforming(missing.map((row) => `${row.Name}: The attribute is required`).join("\n"));
}

function nonconforming(reason: string) {
  return invalidParameter(`Attributes did not conform to the schema: ${reason}\n`);
}

function checkValue(attribute: SchemaAttributeType, value: string): void {
  const name = attribute.Name ?? "";
  if (name === "email" && value !== "" && !isEmail(value)) throw invalidParameter("Invalid email address format.");
  if (name === "phone_number" && value !== "" && !isPhoneNumber(value)) throw invalidParameter("Invalid phone number format.");
  switch (attribute.AttributeDataType) {
    case "Boolean":
      if (!/^(true|false)$/i.test(value)) throw nonconforming(`${name}: Boolean attribute must be true or false`);
      return;
    case "Number": {
      if (!/^-?\d{1,131}(\.\d{1,131})?$/.test(value)) throw nonconforming(`${name}: Value cannot be parsed as a number`);
      const { MinValue, MaxValue } = attribute.NumberAttributeConstraints ?? {};
      if (MinValue !== undefined && Number(value) < Number(MinValue))
        throw nonconforming(`${name}: Number must be greater than or equal to ${MinValue}`);
      if (MaxValue !== undefined && Number(value) > Number(MaxValue))
        throw nonconforming(`${name}: Number must be less than or equal to ${MaxValue}`);
      return;
    }
    case "DateTime":
      if (!/^\d{4}-\d\d-\d\d(T[\d:.]+Z?)?$/.test(value)) throw nonconforming(`${name}: Value is not a date`);
      return;
    default: {
      const { MinLength, MaxLength } = attribute.StringAttributeConstraints ?? {};
      if (MinLength !== undefined && value !== "" && value.length < Number(MinLength))
        throw nonconforming(`${name}: String must have length greater than or equal to ${MinLength}`);
      if (value.length > Number(MaxLength ?? 2048))
        throw nonconforming(`${name}: String must have length less than or equal to ${MaxLength ?? 2048}`);
    }
  }
}
