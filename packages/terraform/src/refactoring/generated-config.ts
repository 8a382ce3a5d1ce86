import {
  DYNAMIC,
  jsonOfValue,
  parseJsonText,
  typeFromJson,
  valueOfJson,
  type WrittenExpression,
  type WrittenItem,
} from "@dovetail/hcl";
import {
  type AttributeSchema,
  attributesOf,
  type BlockSchema,
  blocksOf,
  isList,
  isObject,
  type NestedBlockSchema,
  type Path,
  type ResourceSchema,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import { attributeType } from "@dovetail/provider";
import { fromPlain } from "../values/from-engine.ts";

/** The block that would have made an object which exists (Terraform: "Generating configuration"). Pure. */

export interface ExistingObject {
  readonly type: string;
  readonly name: string;
  /** By which it is imported. */
  readonly id: string;
  /** `aws.west`, where the import block says so. */
  readonly provider?: string;
  readonly schema: ResourceSchema;
  readonly value: ValueObject;
  readonly sensitive: readonly Path[];
}

export const GENERATED_HEADER: readonly WrittenItem[] = [
  { kind: "comment", text: "__generated__ by Terraform" },
  { kind: "comment", text: "Please review these resources and move them into your main configuration files." },
];

/** What the provider works out by itself is left out, so that the block plans no change; secrets are left for a person to fill in. */
export function generatedResource({ type, name, id, provider, schema, value }: ExistingObject): readonly WrittenItem[] {
  const own: readonly WrittenItem[] =
    provider === undefined ? [] : [{ kind: "attribute", name: "provider", value: { kind: "source", text: provider } }];
  return [
    { kind: "blank" },
    { kind: "comment", text: `__generated__ by Terraform from ${JSON.stringify(id)}` },
    { kind: "block", type: "resource", labels: [type, name], items: [...own, ...bodyItems(schema, value, true)] },
  ];
}

function bodyItems(schema: BlockSchema, value: ValueObject, isTop: boolean): readonly WrittenItem[] {
  const attributes = attributesOf(schema)
    .filter(({ name, attribute }) => isWritten(name, attribute, schema, value, isTop))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, attribute }): WrittenItem => ({ kind: "attribute", name, value: written(attribute, value[name] ?? null) }));
  const blocks = blocksOf(schema)
    .filter(({ name }) => !(isTop && name === "timeouts"))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, block }) => blockItems(name, block, value[name] ?? null));
  return [...attributes, ...blocks];
}

function isWritten(name: string, attribute: AttributeSchema, schema: BlockSchema, value: ValueObject, isTop: boolean): boolean {
  const { computed, optional, required, deprecated } = attribute;
  if (required === true) return true;
  if (optional !== true || (deprecated !== undefined && deprecated !== false)) return false;
  const is = value[name] ?? null;
  if (computed !== true) return !isUnsaid(is, attribute);
  // Where it is empty the provider chooses; what only repeats another argument follows it.
  const whole = /^(.*)_all$/.exec(name)?.[1];
  const repeats = whole !== undefined && schema.attributes?.[whole] !== undefined;
  return !(isTop && name === "id") && !repeats && !isEmpty(is);
}

/** Terraform's old SDK keeps an empty text and zero for what nobody set; a provider may refuse them when somebody does. */
function isUnsaid(value: Value, { default_doc: byDefault }: AttributeSchema): boolean {
  return value === "" || (value === 0 && (byDefault === undefined || byDefault === 0));
}

function isEmpty(value: Value): boolean {
  if (value === null || value === "" || value === 0) return true;
  return isList(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function written(attribute: AttributeSchema, value: Value): WrittenExpression {
  if (attribute.sensitive === true || attribute.write_only === true) return { kind: "source", text: "null # sensitive" };
  const type = typeFromJson(attributeType(attribute)) ?? DYNAMIC;
  return jsonText(value) ?? { kind: "literal", value: fromPlain(value, type) };
}

/** A document that `jsonencode` writes as it is is easier to read as what it holds. */
function jsonText(value: Value): WrittenExpression | undefined {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return undefined;
  try {
    const held = valueOfJson(parseJsonText(value));
    if (jsonOfValue(held) !== value) return undefined;
    return { kind: "call", name: "jsonencode", arguments: [{ kind: "literal", value: held }] };
  } catch {
    return undefined;
  }
}

function blockItems(name: string, block: NestedBlockSchema, value: Value): readonly WrittenItem[] {
  if (block.nesting === "map")
    return Object.entries(isObject(value) ? value : {}).flatMap(([key, each]) => oneBlock(name, [key], block, each));
  const all: readonly Value[] = isList(value) ? value : [value];
  return all.flatMap((each) => oneBlock(name, [], block, each));
}

function oneBlock(type: string, labels: readonly string[], block: BlockSchema, value: Value): readonly WrittenItem[] {
  return isObject(value) ? [{ kind: "block", type, labels, items: bodyItems(block, value, false) }] : [];
}
