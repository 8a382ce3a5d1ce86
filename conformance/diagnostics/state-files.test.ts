/** The state of a stage damaged, cut off, of somebody else, of a newer format, on a full disk, under another's lock; a killed run. Nothing is ever lost or overwritten. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type AppendFile, type FileSystem, nodeFiles } from "@dovetail/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { expectSaid, program, type Ran, stateFiles, type Wanted, type WrittenApp, withCloud } from "./app.ts";

const cloud = withCloud();
const DEPLOY = ["deploy", "--stage", "dev"] as const;
const STATE = ".dovetail/dev.tfstate";

const queues = (prefix: string, count: number, seconds = 30) =>
  program(
    Array.from(
      { length: count },
      (_, i) => `    new aws.sqs.Queue("Q${i}", { name: "${prefix}-${i}", visibilityTimeoutSeconds: ${seconds} });`,
    ).join("\n"),
  );

/** Every command that reads the state must refuse, and leave each byte where it is. */
const READERS = [
  ["deploy", "--stage", "dev"],
  ["diff", "--stage", "dev"],
  ["remove", "--stage", "dev"],
  ["refresh", "--stage", "dev"],
  ["state", "list", "--stage", "dev"],
  ["output", "--stage", "dev"],
];

describe("a state file that is not this stage's, or not whole, stops every command:", () => {
  let app: WrittenApp;
  let good = "";
  beforeAll(async () => {
    app = cloud.app({ "sst.config.ts": queues("broken", 1) });
    expect((await app.run(DEPLOY)).code).toBe(0);
    good = app.read(STATE);
  });

  const CASES: readonly (readonly [string, (state: string) => string, Wanted])[] = [
    [
      "damaged",
      () => "{ not json",
      { code: "DVT5002", says: ["cannot be read as a Terraform state", "Nothing was changed."], fix: "dev.tfstate.backup" },
    ],
    [
      "cut off",
      (state) => state.slice(0, state.length / 2),
      { code: "DVT5002", says: ["It is not valid JSON, as after a write that was cut off"], fix: "dev.tfstate.backup" },
    ],
    ["empty", () => "", { code: "DVT5002", says: ["It is empty."], fix: "dev.tfstate.backup" }],
    [
      "of another lineage",
      (state) => state.replace(/"lineage": "[^"]+"/, '"lineage": "11111111-2222-3333-4444-555555555555"'),
      {
        code: "DVT5003",
        says: ["has lineage 11111111-2222-3333-4444-555555555555; this stage's is", "Nothing was changed."],
        fix: "dovetail state push --force",
      },
    ],
    [
      "of a newer format",
      (state) => state.replace('"version": 4', '"version": 5'),
      { code: "DVT5003", says: ["has state format version 5", "reads and writes version 4"], fix: "Use a newer Dovetail." },
    ],
    [
      "of an older format",
      (state) => state.replace('"version": 4', '"version": 3'),
      { code: "DVT5003", says: ["has state format version 3"], fix: "terraform refresh" },
    ],
  ];

  test.each(CASES)("%s", async (_, change, wanted) => {
    const text = change(good);
    app.write({ [STATE]: text });
    const before = await cloud.inventory();
    for (const command of READERS) {
      const ran = await app.run(command);
      expect([command[0], ran.code], ran.err).toEqual([command[0], 1]);
      expectSaid(ran, wanted);
    }
    expect(app.read(STATE)).toBe(text);
    expect(await cloud.inventory()).toEqual(before);
    app.write({ [STATE]: good });
    expect((await app.run(["diff", "--stage", "dev", "--detailed-exitcode"])).code).toBe(0);
  });

  test("of another app", async () => {
    const other = app.read("sst.config.ts").replace(/name: "shop\d+"/, 'name: "another-shop"');
    const own = app.read("sst.config.ts");
    app.write({ "sst.config.ts": other });
    const ran = await app.run(DEPLOY);
    expect(ran.code).toBe(1);
    expectSaid(ran, {
      code: "DVT5003",
      says: ['this is app "another-shop", stage "dev"', "Deploying would delete that one's resources. Nothing was changed."],
      fix: "rm ",
    });
    expect(app.read(STATE)).toBe(good);
    app.write({ "sst.config.ts": own });
  });
});

/** The real disk, with what a test does at each append and replacement. */
function disk(faults: {
  readonly append?: (number: number) => Promise<void>;
  readonly replace?: (path: string) => void;
}): FileSystem {
  const real = nodeFiles();
  let appends = 0;
  const faulty = (file: AppendFile): AppendFile => ({
    append: async (bytes) => {
      await faults.append?.(appends++);
      await file.append(bytes);
    },
    sync: () => file.sync(),
    truncate: (length) => file.truncate(length),
    close: () => file.close(),
  });
  return {
    read: (path) => real.read(path),
    list: (path) => real.list(path),
    replace: async (path, bytes) => {
      faults.replace?.(path);
      await real.replace(path, bytes);
    },
    createExclusive: (path, bytes) => real.createExclusive(path, bytes),
    remove: (path) => real.remove(path),
    makeDirectory: (path) => real.makeDirectory(path),
    openRewrite: (path) => real.openRewrite(path),
    openAppend: async (path) => faulty(await real.openAppend(path)),
  };
}

const full = () => Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });

describe("a full disk stops the deploy, and the next one goes on:", () => {
  const CASES: readonly (readonly [string, FileSystem, string])[] = [
    [
      "no room for the journal",
      disk({
        append: async () => {
          throw full();
        },
      }),
      "dev.journal",
    ],
    [
      "room for some records",
      disk({
        append: async (number) => {
          if (number >= 3) throw full();
        },
      }),
      "dev.journal",
    ],
    [
      "no room for the state at the end",
      disk({
        replace: (path) => {
          if (path.endsWith(".tfstate")) throw full();
        },
      }),
      "dev.tfstate",
    ],
  ];

  test.each(CASES)("%s", async (name, files, path) => {
    const prefix = name.replaceAll(" ", "-");
    const app = cloud.app({ "sst.config.ts": queues(prefix, 4) });
    const ran = await app.run(DEPLOY, { files });
    expect(ran.code, ran.err).toBe(1);
    expectSaid(ran, {
      code: "DVT5005",
      says: [path, "no space left on device", "in the journal beside it"],
      fix: "Make room on the disk, then deploy again: it goes on from there.",
    });
    await expectWhole(app, 4);
  });
});

/** The next deploy ends well, the state has everything once, and nothing is left to do. */
async function expectWhole(app: WrittenApp, count: number): Promise<Ran> {
  const again = await app.run(DEPLOY);
  expect(again.code, again.err).toBe(0);
  expect((await app.run(["state", "list", "--stage", "dev"])).out.trim().split("\n")).toHaveLength(count);
  expect((await app.run(["diff", "--stage", "dev", "--detailed-exitcode"])).code).toBe(0);
  const removed = await app.run(["remove", "--stage", "dev"]);
  expect(removed.code, removed.err).toBe(0);
  return again;
}

describe("the lock of a stage:", () => {
  test("a second deploy is told who holds it, since when and for what, and changes nothing", async () => {
    const app = cloud.app({ "sst.config.ts": queues("locked", 2) });
    let second: Ran | undefined;
    const files = disk({
      append: async (number) => {
        if (number === 0) second = await app.run(DEPLOY);
      },
    });
    const first = await app.run(DEPLOY, { files });
    expect(first.code, first.err).toBe(0);
    expect(second?.code).toBe(1);
    if (second !== undefined) {
      expectSaid(second, {
        code: "DVT5001",
        says: [`(process ${process.pid} on `, /holds the lock since \d{4}-\d\d-\d\dT\d\d:\d\d/, /for "\w+"/, "Lock ID "],
        fix: "dovetail unlock",
      });
    }
    await expectWhole(app, 2);
  });

  test("a run whose lock was taken from it stops before its next operation", async () => {
    const app = cloud.app({ "sst.config.ts": queues("lost", 4) });
    const files = disk({
      append: async (number) => {
        if (number !== 1) return;
        expect((await app.run(["unlock", "--stage", "dev"])).code).toBe(0);
      },
    });
    const ran = await app.run(DEPLOY, { files });
    expect(ran.code, ran.err).toBe(1);
    expectSaid(ran, {
      code: "DVT5004",
      says: ["and does not any more: it was broken", "It stopped before its next operation"],
      fix: "Deploy again when the other run has ended.",
    });
    await expectWhole(app, 4);
  });

  test("a killed deploy holds nothing: the next one takes its lock and goes on where it was", async () => {
    const app = cloud.app({ "sst.config.ts": queues("killed", 6) });
    const killed = spawnSync(process.execPath, [join(import.meta.dirname, "../crash/run-and-die.ts"), ...DEPLOY], {
      cwd: app.folder,
      encoding: "utf8",
      env: { ...cloud.env, CRASH_POINT: "6", CRASH_SIDE: "before" },
    });
    expect(killed.signal, killed.stderr).toBe("SIGKILL");
    expect(app.exists(".dovetail/dev.lock")).toBe(true);
    expect(stateFiles(app)).toContain("dev.journal");
    await expectWhole(app, 6);
    expect(app.exists(".dovetail/dev.lock")).toBe(false);
  });
});
