/** For tests: what a run does with one object of a utility provider. */
import { hasErrors, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";

export interface Problem {
  readonly code: string;
  readonly summary: string;
  readonly detail: string;
}

/** Plans and creates an object. Throws when it has errors, when the result is not what was planned, or when a second plan is not empty. */
export async function created(provider: Provider, type: string, config: ValueObject): Promise<ValueObject> {
  const plan = await provider.planChange({ type, prior: null, proposed: config, config });
  if (hasErrors(plan.diagnostics)) throw new Error(plan.diagnostics.map(({ detail }) => detail).join("\n"));
  const made = await provider.applyChange({ type, prior: null, planned: plan.planned, config });
  if (made.state === null) throw new Error(made.diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n"));
  for (const [name, value] of Object.entries(plan.planned ?? {})) {
    const now = made.state[name] ?? null;
    if (value !== UNKNOWN && JSON.stringify(value) !== JSON.stringify(now)) throw new Error(`${name} is not as it was planned`);
  }
  const again = await provider.planChange({ type, prior: made.state, proposed: config, config });
  if (JSON.stringify(again.planned) !== JSON.stringify(made.state) || again.requiresReplace.length > 0) {
    throw new Error(`the second plan is not empty: ${JSON.stringify(again)}`);
  }
  return made.state;
}

/** Reads a data source. Throws when it has errors. */
export async function dataOf(provider: Provider, type: string, config: ValueObject): Promise<ValueObject> {
  const read = await provider.readData(type, config);
  if (hasErrors(read.diagnostics))
    throw new Error(read.diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n"));
  return read.state;
}

/** What is wrong with a configuration, in plan or apply of a resource, or in reading a data source. */
export async function problemsOf(
  provider: Provider,
  kind: "resource" | "data",
  type: string,
  config: ValueObject,
): Promise<readonly Problem[]> {
  const short = (all: readonly { code: string; summary: string; detail?: string }[]) =>
    all.map(({ code, summary, detail = "" }) => ({ code, summary, detail }));
  if (kind === "data") return short((await provider.readData(type, config)).diagnostics);
  const plan = await provider.planChange({ type, prior: null, proposed: config, config });
  if (plan.diagnostics.length > 0) return short(plan.diagnostics);
  return short((await provider.applyChange({ type, prior: null, planned: plan.planned, config })).diagnostics);
}
