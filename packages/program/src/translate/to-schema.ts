import {
  type AttributeSchema,
  type BlockSchema,
  type DiagnosticCode,
  type MutableValueObject,
  type NestedBlockSchema,
  type Path,
  type TypeExpr,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type { Descriptor, Member } from "../catalog/descriptor.ts";
import { nearest } from "../catalog/nearest.ts";
import { formatJsPath, type JsPath, pathKey } from "../core/lift.ts";
import { Resource } from "../core/resource-base.ts";

/** Something wrong with the arguments that a program gave, at a place in them. */
export interface Problem {
  readonly code: DiagnosticCode;
  readonly severity: "error" | "note" | "warning";
  readonly path: JsPath;
  readonly detail: string;
  readonly fix?: string;
  /** What to look for in the file where the arguments themselves do not show it. */
  readonly word?: string;
}

export interface Translated {
  readonly config: ValueObject;
  readonly sensitive: readonly Path[];
  readonly problems: readonly Problem[];
}

interface Context {
  readonly descriptor: Descriptor;
  readonly secrets: ReadonlySet<string>;
  readonly sensitive: Path[];
  readonly problems: Problem[];
}

/** Where a value stands: in the program, in the schema (positions left out), and in the config that is made. */
interface Where {
  readonly js: JsPath;
  readonly tf: string;
  readonly out: Path;
}

/**
 * Arguments as a program wrote them (camelCase, single objects, plural names) into a config of the Terraform schema.
 * Everything wrong is collected; the config holds what could be translated.
 * @param args fully lifted
 * @param secrets places in `args` that are secret (`pathKey`)
 */
export function toSchema(descriptor: Descriptor, args: object, secrets: ReadonlySet<string>): Translated {
  const context: Context = { descriptor, secrets, sensitive: [], problems: [] };
  const config = translateBlock(context, descriptor.schema, args, { js: [], tf: "", out: [] });
  return { config, sensitive: context.sensitive, problems: context.problems };
}

function translateBlock(context: Context, block: BlockSchema, value: object, at: Where): MutableValueObject {
  const members = context.descriptor.members(at.tf, block);
  const config: [string, Value][] = [];
  const given = new Set<string>();
  for (const [js, item] of Object.entries(value)) {
    if (item === undefined || item === null) continue;
    const member = members.get(js);
    if (member === undefined) {
      unsupported(context, members, js, at.js);
      continue;
    }
    given.add(member.tf);
    const where = { js: [...at.js, js], tf: member.path, out: [...at.out, member.tf] };
    const translated = translateMember(context, block, member, item, where);
    if (translated !== undefined) config.push([member.tf, translated]);
  }
  if (at.js.length > 0) requireNested(context, block, members, given, at);
  return Object.fromEntries(config);
}

function translateMember(context: Context, block: BlockSchema, member: Member, value: unknown, at: Where): Value | undefined {
  const attribute = own(block.attributes, member.tf);
  if (attribute !== undefined) {
    if (attribute.required !== true && attribute.optional !== true && attribute.computed === true) {
      const name = formatJsPath(at.js);
      problem(
        context,
        "DVT1005",
        at.js,
        `"${name}" is decided by AWS; it can be read from the resource, not set.`,
        "Take the argument out.",
      );
      return undefined;
    }
    return translateAttribute(context, attribute, value, at);
  }
  const nested = own(block.blocks, member.tf);
  return nested && translateNested(context, nested, value, at);
}

function own<T>(record: { readonly [name: string]: T } | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

function translateNested(context: Context, block: NestedBlockSchema, value: unknown, at: Where): Value | undefined {
  markSecret(context, at);
  if (value === UNKNOWN) return UNKNOWN;
  const one = (item: unknown, where: Where): Value => {
    if (item === UNKNOWN) return UNKNOWN;
    if (isPlainObject(item)) return translateBlock(context, block, item, where);
    wrongType(context, where, "an object", item);
    return {};
  };
  if (block.nesting === "single") return one(value, at);
  if (block.nesting === "map") {
    if (!isPlainObject(value)) return wrongType(context, at, "an object", value);
    return mapValues(value, (item, key) => one(item, { js: [...at.js, key], tf: at.tf, out: [...at.out, key] }));
  }
  const isSingle = block.max === 1 || block.max_hint === 1;
  return translateItems(context, value, at, isSingle, one);
}

function translateAttribute(context: Context, attribute: AttributeSchema, value: unknown, at: Where): Value | undefined {
  const nested = attribute.nested_type;
  if (nested === undefined) return translateTyped(context, attribute.type ?? "dynamic", value, at);
  return translateNested(context, { attributes: nested.attributes, nesting: nested.nesting }, value, at);
}

/** A list or set. Where the program has a single object (`flat`) it is wrapped; the other form is taken too, with a note. */
function translateItems(
  context: Context,
  value: unknown,
  at: Where,
  isSingle: boolean,
  one: (item: unknown, where: Where) => Value | undefined,
): Value | undefined {
  const isFlat = context.descriptor.isFlat(at.tf);
  const element = (i: number): Where => ({ js: [...at.js, i], tf: at.tf, out: [...at.out, i] });
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== null && item !== undefined);
    if (isFlat && items.length > 1) return wrongType(context, at, "one object, not a list", value);
    if (isFlat) otherForm(context, at, "an object is expected here, a list with one element was given");
    return items.map((item, i) => one(item, element(i)) ?? null);
  }
  if (isFlat) return [one(value, { ...element(0), js: at.js }) ?? null];
  if (isSingle && isPlainObject(value)) {
    otherForm(context, at, "a list is expected here, a single object was given");
    return [one(value, { ...element(0), js: at.js }) ?? null];
  }
  return wrongType(context, at, "a list", value, "Put it in brackets: [ ... ]");
}

function translateTyped(context: Context, type: TypeExpr, value: unknown, at: Where): Value | undefined {
  markSecret(context, at);
  if (value === UNKNOWN) return UNKNOWN;
  if (type === "dynamic") return toJson(value);
  if (typeof type === "string") return translatePrimitive(context, type, value, at);
  const [kind, inner] = type;
  if (kind === "list" || kind === "set") {
    return translateItems(context, value, at, false, (item, where) => translateTyped(context, inner, item, where));
  }
  if (kind === "tuple") return toJson(value);
  if (!isPlainObject(value)) return wrongType(context, at, "an object", value);
  if (kind === "object") {
    const attributes = Object.fromEntries(
      Object.entries(inner).map(([name, member]) => [name, { type: member, optional: true }]),
    );
    return translateBlock(context, { attributes }, value, at);
  }
  return mapValues(value, (item, key) =>
    translateTyped(context, inner, item, { js: [...at.js, key], tf: at.tf, out: [...at.out, key] }),
  );
}

function translatePrimitive(context: Context, type: "string" | "number" | "bool", value: unknown, at: Where): Value | undefined {
  if (value instanceof Resource) return value.__id === UNKNOWN ? UNKNOWN : translatePrimitive(context, type, value.__id, at);
  if (type === "string") {
    if (typeof value === "string") return checkText(context, value, at);
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    return jsonText(context, value, at);
  }
  if (type === "number") {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))) return Number(value);
    return wrongType(context, at, "a number", value);
  }
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  return wrongType(context, at, "true or false", value);
}

const MADE_OF_NOTHING = /\[object \w+\]|(?:^|[/:._-])(?:undefined|NaN)(?:$|[/:._-])/;

/** A text with "undefined" in it is a mistake nearly always, and AWS takes it nearly always. */
function checkText(context: Context, text: string, at: Where): string {
  const found = MADE_OF_NOTHING.exec(text)?.[0];
  if (found !== undefined) {
    const detail = `"${formatJsPath(at.js)}" is "${text.length > 80 ? `${text.slice(0, 80)}...` : text}": a value that it is made of is missing.`;
    const fix = "Look at what stands in that place: an environment variable that is not set, or a property that does not exist.";
    context.problems.push({ code: "DVT1022", severity: "warning", path: at.js, detail, fix });
  }
  return text;
}

const JSON_ATTRIBUTE = /(policy|policies|document|definitions?|pattern|body|json|rules)$/;

/** A policy document and the like, given as an object. */
function jsonText(context: Context, value: unknown, at: Where): Value | undefined {
  const isJson = JSON_ATTRIBUTE.test(at.tf) || context.descriptor.map.object_ok?.[at.tf] !== undefined;
  if (!isJson || typeof value !== "object" || value === null) return wrongType(context, at, "a string", value);
  if (holdsSecret(context, at)) context.sensitive.push(at.out);
  if (holdsUnknown(value)) return UNKNOWN;
  if (context.descriptor.map.object_ok?.[at.tf] === undefined) {
    otherForm(context, at, "a JSON text is expected here, an object was given; it was written as JSON");
  }
  return JSON.stringify(value);
}

function holdsUnknown(value: unknown): boolean {
  return value === UNKNOWN || (typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown));
}

function holdsSecret(context: Context, at: Where): boolean {
  const start = `${pathKey(at.js).slice(0, -1)},`;
  return [...context.secrets].some((secret) => secret.startsWith(start));
}

function markSecret(context: Context, at: Where): void {
  if (context.secrets.size > 0 && context.secrets.has(pathKey(at.js))) context.sensitive.push(at.out);
}

function mapValues(value: object, translate: (item: unknown, key: string) => Value | undefined): ValueObject {
  const entries: [string, Value][] = [];
  for (const [key, item] of Object.entries(value)) {
    const translated = item === null || item === undefined ? undefined : translate(item, key);
    if (translated !== undefined) entries.push([key, translated]);
  }
  return Object.fromEntries(entries);
}

/** Any lifted value as plain JSON. */
export function toJson(value: unknown): Value {
  if (value === UNKNOWN) return UNKNOWN;
  if (Array.isArray(value)) return value.map(toJson);
  if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return value instanceof Resource ? toJson(value.__id) : null;
}

export function isPlainObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Resource);
}

function requireNested(
  context: Context,
  block: BlockSchema,
  members: ReadonlyMap<string, Member>,
  given: ReadonlySet<string>,
  at: Where,
): void {
  for (const member of members.values()) {
    if (given.has(member.tf)) continue;
    const nested = own(block.blocks, member.tf);
    if (own(block.attributes, member.tf)?.required !== true && !(nested !== undefined && (nested.min ?? 0) > 0)) continue;
    problem(
      context,
      "DVT1007",
      at.js,
      `"${formatJsPath(at.js)}" needs "${member.js}", which is not given.`,
      `Add "${member.js}".`,
    );
  }
}

function unsupported(context: Context, members: ReadonlyMap<string, Member>, js: string, above: JsPath): void {
  const owner =
    above.length === 0
      ? `${context.descriptor.package}.${context.descriptor.path}`
      : `"${formatJsPath(above)}" of ${context.descriptor.package}.${context.descriptor.path}`;
  const settable = [...members.keys()];
  const snake = [...members.values()].find((member) => member.tf === js)?.js;
  const meant = snake ?? nearest(js, settable);
  const fix = meant === undefined ? `It has: ${settable.sort().join(", ")}.` : `Did you mean "${meant}"?`;
  problem(context, "DVT1005", [...above, js], `${owner} has no argument named "${js}"; it would be ignored.`, fix);
}

function wrongType(context: Context, at: Where, wanted: string, value: unknown, fix?: string): undefined {
  problem(context, "DVT1006", at.js, `"${formatJsPath(at.js)}" must be ${wanted}, but it is ${describe(value)}.`, fix);
  return undefined;
}

function otherForm(context: Context, at: Where, why: string): void {
  context.problems.push({ code: "DVT1019", severity: "note", path: at.js, detail: `"${formatJsPath(at.js)}": ${why}.` });
}

function problem(context: Context, code: DiagnosticCode, path: JsPath, detail: string, fix?: string): void {
  context.problems.push({ code, severity: "error", path, detail, ...(fix === undefined ? {} : { fix }) });
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value instanceof Resource) return `a ${value.__pulumiType} resource`;
  if (typeof value === "object") return value === null ? "null" : "an object";
  if (typeof value === "string") return value.length > 40 ? "a string" : `the string ${JSON.stringify(value)}`;
  return `the ${typeof value} ${String(value)}`;
}
