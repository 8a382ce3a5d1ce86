import type { Traversal } from "../syntax/body.ts";
import type { SourceText } from "../syntax/source-text.ts";
import { isElements, isEntries } from "../values/contents.ts";
import { convert } from "../values/conversion.ts";
import { ConversionError } from "../values/conversion-rules.ts";
import { friendlyName } from "../values/friendly.ts";
import { goQuote } from "../values/go-quote.ts";
import { Gathered, step } from "../values/limits.ts";
import { BOOL, STRING } from "../values/type.ts";
import {
  DYNAMIC_UNKNOWN,
  intVal,
  isUnknown,
  type Marks,
  objectVal,
  stringVal,
  tupleVal,
  unmarked,
  type Val,
  withMarks,
} from "../values/value.ts";
import { childScope } from "./child-scope.ts";
import { Node, type Sink, type Span } from "./node.ts";
import type { Scope } from "./scope.ts";

export interface ForParts {
  readonly keyName: string | undefined;
  readonly valueName: string;
  readonly collection: Node;
  /** Present where an object is made. */
  readonly key: Node | undefined;
  readonly result: Node;
  readonly condition: Node | undefined;
  /** `...`: values of one key are gathered in a tuple. */
  readonly isGrouped: boolean;
}

/** What one pass over the collection gathers. */
interface Gathering {
  readonly marks: Marks[];
  /** False as soon as something is not known that decides which elements the result has. */
  isKnown: boolean;
}

const CONDITION = "Invalid 'for' condition";
const KEY = "Invalid object key";

/** `[for k, v in c: r if x]` and `{for k, v in c: key => r...}` (HCL Native Syntax Specification, "For Expressions"). */
export class ForNode extends Node {
  readonly parts: ForParts;
  readonly open: Span;
  constructor(source: SourceText, span: Span, open: Span, parts: ForParts) {
    super(source, span);
    this.open = open;
    this.parts = parts;
  }

  override get startSpan(): Span {
    return this.open;
  }

  value(scope: Scope, sink: Sink): Val {
    const { collection, key } = this.parts;
    const over = collection.value(scope, sink);
    if (!this.#isIterable(over, scope, sink)) return DYNAMIC_UNKNOWN;
    const conditionMarks = this.#tryCondition(scope, sink);
    if (conditionMarks === undefined) return DYNAMIC_UNKNOWN;
    if (isUnknown(over)) return withMarks(withMarks(DYNAMIC_UNKNOWN, over.marks), conditionMarks);
    const gathering: Gathering = { marks: [over.marks], isKnown: true };
    const elements = elementsOf(unmarked(over));
    const result =
      key === undefined ? this.#tuple(elements, scope, gathering, sink) : this.#object(elements, key, scope, gathering, sink);
    return gathering.marks.reduce((value, marks) => withMarks(value, marks), gathering.isKnown ? result : DYNAMIC_UNKNOWN);
  }

  #isIterable(over: Val, scope: Scope, sink: Sink): boolean {
    const { collection } = this.parts;
    if (over.raw === null) {
      const detail = "A null value cannot be used as the collection in a 'for' expression.";
      collection.report(sink, scope, "Iteration over null value", detail);
      return false;
    }
    const { kind } = over.type;
    if (kind === "dynamic") return false;
    if (kind !== "string" && kind !== "number" && kind !== "bool") return true;
    const detail = `A value of type ${friendlyName(over.type)} cannot be used as the collection in a 'for' expression.`;
    collection.report(sink, scope, "Iteration over non-iterable value", detail);
    return false;
  }

  /** Looks at the condition before there is an element, so that a wrong one is told once; its marks, or undefined where it is wrong. */
  #tryCondition(scope: Scope, sink: Sink): Marks | undefined {
    const { condition } = this.parts;
    if (condition === undefined) return new Set();
    const told = sink.length;
    const result = condition.value(this.#scope(scope, DYNAMIC_UNKNOWN, DYNAMIC_UNKNOWN), sink);
    if (result.raw === null) {
      condition.report(sink, scope, "Condition is null", "The value of the 'if' clause must not be null.");
      return undefined;
    }
    if (this.#asBool(condition, result, scope, sink) === undefined || sink.length > told) return undefined;
    return result.marks;
  }

  #scope(parent: Scope, key: Val, value: Val): Scope {
    const { keyName, valueName } = this.parts;
    return childScope(parent, keyName === undefined ? { [valueName]: value } : { [keyName]: key, [valueName]: value });
  }

  #asBool(condition: Node, value: Val, scope: Scope, sink: Sink | undefined): Val | undefined {
    try {
      return convert(value, BOOL);
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      if (sink !== undefined) condition.report(sink, scope, CONDITION, `The 'if' clause value is invalid: ${error.message}.`);
      return undefined;
    }
  }

  /** Whether the element is taken; errors are told as long as nothing unknown was met. */
  #isIncluded(scope: Scope, gathering: Gathering, sink: Sink): boolean {
    const { condition } = this.parts;
    if (condition === undefined) return true;
    const value = condition.value(scope, sink);
    gathering.marks.push(value.marks);
    if (value.raw === null) {
      if (gathering.isKnown) condition.report(sink, scope, CONDITION, "The value of the 'if' clause must not be null.");
      gathering.isKnown = false;
      return false;
    }
    const included = this.#asBool(condition, value, scope, gathering.isKnown ? sink : undefined);
    if (included === undefined || isUnknown(included)) {
      gathering.isKnown = false;
      return false;
    }
    return included.raw === true;
  }

  #tuple(elements: Iterable<readonly [Val, Val]>, scope: Scope, gathering: Gathering, sink: Sink): Val {
    const values: Val[] = [];
    const gathered = new Gathered();
    for (const [key, value] of elements) {
      step();
      const inner = this.#scope(scope, key, value);
      if (!this.#isIncluded(inner, gathering, sink)) continue;
      const element = this.parts.result.value(inner, sink);
      gathered.add(element);
      values.push(element);
    }
    return tupleVal(values);
  }

  #object(elements: Iterable<readonly [Val, Val]>, keyNode: Node, scope: Scope, gathering: Gathering, sink: Sink): Val {
    const { isGrouped, result } = this.parts;
    const values = new Map<string, Val>();
    const groups = new Map<string, Val[]>();
    const gathered = new Gathered();
    for (const [key, value] of elements) {
      step();
      const inner = this.#scope(scope, key, value);
      if (!this.#isIncluded(inner, gathering, sink)) continue;
      const name = this.#name(keyNode, inner, gathering, sink);
      if (name === undefined) {
        gathering.isKnown = false;
        continue;
      }
      const element = result.value(inner, sink);
      gathered.add(element);
      if (isGrouped) addTo(groups, name, element);
      else if (values.has(name)) this.#reportDuplicate(keyNode, shownKey(name, gathering), inner, sink);
      else values.set(name, element);
    }
    for (const [name, group] of groups) values.set(name, tupleVal(group));
    return objectVal(values);
  }

  #name(keyNode: Node, scope: Scope, gathering: Gathering, sink: Sink): string | undefined {
    const key = keyNode.value(scope, sink);
    if (key.raw === null) {
      const detail = "Key expression in 'for' expression must not produce a null value.";
      if (gathering.isKnown) keyNode.report(sink, scope, KEY, detail);
      return undefined;
    }
    gathering.marks.push(key.marks);
    if (isUnknown(key)) return undefined;
    try {
      return String(convert(key, STRING).raw);
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      if (gathering.isKnown) keyNode.report(sink, scope, KEY, `The key expression produced an invalid result: ${error.message}.`);
      return undefined;
    }
  }

  #reportDuplicate(keyNode: Node, shown: string, scope: Scope, sink: Sink): void {
    const detail = `Two different items produced the key ${shown} in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.`;
    keyNode.report(sink, scope, "Duplicate object key", detail);
  }

  collectReferences(found: Traversal[], locals: readonly string[]): void {
    const { keyName, valueName, collection, key, result, condition } = this.parts;
    collection.collectReferences(found, locals);
    const inner = [...locals, valueName, ...(keyName === undefined ? [] : [keyName])];
    key?.collectReferences(found, inner);
    result.collectReferences(found, inner);
    condition?.collectReferences(found, inner);
  }
}

/** The key for a message: what was made of something sensitive or ephemeral is not shown. */
function shownKey(name: string, { marks }: Gathering): string {
  return marks.some(({ size }) => size > 0) ? "(sensitive value)" : goQuote(name);
}

function addTo(groups: Map<string, Val[]>, name: string, value: Val): void {
  const group = groups.get(name);
  if (group === undefined) groups.set(name, [value]);
  else group.push(value);
}

/** Keys and values of a known collection; an element of a set is its own key. */
export function* elementsOf(collection: Val): Iterable<readonly [Val, Val]> {
  const { raw } = collection;
  if (isEntries(raw)) {
    for (const [key, value] of raw) yield [stringVal(key), value];
  } else if (isElements(raw)) {
    for (const [i, value] of raw.entries()) yield [collection.type.kind === "set" ? value : intVal(i), value];
  }
}
