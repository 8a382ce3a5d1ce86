import { UNKNOWN } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import type { Lifecycle } from "../../src/index.ts";
import { type App, actions, TestStage } from "../support/harness.ts";

/** A, and B that depends on it. */
const pair =
  (kind: string, lifecycle: Lifecycle, ofA: Lifecycle = {}) =>
  async (app: App) => {
    void app.thing("A", { kind }, { lifecycle: ofA });
    await app.thing("B", {}, { lifecycle, after: ["A"] });
    return {};
  };
const single = (lifecycle: Lifecycle) => async (app: App) => {
  await app.thing("A", {}, { lifecycle });
  return {};
};
const none = async () => ({});

describe("replaceWith", () => {
  it("replaces where the other is replaced, and only there", async () => {
    const stage = new TestStage();
    const tied: Lifecycle = { replaceWith: ["test_thing.A"] };
    await stage.deployed(pair("1", tied));
    expect(actions(await stage.plan(pair("1", tied)))).toEqual([]);
    const plan = await stage.plan(pair("2", tied));
    expect(actions(plan)).toEqual(["test_thing.A: replace", "test_thing.B: replace"]);
    expect(plan.changes[1]).toMatchObject({ reason: "replace_by_triggers", replacePaths: [] });
    expect(actions(await stage.plan(pair("2", {})))).toEqual(["test_thing.A: replace"]);
    stage.calls();
    await stage.deployed(pair("2", tied));
    expect(stage.calls()).toEqual(["delete b", "delete a", "create a", "create b"]);
    expect(actions(await stage.plan(pair("2", tied)))).toEqual([]);
  });
});

describe("a replacement trigger", () => {
  it("replaces when it changes; the first one and its removal do not", async () => {
    const stage = new TestStage();
    await stage.deployed(single({}));
    for (const [trigger, wanted] of [
      ["2026-01", []],
      ["2026-01", []],
      ["2026-02", ["test_thing.A: replace"]],
      [{ month: 3, tags: ["x"] }, ["test_thing.A: replace"]],
      [{ month: 3, tags: ["x"] }, []],
      [undefined, []],
      ["2026-02", []],
    ] as const) {
      const program = single(trigger === undefined ? {} : { replacementTrigger: trigger });
      expect([trigger, actions(await stage.plan(program))]).toEqual([trigger, wanted]);
      await stage.deployed(program);
    }
  });

  it("that is known only after apply counts as changed", async () => {
    const stage = new TestStage();
    await stage.deployed(single({ replacementTrigger: "1" }));
    expect(actions(await stage.plan(single({ replacementTrigger: UNKNOWN })))).toEqual(["test_thing.A: replace"]);
  });

  it("is not forgotten by a deploy that fails before the replacement", async () => {
    const stage = new TestStage();
    await stage.deployed(single({ replacementTrigger: "1" }));
    stage.world.faults = [{ operation: "delete", name: "a", when: "before", kind: "error" }];
    expect((await stage.deploy(single({ replacementTrigger: "2" }))).ok).toBe(false);
    stage.world.faults = [];
    expect(actions(await stage.plan(single({ replacementTrigger: "2" })))).toEqual(["test_thing.A: replace"]);
    await stage.deployed(single({ replacementTrigger: "2" }));
    expect(actions(await stage.plan(single({ replacementTrigger: "2" })))).toEqual([]);
  });

  it("is kept as a fingerprint: it may be a secret", async () => {
    const stage = new TestStage();
    await stage.deployed(single({ replacementTrigger: "hunter2" }));
    expect(stage.file("sidecar.json")).toContain('"trigger"');
    expect(stage.file("sidecar.json")).not.toContain("hunter2");
  });
});

describe("deletedWith", () => {
  const tied: Lifecycle = { deletedWith: "test_thing.A" };

  it("asks nothing of the provider where the other is deleted too, in or out of the program", async () => {
    for (const end of ["destroy", "leave", "destroy without program"]) {
      const stage = new TestStage();
      await stage.deployed(pair("1", tied));
      stage.calls();
      const result =
        end === "leave"
          ? await stage.deployed(none)
          : await stage.engine.destroy(end === "destroy" ? { frontEnd: { evaluate: async () => ({ outputs: {} }) } } : {});
      expect([end, result.ok, result.destroyed, stage.calls()]).toEqual([end, true, 2, ["delete a"]]);
      expect(await stage.engine.state.list()).toEqual([]);
    }
  });

  it("is deleted as usual where the other stays", async () => {
    const stage = new TestStage();
    await stage.deployed(pair("1", tied));
    stage.calls();
    await stage.deployed(async (app: App) => {
      await app.thing("A", { kind: "1" });
      return {};
    });
    expect(stage.calls()).toEqual(["delete b"]);
  });

  it("is replaced with the other, whose replacement takes it along", async () => {
    const stage = new TestStage();
    await stage.deployed(pair("1", tied));
    stage.calls();
    expect(actions(await stage.plan(pair("2", tied)))).toEqual(["test_thing.A: replace", "test_thing.B: replace"]);
  });
});
