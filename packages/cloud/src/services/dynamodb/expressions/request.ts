/** The expressions of one request: parsed (trees are kept by text), bound to its names and values, and checked for leftovers. */
import { type AttributeValue, checkAlone } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import type { Parsed, Path } from "./ast.ts";
import { Binder, type BoundCondition } from "./bind.ts";
import { type ExpressionLabel, parseCondition, parseProjection, parseUpdate } from "./parser.ts";
import { checkOverlap, type Projection, projectionOf } from "./projection.ts";
import { type BoundUpdate, bindUpdate } from "./update.ts";

/** Trees kept per kind; the oldest half is dropped when full. */
const TREES_MAX = 1000;

class TreeCache<T> {
  private readonly trees = new Map<string, Parsed<T>>();
  private readonly parse: (text: string) => Parsed<T>;
  constructor(parse: (text: string) => Parsed<T>) {
    this.parse = parse;
  }
  get(text: string): Parsed<T> {
    let tree = this.trees.get(text);
    if (tree === undefined) {
      tree = this.parse(text);
      if (this.trees.size >= TREES_MAX) for (const key of [...this.trees.keys()].slice(0, TREES_MAX / 2)) this.trees.delete(key);
      this.trees.set(text, tree);
    }
    return tree;
  }
}

// Pure functions' results by their argument: sharing them between clouds changes nothing but speed.
const conditions = {
  ConditionExpression: new TreeCache((text: string) => parseCondition(text, "ConditionExpression")),
  FilterExpression: new TreeCache((text: string) => parseCondition(text, "FilterExpression")),
  KeyConditionExpression: new TreeCache((text: string) => parseCondition(text, "KeyConditionExpression")),
};
const projections = new TreeCache(parseProjection);
const updates = new TreeCache(parseUpdate);

export interface ExpressionInput {
  readonly ExpressionAttributeNames?: { readonly [placeholder: string]: string };
  readonly ExpressionAttributeValues?: { readonly [placeholder: string]: AttributeValue };
}

const NAME_KEY = /^#[A-Za-z0-9_]+$/;
const VALUE_KEY = /^:[A-Za-z0-9_]+$/;

export class Expressions {
  readonly names = new Map<string, string>();
  readonly values = new Map<string, AttributeValue>();
  private readonly usedNames = new Set<string>();
  private readonly usedValues = new Set<string>();

  /**
   * `given` are the operation's expression parameters by name (undefined where absent).
   * Throws ValidationException for placeholders without an expression or with a bad name or value.
   */
  constructor(input: ExpressionInput, given: Readonly<Record<string, unknown>>) {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
    if (names == null && values == null) return;
    const labels = Object.keys(given);
    const used = Object.values(given).some((value) => value != null);
    if (names != null) {
      if (!used) throw invalid("ExpressionAttributeNames can only be specified when using expressions");
      this.readNames(names);
    }
    if (values != null) {
      const takers = labels.filter((label) => label !== "ProjectionExpression");
      if (!takers.some((label) => given[label] != null)) {
        const subject = `${takers.join(" and ")} ${takers.length > 1 ? "are" : "is"} null`;
        throw invalid(`ExpressionAttributeValues can only be specified when using expressions: ${subject}`);
      }
      this.readValues(values);
    }
  }

  private readNames(names: { readonly [placeholder: string]: string }): void {
    const entries = Object.entries(names);
    if (entries.length === 0) throw invalid("ExpressionAttributeNames must not be empty");
    for (const [key, name] of entries) {
      if (!NAME_KEY.test(key)) throw invalid(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${key}"`);
      if (typeof name !== "string" || name === "")
        throw invalid(`ExpressionAttributeNames contains invalid value: Empty attribute name for key ${key}`);
      this.names.set(key, name);
    }
  }

  private readValues(values: { readonly [placeholder: string]: AttributeValue }): void {
    const entries = Object.entries(values);
    if (entries.length === 0) throw invalid("ExpressionAttributeValues must not be empty");
    for (const [key, value] of entries) {
      if (!VALUE_KEY.test(key)) throw invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${key}"`);
      try {
        this.values.set(key, checkAlone(value));
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "ValidationException") throw error;
        throw invalid(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`);
      }
    }
  }

  private note(parsed: Parsed<unknown>): void {
    for (const name of parsed.names) this.usedNames.add(name);
    for (const value of parsed.values) this.usedValues.add(value);
  }

  condition(text: string | undefined | null, label: keyof typeof conditions): BoundCondition | undefined {
    if (text == null) return undefined;
    const parsed = conditions[label].get(text);
    this.note(parsed);
    return new Binder(label, this).condition(parsed.tree);
  }

  /** The paths of a ProjectionExpression. */
  paths(text: string | undefined | null): Path[] | undefined {
    if (text == null) return undefined;
    const parsed = projections.get(text);
    this.note(parsed);
    const binder = new Binder("ProjectionExpression", this);
    const paths = parsed.tree.map((path) => binder.path(path));
    checkOverlap(paths, "ProjectionExpression");
    return paths;
  }

  projection(text: string | undefined | null): Projection | undefined {
    const paths = this.paths(text);
    return paths === undefined ? undefined : projectionOf(paths);
  }

  update(text: string | undefined | null): BoundUpdate | undefined {
    if (text == null) return undefined;
    const parsed = updates.get(text);
    this.note(parsed);
    return bindUpdate(parsed.tree, new Binder("UpdateExpression", this));
  }

  /** Call once every expression of the request has been read. */
  finish(): void {
    const leftover = (kind: string, defined: ReadonlyMap<string, unknown>, used: ReadonlySet<string>) => {
      const unused = [...defined.keys()].filter((key) => !used.has(key)).sort();
      if (unused.length > 0) throw invalid(`Value provided in ${kind} unused in expressions: keys: {${unused.join(", ")}}`);
    };
    leftover("ExpressionAttributeNames", this.names, this.usedNames);
    leftover("ExpressionAttributeValues", this.values, this.usedValues);
  }
}

/** Refuses expression parameters beside the legacy ones that they replace. */
export function refuseMixed(input: object, legacy: readonly string[], expressions: readonly ExpressionLabel[]): void {
  const given = (names: readonly string[]) => names.filter((name) => Reflect.get(input, name) != null);
  const old = given(legacy);
  const fresh = given(expressions);
  if (old.length === 0 || fresh.length === 0) return;
  throw invalid(
    "Can not use both expression and non-expression parameters in the same request: " +
      `Non-expression parameters: {${old.join(", ")}} Expression parameters: {${fresh.join(", ")}}`,
  );
}
