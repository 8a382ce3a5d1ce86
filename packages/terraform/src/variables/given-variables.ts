import { basename, isAbsolute, join } from "node:path";
import type { Json } from "@dovetail/engine";
import {
  DYNAMIC,
  type Expression,
  parseExpression,
  parseJson,
  parseNative,
  stringVal,
  unknownVal,
  type Val,
} from "@dovetail/hcl";
import { type Diagnostic, errorDiagnostic, hasErrors, type SourceRange, warningDiagnostic } from "@dovetail/model";
import { EMPTY_SCOPE } from "../configuration/literals.ts";
import type { VariableConfig } from "../configuration/model.ts";
import type { GivenVariable } from "../evaluate/nodes.ts";
import type { Files } from "../files.ts";
import { fromPlain } from "../values/from-engine.ts";

/** Values of the root module's variables (Terraform: "Assigning Values to Root Module Variables"). */

export interface VariableArguments {
  readonly files: Files;
  readonly root: string;
  /** Paths of var-files are from here. */
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** What a kept plan was made with, by name: then nothing else counts but what it cannot keep. */
  readonly planned?: Json;
  /** Nothing is given: every variable is whatever its type allows. */
  readonly isValidation?: boolean;
  /** `-var` and `-var-file` as they stand on the command line. */
  readonly given: readonly { readonly option: "var" | "var-file"; readonly text: string }[];
}

export interface GivenVariables {
  readonly values: ReadonlyMap<string, GivenVariable>;
  readonly diagnostics: readonly Diagnostic[];
}

/** From low to high: the environment, terraform.tfvars(.json), *.auto.tfvars(.json), the command line in its order. */
export function givenVariables(declared: ReadonlyMap<string, VariableConfig>, options: VariableArguments): GivenVariables {
  if (options.isValidation === true) {
    const unknown = [...declared].map(([name, { type }]): [string, GivenVariable] => [
      name,
      { value: unknownVal(type), origin: "" },
    ]);
    return { values: new Map(unknown), diagnostics: [] };
  }
  const collected = new Collected(declared, options);
  if (options.planned !== undefined) {
    // A plan keeps no ephemeral value: these are given again.
    const ephemeral = new Map([...declared].filter(([, { isEphemeral }]) => isEphemeral));
    const again = ephemeral.size === 0 ? undefined : givenVariables(ephemeral, onlyOf(ephemeral, options));
    collected.fromPlan(options.planned);
    for (const [name, given] of again?.values ?? []) collected.values.set(name, given);
    const missing = [...ephemeral.values()].filter((each) => each.default === undefined && !collected.values.has(each.name));
    const diagnostics = [...collected.diagnostics, ...errorsOf(again), ...missing.map(givenOnlyToThePlan)];
    return { values: collected.values, diagnostics };
  }
  collected.fromEnvironment();
  for (const name of automaticFiles(options)) collected.fromFile(join(options.root, name));
  for (const { option, text } of options.given) {
    if (option === "var") collected.fromArgument(text);
    else collected.fromNamedFile(text);
  }
  return { values: collected.values, diagnostics: [...collected.diagnostics, ...collected.undeclared()] };
}

/** The same arguments without what the command line gives to variables that the plan has. */
function onlyOf(declared: ReadonlyMap<string, VariableConfig>, options: VariableArguments): VariableArguments {
  const { planned: _, given, ...rest } = options;
  const isMeant = (text: string) => declared.has(text.slice(0, Math.max(0, text.indexOf("="))).trim());
  return { ...rest, given: given.filter(({ option, text }) => option === "var-file" || isMeant(text)) };
}

/** What a file gives to other variables is of no interest. */
function errorsOf(given: GivenVariables | undefined): readonly Diagnostic[] {
  return given?.diagnostics.filter(({ severity }) => severity === "error") ?? [];
}

function givenOnlyToThePlan({ name }: VariableConfig): Diagnostic {
  const detail = `The ephemeral input variable "${name}" was set during the plan phase, and so must also be set during the apply phase.`;
  return errorDiagnostic("DVT2022", "No value for required variable", { detail });
}

const VAR_FILE = /\.tfvars(\.json)?$/;

function automaticFiles({ files, root }: VariableArguments): readonly string[] {
  const there = files.list(root) ?? [];
  const named = ["terraform.tfvars", "terraform.tfvars.json"].filter((name) => there.includes(name));
  return [...named, ...there.filter((name) => /\.auto\.tfvars(\.json)?$/.test(name)).sort()];
}

class Collected {
  readonly values = new Map<string, GivenVariable>();
  readonly diagnostics: Diagnostic[] = [];
  readonly #declared: ReadonlyMap<string, VariableConfig>;
  readonly #options: VariableArguments;
  readonly #undeclared: { readonly name: string; readonly file: string }[] = [];

  constructor(declared: ReadonlyMap<string, VariableConfig>, options: VariableArguments) {
    this.#declared = declared;
    this.#options = options;
  }

  fromPlan(planned: Json): void {
    for (const [name, entry] of typeof planned === "object" && planned !== null ? Object.entries(planned) : []) {
      const variable = this.#declared.get(name);
      if (variable === undefined || typeof entry !== "object" || entry === null || !("value" in entry)) continue;
      this.#put(variable, fromPlain(entry.value ?? null, DYNAMIC), "the plan");
    }
  }

  fromEnvironment(): void {
    for (const [key, text] of Object.entries(this.#options.env)) {
      const name = /^TF_VAR_(.+)$/s.exec(key)?.[1];
      const variable = name === undefined ? undefined : this.#declared.get(name);
      if (variable === undefined || text === undefined) continue;
      this.#put(variable, this.#parsed(variable, text), `the environment variable ${key}`);
    }
  }

  fromArgument(text: string): void {
    const at = text.indexOf("=");
    const name = at < 0 ? text : text.slice(0, at).trim();
    if (at < 0 || name === "") {
      const detail = `The given -var option ${JSON.stringify(text)} is not correctly specified. Must be a variable name and value separated by an equals sign, like -var="key=value".`;
      this.diagnostics.push(errorDiagnostic("DVT2022", "Invalid -var option", { detail }));
      return;
    }
    const variable = this.#declared.get(name);
    if (variable === undefined) {
      const detail = `A variable named "${name}" was assigned on the command line, but the root module does not declare a variable of that name. To use this value, add a "variable" block to the configuration.`;
      this.diagnostics.push(errorDiagnostic("DVT2022", "Value for undeclared variable", { detail }));
      return;
    }
    this.#put(variable, this.#parsed(variable, text.slice(at + 1)), "the command line");
  }

  fromNamedFile(text: string): void {
    const path = isAbsolute(text) ? text : join(this.#options.cwd, text);
    if (this.fromFile(path)) return;
    const detail = `Given variables file ${text} does not exist.`;
    this.diagnostics.push(errorDiagnostic("DVT2022", "Failed to read variables file", { detail }));
  }

  /** false: there is no such file. */
  fromFile(path: string): boolean {
    const source = this.#options.files.read(path);
    if (source === undefined) return false;
    const { body, diagnostics } =
      VAR_FILE.test(path) && path.endsWith(".json") ? parseJson(source, path) : parseNative(source, path);
    this.diagnostics.push(...diagnostics);
    const { content, rest } = body.partialContent({ attributes: [], blocks: [{ type: "variable", labels: ["name"] }] });
    for (const block of content.blocks) this.#declaredInFile(block.labels[0] ?? "", path, block.defRange);
    const read = rest.justAttributes();
    this.diagnostics.push(...read.diagnostics);
    for (const [name, attribute] of read.attributes) {
      const variable = this.#declared.get(name);
      if (variable === undefined) this.#undeclared.push({ name, file: basename(path) });
      else
        this.#put(
          variable,
          this.#evaluated(attribute.expression),
          `the variables file ${basename(path)}`,
          attribute.expression.range,
        );
    }
    return true;
  }

  #declaredInFile(name: string, path: string, range: SourceRange): void {
    const detail = `A .tfvars file is used to assign values to variables that have already been declared in .tf files, not to declare new variables. To declare variable "${name}", place this block in one of your .tf files, such as variables.tf.\n\nTo set a value for this variable in ${basename(path)}, use the definition syntax instead:\n    ${name} = <value>`;
    this.diagnostics.push(errorDiagnostic("DVT2022", "Variable declaration in .tfvars file", { detail, range }));
  }

  /** Terraform tells two of them, then how many more there are. */
  undeclared(): readonly Diagnostic[] {
    const told = this.#undeclared.slice(0, 2).map(({ name, file }) =>
      warningDiagnostic("DVT2022", "Value for undeclared variable", {
        detail: `The root module does not declare a variable named "${name}" but a value was found in file "${file}". If you meant to use this value, add a "variable" block to the configuration.\n\nTo silence these warnings, use TF_VAR_... environment variables to provide certain "global" settings to all configurations in your organization. To reduce the verbosity of these warnings, use the -compact-warnings option.`,
      }),
    );
    const more = this.#undeclared.length - told.length;
    if (more <= 0) return told;
    const detail = `In addition to the other similar warnings shown, ${more} other variable(s) defined without being declared.`;
    return [...told, warningDiagnostic("DVT2022", "Values for undeclared variables", { detail })];
  }

  #put(variable: VariableConfig, value: Val | undefined, origin: string, range?: SourceRange): void {
    if (value !== undefined) this.values.set(variable.name, { value, origin, ...(range === undefined ? {} : { range }) });
  }

  /** Text as it is where the variable is a text, number or boolean; an expression otherwise. */
  #parsed(variable: VariableConfig, text: string): Val | undefined {
    const { kind } = variable.type;
    if (!variable.isTyped || kind === "string" || kind === "number" || kind === "bool") return stringVal(text);
    const { expression, diagnostics } = parseExpression(text, `<value for var.${variable.name}>`);
    this.diagnostics.push(...diagnostics);
    return hasErrors(diagnostics) ? undefined : this.#evaluated(expression);
  }

  #evaluated(expression: Expression): Val | undefined {
    const { value, diagnostics } = expression.evaluate(EMPTY_SCOPE);
    this.diagnostics.push(...diagnostics);
    return hasErrors(diagnostics) ? undefined : value;
  }
}
