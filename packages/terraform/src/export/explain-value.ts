import { DYNAMIC, jsonOfValue, parseJsonText, valueOfJson, type WrittenExpression } from "@dovetail/hcl";
import { isList, isObject, isWhollyKnown, UNKNOWN, type Value, type ValueObject, valuesEqual } from "@dovetail/model";
import { fromPlain } from "../values/from-engine.ts";
import type { Origin, StandIns, TextPiece } from "./stand-ins.ts";

/** What a program made, beside what it made of stand-ins: from both comes an expression that says how the value is made. */

/** A value three times: as it is, with stand-ins, and with stand-ins spelled otherwise where something is not known yet. */
export interface Seen {
  readonly real: Value;
  /** undefined: what the program did with stand-ins is not known. */
  readonly marked: Value | undefined;
  readonly respelled?: Value | undefined;
}

export interface Explained {
  readonly expression: WrittenExpression;
  /** What it refers to. */
  readonly from: ReadonlySet<string>;
  /** The program worked it out of others in a way that no expression tells: the value stands there as it is. */
  readonly isWorkedOut: boolean;
  /** It is not known before a deploy, and no expression tells it. */
  readonly isMissing: boolean;
  /** Something in it is written as a value. */
  readonly holdsLiteral: boolean;
}

export interface ExplainOptions {
  /** Whether a JSON text may be written by jsonencode although that spells it otherwise. */
  readonly isJsonByMeaning: boolean;
}

const BY_SPELLING: ExplainOptions = { isJsonByMeaning: false };
const NOTHING: ReadonlySet<string> = new Set();
/** Larger texts are not looked into for JSON. */
const JSON_LENGTH_MAX = 1_000_000;

/** The expression for a value. Pure. */
export function explain(standIns: StandIns, seen: Seen, options: ExplainOptions = BY_SPELLING): Explained {
  const { real, marked } = seen;
  if (marked === undefined) return real === UNKNOWN ? missing() : literal(real, true);
  const origin = standIns.originOf(marked);
  if (origin !== undefined && origin.isUnwritten !== true && standsFor(standIns, origin, seen))
    return reference(origin.text, origin.from);
  if (real === UNKNOWN) return explainUnknown(standIns, seen, marked);
  if (typeof real === "string") return explainText(standIns, real, seen, options);
  if (isList(real)) return explainList(standIns, real, seen, options);
  if (isObject(real)) return explainObject(standIns, real, seen, options);
  return literal(real, !Object.is(real, marked));
}

function literal(value: Value, isWorkedOut: boolean): Explained {
  if (!isWhollyKnown(value)) return missing();
  const expression: WrittenExpression = { kind: "literal", value: fromPlain(value, DYNAMIC) };
  return { expression, from: NOTHING, isWorkedOut, isMissing: false, holdsLiteral: true };
}

function missing(): Explained {
  const expression: WrittenExpression = { kind: "literal", value: fromPlain(null, DYNAMIC) };
  return { expression, from: NOTHING, isWorkedOut: false, isMissing: true, holdsLiteral: true };
}

function reference(text: string, from: string): Explained {
  return {
    expression: { kind: "source", text },
    from: new Set([from]),
    isWorkedOut: false,
    isMissing: false,
    holdsLiteral: false,
  };
}

/** The whole value is what the stand-in stands for. */
function standsFor(standIns: StandIns, origin: Origin, { real, respelled }: Seen): boolean {
  if (real !== UNKNOWN) return valuesEqual(real, origin.real) || (typeof real === "string" && real === String(origin.real));
  return respelled !== undefined && standIns.originOf(respelled) === origin;
}

/** A text that is put together of what is not known yet; anything else that is not known cannot be told. */
function explainUnknown(standIns: StandIns, { respelled }: Seen, marked: Value): Explained {
  if (isObject(marked) || isList(marked) || typeof marked !== "string" || typeof respelled !== "string")
    return isWhollyKnown(marked) && respelled !== undefined ? explainTwice(standIns, marked, respelled) : missing();
  const pieces = standIns.pieces(marked);
  const others = standIns.pieces(respelled);
  const isSame = pieces.length === others.length && pieces.every((piece, i) => piece === others[i]);
  return isSame && pieces.every(isWritten) ? template(pieces) : missing();
}

/** Both evaluations with stand-ins know it: it is looked at part by part. */
function explainTwice(standIns: StandIns, marked: Value, respelled: Value): Explained {
  if (isList(marked) && isList(respelled) && marked.length === respelled.length)
    return tuple(marked.map((part, i) => explain(standIns, { real: UNKNOWN, marked: part, respelled: respelled[i] })));
  if (isObject(marked) && isObject(respelled) && sameKeys(marked, respelled))
    return object(
      Object.entries(marked).map(([key, part]) => [
        key,
        explain(standIns, { real: UNKNOWN, marked: part, respelled: respelled[key] }),
      ]),
    );
  return Object.is(marked, respelled) ? literal(marked, false) : missing();
}

function sameKeys(a: ValueObject, b: ValueObject): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key));
}

function template(pieces: readonly TextPiece[]): Explained {
  const from = new Set(pieces.flatMap((piece) => (typeof piece === "string" ? [] : [piece.from])));
  const parts = pieces.map((piece): string | WrittenExpression =>
    typeof piece === "string" ? piece : { kind: "source", text: piece.text },
  );
  return {
    expression: { kind: "template", parts },
    from,
    isWorkedOut: false,
    isMissing: false,
    holdsLiteral: pieces.some((piece) => typeof piece === "string"),
  };
}

function explainText(standIns: StandIns, real: string, seen: Seen, options: ExplainOptions): Explained {
  const { marked } = seen;
  const json = asJson(standIns, real, seen, options);
  if (json !== undefined) return json;
  if (typeof marked !== "string") return literal(real, true);
  if (marked === real) return literal(real, false);
  const pieces = standIns.pieces(marked);
  const filled = pieces.map((piece) => (typeof piece === "string" ? piece : String(piece.real))).join("");
  return filled === real && pieces.every(isWritten) ? template(pieces) : literal(real, true);
}

function isWritten(piece: TextPiece): boolean {
  return typeof piece === "string" || piece.isUnwritten !== true;
}

/** A JSON text as `jsonencode` of what it holds. */
function asJson(standIns: StandIns, real: string, { marked }: Seen, options: ExplainOptions): Explained | undefined {
  const value = jsonIn(real);
  if (value === undefined || typeof marked !== "string") return undefined;
  if (!options.isJsonByMeaning && jsonOfValue(fromPlain(value, DYNAMIC)) !== real) return undefined;
  const inner = explain(standIns, { real: value, marked: jsonIn(marked) ?? undefined });
  if (inner.isWorkedOut) return undefined;
  return { ...inner, expression: { kind: "call", name: "jsonencode", arguments: [inner.expression] } };
}

/** The object or list that a text says in JSON; undefined where it is none, or holds numbers that would lose digits. */
function jsonIn(text: string): Value | undefined {
  if (!/^\s*[[{]/.test(text) || text.length > JSON_LENGTH_MAX) return undefined;
  try {
    const value = JSON.parse(text) as Value;
    const isKept = jsonOfValue(valueOfJson(parseJsonText(text))) === jsonOfValue(fromPlain(value, DYNAMIC));
    return isKept ? value : undefined;
  } catch {
    return undefined;
  }
}

function explainList(standIns: StandIns, real: readonly Value[], seen: Seen, options: ExplainOptions): Explained {
  const { marked, respelled } = seen;
  if (!isList(marked) || marked.length !== real.length) return literal(real, true);
  const whole = wholeOf(standIns, [...marked.entries()]);
  if (whole !== undefined) return whole;
  return tuple(
    real.map((part, i) =>
      explain(standIns, { real: part, marked: marked[i], ...(isList(respelled) ? { respelled: respelled[i] } : {}) }, options),
    ),
  );
}

function explainObject(standIns: StandIns, real: ValueObject, seen: Seen, options: ExplainOptions): Explained {
  const { marked, respelled } = seen;
  if (!isObject(marked) || !sameKeys(real, marked)) return literal(real, true);
  const whole = wholeOf(standIns, Object.entries(marked));
  if (whole !== undefined) return whole;
  return object(
    Object.entries(real).map(([key, part]) => [
      key,
      explain(
        standIns,
        { real: part, marked: marked[key], ...(isObject(respelled) ? { respelled: respelled[key] } : {}) },
        options,
      ),
    ]),
  );
}

/** All the parts of one value, each in its place: then it is that value. */
function wholeOf(standIns: StandIns, parts: readonly (readonly [string | number, Value])[]): Explained | undefined {
  const [first] = parts;
  const origin = first === undefined ? undefined : standIns.originOf(first[1]);
  const whole = origin?.whole;
  if (origin === undefined || origin.isUnwritten === true || whole === undefined || whole.size !== parts.length) return undefined;
  const isWhole = parts.every(([key, part]) => {
    const own = standIns.originOf(part)?.whole;
    return own?.text === whole.text && own.key === key;
  });
  return isWhole ? reference(whole.text, origin.from) : undefined;
}

function tuple(elements: readonly Explained[]): Explained {
  return together({ kind: "tuple", elements: elements.map(({ expression }) => expression) }, elements);
}

function object(items: readonly (readonly [string, Explained])[]): Explained {
  const written = items.map(([name, { expression }]) => [name, expression] as const);
  return together(
    { kind: "object", items: written },
    items.map(([, part]) => part),
  );
}

function together(expression: WrittenExpression, parts: readonly Explained[]): Explained {
  return {
    expression,
    from: new Set(parts.flatMap(({ from }) => [...from])),
    isWorkedOut: parts.some(({ isWorkedOut }) => isWorkedOut),
    isMissing: parts.some(({ isMissing }) => isMissing),
    holdsLiteral: parts.some(({ holdsLiteral }) => holdsLiteral),
  };
}
