import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";
import { type App, codes, TestStage } from "./support/harness.ts";

const program = async (app: App) => {
  await app.thing("A");
  return {};
};

describe("the lock", () => {
  it("names its holder and since when, and frees itself when the holder ends", async () => {
    const one = new TestStage();
    const two = new TestStage({ files: one.files, world: one.world, pid: 101, alive: () => true });
    await one.engine.withLock("deploy", async () => {
      await expect(two.plan(program)).rejects.toThrow(
        /DVT5001.*ann@laptop \(process 100 on laptop\).*since 2026-01-02T00:00:00.000Z for "deploy"/s,
      );
      expect(await two.engine.lockInfo()).toMatchObject({ Who: "ann@laptop", Operation: "deploy", pid: 100 });
      expect((await two.plan(program, { lock: false })).isErrored).toBe(false);
    });
    expect((await two.plan(program)).isErrored).toBe(false);
    expect(await two.engine.lockInfo()).toBeUndefined();
  });

  it("of a dead process of this machine is taken at once, of another machine when its lease has run out", async () => {
    const one = new TestStage();
    void one.engine.withLock("deploy", () => new Promise(() => undefined));
    await new Promise((resolve) => setImmediate(resolve));
    const dead = new TestStage({ files: one.files, pid: 101, alive: (pid) => pid === 101 });
    expect((await dead.plan(program)).isErrored).toBe(false);
  });

  it("lives as long as it is renewed, and runs out by itself when it is not", async () => {
    const one = new TestStage();
    void one.engine.withLock("deploy", () => new Promise(() => undefined));
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    await settle();
    const two = new TestStage({ files: one.files, pid: 101, alive: () => true });
    for (let i = 0; i < 10; i++) {
      one.clock.advance(5_000);
      await settle();
    }
    two.clock.set(one.clock.now());
    await expect(two.plan(program)).rejects.toThrow("DVT5001");
    two.clock.advance(15_001);
    expect((await two.plan(program)).isErrored).toBe(false);
  });

  it("a holder that lost it stops at its next record, and writes nothing more", async () => {
    const one = new TestStage();
    one.world.pause = async () => {
      one.world.pause = undefined;
      await one.engine.unlock();
    };
    const result = await one.deploy(async (app) => {
      await app.thing("A");
      await app.thing("B");
      return {};
    });
    expect(codes(result.diagnostics)).toBe("DVT5004");
    expect([...one.world.things.keys()]).toEqual(["a"]);
    expect(one.file("tfstate")).toBeUndefined();
    expect((await one.plan(program)).changes).toMatchObject([{ address: "test_thing.A", action: "no-op" }]);
  });

  it("unlock breaks the lock it is asked for and no other", async () => {
    const one = new TestStage();
    await one.engine.withLock("deploy", async () => {
      await expect(one.engine.unlock("nope")).rejects.toThrow("DVT5001");
      const info = await one.engine.lockInfo();
      expect(await one.engine.unlock(info?.ID)).toMatchObject({ Who: "ann@laptop" });
    });
    expect(await one.engine.unlock()).toBeUndefined();
  });

  it("waits for a holder when told to", async () => {
    const one = new TestStage();
    const two = new TestStage({ files: one.files, pid: 101, alive: () => true });
    let waiting: Promise<unknown> = Promise.resolve();
    await one.engine.withLock("deploy", async () => {
      waiting = two.plan(program, { lockTimeoutMs: 1000 });
      await new Promise((resolve) => setImmediate(resolve));
    });
    await new Promise((resolve) => setImmediate(resolve));
    two.clock.advance(100);
    await waiting;
    expect(two.events).toContainEqual({ type: "waiting-for-lock", holder: "ann@laptop" });
  });
});

describe("the lock between real processes", { timeout: 120_000 }, () => {
  const children: ChildProcess[] = [];
  const folders: string[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  const folder = () => {
    const path = mkdtempSync(join(tmpdir(), "dovetail-lock-"));
    folders.push(path);
    return path;
  };
  const deployer = (directory: string, leaseMs = 15_000, waitMs = 0) => {
    const script = join(import.meta.dirname, "support/deployer.ts");
    const child = spawn(process.execPath, [script, directory, String(leaseMs), String(waitMs)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    children.push(child);
    const said = new Promise<Record<string, string>>((resolve) => {
      createInterface({ input: child.stdout }).once("line", (line) => resolve(JSON.parse(line)));
    });
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    return { child, said, ended };
  };

  it("of ten at once one holds it and nine are told who; killed, it is free for the next at once", async () => {
    const directory = folder();
    const ten = Array.from({ length: 10 }, () => deployer(directory));
    const said = await Promise.all(ten.map((one) => one.said));
    const held = said.flatMap((answer, i) => (answer.held === undefined ? [] : [i]));
    expect(held).toHaveLength(1);
    const winner = ten[held[0] ?? 0];
    for (const answer of said.filter((a) => a.held === undefined)) {
      expect(answer).toMatchObject({
        refused: "DVT5001",
        detail: expect.stringContaining(`process ${winner?.child.pid} on ${hostname()}`),
      });
    }
    winner?.child.kill("SIGKILL");
    await winner?.ended;
    const next = deployer(directory);
    expect(await next.said).toHaveProperty("held");
    next.child.stdin.end();
    await next.ended;
    expect(readdirSync(directory)).toEqual([]);
  });

  it("a dead machine's lock that many find at once goes to exactly one of them at a time", async () => {
    const directory = folder();
    const stale = {
      ID: "gone",
      Operation: "deploy",
      Info: "",
      Who: "x@y",
      Version: "",
      Created: "",
      Path: "",
      pid: 1,
      host: "elsewhere",
      epoch: 5,
      expiresMs: "1",
    };
    writeFileSync(join(directory, "dev.lock"), JSON.stringify(stale));
    const eight = Array.from({ length: 8 }, () => deployer(directory));
    const said = await Promise.all(eight.map((one) => one.said));
    expect(said.filter((answer) => answer.held !== undefined)).toHaveLength(1);
    expect(existsSync(join(directory, "dev.lock"))).toBe(true);
  });

  it("those who wait get it one after the other", async () => {
    const directory = folder();
    const three = Array.from({ length: 3 }, () => deployer(directory, 15_000, 20_000));
    const order: string[] = [];
    await Promise.all(
      three.map(async ({ said, child, ended }) => {
        order.push((await said).held ?? "refused");
        child.stdin.end();
        await ended;
      }),
    );
    expect(new Set(order).size).toBe(3);
    expect(order).not.toContain("refused");
  });
});
