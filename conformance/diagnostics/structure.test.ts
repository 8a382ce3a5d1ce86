/** Programs as a whole: files and modules that are missing, text that does not compile, circles, stacks that nobody calls. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type FileSystem, nodeFiles } from "@dovetail/engine";
import { describe, expect, test } from "vitest";
import { expectRefused, expectRemarked, program, stateFiles, withCloud } from "./app.ts";

const cloud = withCloud();
const MAIN = join(import.meta.dirname, "../../packages/cli/src/main.ts");

describe("a program is refused for", () => {
  test("text that does not compile", async () => {
    await expectRefused(
      cloud,
      {
        "sst.config.ts":
          "export default $config({\n  app: () => ({ name: 'shop' }),\n  async run() {\n    const queue = §;\n  },\n});\n",
      },
      { code: "DVT1002", says: ['Unexpected ";"'] },
    );
  });

  test("a module that is not installed", async () => {
    await expectRefused(
      cloud,
      { "sst.config.ts": program("", "", 'import { nanoid } from §"nanoid-of-nobody";\nvoid nanoid;') },
      { code: "DVT1016", says: ["nanoid-of-nobody"], fix: /npm install nanoid-of-nobody|install/ },
    );
  });

  test("a file that is not there", async () => {
    await expectRefused(
      cloud,
      {
        "sst.config.ts": program(`    const stack = await import(§"./stacks/Data");\n    stack.default();`),
        "stacks/DataStack.ts": "export default () => 1;\n",
      },
      { code: "DVT1016", says: ["./stacks/Data"] },
    );
  });

  test("an exception of its own", async () => {
    await expectRefused(
      cloud,
      { "sst.config.ts": program(`    throw §new Error("no pool for this stage");`) },
      { code: "DVT1003", says: ["no pool for this stage"] },
    );
  });

  test("a secret that nobody set, by pulumi's Config", async () => {
    await expectRefused(
      cloud,
      { "sst.config.ts": program(`    const config = new pulumi.Config();\n    config.§require("apiKey");`) },
      { code: "DVT1018", says: ["apiKey"] },
    );
  });

  test("resources that wait for each other", () => {
    const app = cloud.app({
      "sst.config.ts": program(`    let second!: aws.sqs.Queue;
    const late = new Promise<string>((resolve) => setTimeout(() => second.name.apply(resolve), 1));
    const first = new aws.sqs.Queue("First", { name: late });
    second = new aws.sqs.Queue("Second", { name: first.name.apply((name) => name + "-2") });`),
    });
    // In a process of its own: that nothing can happen any more is seen by the process having nothing left to do.
    const ran = spawnSync(process.execPath, [MAIN, "deploy", "--stage", "dev"], {
      cwd: app.folder,
      encoding: "utf8",
      env: cloud.env,
    });
    expect(ran.status, ran.stderr).toBe(1);
    expect(ran.stderr).toContain("Error DVT1024: Promise never resolved");
    expect(ran.stderr).toContain('"name" of aws.sqs.Queue "First" is a promise');
    expect(ran.stderr).toMatch(/for each other:\n\s+aws_sqs_queue\.First\n\s+aws_sqs_queue\.Second\n/);
    expect(ran.stderr).toContain("a value of a resource that itself waits for this one.");
    expect(stateFiles(app)).toEqual([]);
  });

  test("no app at all, with the places looked at", async () => {
    await expectRefused(cloud, { "README.md": "" }, { code: "DVT1001", says: ["sst.config.ts"] });
  });
});

describe("a program is told, and nothing is deployed, for", () => {
  test("a stack that is imported and never called", async () => {
    const { ran, app } = await expectRemarked(
      cloud,
      {
        "sst.config.ts": program(`    await import("./stacks/DataStack");`),
        "stacks/DataStack.ts": `import * as aws from "@pulumi/aws";
§export default function DataStack() {
  new aws.sqs.Queue("Q");
}
`,
      },
      {
        code: "DVT1014",
        severity: "Warning",
        says: ['The stack "DataStack" of this file is imported and never called'],
        fix: "stack.default();",
      },
    );
    expect(ran.messages.join("\n")).toContain("Warning DVT1017: No resource declared");
    expect((await app.run(["state", "list", "--stage", "dev"])).out.trim()).toBe("");
  });

  test("a message of its own by pulumi.log", async () => {
    await expectRemarked(
      cloud,
      { "sst.config.ts": program(`    pulumi.log.warn("this stage has no domain");`) },
      { code: "DVT1021", severity: "Warning", says: ["this stage has no domain"] },
    );
  });
});

test("what goes wrong inside Dovetail says that it is our bug, and what to send", async () => {
  const app = cloud.app({ "sst.config.ts": program("") });
  const files: FileSystem = {
    ...nodeFiles(),
    read: () => {
      throw new TypeError("a mistake of ours");
    },
  };
  const ran = await app.run(["state", "list", "--stage", "dev"], { files });
  expect(ran.code).toBe(1);
  expect(ran.messages.join("\n")).toMatch(/^Error DVT9001: This is a bug in Dovetail\n {2}TypeError: a mistake of ours/);
  expect(ran.messages.join("\n")).toContain("Please report it with the lines above.");
});
