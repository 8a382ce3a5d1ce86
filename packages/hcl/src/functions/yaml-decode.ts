/**
 * YAML as values, by go-cty-yaml's rules (1.1, read 2026-11-21): one document, keys are texts, `<<` merges, plain scalars are null, bools (YAML
 * 1.1's many spellings), numbers, times (as RFC 3339) or else texts. The syntax itself is the `yaml` library's.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseAllDocuments, type Scalar } from "yaml";
import { BigFloat } from "../values/big-float.ts";
import { parseNumber } from "../values/big-float-text.ts";
import { entriesOf } from "../values/contents.ts";
import { convert } from "../values/conversion.ts";
import { friendlyName } from "../values/friendly.ts";
import { goQuote } from "../values/go-quote.ts";
import { STRING } from "../values/type.ts";
import { boolVal, DYNAMIC_NULL, isNull, numberVal, objectVal, stringVal, tupleVal, type Val } from "../values/value.ts";
import { rfc3339 } from "./instant.ts";

export class YamlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "YamlError";
  }
}

/** How many values the aliases of one document may stand for together: a document of a kilobyte can name billions. */
const ALIASED_VALUES_MAX = 100_000;

/** @throws YamlError */
export function valueOfYaml(text: string, options: { readonly mergesLists: boolean }): Val {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    schema: "failsafe",
    uniqueKeys: false,
    lineCounter,
    logLevel: "silent",
    version: "1.1",
  });
  const [document, second] = Array.isArray(documents) ? documents : [];
  const problem = document?.errors[0];
  if (problem !== undefined) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    throw new YamlError(`on line ${line}, column ${col}: ${problem.message.split(" at line ")[0]}`);
  }
  if (document === undefined || document.contents === null) throw new YamlError("on line 1, column 1: missing start of document");
  if (second !== undefined) {
    const { line } = lineCounter.linePos(second.range[0]);
    throw new YamlError(`on line ${Math.max(line - 1, 1)}, column 1: unexpected extra content after value`);
  }
  return new Decoder(lineCounter, options.mergesLists).value(document.contents);
}

class Decoder {
  readonly #anchors = new Map<string, Val>();
  readonly #open = new Set<string>();
  readonly #lines: LineCounter;
  readonly #mergesLists: boolean;
  #aliased = 0;

  constructor(lines: LineCounter, mergesLists: boolean) {
    this.#lines = lines;
    this.#mergesLists = mergesLists;
  }

  value(node: unknown): Val {
    if (node === null || node === undefined) return DYNAMIC_NULL;
    if (isAlias(node)) return this.#alias(node.source, node);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) throw new YamlError("unexpected parser event");
    const { anchor } = node;
    if (anchor !== undefined) this.#open.add(anchor);
    const value = isScalar(node) ? this.#scalar(node) : isMap(node) ? this.#mapping(node) : this.#sequence(node);
    if (anchor !== undefined) {
      this.#open.delete(anchor);
      this.#anchors.set(anchor, value);
    }
    return value;
  }

  /** The position is told only beyond the first line, as go-cty-yaml does. */
  #error(node: Node, message: string): YamlError {
    const { line, col } = this.#lines.linePos(node.range?.[0] ?? 0);
    return new YamlError(line > 1 ? `on line ${line - 1}, column ${col}: ${message}` : message);
  }

  #alias(name: string, node: Node): Val {
    if (this.#open.has(name)) throw this.#error(node, `cannot refer to anchor ${goQuote(name)} from inside its own definition`);
    const value = this.#anchors.get(name);
    if (value === undefined) throw this.#error(node, `reference to undefined anchor ${goQuote(name)}`);
    this.#aliased += 1 + sizeOf(value, ALIASED_VALUES_MAX);
    if (this.#aliased > ALIASED_VALUES_MAX) throw this.#error(node, "aliases stand for too many values");
    return value;
  }

  #scalar(node: Scalar): Val {
    try {
      return resolveScalar(
        shortTag(node.tag),
        String(node.value ?? ""),
        node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE",
      );
    } catch (error) {
      throw error instanceof YamlError ? this.#error(node, error.message) : error;
    }
  }

  #sequence(node: { readonly items: readonly unknown[]; readonly tag?: string | undefined } & Node): Val {
    const tag = shortTag(node.tag);
    if (tag !== "" && tag !== "!!seq") throw this.#error(node, `can't interpret sequence as ${longTag(tag)}`);
    return tupleVal(node.items.map((item) => this.value(item)));
  }

  #mapping(node: { readonly items: readonly Pair[]; readonly tag?: string | undefined } & Node): Val {
    const tag = shortTag(node.tag);
    if (tag !== "" && tag !== "!!map") throw this.#error(node, `can't interpret mapping as ${longTag(tag)}`);
    const members = new Map<string, Val>();
    for (const { key, value } of node.items) {
      if (isMergeKey(key)) this.#merge(this.value(value), members, key);
      else members.set(this.#key(key, node), this.value(value));
    }
    return objectVal(members);
  }

  #key(key: unknown, mapping: Node): string {
    if (key === null) throw this.#error(mapping, "mapping key cannot be null");
    if (!isScalar(key)) throw this.#error(mapping, "only strings are allowed as mapping keys");
    const name = convert(this.#scalar(key), STRING);
    if (isNull(name)) throw this.#error(key, "mapping key cannot be null");
    return String(name.raw);
  }

  #merge(value: Val, into: Map<string, Val>, key: Node): void {
    if (value.type.kind === "object") {
      for (const [name, member] of entriesOf(value)) into.set(name, member);
      return;
    }
    if (value.type.kind !== "tuple" || !this.#mergesLists)
      throw this.#error(key, `cannot merge ${friendlyName(value.type)} into mapping`);
    for (const element of Array.isArray(value.raw) ? (value.raw as readonly Val[]) : []) {
      if (element.type.kind !== "object") {
        throw this.#error(key, `cannot merge ${friendlyName(element.type)} (from sequence) into mapping`);
      }
      this.#merge(element, into, key);
    }
  }
}

function sizeOf(value: Val, limit: number): number {
  if (typeof value.raw !== "object" || value.raw === null || value.raw instanceof BigFloat) return 1;
  let size = 1;
  const parts = Array.isArray(value.raw)
    ? (value.raw as readonly Val[])
    : value.type.kind === "object"
      ? entriesOf(value).values()
      : [];
  for (const part of parts) {
    if (size > limit) break;
    size += sizeOf(part, limit - size);
  }
  return size;
}

function isMergeKey(key: unknown): key is Scalar {
  if (!isScalar(key)) return false;
  return shortTag(key.tag) === "!!merge" || (shortTag(key.tag) === "" && key.value === "<<");
}

const LONG_PREFIX = "tag:yaml.org,2002:";
function shortTag(tag: string | undefined): string {
  return tag?.startsWith(LONG_PREFIX) === true ? `!!${tag.slice(LONG_PREFIX.length)}` : (tag ?? "");
}
function longTag(tag: string): string {
  return tag.startsWith("!!") ? LONG_PREFIX + tag.slice(2) : tag;
}

const WORDS: ReadonlyMap<string, Val> = new Map<string, Val>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word): [string, Val] => [
    word,
    boolVal(true),
  ]),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word): [string, Val] => [
    word,
    boolVal(false),
  ]),
  ...["", "~", "null", "Null", "NULL"].map((word): [string, Val] => [word, DYNAMIC_NULL]),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word): [string, Val] => [
    word,
    numberVal(BigFloat.POSITIVE_INFINITY),
  ]),
  ...["-.inf", "-.Inf", "-.INF"].map((word): [string, Val] => [word, numberVal(BigFloat.NEGATIVE_INFINITY)]),
]);

const RESOLVABLE = ["", "!!str", "!!bool", "!!int", "!!float", "!!null", "!!timestamp", "!!binary"];
const INTEGER = /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

function resolveScalar(tag: string, text: string, isQuoted: boolean): Val {
  if (!RESOLVABLE.includes(tag)) throw new YamlError(`unsupported tag ${goQuote(longTag(tag))}`);
  let meant = tag;
  if (tag !== "!!str" && tag !== "!!binary" && /^(?:$|[-+0-9.yYnNtTfFoO~])/.test(text)) {
    if (isQuoted) return stringVal(text);
    const word = WORDS.get(text);
    if (word !== undefined) return word;
    if (tag === "" && [".nan", ".NaN", ".NAN"].includes(text)) throw new YamlError("floating point NaN is not supported");
    const number = text.startsWith(".") ? parseNumber(text) : undefined;
    if (number !== undefined) return numberVal(number);
    if (/^[-+0-9]/.test(text)) {
      const time = tag === "" || tag === "!!timestamp" ? timeOf(text) : undefined;
      if (time !== undefined) return stringVal(time);
      if (INTEGER.test(text) || FLOAT.test(text)) meant = "!!int";
    }
  }
  return resolveTagged(meant, tag, text);
}

function resolveTagged(meant: string, tag: string, text: string): Val {
  const impossible = (reason = ""): YamlError => new YamlError(`cannot parse ${goQuote(text)} as ${longTag(meant)}${reason}`);
  if (meant === "!!null") return DYNAMIC_NULL;
  if (
    meant === "!!binary" &&
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replace(/[\r\n]/g, ""))
  ) {
    throw impossible(": not valid base64");
  }
  if (meant === "!!int" || meant === "!!float") {
    const number = integerWithPrefix(text.replaceAll("_", ""));
    if (number === undefined) throw impossible();
    return numberVal(number);
  }
  if (meant === "!!bool" || (meant === "!!timestamp" && timeOf(text) === undefined)) throw impossible();
  return stringVal(tag === "!!timestamp" ? (timeOf(text) ?? text) : text);
}

function integerWithPrefix(text: string): BigFloat | undefined {
  const decimal = parseNumber(text);
  if (decimal !== undefined) return decimal;
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+)$/.exec(text);
  if (match === null) return undefined;
  const magnitude = BigInt((match[2] ?? "").replace(/^0(?=[0-7])/, "0o"));
  return BigFloat.fromInteger(match[1] === "-" ? -magnitude : magnitude);
}

const TIME =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2}))| ([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?)?$/;

/** A date or time of YAML 1.1 as RFC 3339; undefined where the text is none. */
function timeOf(text: string): string | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0] = match.slice(1, 4).map(Number);
  const [hour = 0, minute = 0, second = 0] = (match[4] === undefined ? match.slice(8, 11) : match.slice(4, 7)).map((part) =>
    Number(part ?? 0),
  );
  const zone = match[7];
  const offset = zone === undefined || zone === "Z" ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  const offsetMinutes = zone?.startsWith("-") === true ? -offset : offset;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (month < 1 || month > 12 || day < 1 || date.getUTCMonth() !== month - 1 || hour > 23 || minute > 59 || second > 59)
    return undefined;
  date.setUTCHours(hour, minute - offsetMinutes, second);
  return rfc3339({ nanoseconds: BigInt(date.getTime()) * 1_000_000n, offsetMinutes });
}
