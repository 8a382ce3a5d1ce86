import { afterAll, beforeAll, expect, test } from "vitest";
import { program, type TestApp, testApp, until } from "./support/app.ts";

/** Eight queues, one after the other. */
const CHAIN = program(
  `    let before;
    for (let i = 0; i < 8; i++) before = new aws.sqs.Queue("Q" + i, {}, before ? { dependsOn: [before] } : {});`,
);

let app: TestApp;
beforeAll(async () => {
  app = testApp({ "sst.config.ts": CHAIN });
  await app.succeed("cloud", "start");
});
afterAll(() => app.dispose());

const slow = (ms: number) => app.admin("POST", "_localstack/chaos/effects", { latency: ms });
const inState = async () => (await app.succeed("state", "list", "--stage", "dev")).out.split("\n").filter((line) => line !== "");
const inCloud = async () =>
  (await app.admin<{ resources: { [service: string]: number } }>("GET", "_dovetail/inventory")).resources;
const queues = async () => {
  const { QueueUrls = [] } = await app.aws<{ QueueUrls?: string[] }>("sqs", "AmazonSQS.ListQueues", {});
  return QueueUrls.length;
};

test("Ctrl-C finishes what is under way, keeps what exists, lets the stage go and exits with 130; deploy goes on from there", async () => {
  await slow(150);
  const run = app.start("deploy", "--stage", "dev");
  await run.said(/Created {2}aws_sqs_queue\.Q1/);
  run.child.kill("SIGINT");
  expect(await run.ended).toBe(130);
  expect(run.err()).toMatch(/Interrupted after .*: [2-7] added/);
  await slow(0);
  const kept = await inState();
  expect(kept.length).toBeGreaterThanOrEqual(2);
  expect(kept.length).toBeLessThan(8);
  expect(await queues()).toBe(kept.length);
  const again = await app.succeed("deploy", "--stage", "dev");
  expect(again.err).toContain(`${8 - kept.length} added, 0 changed, 0 destroyed`);
  expect(again.err).not.toMatch(/Resumed|Locked/);
  expect([(await inState()).length, await queues()]).toEqual([8, 8]);
  await app.succeed("remove", "--stage", "dev");
});

test("a second Ctrl-C stops at once and loses nothing: the next deploy takes over what was begun", async () => {
  await slow(150);
  const run = app.start("deploy", "--stage", "dev");
  await run.said(/Created {2}aws_sqs_queue\.Q1/);
  await slow(20_000);
  run.child.kill("SIGINT");
  await run.said(/Interrupted: what is under way/);
  // Signals that come together are one Ctrl-C: it is asked for again, now and then, until it counts.
  let looks = 0;
  await until(() => {
    const stopped = run.err().includes("Stopped at once");
    if (!stopped && looks++ % 20 === 0) run.child.kill("SIGINT");
    return stopped;
  });
  expect(await run.ended).toBe(130);
  await slow(0);
  await app.succeed("deploy", "--stage", "dev");
  expect([(await inState()).length, await queues()]).toEqual([8, 8]);
  expect((await app.run("diff", "--stage", "dev", "--detailed-exitcode")).code).toBe(0);
  await app.succeed("remove", "--stage", "dev");
  expect(Object.values(await inCloud()).filter((count) => count > 0)).toEqual([]);
});
