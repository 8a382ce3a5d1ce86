import { type BlockSchema, type Diagnostic, errorDiagnostic, type NestedBlockSchema } from "@dovetail/model";
import { formatPlace } from "../evaluate/place.ts";
import { withRelevantValues } from "../evaluate/relevant-values.ts";
import type { Scope } from "../evaluate/scope.ts";
import type { Attribute, Body, BodyContent, Evaluated } from "../syntax/body.ts";
import { setFrom } from "../values/collections.ts";
import { convert } from "../values/conversion.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import { hasDynamic } from "../values/deep.ts";
import { goQuote } from "../values/go-quote.ts";
import { listOf, type ObjectType, type Type } from "../values/type.ts";
import {
  DYNAMIC_UNKNOWN,
  listVal,
  makeVal,
  mapVal,
  nullVal,
  objectVal,
  tupleVal,
  unknownVal,
  type Val,
  withMarks,
} from "../values/value.ts";
import { withoutOptional } from "../values/without-optional.ts";
import { effectiveSchema, schemaOfElement, surfaceOf } from "./body-schema.ts";
import { expandBlocks, type Part } from "./dynamic-block.ts";
import { impliedBlockType, impliedType } from "./implied-type.ts";

/**
 * A body as the object of its schema's type (`impliedType`): arguments evaluated and converted, `dynamic` blocks expanded, blocks as
 * lists, sets, maps or objects. Where something is wrong it is told, and the object holds what is known all the same.
 */
export function decodeBody(body: Body, schema: BlockSchema, scope: Scope): Evaluated {
  const sink: Diagnostic[] = [];
  const value = decodeObject({ body, scope, marks: new Set(), isUnknown: false }, schema, sink);
  return { value, diagnostics: sink };
}

type Inside = Pick<Part, "body" | "scope" | "marks" | "isUnknown">;

function decodeObject(inside: Inside, schema: BlockSchema, sink: Diagnostic[]): Val {
  const surface = surfaceOf(schema);
  const effective = effectiveSchema(inside.body, surface);
  const content = inside.body.content(effective);
  sink.push(...content.diagnostics);
  const parts = expandBlocks(content.blocks, effective, inside, sink);
  const values = new Map<string, Val>();
  for (const [name, constraint] of surface.constraints) {
    const written = content.attributes.get(name);
    const element = surface.ambiguous.get(name);
    const asBlocks = element === undefined ? [] : parts.filter(({ type }) => type === name);
    if (written !== undefined) values.set(name, decodeAttribute(written, constraint, inside, sink));
    else if (element !== undefined && asBlocks.length > 0) values.set(name, decodeAsBlocks(asBlocks, element, constraint, sink));
    else values.set(name, nullVal(withoutOptional(constraint)));
  }
  for (const [type, block] of Object.entries(schema.blocks ?? {})) {
    const ofType = parts.filter((part) => part.type === type);
    values.set(type, decodeBlocks(type, ofType, block, content, sink));
  }
  const implied = impliedType(schema);
  return hasDynamic(implied) ? objectVal(values) : makeVal(implied, inOrder(values));
}

function inOrder(values: ReadonlyMap<string, Val>): ReadonlyMap<string, Val> {
  const { raw } = objectVal(values);
  return raw instanceof Map ? raw : values;
}

function decodeAttribute(attribute: Attribute, constraint: Type, inside: Inside, sink: Diagnostic[]): Val {
  const { expression, name } = attribute;
  if (inside.isUnknown) return withMarks(convert(DYNAMIC_UNKNOWN, constraint), inside.marks);
  const { value, diagnostics } = expression.evaluate(inside.scope);
  sink.push(...diagnostics);
  try {
    return withMarks(convert(value, constraint), inside.marks);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    const detail = `Inappropriate value for attribute ${goQuote(name)}: ${error.message}.`;
    const about = { detail, range: expression.range, attribute: name };
    const told = errorDiagnostic("DVT2005", "Incorrect attribute value type", about);
    sink.push(withRelevantValues(told, () => expression.references(), inside.scope));
    return unknownVal(withoutOptional(constraint));
  }
}

/** An argument that was written as blocks, as providers of the old SDK allow it. */
function decodeAsBlocks(parts: readonly Part[], element: ObjectType, constraint: Type, sink: Diagnostic[]): Val {
  const schema = schemaOfElement(element);
  const objects = parts.map((part) => decodeObject(part, schema, sink));
  return convert(makeVal(listOf(impliedType(schema)), objects), constraint);
}

function decodeBlocks(
  type: string,
  parts: readonly Part[],
  schema: NestedBlockSchema,
  content: BodyContent,
  sink: Diagnostic[],
): Val {
  if (schema.nesting === "single") return decodeSingle(type, parts, schema, content, sink);
  const objects = parts.map((part) => withMarks(decodeObject(part, schema, sink), part.marks));
  if (parts.some(({ isUnknown }) => isUnknown)) return unknownVal(impliedBlockType(schema));
  if (schema.nesting === "map") return decodeMap(type, parts, objects, schema, sink);
  checkCount(type, parts, schema, content, sink);
  const element = impliedType(schema);
  if (schema.nesting === "set") return setFrom(element, objects);
  return hasDynamic(element) ? tupleVal(objects) : listVal(element, objects);
}

function checkCount(
  type: string,
  parts: readonly Part[],
  { min = 0, max = 0 }: NestedBlockSchema,
  { missingRange }: BodyContent,
  sink: Diagnostic[],
): void {
  if (parts.length < min) {
    const detail = `At least ${min} ${goQuote(type)} blocks are required.`;
    sink.push(errorDiagnostic("DVT2004", `Insufficient ${type} blocks`, { detail, range: missingRange }));
  }
  const extra = max > 0 ? parts[max] : undefined;
  if (extra === undefined) return;
  const detail = `No more than ${max} ${goQuote(type)} blocks are allowed`;
  sink.push(errorDiagnostic("DVT2004", `Too many ${type} blocks`, { detail, range: extra.body.missingRange }));
}

function decodeSingle(
  type: string,
  [first, second]: readonly Part[],
  schema: NestedBlockSchema,
  { missingRange }: BodyContent,
  sink: Diagnostic[],
): Val {
  const implied = impliedType(schema);
  if (first === undefined) {
    if ((schema.min ?? 0) > 0) {
      const detail = `A block of type ${goQuote(type)} is required here.`;
      sink.push(errorDiagnostic("DVT2004", `Missing ${type} block`, { detail, range: missingRange }));
    }
    return nullVal(implied);
  }
  if (second !== undefined) {
    const place = formatPlace(first.defRange);
    const detail = `Only one block of type ${goQuote(type)} is allowed. Previous definition was at ${place}.`;
    sink.push(errorDiagnostic("DVT2004", `Duplicate ${type} block`, { detail, range: second.defRange }));
  }
  const object = decodeObject(first, schema, sink);
  return first.isUnknown ? unknownVal(implied) : withMarks(object, first.marks);
}

function decodeMap(
  type: string,
  parts: readonly Part[],
  objects: readonly Val[],
  schema: NestedBlockSchema,
  sink: Diagnostic[],
): Val {
  const entries = new Map<string, Val>();
  for (const [i, { labels, defRange }] of parts.entries()) {
    const key = labels[0] ?? "";
    const object = objects[i];
    if (entries.has(key)) {
      const detail = `A block for ${type} ${goQuote(key)} was already defined. The ${type} labels must be unique.`;
      sink.push(errorDiagnostic("DVT2004", `Duplicate ${type} block`, { detail, range: defRange }));
    } else if (object !== undefined) entries.set(key, object);
  }
  const element = impliedType(schema);
  return hasDynamic(element) ? objectVal(entries) : mapVal(element, entries);
}
