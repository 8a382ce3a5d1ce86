/** Every root through both: the same plan documents, the same states, and each other's state is no change. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testRoot } from "../../packages/terraform/test/support/root.ts";
import { hasTerraform } from "../terraform/dovetail.ts";
import { type Json, realTerraform } from "./both.ts";
import { comparablePlan, comparableState } from "./compare.ts";
import { ROOTS, type Root } from "./roots.ts";
import { ROOTS_WITH_PROVIDERS } from "./roots-with-providers.ts";
import { type Served, serveUtilities } from "./served.ts";

const TEST_MS = 120_000;

test.skipIf(!hasTerraform()).each([...ROOTS, ...ROOTS_WITH_PROVIDERS])("$name", (root) => runRoot(root), TEST_MS);

let served: Served | undefined;
beforeAll(async () => {
  if (hasTerraform()) served = await serveUtilities(["random", "time", "local", "cloudinit"]);
});
afterAll(() => served?.close());

async function runRoot({ files, steps = [], variables = [], except, isReadEveryTime = false }: Root): Promise<void> {
  const real = realTerraform(served?.reattach);
  try {
    real.write(files);
    const ours = testRoot(files, real.folder);
    const options = { variables: variables.map((text) => ({ option: "var" as const, text })) };
    for (const step of [{}, ...steps]) {
      real.write(step);
      real.run(["init", "-input=false"]);
      const planned = real.plan(variables);
      real.run(["apply", "-input=false", "plan"]);
      const { plan, diagnostics } = await ours.plan(options);
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      if (plan === undefined) throw new Error("no plan and no error");
      expect(comparablePlan(asJson(await ours.json(plan)), except)).toEqual(comparablePlan(planned, except));
      await ours.apply(options);
      expect(comparableState(asJson(JSON.parse(await ours.engine.state.pull())), except)).toEqual(
        comparableState(real.state(), except),
      );
      expect(await changesOf(ours, options)).toEqual([]);
    }
    await swapStates(real, ours, options, variables, isReadEveryTime ? 2 : 0);
  } finally {
    real.dispose();
  }
}

/** Terraform plans on our state, we on terraform's: nothing is to be changed. */
async function swapStates(
  real: ReturnType<typeof realTerraform>,
  ours: ReturnType<typeof testRoot>,
  options: Parameters<typeof ours.plan>[0],
  variables: readonly string[],
  code: number,
): Promise<void> {
  const file = join(real.folder, "terraform.tfstate");
  const theirs = readFileSync(file, "utf8");
  writeFileSync(file, await ours.engine.state.pull());
  expect(real.run(["plan", "-input=false", "-detailed-exitcode", ...variables.map((each) => `-var=${each}`)], [0, 2]).code).toBe(
    code,
  );
  await ours.engine.state.push(theirs, { force: true });
  expect(await changesOf(ours, options)).toEqual([]);
}

async function changesOf(
  ours: ReturnType<typeof testRoot>,
  options: Parameters<typeof ours.plan>[0],
): Promise<readonly string[]> {
  const { plan } = await ours.plan(options);
  const changed = plan?.changes.filter(
    ({ mode, action, previousAddress }) => mode === "managed" && (action !== "no-op" || previousAddress !== undefined),
  );
  const outputs = Object.entries(plan?.outputs ?? {}).filter(([, { action }]) => action !== "no-op");
  return [
    ...(changed ?? []).map(({ address, action }) => `${action} ${address}`),
    ...outputs.map(([name, { action }]) => `${action} output ${name}`),
  ];
}

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
