import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parsePlan, planJson, serialisePlan, stateJson } from "../src/index.ts";
import { type App, actions, frontEnd, output, TestStage } from "./support/harness.ts";
import { planDocument, stateDocument, violations } from "./support/terraform-json-schema.ts";
import { worldProvider, worldRegistry } from "./support/world.ts";

/** Everything that a plan can say, in one program. */
const before = async (app: App) => {
  await app.thing("Noop", { secret: "hunter2" });
  await app.thing("Update", { value: "1", zones: ["b", "a"] });
  await app.thing("Replace", { kind: "1", rule: [{ key: "k" }] });
  await app.thing("First", { name: "f1" }, { lifecycle: { createBeforeDestroy: true } });
  await app.thing("Gone");
  await app.thing("Old", { name: "moved" });
  await app.thing("Mod", { name: "m" }, { module: 'module.a["x.y"].module.b' });
  await app.thing("Count", { name: "c0" }, { index: 0 });
  return { o: output("1"), secret: { value: "hunter2", sensitive: true } };
};
const after = async (app: App) => {
  await app.thing("Noop", { secret: "hunter2" });
  const update = await app.thing("Update", { value: "2", zones: ["a", "b", "c"] });
  await app.thing("Replace", { kind: "2", rule: [{ key: "k" }, { key: "l" }] });
  await app.thing("First", { name: "f2" }, { lifecycle: { createBeforeDestroy: true } });
  await app.thing("New", { name: "moved" }, { aliases: ["test_thing.Old"] });
  await app.thing("Mod", { name: "m" }, { module: 'module.a["x.y"].module.b' });
  await app.thing("Count", { name: "c0", secret: "hunter2" }, { index: 0, sensitive: [["tags", "t"]] });
  const d = await app.data("D", { name: "update" }, ["Update"]);
  await app.thing("Import", { name: "there", value: d.value.value ?? null }, { importId: "there" });
  return {
    o: output(update.value.etag),
    list: output([update.value.etag ?? null, "x"]),
    secret: { value: "hunter3", sensitive: true },
  };
};

async function richPlan() {
  const stage = new TestStage();
  await stage.deployed(before);
  stage.world.things.set("there", { ...stage.world.things.get("gone"), name: "there", id: "id-there", value: "old" });
  stage.world.things.set("noop", { ...stage.world.things.get("noop"), value: "drifted" });
  return { stage, plan: await stage.plan(after), registry: worldRegistry(worldProvider(stage.world)) };
}

describe("plan JSON", () => {
  it("is of Terraform's documented form, with every kind of change in it", async () => {
    const { plan, registry } = await richPlan();
    const document = await planJson(plan, registry);
    expect(violations(planDocument, document)).toEqual([]);
    expect(actions(plan)).toEqual([
      "data.test_lookup.D: read",
      "test_thing.Count[0]: update",
      "test_thing.First: replace create first",
      "test_thing.Gone: delete",
      "test_thing.Import: update",
      "test_thing.Noop: update",
      "test_thing.Replace: replace",
      "test_thing.Update: update",
    ]);
    const changes = JSON.parse(JSON.stringify(document.resource_changes));
    const of = (address: string) => changes.find((c: { address: string }) => c.address === address);
    expect(of("test_thing.Update").change).toMatchObject({
      actions: ["update"],
      before: { zones: ["a", "b"], etag: "v1" },
      after: { zones: ["a", "b", "c"] },
      after_unknown: { etag: true, zones: [false, false, false] },
    });
    expect(of("test_thing.Update").change.after).not.toHaveProperty("etag");
    expect(of("test_thing.Replace")).toMatchObject({
      action_reason: "replace_because_cannot_update",
      change: { replace_paths: [["kind"]], actions: ["delete", "create"] },
    });
    expect(of("test_thing.First").change.actions).toEqual(["create", "delete"]);
    expect(of("test_thing.New")).toMatchObject({ previous_address: "test_thing.Old", change: { actions: ["no-op"] } });
    expect(of("test_thing.Import").change.importing).toEqual({ id: "there" });
    expect(of("test_thing.Gone")).toMatchObject({
      action_reason: "delete_because_no_resource_config",
      change: { after: null, after_unknown: {}, after_sensitive: false },
    });
    expect(of('module.a["x.y"].module.b.test_thing.Mod')).toMatchObject({ module_address: 'module.a["x.y"].module.b' });
    expect(document.resource_drift).toMatchObject([
      { address: "test_thing.Noop", change: { before: { value: null }, after: { value: "drifted" } } },
    ]);
    expect(document.output_changes).toMatchObject({ list: { after: [null, "x"], after_unknown: [true, false] } });
  });

  it("holds no secret unless it is asked for", async () => {
    const { plan, registry, stage } = await richPlan();
    expect(JSON.stringify(await planJson(plan, registry))).not.toContain("hunter");
    expect(JSON.stringify(await planJson(plan, registry, { sensitive: "shown" }))).toContain("hunter2");
    const state = await stage.engine.state.read();
    expect(JSON.stringify(await stateJson(state, registry))).not.toContain("hunter");
    expect(violations(stateDocument, await stateJson(state, registry))).toEqual([]);
  });

  it("the validator finds fault with what is not so", async () => {
    const { plan, registry } = await richPlan();
    const document = await planJson(plan, registry);
    expect(violations(planDocument, { ...document, format_version: 1 })).toEqual(["format_version: is not a string"]);
    expect(violations(planDocument, { ...document, resource_changes: [{}] })).toContain(
      "resource_changes[0].address: is missing",
    );
    expect(violations(planDocument, { ...document, surprise: 1 })).toEqual(["surprise: is not in the format"]);
  });

  it("an empty state is only its version, as Terraform prints it", async () => {
    const stage = new TestStage();
    expect(await stateJson(await stage.engine.state.read(), worldRegistry(worldProvider(stage.world)))).toEqual({
      format_version: "1.0",
    });
  });
});

describe("a plan that is kept", () => {
  it("is the same after writing and reading, and can be applied", async () => {
    const { plan, stage } = await richPlan();
    const kept = parsePlan(serialisePlan(plan));
    expect(kept).toEqual(plan);
    expect((await stage.engine.apply(kept, { frontEnd: frontEnd(after) })).diagnostics).toEqual([]);
    expect(actions(await stage.plan(after))).toEqual([]);
  });

  it.each(["", "{}", "[]", '{"format":"dovetail-plan/1"}', readFileSync(import.meta.filename, "utf8")])(
    "refuses what is none (%#)",
    (text) => {
      expect(() => parsePlan(text)).toThrow("DVT7001");
    },
  );
});

describe("the same inputs", () => {
  it("give the same bytes of plan and state, whatever the concurrency", async () => {
    const texts = new Set<string>();
    for (const parallelism of [1, 3, 64]) {
      const stage = new TestStage({ parallelism });
      await stage.deployed(before);
      const plan = await stage.plan(after);
      texts.add(`${serialisePlan(plan)}${stage.file("tfstate")}${stage.file("sidecar.json")}`);
      expect(stage.world.runningMax).toBeLessThanOrEqual(parallelism);
    }
    expect(texts.size).toBe(1);
  });
});
