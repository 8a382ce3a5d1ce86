import type { InvokeWithResponseStreamRequest } from "@aws-sdk/client-lambda";
import { bytesEvent, EVENT_STREAM_TYPE, jsonEvent } from "../../../core/event-stream.ts";
import type { Ctx } from "../../../core/service.ts";
import { type RunResult, runFunction } from "../invoke/run.ts";
import { rawStream } from "../invoke/stream-sinks.ts";
import { parseFunctionRef } from "../names.ts";
import { drawOf, findTarget } from "../store.ts";
import { checkPayload, clientContextOf, refuseImages, SYNC_BYTES_MAX, tail } from "./invoke.ts";

/**
 * InvokeWithResponseStream: PayloadChunk events while the handler writes, InvokeComplete at its end. A function that doesn't stream answers in
 * one chunk. https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html (read 2026-11-21)
 */
export async function invokeWithResponseStream(ctx: Ctx, input: InvokeWithResponseStreamRequest): Promise<object> {
  const payload = input.Payload ?? new Uint8Array(0);
  const ref = parseFunctionRef(ctx, input.FunctionName ?? "", input.Qualifier);
  const target = ctx.snapshot((store) => findTarget(store, ref, drawOf(ctx)));
  checkPayload(payload, SYNC_BYTES_MAX, "InvokeWithResponseStream");
  refuseImages(target);
  const clientContext = clientContextOf(input.ClientContext);
  const head = { ExecutedVersion: target.version, ResponseStreamContentType: EVENT_STREAM_TYPE };
  if (input.InvocationType === "DryRun") return { ...head, StatusCode: 204 };
  const chunks = new ChunkQueue();
  const stream = rawStream((bytes) => chunks.push(bytes));
  const run = runFunction(ctx, { ref, target, payload, requestId: ctx.requestId, clientContext, stream });
  run.then(
    () => chunks.end(),
    () => chunks.end(),
  );
  // Throttled calls and the like are refused with a status of their own: nothing has been sent yet.
  await Promise.race([run, chunks.first]);
  return { ...head, StatusCode: 200, EventStream: events(chunks, run, input.LogType === "Tail") };
}

async function* events(chunks: ChunkQueue, run: Promise<RunResult>, wantsLog: boolean): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield bytesEvent("PayloadChunk", chunk);
  const result = await run;
  if (result.functionError === undefined && result.payload.length > 0) yield bytesEvent("PayloadChunk", result.payload);
  yield jsonEvent("InvokeComplete", {
    ...(result.functionError === undefined
      ? {}
      : { ErrorCode: result.functionError, ErrorDetails: result.payload.toString("utf8") }),
    ...(wantsLog ? { LogResult: tail(result.lines) } : {}),
  });
}

/** Bytes between a handler that writes and a client that reads; the handler's limit bounds it. */
class ChunkQueue implements AsyncIterable<Uint8Array> {
  #held: Uint8Array[] = [];
  #isEnded = false;
  #wake: (() => void) | undefined;
  #begin: () => void = () => {};
  /** Settles with the first chunk. */
  readonly first = new Promise<void>((resolve) => {
    this.#begin = resolve;
  });

  push(bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#begin();
    this.#wake?.();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const held = this.#held;
      this.#held = [];
      yield* held;
      if (this.#held.length > 0) continue;
      if (this.#isEnded) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
