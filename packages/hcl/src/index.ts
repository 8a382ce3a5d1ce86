export { decodeBody } from "./decode/decode-body.ts";
export { attributeConstraint, impliedType, typeOf } from "./decode/implied-type.ts";
export { bodyReferences } from "./decode/references.ts";
export { childScope } from "./evaluate/child-scope.ts";
export { didYouMean, nameSuggestion } from "./evaluate/name-suggestion.ts";
export { formatPlace } from "./evaluate/place.ts";
export { relevantValues, withRelevantValues } from "./evaluate/relevant-values.ts";
export type { Scope, UnknownFunction } from "./evaluate/scope.ts";
export { NO_SCOPE, scopeOf } from "./evaluate/scope-of.ts";
export { formatSource } from "./format/format-source.ts";
export { quoteText } from "./format/quote-text.ts";
export { writeBody } from "./format/write-body.ts";
export { isIdentifier, writeExpression } from "./format/write-expression.ts";
export { type WrittenExpression, type WrittenItem, type WrittenStep, writtenReference } from "./format/written.ts";
export { callFunction, convertArgument, parameterAt } from "./functions/call.ts";
export { coreFunctions } from "./functions/core.ts";
export { FunctionError, type LanguageFunction, type LazyArgument, type Parameter } from "./functions/function.ts";
export type { FunctionFiles, FunctionHost, ParsedTemplate } from "./functions/host.ts";
export { BINARY_OPERATORS, UNARY_OPERATORS } from "./functions/operators.ts";
export { FUNCTIONS_SINCE } from "./functions/since.ts";
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
export { parseJson } from "./syntax/json-body.ts";
export { evaluateExpression, parseExpression, parseNative, parseTemplate } from "./syntax/parse.ts";
export type { Position } from "./syntax/source-text.ts";
export { parseTraversal } from "./syntax/traversal-parser.ts";
export { BigFloat } from "./values/big-float.ts";
export { numberText, parseNumber } from "./values/big-float-text.ts";
export { listFrom, mapFrom, setFrom } from "./values/collections.ts";
export { boolOf, elementsOf, entriesOf, isElements, isEntries, numberOf, textOf } from "./values/contents.ts";
export { type CommonType, convert, mismatchMessage, unifyTypes } from "./values/conversion.ts";
export { ConversionError, type Path, type PathStep, pathText } from "./values/conversion-rules.ts";
export { containsMarks, deepMarks, hasDynamic, isDefinitelyNotNull, isWhollyKnown, unmarkedDeep } from "./values/deep.ts";
export { applyDefaults, type Defaults } from "./values/defaults.ts";
export { equals, sameValue } from "./values/equality.ts";
export { friendlyConstraintName, friendlyName } from "./values/friendly.ts";
export { goQuote } from "./values/go-quote.ts";
export { jsonOfValue, valueOfJson, valueOfJsonAs } from "./values/json.ts";
export { JsonNumber, JsonSyntaxError, type JsonTree, parseJsonText } from "./values/json-text.ts";
export { type TypeJson, typeFromJson, typeJson } from "./values/json-type.ts";
export { lengthBounds, numberBounds, refined } from "./values/refinement.ts";
export { compareText } from "./values/text-order.ts";
export * from "./values/type.ts";
export { type TypeConstraint, typeConstraint } from "./values/type-constraint.ts";
export { typeExpression, typeText } from "./values/type-text.ts";
export * from "./values/value.ts";
export { withoutOptional } from "./values/without-optional.ts";
