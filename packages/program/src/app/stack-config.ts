import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Environment } from "./dot-env.ts";

/** Turns a YAML text into a value. */
export type ParseYaml = (text: string) => unknown;

/** The YAML parser, loaded where the stage has a configuration file: asking for a value later cannot wait. */
export async function yamlFor(root: string, stage: string): Promise<ParseYaml | undefined> {
  return existsSync(configFile(root, stage)) ? (await import("yaml")).parse : undefined;
}

function configFile(root: string, stage: string): string {
  return join(root, `Pulumi.${stage}.yaml`);
}

/**
 * `config` of `Pulumi.<stage>.yaml` and, over it, the variable PULUMI_CONFIG (a JSON object); keys are `namespace:key`,
 * one without a namespace belongs to the app.
 * @throws DiagnosticError DVT1018 when one of them cannot be read
 */
export function readStackConfig(
  root: string,
  app: { readonly name: string; readonly stage: string },
  environment: Environment,
  parse: ParseYaml | undefined,
): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  const add = (entries: object) => {
    for (const [key, value] of Object.entries(entries)) values.set(key.includes(":") ? key : `${app.name}:${key}`, value);
  };
  if (parse !== undefined) add(parseFile(configFile(root, app.stage), parse));
  const json = environment.PULUMI_CONFIG;
  if (json !== undefined && json !== "") add(parseJson(json));
  return values;
}

function parseFile(file: string, parse: ParseYaml): object {
  let document: unknown;
  try {
    document = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw unreadable(`${file} is not valid YAML: ${(error as Error).message}`, file);
  }
  const config = (document as { readonly config?: unknown } | null)?.config ?? {};
  if (typeof config !== "object" || config === null || Array.isArray(config))
    throw unreadable(`"config" of ${file} must be a mapping of keys to values.`, file);
  for (const [key, value] of Object.entries(config)) {
    if (typeof value === "object" && value !== null && "secure" in value) {
      throw unreadable(`"${key}" in ${file} is encrypted by Pulumi, and Dovetail does not have its key.`, file);
    }
  }
  return config;
}

function parseJson(json: string): object {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Told below, like any other text that is no JSON object.
  }
  throw unreadable("The variable PULUMI_CONFIG does not hold a JSON object.");
}

function unreadable(detail: string, file?: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT1018", "Missing stack configuration", {
      detail,
      fix: "Set the values in plain form, or through the variable PULUMI_CONFIG.",
      ...(file === undefined ? {} : { range: { file, line: 1, column: 1 } }),
    }),
  );
}
