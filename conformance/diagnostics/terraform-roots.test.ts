/**
 * Terraform roots that are wrong in one way each: folders of `terraform/`. What the command line says of each, whole, is in its `said.txt`
 * (`npx vitest run --project conformance conformance/diagnostics/terraform-roots.test.ts -u` writes them anew; read what it wrote).
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createEngine, nodeFiles } from "@dovetail/engine";
import { systemClock, systemRandom } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { runHere, withCloud } from "./app.ts";

const cloud = withCloud();
const FOLDER = join(import.meta.dirname, "terraform");

/** What is done beside Dovetail: a line `! NAME ARGUMENT` of `commands`. */
const BY_HAND: { readonly [name: string]: (folder: string, argument: string) => Promise<(() => Promise<void>) | undefined> } = {
  async change(_folder, queue) {
    const credentials = { accessKeyId: "somebody", secretAccessKey: "else" };
    const sqs = new SQSClient({ endpoint: cloud.endpoint(), region: "us-east-1", credentials });
    const QueueUrl = `${cloud.endpoint()}/000000000000/${queue}`;
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: "77" } }));
    return undefined;
  },
  async lock(folder) {
    const engine = createEngine({
      app: "terraform",
      stage: "default",
      directory: join(folder, ".dovetail"),
      files: nodeFiles(),
      clock: systemClock(),
      random: systemRandom(),
      providers: {
        localNameFor: () => undefined,
        provider: () => Promise.reject(new Error("nothing is asked of providers")),
        close: async () => undefined,
      },
      owner: { who: "ann@desk", host: "desk", pid: 7, version: "0", isProcessAlive: () => true },
    });
    const release = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const held = engine.withLock("apply", async () => {
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    return async () => {
      release.resolve();
      await held;
    };
  },
};

describe("a Terraform root with", () => {
  test.each(readdirSync(FOLDER).sort())("%s", async (name) => {
    const folder = join(mkdtempSync(join(cloud.scratch, "root-")), name);
    cpSync(join(FOLDER, name), folder, { recursive: true });
    rmSync(join(folder, "said.txt"), { force: true });
    const commands = existsSync(join(folder, "commands"))
      ? readFileSync(join(folder, "commands"), "utf8").trim().split("\n")
      : ["plan"];
    const parts: string[] = [];
    const undo: (() => Promise<void>)[] = [];
    for (const command of commands) {
      const [, hand, argument = ""] = /^! (\w+) ?(.*)$/.exec(command) ?? [];
      if (hand !== undefined) undo.push(...[await BY_HAND[hand]?.(folder, argument)].filter((each) => each !== undefined));
      else parts.push(await saidBy(folder, command));
    }
    for (const each of undo) await each();
    await expect(parts.join("\n")).toMatchFileSnapshot(join(FOLDER, name, "said.txt"));
  });
});

/** A command, its exit status, and every diagnostic as it is shown. */
async function saidBy(folder: string, command: string): Promise<string> {
  const ran = await runHere(command.split(" "), { cwd: folder, env: cloud.env });
  const messages = ran.messages.map((message) => `${without(message, folder)}\n`);
  return `$ dovetail ${command}\nexit ${ran.code}\n${messages.length === 0 ? "" : `\n${messages.join("\n")}`}`;
}

/** What another run has otherwise. */
function without(text: string, folder: string): string {
  return text
    .replaceAll(folder, "ROOT")
    .replaceAll(cloud.endpoint(), "ENDPOINT")
    .replaceAll(hostname(), "HOST")
    .replaceAll(/request id [\w-]+/g, "request id ID")
    .replaceAll(/Lock ID [\w-]+/g, "Lock ID ID")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");
}
