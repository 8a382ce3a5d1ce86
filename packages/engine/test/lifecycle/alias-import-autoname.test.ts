import { describe, expect, it } from "vitest";
import { type App, actions, codes, TestStage } from "../support/harness.ts";

describe("alias", () => {
  it("moves state to the new address and destroys nothing", async () => {
    const stage = new TestStage();
    await stage.deployed(async (app) => {
      await app.thing("Old", { name: "x", value: "1" });
      return {};
    });
    stage.calls();
    const renamed = async (app: App) => {
      await app.thing("New", { name: "x", value: "2" }, { aliases: ["test_thing.Nothing", "test_thing.Old"] });
      return {};
    };
    const plan = await stage.plan(renamed);
    expect(plan.changes).toMatchObject([{ address: "test_thing.New", previousAddress: "test_thing.Old", action: "update" }]);
    await stage.deployed(renamed);
    expect(stage.calls()).toEqual(["update x"]);
    expect(await stage.engine.state.list()).toEqual(["test_thing.New"]);
    expect(actions(await stage.plan(renamed))).toEqual([]);
  });

  it("a move alone is something to apply", async () => {
    const stage = new TestStage();
    await stage.deployed(async (app) => {
      await app.thing("Old", { name: "x" });
      return {};
    });
    const renamed = async (app: App) => {
      await app.thing("New", { name: "x" }, { aliases: ["test_thing.Old"] });
      return {};
    };
    expect((await stage.plan(renamed)).isApplyable).toBe(true);
    await stage.deployed(renamed);
    expect(await stage.engine.state.list()).toEqual(["test_thing.New"]);
  });
});

describe("import", () => {
  it("takes over an existing object in the plan, then brings it to its config", async () => {
    const stage = new TestStage();
    stage.world.things.set("there", thing("there"));
    const program = async (app: App) => {
      await app.thing("A", { name: "there", value: "new" }, { importId: "there" });
      return {};
    };
    const plan = await stage.plan(program);
    expect(plan.changes).toMatchObject([{ action: "update", importing: { id: "there" }, before: { value: "old" } }]);
    const result = await stage.deployed(program);
    expect(result).toMatchObject({ imported: 1, changed: 1, added: 0 });
    expect(stage.calls()).toEqual(["update there"]);
    expect(actions(await stage.plan(program))).toEqual([]);
  });

  it("reads what exists and is not managed, into no plan and no state", async () => {
    const stage = new TestStage();
    stage.world.things.set("there", thing("there"));
    const program = (id: string) => async (app: App) => {
      const base = { type: "test_thing", name: "Got", config: {}, sensitive: [], dependencies: [] };
      const got = await app.host.readExisting?.({ ...base, id });
      await app.thing("A", { value: got?.value.value ?? null });
      return {};
    };
    await stage.deployed(program("there"));
    expect(stage.world.things.get("a")?.value).toBe("old");
    expect(await stage.engine.state.list()).toEqual(["test_thing.A"]);
    expect(codes((await stage.plan(program("gone"))).diagnostics)).toBe("DVT4006");
  });

  it("tells when there is nothing to import", async () => {
    const stage = new TestStage();
    const plan = await stage.plan(async (app) => {
      await app.thing("A", { name: "gone" }, { importId: "gone" });
      return {};
    });
    expect(codes(plan.diagnostics)).toBe("DVT4006");
  });

  it("the command puts one object into the state and refuses a taken address", async () => {
    const stage = new TestStage();
    stage.world.things.set("there", thing("there"));
    await stage.engine.importResource({ address: "test_thing.A", id: "there" });
    expect(await stage.engine.state.show("test_thing.A")).toMatchObject({ value: { name: "there", value: "old" } });
    await expect(stage.engine.importResource({ address: "test_thing.A", id: "there" })).rejects.toThrow("DVT4006");
  });
});

describe("autoname", () => {
  const autoname = {
    attribute: "name",
    prefix: "ALongPrefixThatIsCut",
    separator: "-",
    suffix: ".fifo",
    maxLength: 20,
    hashLength: 8,
    charset: "abcdef",
  };
  const program = (kind: string) => async (app: App) => {
    await app.thing("A", { kind }, { autoname });
    return {};
  };

  it("derives one name from app, stage and address, keeps it, and uses it again after delete-first", async () => {
    const stage = new TestStage();
    await stage.deployed(program("1"));
    const [name = ""] = stage.world.things.keys();
    expect(name).toMatch(/^ALongP-[a-f]{8}\.fifo$/);
    await stage.deployed(program("2"));
    expect([...stage.world.things.keys()]).toEqual([name]);
    const other = new TestStage({ app: "other" });
    await other.deployed(program("1"));
    expect([...other.world.things.keys()]).not.toEqual([name]);
  });
});

function thing(name: string) {
  return {
    id: `id-${name}`,
    name,
    value: "old",
    size: null,
    kind: null,
    mode: "plain",
    secret: null,
    tags: null,
    zones: null,
    etag: "v1",
    rule: [],
  };
}
