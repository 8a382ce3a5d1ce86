import { randomHex } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import { recursive, throttled } from "../errors.ts";
import { type FunctionRef, functionArn } from "../names.ts";
import { executionRole } from "../role.ts";
import { clockOffset, type Held, memoryLimitBytes } from "../runtime/pool.ts";
import type { Listener, Outcome, StreamSink } from "../runtime/sandbox.ts";
import { type EnvironmentSpec, logGroupOf } from "../runtime/spec.ts";
import { lambdaState } from "../state.ts";
import type { Target } from "../store.ts";
import { embeddedMetrics } from "./embedded-metrics.ts";
import { checkKey } from "./environment-key.ts";
import { type Described, describeOutcome, RESPONSE_BYTES_MAX, streamTooLarge } from "./outcome.ts";
import { jsonLines, type PlatformLines, textLines } from "./platform-lines.ts";
import { specOf } from "./spec-of.ts";
import { CollectedStream, LimitedSink, rawStream } from "./stream-sinks.ts";

/** One invocation of a function: concurrency, sandbox, log lines, metrics. */
export interface RunRequest {
  readonly ref: FunctionRef;
  readonly target: Target;
  readonly payload: Uint8Array;
  readonly requestId: string;
  readonly clientContext?: unknown;
  readonly traceId?: string;
  readonly stream?: StreamSink;
}

export interface RunResult extends Described {
  readonly version: string;
  /** All lines of the invocation, for LogType Tail. */
  readonly lines: readonly string[];
}

const ACCOUNT_CONCURRENCY = 1000;
const FLUSH_MS = 200;
const LOOP_ROUNDS_MAX = 16;

export async function runFunction(ctx: Ctx, request: RunRequest): Promise<RunResult> {
  const arn = functionArn({ account: request.ref.account, region: request.ref.region, name: request.ref.name });
  const { running } = lambdaState(ctx);
  stopLoop(ctx, request, arn);
  enter(ctx, request, arn, running);
  try {
    const spec = await specOf(ctx, request.ref, request.target);
    return await runInSandbox(ctx, request, spec);
  } finally {
    const left = (running.get(arn) ?? 1) - 1;
    if (left === 0) running.delete(arn);
    else running.set(arn, left);
  }
}

/**
 * A function that calls itself, by whatever way over Lambda, SQS, SNS and S3, is stopped after 16 rounds unless its recursion configuration
 * allows them. Developer guide, "Use Lambda recursive loop detection" (read 2026-11-21). Throws RecursiveInvocationException.
 */
function stopLoop(ctx: Ctx, request: RunRequest, arn: string): void {
  if (ctx.pass(arn) <= LOOP_ROUNDS_MAX || request.target.record.recursiveLoop === "Allow") return;
  countAt(ctx, request, "RecursiveInvocationsDropped", 1, "Count");
  ctx.hint(`function ${request.ref.name} was stopped: it was called ${LOOP_ROUNDS_MAX} times because of its own calls`);
  throw recursive();
}

/** Throws TooManyRequestsException when the function's or the account's share of concurrency is used up. */
function enter(ctx: Ctx, request: RunRequest, arn: string, running: Map<string, number>): void {
  const now = running.get(arn) ?? 0;
  const reserved = request.target.record.reservedConcurrency;
  const reason =
    reserved !== undefined && now >= reserved
      ? "ReservedFunctionConcurrentInvocationLimitExceeded"
      : now >= ACCOUNT_CONCURRENCY
        ? "ConcurrentInvocationLimitExceeded"
        : undefined;
  if (reason !== undefined) {
    count(ctx, request, "Throttles", 1, "Count");
    throw throttled(reason);
  }
  running.set(arn, now + 1);
  countAt(ctx, request, "ConcurrentExecutions", now + 1, "Count");
  const everywhere = [...running.values()].reduce((sum, each) => sum + each, 0);
  ctx.metric("AWS/Lambda", "ConcurrentExecutions", {}, everywhere, "Count");
}

function count(ctx: Ctx, request: RunRequest, name: string, value: number, unit: string): void {
  ctx.metric("AWS/Lambda", name, {}, value, unit);
  countAt(ctx, request, name, value, unit);
}

/** Told of the function, and of its version or alias. */
function countAt(ctx: Ctx, request: RunRequest, name: string, value: number, unit: string): void {
  const { name: functionName, qualifier } = request.ref;
  ctx.metric("AWS/Lambda", name, { FunctionName: functionName }, value, unit);
  const resource = qualifier === undefined ? functionName : `${functionName}:${qualifier}`;
  ctx.metric("AWS/Lambda", name, { FunctionName: functionName, Resource: resource }, value, unit);
}

/** Collects an invocation's log events and hands them to Logs in batches. */
class InvocationLog {
  readonly lines: string[] = [];
  #unsent: { timestamp: number; message: string }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stream: string | undefined;
  readonly #ctx: Ctx;
  readonly #group: string;
  readonly #taskRoot: string;
  constructor(ctx: Ctx, group: string, taskRoot: string) {
    this.#ctx = ctx;
    this.#group = group;
    this.#taskRoot = taskRoot;
  }

  add(text: string): void {
    const message = text.includes(this.#taskRoot) ? text.replaceAll(this.#taskRoot, "/var/task") : text;
    this.lines.push(message);
    this.#unsent.push({ timestamp: this.#ctx.now(), message });
    for (const metric of embeddedMetrics(message)) {
      this.#ctx.metric(metric.namespace, metric.name, metric.dimensions, metric.value, metric.unit);
    }
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** The stream is known once there is a sandbox: what came before waits for it. */
  use(stream: string): void {
    this.#stream = stream;
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#stream === undefined || this.#unsent.length === 0) return;
    const messages = this.#unsent;
    this.#unsent = [];
    this.#ctx.log(this.#group, this.#stream, messages);
  }
}

function linesOf(ctx: Ctx, spec: EnvironmentSpec): PlatformLines {
  const { LogFormat, SystemLogLevel } = spec.config.LoggingConfig ?? {};
  return LogFormat === "JSON" ? jsonLines(() => ctx.now(), SystemLogLevel ?? "INFO") : textLines;
}

function newLogStream(ctx: Ctx, spec: EnvironmentSpec): string {
  const day = new Date(ctx.now()).toISOString().slice(0, 10).replaceAll("-", "/");
  return `${day}/[${spec.version}]${randomHex(ctx.random, 32)}`;
}

async function runInSandbox(ctx: Ctx, request: RunRequest, spec: EnvironmentSpec): Promise<RunResult> {
  const log = new InvocationLog(ctx, logGroupOf(spec.config), spec.taskRoot);
  // A handler that streams to a caller who waits for the whole answer: the raw stream is the answer.
  const collected = new CollectedStream();
  const stream =
    request.stream === undefined
      ? new LimitedSink(
          rawStream((bytes) => collected.chunk(bytes)),
          RESPONSE_BYTES_MAX,
        )
      : new LimitedSink(request.stream);
  const listener: Listener = {
    line: (text) => log.add(text),
    hint: (text) => ctx.hint(`function ${spec.functionName}: ${text}`),
    stream,
  };
  await checkKey(ctx, spec.config.KMSKeyArn);
  const { pool } = lambdaState(ctx);
  const acquired = await pool.acquire(ctx, spec, listener, () => newLogStream(ctx, spec));
  log.use(acquired.held.logStream);
  if (acquired.initMs !== undefined) warnAboutLogs(ctx, request, spec);
  const platform = linesOf(ctx, spec);
  for (const line of platform.start(request.requestId, spec.version)) log.add(line);
  const began = performance.now();
  const outcome = acquired.failure ?? (await invokeOnce(ctx, request, acquired.held, listener));
  const durationMs = Math.min(performance.now() - began, outcome.kind === "timeout" ? timeoutMs(spec) : Number.POSITIVE_INFINITY);
  const described = stream.isOver
    ? streamTooLarge(stream.bytesMax)
    : describeOutcome(outcome, request.requestId, spec, () => ctx.now(), collected.body);
  finish(log, platform, {
    request,
    spec,
    described,
    durationMs,
    ...(acquired.initMs === undefined ? {} : { initMs: acquired.initMs }),
  });
  const isWithin = checkScratch(ctx, spec, acquired.held);
  pool.release(acquired.held, acquired.failure === undefined && described.isReusable && isWithin);
  count(ctx, request, "Invocations", 1, "Count");
  count(ctx, request, "Errors", described.functionError === undefined ? 0 : 1, "Count");
  count(ctx, request, "Duration", durationMs, "Milliseconds");
  return { ...described, version: spec.version, lines: log.lines };
}

/** False when the invocation left more in its temporary folder than EphemeralStorage allows: on AWS its writes would have failed. */
function checkScratch(ctx: Ctx, spec: EnvironmentSpec, { scratch }: Held): boolean {
  const sizeMb = spec.config.EphemeralStorage?.Size ?? 512;
  const usedBytes = scratch.usedBytes(sizeMb * 1024 * 1024);
  if (usedBytes <= sizeMb * 1024 * 1024) return true;
  ctx.hint(
    `function ${spec.functionName}: more than the ${sizeMb} MB of its EphemeralStorage lie in its temporary folder; on AWS the write fails with ENOSPC (no space left on device)`,
  );
  return false;
}

const timeoutMs = (spec: EnvironmentSpec) => (spec.config.Timeout ?? 3) * 1000;

function invokeOnce(ctx: Ctx, request: RunRequest, held: Held, listener: Listener): Promise<Outcome> {
  const limits = { timeoutMs: timeoutMs(held.spec), memoryBytes: memoryLimitBytes(held.spec) };
  const meta = {
    id: request.requestId,
    arn: functionArn(request.ref),
    // The handler's process reads the machine's clock for what is left of its time.
    deadlineMs: Math.round(performance.timeOrigin + performance.now() + limits.timeoutMs),
    clockOffsetMs: clockOffset(ctx),
    traceId: request.traceId ?? ctx.traceId ?? makeTraceId(ctx, held.spec.config.TracingConfig?.Mode === "Active"),
    ...(request.clientContext === undefined ? {} : { clientContext: request.clientContext }),
  };
  return held.sandbox.invoke(meta, request.payload, limits, listener);
}

function makeTraceId(ctx: Ctx, isSampled: boolean): string {
  const seconds = Math.floor(ctx.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomHex(ctx.random, 24)};Parent=${randomHex(ctx.random, 16)};Sampled=${isSampled ? 1 : 0}`;
}

interface Finished {
  readonly request: RunRequest;
  readonly spec: EnvironmentSpec;
  readonly described: Described;
  readonly durationMs: number;
  readonly initMs?: number;
}

function finish(log: InvocationLog, platform: PlatformLines, run: Finished): void {
  const { requestId } = run.request;
  for (const line of run.described.platformLines) log.add(line);
  for (const line of platform.end(requestId)) log.add(line);
  const report = {
    requestId,
    durationMs: run.durationMs,
    memoryMb: run.spec.config.MemorySize ?? 128,
    peakMb: run.described.peakMb,
    status: run.described.status,
    ...(run.described.errorType === undefined ? {} : { errorType: run.described.errorType }),
    ...(run.initMs === undefined ? {} : { initMs: run.initMs }),
  };
  for (const line of platform.report(report)) log.add(line);
  log.flush();
}

/** On AWS the lines of a function whose role may not write logs are lost; here they are kept, and it is said once. */
function warnAboutLogs(ctx: Ctx, request: RunRequest, spec: EnvironmentSpec): void {
  const { warnedAboutLogs } = lambdaState(ctx);
  const { account, region } = request.ref;
  const group = logGroupOf(spec.config);
  const role = spec.config.Role ?? "";
  if (warnedAboutLogs.has(`${role} ${group}`)) return;
  warnedAboutLogs.add(`${role} ${group}`);
  const resource = `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:x`;
  try {
    ctx.authorize(executionRole(account, role, spec.functionName), { action: "logs:PutLogEvents", resource });
  } catch {
    ctx.hint(
      `function ${spec.functionName}: its role may not do logs:PutLogEvents on ${group}; on AWS it would leave no log (AWSLambdaBasicExecutionRole allows it)`,
    );
  }
}
