import type { ValueObject } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import { memoryFiles } from "../src/index.ts";
import { type App, actions, type Program, TestStage } from "./support/harness.ts";
import { type Fault, World } from "./support/world.ts";

/** Creates whose answer never came: what they made is found again, whenever it arrives, and nothing is made twice. */

async function turns(count = 50): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

let pid = 200;
/** What a killed process left, for one that follows it. */
function next(before: TestStage, options: { settleMs?: number } = {}): TestStage {
  const mine = ++pid;
  const files = memoryFiles(before.files.snapshot());
  return new TestStage({ world: before.world, files, pid: mine, alive: (other) => other === mine, ...options });
}

/** A deploy that was killed while the calls of `faults` were under way. */
async function killed(program: Program, faults: readonly Fault[], world = new World()): Promise<TestStage> {
  const stage = new TestStage({ world });
  world.faults.push(...faults);
  void stage.deploy(program).catch(() => undefined);
  await turns();
  expect(world.faults).toEqual([]);
  return stage;
}

async function expectWhole(stage: TestStage, program: Program): Promise<void> {
  const state = await stage.engine.state.read();
  const ids = [...state.instances.values()].map((instance) => String(instance.current?.attributes.id));
  const real = [...stage.world.things.values(), ...stage.world.spares.values()].map((object) => String(object.id));
  expect(ids.sort()).toEqual(real.sort());
  expect(stage.file("journal")).toBeUndefined();
  expect(actions(await stage.plan(program))).toEqual([]);
}

const hang = (name: string): Fault => ({ operation: "create", name, when: "after", kind: "hang" });
const late = (name: string): Fault => ({ operation: "create", name, when: "before", kind: "late" });

describe("objects that look alike, made by creates that never answered", () => {
  const spares = (count: number, config: ValueObject) => async (app: App) => {
    await Promise.all(Array.from({ length: count }, (_, i) => app.spare(`S${i}`, config)));
    return {};
  };

  it("are adopted one each, and none is made twice", async () => {
    const program = spares(5, { value: "x" });
    const dead = await killed(program, [hang("x"), hang("x"), hang("x")]);
    expect(dead.world.spares.size).toBe(5);
    const stage = next(dead);
    await stage.deployed(program);
    expect(stage.world.spares.size).toBe(5);
    const recovered = stage.events.find((event) => event.type === "recovered");
    expect(recovered?.adopted).toHaveLength(3);
    await expectWhole(stage, program);
  });

  it("beside one that an address has already, only the free one is taken", async () => {
    const world = new World();
    const first = new TestStage({ world });
    await first.deployed(spares(1, { value: "x" }));
    world.faults.push(hang("x"));
    const program = spares(2, { value: "x" });
    void first.deploy(program).catch(() => undefined);
    await turns();
    const stage = next(first);
    await stage.deployed(program);
    expect(world.spares.size).toBe(2);
    await expectWhole(stage, program);
  });

  it("of which none was made, none is taken from another address", async () => {
    const world = new World();
    const first = new TestStage({ world });
    await first.deployed(spares(1, { value: "x" }));
    world.faults.push({ operation: "create", name: "x", when: "before", kind: "hang" });
    const program = spares(2, { value: "x" });
    void first.deploy(program).catch(() => undefined);
    await turns();
    const stage = next(first);
    await stage.deployed(program);
    expect(world.spares.size).toBe(2);
    await expectWhole(stage, program);
  });
});

describe("a create that arrives after the run that asked for it is dead", () => {
  const program = async (app: App) => {
    const spare = app.spare("S", { value: "x" });
    await app.thing("A");
    await app.thing("B", { value: "1" }, { after: ["A"] });
    await spare;
    return {};
  };

  /** Deploys again; what is late arrives at call number `at` of the provider. Returns how many calls there were. */
  async function arriving(name: string, at: number, changed: Program = program): Promise<number> {
    const dead = await killed(program, [late(name)]);
    const stage = next(dead);
    let calls = 0;
    stage.world.onCall = (what) => {
      // A nameless thing that arrives while it is made anew can be told from no other.
      if (name === "x" && what === "apply") return;
      if (calls++ === at) for (const effect of stage.world.late.splice(0)) effect();
    };
    const result = await stage.deploy(changed);
    stage.world.onCall = undefined;
    expect(result.diagnostics, `arrived at call ${at}`).toEqual([]);
    if (calls > at) await expectWhole(stage, changed);
    return calls;
  }

  it.each([
    ["by name", "b"],
    ["by nothing but its looks", "x"],
  ])("is found %s, at whichever call it arrives", async (_how, name) => {
    let at = 0;
    while ((await arriving(name, at)) > at) at += 1;
    expect(at).toBeGreaterThan(5);
  });

  it("is brought to what the program wants by then", async () => {
    const changed = async (app: App) => {
      await app.thing("A");
      await app.thing("B", { value: "2" }, { after: ["A"] });
      await app.spare("S", { value: "x" });
      return {};
    };
    let at = 0;
    while ((await arriving("b", at, changed)) > at) at += 1;
    expect(at).toBeGreaterThan(5);
  });

  it("and can only be replaced by what is wanted now: stays in the state, and the next deploy replaces it", async () => {
    const changed = async (app: App) => {
      await app.thing("A");
      await app.thing("B", { kind: "other" }, { after: ["A"] });
      return {};
    };
    const dead = await killed(program, [late("b")]);
    const stage = next(dead);
    stage.world.onCall = (what) => {
      if (what === "apply") for (const effect of stage.world.late.splice(0)) effect();
    };
    const result = await stage.deploy(changed);
    stage.world.onCall = undefined;
    expect(result.diagnostics.map((d) => [d.code, d.attribute])).toEqual([["DVT4002", "kind"]]);
    expect(await stage.engine.state.list()).toContain("test_thing.B");
    await stage.deployed(changed);
    await expectWhole(stage, changed);
  });

  it("is waited for once, for as long as the engine is told", async () => {
    const dead = await killed(program, [late("b"), late("x")]);
    const stage = next(dead, { settleMs: 250 });
    const planned = stage.plan(program);
    await turns();
    for (const effect of stage.world.late.splice(0)) effect();
    stage.clock.advance(249);
    await turns();
    expect(stage.file("journal")).toBeDefined();
    stage.clock.advance(1);
    expect(actions(await planned)).toEqual([]);
    await expectWhole(stage, program);
  });

  it("of somebody else's that has the name is refused as ever, with no dead run in between", async () => {
    const stage = new TestStage();
    await new TestStage({ world: stage.world }).deployed(program);
    const result = await stage.deploy(program);
    expect(result.diagnostics.map((d) => d.code)).toContain("DVT4004");
  });
});

describe("a create whose answer is lost on the way, in a run that goes on", () => {
  const program = async (app: App) => {
    const made = await app.thing("A", { value: "1" });
    await app.thing("B", { value: made.value.id ?? null }, { after: ["A"] });
    await app.spare("S", { value: "x" });
    return {};
  };

  it("is looked for at once, and the run goes on", async () => {
    const stage = new TestStage();
    stage.world.faults.push({ operation: "create", name: "a", when: "lost", kind: "lost" });
    stage.world.faults.push({ operation: "create", name: "x", when: "after", kind: "lost" });
    const result = await stage.deployed(program);
    expect(result.added).toBe(3);
    expect(stage.world.faults).toEqual([]);
    await expectWhole(stage, program);
  });
});

it("a journal that is carried over by a run that is killed too is read by the third", async () => {
  const program = async (app: App) => {
    await app.thing("A");
    await app.thing("B", {}, { after: ["A"] });
    return {};
  };
  const dead = await killed(program, [late("b")]);
  const second = next(dead);
  second.world.faults.push(late("b"));
  void second.deploy(program).catch(() => undefined);
  await turns();
  expect(second.file("journal")?.match(/"kind":"intent"/g)?.length).toBeGreaterThan(1);
  const third = next(second);
  for (const effect of third.world.late.splice(0)) effect();
  await third.deployed(program);
  await expectWhole(third, program);
});
