/** Export tasks: a group's events into a bucket, one gzip a stream. CloudWatch Logs user guide, "Exporting log data to Amazon S3". */
import { gzipSync } from "node:zlib";
import { randomUuid } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { listPage } from "../paging.ts";
import { invalid, keys, needGroup, notFound, type StreamRecord } from "../store.ts";
import { mergedEvents } from "./events.ts";

interface TaskRecord {
  readonly taskId: string;
  readonly taskName?: string;
  readonly logGroupName: string;
  readonly from: number;
  readonly to: number;
  readonly destination: string;
  readonly destinationPrefix: string;
  readonly status: { readonly code: string; readonly message: string };
  readonly executionInfo: { readonly creationTime: number; readonly completionTime?: number };
}

const keyOf = (ctx: Ctx, id: string) => ["export", ctx.account, ctx.region, id];

interface CreateInput {
  readonly taskName?: string;
  readonly logGroupName: string;
  readonly logStreamNamePrefix?: string;
  readonly from: number;
  readonly to: number;
  readonly destination: string;
  readonly destinationPrefix?: string;
}

function asLogs(ctx: Ctx) {
  return {
    kind: "service",
    accountId: ctx.account,
    service: `logs.${ctx.region}.amazonaws.com`,
    sourceAccount: ctx.account,
  } as const;
}

/** AWS tries the bucket with a small object before it takes the task. */
async function probe(ctx: Ctx, input: CreateInput, prefix: string): Promise<void> {
  const object = {
    Bucket: input.destination,
    Key: `${prefix}/aws-logs-write-test`,
    Body: Buffer.from("Permission Check Successful"),
  };
  try {
    await ctx.call("s3", "HeadBucket", { Bucket: input.destination });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw invalid("The given bucket does not exist. Please contact your administrator.");
  }
  try {
    await ctx.call("s3", "PutObject", object, { as: asLogs(ctx) });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw invalid(
      "PutObject call on the given bucket failed. Please check if CloudWatch Logs has been granted permission to perform this operation.",
    );
  }
}

export async function createExportTask(ctx: Ctx, input: CreateInput): Promise<{ taskId: string }> {
  needGroup(ctx.store, ctx, input.logGroupName);
  if (input.from >= input.to) throw invalid("The start time must be before the end time.");
  const prefix = input.destinationPrefix ?? "exportedlogs";
  await probe(ctx, input, prefix);
  const record: TaskRecord = {
    taskId: randomUuid(ctx.random),
    ...(input.taskName === undefined ? {} : { taskName: input.taskName }),
    logGroupName: input.logGroupName,
    from: input.from,
    to: input.to,
    destination: input.destination,
    destinationPrefix: prefix,
    status: { code: "RUNNING", message: "" },
    executionInfo: { creationTime: ctx.now() },
  };
  ctx.transact((store) => store.put(keyOf(ctx, record.taskId), record));
  ctx.after((later) => run(later, record, input.logStreamNamePrefix ?? ""));
  return { taskId: record.taskId };
}

async function run(ctx: Ctx, record: TaskRecord, streamPrefix: string): Promise<void> {
  let status = { code: "COMPLETED", message: "Completed successfully" };
  try {
    for (const { value: stream } of [...ctx.store.range<StreamRecord>({ prefix: keys.streams(ctx, record.logGroupName) })]) {
      if (!stream.name.startsWith(streamPrefix)) continue;
      const events = mergedEvents(ctx.store, ctx, record.logGroupName, [stream], record.from, record.to);
      const lines = events.map(({ timestamp, message }) => `${new Date(timestamp).toISOString()} ${message}\n`).join("");
      if (lines === "") continue;
      const name = stream.name.replaceAll("/", "-").replaceAll("[", "-").replaceAll("]", "-");
      const Key = `${record.destinationPrefix}/${record.taskId}/${name}/000000.gz`;
      await ctx.call("s3", "PutObject", { Bucket: record.destination, Key, Body: gzipSync(lines) }, { as: asLogs(ctx) });
    }
  } catch (error) {
    status = { code: "FAILED", message: error instanceof Error ? error.message : String(error) };
  }
  const executionInfo = { ...record.executionInfo, completionTime: ctx.now() };
  ctx.transact((store) => store.put(keyOf(ctx, record.taskId), { ...record, status, executionInfo }));
}

interface ListInput {
  readonly taskId?: string;
  readonly statusCode?: string;
  readonly nextToken?: string;
  readonly limit?: number;
}

export function describeExportTasks(ctx: Ctx, input: ListInput) {
  const all = [...ctx.store.range<TaskRecord>({ prefix: ["export", ctx.account, ctx.region] })]
    .map(({ value }) => value)
    .filter(
      (each) => (input.taskId ?? each.taskId) === each.taskId && (input.statusCode ?? each.status.code) === each.status.code,
    );
  const { items, nextToken } = listPage(all, input.nextToken, input.limit ?? 50, (each) => each.taskId);
  return { exportTasks: items, ...(nextToken === undefined ? {} : { nextToken }) };
}

export function cancelExportTask(ctx: Ctx, input: { readonly taskId: string }): object {
  const task = ctx.store.get<TaskRecord>(keyOf(ctx, input.taskId));
  if (task === undefined) throw notFound("The specified export task does not exist.");
  if (task.status.code !== "RUNNING")
    throw new ServiceError("InvalidOperationException", 400, "The specified export task has already finished");
  ctx.store.put(keyOf(ctx, task.taskId), { ...task, status: { code: "CANCELLED", message: "" } });
  return {};
}
