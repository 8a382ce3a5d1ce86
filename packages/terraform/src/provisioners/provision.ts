import { bodyReferences, decodeBody, deepMarks, type Val } from "@dovetail/hcl";
import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  hasErrors,
  isList,
  isObject,
  isWhollyKnown,
  type Value,
} from "@dovetail/model";
import type { ProvisionerConfig } from "../configuration/model.ts";
import { scopeOf } from "../evaluate/evaluate-expression.ts";
import type { Place } from "../evaluate/nodes.ts";
import { plainValue } from "../values/to-engine.ts";
import { type LocalCommand, runLocalCommand } from "./local-exec.ts";
import { LOCAL_EXEC } from "./schema.ts";

/** Provisioners of a resource, run one after the other. */

/** Answers with what went wrong; the first failure that is not to be passed over ends it. */
export async function runProvisioners(
  provisioners: readonly ProvisionerConfig[],
  place: Place,
  tell: (line: string) => void,
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const provisioner of provisioners) {
    const problems = await runOne(provisioner, place, tell);
    if (provisioner.onFailure === "continue") found.push(...problems.map(asWarning));
    else found.push(...problems);
    if (hasErrors(found)) break;
  }
  return found;
}

function asWarning(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, severity: "warning" };
}

async function runOne(
  provisioner: ProvisionerConfig,
  place: Place,
  tell: (line: string) => void,
): Promise<readonly Diagnostic[]> {
  const { settings, providerFunctions } = place.module.run;
  try {
    const { scope } = await scopeOf(bodyReferences(provisioner.body, LOCAL_EXEC), place);
    const { value, diagnostics } = await providerFunctions.settled(() => decodeBody(provisioner.body, LOCAL_EXEC, scope));
    if (hasErrors(diagnostics)) return diagnostics;
    if (!isWhollyKnown(plainValue(value))) return [failure("The command is not known yet.", provisioner)];
    const why = await runLocalCommand(commandOf(value), {
      root: settings.root,
      environment: settings.commandEnvironment?.() ?? {},
      tell,
    });
    return why === undefined ? diagnostics : [...diagnostics, failure(why, provisioner)];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

function failure(why: string, { range }: ProvisionerConfig): Diagnostic {
  return errorDiagnostic("DVT2029", "local-exec provisioner error", { detail: why, range });
}

function commandOf(value: Val): LocalCommand {
  const given = plainValue(value);
  const part = (name: string): Value => (isObject(given) ? (given[name] ?? null) : null);
  const workingFolder = part("working_dir");
  const interpreter = part("interpreter");
  const environment = part("environment");
  return {
    command: textOf(part("command")),
    interpreter: isList(interpreter) ? interpreter.map(textOf) : [],
    ...(typeof workingFolder === "string" ? { workingFolder } : {}),
    environment: isObject(environment)
      ? Object.fromEntries(Object.entries(environment).flatMap(([name, each]) => (each === null ? [] : [[name, textOf(each)]])))
      : {},
    isQuiet: part("quiet") === true,
    ...secrecyOf(deepMarks(value)),
  };
}

function secrecyOf(marks: ReadonlySet<string>): Pick<LocalCommand, "secret"> {
  const secret = marks.has("sensitive") ? "sensitive" : marks.has("ephemeral") ? "ephemeral" : undefined;
  return secret === undefined ? {} : { secret };
}

/** The schema has texts there. */
function textOf(value: Value): string {
  return typeof value === "string" ? value : "";
}
