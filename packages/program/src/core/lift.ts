import { DiagnosticError, errorDiagnostic, type SourceRange, UNKNOWN } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { Archive, Asset } from "./asset.ts";
import { isOutput, OUTPUT, type OutputState, type ResourceLike } from "./contract.ts";
import { Resource } from "./resource-base.ts";
import { hasToken, replaceTokens } from "./tokens.ts";

/** Levels of nesting that an input may have. */
const DEPTH_MAX = 200;
/** Items (list items and object members together) that one input may have. */
const ITEMS_MAX = 1_000_000;

/** A value with every Output and Promise in it resolved. Leaves besides plain JSON: UNKNOWN, resources and assets. */
export interface Lifted {
  readonly value: unknown;
  /** Places of `value` (see `pathKey`) that are secret. */
  readonly secrets: ReadonlySet<string>;
  /** Resources that the value came from. */
  readonly resources: ReadonlySet<ResourceLike>;
  /** Something in it failed, and that was reported. */
  readonly failed: boolean;
}

export type JsPath = readonly (string | number)[];

export function pathKey(path: JsPath): string {
  return JSON.stringify(path);
}

interface Context {
  readonly evaluation: Evaluation;
  readonly place: Place | undefined;
  readonly secrets: Set<string>;
  readonly resources: Set<ResourceLike>;
  failed: boolean;
  items: number;
}

interface Above {
  readonly node: object;
  readonly above: Above | undefined;
}

/** What is lifted, for where a promise in it is never resolved: `aws.sqs.Queue "Q"`. */
export interface Place {
  readonly what: string;
  range(): SourceRange | undefined;
}

/**
 * Resolves what a user wrote as an input: Outputs, Promises and tokens at any depth, keys included.
 * @throws DiagnosticError DVT1006 for a value that no argument can have (a function, a cycle, too deep, too large)
 */
export async function lift(evaluation: Evaluation, value: unknown, place?: Place): Promise<Lifted> {
  const context: Context = { evaluation, place, secrets: new Set(), resources: new Set(), failed: false, items: 0 };
  const lifted = await walk(context, value, [], undefined);
  return { value: lifted, secrets: context.secrets, resources: context.resources, failed: context.failed };
}

function walk(context: Context, value: unknown, path: JsPath, above: Above | undefined): unknown {
  if (isOutput(value)) return value[OUTPUT].then((state) => take(context, state, path));
  if (typeof value === "string") {
    if (holdsSecretText(context.evaluation, value)) context.secrets.add(pathKey(path));
    return hasToken(value) ? liftText(context, value, path) : value;
  }
  if (value === null || value === undefined || typeof value === "number" || typeof value === "boolean") return value;
  if (value === UNKNOWN) return value;
  if (typeof value !== "object") throw refused(path, `${describe(value)} cannot be the value of an argument`);
  if (value instanceof Promise) return awaited(context, value, path).then((settled) => walk(context, settled, path, above));
  if (value instanceof Resource) return liftResource(context, value);
  if (value instanceof Asset || value instanceof Archive) return value;
  if (value instanceof Date) return value.toISOString();
  return walkContainer(context, value, path, above);
}

/** A secret of fewer characters ("eu-west-1") may be a part of a text by chance. */
const PART_LENGTH_MIN = 12;

/** A secret that a program awaited is a plain text to it; it is known again wherever it turns up. */
function holdsSecretText({ secretTexts }: Evaluation, text: string): boolean {
  for (const secret of secretTexts)
    if (text === secret || (secret.length >= PART_LENGTH_MIN && text.includes(secret))) return true;
  return false;
}

/** Notes the promise until it is settled, so that one that never is can be named. */
async function awaited({ evaluation, place }: Context, promise: Promise<unknown>, path: JsPath): Promise<unknown> {
  if (place === undefined) return promise;
  const attribute = formatJsPath(path);
  const entry = { what: attribute === "" ? place.what : `"${attribute}" of ${place.what}`, range: () => place.range() };
  evaluation.unresolved.add(entry);
  try {
    return await promise;
  } finally {
    evaluation.unresolved.delete(entry);
  }
}

function walkContainer(context: Context, value: object, path: JsPath, above: Above | undefined): unknown {
  for (let at = above; at !== undefined; at = at.above) {
    if (at.node === value) throw refused(path, "the value contains itself");
  }
  if (path.length > DEPTH_MAX) throw refused(path.slice(0, 8), `the value is nested more than ${DEPTH_MAX} levels deep`);
  const here: Above = { node: value, above };
  if (Array.isArray(value)) {
    count(context, value.length, path);
    const items = value.map((item, i) => walk(context, item, [...path, i], here));
    return items.some(isPromise) ? Promise.all(items) : items;
  }
  if (value instanceof Map || value instanceof Set) throw refused(path, `${describe(value)} cannot be the value of an argument`);
  return walkObject(context, value, path, here);
}

function walkObject(context: Context, value: object, path: JsPath, here: Above): unknown {
  const keys = Object.keys(value);
  count(context, keys.length, path);
  const entries = keys.map((key) => {
    const name = hasToken(key) ? liftText(context, key, path) : key;
    const item = walk(context, (value as Record<string, unknown>)[key], [...path, key], here);
    return isPromise(name) ? Promise.all([name, item]) : isPromise(item) ? item.then((settled) => [name, settled]) : [name, item];
  });
  if (!entries.some(isPromise)) return fromEntries(entries as [string, unknown][]);
  return Promise.all(entries).then((settled) => fromEntries(settled as [string | typeof UNKNOWN, unknown][]));
}

/** An unknown key makes the whole object unknown. `__proto__` is a key like any other. */
function fromEntries(entries: [string | typeof UNKNOWN, unknown][]): unknown {
  if (entries.some(([key]) => key === UNKNOWN)) return UNKNOWN;
  return Object.fromEntries(entries.map(([key, item]) => [String(key), item]));
}

function take(context: Context, state: OutputState, path: JsPath): unknown {
  for (const resource of state.resources) context.resources.add(resource);
  if (state.secret) context.secrets.add(pathKey(path));
  if (state.failed === true) {
    context.failed = true;
    return UNKNOWN;
  }
  return state.value;
}

async function liftText(context: Context, text: string, path: JsPath): Promise<unknown> {
  return replaceTokens(context.evaluation, text, (state) => take(context, state, path));
}

/** A resource stands for itself; it is waited for, so that its id can be read. */
function liftResource(context: Context, resource: Resource): Resource | Promise<Resource> {
  context.resources.add(resource);
  return resource.__settled === undefined ? resource : resource.__settled.then(() => resource);
}

function count(context: Context, items: number, path: JsPath): void {
  context.items += items;
  if (context.items > ITEMS_MAX) throw refused(path, `the value has more than ${ITEMS_MAX} items`);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

function describe(value: unknown): string {
  if (typeof value === "function") return value.name ? `The function "${value.name}"` : "A function";
  if (value instanceof Map) return "A Map";
  if (value instanceof Set) return "A Set";
  return `A ${typeof value}`;
}

function refused(path: JsPath, why: string): DiagnosticError {
  const attribute = formatJsPath(path);
  return new DiagnosticError(
    errorDiagnostic("DVT1006", "Wrong argument type", {
      detail: attribute ? `At "${attribute}": ${why}.` : `${why}.`,
      ...(attribute ? { attribute } : {}),
    }),
  );
}

/** `rules[0].filter.prefix`, as it is written in a program. */
export function formatJsPath(path: JsPath): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}

/** True when some part of a lifted value is known only after apply. */
export function containsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (
    typeof value !== "object" ||
    value === null ||
    value instanceof Resource ||
    value instanceof Asset ||
    value instanceof Archive
  )
    return false;
  return Object.values(value).some(containsUnknown);
}
