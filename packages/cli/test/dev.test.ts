import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sortChanges } from "../src/commands/dev/dev.command.ts";
import { createWatcher } from "../src/commands/dev/watch.ts";
import { FUNCTION, program, type Running, type TestApp, testApp, until } from "./support/app.ts";

const handler = (text: string) => `export const handler = async () => "${text}";\n`;
const withQueue = (seconds: string) =>
  program(`${FUNCTION}
    new aws.sqs.Queue("Jobs", { visibilityTimeoutSeconds: ${seconds} });
    return { name: hello.name };`);

let app: TestApp;
let dev: Running;
beforeAll(async () => {
  app = testApp({ "sst.config.ts": withQueue("30"), "fn/index.mjs": handler("one") });
  await app.succeed("cloud", "start");
  dev = app.start("dev", "--stage", "dev");
  await dev.said(/Watching for changes/);
});
afterAll(async () => {
  dev.child.kill("SIGKILL");
  await dev.ended;
  await app.dispose();
});

const invoke = async () => JSON.parse((await app.succeed("invoke", "Hello", "--stage", "dev")).out) as unknown;
const watching = (times: number) => new RegExp(`(?:Watching for changes[\\s\\S]*){${times}}`);

describe("dovetail dev", () => {
  test("a changed handler is served without a deploy", async () => {
    expect(await invoke()).toBe("one");
    app.write({ "fn/index.mjs": handler("two") });
    await dev.said(/Reloaded Hello \(fn\/index\.mjs/);
    expect(await invoke()).toBe("two");
    expect(dev.err().match(/Deployed in/g)).toHaveLength(1);
  });

  test("so is one of a folder that a build removes and makes again", async () => {
    rmSync(join(app.folder, "fn"), { recursive: true });
    app.write({ "fn/index.mjs": handler("three") });
    await until(async () => (await invoke()) === "three");
    expect(dev.err().match(/Deployed in/g)).toHaveLength(1);
  });

  test("a changed program is deployed", async () => {
    app.write({ "sst.config.ts": withQueue("31") });
    await dev.said(watching(2));
    expect(dev.err()).toContain("visibility_timeout_seconds = 30 -> 31");
    expect(await invoke()).toBe("three");
  });

  test("an error is shown, and the watch goes on", async () => {
    app.write({ "sst.config.ts": withQueue('"') });
    await dev.said(watching(3));
    expect(dev.err()).toMatch(/Error DVT1002[\s\S]*sst\.config\.ts:\d+:\d+/);
    app.write({ "sst.config.ts": withQueue("32") });
    await dev.said(/31 -> 32[\s\S]*Deployed in/);
  });

  test("a program that waits for itself from now on is told of, and the watch goes on", async () => {
    const circle = program(`${FUNCTION}
    const [name, set] = $util.deferredOutput<string>();
    const first = new aws.sqs.Queue("Circle", { name });
    set(first.arn);`);
    app.write({ "sst.config.ts": circle });
    await dev.said(/Error DVT1013: Cyclic dependency[\s\S]*aws_sqs_queue\.Circle[\s\S]*Watching for changes/);
    app.write({ "sst.config.ts": program(`${FUNCTION}\n    await new Promise(() => {});`) });
    await dev.said(/Error DVT1024: Promise never resolved[\s\S]*What run\(\) awaits[\s\S]*Watching for changes/);
    app.write({ "sst.config.ts": withQueue("33") });
    await dev.said(/32 -> 33[\s\S]*Deployed in/);
    expect((await app.succeed("state", "list", "--stage", "dev")).out).not.toContain("Circle");
  });

  test("a killed watch is put right by the next deploy, a watch that ends puts it right itself and exits with 130", async () => {
    app.write({ "fn/index.mjs": handler("four") });
    await until(async () => (await invoke()) === "four");
    dev.child.kill("SIGKILL");
    await dev.ended;
    expect(await invoke()).toBe("four");
    app.write({ "fn/index.mjs": handler("three") });
    expect((await app.succeed("deploy", "--stage", "dev")).err).toContain("A watch was killed");
    app.write({ "fn/index.mjs": handler("five") });
    expect(await invoke()).toBe("three");

    dev = app.start("dev", "--stage", "dev");
    await dev.said(/Watching for changes/);
    app.write({ "fn/index.mjs": handler("six") });
    await until(async () => (await invoke()) === "six");
    dev.child.kill("SIGINT");
    expect(await dev.ended).toBe(130);
    expect(dev.err()).toContain("run their deployed code again");
    expect(await invoke()).toBe("five");
    expect(existsSync(join(app.folder, ".dovetail/dev.dev.json"))).toBe(false);
  });
});

describe("what a change wants", () => {
  const hot = [{ address: "aws_lambda_function.A", arn: "a", folder: "/app/dist" }];
  test.each([
    ["a file of a packaged folder: a reload", ["/app/dist/a.js"], 1, 0],
    ["a file of the program: a deploy", ["/app/sst.config.ts"], 0, 1],
    ["both: both", ["/app/sst.config.ts", "/app/dist/a.js"], 1, 1],
    ["another asset: a deploy", ["/app/page.html"], 0, 1],
    ["anything else: nothing", ["/app/README.md", "/app/distance/a.js"], 0, 0],
  ])("%s", (_name, changed, reloads, deploys) => {
    const sorted = sortChanges(changed, {
      hot,
      inputs: new Set(["/app/sst.config.ts"]),
      assets: ["/app/dist", "/app/page.html"],
    });
    expect([sorted.hot.length, sorted.deploy.length]).toEqual([reloads, deploys]);
  });

  test("where the program could not be loaded, any file may be the one that mends it", () => {
    expect(sortChanges(["/app/lib/x.ts"], { hot, inputs: undefined, assets: [] }).deploy).toEqual(["/app/lib/x.ts"]);
  });
});

describe("the watcher", () => {
  test("sees files of folders that are made later, and nothing of node_modules and .dovetail", async () => {
    const folder = join(app.folder, "watched");
    mkdirSync(join(folder, "node_modules/x"), { recursive: true });
    mkdirSync(join(folder, ".dovetail"), { recursive: true });
    const watcher = createWatcher();
    try {
      watcher.watchOnly([folder]);
      writeFileSync(join(folder, "node_modules/x/index.js"), "");
      writeFileSync(join(folder, ".dovetail/state"), "");
      mkdirSync(join(folder, "a/b"), { recursive: true });
      writeFileSync(join(folder, "a/b/c.js"), "");
      const seen = new Set<string>();
      const never = new AbortController().signal;
      while (!seen.has(join(folder, "a/b/c.js"))) for (const path of (await watcher.next(never)) ?? []) seen.add(path);
      expect([...seen].filter((path) => /node_modules|\.dovetail/.test(path.slice(folder.length)))).toEqual([]);
      expect(await watcher.next(AbortSignal.abort())).toBeUndefined();
    } finally {
      watcher.close();
    }
  });
});
