/**
 * StartLiveTail: what arrives in up to ten groups, told once a second for up to three hours by the cloud's clock. API reference,
 * "StartLiveTail" (read 2026-11-21): at most 500 events a second, the rest is left out and the update says it is sampled.
 */
import { randomUuid } from "@dovetail/model";
import { EventStream, initialResponse, jsonEvent } from "../../core/event-stream.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { logsMemory, type Tail } from "./memory.ts";
import { compile } from "./pattern/checked.ts";
import type { FilterPattern } from "./pattern/filter-pattern.ts";
import { groupArn, groupName, invalid, type NewEvent, needGroup } from "./store.ts";

const SESSIONS_MAX = 15;
const SESSION_MS = 3 * 3_600_000;
const BEAT_MS = 1000;
const EVENTS_A_BEAT = 500;
const GROUPS_MAX = 10;

interface TailedEvent {
  readonly logStreamName: string;
  readonly logGroupIdentifier: string;
  readonly message: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
}

interface TailInput {
  readonly logGroupIdentifiers: readonly string[];
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefixes?: readonly string[];
  readonly logEventFilterPattern?: string;
}

const ownerOf = (ctx: Ctx) => `${ctx.account} ${ctx.region}`;

/** Whoever tails the group is given what arrived in it. */
export function feedTails(ctx: Ctx, group: string, stream: string, events: readonly NewEvent[]): void {
  const { tails } = logsMemory(ctx);
  if (tails.size > 0) for (const tail of tails) tail.take(ownerOf(ctx), group, stream, events, ctx.now());
}

export function endTails(ctx: Ctx): void {
  for (const tail of [...logsMemory(ctx).tails]) tail.end();
}

/** Throws ResourceNotFoundException, InvalidParameterException, LimitExceededException. */
export function startLiveTail(ctx: Ctx, input: TailInput): EventStream {
  const groups = input.logGroupIdentifiers.map((identifier) => needGroup(ctx.store, ctx, groupName(identifier)).name);
  if (groups.length > GROUPS_MAX) throw invalid(`A session has at most ${GROUPS_MAX} log groups.`);
  const isNarrowed = input.logStreamNames !== undefined || input.logStreamNamePrefixes !== undefined;
  if (input.logStreamNames !== undefined && input.logStreamNamePrefixes !== undefined)
    throw invalid("logStreamNames and logStreamNamePrefixes are mutually exclusive parameters.");
  if (isNarrowed && groups.length > 1) throw invalid("Log streams can only be named with a single log group.");
  if (logsMemory(ctx).tails.size >= SESSIONS_MAX)
    throw new ServiceError("LimitExceededException", 400, `An account has at most ${SESSIONS_MAX} Live Tail sessions.`);
  return new EventStream(sessionEvents(ctx, groups, input, compile(input.logEventFilterPattern)));
}

async function* sessionEvents(
  ctx: Ctx,
  groups: readonly string[],
  input: TailInput,
  matches: FilterPattern,
): AsyncGenerator<Uint8Array> {
  const waiting: TailedEvent[] = [];
  let left = 0;
  let isOver = false;
  let wake = () => {};
  const own = ownerOf(ctx);
  const isWanted = (stream: string) =>
    (input.logStreamNames?.includes(stream) ?? true) &&
    (input.logStreamNamePrefixes?.some((prefix) => stream.startsWith(prefix)) ?? true);
  const tail: Tail = {
    take(owner, group, logStreamName, events, nowMs) {
      if (owner !== own || !groups.includes(group) || !isWanted(logStreamName)) return;
      for (const { message, timestamp } of events) {
        if (matches(message) === undefined) continue;
        const event = { logStreamName, logGroupIdentifier: `${ctx.account}:${group}`, message, timestamp, ingestionTime: nowMs };
        if (waiting.length < EVENTS_A_BEAT) waiting.push(event);
        else left++;
      }
    },
    end() {
      isOver = true;
      wake();
    },
  };
  const { tails } = logsMemory(ctx);
  tails.add(tail);
  try {
    yield initialResponse({});
    yield jsonEvent("sessionStart", {
      requestId: ctx.requestId,
      sessionId: randomUuid(ctx.random),
      logGroupIdentifiers: groups.map((group) => groupArn(ctx, group)),
      logStreamNames: input.logStreamNames ?? [],
      logStreamNamePrefixes: input.logStreamNamePrefixes ?? [],
      logEventFilterPattern: input.logEventFilterPattern ?? "",
    });
    const untilMs = ctx.now() + SESSION_MS;
    while (!isOver && ctx.now() < untilMs) {
      await new Promise<void>((resolve) => {
        const cancel = ctx.clock.at(ctx.now() + BEAT_MS, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
      const sessionResults = waiting.splice(0);
      yield jsonEvent("sessionUpdate", { sessionMetadata: { sampled: left > 0 }, sessionResults });
      left = 0;
    }
    if (!isOver) yield jsonEvent("SessionTimeoutException", { message: "The Live Tail session has ended after three hours." });
  } finally {
    tails.delete(tail);
  }
}
