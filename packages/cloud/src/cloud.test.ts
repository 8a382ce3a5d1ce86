import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "./cloud.ts";
import { type Ctx, type ServiceDefinition, ServiceError } from "./core/service.ts";

const START_MS = 1_700_000_000_000;
const fired: string[] = [];
let ingested: { name: string; sum: number; minuteMs: number }[] = [];

/** Stands in for `scheduler`: its model has the operations that the gateway wants; its timers are what is tested. */
const probe: ServiceDefinition = {
  name: "scheduler",
  operations: {
    ListSchedules: {
      handler(ctx: Ctx) {
        ctx.store.put(["k"], "kept");
        ctx.after(() => void fired.push("after"));
        return {};
      },
    },
    ListScheduleGroups: {
      handler(ctx: Ctx) {
        ctx.store.put(["k"], "lost");
        ctx.after(() => void fired.push("never"));
        throw new ServiceError("ConflictException", 409, "no");
      },
    },
  },
  timers: {
    mark(ctx, payload) {
      fired.push(`${String(payload)}@${ctx.now() - START_MS}`);
    },
    async slow(ctx, payload) {
      await Promise.resolve();
      ctx.after(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        fired.push(`slow ${String(payload)}@${ctx.now() - START_MS}`);
      });
    },
    again(ctx, payload) {
      const left = Number(payload);
      fired.push(`again@${ctx.now() - START_MS}`);
      if (left > 1) ctx.schedule("again", "x", ctx.now() + 1_000, left - 1);
    },
    fail() {
      throw new Error("this timer always fails");
    },
  },
  internal: {
    at(ctx, input: { kind: string; id: string; inMs: number }) {
      ctx.schedule(input.kind, input.id, START_MS + input.inMs, input.id);
    },
    drop: (ctx, input: { kind: string; id: string }) => ctx.unschedule(input.kind, input.id),
    read: (ctx) => ctx.store.get(["k"]),
    measure: (ctx, input: { value: number }) => ctx.metric("N", "m", { A: "b" }, input.value),
    memory: (ctx) => ctx.memory(() => ({ count: 0 })),
    blob: (ctx, input: { data: Uint8Array }) => ctx.blobs.write(input.data).then(({ key }) => ctx.blobs.readAll(key)),
    port: (ctx) => ctx.endpointPort("site"),
  },
  http: {
    handle(_ctx, _request, response, endpointKey) {
      response.end(`hello from ${endpointKey}`);
    },
  },
};
const cloudwatch: ServiceDefinition = {
  name: "cloudwatch",
  operations: {},
  internal: { ingest: (_ctx, input: { samples: typeof ingested }) => void ingested.push(...input.samples) },
};
const services = { scheduler: probe, cloudwatch };

let cloud: Cloud;
const start = (options: object = {}) =>
  startCloud({ clock: manualClock(START_MS), random: seededRandom(1), services, ...options });
const inside = <T>(name: string, input: object = {}): Promise<T> => cloud.internal<T>("scheduler", name, input);

beforeEach(async () => {
  fired.length = 0;
  ingested = [];
  cloud = await start();
});
afterEach(() => cloud.stop());

describe("transactions", () => {
  test("a handler that throws leaves nothing behind, and what it gave to `after` never runs", async () => {
    await cloud.call("scheduler", "ListSchedules", {});
    await expect(cloud.call("scheduler", "ListScheduleGroups", {})).rejects.toMatchObject({ code: "ConflictException" });
    await cloud.idle();
    expect(await inside("read")).toBe("kept");
    expect(fired).toEqual(["after"]);
  });
});

describe("timers", () => {
  test("fire in order of time when the clock is moved, each at its own time, with the work they queued", async () => {
    await inside("at", { kind: "mark", id: "late", inMs: 2_000 });
    await inside("at", { kind: "slow", id: "mid", inMs: 1_500 });
    await inside("at", { kind: "mark", id: "early", inMs: 1_000 });
    await cloud.clock.advance(10_000);
    expect(fired).toEqual(["early@1000", "slow mid@1500", "late@2000"]);
    expect(cloud.clock.now()).toBe(START_MS + 10_000);
  });

  test("one that schedules itself again fires as often as it is due", async () => {
    await inside("at", { kind: "again", id: "3", inMs: 1_000 });
    await cloud.clock.advance(5_000);
    expect(fired).toEqual(["again@1000", "again@2000", "again@3000"]);
  });

  test("the same id replaces; unschedule takes it away", async () => {
    await inside("at", { kind: "mark", id: "a", inMs: 1_000 });
    await inside("at", { kind: "mark", id: "a", inMs: 3_000 });
    await inside("at", { kind: "mark", id: "b", inMs: 1_000 });
    await inside("drop", { kind: "mark", id: "b" });
    await cloud.clock.advance(5_000);
    expect(fired).toEqual(["a@3000"]);
  });

  test("one that fails is gone and stops nobody", async () => {
    await inside("at", { kind: "fail", id: "x", inMs: 1_000 });
    await inside("at", { kind: "mark", id: "y", inMs: 1_000 });
    await cloud.clock.advance(2_000);
    expect(fired).toEqual(["y@1000"]);
  });

  test("they survive a restart, as do the moved clock and the records", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "dovetail-test-"));
    try {
      await cloud.stop();
      cloud = await start({ dataDir });
      await cloud.call("scheduler", "ListSchedules", {});
      await inside("at", { kind: "mark", id: "a", inMs: 7_000 });
      await cloud.clock.advance(5_000);
      await cloud.stop();
      fired.length = 0;
      cloud = await start({ dataDir });
      expect(cloud.clock.now()).toBe(START_MS + 5_000);
      expect(await inside("read")).toBe("kept");
      await cloud.clock.advance(5_000);
      expect(fired).toEqual(["a@7000"]);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

test("metrics are summed by minute and handed over when the minute is over", async () => {
  await inside("measure", { value: 2 });
  await inside("measure", { value: 3 });
  expect(ingested).toEqual([]);
  await cloud.clock.advance(60_000);
  expect(ingested).toMatchObject([
    {
      namespace: "N",
      name: "m",
      dimensions: { A: "b" },
      count: 2,
      sum: 5,
      min: 2,
      max: 3,
      minuteMs: Math.floor(START_MS / 60_000) * 60_000,
    },
  ]);
});

test("blobs of any size come back byte for byte", async () => {
  for (const size of [0, 1, 65_536, 300_000]) {
    const data = Buffer.alloc(size, "ab");
    expect(Buffer.compare(await inside<Buffer>("blob", { data }), data)).toBe(0);
  }
});

test("an endpoint's port answers for its key and stays the same", async () => {
  const first = await inside<{ port: number; url: string }>("port");
  expect(await (await fetch(first.url)).text()).toBe("hello from site");
  expect(await inside("port")).toEqual(first);
});

test("memory lasts until a reset, records too", async () => {
  const before = await inside<{ count: number }>("memory");
  before.count = 5;
  await cloud.call("scheduler", "ListSchedules", {});
  expect(await inside("memory")).toBe(before);
  await cloud.reset();
  expect(await inside("memory")).toEqual({ count: 0 });
  expect(await inside("read")).toBeUndefined();
});

test("an account that is no twelve digits is refused", async () => {
  await expect(startCloud({ accountId: "12" })).rejects.toThrow(RangeError);
});
