import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";

describe("durations", () => {
  test.each([
    ["48h", 172_800_000],
    ["1h30m", 5_400_000],
    ["90s", 90_000],
    ["2d", 172_800_000],
    ["250ms", 250],
    ["1.5h", 5_400_000],
  ])("%s is %i ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(["", "5", "h", "-5m", "1 h", "1h 30m", "5w", "9".repeat(500) + "h"])("refuses %j", (text) => {
    expect(() => parseDuration(text)).toThrow(/DVT7001/);
  });

  test("is shown in the unit that fits", () => {
    expect([12.4, 1234, 61_000].map(formatDuration)).toEqual(["12 ms", "1.2 s", "1 min 1 s"]);
  });
});
