import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createDynamicProvider } from "../src/app/load-app.ts";
import { memoryHost } from "./memory-host.ts";
import { configOf, load, project } from "./programs.ts";

const WITH = (word: string) => `
  const deleted: string[] = ((globalThis as any).deletedThings ??= []);
  const provider = {
    async create(inputs: any) { return { id: "made", outs: inputs }; },
    async delete(id: string, props: any) { deleted.push("${word} " + id + " " + props.text); },
  };
  class Thing extends $util.dynamic.Resource { constructor(name: string, args: any) { super(provider, name, args); } }
  new Thing("T", { text: "abc" });`;
const STATE = { id: "made", resource: "T", inputs: '{"text":"abc"}', outputs: '{"text":"abc"}' };
const REMOVAL = { type: "dovetail_dynamic_resource", prior: STATE, planned: null, config: null } as const;
const deleted = () => (globalThis as { deletedThings?: string[] }).deletedThings?.splice(0) ?? [];

async function deploy(root: string, body: string, stage = "dev") {
  writeFileSync(join(root, "sst.config.ts"), configOf(body)["sst.config.ts"]);
  const app = await load(root, { stage });
  for (const pass of ["plan", "apply"] as const) await app.frontEnd.evaluate(memoryHost(pass));
  return app;
}
const kept = (root: string) =>
  existsSync(join(root, ".dovetail/dynamic"))
    ? readdirSync(join(root, ".dovetail/dynamic")).filter((name) => name.endsWith(".mjs"))
    : [];

describe("a dynamic resource that left the program", () => {
  test("is deleted by the functions that it was last deployed with", async () => {
    const root = project(configOf(""));
    await deploy(root, WITH("first"));
    await deploy(root, WITH("second"));
    expect(kept(root)).toHaveLength(1);
    const app = await deploy(root, "");
    expect(await createDynamicProvider(app).applyChange(REMOVAL)).toEqual({ state: null, diagnostics: [] });
    expect(deleted()).toEqual(["second made abc"]);
    expect(kept(root)).toEqual([]);
    expect(existsSync(join(root, ".dovetail/dev.dynamic.json"))).toBe(false);
  });

  test("a plan alone keeps nothing, and each stage has its own", async () => {
    const root = project(configOf(WITH("x")));
    await (await load(root)).frontEnd.evaluate(memoryHost("plan"));
    expect(kept(root)).toEqual([]);
    await deploy(root, WITH("dev"));
    await deploy(root, WITH("prod"), "prod");
    expect(kept(root)).toHaveLength(2);
    const app = await deploy(root, "");
    await createDynamicProvider(app).applyChange(REMOVAL);
    expect(deleted()).toEqual(["dev made abc"]);
    expect(kept(root)).toHaveLength(1);
  });

  test("one that is only replaced keeps its program", async () => {
    const root = project(configOf(""));
    const app = await deploy(root, WITH("x"));
    await createDynamicProvider(app).applyChange(REMOVAL);
    expect([deleted(), kept(root).length]).toEqual([["x made abc"], 1]);
  });

  test("whose program is lost too is refused, with its own address", async () => {
    const root = project(configOf(""));
    await deploy(root, WITH("x"));
    rmSync(join(root, ".dovetail/dynamic"), { recursive: true });
    const app = await deploy(root, "");
    const answer = await createDynamicProvider(app).applyChange(REMOVAL);
    expect(answer.state).toEqual(STATE);
    expect(answer.diagnostics).toMatchObject([
      { code: "DVT4001", fix: expect.stringContaining("dovetail state rm dovetail_dynamic_resource.T") },
    ]);
    writeFileSync(join(root, ".dovetail/dev.dynamic.json"), "{ damaged");
    expect((await createDynamicProvider(app).applyChange(REMOVAL)).diagnostics).toHaveLength(1);
  });
});
