import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configAddress, formatAddress, isModuleAddress, parseAddress, type ResourceAddress, targetIncludes } from "./address.ts";

describe("resource addresses", () => {
  const rows: [string, ResourceAddress][] = [
    ["aws_sqs_queue.Jobs", { mode: "managed", type: "aws_sqs_queue", name: "Jobs" }],
    ["data.aws_region.current", { mode: "data", type: "aws_region", name: "current" }],
    ["a_b.c[0]", { mode: "managed", type: "a_b", name: "c", index: 0 }],
    [
      'module.m["x.y"].module.n.a_b.c["k\\"${q}"]'.replace("${q}", "$${q}"),
      { module: 'module.m["x.y"].module.n', mode: "managed", type: "a_b", name: "c", index: 'k"${q}' },
    ],
    ["module.m.data.a_b.c-d", { module: "module.m", mode: "data", type: "a_b", name: "c-d" }],
    ["module.module", { mode: "managed", type: "module", name: "module" }],
  ];
  it.each(rows.slice(0, 5))("reads and writes %s", (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(formatAddress(address)).toBe(text);
  });

  it.each([
    "",
    ".",
    "a",
    "a.b.c",
    "a..b",
    "a.b[",
    "a.b[]",
    "a.b[-1]",
    "a.b[01]",
    'a.b["x]',
    "a.b[0].c",
    "1a.b",
    "module.a",
    "a.b ",
    'a.b["x"]]',
    "a[0].b",
  ])("refuses %j", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it("round-trips any key", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (index) => {
        const address: ResourceAddress = { module: "module.m", mode: "managed", type: "t", name: "n", index };
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  it("leaves keys out where the configuration is meant", () => {
    expect(configAddress('module.a["x"].t.n[3]')).toBe("module.a.t.n");
    expect(configAddress("not an address")).toBe("not an address");
  });

  it("targets take in instances and what is inside modules", () => {
    expect(targetIncludes("t.n", "t.n[0]")).toBe(true);
    expect(targetIncludes("t.n[1]", "t.n[0]")).toBe(false);
    expect(targetIncludes("module.a", 'module.a["k"].module.b.t.n')).toBe(true);
    expect(targetIncludes('module.a["j"]', 'module.a["k"].t.n')).toBe(false);
    expect(targetIncludes("t.n", "t.nn")).toBe(false);
    expect(targetIncludes("t.n", "module.a.t.n")).toBe(false);
    expect(isModuleAddress("module.a")).toBe(true);
    expect(isModuleAddress("t.n")).toBe(false);
  });

  it("reads a megabyte of nonsense in linear time", () => {
    expect(parseAddress("a.".repeat(500_000))).toBeUndefined();
    expect(parseAddress(`a.b["${"\\".repeat(1_000_000)}`)).toBeUndefined();
  });
});
