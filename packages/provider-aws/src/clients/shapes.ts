/** The shapes of AWS's models, as the wire data has them; each is built when it is first used. */

export type TimestampFormat = "date-time" | "http-date" | "epoch";

export type Kind =
  | "string"
  | "number"
  | "boolean"
  | "timestamp"
  | "document"
  | "blob"
  | "stream"
  | "list"
  | "map"
  | "structure"
  | "unit";

/** Smithy's traits as far as they concern the wire, by their names there. */
export interface Traits {
  readonly httpLabel?: 1;
  readonly idempotencyToken?: 1;
  readonly httpPayload?: 1;
  readonly httpResponseCode?: 1;
  readonly httpQueryParams?: 1;
  readonly httpQuery?: string;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  /** Method, path pattern, status of success. */
  readonly http?: readonly [string, string, number];
  readonly jsonName?: string;
  readonly xmlName?: string;
  readonly ec2QueryName?: string;
  readonly xmlFlattened?: 1;
  readonly xmlAttribute?: 1;
  /** Prefix and URI. */
  readonly xmlNamespace?: readonly [string, string];
  readonly sparse?: 1;
  readonly streaming?: 1;
  readonly error?: "client" | "server";
  /** Code of the query protocol and status. */
  readonly awsQueryError?: readonly [string, number];
}

export interface Shape {
  readonly kind: Kind;
  /** Name in the model; "" for simple shapes without one. */
  readonly name: string;
  readonly traits: Traits;
  /** How a timestamp is written, where the model says so. */
  readonly format?: TimestampFormat;
  /** Of a structure or union, in the model's order. */
  readonly members: readonly Member[];
  /** Of a list: its item; of a map: its value. */
  readonly item: Member;
  /** Of a map. */
  readonly key: Member;
}

/** A use of a shape: a structure's member, a list's item, a map's key or value. */
export interface Member {
  readonly name: string;
  readonly shape: Shape;
  /** The shape's own traits under those of the use. */
  readonly traits: Traits;
  /** Of the use alone: a structure's own `xmlName` names it as a root, not as a member. */
  readonly ownTraits: Traits;
}

/** Rows of the table: `[kind, namespace, name, traits, …]`, a reference to another row is `{ "r": index }`. */
export type ShapeRow = readonly unknown[];

const NO_TRAITS: Traits = {};
const TRAIT_BITS = [
  "httpLabel",
  "idempotent",
  "idempotencyToken",
  "sensitive",
  "httpPayload",
  "httpResponseCode",
  "httpQueryParams",
] as const;
const LIST = 64;
const MAP = 128;
/** A shape without parts. Those without a name of their own are one object each, made once. */
class SimpleShape implements Shape {
  readonly kind: Kind;
  readonly name: string;
  readonly traits: Traits;
  readonly format?: TimestampFormat;
  readonly members: readonly Member[] = [];
  constructor(kind: Kind, format?: TimestampFormat, name = "", traits = NO_TRAITS) {
    this.kind = kind;
    this.name = name;
    this.traits = traits;
    if (format !== undefined) this.format = format;
  }
  get item(): never {
    throw new Error(`a ${this.kind} has no items`);
  }
  get key(): never {
    throw new Error(`a ${this.kind} has no keys`);
  }
}

const SIMPLE: ReadonlyMap<unknown, SimpleShape> = new Map<unknown, SimpleShape>([
  [0, new SimpleShape("string")],
  [1, new SimpleShape("number")],
  [2, new SimpleShape("boolean")],
  [4, new SimpleShape("timestamp")],
  [5, new SimpleShape("timestamp", "date-time")],
  [6, new SimpleShape("timestamp", "http-date")],
  [7, new SimpleShape("timestamp", "epoch")],
  [15, new SimpleShape("document")],
  [17, new SimpleShape("number")],
  [19, new SimpleShape("number")],
  [21, new SimpleShape("blob")],
  [42, new SimpleShape("stream")],
  ["unit", new SimpleShape("unit")],
]);

/** Answers shapes by their row's index; `row` is asked once for each. */
export function shapeTable(row: (index: number) => ShapeRow): (index: number) => Shape {
  const built = new Map<number, Shape>();
  const at = (index: number): Shape => {
    let shape = built.get(index);
    if (shape === undefined) {
      shape = shapeOfRow(row(index), resolve);
      built.set(index, shape);
    }
    return shape;
  };
  const resolve: Resolve = (part) => (isReference(part) ? at(part.r) : simpleShape(part, resolve));
  return at;
}

type Resolve = (part: unknown) => Shape;

function shapeOfRow(row: ShapeRow, resolve: Resolve): Shape {
  const [kind, , name, traits] = row;
  const base = { name: String(name), traits: traitsOf(traits) };
  if (kind === 0) {
    const shape = simpleShape(row[4], resolve);
    return shape instanceof SimpleShape
      ? new SimpleShape(shape.kind, shape.format, base.name, base.traits)
      : { ...shape, ...base };
  }
  if (kind === 1) return container("list", base, undefined, row[4], resolve);
  if (kind === 2) return container("map", base, row[4], row[5], resolve);
  return new StructureShape(base.name, base.traits, row[4] as readonly string[], row[5] as readonly unknown[], resolve);
}

function container(kind: Kind, base: Pick<Shape, "name" | "traits">, key: unknown, item: unknown, resolve: Resolve): Shape {
  let keyMember: Member | undefined;
  let itemMember: Member | undefined;
  return {
    kind,
    ...base,
    members: [],
    get key() {
      keyMember ??= member("key", key ?? 0, resolve);
      return keyMember;
    },
    get item() {
      itemMember ??= member(kind === "map" ? "value" : "member", item, resolve);
      return itemMember;
    },
  };
}

class StructureShape implements Shape {
  readonly kind = "structure";
  readonly name: string;
  readonly traits: Traits;
  readonly #names: readonly string[];
  readonly #parts: readonly unknown[];
  readonly #resolve: Resolve;
  #members: readonly Member[] | undefined;
  constructor(name: string, traits: Traits, names: readonly string[], parts: readonly unknown[], resolve: Resolve) {
    this.name = name;
    this.traits = traits;
    this.#names = names;
    this.#parts = parts;
    this.#resolve = resolve;
  }
  get members(): readonly Member[] {
    this.#members ??= this.#names.map((name, i) => member(name, this.#parts[i], this.#resolve));
    return this.#members;
  }
  get item(): never {
    throw new Error(`${this.name} is a structure`);
  }
  get key(): never {
    throw new Error(`${this.name} is a structure`);
  }
}

function simpleShape(code: unknown, resolve: Resolve): Shape {
  const known = SIMPLE.get(code);
  if (known !== undefined) return known;
  const base = { name: "", traits: NO_TRAITS };
  if (typeof code === "number" && code >= MAP) return container("map", base, 0, code - MAP, resolve);
  if (typeof code === "number" && code >= LIST) return container("list", base, undefined, code - LIST, resolve);
  throw new Error(`no shape ${JSON.stringify(code)}`);
}

/** `part` is a shape, or a pair of a shape and the traits of its use. The shape is looked up when it is asked for. */
function member(name: string, part: unknown, resolve: Resolve): Member {
  const [target, uses]: readonly unknown[] = Array.isArray(part) ? part : [part, 0];
  return new LazyMember(name, target, traitsOf(uses), resolve);
}

class LazyMember implements Member {
  readonly name: string;
  readonly ownTraits: Traits;
  readonly #target: unknown;
  readonly #resolve: Resolve;
  #shape: Shape | undefined;
  #traits: Traits | undefined;
  constructor(name: string, target: unknown, ownTraits: Traits, resolve: Resolve) {
    this.name = name;
    this.#target = target;
    this.ownTraits = ownTraits;
    this.#resolve = resolve;
  }
  get shape(): Shape {
    this.#shape ??= this.#resolve(this.#target);
    return this.#shape;
  }
  get traits(): Traits {
    this.#traits ??= this.shape.traits === NO_TRAITS ? this.ownTraits : { ...this.shape.traits, ...this.ownTraits };
    return this.#traits;
  }
}

const byBits = new Map<number, Traits>([[0, NO_TRAITS]]);

function traitsOf(traits: unknown): Traits {
  if (typeof traits !== "number") return (traits ?? NO_TRAITS) as Traits;
  let known = byBits.get(traits);
  if (known === undefined) {
    known = Object.fromEntries(TRAIT_BITS.filter((_, bit) => ((traits >> bit) & 1) === 1).map((name) => [name, 1])) as Traits;
    byBits.set(traits, known);
  }
  return known;
}

function isReference(value: unknown): value is { readonly r: number } {
  return typeof value === "object" && value !== null && "r" in value && typeof value.r === "number";
}
