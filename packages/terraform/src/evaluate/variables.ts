import { applyDefaults, convert, deepMarks, isNull, type Mark, nullVal, unknownVal, type Val, withMarks } from "@dovetail/hcl";
import { DiagnosticError, errorDiagnostic, type SourceRange } from "@dovetail/model";
import { EMPTY_SCOPE } from "../configuration/literals.ts";
import type { ModuleCallConfig, ModuleTree, VariableConfig } from "../configuration/model.ts";
import type { Step } from "../refactoring/endpoint.ts";
import { evaluateExpression } from "./evaluate-expression.ts";
import type { ModuleScope, Place, Result, Run, Sources } from "./nodes.ts";
import { NO_SOURCES, unitedSources } from "./result.ts";
import { checkRules } from "./rules.ts";

/** Where the values of a module's variables come from. */
export type VariableSource =
  | { readonly kind: "root" }
  | { readonly kind: "call"; readonly call: ModuleCallConfig; readonly place: Place };

/** What an instance of a module is made from. */
export interface ModuleOptions {
  readonly run: Run;
  readonly tree: ModuleTree;
  readonly address: string;
  readonly steps: readonly Step[];
  readonly parent?: ModuleScope;
  readonly waitsFor?: () => Promise<Sources>;
  readonly given: VariableSource;
}

interface Given {
  readonly value: Val;
  readonly from: Sources;
  readonly range?: SourceRange;
}

/** The value of a variable: as given or by default, converted, marked. Throws DiagnosticError, Unavailable. */
export async function evaluateVariable(module: ModuleScope, name: string, source: VariableSource): Promise<Result> {
  const variable = module.tree.config.variables.get(name);
  if (variable === undefined) return { value: unknownVal({ kind: "dynamic" }), from: NO_SOURCES };
  const given = source.kind === "root" ? await givenToRoot(module, variable) : await givenByCall(variable, source);
  const value = marked(finalValue(module, variable, given), variable);
  return { value, from: given?.from ?? NO_SOURCES };
}

/** Holds a variable's value to its rules. Throws DiagnosticError, Unavailable. */
export async function checkVariable(module: ModuleScope, name: string, source: VariableSource, result: Result): Promise<Result> {
  const variable = module.tree.config.variables.get(name);
  if (variable === undefined || variable.validations.length === 0) return result;
  const checked = await validate(module, variable, givenAt(module, variable, source), result.value);
  return { value: result.value, from: unitedSources([result.from, checked]) };
}

/** Where a variable was given its value; its declaration where nothing gives one. */
function givenAt(module: ModuleScope, { name, range }: VariableConfig, source: VariableSource): SourceRange {
  const given =
    source.kind === "root"
      ? module.run.settings.variables.get(name)?.range
      : source.call.body.justAttributes().attributes.get(name)?.expression.range;
  return given ?? range;
}

async function givenToRoot(module: ModuleScope, variable: VariableConfig): Promise<Given | undefined> {
  const later = module.run.settings.later?.get(variable.name);
  if (later !== undefined) return await later();
  const given = module.run.settings.variables.get(variable.name);
  if (given !== undefined)
    return { value: given.value, from: NO_SOURCES, ...(given.range === undefined ? {} : { range: given.range }) };
  if (variable.default !== undefined) return undefined;
  throw new DiagnosticError(
    errorDiagnostic("DVT2022", "No value for required variable", {
      detail: `The root module input variable "${variable.name}" is not set, and has no default value. Use a -var or -var-file command line option to provide a value for this variable.`,
      range: variable.range,
    }),
  );
}

async function givenByCall(
  variable: VariableConfig,
  { call, place }: VariableSource & { kind: "call" },
): Promise<Given | undefined> {
  const attribute = call.body.justAttributes().attributes.get(variable.name);
  if (attribute === undefined) {
    if (variable.default !== undefined) return undefined;
    const detail = `The argument "${variable.name}" is required, but no definition was found.`;
    throw new DiagnosticError(errorDiagnostic("DVT2022", "Missing required argument", { detail, range: call.range }));
  }
  const { value, from } = await evaluateExpression(attribute.expression, place);
  const { range } = attribute.expression;
  if (!variable.isEphemeral && deepMarks(value).has("ephemeral")) {
    const detail =
      "This input variable is not declared as accepting a ephemeral values, so it cannot be set to a result derived from an ephemeral value.";
    throw new DiagnosticError(errorDiagnostic("DVT2031", "Ephemeral value not allowed", { detail, range }));
  }
  return { value, from, range };
}

function finalValue(module: ModuleScope, variable: VariableConfig, given: Given | undefined): Val {
  const fallback = () => defaultValue(variable);
  if (given === undefined) return fallback();
  const { value, range } = given;
  if (!variable.isNullable && isNull(value)) {
    if (variable.default !== undefined) return fallback();
    throw unsuitable(module, variable, "required variable may not be set to null", range);
  }
  try {
    return converted(variable, value);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw unsuitable(module, variable, text, range);
  }
}

/** Throws ConversionError. */
export function converted(variable: VariableConfig, value: Val): Val {
  const { constraint, type } = variable;
  const whole = constraint?.defaults === undefined || isNull(value) ? value : applyDefaults(constraint.defaults, value);
  return convert(whole, type);
}

/** The default in the variable's type. Throws DiagnosticError. */
export function defaultValue(variable: VariableConfig): Val {
  const { default: given, type } = variable;
  if (given === undefined) return nullVal(type);
  const { value } = given.expression.evaluate(EMPTY_SCOPE);
  try {
    return converted(variable, value);
  } catch (error) {
    const detail = `This default value is not compatible with the variable's type constraint: ${error instanceof Error ? error.message : String(error)}.`;
    const range = given.expression.range;
    throw new DiagnosticError(errorDiagnostic("DVT2022", "Invalid default value for variable", { detail, range }));
  }
}

function unsuitable(
  module: ModuleScope,
  variable: VariableConfig,
  text: string,
  range: SourceRange | undefined,
): DiagnosticError {
  const isRoot = module.address === "";
  const what = isRoot ? `var.${variable.name} declared` : `child module variable "${variable.name}" defined`;
  const detail = `The given value is not suitable for ${what} at ${module.run.placeText(variable.range)}: ${text}.`;
  return new DiagnosticError(
    errorDiagnostic("DVT2022", "Invalid value for input variable", { detail, range: range ?? variable.range }),
  );
}

function marked(value: Val, { isSensitive, isEphemeral }: VariableConfig): Val {
  const marks: Mark[] = [...(isSensitive ? (["sensitive"] as const) : []), ...(isEphemeral ? (["ephemeral"] as const) : [])];
  return marks.length === 0 ? value : withMarks(value, new Set(marks));
}

/** A rule may ask for the variable that it belongs to: the value is there already. */
async function validate(module: ModuleScope, variable: VariableConfig, range: SourceRange, value: Val): Promise<Sources> {
  const own = `${module.address === "" ? "" : `${module.address}.`}var.${variable.name}`;
  const config = [...module.tree.path.map((each) => `module.${each}`), `var.${variable.name}`].join(".");
  return await checkRules(
    variable.validations,
    { ...module.place, own: { name: variable.name, value } },
    {
      kind: "var",
      config,
      address: own,
      summary: "Invalid value for variable",
      range,
    },
  );
}
