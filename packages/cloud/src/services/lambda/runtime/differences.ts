import type { EnvironmentSpec } from "./spec.ts";

/** What an environment asks for and doesn't get on this machine, as sentences for a hint. `python`: the version of the interpreter that serves it. */
export function differences(spec: EnvironmentSpec, python: string | undefined): string[] {
  const { Runtime = "", Environment } = spec.config;
  const out: string[] = [];
  if (python !== undefined && Runtime !== `python${python}`)
    out.push(`${Runtime} is not installed on this machine; python${python} runs it`);
  const wrapper = Environment?.Variables?.AWS_LAMBDA_EXEC_WRAPPER;
  if (wrapper !== undefined) out.push(`AWS_LAMBDA_EXEC_WRAPPER (${wrapper}) is not emulated: the runtime starts without it`);
  return out;
}
