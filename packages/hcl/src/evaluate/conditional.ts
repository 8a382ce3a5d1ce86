import type { Traversal } from "../syntax/body.ts";
import type { SourceText } from "../syntax/source-text.ts";
import { conversionBetween, convert, unifyTypes } from "../values/conversion.ts";
import { type Conversion, ConversionError } from "../values/conversion-rules.ts";
import { isDefinitelyNotNull } from "../values/deep.ts";
import { lengthBounds, numberBounds, refined } from "../values/refinement.ts";
import { BOOL, DYNAMIC, sameType, type Type } from "../values/type.ts";
import { DYNAMIC_UNKNOWN, isUnknown, nullVal, type Refinements, unknownVal, type Val, withMarks } from "../values/value.ts";
import { describeTypeMismatch } from "./conditional-mismatch.ts";
import { Node, type Sink, type Span } from "./node.ts";
import type { Scope } from "./scope.ts";

interface Arms {
  readonly type: Type;
  readonly whenTrue: Conversion | undefined;
  readonly whenFalse: Conversion | undefined;
}

const INCONSISTENT = "Inconsistent conditional result types";

/** `condition ? a : b`. Both arms are evaluated, since both have a say in the type; only the chosen one's errors are told. */
export class ConditionalNode extends Node {
  readonly condition: Node;
  readonly whenTrue: Node;
  readonly whenFalse: Node;
  constructor(source: SourceText, span: Span, condition: Node, whenTrue: Node, whenFalse: Node) {
    super(source, span);
    this.condition = condition;
    this.whenTrue = whenTrue;
    this.whenFalse = whenFalse;
  }

  override get startSpan(): Span {
    return this.condition.startSpan;
  }

  value(scope: Scope, sink: Sink): Val {
    const trueTold: Sink = [];
    const falseTold: Sink = [];
    const whenTrue = this.whenTrue.value(scope, trueTold);
    const whenFalse = this.whenFalse.value(scope, falseTold);
    const arms = armsOf(whenTrue, whenFalse);
    if (arms === undefined) {
      const reason = describeTypeMismatch(whenTrue.type, whenFalse.type);
      const detail = `The true and false result expressions must have consistent types. ${reason}.`;
      this.report(sink, scope, INCONSISTENT, detail, { start: this.whenTrue.start, end: this.whenFalse.end });
      return DYNAMIC_UNKNOWN;
    }
    const condition = this.condition.value(scope, sink);
    const chosen = this.#chosen(condition, scope, sink);
    if (chosen === "unusable") return unknownVal(arms.type);
    const result =
      chosen === "unknown"
        ? eitherOf(whenTrue, whenFalse, arms.type)
        : chosen
          ? this.#arm(whenTrue, trueTold, arms.whenTrue, arms.type, this.whenTrue, "true", scope, sink)
          : this.#arm(whenFalse, falseTold, arms.whenFalse, arms.type, this.whenFalse, "false", scope, sink);
    return [condition, whenTrue, whenFalse].reduce((value, { marks }) => withMarks(value, marks), result);
  }

  #chosen(condition: Val, scope: Scope, sink: Sink): boolean | "unknown" | "unusable" {
    if (condition.raw === null) {
      const detail = "The condition value is null. Conditions must either be true or false.";
      this.report(sink, scope, "Null condition", detail, this.condition);
      return "unusable";
    }
    if (isUnknown(condition)) return "unknown";
    try {
      return convert(condition, BOOL).raw === true;
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      this.report(sink, scope, "Incorrect condition type", "The condition expression must be of type bool.", this.condition);
      return "unusable";
    }
  }

  #arm(
    value: Val,
    told: Sink,
    conversion: Conversion | undefined,
    type: Type,
    arm: Node,
    name: string,
    scope: Scope,
    sink: Sink,
  ): Val {
    sink.push(...told);
    try {
      return conversion === undefined ? value : conversion(value, []);
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      this.report(sink, scope, INCONSISTENT, `The ${name} result value has the wrong type: ${error.message}.`, arm);
      return unknownVal(type);
    }
  }

  collectReferences(found: Traversal[], locals: readonly string[]): void {
    this.condition.collectReferences(found, locals);
    this.whenTrue.collectReferences(found, locals);
    this.whenFalse.collectReferences(found, locals);
  }
}

/** The type of the whole and how each arm gets there; undefined where they have nothing in common. */
function armsOf(whenTrue: Val, whenFalse: Val): Arms | undefined {
  if (isBareNull(whenTrue)) {
    return { type: whenFalse.type, whenTrue: conversionBetween(DYNAMIC, whenFalse.type, true), whenFalse: undefined };
  }
  if (isBareNull(whenFalse)) {
    return { type: whenTrue.type, whenTrue: undefined, whenFalse: conversionBetween(DYNAMIC, whenTrue.type, true) };
  }
  if (whenTrue.type.kind === "dynamic" || whenFalse.type.kind === "dynamic") {
    return { type: DYNAMIC, whenTrue: undefined, whenFalse: undefined };
  }
  const unified = unifyTypes([whenTrue.type, whenFalse.type]);
  if (unified === undefined) return undefined;
  return { type: unified.type, whenTrue: unified.conversions[0], whenFalse: unified.conversions[1] };
}

/** The literal `null`: it takes on the other arm's type. */
function isBareNull(value: Val): boolean {
  return value.raw === null && value.type.kind === "dynamic" && value.marks.size === 0;
}

/** What is known of a value that is one of the two. */
function eitherOf(a: Val, b: Val, type: Type): Val {
  if (a.raw === null && b.raw === null) return nullVal(type);
  const isNotNull = isDefinitelyNotNull(a) && isDefinitelyNotNull(b);
  return refined(unknownVal(type), { isNotNull, ...commonBounds(a, b) });
}

function commonBounds(a: Val, b: Val): Refinements {
  if (a.type.kind === "number" && b.type.kind === "number") {
    const [x, y] = [numberBounds(a), numberBounds(b)];
    const min = x.min.compare(y.min) <= 0 ? x.min : y.min;
    const max = x.max.compare(y.max) >= 0 ? x.max : y.max;
    return {
      ...(!min.isInfinite ? { numberMin: min } : {}),
      ...(!max.isInfinite ? { numberMax: max } : {}),
    };
  }
  if (!("element" in a.type) || !sameType(a.type, b.type)) return {};
  const [x, y] = [lengthBounds(a), lengthBounds(b)];
  const max = Math.max(x.max, y.max);
  return { lengthMin: Math.min(x.min, y.min), ...(Number.isFinite(max) ? { lengthMax: max } : {}) };
}
