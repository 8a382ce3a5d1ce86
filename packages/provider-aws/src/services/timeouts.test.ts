import { describe, expect, it } from "vitest";
import { parseDuration, timed } from "./timeouts.ts";

describe("parseDuration", () => {
  it.each([
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["1.5s", 1500],
    ["90s10ms", 90_010],
    ["", undefined],
    ["10", undefined],
    ["m", undefined],
    ["10 m", undefined],
    ["ten minutes", undefined],
  ])("%j", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

describe("timed", () => {
  const row = { what: "x", timeoutMs: 1000, source: "s" };
  it.each([
    [{ timeouts: { create: "2s", delete: null } }, 2000],
    [{ timeouts: { delete: "2s" } }, 1000],
    [{ timeouts: null }, 1000],
    [{}, 1000],
  ])("%j lets a create take that long", (object, ms) => {
    expect(timed(row, object, "create").timeoutMs).toBe(ms);
  });
});
