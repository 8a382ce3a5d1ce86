// Response streaming: awslambda.streamifyResponse and awslambda.HttpResponseStream.
// https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html (read 2026-11-21)
import { OUT, send } from "./channel.mjs";

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
export const isStreaming = (handler) => handler[STREAMING] === "response";

/** A Writable whose chunks become frames. The first one (or end) sends the content type in front. */
export async function responseStream() {
  const { Writable } = await import("node:stream");
  let started = false;
  const start = (stream) => {
    if (started) return;
    started = true;
    send(OUT.STREAM_START, JSON.stringify({ contentType: stream.contentType, prelude: stream.prelude }));
  };
  const stream = new Writable({
    write(chunk, _encoding, done) {
      start(this);
      send(OUT.STREAM_CHUNK, chunk);
      // Yields, so that a handler that writes in a loop still lets timers run.
      setImmediate(done);
    },
    final(done) {
      start(this);
      done();
    },
  });
  stream.contentType = undefined;
  stream.setContentType = (type) => {
    stream.contentType = type;
  };
  return stream;
}

export function installStreaming() {
  globalThis.awslambda = {
    streamifyResponse(handler, options) {
      handler[STREAMING] = "response";
      if (options?.highWaterMark !== undefined) handler.highWaterMark = options.highWaterMark;
      return handler;
    },
    HttpResponseStream: {
      from(stream, prelude) {
        stream.setContentType("application/vnd.awslambda.http-integration-response");
        stream.prelude = prelude;
        return stream;
      },
    },
  };
}
