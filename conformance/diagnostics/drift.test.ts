/** Objects that somebody changed by hand: shown by `drift` and `diff` with exit code 2, and put right by the next deploy. */
import { DeleteQueueCommand, GetQueueUrlCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { program, withCloud } from "./app.ts";

const cloud = withCloud();

function sqs(): SQSClient {
  return new SQSClient({
    endpoint: cloud.endpoint(),
    region: "us-east-1",
    credentials: { accessKeyId: "somebody", secretAccessKey: "else" },
  });
}

async function urlOf(name: string): Promise<string | undefined> {
  return (await sqs().send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
}

describe("a queue that was", () => {
  test("changed by hand is shown, and set back", async () => {
    const app = cloud.app({
      "sst.config.ts": program(`    new aws.sqs.Queue("Q", { name: "drifting", visibilityTimeoutSeconds: 30 });`),
    });
    expect((await app.run(["deploy", "--stage", "dev"])).code).toBe(0);
    expect((await app.run(["drift", "--stage", "dev"])).code).toBe(0);
    const QueueUrl = await urlOf("drifting");
    await sqs().send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: "99" } }));
    const state = app.read(".dovetail/dev.tfstate");

    const drift = await app.run(["drift", "--stage", "dev"]);
    expect(drift.code, drift.err).toBe(2);
    expect(drift.out).toMatch(/aws_sqs_queue\.Q/);
    expect(drift.out).toMatch(/visibility_timeout_seconds\s*[=:]?\s*30 -> 99/);
    const diff = await app.run(["diff", "--stage", "dev", "--detailed-exitcode"]);
    expect(diff.code, diff.err).toBe(2);
    expect(diff.out).toMatch(/99 -> 30/);
    expect(app.read(".dovetail/dev.tfstate")).toBe(state);

    expect((await app.run(["deploy", "--stage", "dev"])).code).toBe(0);
    expect((await app.run(["drift", "--stage", "dev"])).code).toBe(0);
  });

  test("deleted by hand is shown as gone, and made again", async () => {
    const app = cloud.app({ "sst.config.ts": program(`    new aws.sqs.Queue("Q", { name: "vanishing" });`) });
    expect((await app.run(["deploy", "--stage", "dev"])).code).toBe(0);
    await sqs().send(new DeleteQueueCommand({ QueueUrl: await urlOf("vanishing") }));
    const drift = await app.run(["drift", "--stage", "dev", "--json"]);
    expect(drift.code, drift.err).toBe(2);
    expect(JSON.parse(drift.out)).toMatchObject({ drift: [{ address: "aws_sqs_queue.Q", gone: true }] });
    expect((await app.run(["diff", "--stage", "dev", "--detailed-exitcode"])).code).toBe(2);
    expect((await app.run(["deploy", "--stage", "dev"])).code).toBe(0);
    expect(await urlOf("vanishing")).toContain("vanishing");
  });
});
