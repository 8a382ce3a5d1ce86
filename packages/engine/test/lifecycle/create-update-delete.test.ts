import { describe, expect, it } from "vitest";
import { type App, actions, output, TestStage } from "../support/harness.ts";

describe("create, update, delete", () => {
  it("creates in dependency order, records it, and plans nothing afterwards", async () => {
    const stage = new TestStage();
    const program = async (app: App) => {
      const a = await app.thing("A", { value: "1" });
      const b = await app.thing("B", { value: a.value.id ?? null }, { after: ["A"] });
      return { b: output(b.value.etag) };
    };
    const plan = await stage.plan(program);
    expect(actions(plan)).toEqual(["test_thing.A: create", "test_thing.B: create"]);
    const result = await stage.deployed(program);
    expect(stage.calls()).toEqual(["create a", "create b"]);
    expect(result.outputs).toEqual({ b: { value: "v1", sensitive: false } });
    expect(JSON.parse(stage.file("tfstate") ?? "{}")).toMatchObject({ version: 4, serial: 1 });
    expect(stage.file("journal")).toBeUndefined();
    expect(stage.file("lock")).toBeUndefined();
    const again = await stage.plan(program);
    expect(actions(again)).toEqual([]);
    expect(again.isApplyable).toBe(false);
  });

  it("updates in place, and deletes what left the program in reverse order", async () => {
    const stage = new TestStage();
    await stage.deployed(async (app) => {
      const a = await app.thing("A", { value: "1" });
      await app.thing("B", { value: a.value.id ?? null }, { after: ["A"] });
      return {};
    });
    stage.calls();
    await stage.deployed(async (app) => {
      await app.thing("A", { value: "2" });
      await app.thing("B", { value: "id-a" }, { after: ["A"] });
      return {};
    });
    expect(stage.calls()).toEqual(["update a"]);
    await stage.deployed(async () => ({}));
    expect(stage.calls()).toEqual(["delete b", "delete a"]);
    expect(stage.world.things.size).toBe(0);
  });

  it("deletes in reverse order also where what stood between is gone", async () => {
    const stage = new TestStage();
    await stage.deployed(async (app) => {
      await app.thing("A", { value: "1" });
      await app.thing("B", { value: "2" }, { after: ["A"] });
      await app.thing("C", { value: "3" }, { after: ["B"] });
      return {};
    });
    stage.calls();
    stage.world.things.delete("b");
    await stage.deployed(async () => ({}));
    expect(stage.calls()).toEqual(["delete c", "delete a"]);
  });
});
