import { describe, expect, it } from "vitest";
import { type App, actions, codes, TestStage } from "../support/harness.ts";

const one =
  (config = {}, lifecycle = {}) =>
  async (app: App) => {
    await app.thing("A", config, { lifecycle });
    return {};
  };
const none = async () => ({});

describe("protect", () => {
  it("refuses to replace, to destroy, and to delete what left the program", async () => {
    const stage = new TestStage();
    await stage.deployed(one({ kind: "1" }, { preventDestroy: true }));
    for (const plan of [
      await stage.plan(one({ kind: "2" }, { preventDestroy: true })),
      await stage.plan(none),
      await stage.plan(one({ kind: "1" }, { preventDestroy: true }), { mode: "destroy" }),
      await stage.engine.plan({ mode: "destroy" }),
    ]) {
      expect(codes(plan.diagnostics)).toBe("DVT3003");
      expect(plan.isApplyable).toBe(false);
    }
    expect((await stage.engine.destroy()).ok).toBe(false);
    expect(stage.world.things.size).toBe(1);
  });

  it("is recorded even where nothing else changes, and taken away likewise", async () => {
    const stage = new TestStage();
    await stage.deployed(one());
    const plan = await stage.plan(one({}, { preventDestroy: true }));
    expect(plan.isApplyable).toBe(true);
    await stage.deployed(one({}, { preventDestroy: true }));
    expect(codes((await stage.plan(none)).diagnostics)).toBe("DVT3003");
    await stage.deployed(one());
    expect(actions(await stage.plan(none))).toEqual(["test_thing.A: delete"]);
  });
});

describe("retain", () => {
  it("forgets the object that left the program, and one of a destroyed program, without touching it", async () => {
    const stage = new TestStage();
    await stage.deployed(one({}, { retainOnDelete: true }));
    stage.calls();
    expect(actions(await stage.plan(none))).toEqual(["test_thing.A: forget"]);
    expect((await stage.deployed(none)).forgotten).toBe(1);
    expect(stage.calls()).toEqual([]);
    expect([...stage.world.things.keys()]).toEqual(["a"]);
    expect(await stage.engine.state.list()).toEqual([]);
  });

  it("warns when the sidecar is lost and something would be deleted", async () => {
    const stage = new TestStage();
    await stage.deployed(one({}, { retainOnDelete: true }));
    await stage.files.remove("/app/.dovetail/dev.sidecar.json");
    const plan = await stage.plan(none);
    expect(plan.diagnostics).toMatchObject([{ severity: "warning", detail: expect.stringContaining("test_thing.A") }]);
  });
});

describe("ignore", () => {
  it("keeps ignored attributes, map keys and, with all, everything as it is", async () => {
    const stage = new TestStage();
    await stage.deployed(one({ value: "1", tags: { a: "1", b: "1" } }, { ignoreChanges: [["value"]] }));
    const changed = { value: "2", tags: { a: "2", b: "2" } };
    const ignoreValue = await stage.plan(one(changed, { ignoreChanges: [["value"]] }));
    expect(ignoreValue.changes[0]?.after).toMatchObject({ value: "1", tags: { a: "2", b: "2" } });
    const ignoreKey = await stage.plan(one(changed, { ignoreChanges: [["value"], ["tags", "a"]] }));
    expect(ignoreKey.changes[0]?.after).toMatchObject({ value: "1", tags: { a: "1", b: "2" } });
    expect(actions(await stage.plan(one({ ...changed, kind: "x" }, { ignoreChanges: "all" })))).toEqual([]);
  });
});
