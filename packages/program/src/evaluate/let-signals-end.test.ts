import { afterEach, beforeEach, expect, test } from "vitest";
import { callUnheard, loadUnheard } from "./let-signals-end.ts";

const listener = () => {};
const isHeard = () => process.listeners("SIGTERM").includes(listener);
const turn = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => void process.on("SIGTERM", listener));
afterEach(() => void process.off("SIGTERM", listener));

test("a call, and what follows it in the same turn, is not heard; after it listeners are back", async () => {
  expect(callUnheard(() => isHeard())).toBe(false);
  await Promise.resolve();
  expect(isHeard()).toBe(false);
  await turn();
  expect(process.listeners("SIGTERM").filter((each) => each === listener)).toEqual([listener]);
});

test("listeners are back after a call that throws, and after the last of calls that overlap", async () => {
  expect(() => callUnheard(() => Promise.reject.call(undefined))).toThrow();
  let loaded = () => {};
  const loading = loadUnheard(() => new Promise<void>((resolve) => (loaded = resolve)));
  callUnheard(() => {});
  await turn();
  expect(isHeard()).toBe(false);
  loaded();
  await loading;
  await turn();
  expect(isHeard()).toBe(true);
});
