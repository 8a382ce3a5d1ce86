export type { Scope } from "./evaluate/scope.ts";
export { FunctionError, type LanguageFunction, type Parameter } from "./functions/function.ts";
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
export * from "./values/type.ts";
export * from "./values/value.ts";
