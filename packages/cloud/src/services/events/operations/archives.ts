import type {
  CreateArchiveCommandInput,
  DescribeArchiveCommandInput,
  DescribeReplayCommandInput,
  ListArchivesCommandInput,
  ListReplaysCommandInput,
  StartReplayCommandInput,
  UpdateArchiveCommandInput,
} from "@aws-sdk/client-eventbridge";
import { arn } from "../../../core/arn.ts";
import type { Ctx } from "../../../core/service.ts";
import { accept } from "../bus.ts";
import { alreadyExists, illegalStatus, notFound, validation } from "../errors.ts";
import type { RuleEvent } from "../input.ts";
import { type ArchiveRecord, busName, findBus, keys } from "../store.ts";
import { pageOf } from "./connections.ts";
import { checkPattern } from "./rules.ts";

/** Archives keep a bus's events; replays put them on it again. */

const DAY_MS = 86_400_000;

const archiveArn = (ctx: Ctx, name: string) => arn("events", ctx.region, ctx.account, `archive/${name}`);
const replayArn = (ctx: Ctx, name: string) => arn("events", ctx.region, ctx.account, `replay/${name}`);

export function createArchive(ctx: Ctx, input: CreateArchiveCommandInput) {
  const name = input.ArchiveName ?? "";
  findBus(ctx.store, ctx, input.EventSourceArn);
  if (input.EventPattern !== undefined) checkPattern(input.EventPattern);
  if (ctx.store.has(keys.archive(ctx, name))) throw alreadyExists(`Archive ${name} already exists.`);
  const archive: ArchiveRecord = {
    name,
    sourceArn: input.EventSourceArn ?? "",
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.EventPattern === undefined ? {} : { pattern: input.EventPattern }),
    retentionDays: input.RetentionDays ?? 0,
    createdMs: ctx.now(),
    eventCount: 0,
    sizeBytes: 0,
  };
  ctx.store.put(keys.archive(ctx, name), archive);
  return { ArchiveArn: archiveArn(ctx, name), State: "ENABLED" as const, CreationTime: new Date(archive.createdMs) };
}

function findArchive(ctx: Ctx, name: string | undefined): ArchiveRecord {
  const archive = ctx.store.get<ArchiveRecord>(keys.archive(ctx, name ?? ""));
  if (archive === undefined) throw notFound(`Archive ${name} does not exist.`);
  return archive;
}

function summary(archive: ArchiveRecord) {
  return {
    ArchiveName: archive.name,
    EventSourceArn: archive.sourceArn,
    State: "ENABLED" as const,
    RetentionDays: archive.retentionDays,
    SizeBytes: archive.sizeBytes,
    EventCount: archive.eventCount,
    CreationTime: new Date(archive.createdMs),
  };
}

export function describeArchive(ctx: Ctx, input: DescribeArchiveCommandInput) {
  const archive = findArchive(ctx, input.ArchiveName);
  return {
    ArchiveArn: archiveArn(ctx, archive.name),
    ...summary(archive),
    ...(archive.description === undefined ? {} : { Description: archive.description }),
    ...(archive.pattern === undefined ? {} : { EventPattern: archive.pattern }),
  };
}

export function updateArchive(ctx: Ctx, input: UpdateArchiveCommandInput) {
  const archive = findArchive(ctx, input.ArchiveName);
  if (input.EventPattern !== undefined) checkPattern(input.EventPattern);
  ctx.store.put(keys.archive(ctx, archive.name), {
    ...archive,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.EventPattern === undefined ? {} : { pattern: input.EventPattern }),
    ...(input.RetentionDays === undefined ? {} : { retentionDays: input.RetentionDays }),
  } satisfies ArchiveRecord);
  return { ArchiveArn: archiveArn(ctx, archive.name), State: "ENABLED" as const, CreationTime: new Date(archive.createdMs) };
}

export function deleteArchive(ctx: Ctx, input: { ArchiveName?: string | undefined }): object {
  const archive = findArchive(ctx, input.ArchiveName);
  ctx.store.removeRange({ prefix: keys.archived(ctx, archive.name) });
  ctx.store.remove(keys.archive(ctx, archive.name));
  return {};
}

export function listArchives(ctx: Ctx, input: ListArchivesCommandInput) {
  const all = [...ctx.store.range<ArchiveRecord>({ prefix: keys.archives(ctx) })].map(({ value }) => value);
  const matching = all.filter(
    (archive) =>
      archive.name.startsWith(input.NamePrefix ?? "") && (input.EventSourceArn ?? archive.sourceArn) === archive.sourceArn,
  );
  const { shown, more } = pageOf(matching, input);
  return { Archives: shown.map(summary), ...more };
}

interface ReplayRecord {
  readonly name: string;
  readonly archiveArn: string;
  readonly busArn: string;
  readonly filterArns?: readonly string[];
  readonly description?: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly startedMs: number;
}

/** Replays at once: the replayed events are on the bus when the call answers. */
export function startReplay(ctx: Ctx, input: StartReplayCommandInput) {
  const name = input.ReplayName ?? "";
  if (ctx.store.has(keys.replay(ctx, name))) throw alreadyExists(`Replay ${name} already exists.`);
  const archiveName = (input.EventSourceArn ?? "").split("/").at(-1);
  const archive = findArchive(ctx, archiveName);
  if (input.Destination?.Arn !== archive.sourceArn)
    throw validation("Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.");
  const fromMs = input.EventStartTime?.getTime() ?? 0;
  const toMs = input.EventEndTime?.getTime() ?? 0;
  if (fromMs >= toMs)
    throw validation("Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.");
  const filterArns = input.Destination.FilterArns;
  const record: ReplayRecord = {
    name,
    archiveArn: input.EventSourceArn ?? "",
    busArn: archive.sourceArn,
    ...(filterArns === undefined ? {} : { filterArns }),
    ...(input.Description === undefined ? {} : { description: input.Description }),
    fromMs,
    toMs,
    startedMs: ctx.now(),
  };
  ctx.store.put(keys.replay(ctx, name), record);
  replay(ctx, archive, record);
  return { ReplayArn: replayArn(ctx, name), State: "STARTING" as const, ReplayStartTime: new Date(record.startedMs) };
}

function replay(ctx: Ctx, archive: ArchiveRecord, record: ReplayRecord): void {
  const prefix = keys.archived(ctx, archive.name);
  const only = record.filterArns?.map((rule) => rule.split("/").at(-1) ?? "");
  const oldestMs = archive.retentionDays === 0 ? 0 : ctx.now() - archive.retentionDays * DAY_MS;
  const range = { prefix, start: [...prefix, Math.max(record.fromMs, oldestMs)], end: [...prefix, record.toMs] };
  for (const { value } of [...ctx.store.range<RuleEvent>(range)])
    accept(ctx, busName(record.busArn), { ...value, "replay-name": record.name }, 0, only);
}

function describe(record: ReplayRecord) {
  return {
    ReplayName: record.name,
    EventSourceArn: record.archiveArn,
    State: "COMPLETED" as const,
    EventStartTime: new Date(record.fromMs),
    EventEndTime: new Date(record.toMs),
    EventLastReplayedTime: new Date(record.toMs),
    ReplayStartTime: new Date(record.startedMs),
    ReplayEndTime: new Date(record.startedMs),
  };
}

export function describeReplay(ctx: Ctx, input: DescribeReplayCommandInput) {
  const record = ctx.store.get<ReplayRecord>(keys.replay(ctx, input.ReplayName ?? ""));
  if (record === undefined) throw notFound(`Replay ${input.ReplayName} does not exist.`);
  return {
    ReplayArn: replayArn(ctx, record.name),
    ...(record.description === undefined ? {} : { Description: record.description }),
    ...describe(record),
    Destination: { Arn: record.busArn, ...(record.filterArns === undefined ? {} : { FilterArns: [...record.filterArns] }) },
  };
}

export function listReplays(ctx: Ctx, input: ListReplaysCommandInput) {
  const all = [...ctx.store.range<ReplayRecord>({ prefix: keys.replays(ctx) })].map(({ value }) => value);
  const matching = all.filter(
    (record) =>
      record.name.startsWith(input.NamePrefix ?? "") && (input.EventSourceArn ?? record.archiveArn) === record.archiveArn,
  );
  const { shown, more } = pageOf(
    matching.filter(() => input.State === undefined || input.State === "COMPLETED"),
    input,
  );
  return { Replays: shown.map(describe), ...more };
}

/** A replay is over before anybody can cancel it. */
export function cancelReplay(ctx: Ctx, input: { readonly ReplayName?: string | undefined }): never {
  if (!ctx.store.has(keys.replay(ctx, input.ReplayName ?? ""))) throw notFound(`Replay ${input.ReplayName} does not exist.`);
  throw illegalStatus(`Replay ${input.ReplayName} is not in a valid state for this operation.`);
}
