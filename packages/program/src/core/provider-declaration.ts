import type { SourceRange } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { addressName } from "../evaluate/name-table.ts";
import { toSchema } from "../translate/to-schema.ts";
import { lift } from "./lift.ts";
import { reportProblems } from "./report-problems.ts";

export interface ProviderDeclaration {
  readonly packageName: string;
  readonly name: string;
  readonly args: object;
  readonly range: SourceRange | undefined;
}

/** Puts a provider's configuration, once its arguments are known, where providers are started from. Never rejects. */
export async function declareProvider(evaluation: Evaluation, declaration: ProviderDeclaration): Promise<void> {
  const { packageName, name, args, range } = declaration;
  const descriptor = evaluation.setting.catalogs.providerOf(packageName);
  if (descriptor === undefined) return;
  try {
    const lifted = await lift(evaluation, args);
    const translated = toSchema(descriptor, providerArguments(lifted.value), lifted.secrets);
    reportProblems(evaluation, { range, argument: 1 }, translated.problems);
    const configuration = {
      name: name === "" ? packageName : `${packageName}.${addressName(name)}`,
      config: translated.config,
      ...(range ? { range } : {}),
    };
    const { providerConfigurations } = evaluation.setting;
    const at = providerConfigurations.findIndex((candidate) => candidate.name === configuration.name);
    if (at >= 0) providerConfigurations[at] = configuration;
    else providerConfigurations.push(configuration);
  } catch (error) {
    evaluation.reportException(error, `Configuring the provider "${name}"`, range);
  }
}

/** Pulumi takes some of a provider's settings as JSON text. `version` and the like are not the provider's business. */
export function providerArguments(args: unknown): object {
  const { version: _version, package: _package, ...rest } = (args ?? {}) as { [name: string]: unknown };
  return Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [
      name,
      typeof value === "string" && /^[[{]/.test(value) ? JSON.parse(value) : value,
    ]),
  );
}
