/** A provider in a process of its own: what goes over the wire comes back, and what it does wrong becomes a diagnostic. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DiagnosticError, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { hostProvider } from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "dovetail-plugin-"));
const binary = join(folder, "terraform-provider-thing");
beforeAll(() => {
  writeFileSync(binary, `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, "plugin.ts")}"\n`, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const started: Provider[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.close();
});

async function host(does: string, more: { startMsMax?: number; binary?: string } = {}): Promise<Provider> {
  const provider = await hostProvider({
    source: "example.com/test/thing",
    version: "1.2.3",
    binary,
    env: { PLUGIN_DOES: does },
    ...more,
  });
  started.push(provider);
  return provider;
}

async function failure(does: string, more = {}): Promise<{ code: string; detail: string }> {
  const error = (await host(does, more).catch((cause: unknown) => cause)) as DiagnosticError;
  const [first] = error.diagnostics;
  return { code: first?.code ?? "", detail: first?.detail ?? "" };
}

const BOX: ValueObject = {
  id: null,
  name: "a",
  size: null,
  secret: null,
  once: null,
  labels: null,
  nested: null,
  part: [],
  one: null,
};

describe("a hosted provider", () => {
  test("has the schemas that it says, nested attributes and write-only ones too", async () => {
    const provider = await host("serve");
    expect(provider.listTypes("resource")).toEqual(["thing_box"]);
    expect(provider.getSchema("resource", "thing_box")).toEqual({
      version: 2,
      attributes: {
        id: { type: "string", computed: true },
        name: { type: "string", required: true },
        size: { type: "number", optional: true },
        secret: { type: "string", optional: true, sensitive: true },
        once: { type: "string", optional: true, write_only: true },
        labels: { type: ["map", "string"], optional: true },
        nested: { nested_type: { nesting: "list", attributes: { a: { type: "bool", optional: true } } }, optional: true },
      },
      blocks: {
        part: { nesting: "set", attributes: { n: { type: "number", required: true } }, max: 3 },
        one: { nesting: "single", attributes: { x: { type: ["object", { y: "string" }], optional: true } } },
      },
    });
    expect(provider.getSchema("resource", "__proto__")).toBeUndefined();
    expect(provider.getSchema("resource", "thing_none")).toBeUndefined();
  });

  test("plans, applies, reads, imports, upgrades: values, unknowns, paths and private data arrive as they were sent", async () => {
    const provider = await host("serve");
    expect(await provider.configure({ token: "good" })).toEqual([]);
    const config: ValueObject = {
      ...BOX,
      size: 1.5,
      labels: { b: "2", a: "ü" },
      nested: [{ a: true }, { a: UNKNOWN }],
      part: [{ n: 2 }, { n: 9_007_199_254_740_991 }],
      one: { x: { y: "z" } },
    };
    const plan = await provider.planChange({ type: "thing_box", prior: null, proposed: config, config });
    expect(plan).toEqual({
      planned: { ...config, id: UNKNOWN },
      requiresReplace: [],
      plannedPrivate: expect.any(String),
      diagnostics: [{ severity: "warning", code: "DVT4010", summary: "Careful" }],
      legacyTypeSystem: false,
    });
    const known: ValueObject = { ...config, nested: [{ a: true }, { a: null }] };
    const applied = await provider.applyChange({
      type: "thing_box",
      prior: null,
      planned: { ...known, id: UNKNOWN },
      config: known,
      ...(plan.plannedPrivate === undefined ? {} : { plannedPrivate: plan.plannedPrivate }),
    });
    expect(applied.state).toEqual({ ...known, id: "made-kept" });
    const state = applied.state ?? {};
    expect((await provider.read({ type: "thing_box", state })).state).toEqual(state);
    expect((await provider.read({ type: "thing_box", state: { ...state, name: "gone" } })).state).toBeNull();
    const change = await provider.planChange({
      type: "thing_box",
      prior: state,
      proposed: { ...state, name: "b" },
      config: { ...config, name: "b" },
    });
    expect(change.requiresReplace).toEqual([["name"], ["part", 0, "n"]]);
    expect((await provider.importState("thing_box", "x")).imported).toEqual([
      { type: "thing_box", state: { ...BOX, id: "x", name: "x" } },
    ]);
    expect((await provider.upgradeState("thing_box", 1, { id: "x", name: "old" })).state).toEqual({
      ...BOX,
      id: "x",
      name: "old-from-1",
    });
    const destroyed = await provider.applyChange({ type: "thing_box", prior: state, planned: null, config: null });
    expect(destroyed.state).toBeNull();
  });

  test("carries values of a dynamic type with their type", async () => {
    const provider = await host("serve");
    const values: readonly Value[] = ["a", 1, true, null, UNKNOWN, ["a", 1], { a: [{ b: null }] }];
    for (const any of values) expect((await provider.readData("thing_echo", { any })).state).toEqual({ any });
  });

  test("says what it refuses in its own words, and where", async () => {
    const provider = await host("serve");
    expect(await provider.configure({ token: "bad" })).toEqual([
      { severity: "error", code: "DVT4010", summary: "Bad token", attribute: "token" },
    ]);
    const config = { ...BOX, name: "" };
    expect((await provider.planChange({ type: "thing_box", prior: null, proposed: config, config })).diagnostics).toEqual([
      { severity: "error", code: "DVT4010", summary: "Empty name", detail: "It must not be empty.", attribute: "name" },
    ]);
  });

  test("that dies in the middle of a call is told with what it wrote last", async () => {
    const provider = await host("die");
    await expect(provider.applyChange({ type: "thing_box", prior: null, planned: BOX, config: BOX })).rejects.toMatchObject({
      diagnostics: [{ code: "DVT4011", detail: expect.stringMatching(/ended while applying thing_box[\s\S]*out of paper/) }],
    });
  });

  test.each([
    ["refuse", "exit status 3"],
    ["nonsense", "its first line is no handshake"],
    ["old", "it speaks netrpc, not gRPC"],
  ])("that does not start (%s) is told with the reason", async (does, reason) => {
    expect(await failure(does)).toEqual({ code: "DVT4011", detail: expect.stringContaining(reason) });
  });

  test("that says nothing is given up", async () => {
    expect(await failure("silent", { startMsMax: 500 })).toEqual({
      code: "DVT4011",
      detail: expect.stringContaining("said nothing"),
    });
  });

  test("that is not there is told with the file", async () => {
    expect(await failure("serve", { binary: join(folder, "none") })).toEqual({
      code: "DVT4011",
      detail: expect.stringContaining("ENOENT"),
    });
  });
});
