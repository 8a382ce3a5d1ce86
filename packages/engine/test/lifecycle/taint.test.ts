import { describe, expect, it } from "vitest";
import { type App, actions, codes, TestStage } from "../support/harness.ts";

const program = async (app: App) => {
  const c = app.thing("C");
  const a = await app.thing("A", { value: "1" });
  await app.thing("B", { value: a.value.id ?? null }, { after: ["A"] });
  await c;
  return {};
};

describe("taint", () => {
  it("an object whose creation failed half way is kept, tainted, and replaced by the next run", async () => {
    const stage = new TestStage();
    stage.world.faults.push({ operation: "create", name: "a", when: "partial", kind: "error" });
    const failed = await stage.deploy(program);
    expect(codes(failed.diagnostics)).toBe("DVT4001");
    expect(failed.skipped).toEqual(["test_thing.B"]);
    expect(stage.calls()).toEqual(["create c", "create a"]);
    expect(JSON.parse(stage.file("tfstate") ?? "").resources[0].instances[0]).toMatchObject({ status: "tainted" });
    const plan = await stage.plan(program);
    expect(actions(plan)).toEqual(["test_thing.A: replace", "test_thing.B: create"]);
    expect(plan.changes[0]?.reason).toBe("replace_because_tainted");
    await stage.deployed(program);
    expect(stage.calls()).toEqual(["delete a", "create a", "create b"]);
  });

  it("a create that threw before anything existed leaves nothing, independent resources go on", async () => {
    const stage = new TestStage();
    stage.world.faults.push({ operation: "create", name: "a", when: "before", kind: "throw" });
    const failed = await stage.deploy(program);
    expect(failed.diagnostics).toMatchObject([
      { code: "DVT4001", address: "test_thing.A", detail: expect.stringContaining("connection reset") },
    ]);
    expect(stage.calls()).toEqual(["create c"]);
    await stage.deployed(program);
    expect(stage.calls()).toEqual(["create a", "create b"]);
  });

  it("an update that failed keeps what the provider says and is planned again", async () => {
    const stage = new TestStage();
    await stage.deployed(program);
    stage.calls();
    stage.world.faults.push({ operation: "update", name: "a", when: "before", kind: "error" });
    const changed = async (app: App) => {
      await app.thing("A", { value: "2" });
      await app.thing("B", { value: "id-a" });
      await app.thing("C");
      return {};
    };
    expect((await stage.deploy(changed)).ok).toBe(false);
    expect(actions(await stage.plan(changed))).toEqual(["test_thing.A: update"]);
  });
});
