/** Sequences are reserved in the store many at a time: whatever ends a cloud, none is given twice and their order is that of sending. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCloud } from "../../cloud.ts";
import type { Ctx } from "../../core/service.ts";
import { nextSequence } from "./store.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "dovetail-sequence-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** `ctx` of a service whose transactions are kept or not as the test says. */
function fakeContext() {
  const kept = new Map<string, unknown>();
  let written = new Map<string, unknown>();
  let later: (() => void)[] = [];
  let memory: unknown;
  const ctx = {
    memory: (make: () => unknown) => {
      memory ??= make();
      return memory;
    },
    store: {
      get: (key: readonly string[]) => written.get(key.join()) ?? kept.get(key.join()),
      put: (key: readonly string[], value: unknown) => void written.set(key.join(), value),
    },
    after: (work: () => void) => void later.push(work),
  } as unknown as Ctx;
  const end = (isKept: boolean) => {
    if (isKept) for (const [key, value] of written) kept.set(key, value);
    if (isKept) for (const work of later) work();
    written = new Map();
    later = [];
  };
  return { ctx, end, restart: () => (memory = undefined) };
}

test("what a rolled-back transaction had reserved is reserved again by the next one", () => {
  const { ctx, end, restart } = fakeContext();
  nextSequence(ctx, "q");
  end(false);
  const given = [nextSequence(ctx, "q"), nextSequence(ctx, "q")];
  end(true);
  restart();
  const after = nextSequence(ctx, "q");
  end(true);
  expect(after).toBeGreaterThan(Math.max(...given));
});

test("thousands in a row rise, over restarts at any moment", () => {
  const { ctx, end, restart } = fakeContext();
  let last = 0;
  for (let i = 0; i < 3_000; i++) {
    const next = nextSequence(ctx, "q");
    end(true);
    expect(next).toBeGreaterThan(last);
    last = next;
    if (i % 97 === 0) restart();
  }
});

test("a FIFO queue keeps its order over a restart, and receipts of before are still good", async () => {
  const send = (cloud: Awaited<ReturnType<typeof startCloud>>, QueueUrl: string, MessageBody: string) =>
    cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody, MessageGroupId: MessageBody });
  const first = await startCloud({ dataDir, listen: false });
  const { QueueUrl } = await first.call<{ QueueUrl: string }>("sqs", "CreateQueue", {
    QueueName: "order.fifo",
    Attributes: { FifoQueue: "true", ContentBasedDeduplication: "true" },
  });
  for (const body of ["a", "b"]) await send(first, QueueUrl, body);
  const { Messages: taken } = await first.call<{ Messages: { ReceiptHandle: string }[] }>("sqs", "ReceiveMessage", { QueueUrl });
  await first.stop();
  const second = await startCloud({ dataDir, listen: false });
  for (const body of ["c", "d"]) await send(second, QueueUrl, body);
  await second.call("sqs", "DeleteMessage", { QueueUrl, ReceiptHandle: taken[0]?.ReceiptHandle });
  const { Messages } = await second.call<{ Messages: { Body: string; Attributes: { SequenceNumber: string } }[] }>(
    "sqs",
    "ReceiveMessage",
    { QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["SequenceNumber"] },
  );
  await second.stop();
  expect(Messages.map(({ Body }) => Body)).toEqual(["b", "c", "d"]);
  const numbers = Messages.map(({ Attributes }) => BigInt(Attributes.SequenceNumber));
  expect(numbers.every((each, i) => i === 0 || each > (numbers[i - 1] ?? 0n))).toBe(true);
});
