import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentSpec } from "./spec.ts";

/** What an environment asks for and doesn't get on this machine, as sentences for a hint. `python`: the version of the interpreter that serves it. */
export function differences(spec: EnvironmentSpec, python: string | undefined): string[] {
  const { Runtime = "", Environment } = spec.config;
  const out: string[] = [];
  if (python !== undefined && Runtime !== `python${python}`)
    out.push(`${Runtime} is not installed on this machine; python${python} runs it`);
  const wrapper = Environment?.Variables?.AWS_LAMBDA_EXEC_WRAPPER;
  if (wrapper !== undefined) out.push(`AWS_LAMBDA_EXEC_WRAPPER (${wrapper}) is not emulated: the runtime starts without it`);
  for (const layer of spec.layers) {
    for (const name of extensionsOf(layer))
      out.push(`the extension ${name} of a layer is not started: Lambda extensions are not emulated`);
  }
  return out;
}

function extensionsOf(layer: string): string[] {
  const folder = join(layer, "extensions");
  return existsSync(folder) ? readdirSync(folder) : [];
}
