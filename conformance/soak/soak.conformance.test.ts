import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareMix, runMix } from "./mix.ts";
import { startWatchedCloud, type WatchedCloud } from "./process.ts";
import { download, upload } from "./stream.ts";

/** The short forms of what `npm run bench streams` measures with 200,000 requests and 1 GB. */
const REQUESTS = 40_000;
/** After the first half what keeps a fixed number is full (the trace's 10,000 spans); 150 bytes a request from there on would be a leak. */
const GROWTH_BYTES_MAX = (REQUESTS / 2) * 150;
const OBJECT_BYTES = 160 * 1024 * 1024;
/** Pieces that wait for the collector: 60 to 70 MB whether the object has 64 MB or 512. One that is held would be above this. */
const ABOVE_BYTES_MAX = 110 * 1024 * 1024;

let folder: string;
let cloud: WatchedCloud;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-soak-"));
  cloud = await startWatchedCloud(folder);
});
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

// The peak is the kernel's word, which only Linux gives.
describe.runIf(process.platform === "linux")("memory of the cloud", () => {
  test("an object of 160 MB goes up and down without being held", async () => {
    await upload(cloud.endpoint, "stream-bucket", "first", 4 * 1024 * 1024);
    await download(cloud.endpoint, "stream-bucket", "first");
    const before = await cloud.memory();
    cloud.resetPeak();
    const up = await upload(cloud.endpoint, "stream-bucket", "large", OBJECT_BYTES);
    expect(await download(cloud.endpoint, "stream-bucket", "large")).toEqual(up);
    expect(cloud.peakBytes() - before.resident).toBeLessThan(ABOVE_BYTES_MAX);
  });

  test(`${REQUESTS} mixed requests leave no more alive at their end than after half of them`, async () => {
    const made = await prepareMix(cloud.endpoint);
    const next = await runMix(cloud.endpoint, made, REQUESTS / 2, 0);
    const early = await cloud.memory();
    await runMix(cloud.endpoint, made, REQUESTS / 2, next);
    const late = await cloud.memory();
    expect(late.alive - early.alive).toBeLessThan(GROWTH_BYTES_MAX);
    // A machine that others use takes minutes.
  }, 600_000);
});
