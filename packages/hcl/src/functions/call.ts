import { deepMarks, unmarkedDeep } from "../values/deep.ts";
import { refinedNotNull } from "../values/refinement.ts";
import { DYNAMIC, type Type } from "../values/type.ts";
import { isNull, isUnknown, type Marks, unknownVal, type Val, withMarks } from "../values/value.ts";
import { convertOrBlame } from "./convert-or-blame.ts";
import { FunctionError, type LanguageFunction, type Parameter } from "./function.ts";

/** The parameter that the argument at a position is for; undefined where there is none. */
export function parameterAt(called: LanguageFunction, position: number): Parameter | undefined {
  return called.parameters[position] ?? called.variadic;
}

/**
 * What a function answers to its arguments: they are converted to its parameters' types, marks are taken off and put on the result, and an
 * argument that is not known (where the function does not say that it can deal with that) makes the result unknown (cty's `Function.Call`).
 * @throws FunctionError, with the position of the argument that is to blame
 */
export function callFunction(called: LanguageFunction, given: readonly Val[]): Val {
  const counted = checkedCount(called, given);
  const converted = counted.map((value, i) => convertArgument(called, value, i));
  const arguments_ = converted.map((value, i) => (parameterAt(called, i)?.allowsMarked === true ? value : unmarkedDeep(value)));
  const marks = converted.filter((_, i) => parameterAt(called, i)?.allowsMarked !== true).map(deepMarks);
  const isUntyped = arguments_.some(
    (value, i) => value.type.kind === "dynamic" && parameterAt(called, i)?.allowsDynamic !== true,
  );
  arguments_.forEach((value, i) => {
    if (isNull(value) && parameterAt(called, i)?.allowsNull !== true) throw new FunctionError("argument must not be null", i);
  });
  const type = isUntyped ? DYNAMIC : resultType(called, arguments_);
  const isResultUnknown =
    isUntyped || arguments_.some((value, i) => isUnknown(value) && parameterAt(called, i)?.allowsUnknown !== true);
  const result = isResultUnknown ? unknownVal(type) : called.implementation(arguments_, type);
  return marked(called.isNeverNull === true ? refinedNotNull(result) : result, marks);
}

function checkedCount(called: LanguageFunction, given: readonly Val[]): readonly Val[] {
  const required = called.parameters.length;
  if (called.variadic === undefined && given.length !== required) {
    throw new FunctionError(`wrong number of arguments (${required} required; ${given.length} given)`);
  }
  if (given.length < required)
    throw new FunctionError(`wrong number of arguments (at least ${required} required; ${given.length} given)`);
  return given;
}

/** An argument as a value of its parameter's type. @throws FunctionError */
export function convertArgument(called: LanguageFunction, value: Val, position: number): Val {
  const parameter = parameterAt(called, position);
  return parameter === undefined ? value : convertOrBlame(value, parameter.type, position);
}

function resultType(called: LanguageFunction, arguments_: readonly Val[]): Type {
  return typeof called.returns === "function" ? called.returns(arguments_) : called.returns;
}

function marked(value: Val, all: readonly Marks[]): Val {
  return all.reduce(withMarks, value);
}
