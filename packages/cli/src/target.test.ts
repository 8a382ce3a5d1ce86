import { describe, expect, test } from "vitest";
import { parseTarget } from "./target.ts";

describe("parseTarget", () => {
  test("without a word it is the embedded cloud; AWS is explicit", () => {
    expect([parseTarget(undefined), parseTarget("local"), parseTarget("aws")]).toEqual([
      { kind: "local" },
      { kind: "local" },
      { kind: "aws" },
    ]);
  });

  test.each([
    ["http://127.0.0.1:4566", "http://127.0.0.1:4566"],
    ["http://localhost:5000/path", "http://localhost:5000"],
    ["http://[::1]:4566", "http://[::1]:4566"],
  ])("takes the loopback URL %s", (text, endpoint) => {
    expect(parseTarget(text)).toEqual({ kind: "url", endpoint });
  });

  test.each([
    "https://dynamodb.us-east-1.amazonaws.com",
    "http://10.0.0.1",
    "ftp://localhost",
    "production",
    "http://127.0.0.1.evil.example",
    "http://localhost@evil.example",
  ])("refuses %s", (text) => {
    expect(() => parseTarget(text)).toThrow(/DVT7004/);
  });
});
