import type { PutEventsCommandInput, PutEventsRequestEntry, TestEventPatternCommandInput } from "@aws-sdk/client-eventbridge";
import { parseArn } from "../../../core/arn.ts";
import { matches } from "../../../core/event-pattern/match.ts";
import { PatternError, parsePattern } from "../../../core/event-pattern/rule.ts";
import type { Ctx } from "../../../core/service.ts";
import { accept, makeEvent, type NewEvent } from "../bus.ts";
import { invalidPattern, validation } from "../errors.ts";
import type { RuleEvent } from "../input.ts";
import { busName } from "../store.ts";

/** Events come in. */

const TOTAL_BYTES_MAX = 1024 * 1024;

type EntryAnswer = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

export function putEvents(ctx: Ctx, input: PutEventsCommandInput) {
  if (input.EndpointId !== undefined) throw validation("EndpointId is not supported: this cloud has no global endpoints.");
  const entries = input.Entries ?? [];
  const total = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (total > TOTAL_BYTES_MAX) throw validation("Total size of the entries in the request is over the limit.");
  const answers = entries.map((entry) => putEntry(ctx, entry));
  const failed = answers.filter((answer) => "ErrorCode" in answer).length;
  const count = (name: string, value: number) => ctx.metric("AWS/Events", name, {}, value, "Count");
  count("PutEventsApproximateCallCount", 1);
  count(failed === answers.length ? "PutEventsApproximateFailedCount" : "PutEventsApproximateSuccessCount", 1);
  count("PutEventsEntriesCount", answers.length);
  count("PutEventsFailedEntriesCount", failed);
  ctx.metric("AWS/Events", "PutEventsRequestSize", {}, total, "Bytes");
  return { FailedEntryCount: failed, Entries: answers };
}

/** Size as AWS counts it: 14 bytes for a time, then the texts. */
function entryBytes(entry: PutEventsRequestEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  return (entry.Time === undefined ? 0 : 14) + texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), 0);
}

function putEntry(ctx: Ctx, entry: PutEventsRequestEntry): EntryAnswer {
  const missing = (["Source", "DetailType", "Detail"] as const).find((name) => entry[name] === undefined || entry[name] === "");
  if (missing !== undefined)
    return {
      ErrorCode: "InvalidArgument",
      ErrorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
    };
  if (entry.Source?.startsWith("aws.") === true)
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  const detail = parseDetail(entry.Detail ?? "");
  if (detail === undefined) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  const place = placeOf(ctx, entry.EventBusName);
  const event = makeEvent(place, {
    source: entry.Source ?? "",
    detailType: entry.DetailType ?? "",
    resources: entry.Resources ?? [],
    detail,
    ...(entry.Time === undefined ? {} : { timeMs: entry.Time.getTime() }),
  });
  accept(place, busName(entry.EventBusName), event);
  return { EventId: event.id };
}

function parseDetail(text: string): object | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === "object" && detail !== null && !Array.isArray(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

/** A bus given by ARN may lie in another account or region of this cloud. */
function placeOf(ctx: Ctx, bus: string | undefined): Ctx {
  const parts = parseArn(bus ?? "");
  if (parts === undefined || (parts.account === ctx.account && parts.region === ctx.region)) return ctx;
  return ctx.with({ account: parts.account, region: parts.region });
}

/** An event of an AWS service on the default bus. In process only. */
export function emit(ctx: Ctx, input: NewEvent): void {
  ctx.transact(() => accept(ctx, "default", makeEvent(ctx, input)));
}

/** An event that a rule of another bus passes on. In process only. */
export function acceptFromBus(ctx: Ctx, input: { readonly bus: string; readonly event: RuleEvent; readonly hops: number }): void {
  ctx.transact(() => accept(ctx, input.bus, input.event, input.hops));
}

const REQUIRED_FIELDS = ["id", "account", "source", "time", "region", "resources", "detail-type"];

export function testEventPattern(_ctx: Ctx, input: TestEventPatternCommandInput) {
  let event: unknown;
  try {
    event = JSON.parse(input.Event ?? "");
  } catch {
    throw validation("Parameter Event is not valid. Reason: Event is not valid JSON.");
  }
  for (const name of REQUIRED_FIELDS)
    if (typeof event !== "object" || event === null || !(name in event))
      throw validation(`Parameter Event is not valid. Reason: Event must contain ${name}.`);
  try {
    return { Result: matches(parsePattern(input.EventPattern ?? ""), event) };
  } catch (error) {
    if (error instanceof PatternError) throw invalidPattern(error.message);
    throw error;
  }
}
