import { isIdentifier, quoteText } from "@dovetail/hcl";
import {
  type AttributeSchema,
  type BlockSchema,
  isList,
  isObject,
  type NestedBlockSchema,
  type TypeExpr,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";

/**
 * Where a program's values come from is found out by giving it other values: each text and number of a resource's object is
 * exchanged for one that stands for it, and what the program makes of those tells what it makes of which.
 */

/** What a stand-in stands for. */
export interface Origin {
  /** The expression of the language that has the value: `aws_sqs_queue.Jobs.arn`. */
  readonly text: string;
  /** What it is a part of, and how many parts that has: where all of them stand together, the whole can. */
  readonly whole?: { readonly text: string; readonly key: string | number; readonly size: number };
  /** What it depends on: `aws_sqs_queue.Jobs`, `data.aws_region.current`, `module.kms`. */
  readonly from: string;
  /** UNKNOWN where nothing has been deployed yet. */
  readonly real: Value;
  /** It is followed, but the export has nothing of that name. */
  readonly isUnwritten?: boolean;
}

/**
 * How stand-ins are spelled: letters and digits only, so that they live through slugs, JSON and lower case, as a program's own tokens do.
 * Two ways, with nothing in common: what comes out alike of both does not depend on how they look.
 */
const SPELLINGS = {
  a: { before: "dvtref", after: "az", digits: 6, numbers: 900_719_900_000_000 },
  b: { before: "qqstandin", after: "kw", digits: 7, numbers: 810_719_900_000_000 },
} as const;
export type Spelling = keyof typeof SPELLINGS;

const TEXT = /dvtref(\d{6})az|qqstandin(\d{7})kw|(?<!\d)(?:9007199|8107199)(\d{8})(?!\d)/g;
const ORIGINS_MAX = 999_999;

/** A piece of a text: as it is, or a stand-in. */
export type TextPiece = string | Origin;

/** All stand-ins of an export, so that each can be found again in what a program makes. */
export class StandIns {
  readonly #origins: Origin[] = [];
  readonly #numbers = new Map<string, number>();

  /** The object with stand-ins for its texts and numbers. @param isUnwritten the export will have no block for it */
  ofObject(value: ValueObject, schema: BlockSchema, address: string, spelling: Spelling, isUnwritten = false): ValueObject {
    return new Marker(this, address, spelling, isUnwritten).block(schema, value, address);
  }

  /** A value without a schema, such as a module's output. */
  ofValue(value: Value, text: string, from: string, spelling: Spelling): Value {
    return new Marker(this, from, spelling, false).typed("dynamic", value, { text });
  }

  /** The number of an origin; the same for the same expression. */
  number(origin: Origin): number {
    const known = this.#numbers.get(origin.text);
    if (known !== undefined) return known;
    if (this.#origins.length >= ORIGINS_MAX) throw new RangeError(`more than ${ORIGINS_MAX} values to be followed`);
    this.#numbers.set(origin.text, this.#origins.length);
    return this.#origins.push(origin) - 1;
  }

  /** What a whole value stands for. */
  originOf(value: Value): Origin | undefined {
    if (typeof value !== "number" && typeof value !== "string") return undefined;
    const [piece, ...others] = this.pieces(String(value));
    return others.length > 0 || typeof piece === "string" ? undefined : piece;
  }

  /** A text taken apart at its stand-ins. */
  pieces(text: string): readonly TextPiece[] {
    const pieces: TextPiece[] = [];
    let end = 0;
    for (const { 0: found, 1: a, 2: b, 3: number, index } of text.matchAll(TEXT)) {
      const origin = this.#origins[Number(a ?? b ?? number)];
      if (origin === undefined) continue;
      if (index > end) pieces.push(text.slice(end, index));
      pieces.push(origin);
      end = index + found.length;
    }
    if (end < text.length) pieces.push(text.slice(end));
    return pieces;
  }
}

/** The stand-in of a number. */
export function spelled(number: number, kind: "text" | "number", spelling: Spelling): string | number {
  const { before, after, digits, numbers } = SPELLINGS[spelling];
  return kind === "number" ? numbers + number : `${before}${String(number).padStart(digits, "0")}${after}`;
}

interface Place {
  readonly text: string;
  readonly whole?: NonNullable<Origin["whole"]>;
}

/** Exchanges the values of one object. */
class Marker {
  readonly #table: StandIns;
  readonly #from: string;
  readonly #spelling: Spelling;
  readonly #isUnwritten: boolean;

  constructor(table: StandIns, from: string, spelling: Spelling, isUnwritten: boolean) {
    this.#table = table;
    this.#from = from;
    this.#spelling = spelling;
    this.#isUnwritten = isUnwritten;
  }

  block(schema: BlockSchema, value: ValueObject, text: string): ValueObject {
    const entries = Object.entries(value).map(([name, part]): [string, Value] => {
      const place = { text: `${text}.${inForce(schema, value, name)}` };
      const attribute = schema.attributes?.[name];
      if (attribute !== undefined) return [name, this.#attribute(attribute, part, place)];
      const nested = schema.blocks?.[name];
      return [name, nested === undefined ? part : this.#nested(nested, part, place)];
    });
    return Object.fromEntries(entries);
  }

  #attribute(attribute: AttributeSchema, value: Value, place: Place): Value {
    const nested = attribute.nested_type;
    if (nested === undefined) return this.typed(attribute.type ?? "dynamic", value, place);
    return this.#nested({ attributes: nested.attributes, nesting: nested.nesting }, value, place);
  }

  #nested(schema: NestedBlockSchema, value: Value, place: Place): Value {
    const one = (part: Value, inner: Place): Value => (isObject(part) ? this.block(schema, part, inner.text) : part);
    if (schema.nesting === "single") return one(value, place);
    if (schema.nesting === "map") return this.#members(value, place, one);
    return this.#elements(value, place, schema.nesting === "set", one);
  }

  typed(type: TypeExpr, value: Value, place: Place): Value {
    if (value === null || typeof value === "boolean") return value;
    if (value === UNKNOWN) return type === "string" || type === "number" ? this.#leaf(type, value, place) : value;
    if (typeof value === "string" || typeof value === "number")
      return this.#leaf(typeof value === "string" ? "string" : "number", value, place);
    const kind = typeof type === "string" ? type : type[0];
    if (isList(value)) {
      const element = (kind === "list" || kind === "set") && typeof type !== "string" ? (type[1] as TypeExpr) : "dynamic";
      return this.#elements(value, place, kind === "set", (part, inner) => this.typed(element, part, inner));
    }
    return this.#members(value, place, (part, inner, key) => this.typed(memberType(type, key), part, inner));
  }

  /** The order of a set's elements is that in which `tolist` has them. */
  #elements(value: Value, place: Place, isSet: boolean, one: (part: Value, place: Place) => Value): Value {
    if (!isList(value)) return value;
    const list = isSet ? `tolist(${place.text})` : place.text;
    const single = isSet && value.length === 1 ? `one(${place.text})` : undefined;
    return value.map((part, i) =>
      one(part, { text: single ?? `${list}[${i}]`, whole: { text: place.text, key: i, size: value.length } }),
    );
  }

  #members(value: Value, place: Place, one: (part: Value, place: Place, key: string) => Value): Value {
    if (!isObject(value)) return value;
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, part]) => {
        const text = `${place.text}${isIdentifier(key) ? `.${key}` : `[${quoteText(key)}]`}`;
        return [key, one(part, { text, whole: { text: place.text, key, size: entries.length } }, key)];
      }),
    );
  }

  #leaf(type: "string" | "number", real: Value, { text, whole }: Place): Value {
    const origin: Origin = {
      text,
      from: this.#from,
      real,
      ...(whole === undefined ? {} : { whole }),
      ...(this.#isUnwritten ? { isUnwritten: true } : {}),
    };
    return spelled(this.#table.number(origin), type === "string" ? "text" : "number", this.#spelling);
  }
}

/** Instead of a deprecated attribute the one that took its place, where that is told by its having the same value. */
function inForce({ attributes = {} }: BlockSchema, value: ValueObject, name: string): string {
  if (!isDeprecated(attributes[name]) || typeof value[name] !== "string") return name;
  const same = Object.entries(attributes).filter(
    ([other, attribute]) => other !== "id" && !isDeprecated(attribute) && value[other] === value[name],
  );
  return same.length === 1 ? (same[0]?.[0] ?? name) : name;
}

function isDeprecated(attribute: AttributeSchema | undefined): boolean {
  return attribute?.deprecated !== undefined && attribute.deprecated !== false;
}

function memberType(type: TypeExpr, key: string): TypeExpr {
  if (typeof type === "string") return "dynamic";
  if (type[0] === "map") return type[1];
  return type[0] === "object" ? (type[1][key] ?? "dynamic") : "dynamic";
}
