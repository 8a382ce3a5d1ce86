import { attributeConstraint, convert, isEntries, type Val } from "@dovetail/hcl";
import {
  type AttributeSchema,
  type BlockSchema,
  isList,
  isObject,
  type MutableValueObject,
  type NestedType,
  type Random,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import { plainValue } from "../values/to-engine.ts";
import type { Mocked } from "./test-file.ts";

/** The values that a mocked provider makes up (Terraform: "Test mocking", generated data). */

export interface Making {
  /** `plan`: what is not given is not known yet. */
  readonly during: "plan" | "apply";
  readonly mocked: Mocked | undefined;
  readonly random: Random;
}

type Given = Mocked["values"] | undefined;

/** The object with everything computed that has no value filled in. Throws ConversionError where a given value does not fit its attribute. */
export function filledObject(schema: BlockSchema, object: ValueObject, making: Making): ValueObject {
  return filledBlock(schema, object, making.mocked?.values, making);
}

function filledBlock(schema: BlockSchema, object: ValueObject, given: Given, making: Making): ValueObject {
  const filled: MutableValueObject = {};
  for (const [name, attribute] of Object.entries(schema.attributes ?? {}))
    filled[name] = filledAttribute(attribute, object[name] ?? null, given?.get(name), making);
  for (const [name, block] of Object.entries(schema.blocks ?? {}))
    filled[name] = eachObject(object[name] ?? null, block.nesting, (inner) =>
      filledBlock(block, inner, inside(given?.get(name)), making),
    );
  return filled;
}

/** What is given for the objects inside: one object stands for all of them. */
function inside(value: Val | undefined): Given {
  return value !== undefined && isEntries(value.raw) ? value.raw : undefined;
}

function eachObject(value: Value, nesting: NestedType["nesting"], change: (inner: ValueObject) => ValueObject): Value {
  const one = (inner: Value) => (isObject(inner) ? change(inner) : inner);
  if (nesting === "single") return one(value);
  if (isList(value)) return value.map(one);
  if (nesting === "map" && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, one(inner)]));
  return value;
}

function filledAttribute(attribute: AttributeSchema, value: Value, given: Val | undefined, making: Making): Value {
  if (attribute.write_only === true) return null;
  const isOpen = attribute.computed === true && (value === null || (value === UNKNOWN && making.during === "apply"));
  if (isOpen) return made(attribute, given, making);
  const nested = attribute.nested_type;
  if (nested === undefined || value === null || value === UNKNOWN) return value;
  return eachObject(value, nested.nesting, (inner) => filledBlock(nested, inner, inside(given), making));
}

function made(attribute: AttributeSchema, given: Val | undefined, making: Making): Value {
  if (making.during === "plan" && making.mocked?.isPlanned !== true) return UNKNOWN;
  return given === undefined ? generated(attribute, making) : plainValue(convert(given, attributeConstraint(attribute)));
}

/** A value of the attribute's type, as Terraform makes one up. */
function generated({ type, nested_type: nested }: AttributeSchema, making: Making): Value {
  if (nested !== undefined) {
    if (nested.nesting === "single") return filledBlock(nested, {}, undefined, { ...making, during: "apply" });
    return nested.nesting === "map" ? {} : [];
  }
  return generatedFor(type ?? "dynamic", making);
}

function generatedFor(type: NonNullable<AttributeSchema["type"]>, making: Making): Value {
  switch (type) {
    case "string":
      return randomText(making.random);
    case "number":
      return 0;
    case "bool":
      return false;
    case "dynamic":
      return null;
  }
  const [kind, inner] = type;
  if (kind === "object")
    return Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, generatedFor(each, making)]));
  if (kind === "tuple") return inner.map((each) => generatedFor(each, making));
  return kind === "map" ? {} : [];
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const TEXT_LENGTH = 8;

function randomText(random: Random): string {
  return [...random.bytes(TEXT_LENGTH)].map((byte) => LETTERS[byte % LETTERS.length]).join("");
}
