/**
 * The embedded AWS in a process whose memory can be asked after a collection: what `--expose-gc` is for. Run with a data folder;
 * sends `{endpoint}`, then answers every message with what is alive and what is resident.
 */
import { startCloud } from "../../packages/cloud/src/index.ts";

const [dataDir = ""] = process.argv.slice(2);
// Failures are what a soak is for; hints about the rounds' functions and roles are not.
const log = (line: string) => {
  if (!/^(hint|denied)/.test(line)) process.stderr.write(`${line}\n`);
};
const cloud = await startCloud({ dataDir, log });

/** Two collections: the first one runs the finalizers of what the second one can then free. */
async function aliveBytes(): Promise<number> {
  for (let i = 0; i < 2; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

process.on("message", () => {
  void aliveBytes().then((alive) => process.send?.({ alive, resident: process.memoryUsage.rss() }));
});
process.on("disconnect", () => process.exit(0));
process.send?.({ endpoint: cloud.endpoint });
