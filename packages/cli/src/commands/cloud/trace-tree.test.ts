import { expect, test } from "vitest";
import { type TraceEvent, traceTree } from "./trace-tree.ts";

const event = (order: number, id: string, more: Partial<TraceEvent> = {}): TraceEvent => ({
  order,
  id,
  root: id,
  kind: "request",
  service: "s3",
  operation: "PutObject",
  principal: "arn:aws:iam::000000000000:root",
  start: new Date(order).toISOString(),
  startMs: order,
  durationMs: order,
  status: 200,
  ...more,
});

test("effects stand below their causes, in the order of time, also when the cause was completed later", () => {
  const events = [
    event(3, "c", { parent: "b", kind: "call", service: "lambda", operation: "Invoke", resource: "resize" }),
    event(2, "b", { parent: "a", kind: "call", service: "sqs", operation: "SendMessage" }),
    event(4, "d", { parent: "gone" }),
    event(1, "a", { resource: "photos/a.png" }),
  ];
  expect(traceTree(events)).toEqual([
    "00:00:00.001  s3 PutObject photos/a.png  200  1.0 ms",
    "00:00:00.002    sqs SendMessage (call)  200  2.0 ms",
    "00:00:00.003      lambda Invoke resize (call)  200  3.0 ms",
    "00:00:00.004  s3 PutObject  200  4.0 ms",
  ]);
});

test("a refusal tells who was refused and which statement is missing", () => {
  const missing = { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::photos/a" };
  const refused = event(1, "a", { status: 403, error: { code: "AccessDenied", message: "no", missing } });
  expect(traceTree([refused])).toEqual([
    "00:00:00.001  s3 PutObject  403  1.0 ms",
    "                AccessDenied: no",
    `                by arn:aws:iam::000000000000:root; missing: ${JSON.stringify(missing)}`,
  ]);
});
