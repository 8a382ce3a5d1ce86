import { UNKNOWN } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import { type App, actions, codes, output, TestStage } from "../support/harness.ts";

const program =
  (value = "1") =>
  async (app: App) => {
    const a = await app.thing("A", { value });
    const b = await app.thing("B", { value: a.value.etag ?? null }, { after: ["A"] });
    await app.thing("C", { value });
    return { b: output(b.value.value) };
  };

const touch = (stage: TestStage, name: string, change: Record<string, string>) => {
  const thing = stage.world.things.get(name) ?? {};
  stage.world.things.set(name, { ...thing, ...change });
};

describe("drift", () => {
  it("is shown with what was and what is, and undone by the plan", async () => {
    const stage = new TestStage();
    await stage.deployed(program());
    touch(stage, "a", { value: "by hand" });
    stage.world.things.delete("c");
    const plan = await stage.plan(program());
    expect(plan.drift).toMatchObject([
      { address: "test_thing.A", action: "update", before: { value: "1" }, after: { value: "by hand" } },
      { address: "test_thing.C", action: "delete", after: null },
    ]);
    expect(actions(plan)).toEqual(["test_thing.A: update", "test_thing.B: update", "test_thing.C: create"]);
    const blind = await stage.plan(program(), { refresh: false });
    expect(blind.drift).toEqual([]);
    expect(actions(blind)).toEqual([]);
  });

  it("refresh records it and changes nothing", async () => {
    const stage = new TestStage();
    await stage.deployed(program());
    stage.calls();
    touch(stage, "b", { value: "by hand" });
    const result = await stage.engine.refresh();
    expect(result.ok).toBe(true);
    expect((await stage.engine.state.show("test_thing.B")).value.value).toBe("by hand");
    expect(stage.calls()).toEqual([]);
    const plan = await stage.plan(program(), { mode: "refresh-only" });
    expect(plan.drift).toEqual([]);
    expect(actions(plan)).toEqual([]);
    expect(plan.outputs.b).toMatchObject({ action: "update", after: "by hand" });
  });
});

describe("target", () => {
  it("takes in what the target depends on, and leaves the rest alone", async () => {
    const stage = new TestStage();
    expect(actions(await stage.plan(program(), { targets: ["test_thing.B"] }))).toEqual([
      "test_thing.A: create",
      "test_thing.B: create",
    ]);
    await stage.deployed(program(), { targets: ["test_thing.B"] });
    expect(stage.calls()).toEqual(["create a", "create b"]);
    expect(actions(await stage.plan(program()))).toEqual(["test_thing.C: create"]);
  });

  it("an exclusion takes out what depends on it", async () => {
    const stage = new TestStage();
    await stage.deployed(program(), { excludes: ["test_thing.A"] });
    expect(stage.calls()).toEqual(["create c"]);
  });

  it("a targeted destroy takes dependents along and keeps the outputs", async () => {
    const stage = new TestStage();
    await stage.deployed(program());
    stage.calls();
    await stage.engine.destroy({ targets: ["test_thing.A"] });
    expect(stage.calls()).toEqual(["delete b", "delete a"]);
    expect((await stage.engine.state.read()).outputs).toHaveProperty("b");
  });

  it("names a target that there is not", async () => {
    const stage = new TestStage();
    expect(codes((await stage.plan(program(), { targets: ["test_thing.Z"] })).diagnostics)).toBe("DVT3010");
  });
});

describe("data sources", () => {
  const withData = (value: string) => async (app: App) => {
    await app.thing("A", { value });
    const d = await app.data("D", { name: "a" }, ["A"]);
    await app.thing("B", { value: d.value.value ?? null });
    return {};
  };

  it("wait for a dependency that will change, and are read in the plan otherwise", async () => {
    const stage = new TestStage();
    const first = await stage.plan(withData("1"));
    expect(first.changes.find((c) => c.mode === "data")).toMatchObject({ action: "read", after: { name: "a", value: UNKNOWN } });
    await stage.deployed(withData("1"));
    expect(stage.world.things.get("b")?.value).toBe("1");
    expect(await stage.engine.state.list()).toEqual(["data.test_lookup.D", "test_thing.A", "test_thing.B"]);
    expect(actions(await stage.plan(withData("1")))).toEqual([]);
    expect(actions(await stage.plan(withData("2")))).toEqual([
      "data.test_lookup.D: read",
      "test_thing.A: update",
      "test_thing.B: update",
    ]);
    await stage.deployed(withData("2"));
    expect(stage.world.things.get("b")?.value).toBe("2");
  });

  it("that depend on nothing are answered while a stage is removed", async () => {
    const stage = new TestStage();
    let seen: unknown;
    const program = async (app: App) => {
      await app.thing("A", { value: "1" });
      seen = (await app.data("D", { name: "a" })).value.value;
      return {};
    };
    await stage.deployed(async (app) => {
      await app.thing("A", { value: "1" });
      return {};
    });
    const plan = await stage.plan(program, { mode: "destroy" });
    expect([seen, actions(plan)]).toEqual(["1", ["test_thing.A: delete"]]);
  });
});
