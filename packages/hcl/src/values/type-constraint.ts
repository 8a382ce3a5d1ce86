/** Type constraints as a configuration writes them (`typeexpr` of hashicorp/hcl 2.23, read 2026-11-21). */
import { type Diagnostic, errorDiagnostic, type SourceRange } from "@dovetail/model";
import { NO_SCOPE } from "../evaluate/scope-of.ts";
import type { Expression } from "../syntax/body.ts";
import { convert } from "./conversion.ts";
import { ConversionError } from "./conversion-rules.ts";
import { type Defaults, defaultsOf } from "./defaults.ts";
import { goQuote } from "./go-quote.ts";
import { BOOL, DYNAMIC, NUMBER, objectOf, STRING, type Type, tupleOf } from "./type.ts";
import type { Val } from "./value.ts";

export interface TypeConstraint {
  /** `any` where the expression is no type. */
  readonly type: Type;
  /** Of the attributes that may be left out; undefined where none has a default. */
  readonly defaults: Defaults | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The type that an expression (`list(object({ name = optional(string, "x") }))`) asks for. What is wrong with it is told in Terraform's words. */
export function typeConstraint(expression: Expression): TypeConstraint {
  const keyword = expression.asKeyword();
  if (keyword !== undefined) return keywordType(keyword, expression);
  const call = expression.asCall();
  if (call === undefined) {
    return invalid(
      "A type specification is either a primitive type keyword (bool, number, string) or a complex type constructor call, like list(string).",
      expression.range,
    );
  }
  if (["bool", "string", "number"].includes(call.name)) {
    return invalid(`Primitive type keyword ${goQuote(call.name)} does not expect arguments.`, expression.range);
  }
  if (call.name === "any") return invalid(`Type constraint keyword "any" does not expect arguments.`, expression.range);
  const [argument, surplus] = call.arguments;
  const wanted = ARGUMENTS.get(call.name);
  if (call.name === "optional")
    return invalid(`Keyword "optional" is valid only as a modifier for object type attributes.`, call.nameRange);
  if (wanted === undefined) return invalid(`Keyword ${goQuote(call.name)} is not a valid type constructor.`, expression.range);
  if (argument === undefined || surplus !== undefined) {
    return invalid(
      `The ${call.name} type constructor requires one argument specifying ${wanted}.`,
      (surplus ?? expression).range,
    );
  }
  if (call.name === "object") return objectType(argument);
  if (call.name === "tuple") return tupleType(argument);
  return collectionType(call.name === "list" ? "list" : call.name === "set" ? "set" : "map", argument);
}

/** What the one argument of a constructor says. */
const ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ["list", "the element type"],
  ["set", "the element type"],
  ["map", "the element type"],
  ["object", "the attribute types and values as a map"],
  ["tuple", "the element types as a list"],
]);

const KEYWORDS: ReadonlyMap<string, Type> = new Map<string, Type>([
  ["bool", BOOL],
  ["string", STRING],
  ["number", NUMBER],
  ["any", DYNAMIC],
]);

function keywordType(keyword: string, { range }: Expression): TypeConstraint {
  const type = KEYWORDS.get(keyword);
  if (type !== undefined) return { type, defaults: undefined, diagnostics: [] };
  const wanted = ARGUMENTS.get(keyword);
  if (wanted !== undefined) return invalid(`The ${keyword} type constructor requires one argument specifying ${wanted}.`, range);
  return invalid(`The keyword ${goQuote(keyword)} is not a valid type specification.`, range);
}

function invalid(detail: string, range: SourceRange): TypeConstraint {
  return { type: DYNAMIC, defaults: undefined, diagnostics: [problem(detail, range)] };
}
function problem(detail: string, range: SourceRange): Diagnostic {
  return errorDiagnostic("DVT2005", "Invalid type specification", { detail, range });
}

function collectionType(kind: "list" | "set" | "map", argument: Expression): TypeConstraint {
  const { type: element, defaults, diagnostics } = typeConstraint(argument);
  const type: Type = { kind, element };
  return { type, defaults: defaultsOf(type, new Map(), new Map(defaults === undefined ? [] : [["", defaults]])), diagnostics };
}

function tupleType(argument: Expression): TypeConstraint {
  const parts = argument.asList();
  if (parts === undefined) return invalid("Tuple type constructor requires a list of element types.", argument.range);
  const elements = parts.map(typeConstraint);
  const type = tupleOf(elements.map((element) => element.type));
  const children = new Map<string, Defaults>();
  elements.forEach(({ defaults }, i) => {
    if (defaults !== undefined) children.set(String(i), defaults);
  });
  return {
    type,
    defaults: defaultsOf(type, new Map(), children),
    diagnostics: elements.flatMap(({ diagnostics }) => diagnostics),
  };
}

function objectType(argument: Expression): TypeConstraint {
  const pairs = argument.asMap();
  if (pairs === undefined) {
    return invalid(
      "Object type constructor requires a map whose keys are attribute names and whose values are the corresponding attribute types.",
      argument.range,
    );
  }
  const diagnostics: Diagnostic[] = [];
  const attributes = new Map<string, Type>();
  const optional = new Set<string>();
  const values = new Map<string, Val>();
  const children = new Map<string, Defaults>();
  for (const { key, value } of pairs) {
    const name = key.asKeyword();
    if (name === undefined || attributes.has(name)) {
      const must = name === undefined ? "be attribute names" : "be unique";
      diagnostics.push(problem(`Object constructor map keys must ${must}.`, key.range));
      continue;
    }
    const attribute = attributeType(value);
    diagnostics.push(...attribute.diagnostics);
    if (attribute.type === undefined) continue;
    attributes.set(name, attribute.type);
    if (attribute.isOptional) optional.add(name);
    if (attribute.fallback !== undefined) values.set(name, attribute.fallback);
    if (attribute.defaults !== undefined) children.set(name, attribute.defaults);
  }
  const type = objectOf(attributes, optional);
  return { type, defaults: defaultsOf(type, values, children), diagnostics };
}

interface AttributeConstraint {
  /** undefined where the attribute is not to be counted at all. */
  readonly type: Type | undefined;
  readonly defaults?: Defaults | undefined;
  readonly isOptional: boolean;
  readonly fallback?: Val | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

function attributeType(expression: Expression): AttributeConstraint {
  const call = expression.asCall();
  if (call?.name !== "optional") return { ...typeConstraint(expression), isOptional: false };
  const [typeGiven, fallback] = call.arguments;
  if (typeGiven === undefined) {
    const detail = "Optional attribute modifier requires the attribute type as its argument.";
    return { type: undefined, isOptional: false, diagnostics: [problem(detail, expression.range)] };
  }
  const constraint = typeConstraint(typeGiven);
  if (call.arguments.length > 2) {
    const detail = "Optional attribute modifier expects at most two arguments: the attribute type, and a default value.";
    return { ...constraint, isOptional: false, diagnostics: [problem(detail, expression.range), ...constraint.diagnostics] };
  }
  if (fallback === undefined) return { ...constraint, isOptional: true };
  const evaluated = fallback.evaluate(NO_SCOPE);
  const isBroken = evaluated.diagnostics.some(({ severity }) => severity === "error");
  const converted = isBroken ? { diagnostics: [] } : convertedDefault(evaluated.value, constraint.type, fallback.range);
  return {
    ...constraint,
    isOptional: !isBroken,
    fallback: converted.value,
    diagnostics: [...evaluated.diagnostics, ...constraint.diagnostics, ...converted.diagnostics],
  };
}

function convertedDefault(
  value: Val,
  type: Type,
  range: SourceRange,
): { readonly value?: Val; readonly diagnostics: readonly Diagnostic[] } {
  try {
    return { value: convert(value, type), diagnostics: [] };
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    const detail = `This default value is not compatible with the attribute's type constraint: ${error.message}.`;
    return { diagnostics: [errorDiagnostic("DVT2005", "Invalid default value for optional attribute", { detail, range })] };
  }
}
