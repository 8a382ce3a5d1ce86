import { type Clock, DiagnosticError, manualClock, seededRandom } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import { createS3Backend, keepingErrored, memoryFiles, type S3Arguments, type StateLock } from "../src/index.ts";
import { type App, actions, TestStage } from "./support/harness.ts";
import { awsError, MemoryBucket } from "./support/memory-bucket.ts";

/** The backend s3 over a bucket in memory; conformance/backends holds it against the real terraform. */

const BOTH: S3Arguments = { bucket: "acme", key: "k/state", dynamodbTable: "locks", useLockfile: true };
const FILE: S3Arguments = { bucket: "acme", key: "k/state", useLockfile: true };
const TABLE: S3Arguments = { bucket: "acme", key: "k/state", dynamodbTable: "locks" };
const EVE: StateLock = {
  ID: "eve-1",
  Operation: "OperationTypeApply",
  Info: "",
  Who: "eve@ci",
  Version: "1.11.4",
  Created: "2026-11-21T20:00:00.120Z",
  Path: "acme/k/state",
};

function backend(bucket: MemoryBucket, given: S3Arguments = BOTH, clock: Clock = manualClock(0)) {
  return createS3Backend({ arguments: given, access: bucket, clock, random: seededRandom(1), bucketFix: "Make it." });
}

const program = async (app: App) => {
  await app.thing("A");
  await app.thing("B", {}, { after: ["A"] });
  return {};
};

function stage(bucket: MemoryBucket, options: ConstructorParameters<typeof TestStage>[0] = {}, given = BOTH) {
  return new TestStage({ storage: (clock) => backend(bucket, given, clock).storage("default"), ...options });
}

describe("places", () => {
  it.each<[string, Partial<S3Arguments>, readonly string[], readonly string[]]>([
    ["under env:", {}, ["env:/dev/k/state", "env:/a/k/state", "k/state", "env:/x/other"], ["default", "a", "dev"]],
    ["under a prefix", { workspaceKeyPrefix: "ws/x" }, ["ws/x/dev/k/state", "env:/a/k/state"], ["default", "dev"]],
    ["without a prefix", { workspaceKeyPrefix: "" }, ["dev/k/state", "k/state", "a/b/k/state"], ["default", "dev"]],
    ["of others", {}, ["env:/dev/k/state.tflock", "env:/dev/more/k/state", "env:/k/state"], ["default"]],
  ])("workspaces %s", async (_what, given, keys, names) => {
    const bucket = new MemoryBucket();
    for (const key of keys) bucket.objects.set(key, Buffer.from("{}"));
    expect(await backend(bucket, { ...BOTH, ...given }).workspaces()).toEqual(names);
  });

  it("a workspace is made as an empty state with its digest, and goes with both", async () => {
    const bucket = new MemoryBucket();
    const made = backend(bucket);
    await made.addWorkspace("dev");
    expect(JSON.parse(bucket.text("env:/dev/k/state") ?? "")).toMatchObject({ version: 4, serial: 1, resources: [] });
    expect([...bucket.items.keys()]).toEqual(["locks acme/env:/dev/k/state-md5"]);
    expect(made.storage("dev").place).toBe("s3://acme/env:/dev/k/state");
    await made.removeWorkspace("dev");
    expect([...bucket.objects.keys(), ...bucket.items.keys()]).toEqual([]);
  });

  it("a bucket that is not there is told in Terraform's words, with what to do", async () => {
    const bucket = new MemoryBucket();
    bucket.fault = () => awsError("S3", "ListObjectsV2", "NoSuchBucket", "The specified bucket does not exist", 404);
    const failing = await backend(bucket)
      .workspaces()
      .catch((error) => error);
    expect(failing.diagnostics[0]).toMatchObject({
      code: "DVT5010",
      summary: "Failed to get existing workspaces",
      fix: "Make it.",
    });
    expect(failing.diagnostics[0].detail).toContain(
      'S3 bucket "acme" does not exist.\n\nThe referenced S3 bucket must have been',
    );
    expect(failing.diagnostics[0].detail).toContain("operation error S3: ListObjectsV2, https response error StatusCode: 404");
  });
});

describe("what is stored", () => {
  it("has its MD5 beside it; an older object is waited for, then refused", async () => {
    const bucket = new MemoryBucket();
    const clock = manualClock(0);
    const storage = backend(bucket, TABLE, clock).storage("default");
    await storage.write(Buffer.from("new"));
    expect(bucket.items.get("locks acme/k/state-md5")?.Digest).toBe("22af645d1859cb5ca6da0c484f1f37ea");
    bucket.objects.set("k/state", Buffer.from("old"));
    const reading = storage.read();
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    await settle();
    bucket.objects.set("k/state", Buffer.from("new"));
    clock.advance(2_000);
    expect(Buffer.from((await reading) ?? []).toString()).toBe("new");
    bucket.objects.delete("k/state");
    const failing = storage.read().catch((error: Error) => error.message);
    for (let i = 0; i < 6; i++) {
      await settle();
      clock.advance(2_000);
    }
    expect(await failing).toMatch(/DVT5010.*does not have the expected content/s);
  });

  it("an empty object is no state", async () => {
    const bucket = new MemoryBucket();
    bucket.objects.set("k/state", new Uint8Array());
    expect(await backend(bucket, FILE).storage("default").read()).toBeUndefined();
  });

  it("what cannot be uploaded lies in errored.tfstate, and the next run has it all the same", async () => {
    const bucket = new MemoryBucket();
    const files = memoryFiles();
    const on = (clock: Clock) => keepingErrored(backend(bucket, FILE, clock).storage("default"), { files, folder: "/app" });
    const one = new TestStage({ files, storage: on });
    bucket.fault = (call) => (call === "put k/state" ? awsError("S3", "PutObject", "SlowDown", "Later", 503) : undefined);
    const result = await one.deploy(program);
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map(({ code, summary }) => `${code} ${summary}`)).toEqual([
      "DVT5005 Failed to persist state to backend",
      "DVT5005 Error saving state",
    ]);
    expect(JSON.parse(Buffer.from(files.snapshot().get("/app/errored.tfstate") ?? []).toString()).resources).toHaveLength(2);
    bucket.fault = undefined;
    expect(actions(await one.plan(program))).toEqual([]);
    expect(JSON.parse(bucket.text("k/state") ?? "{}").resources).toHaveLength(2);
  });
});

describe("locks", () => {
  it.each<[string, S3Arguments, readonly string[]]>([
    ["a file", FILE, ["k/state.tflock"]],
    ["an item", TABLE, ["locks acme/k/state"]],
    ["both", BOTH, ["k/state.tflock", "locks acme/k/state"]],
  ])("%s is there while a run works, as Terraform's LockInfo, and gone afterwards", async (_what, given, places) => {
    const bucket = new MemoryBucket();
    const one = stage(bucket, {}, given);
    const seen: string[] = [];
    const all = () => [...bucket.objects.keys(), ...bucket.items.keys()].filter((name) => places.includes(name));
    await one.engine.withLock("deploy", async () => {
      seen.push(...all());
      const text = bucket.text("k/state.tflock") ?? bucket.items.get("locks acme/k/state")?.Info ?? "";
      expect(Object.keys(JSON.parse(text))).toEqual(["ID", "Operation", "Info", "Who", "Version", "Created", "Path"]);
      expect(JSON.parse(text)).toMatchObject({ Operation: "deploy", Who: "ann@laptop", Path: "acme/k/state" });
    });
    expect(seen).toEqual(places);
    expect(all()).toEqual([]);
  });

  it("of somebody else refuse a run with the block that Terraform prints, and nothing of them is touched", async () => {
    const bucket = new MemoryBucket();
    bucket.items.set("locks acme/k/state", { LockID: "acme/k/state", Info: JSON.stringify(EVE) });
    const one = stage(bucket);
    const failing: unknown = await one.deploy(program).catch((error) => error);
    expect(failing instanceof DiagnosticError && failing.diagnostics[0]).toMatchObject({
      code: "DVT5001",
      summary: "Error acquiring the state lock",
      detail: expect.stringContaining(
        "ConditionalCheckFailedException: The conditional request failed\nLock Info:\n  ID:        eve-1\n  Path:      acme/k/state\n  Operation: OperationTypeApply\n  Who:       eve@ci\n  Version:   1.11.4\n  Created:   2026-11-21 20:00:00.12 +0000 UTC\n  Info:      ",
      ),
      fix: expect.stringContaining("dovetail force-unlock eve-1"),
    });
    expect([...bucket.items.keys(), ...bucket.objects.keys()]).toEqual(["locks acme/k/state"]);
    expect(one.file("state-lock.json")).toBeUndefined();
  });

  it("are waited for as long as the run was told to", async () => {
    const bucket = new MemoryBucket();
    bucket.objects.set("k/state.tflock", Buffer.from(JSON.stringify(EVE)));
    const one = stage(bucket);
    const locked = one.engine.withLock("wait", async () => "done", { lockTimeoutMs: 20_000 });
    for (let i = 0; i < 30; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (i === 20) bucket.objects.delete("k/state.tflock");
      one.clock.advance(500);
    }
    expect(await locked).toBe("done");
    expect(one.events).toContainEqual({ type: "waiting-for-lock", holder: "eve@ci" });
    expect(bucket.objects.has("k/state.tflock")).toBe(false);
  });

  it("are not taken where the run was told so", async () => {
    const bucket = new MemoryBucket();
    bucket.objects.set("k/state.tflock", Buffer.from(JSON.stringify(EVE)));
    await stage(bucket, { locksStorage: false }).deployed(program);
    expect(JSON.parse(bucket.text("k/state.tflock") ?? "")).toEqual(EVE);
  });

  it("that were broken meanwhile keep the run from writing the state", async () => {
    const bucket = new MemoryBucket();
    const one = stage(bucket, {}, FILE);
    one.world.pause = async () => {
      one.world.pause = undefined;
      bucket.objects.set("k/state.tflock", Buffer.from(JSON.stringify(EVE)));
    };
    const result = await one.deploy(program);
    expect(result.diagnostics.map(({ code }) => code)).toContain("DVT5004");
    expect(bucket.text("k/state")).toBeUndefined();
    expect(JSON.parse(bucket.text("k/state.tflock") ?? "")).toEqual(EVE);
  });

  it("are taken away by their ID and by no other", async () => {
    const bucket = new MemoryBucket();
    bucket.objects.set("k/state.tflock", Buffer.from(JSON.stringify(EVE)));
    const one = stage(bucket);
    await expect(one.engine.unlock()).rejects.toThrow(/DVT5001.*eve-1/s);
    await expect(one.engine.unlock("nope")).rejects.toThrow('lock ID "nope" does not match existing lock ("eve-1")');
    expect(await one.engine.unlock("eve-1")).toMatchObject({ Who: "eve@ci" });
    expect(await one.engine.unlock("eve-1")).toBeUndefined();
  });

  it("with other bytes in them than a lock's are locks all the same", async () => {
    const bucket = new MemoryBucket();
    bucket.objects.set("k/state.tflock", Buffer.from("not json"));
    await expect(stage(bucket, {}, FILE).deploy(program)).rejects.toThrow(/DVT5001.*is no lock info/s);
  });
});

describe("a run that died", () => {
  let pid = 500;
  const turns = async () => {
    for (let i = 0; i < 60; i++) await new Promise((resolve) => setImmediate(resolve));
  };

  it.each(["crash", "crash after"] as const)(
    "(%s) at any request leaves nothing that the next run does not put in order",
    async (kind) => {
      const whole = new MemoryBucket();
      await stage(whole).deployed(program);
      for (let at = 0; at < whole.calls.length; at++) {
        const bucket = new MemoryBucket();
        bucket.fault = (_, count) => (count === at ? kind : undefined);
        const dead = stage(bucket);
        void dead.deploy(program).catch(() => undefined);
        await turns();
        const mine = ++pid;
        const next = stage(new MemoryBucket(bucket), {
          world: dead.world,
          files: memoryFiles(dead.files.snapshot()),
          pid: mine,
          alive: (other) => other === mine,
        });
        await next.deployed(program);
        const state = JSON.parse(bucket.text("k/state") ?? "{}");
        expect([at, state.resources.map(({ name }: { name: string }) => name)]).toEqual([at, ["A", "B"]]);
        expect([at, dead.world.things.size]).toEqual([at, 2]);
        expect([at, bucket.text("k/state.tflock"), bucket.items.get("locks acme/k/state")]).toEqual([at, undefined, undefined]);
        expect([at, next.file("journal"), next.file("state-lock.json")]).toEqual([at, undefined, undefined]);
        expect([at, actions(await next.plan(program))]).toEqual([at, []]);
      }
    },
  );

  it("says whose the lock was that it left, when it is taken over", async () => {
    const bucket = new MemoryBucket();
    bucket.fault = (call) => (call === "put k/state" ? "crash" : undefined);
    const dead = stage(bucket);
    void dead.deploy(program).catch(() => undefined);
    await turns();
    const files = memoryFiles(dead.files.snapshot());
    const next = stage(new MemoryBucket(bucket), {
      world: dead.world,
      files,
      random: seededRandom(2),
      pid: 101,
      alive: (other) => other === 101,
    });
    await next.deployed(program);
    expect(next.events).toContainEqual({ type: "took-over-lock", who: "ann@laptop", created: "2026-01-02T00:00:00.000Z" });
  });

  it("elsewhere keeps its lock: nobody else can know that it is dead", async () => {
    const bucket = new MemoryBucket();
    bucket.fault = (call) => (call === "put k/state" ? "crash" : undefined);
    void stage(bucket)
      .deploy(program)
      .catch(() => undefined);
    await turns();
    await expect(stage(new MemoryBucket(bucket), { pid: 102, random: seededRandom(2) }).deploy(program)).rejects.toThrow(
      /DVT5001.*ann@laptop/s,
    );
  });
});
