import type { Traversal } from "../syntax/body.ts";
import { listFrom } from "../values/collections.ts";
import { isElements } from "../values/contents.ts";
import { isDefinitelyNotNull } from "../values/deep.ts";
import { lengthBounds, refined } from "../values/refinement.ts";
import { DYNAMIC, listOf, type Type, tupleOf } from "../values/type.ts";
import { DYNAMIC_UNKNOWN, isUnknown, listVal, tupleVal, unknownVal, type Val, withMarks } from "../values/value.ts";
import { childScope, lookUpVariable } from "./child-scope.ts";
import { Node, type Sink, type Span } from "./node.ts";
import type { Scope } from "./scope.ts";

/** The scope's name of the element that a splat is at; no variable can have it. */
const ELEMENT = "*";

/** Stands for the element that the splat is at. */
export class SplatElementNode extends Node {
  value(scope: Scope): Val {
    return lookUpVariable(scope, ELEMENT) ?? DYNAMIC_UNKNOWN;
  }
  collectReferences(): void {}
}

/** `from[*].rest` and `from.*.rest` (HCL Native Syntax Specification, "Splat Operators"). */
export class SplatNode extends Node {
  readonly from: Node;
  /** What is done with each element, in terms of a `SplatElementNode`. */
  readonly each: Node;
  readonly marker: Span;
  readonly isAttributeOnly: boolean;
  constructor(from: Node, each: Node, marker: Span, end: number, isAttributeOnly: boolean) {
    super(from.source, { start: from.start, end });
    this.from = from;
    this.each = each;
    this.marker = marker;
    this.isAttributeOnly = isAttributeOnly;
  }

  override get startSpan(): Span {
    return this.marker;
  }

  value(scope: Scope, sink: Sink): Val {
    const told = sink.length;
    const source = this.from.value(scope, sink);
    if (sink.length > told) return DYNAMIC_UNKNOWN;
    const isSequence = source.type.kind === "tuple" || source.type.kind === "list" || source.type.kind === "set";
    if (source.raw === null) {
      if (!isSequence) return withMarks(tupleVal([]), source.marks);
      const detail = "Splat expressions (with the * symbol) cannot be applied to null sequences.";
      this.report(sink, scope, "Splat of null value", detail, this.from);
      return DYNAMIC_UNKNOWN;
    }
    if (source.type.kind === "dynamic") return withMarks(DYNAMIC_UNKNOWN, source.marks);
    if (isSequence) return this.#sequence(source, scope, sink);
    const mayBeNull = isUnknown(source) && !isDefinitelyNotNull(source);
    const wrapped = this.#sequence(withMarks(tupleVal([source]), source.marks), scope, sink);
    return mayBeNull ? withMarks(DYNAMIC_UNKNOWN, source.marks) : wrapped;
  }

  #sequence(source: Val, scope: Scope, sink: Sink): Val {
    if (isUnknown(source)) return withMarks(this.#unknown(source, scope, sink), source.marks);
    const elements = isElements(source.raw) ? source.raw : [];
    const told = sink.length;
    const results = elements.map((element) => this.#one(element, scope, sink));
    const result =
      sink.length > told ? unknownVal(this.#type(source.type, scope, [])) : this.#gathered(results, source, scope, sink);
    return withMarks(result, source.marks);
  }

  #one(element: Val, scope: Scope, sink: Sink): Val {
    return this.each.value(childScope(scope, { [ELEMENT]: element }), sink);
  }

  #gathered(results: readonly Val[], source: Val, scope: Scope, sink: Sink): Val {
    if (source.type.kind === "tuple") return tupleVal(results);
    if (results.length === 0) {
      const type = this.#type(source.type, scope, sink);
      return listVal("element" in type ? type.element : DYNAMIC, []);
    }
    const list = listFrom(results);
    if (list !== undefined) return list;
    const detail =
      "The second level of splat expression produced elements of different types, so it isn't possible to construct a valid list to represent the top-level result.\n\nConsider using a for expression instead, to produce a tuple-typed result which can therefore have non-homogenous element types.";
    this.report(sink, scope, "Invalid nested splat expressions", detail, this.each);
    return DYNAMIC_UNKNOWN;
  }

  /** The type of the result for elements of which only the type is known. */
  #type(source: Type, scope: Scope, sink: Sink): Type {
    const typeOfEach = (type: Type): Type => this.#one(unknownVal(type), scope, sink).type;
    if (source.kind === "tuple") return tupleOf(source.elements.map(typeOfEach));
    return "element" in source ? listOf(typeOfEach(source.element)) : DYNAMIC;
  }

  #unknown(source: Val, scope: Scope, sink: Sink): Val {
    const type = this.#type(source.type, scope, sink);
    const { min, max } = lengthBounds(source);
    const bounds = type.kind === "list" ? { lengthMin: min, ...(Number.isFinite(max) ? { lengthMax: max } : {}) } : {};
    return refined(unknownVal(type), { isNotNull: true, ...bounds });
  }

  collectReferences(found: Traversal[], locals: readonly string[]): void {
    this.from.collectReferences(found, locals);
    this.each.collectReferences(found, locals);
  }
}
