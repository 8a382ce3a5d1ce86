import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { json, send, signed } from "../../bench/aws-http.ts";

/**
 * A cloud in durable mode is killed with SIGKILL in the midst of writes, again and again on the same folder. What it acknowledged
 * must be there when it comes back; what it did not may be there or not, but never in half.
 */
const program = join(import.meta.dirname, "../../packages/cloud/src/serve.ts");
const ROUNDS = 4;
const LANES = 6;

let folder: string;
let running: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-killed-"));
});
afterEach(() => {
  running?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [program, "--data-dir", folder, "--port", "0", "--durable"], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  running = child;
  const [message] = (await once(child, "message")) as [{ running?: { endpoint: string } }];
  if (message.running === undefined) throw new Error(JSON.stringify(message));
  return { child, url: message.running.endpoint };
}

interface Written {
  readonly items: Map<string, string>;
  readonly objects: Map<string, string>;
  readonly messages: Set<string>;
}

/** Above 32 KB an object's bytes lie in a file of their own, below in the store. */
const textOf = (name: string, round: number) => `${name} `.repeat(round % 2 === 0 ? 20 : 6000);

/** One write of each kind; what was acknowledged is noted, and only then. */
async function writeOnce(url: string, queueUrl: string, round: number, number: number, written: Written): Promise<void> {
  const name = `r${round}-${number}`;
  const body = textOf(name, number);
  switch (number % 3) {
    case 0:
      await json(url, "dynamodb", "PutItem", { TableName: "kept", Item: { pk: { S: name }, text: { S: body } } });
      written.items.set(name, body);
      return;
    case 1:
      await send(url, { method: "PUT", path: `/kept-bucket/${name}`, headers: signed("s3"), body });
      written.objects.set(name, body);
      return;
    default:
      await json(url, "sqs", "SendMessage", { QueueUrl: queueUrl, MessageBody: name });
      written.messages.add(name);
  }
}

/** Writes until `kill` says so; every failure after it is the killed cloud's. */
async function writeUntilKilled(
  child: ChildProcess,
  url: string,
  round: number,
  writes: number,
  written: Written,
): Promise<void> {
  const { QueueUrl } = await json(url, "sqs", "CreateQueue", { QueueName: "kept" });
  let number = 0;
  const ended = once(child, "exit");
  const lane = async () => {
    while (child.signalCode === null && !child.killed) {
      const mine = number++;
      // The others have requests in the air: the process dies in the midst of them.
      if (mine === writes) child.kill("SIGKILL");
      await writeOnce(url, String(QueueUrl), round, mine, written).catch((error: unknown) => {
        if (!child.killed) throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await ended;
}

async function messagesIn(url: string): Promise<Set<string>> {
  const { QueueUrl } = await json(url, "sqs", "CreateQueue", { QueueName: "kept" });
  const found = new Set<string>();
  for (;;) {
    const { Messages } = await json(url, "sqs", "ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 3600 });
    const received = (Messages ?? []) as { Body: string }[];
    if (received.length === 0) return found;
    for (const { Body } of received) found.add(Body);
  }
}

async function lost(url: string, written: Written): Promise<string[]> {
  const missing: string[] = [];
  for (const [name, body] of written.items) {
    const { Item } = (await json(url, "dynamodb", "GetItem", { TableName: "kept", Key: { pk: { S: name } } })) as {
      Item?: { text: { S: string } };
    };
    if (Item?.text.S !== body) missing.push(`item ${name}`);
  }
  for (const [name, body] of written.objects) {
    const found = await send(url, { method: "GET", path: `/kept-bucket/${name}`, headers: signed("s3") }).then(String, String);
    if (found !== body) missing.push(`object ${name}: ${found.slice(0, 100)}`);
  }
  return missing;
}

/** Objects that were never acknowledged are whole or absent. */
async function halfObjects(url: string): Promise<string[]> {
  const listed = (await send(url, { method: "GET", path: "/kept-bucket?list-type=2", headers: signed("s3") })).toString();
  const half: string[] = [];
  for (const [, key = ""] of listed.matchAll(/<Key>([^<]+)<\/Key>/g)) {
    const body = (await send(url, { method: "GET", path: `/kept-bucket/${key}`, headers: signed("s3") })).toString();
    if (body !== textOf(key, Number(key.split("-")[1]))) half.push(key);
  }
  return half;
}

describe("a cloud that is killed while it writes", () => {
  test("loses nothing that it acknowledged, in any of several rounds", async () => {
    const random = seededRandom(2026);
    const written: Written = { items: new Map(), objects: new Map(), messages: new Set() };
    for (let round = 0; round < ROUNDS; round++) {
      const { child, url } = await start();
      if (round === 0) {
        await json(url, "dynamodb", "CreateTable", {
          TableName: "kept",
          BillingMode: "PAY_PER_REQUEST",
          KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        });
        await send(url, { method: "PUT", path: "/kept-bucket", headers: signed("s3") });
      }
      const [more = 0] = random.bytes(1);
      await writeUntilKilled(child, url, round, 60 + more, written);
    }
    const { url } = await start();
    expect(await lost(url, written)).toEqual([]);
    expect(await halfObjects(url)).toEqual([]);
    const found = await messagesIn(url);
    expect([...written.messages].filter((each) => !found.has(each))).toEqual([]);
    // The rounds wrote something: an empty comparison proves nothing.
    expect(Math.min(written.items.size, written.objects.size, written.messages.size)).toBeGreaterThan(60);
  });
});
