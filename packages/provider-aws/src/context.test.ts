import { type Clock, seededRandom } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import { createContext, withTimeout } from "./context.ts";
import type { AwsContext } from "./resource.ts";

/** A clock that is always just at the moment that somebody waits for. */
function leapingClock(): Clock {
  let nowMs = 0;
  return {
    now: () => nowMs,
    at(atMs, callback) {
      queueMicrotask(() => {
        nowMs = Math.max(nowMs, atMs);
        callback();
      });
      return () => {};
    },
  };
}

function context(isLocal: boolean, clock = leapingClock()): AwsContext {
  const pool = { forRegion: () => ({}) as AwsContext["clients"], close: () => {} };
  const tags = { defaults: {}, ignoreKeys: [], ignorePrefixes: [] };
  const accountId = async () => "123456789012";
  return createContext({ pool, edition: "6.66.0", tags, clock, random: seededRandom(1), accountId, isLocal }, "cn-north-1");
}

const ROW = { what: "The table", timeoutMs: 60_000, source: "test" };

describe("wait", () => {
  it("asks until there is an answer, less and less often", async () => {
    const clock = leapingClock();
    const asked: number[] = [];
    const probe = async () => (asked.push(clock.now()) === 4 ? "done" : undefined);
    expect(await context(false, clock).wait(ROW, probe)).toBe("done");
    expect(asked).toEqual([0, 1000, 3000, 7000]);
  });

  it("ends with DVT4005 that names what it waited for", async () => {
    await expect(context(false).wait(ROW, async () => undefined)).rejects.toMatchObject({
      diagnostics: [{ code: "DVT4005", detail: expect.stringContaining("The table did not come about within 60 s") }],
    });
  });

  it("keeps to the limit of a timeouts block, but for mere consistency", async () => {
    const clock = leapingClock();
    const limited = withTimeout(context(false, clock), 5_000);
    await expect(limited.wait(ROW, async () => undefined)).rejects.toThrow(/within 5 s/);
    expect(clock.now()).toBeLessThanOrEqual(5_000);
    await expect(limited.wait({ ...ROW, isConsistency: true }, async () => undefined)).rejects.toThrow(/within 60 s/);
  });

  it("does not wait long for consistency that the embedded cloud has at once", async () => {
    const clock = leapingClock();
    await expect(context(true, clock).wait({ ...ROW, isConsistency: true }, async () => undefined)).rejects.toThrow();
    expect(clock.now()).toBeLessThanOrEqual(1_000);
  });
});

describe("retry", () => {
  const row = { codes: ["Busy"], message: /in use/, timeoutMs: 30_000, why: "test", source: "test" };
  const failing = (times: number, name: string, message: string) => {
    let count = 0;
    return async () => {
      if (count++ < times) throw Object.assign(new Error(message), { name });
      return count;
    };
  };

  it("repeats on its codes and messages only", async () => {
    expect(await context(false).retry(row, failing(3, "Busy", "still in use"))).toBe(4);
    await expect(context(false).retry(row, failing(1, "Busy", "other"))).rejects.toThrow("other");
    await expect(context(false).retry(row, failing(1, "Denied", "in use"))).rejects.toThrow("in use");
  });

  it("gives the last error up when its time is over", async () => {
    await expect(context(false).retry(row, failing(1000, "Busy", "in use"))).rejects.toMatchObject({ name: "Busy" });
  });
});

it("a context knows the partition of its region", () => {
  expect(context(true).partition).toBe("aws-cn");
});
