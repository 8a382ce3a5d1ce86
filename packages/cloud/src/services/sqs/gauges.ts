/**
 * What CloudWatch is told of a queue's contents once a minute, as long as the queue is active: it holds messages, or was used within
 * six hours. SQS developer guide, "Available CloudWatch metrics for Amazon SQS" (read 2026-11-21).
 */
import type { Ctx } from "../../core/service.ts";
import { memory } from "./memory.ts";
import { countMessages, type QueueCounts } from "./operations/queue-attributes.ts";
import { isFifo } from "./queues.ts";
import { type QueueRecord, queueAt } from "./store.ts";

const MINUTE_MS = 60_000;
/** A poller's long poll ends empty after 20 seconds. */
const EMPTY_POLLS_A_MINUTE = 3;
const ACTIVE_MS = 6 * 3_600_000;
const ACTIVE_MAX = 10_000;
/** Timer's kind. */
export const GAUGES = "gauges";

interface Payload {
  readonly name: string;
  readonly id: string;
  readonly activeMs: number;
}

const nextMinute = (ms: number) => (Math.floor(ms / MINUTE_MS) + 1) * MINUTE_MS;

/** A queue is used: in a transaction. The first use arms its timer. */
export function touch(ctx: Ctx, queue: QueueRecord): void {
  const { active } = memory(ctx);
  const now = ctx.now();
  if (active.has(queue.id)) {
    active.set(queue.id, now);
    return;
  }
  ctx.schedule(GAUGES, queue.id, nextMinute(now), { name: queue.name, id: queue.id, activeMs: now } satisfies Payload);
  ctx.after(() => {
    if (active.size >= ACTIVE_MAX) active.clear();
    active.set(queue.id, now);
  });
}

/** The timer: tells the gauges and arms itself again while the queue is active. */
export function tellGauges(ctx: Ctx, payload: unknown): void {
  const { name, id, activeMs } = payload as Payload;
  const { active } = memory(ctx);
  const queue = queueAt(ctx, ctx.account, ctx.region, name);
  if (queue?.id !== id) {
    active.delete(id);
    return;
  }
  const counts = countMessages(ctx, queue);
  tell(ctx, queue, counts);
  tellParked(ctx, queue, memory(ctx).parked.get(id) ?? 0);
  const now = ctx.now();
  const lastMs = active.get(id) ?? activeMs;
  if (counts.oldestMs === undefined && now - lastMs >= ACTIVE_MS) active.delete(id);
  else ctx.schedule(GAUGES, id, nextMinute(now), { name, id, activeMs: lastMs } satisfies Payload);
}

function tell(ctx: Ctx, queue: QueueRecord, counts: QueueCounts): void {
  const dimensions = { QueueName: queue.name };
  const count = (metric: string, value: number) => ctx.metric("AWS/SQS", metric, dimensions, value, "Count");
  count("ApproximateNumberOfMessagesVisible", counts.visible);
  count("ApproximateNumberOfMessagesNotVisible", counts.inFlight);
  count("ApproximateNumberOfMessagesDelayed", counts.delayed);
  if (isFifo(queue)) count("ApproximateNumberOfGroupsWithInflightMessages", counts.groupsInFlight);
  const ageMs = counts.oldestMs === undefined ? 0 : ctx.now() - counts.oldestMs;
  ctx.metric("AWS/SQS", "ApproximateAgeOfOldestMessage", dimensions, Math.floor(ageMs / 1000), "Seconds");
}

/** What pollers that wait at the queue would have received in a minute: nothing, so many times. */
function tellParked(ctx: Ctx, queue: QueueRecord, pollers: number): void {
  for (let count = pollers * EMPTY_POLLS_A_MINUTE; count > 0; count--)
    ctx.metric("AWS/SQS", "NumberOfEmptyReceives", { QueueName: queue.name }, 1, "Count");
}
