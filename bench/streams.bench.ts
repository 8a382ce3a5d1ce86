/** Issue 4, Must hold: memory flat through 200,000 mixed requests, and through 1 GB of one object up and down. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareMix, runMix } from "../conformance/soak/mix.ts";
import { startWatchedCloud, type WatchedCloud } from "../conformance/soak/process.ts";
import { download, upload } from "../conformance/soak/stream.ts";
import { cpuUs, type Row } from "./measure.ts";

const REQUESTS = 200_000;
const OBJECT_BYTES = 1024 ** 3;
const GROWTH_MB_MAX = 8;
const RESIDENT_GROWTH_MB_MAX = 60;
/** Pieces that wait for the collector; the same from 64 MB on. */
const ABOVE_MB_MAX = 110;
const MB = 1024 * 1024;

async function streamRow(cloud: WatchedCloud): Promise<Row> {
  await upload(cloud.endpoint, "bench-stream", "first", 16 * MB);
  await download(cloud.endpoint, "bench-stream", "first");
  const before = await cloud.memory();
  const cpuBefore = cpuUs(cloud.pid);
  cloud.resetPeak();
  const up = await upload(cloud.endpoint, "bench-stream", "large", OBJECT_BYTES);
  const down = await download(cloud.endpoint, "bench-stream", "large");
  if (up.sha256 !== down.sha256) throw new Error("what came down is not what went up");
  const above = (cloud.peakBytes() - before.resident) / MB;
  return {
    what: "S3: 1 GB up and down, peak memory above what was resident",
    measured: `${above.toFixed(0)} MB, ${((cpuUs(cloud.pid) - cpuBefore) / 1e6).toFixed(1)} s CPU`,
    control: `before: ${(before.resident / MB).toFixed(0)} MB`,
    budget: `${ABOVE_MB_MAX} MB`,
    met: above <= ABOVE_MB_MAX,
  };
}

async function soakRows(cloud: WatchedCloud): Promise<readonly Row[]> {
  const made = await prepareMix(cloud.endpoint);
  const next = await runMix(cloud.endpoint, made, REQUESTS / 5, 0);
  const early = await cloud.memory();
  await runMix(cloud.endpoint, made, (REQUESTS * 4) / 5, next);
  const late = await cloud.memory();
  const grown = (late.alive - early.alive) / MB;
  const resident = (late.resident - early.resident) / MB;
  return [
    {
      what: "200,000 mixed requests: alive after a collection, end against 20 %",
      measured: `${(late.alive / MB).toFixed(1)} MB, ${grown >= 0 ? "+" : ""}${grown.toFixed(1)} MB`,
      control: `at 20 %: ${(early.alive / MB).toFixed(1)} MB`,
      budget: `+${GROWTH_MB_MAX} MB`,
      met: grown <= GROWTH_MB_MAX,
    },
    {
      what: "200,000 mixed requests: resident, end against 20 %",
      measured: `${(late.resident / MB).toFixed(0)} MB`,
      control: `at 20 %: ${(early.resident / MB).toFixed(0)} MB`,
      budget: `+${RESIDENT_GROWTH_MB_MAX} MB`,
      met: resident <= RESIDENT_GROWTH_MB_MAX,
    },
  ];
}

export async function streamRows(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-bench-streams-"));
  const cloud = await startWatchedCloud(folder);
  try {
    return [await streamRow(cloud), ...(await soakRows(cloud))];
  } finally {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
