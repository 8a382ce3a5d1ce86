import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatState, parseState } from "../src/index.ts";
import { type App, TestStage } from "./support/harness.ts";

const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const good = { version: 4, terraform_version: "1.5.0", serial: 3, lineage: "l", outputs: {}, resources: [], check_results: null };
const resource = {
  mode: "managed",
  type: "t",
  name: "n",
  provider: 'provider["x"]',
  instances: [{ schema_version: 0, attributes: { id: "1" } }],
};

describe("reading a state", () => {
  const refused: [string, unknown, string][] = [
    ["nothing", "", "DVT5002"],
    ["a truncated file", '{"version": 4, "resour', "DVT5002"],
    ["a list", [], "DVT5002"],
    ["no version", {}, "DVT5002"],
    ["an older version", { version: 3, modules: [] }, "DVT5003"],
    ["a newer version", { ...good, version: 5 }, "DVT5003"],
    ["a negative serial", { ...good, serial: -1 }, "DVT5002"],
    ["no lineage", { ...good, lineage: undefined }, "DVT5002"],
    ["resources that are no list", { ...good, resources: {} }, "DVT5002"],
    ["a resource without type", { ...good, resources: [{ ...resource, type: 1 }] }, "DVT5002"],
    ["a mode that there is not", { ...good, resources: [{ ...resource, mode: "ephemeral" }] }, "DVT5002"],
    ["instances that are no list", { ...good, resources: [{ ...resource, instances: 1 }] }, "DVT5002"],
    ["one address twice", { ...good, resources: [resource, resource] }, "DVT5002"],
    ["attributes that are no object", { ...good, resources: [{ ...resource, instances: [{ attributes: 3 }] }] }, "DVT5002"],
    ["outputs that are no object", { ...good, outputs: [] }, "DVT5002"],
  ];
  it.each(refused)("refuses %s", (_, content, code) => {
    expect(() => parseState(bytes(content), "/x/dev.tfstate")).toThrow(
      expect.objectContaining({ message: expect.stringContaining(code) }),
    );
    expect(() => parseState(bytes(content), "/x/dev.tfstate")).toThrow("/x/dev.tfstate");
  });

  it("never fails otherwise than with a diagnostic, whatever the bytes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"version":4,"serial":1,"lineage":"x","resources":[${json}]}`),
        ),
        (text) => {
          try {
            parseState(Buffer.from(text), "p");
          } catch (error) {
            expect(String(error)).toMatch(/DVT500[23]/);
          }
        },
      ),
    );
  });

  it("keeps fields that it does not know, and __proto__ keys as plain keys", () => {
    const text = `{"version":4,"terraform_version":"1.5.0","serial":3,"lineage":"l","outputs":{"__proto__":{"value":1,"type":"number"}},"resources":[{"mode":"managed","type":"t","name":"n","each":"map","provider":"p","instances":[{"index_key":"__proto__","schema_version":0,"attributes":{"__proto__":{"a":1}},"sensitive_attributes":[],"identity":{"x":1}}]}],"check_results":null,"future":[1]}`;
    const state = parseState(Buffer.from(text), "p");
    expect(({} as Record<string, unknown>).a).toBeUndefined();
    expect(state.instances.get('t.n["__proto__"]')?.current?.extra).toEqual({ identity: { x: 1 } });
    expect(JSON.parse(formatState(state))).toEqual(JSON.parse(text));
    expect(formatState(state)).toContain('"__proto__"');
  });

  it("round-trips any attributes byte for byte", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (attributes) => {
        const text = formatState(
          parseState(bytes({ ...good, resources: [{ ...resource, instances: [{ schema_version: 0, attributes }] }] }), "p"),
        );
        expect(formatState(parseState(Buffer.from(text), "p"))).toBe(text);
      }),
    );
  });

  it("sorts as Terraform sorts: module, mode, type, name, then keys", () => {
    const make = (module: string | undefined, mode: string, name: string, key?: unknown) => ({
      ...resource,
      mode,
      name,
      ...(module === undefined ? {} : { module }),
      instances: [{ ...resource.instances[0], ...(key === undefined ? {} : { index_key: key }) }],
    });
    const state = parseState(
      bytes({
        ...good,
        resources: [
          make("module.z", "managed", "a"),
          make(undefined, "managed", "b", 10),
          make(undefined, "data", "c"),
          {
            ...make(undefined, "managed", "a"),
            instances: [
              { index_key: 10, attributes: {} },
              { index_key: 2, attributes: {} },
            ],
          },
        ],
      }),
      "p",
    );
    const written = JSON.parse(formatState(state)).resources;
    expect(written.map((r: { mode: string; module?: string; name: string }) => `${r.module ?? ""} ${r.mode} ${r.name}`)).toEqual([
      " data c",
      " managed a",
      " managed b",
      "module.z managed a",
    ]);
    expect(written[1].instances.map((i: { index_key: number }) => i.index_key)).toEqual([2, 10]);
  });
});

describe("a stage whose files are not what they should be", () => {
  const program = async (app: App) => {
    await app.thing("A");
    return {};
  };
  const tamper = async (name: string, change: (text: string) => string) => {
    const stage = new TestStage();
    await stage.deployed(program);
    const path = `/app/.dovetail/dev.${name}`;
    await stage.files.replace(path, Buffer.from(change(stage.file(name) ?? "")));
    return stage;
  };

  it("a truncated state stops every operation and stays as it is", async () => {
    const stage = await tamper("tfstate", (text) => text.slice(0, 100));
    const before = stage.file("tfstate");
    await expect(stage.plan(program)).rejects.toThrow("DVT5002");
    await expect(stage.engine.state.list()).rejects.toThrow("DVT5002");
    await expect(stage.engine.state.remove(["test_thing.A"])).rejects.toThrow("DVT5002");
    expect(stage.file("tfstate")).toBe(before);
    expect(stage.file("lock")).toBeUndefined();
  });

  it("a state of another lineage, and a sidecar of another app, are refused", async () => {
    const lineage = await tamper("tfstate", (text) => text.replace(/"lineage": "[^"]*"/, '"lineage": "other"'));
    await expect(lineage.plan(program)).rejects.toThrow("DVT5003");
    const app = await tamper("sidecar.json", (text) => text.replace('"app": "shop"', '"app": "else"'));
    await expect(app.plan(program)).rejects.toThrow(/DVT5003.*else/s);
  });

  it("a damaged sidecar counts as lost", async () => {
    const stage = await tamper("sidecar.json", () => "{");
    expect((await stage.plan(program)).isErrored).toBe(false);
  });

  it("an older schema version is upgraded by the provider, a newer one refused", async () => {
    const old = await tamper("tfstate", (text) =>
      text.replace('"schema_version": 1', '"schema_version": 0').replace('"value": null', '"content": "up"'),
    );
    expect((await old.engine.state.show("test_thing.A")).value.value).toBe("up");
    const newer = await tamper("tfstate", (text) => text.replace('"schema_version": 1', '"schema_version": 9'));
    expect((await newer.plan(program)).diagnostics).toMatchObject([{ code: "DVT5003", address: "test_thing.A" }]);
  });

  it("keeps the state before the last write as backup, and the serial where nothing changed", async () => {
    const stage = new TestStage();
    await stage.deployed(program);
    const first = stage.file("tfstate");
    await stage.deployed(program);
    expect(stage.file("tfstate")).toBe(first);
    await stage.engine.destroy();
    expect(stage.file("tfstate.backup")).toBe(first);
    expect(JSON.parse(stage.file("tfstate") ?? "")).toMatchObject({ serial: 2, resources: [] });
  });
});

describe("state operations", () => {
  const two = async (app: App) => {
    const a = await app.thing("A");
    await app.thing("B", { value: a.value.id ?? null }, { after: ["A"] });
    return {};
  };

  it("mv renames the entry and what depends on it; a taken or unknown address is refused", async () => {
    const stage = new TestStage();
    await stage.deployed(two);
    expect(await stage.engine.state.move("test_thing.A", 'test_thing.Z["k"]')).toEqual([
      { from: "test_thing.A", to: 'test_thing.Z["k"]' },
    ]);
    expect(await stage.engine.state.list()).toEqual(["test_thing.B", 'test_thing.Z["k"]']);
    expect((await stage.engine.state.show("test_thing.B")).dependencies).toEqual(["test_thing.Z"]);
    await expect(stage.engine.state.move("test_thing.B", 'test_thing.Z["k"]')).rejects.toThrow("DVT5003");
    await expect(stage.engine.state.move("test_thing.Q", "test_thing.R")).rejects.toThrow("DVT5007");
    await expect(stage.engine.state.move("test_thing.B", "test_data.B")).rejects.toThrow("DVT7001");
  });

  it("rm forgets, and tells what is not there", async () => {
    const stage = new TestStage();
    await stage.deployed(two);
    expect(await stage.engine.state.remove(["test_thing.B"])).toEqual(["test_thing.B"]);
    expect(stage.world.things.size).toBe(2);
    await expect(stage.engine.state.remove(["test_thing.B"])).rejects.toThrow("DVT5007");
    await expect(stage.engine.state.show("test_thing.B")).rejects.toThrow("DVT5007");
  });

  it("push takes the same lineage and a newer serial, and what is forced", async () => {
    const stage = new TestStage();
    await stage.deployed(two);
    const pulled = await stage.engine.state.pull();
    const changed = (change: object) => JSON.stringify({ ...JSON.parse(pulled), ...change });
    await expect(stage.engine.state.push(changed({ lineage: "other" }))).rejects.toThrow("DVT5003");
    await expect(stage.engine.state.push(changed({ serial: 0 }))).rejects.toThrow("DVT5003");
    await expect(stage.engine.state.push(changed({ resources: [] }))).rejects.toThrow("DVT5003");
    await expect(stage.engine.state.push("{")).rejects.toThrow("DVT5002");
    await stage.engine.state.push(changed({ serial: 9, resources: [] }));
    expect(await stage.engine.state.list()).toEqual([]);
    await stage.engine.state.push(changed({ lineage: "other" }), { force: true });
    expect(await stage.engine.state.list()).toHaveLength(2);
    expect((await stage.plan(two)).isErrored).toBe(false);
  });
});
