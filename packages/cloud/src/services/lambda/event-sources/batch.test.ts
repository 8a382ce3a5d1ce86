import fc from "fast-check";
import { expect, test } from "vitest";
import { afterFailure, type Batch, backoffMs, cut, laneOf, makeBatch } from "./batch.ts";
import type { SourceRecord } from "./stream-source.ts";

const record = (sequence: number, arrivedMs = 0): SourceRecord => ({
  sequence: String(sequence),
  arrivedMs,
  key: "k",
  event: { sequence },
  filterable: {},
});
const records = (count: number) => Array.from({ length: count }, (_none, index) => record(index));
const names = (batch: Batch) => batch.records.map(({ sequence }) => sequence).join("");

test.each([
  ["by number", records(5), 2, 0, undefined, ["01", "23", "4"]],
  ["by bytes", records(3), 10, 0, 20, ["0", "1", "2"]],
  ["a record over the limit alone", records(1), 10, 0, 1, ["0"]],
  ["where a window ends", [record(0, 10), record(1, 90), record(2, 110)], 10, 100, undefined, ["01", "2"]],
  ["nothing", [], 10, 0, undefined, []],
] as const)("batches are cut %s", (_how, all, size, windowMs, bytesMax, wanted) => {
  expect(cut(all, size, windowMs, bytesMax).map(names)).toEqual(wanted);
});

test.each([
  ["is tried again", records(2), 0, { isBisected: false, attemptsMax: 1 }, "again", ["01"], 1],
  ["without a limit is tried for ever", records(1), 0, { isBisected: false, attemptsMax: -1 }, "again", ["0"], 1],
  ["without retries is given up", records(2), 0, { isBisected: false, attemptsMax: 0 }, "given-up", ["01"], 1],
  ["is split, which costs no retry", records(3), 0, { isBisected: true, attemptsMax: 0 }, "again", ["01", "2"], 0],
  ["of one record isn't split", records(1), 0, { isBisected: true, attemptsMax: 0 }, "given-up", ["0"], 1],
  ["goes on at the record that was reported", records(4), 2, { isBisected: false, attemptsMax: 3 }, "again", ["23"], 1],
  ["goes on there for free when it is split", records(4), 3, { isBisected: true, attemptsMax: 0 }, "again", ["3"], 0],
] as const)("a batch that failed %s", (_what, all, failedAt, rules, kind, wanted, attempts) => {
  const next = afterFailure(makeBatch(all), failedAt, rules);
  expect(next.kind).toBe(kind);
  const batches = next.kind === "again" ? next.batches : [next.batch];
  expect(batches.map(names)).toEqual(wanted);
  expect(batches[0]).toMatchObject({ attempts, invocations: 1 });
});

test("splitting ends, and loses no record", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(199), (count, poison) => {
      const queue: Batch[] = [makeBatch(records(count))];
      const seen: string[] = [];
      for (let steps = 0; queue.length > 0; steps++) {
        expect(steps).toBeLessThan(2 * count + 2);
        const batch = queue.shift();
        if (batch === undefined) break;
        const isBad = batch.records.some(({ sequence }) => Number(sequence) === poison);
        const next = isBad ? afterFailure(batch, 0, { isBisected: true, attemptsMax: 0 }) : undefined;
        if (next?.kind === "again") queue.unshift(...next.batches);
        else seen.push(...batch.records.map(({ sequence }) => sequence));
      }
      expect(seen).toEqual(records(count).map(({ sequence }) => sequence));
    }),
  );
});

test("a key has one of the lanes, for ever", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 10 }), (key, lanes) => {
      const first = laneOf(key, lanes);
      expect(first).toBeLessThan(lanes);
      expect(laneOf(key, lanes)).toBe(first);
    }),
  );
});

test("waits grow to a minute", () => {
  expect([1, 2, 3, 40].map(backoffMs)).toEqual([100, 200, 400, 60_000]);
});
