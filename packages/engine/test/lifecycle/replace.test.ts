import { describe, expect, it } from "vitest";
import { type App, actions, codes, TestStage } from "../support/harness.ts";

const chain =
  (kind: string, lifecycle = {}) =>
  async (app: App) => {
    const a = await app.thing("A", { kind }, { lifecycle });
    const b = await app.thing("B", { value: a.value.id ?? null, kind }, { after: ["A"], lifecycle });
    await app.thing("C", { value: b.value.etag ?? null }, { after: ["B"] });
    return {};
  };

describe("replace", () => {
  it("delete-first: dependents that are replaced too go first, then all come back in order", async () => {
    const stage = new TestStage();
    await stage.deployed(chain("1"));
    stage.calls();
    const plan = await stage.plan(chain("2"));
    expect(actions(plan)).toEqual(["test_thing.A: replace", "test_thing.B: replace", "test_thing.C: update"]);
    expect(plan.changes[0]).toMatchObject({ reason: "replace_because_cannot_update", replacePaths: [["kind"]] });
    await stage.deployed(chain("2"));
    expect(stage.calls()).toEqual(["delete b", "delete a", "create a", "create b", "update c"].filter((c) => c !== "update c"));
  });

  it("create-first: the new object is made under its next name, dependents follow, the old one goes last", async () => {
    const autoname = {
      attribute: "name",
      prefix: "Q",
      separator: "-",
      suffix: "",
      maxLength: 20,
      hashLength: 6,
      charset: "0123456789abcdef",
    };
    const program = (kind: string) => async (app: App) => {
      const a = await app.thing("A", { kind }, { autoname, lifecycle: { createBeforeDestroy: true } });
      await app.thing("B", { value: a.value.name ?? null }, { after: ["A"] });
      return {};
    };
    const stage = new TestStage();
    await stage.deployed(program("1"));
    const [createA] = stage.calls();
    await stage.deployed(program("2"));
    const [createNew, updateB, deleteOld] = stage.calls();
    expect(updateB).toBe("update b");
    expect(deleteOld).toBe(createA?.replace("create", "delete"));
    expect(createNew).not.toBe(createA);
    expect(actions(await stage.plan(program("2")))).toEqual([]);
    // The sidecar may be lost: the present name still tells the generation.
    await stage.files.remove("/app/.dovetail/dev.sidecar.json");
    await stage.deployed(program("3"));
    expect(stage.calls()).toHaveLength(3);
    expect(stage.world.things.size).toBe(2);
  });

  it("create-before-destroy spreads to what the resource depends on", async () => {
    const program = (kind: string) => async (app: App) => {
      const a = await app.thing("A", { kind, name: `a${kind}` });
      await app.thing(
        "B",
        { kind, name: `b${kind}`, value: a.value.id ?? null },
        { after: ["A"], lifecycle: { createBeforeDestroy: true } },
      );
      return {};
    };
    const stage = new TestStage();
    await stage.deployed(program("1"));
    stage.calls();
    expect(actions(await stage.plan(program("2")))).toEqual([
      "test_thing.A: replace create first",
      "test_thing.B: replace create first",
    ]);
    await stage.deployed(program("2"));
    expect(stage.calls()).toEqual(["create a2", "create b2", "delete b1", "delete a1"]);
  });

  it("a deposed object whose delete failed is deleted by the next run", async () => {
    const program = (kind: string) => async (app: App) => {
      await app.thing("A", { kind, name: `a${kind}` }, { lifecycle: { createBeforeDestroy: true } });
      return {};
    };
    const stage = new TestStage();
    await stage.deployed(program("1"));
    stage.world.faults.push({ operation: "delete", name: "a1", when: "before", kind: "error" });
    const failed = await stage.deploy(program("2"));
    expect(failed.ok).toBe(false);
    expect(codes(failed.diagnostics)).toBe("DVT4001");
    expect([...stage.world.things.keys()].sort()).toEqual(["a1", "a2"]);
    expect(JSON.parse(stage.file("tfstate") ?? "").resources[0].instances).toHaveLength(2);
    expect(actions(await stage.plan(program("2")))).toEqual([expect.stringContaining("test_thing.A (deposed): delete")]);
    await stage.deployed(program("2"));
    expect([...stage.world.things.keys()]).toEqual(["a2"]);
  });

  it("replaces by request and on changes that the lifecycle names", async () => {
    const stage = new TestStage();
    const program = (value: string) => async (app: App) => {
      await app.thing("A", { value }, { lifecycle: { replaceOnChanges: [["value"]] } });
      return {};
    };
    await stage.deployed(program("1"));
    const forced = await stage.plan(program("1"), { replace: ["test_thing.A"] });
    expect(forced.changes[0]).toMatchObject({ action: "replace", reason: "replace_by_request" });
    expect(actions(await stage.plan(program("2")))).toEqual(["test_thing.A: replace"]);
    const missing = await stage.plan(program("1"), { replace: ["test_thing.Nope"] });
    expect(codes(missing.diagnostics)).toBe("DVT3010");
  });
});
