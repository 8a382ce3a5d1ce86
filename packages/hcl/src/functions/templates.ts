import { type Diagnostic, hasErrors } from "@dovetail/model";
import { formatPlace } from "../evaluate/place.ts";
import type { Scope } from "../evaluate/scope.ts";
import { isEntries, textOf } from "../values/contents.ts";
import { goQuote } from "../values/go-quote.ts";
import { DYNAMIC, STRING } from "../values/type.ts";
import { DYNAMIC_UNKNOWN, isNull, isUnknown, NO_MARKS, unmarked, type Val, withMarks } from "../values/value.ts";
import { readText } from "./files.ts";
import { FunctionError, type LanguageFunction, type LazyArgument } from "./function.ts";
import type { FunctionHost, ParsedTemplate } from "./host.ts";
import { type FunctionTable, parameter } from "./parameters.ts";

type Functions = ReadonlyMap<string, LanguageFunction>;

const IDENTIFIER = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;
const TOFU_DEPTH_MAX = 1024;

/** Diagnostics as one sentence, as HCL joins them. */
function joined(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  const place = first?.range === undefined ? "" : `${formatPlace(first.range)}: `;
  const others = errors.length > 1 ? `, and ${errors.length - 1} other diagnostic(s)` : "";
  return `${place}${first?.summary ?? ""}; ${first?.detail ?? ""}${others}`;
}

/** What a template answers where only the variables handed to it have names. */
function rendered({ expression }: ParsedTemplate, variables: Val, functions: Functions): Val {
  const { raw } = unmarked(variables);
  if (!isEntries(raw)) throw new FunctionError("invalid vars value: must be a map", 1);
  for (const name of raw.keys()) {
    if (IDENTIFIER.test(name)) continue;
    const rule = "must start with a letter, followed by zero or more letters, digits, and underscores";
    throw new FunctionError(`invalid template variable name ${goQuote(name)}: ${rule}`, 1);
  }
  for (const { root, range } of expression.references()) {
    if (raw.has(root)) continue;
    const place = formatPlace({ ...range, ...rootEnd(range, root) });
    throw new FunctionError(`vars map does not contain key ${goQuote(root)}, referenced at ${place}`, 1);
  }
  const { value, diagnostics } = expression.evaluate(scopeWith(raw, functions));
  if (hasErrors(diagnostics)) throw new FunctionError(joined(diagnostics));
  if (isNull(value)) {
    const why = "The result of the template is null, which is not a valid result for a templatestring call.";
    throw new FunctionError(`${formatPlace(expression.range)}: Template result is null; ${why}`);
  }
  return value;
}

/** Only the root's own name is pointed at. */
function rootEnd(
  range: { readonly line: number; readonly column: number },
  root: string,
): { readonly endLine: number; readonly endColumn: number } {
  return { endLine: range.line, endColumn: range.column + [...root].length };
}

function scopeWith(variables: ReadonlyMap<string, Val>, functions: Functions): Scope {
  return {
    variable: (name) => variables.get(name),
    variableNames: () => [...variables.keys()],
    function: (name) => functions.get(name),
    functionNames: () => [...functions.keys()],
  };
}

function parsed(host: FunctionHost, source: string, file: string, blame: (message: string) => FunctionError): ParsedTemplate {
  const template = host.parseTemplate?.(source, file);
  if (template === undefined) throw new FunctionError("templates cannot be read here");
  if (hasErrors(template.diagnostics)) throw blame(joined(template.diagnostics));
  return template;
}

/** @param within how many templates this one is inside of */
function templatefile(host: FunctionHost, functions: () => Functions, within = 0): LanguageFunction {
  return {
    description: "A file's text as a template, with values for its names.",
    parameters: [parameter("path", STRING, "marked"), parameter("vars", DYNAMIC)],
    returns: DYNAMIC,
    implementation([path, variables = DYNAMIC_UNKNOWN]) {
      const marks = path?.marks ?? NO_MARKS;
      const source = readText(host, textOf(path), marks);
      const template = parsed(host, source, textOf(path), (message) => new FunctionError(message));
      return withMarks(rendered(template, variables, inside(host, functions(), within)), marks);
    },
  };
}

/** Terraform lets no template render another; OpenTofu does, up to a depth. */
function inside(host: FunctionHost, functions: Functions, within: number): Functions {
  const isTofu = host.language === "opentofu";
  const replaced = ["templatefile", ...(isTofu ? [] : ["templatestring"])].flatMap((name): [string, LanguageFunction][] => {
    const called = isTofu && within < TOFU_DEPTH_MAX ? templatefile(host, () => functions, within + 1) : refused(name, isTofu);
    return [
      [name, called],
      [`core::${name}`, called],
    ];
  });
  return new Map([...functions, ...replaced]);
}

function refused(name: string, isTofu: boolean): LanguageFunction {
  const message = isTofu
    ? `maximum recursion depth ${TOFU_DEPTH_MAX} reached`
    : `cannot recursively call ${name} from inside another template function`;
  const fail = (): never => {
    throw new FunctionError(message);
  };
  return {
    parameters: [],
    variadic: parameter("arguments", DYNAMIC, "null", "unknown", "dynamic"),
    returns: fail,
    implementation: fail,
  };
}

const TEMPLATE_NAME = "<templatestring argument>";

const ONLY_DYNAMIC = "templatestring is only for rendering templates retrieved dynamically from elsewhere";
const WHY_NOT = {
  text: `${ONLY_DYNAMIC}, and so does not support providing a literal template; consider using a template string expression instead`,
  wrapped: `${ONLY_DYNAMIC}; to treat the inner expression as template syntax, write the reference expression directly without any template interpolation syntax`,
  mixed: `${ONLY_DYNAMIC}; to render an inline template, consider using a plain template string expression`,
};
const NO_REFERENCE = "must be a direct reference to a single string from elsewhere, containing valid Terraform template syntax";

function templatestring(host: FunctionHost, functions: () => Functions): LanguageFunction {
  const render = (template: Val, variables: Val): Val => {
    const marks = [template.marks, variables.marks];
    if (isUnknown(template) || isUnknown(variables)) return marks.reduce(withMarks, DYNAMIC_UNKNOWN);
    if (typeof template.raw !== "string") throw new FunctionError("invalid template value: a string is required", 0);
    const parsedTemplate = parsed(
      host,
      template.raw,
      TEMPLATE_NAME,
      (message) => new FunctionError(`invalid template: ${message}`, 0),
    );
    return marks.reduce(withMarks, rendered(parsedTemplate, variables, inside(host, functions(), 0)));
  };
  const declared: LanguageFunction = {
    description: "A text as a template, with values for its names.",
    parameters: [parameter("template", STRING, "marked"), parameter("vars", DYNAMIC, "marked")],
    returns: DYNAMIC,
    implementation: ([template = DYNAMIC_UNKNOWN, variables = DYNAMIC_UNKNOWN]) => render(template, variables),
  };
  if (host.language === "opentofu") return declared;
  return { ...declared, callLazily: (given) => renderReference(given, render) };
}

function renderReference(given: readonly LazyArgument[], render: (template: Val, variables: Val) => Val): Val {
  const [template, variables] = given;
  if (template === undefined || variables === undefined || given.length !== 2) {
    throw new FunctionError(`wrong number of arguments (2 required; ${given.length} given)`);
  }
  if (!template.isReference) {
    const reason = template.template === undefined ? NO_REFERENCE : WHY_NOT[template.template];
    throw new FunctionError(`invalid template expression: ${reason}`, 0);
  }
  const values = [template, variables].map((argument, i) => {
    const { value, diagnostics } = argument.evaluate();
    if (hasErrors(diagnostics)) throw new FunctionError(joined(diagnostics), i);
    return value;
  });
  return render(values[0] ?? DYNAMIC_UNKNOWN, values[1] ?? DYNAMIC_UNKNOWN);
}

/** @param functions the table that they themselves end up in */
export function templateFunctions(host: FunctionHost, functions: () => Functions): FunctionTable {
  return { templatefile: templatefile(host, functions), templatestring: templatestring(host, functions) };
}
