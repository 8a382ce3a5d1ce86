import { randomUuid } from "@dovetail/model";
import { matches } from "../../core/event-pattern/match.ts";
import { type Pattern, PatternError, parsePattern } from "../../core/event-pattern/rule.ts";
import type { Ctx } from "../../core/service.ts";
import { deliver, newDelivery } from "./delivery.ts";
import type { RuleEvent } from "./input.ts";
import { memoryOf } from "./memory.ts";
import { count, ruleDimensions } from "./metrics.ts";
import { type ArchiveRecord, busArn, getBus, keys, type RuleRecord, targetsOf } from "./store.ts";

/** An event arrives on a bus: archives keep it, rules that match send it to their targets. */

const HOPS_MAX = 10;
const PATTERNS_MAX = 5000;

/** Parsed patterns by text: a rule is asked for each event. */
function patternOf(ctx: Ctx, text: string): Pattern | undefined {
  const known = memoryOf(ctx).patterns;
  const found = known.get(text);
  if (found !== undefined) return found;
  try {
    const parsed = parsePattern(text);
    if (known.size >= PATTERNS_MAX) known.clear();
    known.set(text, parsed);
    return parsed;
  } catch (error) {
    if (error instanceof PatternError) return undefined;
    throw error;
  }
}

export function patternMatches(ctx: Ctx, text: string, event: RuleEvent): boolean {
  const pattern = patternOf(ctx, text);
  return pattern !== undefined && matches(pattern, event);
}

export interface NewEvent {
  readonly source: string;
  readonly detailType: string;
  readonly resources?: readonly string[];
  readonly detail: unknown;
  readonly timeMs?: number;
}

export function makeEvent(ctx: Ctx, event: NewEvent): RuleEvent {
  return {
    version: "0",
    id: randomUuid(ctx.random),
    "detail-type": event.detailType,
    source: event.source,
    account: ctx.account,
    time: new Date(event.timeMs ?? ctx.now()).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region: ctx.region,
    resources: event.resources ?? [],
    detail: event.detail,
  };
}

/** Takes an event on a bus of the ctx's account and region. Targets are called after the transaction. A bus nobody made loses it. */
export function accept(ctx: Ctx, bus: string, event: RuleEvent, hops = 0, onlyRules?: readonly string[]): void {
  if (getBus(ctx.store, ctx, bus) === undefined) {
    ctx.hint(`event ${event["detail-type"]} from ${event.source}: event bus ${bus} does not exist, the event is lost`);
    return;
  }
  if (hops > HOPS_MAX) {
    ctx.hint(`event ${event.id}: passed ${HOPS_MAX} buses, stopped as a loop`);
    return;
  }
  if (event["replay-name"] === undefined) archive(ctx, bus, event);
  let matched = 0;
  for (const { value: rule } of ctx.store.range<RuleRecord>({ prefix: keys.rules(ctx, bus) })) {
    if (!rule.enabled || rule.pattern === undefined || (onlyRules !== undefined && !onlyRules.includes(rule.name))) continue;
    if (!patternMatches(ctx, rule.pattern, event)) continue;
    matched++;
    trigger(ctx, rule, event, hops);
  }
  if (matched === 0 && !event.source.startsWith("aws."))
    ctx.hint(`event ${event["detail-type"]} from ${event.source}: no rule on event bus ${bus} matched`);
}

/** Sends an event to all of a rule's targets. */
export function trigger(ctx: Ctx, rule: RuleRecord, event: RuleEvent, hops: number): void {
  const dimensions = ruleDimensions(rule);
  count(ctx, "TriggeredRules", dimensions);
  count(ctx, "MatchedEvents", dimensions);
  for (const target of targetsOf(ctx.store, ctx, rule)) {
    ctx.metric("AWS/Events", "InvocationsCreated", {}, 1, "Count");
    const delivery = newDelivery(ctx, rule, target, event, hops);
    ctx.after((later) => deliver(later, delivery));
  }
}

function archive(ctx: Ctx, bus: string, event: RuleEvent): void {
  const source = busArn(ctx, bus);
  for (const { value } of [...ctx.store.range<ArchiveRecord>({ prefix: keys.archives(ctx) })]) {
    if (value.sourceArn !== source || (value.pattern !== undefined && !patternMatches(ctx, value.pattern, event))) continue;
    ctx.store.put([...keys.archived(ctx, value.name), ctx.now(), event.id], event);
    const sizeBytes = value.sizeBytes + Buffer.byteLength(JSON.stringify(event));
    ctx.store.put(keys.archive(ctx, value.name), {
      ...value,
      eventCount: value.eventCount + 1,
      sizeBytes,
    } satisfies ArchiveRecord);
  }
}
