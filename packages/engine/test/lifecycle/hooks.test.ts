import { describe, expect, it } from "vitest";
import type { ApplyOptions, Hook, HookCall, HookNames, PlanOptions } from "../../src/index.ts";
import { type App, codes, frontEnd, type Program, TestStage } from "../support/harness.ts";

const ALL: HookNames = {
  beforeCreate: ["note"],
  afterCreate: ["note"],
  beforeUpdate: ["note"],
  afterUpdate: ["note"],
  beforeDelete: ["note"],
  afterDelete: ["note"],
};
const one =
  (config = {}, hooks: HookNames = ALL): Program =>
  async (app: App) => {
    await app.thing("A", config, { hooks });
    return {};
  };
const none: Program = async () => ({});

/** A stage whose programs have the hook "note", which writes down what it is told. */
function hooked(options: { readonly fails?: string; readonly runsInPlan?: boolean; readonly onlyWarns?: boolean } = {}) {
  const stage = new TestStage();
  const told: HookCall[] = [];
  const note: Hook = {
    runsInPlan: options.runsInPlan ?? false,
    onlyWarns: options.onlyWarns ?? false,
    async run(call) {
      told.push(call);
      stage.world.calls.push({ operation: call.point as "create", name: call.address });
      if (call.point === options.fails) throw new Error("not today");
    },
  };
  const withHooks = (program: Program) => ({
    ...frontEnd(program),
    hook: async (name: string) => (name === "note" ? note : undefined),
  });
  return {
    stage,
    told,
    deploy: (program: Program, more: PlanOptions & ApplyOptions = {}) =>
      stage.engine.withLock("deploy", async () => {
        const plan = await stage.engine.plan({ frontEnd: withHooks(program), ...more });
        return stage.engine.apply(plan, { frontEnd: withHooks(program) });
      }),
    plan: (program: Program) => stage.engine.plan({ frontEnd: withHooks(program) }),
    destroy: (program: Program) => stage.engine.destroy({ frontEnd: withHooks(program) }),
  };
}

describe("hooks", () => {
  it("run before and after each operation, told what there was and what there is", async () => {
    const { stage, told, deploy } = hooked();
    await deploy(one({ value: "1" }));
    await deploy(one({ value: "2" }));
    await deploy(one({ value: "2", kind: "x" }));
    expect(stage.calls()).toEqual([
      "beforeCreate test_thing.A",
      "create a",
      "afterCreate test_thing.A",
      "beforeUpdate test_thing.A",
      "update a",
      "afterUpdate test_thing.A",
      "beforeDelete test_thing.A",
      "delete a",
      "afterDelete test_thing.A",
      "beforeCreate test_thing.A",
      "create a",
      "afterCreate test_thing.A",
    ]);
    const [beforeCreate, afterCreate, beforeUpdate, afterUpdate, beforeDelete] = told;
    expect(beforeCreate).toMatchObject({ type: "test_thing", name: "A", newConfig: { value: "1" } });
    expect([beforeCreate?.id, beforeCreate?.oldValue, beforeCreate?.newValue]).toEqual([undefined, undefined, undefined]);
    expect(afterCreate).toMatchObject({ id: expect.any(String), newValue: { value: "1", id: expect.any(String) } });
    expect(beforeUpdate).toMatchObject({ id: afterCreate?.id, oldValue: { value: "1" }, newConfig: { value: "2" } });
    expect(beforeUpdate?.newValue).toBeUndefined();
    expect(afterUpdate).toMatchObject({ oldValue: { value: "1" }, newValue: { value: "2" } });
    expect(beforeDelete).toMatchObject({ oldValue: { value: "2" }, id: afterCreate?.id });
    expect([beforeDelete?.newConfig, beforeDelete?.newValue]).toEqual([undefined, undefined]);
  });

  it("of a delete run when the resource left the program, and when all is destroyed", async () => {
    for (const end of ["leave", "destroy"]) {
      const { stage, deploy, destroy } = hooked();
      await deploy(one());
      stage.calls();
      const result = end === "leave" ? await deploy(none) : await destroy(one());
      expect([end, result.ok, stage.calls()]).toEqual([
        end,
        true,
        ["beforeDelete test_thing.A", "delete a", "afterDelete test_thing.A"],
      ]);
    }
  });

  it("that fail before an operation keep it from happening; after it they are warnings", async () => {
    for (const [fails, calls, ok] of [
      ["beforeCreate", ["beforeCreate test_thing.A"], false],
      ["afterCreate", ["beforeCreate test_thing.A", "create a", "afterCreate test_thing.A"], true],
    ] as const) {
      const { stage, deploy } = hooked({ fails });
      const result = await deploy(one());
      expect([fails, result.ok, stage.calls()]).toEqual([fails, ok, calls]);
      expect(result.diagnostics).toMatchObject([
        { code: "DVT4009", severity: ok ? "warning" : "error", address: "test_thing.A" },
      ]);
      expect(result.diagnostics[0]?.detail).toContain("not today");
      expect(await stage.engine.state.list()).toHaveLength(ok ? 1 : 0);
    }
    const stuck = hooked({ fails: "beforeDelete" });
    await stuck.deploy(one());
    expect((await stuck.destroy(one())).ok).toBe(false);
    expect(stuck.stage.world.things.size).toBe(1);
    const mild = hooked({ fails: "beforeCreate", onlyWarns: true });
    expect((await mild.deploy(one())).ok).toBe(true);
  });

  it("run in a plan only where they ask for it, and one that fails there is an error of the plan", async () => {
    const silent = hooked();
    expect((await silent.plan(one())).isErrored).toBe(false);
    expect(silent.told).toEqual([]);
    const eager = hooked({ runsInPlan: true });
    await eager.plan(one());
    expect(eager.told.map((call) => call.point)).toEqual(["beforeCreate", "afterCreate"]);
    const failing = hooked({ runsInPlan: true, fails: "beforeCreate" });
    const plan = await failing.plan(one());
    expect([codes(plan.diagnostics), plan.isApplyable]).toEqual(["DVT4009", false]);
  });

  it("that the program no longer has stop the delete, and it is said which", async () => {
    const { stage, deploy, plan: planOf } = hooked();
    await deploy(one({}, { beforeDelete: ["gone"] }));
    stage.calls();
    const plan = await stage.plan(none);
    expect(plan.diagnostics).toEqual([]);
    const planned = await planOf(none);
    expect(planned.diagnostics).toMatchObject([{ code: "DVT4009", detail: expect.stringContaining('The hook "gone"') }]);
    const result = await stage.engine.withLock("deploy", () => stage.engine.apply(plan, { frontEnd: frontEnd(none) }));
    expect(result.ok).toBe(false);
    expect(result.diagnostics[0]?.detail).toContain('The hook "gone"');
    expect(stage.calls()).toEqual([]);
  });
});
