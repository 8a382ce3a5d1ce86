import { errorDiagnostic, UNKNOWN } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import type { ProviderRegistry } from "../../src/index.ts";
import { type App, actions, codes, frontEnd, TestStage } from "../support/harness.ts";
import { worldProvider, worldRegistry } from "../support/world.ts";

const chain = async (app: App) => {
  const a = await app.thing("A");
  await app.thing("B", { value: a.value.etag ?? null }, { after: ["A"] });
  return {};
};

describe("interrupt", () => {
  it("finishes what runs, records it, gives the lock back; the next run goes on", async () => {
    const stage = new TestStage();
    const abort = new AbortController();
    stage.world.pause = async () => abort.abort();
    const result = await stage.deploy(chain, { signal: abort.signal });
    expect(codes(result.diagnostics)).toBe("DVT4007");
    expect(result.skipped).toEqual(["test_thing.B"]);
    expect(stage.calls()).toEqual(["create a"]);
    expect(stage.file("lock")).toBeUndefined();
    expect(stage.file("journal")).toBeUndefined();
    stage.world.pause = undefined;
    await stage.deployed(chain);
    expect(stage.calls()).toEqual(["create b"]);
  });

  it("a second one returns at once, and the next process finds out what became of it", async () => {
    const stage = new TestStage();
    const force = new AbortController();
    const plan = await stage.plan(chain);
    stage.world.pause = () => new Promise(() => force.abort());
    await expect(stage.engine.apply(plan, { frontEnd: frontEnd(chain), forceSignal: force.signal })).rejects.toThrow("DVT4007");
    expect(stage.file("journal")).toContain('"kind":"intent"');
    const next = new TestStage({ files: stage.files, world: stage.world, pid: 101, alive: (pid) => pid === 101 });
    stage.world.pause = undefined;
    await next.deployed(chain);
    expect([...next.world.things.keys()].sort()).toEqual(["a", "b"]);
    expect(actions(await next.plan(chain))).toEqual([]);
  });
});

describe("what a program does wrong", () => {
  it("tells duplicates, unregistered dependencies and cycles, all at once, sorted", async () => {
    const stage = new TestStage();
    const plan = await stage.plan(async (app) => {
      await app.thing("A");
      await Promise.allSettled([
        app.thing("A"),
        app.thing("B", {}, { after: ["Nowhere"] }),
        app.thing("X", {}, { after: ["Y"] }),
        app.thing("Y", {}, { after: ["X"] }),
      ]);
      return {};
    });
    expect(plan.diagnostics.map((d) => [d.code, d.address])).toEqual([
      ["DVT1012", "test_thing.A"],
      ["DVT3011", "test_thing.B"],
      ["DVT1013", "test_thing.X"],
    ]);
    expect(plan.diagnostics[2]?.detail).toContain("test_thing.X -> test_thing.Y -> test_thing.X");
    expect(plan.isErrored).toBe(true);
  });

  it("tells wrong names, wrong types, missing arguments, unknown types, and what the provider refuses", async () => {
    const stage = new TestStage();
    const plan = await stage.plan(async (app) => {
      await Promise.allSettled([
        app.thing("A", { valeu: "x" }),
        app.thing("B", { tags: "x" }),
        app.thing("C", { name: null }),
        app.thing("D", {}, { type: "test_nothing" }),
        app.thing("E", { value: "refused" }),
        app.thing("F", { rule: [{}] }),
      ]);
      return {};
    });
    expect(plan.diagnostics.map((d) => `${d.address} ${d.code} ${d.attribute ?? ""}`)).toEqual([
      "test_nothing.D DVT3004 ",
      "test_thing.A DVT3001 valeu",
      "test_thing.B DVT3001 tags",
      "test_thing.C DVT3001 name",
      "test_thing.E DVT3001 value",
      "test_thing.F DVT3001 rule[0].key",
    ]);
    expect(plan.diagnostics[1]?.detail).toContain('Did you mean "value"?');
  });

  it("tells two resources that own one thing", async () => {
    const stage = new TestStage();
    const plan = await stage.plan(async (app) => {
      await Promise.all([app.thing("B", { name: "x" }), app.thing("A", { name: "x" })]);
      return {};
    });
    expect(plan.diagnostics).toMatchObject([
      { code: "DVT3002", address: "test_thing.B", detail: expect.stringContaining("thing x") },
    ]);
  });

  it("an exception of the program stops the plan, and nothing is planned for deletion", async () => {
    const stage = new TestStage();
    await stage.deployed(chain);
    const plan = await stage.plan(async () => {
      throw new TypeError("x is not a function");
    });
    expect(codes(plan.diagnostics)).toBe("DVT1003");
    expect(actions(plan)).toEqual([]);
  });

  it("an apply that differs from the plan stops there and names the difference", async () => {
    const stage = new TestStage();
    let run = 0;
    const flaky = async (app: App) => {
      await app.thing("A", { value: String(run++) });
      return {};
    };
    const result = await stage.deploy(flaky);
    expect(result.diagnostics).toMatchObject([{ code: "DVT4002", address: "test_thing.A", attribute: "value" }]);
    expect(stage.calls()).toEqual([]);
    const missing = await stage.deploy(async (app: App) => {
      if (run++ % 2 === 1) await app.thing("B");
      return {};
    });
    expect(missing.diagnostics).toMatchObject([{ code: "DVT4002", address: "test_thing.B" }]);
  });

  it("a provider that answers otherwise than it planned is caught, the object kept", async () => {
    const stage = new TestStage();
    stage.world.pause = async () => {
      const set = stage.world.things.set.bind(stage.world.things);
      stage.world.things.set = (name, value) => set(name, Object.assign(value, { mode: "other" }));
    };
    const result = await stage.deploy(async (app) => {
      await app.thing("A");
      return {};
    });
    expect(result.diagnostics).toMatchObject([{ code: "DVT4003", attribute: "mode" }]);
    expect(await stage.engine.state.show("test_thing.A")).toMatchObject({ isTainted: true });
  });

  it("a program that goes on after its failure creates nothing that no state knows", async () => {
    const stage = new TestStage();
    stage.world.faults.push({ operation: "create", name: "a", when: "before", kind: "error" });
    let late: Promise<unknown> = Promise.resolve();
    const program = async (app: App) => {
      const b = app.thing("B");
      late = b.then(async () => {
        for (let i = 0; i < 10; i++) await Promise.resolve();
        await app.thing("C");
        await new Promise((resolve) => setImmediate(resolve));
        await app.thing("D");
      });
      late.catch(() => undefined);
      await app.thing("A");
      await late;
      return {};
    };
    const result = await stage.deploy(program);
    expect(result.ok).toBe(false);
    await expect(late).rejects.toThrow("DVT4008");
    expect([...stage.world.things.keys()].sort()).toEqual(["b", "c"]);
    expect(await stage.engine.state.list()).toEqual(["test_thing.B", "test_thing.C"]);
  });

  it("what is wrong with a provider is told once, not by each of its resources", async () => {
    const stage = new TestStage();
    const registry = worldRegistry(worldProvider(stage.world));
    const broken: ProviderRegistry = {
      ...registry,
      provider: async (name) => ({
        ...(await registry.provider(name)),
        diagnostics: [errorDiagnostic("DVT3005", "Unknown provider", { detail: "No region." })],
      }),
    };
    const found = await new TestStage({ registry: broken }).plan(async (app) => {
      await Promise.allSettled([app.thing("A"), app.thing("B")]);
      return {};
    });
    expect(found.diagnostics).toHaveLength(1);
    expect(found.diagnostics[0]).toMatchObject({ code: "DVT3005", detail: "No region." });
  });

  it("a stale plan is refused", async () => {
    const stage = new TestStage();
    const plan = await stage.plan(chain);
    await stage.deployed(chain);
    await expect(stage.engine.apply(plan, { frontEnd: frontEnd(chain) })).rejects.toThrow("DVT5008");
  });

  it("unknown values reach the program in the plan pass only", async () => {
    const stage = new TestStage();
    const seen: unknown[] = [];
    await stage.deployed(async (app) => {
      seen.push((await app.thing("A")).value.id);
      return {};
    });
    expect(seen).toEqual([UNKNOWN, "id-a"]);
  });
});
