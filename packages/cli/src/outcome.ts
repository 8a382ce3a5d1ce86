import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ApplyResult, State } from "@dovetail/engine";
import { UNKNOWN, type Value } from "@dovetail/model";
import type { Style, Terminal } from "./terminal.ts";
import { inlineValue } from "./views/value.ts";

type Outputs = ApplyResult["outputs"];

/** Outputs in Terraform's `output -json` form; sensitive ones carry their value, as Terraform's do. */
export function outputsJson(outputs: Outputs): { [name: string]: { sensitive: boolean; value: Value } } {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { value, sensitive }]) => [name, { sensitive, value: value === UNKNOWN ? null : value }]),
  );
}

export function showOutputs(outputs: Outputs, terminal: Terminal, style: Style): void {
  const names = Object.keys(outputs);
  const width = Math.max(0, ...names.map((name) => name.length));
  for (const name of names) {
    const output = outputs[name];
    if (output === undefined) continue;
    const { value, sensitive } = output;
    const shown = sensitive ? style.dim("(sensitive value)") : typeof value === "string" ? value : inlineValue(value);
    terminal.out(`${style.bold(`${name}:`)}${" ".repeat(width - name.length + 1)}${shown}`);
  }
}

/** SST's `.sst/outputs.json`, which scripts read. Sensitive outputs are left out: nothing secret is written in clear. */
export function writeOutputsFile(root: string, outputs: Outputs): void {
  const plain = Object.fromEntries(
    Object.entries(outputs).flatMap(([name, { value, sensitive }]) => (sensitive || value === UNKNOWN ? [] : [[name, value]])),
  );
  mkdirSync(join(root, ".sst"), { recursive: true });
  writeFileSync(join(root, ".sst", "outputs.json"), `${JSON.stringify(plain, null, 2)}\n`);
}

/** Managed resources that the state holds. */
export function countResources(state: State): number {
  return [...state.instances.values()].filter((instance) => instance.mode === "managed" && instance.current !== undefined).length;
}
