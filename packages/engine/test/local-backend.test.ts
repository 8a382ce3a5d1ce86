import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenStateFile, StateFileAccess } from "../src/files/state-file-access.ts";
import { createLocalBackend, type MemoryFiles, memoryFiles, nodeFiles, nodeStateFiles, type StateLock } from "../src/index.ts";
import { type App, actions, TestStage } from "./support/harness.ts";
import { World } from "./support/world.ts";

/** Terraform's backend local on a real disk: record locks belong to open files, so one process can be two here. */

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-local-backend-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const backend = () =>
  createLocalBackend({
    files: nodeFiles(),
    access: nodeStateFiles(),
    path: join(folder, "st", "x.tfstate"),
    workspaceFolder: join(folder, "ws"),
  });
const storage = () => backend().storage("default");
const lock = (ID: string): StateLock => ({
  ID,
  Operation: "deploy",
  Info: "",
  Who: "ann@laptop",
  Version: "Dovetail 0",
  Created: "2026-11-21T20:00:00Z",
  Path: "x",
});
const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes).toString());
const file = (name: string) => join(folder, "st", name);

describe("a state file of the backend local", () => {
  it("is written in place: who has it open, waiting for its lock, reads what was written", async () => {
    const one = storage();
    await one.write(Buffer.from('{"serial":1}'));
    const before = statSync(file("x.tfstate")).ino;
    const open = openSync(file("x.tfstate"), "r");
    await storage().write(Buffer.from('{"s":2}'));
    expect(statSync(file("x.tfstate")).ino).toBe(before);
    const seen = Buffer.alloc(100);
    expect(seen.toString("utf8", 0, readSync(open, seen, 0, 100, 0))).toBe('{"s":2}');
    expect(existsSync(file("x.tfstate.dovetail-writing"))).toBe(false);
  });

  it("has the state that a run found as its backup, not that run's own first versions", async () => {
    writeFileSync(join(folder, "x"), "");
    const one = storage();
    await one.write(Buffer.from('{"n":1}'));
    expect(existsSync(file("x.tfstate.backup"))).toBe(false);
    const two = storage();
    await two.write(Buffer.from('{"n":2}'));
    await two.write(Buffer.from('{"n":3}'));
    expect(readFileSync(file("x.tfstate.backup"), "utf8")).toBe('{"n":1}');
  });

  it.each<[string, string, string | undefined]>([
    ["cut off, what was to be in it counts", '{"seri', '{"whole":true}'],
    ["mixed of old and new, what was to be in it counts", '{"whole":tr"old":1}', '{"whole":true}'],
    ["whole, it counts: the write had not begun, or somebody else has written since", '{"serial":4}', '{"serial":4}'],
  ])("%s", async (_what, present, wanted) => {
    mkdirSync(join(folder, "st"));
    writeFileSync(file("x.tfstate"), present);
    writeFileSync(file("x.tfstate.dovetail-writing"), '{"whole":true}');
    expect(text(await storage().read())).toBe(wanted);
  });

  it("without content is no state", async () => {
    mkdirSync(join(folder, "st"));
    writeFileSync(file("x.tfstate"), "");
    expect(await storage().read()).toBeUndefined();
  });
});

describe("the lock of a state file", () => {
  it("keeps others out and tells them whose it is; with it goes the file that was made for it", async () => {
    const [one, two] = [storage(), storage()];
    expect(await one.lock?.acquire(lock("a"))).toBeUndefined();
    expect(JSON.parse(readFileSync(file(".x.tfstate.lock.info"), "utf8"))).toEqual(lock("a"));
    expect(await two.lock?.acquire(lock("b"))).toEqual({ message: "resource temporarily unavailable", holder: lock("a") });
    expect(await two.lock?.holder?.()).toEqual(lock("a"));
    await expect(two.lock?.release("a")).rejects.toThrow("DVT5010");
    await one.lock?.release("a");
    expect([existsSync(file("x.tfstate")), existsSync(file(".x.tfstate.lock.info"))]).toEqual([false, false]);
    expect(await two.lock?.acquire(lock("b"))).toBeUndefined();
    await two.lock?.release("b");
  });

  it("survives that the file is written and read by its holder", async () => {
    const [one, two] = [storage(), storage()];
    await one.lock?.acquire(lock("a"));
    await one.write(Buffer.from('{"n":1}'));
    expect(text(await one.read())).toBe('{"n":1}');
    expect(await two.lock?.acquire(lock("b"))).toMatchObject({ holder: { ID: "a" } });
    await one.lock?.release("a");
    expect(readFileSync(file("x.tfstate"), "utf8")).toBe('{"n":1}');
  });

  it("that a dead process left its note of is free", async () => {
    mkdirSync(join(folder, "st"));
    writeFileSync(file("x.tfstate"), "{}");
    writeFileSync(file(".x.tfstate.lock.info"), JSON.stringify(lock("dead")));
    const one = storage();
    expect(await one.lock?.holder?.()).toBeUndefined();
    expect(await one.lock?.acquire(lock("a"))).toBeUndefined();
    await one.lock?.release("a");
  });
});

describe("a run that dies while the state file is written", () => {
  const program = async (app: App) => {
    await app.thing("A");
    await app.thing("B", {}, { after: ["A"] });
    return {};
  };
  const turns = async () => {
    for (let i = 0; i < 60; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  /** State files on a disk in memory; of the change number `at` only half reaches the disk, and nothing comes after it. */
  const access = (files: MemoryFiles, at: number, told: { count: number } = { count: 0 }): StateFileAccess => {
    const change = async (path: string, whole: Buffer, half: Buffer) => {
      const isLast = told.count++ === at;
      await files.replace(path, isLast ? half : whole);
      if (isLast) await new Promise<never>(() => undefined);
    };
    return {
      async open(path) {
        const wasMade = (await files.read(path)) === undefined;
        if (wasMade) await files.replace(path, new Uint8Array());
        const content = async () => Buffer.from((await files.read(path)) ?? []);
        const put = (old: Buffer, position: number, part: Uint8Array) =>
          Buffer.concat([old.subarray(0, position), part, old.subarray(position + part.length)]);
        const file: OpenStateFile = {
          tryLock: async () => true,
          async writeAt(position, part) {
            const old = await content();
            await change(path, put(old, position, part), put(old, position, part.subarray(0, part.length / 2)));
          },
          async truncate(length) {
            const old = await content();
            await change(path, old.subarray(0, length), old);
          },
          async sync() {
            const old = await content();
            await change(path, old, old);
          },
          close: async () => undefined,
        };
        return { wasMade, file };
      },
      folders: async () => [],
      makeFolder: async () => undefined,
      removeFolder: async () => undefined,
    };
  };
  const stage = (files: MemoryFiles, world: World, own: StateFileAccess, pid: number) =>
    new TestStage({
      files,
      world,
      pid,
      alive: (other) => other === pid,
      random: seededRandom(pid),
      storage: () =>
        createLocalBackend({ files, access: own, path: "/app/x.tfstate", workspaceFolder: "/app/ws" }).storage("default"),
    });

  it("at any step is gone on with, and its file is whole again", async () => {
    const world = new World();
    const files = memoryFiles();
    await stage(files, world, access(files, -1), 100).deployed(async (app) => {
      await app.thing("A", { value: "1" });
      return {};
    });
    const copies = () => ({
      disk: memoryFiles(files.snapshot()),
      cloud: Object.assign(new World(), { things: new Map(world.things) }),
    });
    const steps = { count: 0 };
    const { disk: undisturbed, cloud: calm } = copies();
    await stage(undisturbed, calm, access(undisturbed, -1, steps), 150).deployed(program);
    expect(steps.count).toBeGreaterThan(5);
    for (let at = 0; at < steps.count; at++) {
      const { disk, cloud } = copies();
      void stage(disk, cloud, access(disk, at), 200)
        .deploy(program)
        .catch(() => undefined);
      await turns();
      const left = memoryFiles(disk.snapshot());
      const next = stage(left, cloud, access(left, -1), 300);
      await next.deployed(program);
      expect([at, actions(await next.plan(program))]).toEqual([at, []]);
      const state = JSON.parse(text(left.snapshot().get("/app/x.tfstate")) ?? "{}");
      expect([at, state.resources.map(({ name }: { name: string }) => name)]).toEqual([at, ["A", "B"]]);
      expect([at, cloud.things.size, left.snapshot().has("/app/x.tfstate.dovetail-writing")]).toEqual([at, 2, false]);
    }
  });
});

it("workspaces are folders", async () => {
  const local = backend();
  await local.addWorkspace("dev");
  await local.addWorkspace("a");
  writeFileSync(join(folder, "ws", "file"), "");
  expect(await local.workspaces()).toEqual(["default", "a", "dev"]);
  expect(local.storage("dev").place).toBe(join(folder, "ws", "dev", "terraform.tfstate"));
  await local.removeWorkspace("dev");
  expect(await local.workspaces()).toEqual(["default", "a"]);
});
