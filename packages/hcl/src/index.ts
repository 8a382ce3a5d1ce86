export { decodeBody } from "./decode/decode-body.ts";
export { attributeConstraint, impliedType, typeOf } from "./decode/implied-type.ts";
export { bodyReferences } from "./decode/references.ts";
export { childScope } from "./evaluate/child-scope.ts";
export { didYouMean, nameSuggestion } from "./evaluate/name-suggestion.ts";
export { formatPlace } from "./evaluate/place.ts";
export type { Scope } from "./evaluate/scope.ts";
export { scopeOf } from "./evaluate/scope-of.ts";
export { callFunction, convertArgument, parameterAt } from "./functions/call.ts";
export { FunctionError, type LanguageFunction, type LazyArgument, type Parameter } from "./functions/function.ts";
export { BINARY_OPERATORS, UNARY_OPERATORS } from "./functions/operators.ts";
export type {
  Attribute,
  Block,
  Body,
  BodyContent,
  BodySchema,
  Evaluated,
  Expression,
  Traversal,
  TraversalStep,
} from "./syntax/body.ts";
export { evaluateExpression, parseExpression, parseNative, parseTemplate } from "./syntax/parse.ts";
export type { Position } from "./syntax/source-text.ts";
export { BigFloat } from "./values/big-float.ts";
export { numberText, parseNumber } from "./values/big-float-text.ts";
export { listFrom, mapFrom, setFrom } from "./values/collections.ts";
export { boolOf, elementsOf, entriesOf, isElements, isEntries, numberOf, textOf } from "./values/contents.ts";
export { type CommonType, convert, mismatchMessage, unifyTypes } from "./values/conversion.ts";
export { ConversionError, type Path, type PathStep, pathText } from "./values/conversion-rules.ts";
export { containsMarks, deepMarks, hasDynamic, isDefinitelyNotNull, isWhollyKnown, unmarkedDeep } from "./values/deep.ts";
export { equals, sameValue } from "./values/equality.ts";
export { friendlyConstraintName, friendlyName } from "./values/friendly.ts";
export { lengthBounds, numberBounds, refined } from "./values/refinement.ts";
export { compareText } from "./values/text-order.ts";
export * from "./values/type.ts";
export * from "./values/value.ts";
export { withoutOptional } from "./values/without-optional.ts";
