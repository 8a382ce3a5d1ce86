import type { InvocationRequest, InvocationResponse } from "@aws-sdk/client-lambda";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { refuseMembers } from "../../../core/unsupported.ts";
import { invalidRequestContent, requestTooLarge } from "../errors.ts";
import { enqueue } from "../invoke/async.ts";
import { type RunResult, runFunction } from "../invoke/run.ts";
import { parseFunctionRef } from "../names.ts";
import type { StreamSink } from "../runtime/sandbox.ts";
import { drawOf, findTarget, type Target } from "../store.ts";

/** Invoke. Quotas: 6 MB for a synchronous request, 1 MB for an asynchronous one (raised from 256 KB in October 2025). */
export const SYNC_BYTES_MAX = 6_291_456;
const ASYNC_BYTES_MAX = 1_048_576;
const TAIL_BYTES = 4096;

export async function invoke(ctx: Ctx, input: InvocationRequest): Promise<InvocationResponse> {
  refuseMembers("lambda.Invoke", input, ["TenantId", "DurableExecutionName"]);
  const payload = input.Payload ?? new Uint8Array(0);
  const type = input.InvocationType ?? "RequestResponse";
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  const target = ctx.snapshot((store) => findTarget(store, ref, drawOf(ctx)));
  checkPayload(payload, type === "Event" ? ASYNC_BYTES_MAX : SYNC_BYTES_MAX);
  refuseImages(target);
  if (type === "DryRun") return { StatusCode: 204 };
  if (type === "Event") {
    enqueue(ctx, ref, payload, input.ClientContext);
    return { StatusCode: 202 };
  }
  const result = await runFunction(ctx, {
    ref,
    target,
    payload,
    requestId: ctx.requestId,
    clientContext: clientContextOf(input.ClientContext),
    ...traceOf(ctx),
  });
  return {
    StatusCode: 200,
    ExecutedVersion: result.version,
    Payload: result.payload as InvocationResponse["Payload"],
    ...(result.functionError === undefined ? {} : { FunctionError: result.functionError }),
    ...(input.LogType === "Tail" ? { LogResult: tail(result.lines) } : {}),
  };
}

/** The old form of an asynchronous call: the body is the event. Deprecated by AWS, still answered. */
export async function invokeAsync(
  ctx: Ctx,
  input: { readonly FunctionName?: string; readonly InvokeArgs?: Uint8Array | AsyncIterable<Uint8Array> },
): Promise<object> {
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "");
  const target = ctx.snapshot((store) => findTarget(store, ref));
  const payload = await bytesOf(input.InvokeArgs);
  checkPayload(payload, ASYNC_BYTES_MAX, "InvokeAsync");
  refuseImages(target);
  enqueue(ctx, ref, payload, undefined);
  return { Status: 202 };
}

async function bytesOf(body: Uint8Array | AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  if (body === undefined || body instanceof Uint8Array) return body ?? new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > ASYNC_BYTES_MAX) throw requestTooLarge(ASYNC_BYTES_MAX, "InvokeAsync");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The caller's trace goes on in the function (`X-Amzn-Trace-Id`); behind a function of this cloud, this invocation is the next one's parent. */
function traceOf(ctx: Ctx): { traceId?: string } {
  const given = ctx.http?.headers["x-amzn-trace-id"];
  if (given === undefined || !/^[\w=;:.-]{1,256}$/.test(given) || !given.includes("Root=")) return {};
  const own = /Parent=([0-9a-f]{8})[0-9a-f]{8}/.exec(ctx.traceId ?? "");
  const isOurs = own !== null && given.includes(`Parent=${own[1]}`);
  return { traceId: isOurs ? given.replace(/Parent=[0-9a-f]{16}/, own[0]) : given };
}

/** For callers in the cloud that stream: the answer's parts go to `sink`. */
export async function invokeStreaming(
  ctx: Ctx,
  input: { FunctionName: string; Payload: Uint8Array; sink: StreamSink },
): Promise<RunResult> {
  const ref = parseFunctionRef(ctx, input.FunctionName);
  const target = ctx.snapshot((store) => findTarget(store, ref, drawOf(ctx)));
  refuseImages(target);
  return runFunction(ctx, { ref, target, payload: input.Payload, requestId: ctx.requestId, stream: input.sink });
}

export function refuseImages(target: Target): void {
  if (target.code.imageUri !== undefined) {
    throw new ServiceError(
      "NotImplemented",
      501,
      `NotImplemented: lambda.Invoke of a container image (${target.code.imageUri}); use a zip archive`,
    );
  }
}

export function checkPayload(payload: Uint8Array, bytesMax: number, operation = "InvokeFunction"): void {
  if (payload.length > bytesMax) throw requestTooLarge(bytesMax, operation);
  if (payload.length === 0) return;
  try {
    JSON.parse(Buffer.from(payload).toString("utf8"));
  } catch (error) {
    throw invalidRequestContent(
      `Could not parse request body into json: Could not parse payload into json: ${error instanceof Error ? error.message : ""}`,
    );
  }
}

/** The client context is base64 of JSON; a malformed one is refused. */
export function clientContextOf(text: string | undefined): unknown {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  } catch {
    throw invalidRequestContent("Client context must be a valid Base64-encoded JSON object.");
  }
}

export function tail(lines: readonly string[]): string {
  const text = Buffer.from(lines.map((line) => (line.endsWith("\n") ? line : `${line}\n`)).join(""));
  return text.subarray(Math.max(0, text.length - TAIL_BYTES)).toString("base64");
}
