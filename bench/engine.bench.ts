import { performance } from "node:perf_hooks";
import { createEngine, type FrontEnd, memoryFiles } from "@dovetail/engine";
import { seededRandom, systemClock } from "@dovetail/model";
import { builtinRegistry } from "../packages/engine/test/support/terraform-data.ts";

/**
 * Plan, apply and no-op plan of `terraform_data` roots in memory: time a resource at 1,000 and at 10,000, independent and as a chain.
 * Linear means that the ratio of the two stays near 1.
 */

const program = (count: number, isChain: boolean): FrontEnd => ({
  async evaluate(host) {
    const registered = [];
    for (let i = 0; i < count; i++) {
      const before = isChain && i > 0 ? [`terraform_data.r${i - 1}`] : [];
      registered.push(
        host.register({
          type: "terraform_data",
          name: `r${i}`,
          config: { input: `value ${i}` },
          sensitive: [],
          dependencies: before,
        }),
      );
    }
    await Promise.all(registered);
    return { outputs: {} };
  },
});

async function measure(count: number, isChain: boolean) {
  const engine = createEngine({
    app: "bench",
    stage: "dev",
    directory: "/bench",
    files: memoryFiles(),
    clock: systemClock(),
    random: seededRandom(1),
    providers: builtinRegistry(),
    owner: { who: "bench", host: "bench", pid: 1, version: "0", isProcessAlive: () => true },
  });
  const frontEnd = program(count, isChain);
  const times: number[] = [];
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    times.push(performance.now() - start);
    return result;
  };
  const plan = await timed(() => engine.plan({ frontEnd }));
  const result = await timed(() => engine.apply(plan, { frontEnd }));
  if (!result.ok || result.added !== count)
    throw new Error(`applied ${result.added} of ${count}: ${JSON.stringify(result.diagnostics[0])}`);
  const again = await timed(() => engine.plan({ frontEnd }));
  if (again.isApplyable) throw new Error("the second plan is not empty");
  const destroyed = await timed(() => engine.destroy());
  if (!destroyed.ok || destroyed.destroyed !== count) throw new Error(`destroyed ${destroyed.destroyed} of ${count}`);
  return times;
}

/** Prints one line a phase: milliseconds at both sizes and how much more one resource costs at the larger. */
export async function run(): Promise<void> {
  await measure(1000, false);
  for (const isChain of [false, true]) {
    const small = await measure(1_000, isChain);
    const large = await measure(10_000, isChain);
    ["plan", "apply", "no-op plan", "destroy"].forEach((phase, i) => {
      const [a = 0, b = 0] = [small[i], large[i]];
      const name = `${isChain ? "chain" : "independent"}, ${phase}`.padEnd(26);
      console.log(
        `${name} 1,000: ${a.toFixed(0).padStart(5)} ms   10,000: ${b.toFixed(0).padStart(6)} ms   per resource x${(b / a / 10).toFixed(2)}`,
      );
    });
  }
  console.log(`memory ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
}

if (import.meta.main) await run();
