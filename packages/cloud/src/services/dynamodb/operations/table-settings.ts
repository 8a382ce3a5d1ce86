/** Settings beside the table itself: time to live, recovery, tags, resource policy, and what providers read on every refresh. */
import type {
  DescribeContributorInsightsCommandInput,
  ListTagsOfResourceCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
  UpdateContinuousBackupsCommandInput,
  UpdateContributorInsightsCommandInput,
  UpdateTimeToLiveCommandInput,
} from "@aws-sdk/client-dynamodb";
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { invalid, notFound } from "../errors.ts";
import { restorable, startRecovery, stopRecovery } from "../recovery.ts";
import { findTable, putTable, tablesOf } from "../store.ts";
import { indexNamed, type TableRecord } from "../table.ts";
import { trackAll } from "../ttl.ts";
import { namedTable } from "./tables.ts";

/** How long one change of time to live keeps the next one out (API Reference, UpdateTimeToLive). */
const TTL_CHANGE_MS = 3600 * 1000;
const RECOVERY_DAYS = 35;

export function updateTimeToLive(ctx: Ctx, input: UpdateTimeToLiveCommandInput): object {
  const table = namedTable(ctx, input.TableName);
  const { Enabled: enabled = false, AttributeName: attribute = "" } = input.TimeToLiveSpecification ?? {};
  const { ttl } = table;
  if ((ttl?.enabled ?? false) === enabled) throw invalid(`TimeToLive is already ${enabled ? "enabled" : "disabled"}`);
  if (!enabled && ttl?.attribute !== attribute)
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${ttl?.attribute}`);
  if (ttl !== undefined && ctx.now() - ttl.changedMs < TTL_CHANGE_MS)
    throw invalid("Time to live has been modified multiple times within a fixed interval");
  const updated = { ...table, ttl: { attribute, enabled, changedMs: ctx.now() } };
  ctx.store.removeRange({ prefix: ["ttl", table.id] });
  if (enabled) trackAll(ctx, updated);
  else ctx.unschedule("ttl", table.id);
  putTable(ctx, updated);
  return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
}

export function describeTimeToLive(ctx: Ctx, input: { readonly TableName?: string }): object {
  const { ttl } = namedTable(ctx, input.TableName);
  if (ttl?.enabled !== true) return { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } };
  return { TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: ttl.attribute } };
}

function backupsOf(ctx: Ctx, table: TableRecord): object {
  const window = restorable(ctx, table);
  const recoveryDescription =
    window === undefined
      ? { PointInTimeRecoveryStatus: "DISABLED" }
      : {
          PointInTimeRecoveryStatus: "ENABLED",
          RecoveryPeriodInDays: table.recovery?.days,
          EarliestRestorableDateTime: new Date(window.earliestMs),
          LatestRestorableDateTime: new Date(window.latestMs),
        };
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: recoveryDescription,
    },
  };
}

/** As `namedTable`, with the exception that the backup operations have. */
export function backedTable(ctx: Ctx, name: string | undefined): TableRecord {
  const table = name === undefined || name.startsWith("arn:") ? namedTable(ctx, name) : findTable(ctx, name);
  if (table === undefined) throw new ServiceError("TableNotFoundException", 400, `Table not found: ${name}`);
  return table;
}

export function describeContinuousBackups(ctx: Ctx, input: { readonly TableName?: string }): object {
  return backupsOf(ctx, backedTable(ctx, input.TableName));
}

export function updateContinuousBackups(ctx: Ctx, input: UpdateContinuousBackupsCommandInput): object {
  const table = backedTable(ctx, input.TableName);
  const given = input.PointInTimeRecoverySpecification;
  const { recovery: old, ...rest } = table;
  const days = given?.RecoveryPeriodInDays ?? old?.days ?? RECOVERY_DAYS;
  if (given?.PointInTimeRecoveryEnabled !== true && given?.RecoveryPeriodInDays !== undefined)
    throw invalid("RecoveryPeriodInDays can only be specified when PointInTimeRecoveryEnabled is true");
  const updated: TableRecord =
    given?.PointInTimeRecoveryEnabled === true ? { ...rest, recovery: { enabledMs: old?.enabledMs ?? ctx.now(), days } } : rest;
  if (updated.recovery === undefined) stopRecovery(ctx, table);
  else if (old === undefined) startRecovery(ctx, updated);
  putTable(ctx, updated);
  return backupsOf(ctx, updated);
}

/** The table behind a ResourceArn, of the table itself or of its index or stream. */
export function tableOfArn(ctx: Ctx, text: string | undefined): TableRecord {
  const parts = parseArn(text ?? "");
  const [kind, name] = parts?.resource.split("/") ?? [];
  if (parts?.service !== "dynamodb" || kind !== "table" || name === undefined)
    throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${text}`);
  const table = parts.account === ctx.account && parts.region === ctx.region ? findTable(ctx, name) : undefined;
  if (table === undefined) throw notFound(`Requested resource not found: ResourcArn: ${text} not found`);
  return table;
}

export function tagResource(ctx: Ctx, input: TagResourceCommandInput): object {
  const table = tableOfArn(ctx, input.ResourceArn);
  const fresh = Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
  const tags = { ...table.tags, ...fresh };
  if (Object.keys(tags).length > 50) throw invalid("Too many tags: 50 is the most that a table can have");
  putTable(ctx, { ...table, tags });
  return {};
}

export function untagResource(ctx: Ctx, input: UntagResourceCommandInput): object {
  const table = tableOfArn(ctx, input.ResourceArn);
  const gone = new Set(input.TagKeys ?? []);
  putTable(ctx, { ...table, tags: Object.fromEntries(Object.entries(table.tags).filter(([key]) => !gone.has(key))) });
  return {};
}

export function listTagsOfResource(ctx: Ctx, input: ListTagsOfResourceCommandInput): object {
  const { tags } = tableOfArn(ctx, input.ResourceArn);
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

/** What is watched unless the request says otherwise. */
const ALL_KEYS = "ACCESSED_AND_THROTTLED_KEYS";

function insightsKey(table: TableRecord, index: string | undefined): string {
  if (index !== undefined && indexNamed(table, index) === undefined)
    throw notFound(`Requested resource not found: Index: ${index} not found`);
  return index ?? "";
}

export function describeContributorInsights(ctx: Ctx, input: DescribeContributorInsightsCommandInput): object {
  const table = namedTable(ctx, input.TableName);
  const state = table.contributorInsights[insightsKey(table, input.IndexName)];
  return {
    TableName: table.name,
    ...(input.IndexName === undefined ? {} : { IndexName: input.IndexName }),
    ContributorInsightsStatus: state?.enabled === true ? "ENABLED" : "DISABLED",
    ...(state?.enabled === true ? { ContributorInsightsMode: state.mode ?? ALL_KEYS } : {}),
    ...(state === undefined ? {} : { LastUpdateDateTime: new Date(state.changedMs) }),
  };
}

export function updateContributorInsights(ctx: Ctx, input: UpdateContributorInsightsCommandInput): object {
  const table = namedTable(ctx, input.TableName);
  const key = insightsKey(table, input.IndexName);
  const enabled = input.ContributorInsightsAction === "ENABLE";
  const mode = input.ContributorInsightsMode ?? ALL_KEYS;
  const state = { enabled, changedMs: ctx.now(), mode };
  putTable(ctx, { ...table, contributorInsights: { ...table.contributorInsights, [key]: state } });
  return {
    TableName: table.name,
    ...(input.IndexName === undefined ? {} : { IndexName: input.IndexName }),
    ContributorInsightsStatus: enabled ? "ENABLING" : "DISABLING",
    ...(enabled ? { ContributorInsightsMode: mode } : {}),
  };
}

/** Tables and indexes for which insights were ever turned on or off, by table. */
export function listContributorInsights(
  ctx: Ctx,
  input: { readonly TableName?: string; readonly MaxResults?: number; readonly NextToken?: string },
): object {
  const tables =
    input.TableName === undefined ? [...tablesOf(ctx.store, ctx.account, ctx.region)] : [namedTable(ctx, input.TableName)];
  const rows = tables.flatMap((table) =>
    Object.entries(table.contributorInsights).map(([index, { enabled, mode = ALL_KEYS }]) => ({
      TableName: table.name,
      ...(index === "" ? {} : { IndexName: index }),
      ContributorInsightsStatus: enabled ? "ENABLED" : "DISABLED",
      ...(enabled ? { ContributorInsightsMode: mode } : {}),
    })),
  );
  const at = input.NextToken === undefined ? 0 : Number(Buffer.from(input.NextToken, "base64").toString());
  if (!Number.isSafeInteger(at) || at < 0) throw invalid("Invalid NextToken");
  const end = at + (input.MaxResults ?? 100);
  return {
    ContributorInsightsSummaries: rows.slice(at, end),
    ...(end < rows.length ? { NextToken: Buffer.from(String(end)).toString("base64") } : {}),
  };
}

export function describeTableReplicaAutoScaling(ctx: Ctx, input: { readonly TableName?: string }): object {
  const table = namedTable(ctx, input.TableName);
  return { TableAutoScalingDescription: { TableName: table.name, TableStatus: "ACTIVE", Replicas: [] } };
}

/** The defaults of a new account (Developer Guide, "Service, account, and table quotas"). */
export function describeLimits(): object {
  return {
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  };
}

export function describeEndpoints(ctx: Ctx): object {
  return { Endpoints: [{ Address: new URL(ctx.endpoint).host, CachePeriodInMinutes: 1440 }] };
}
