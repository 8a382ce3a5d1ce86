// A sandbox's process for nodejs* functions. Started in reserve with nothing but this; ADOPT makes it a function's, INVOKE runs the handler once.
import * as nodeModule from "node:module";
import { IN, listen, OUT, send, sendResult } from "./channel.mjs";
import { setClockOffset } from "./clock.mjs";
import { errorShape, logError, patchConsole, setRequestId, traceOf } from "./console.mjs";
import { installGuard } from "./guard.mjs";
import { loadHandler } from "./handler.mjs";
import { extendResolution } from "./resolve.mjs";
import { installStreaming, isStreaming, responseStream } from "./stream.mjs";

let handler;
let active;
let settings;

function fatal(kind, error) {
  setRequestId(active?.id ?? "undefined");
  logError(kind, error);
  const shape = JSON.stringify(error?.lambdaShape ?? errorShape(error));
  if (active !== undefined) sendResult(OUT.ERROR, shape);
  else send(OUT.INIT_ERROR, shape);
  process.exit(128);
}

process.on("uncaughtException", (error) => fatal("Uncaught Exception", error));
process.on("unhandledRejection", (reason) => {
  const error = new Error(reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason));
  error.name = "Runtime.UnhandledPromiseRejection";
  const shape = errorShape(error);
  if (reason instanceof Error) shape.trace = [`${error.name}: ${error.message}`, ...traceOf(reason.stack).slice(1)];
  error.lambdaShape = { errorType: error.name, errorMessage: error.message, reason: errorShape(reason), trace: shape.trace };
  fatal("Unhandled Promise Rejection", error);
});

async function adopt(payload) {
  settings = JSON.parse(payload.toString("utf8"));
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, settings.env);
  if (settings.sourceMaps) process.setSourceMapsEnabled(true);
  if (settings.compileCache) nodeModule.enableCompileCache?.(settings.compileCache);
  setClockOffset(settings.clockOffsetMs);
  patchConsole(settings.logFormat, settings.logLevel);
  installGuard(settings.endpoint);
  installStreaming();
  try {
    process.chdir(settings.taskRoot);
    extendResolution(settings);
    handler = await loadHandler(settings.taskRoot, settings.handler);
    send(OUT.READY, "");
  } catch (error) {
    fatal("Uncaught Exception", error);
  }
}

function makeContext(meta, callback) {
  const deadlineMs = meta.deadlineMs;
  const realNow = performance.timeOrigin;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: settings.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: settings.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: settings.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: settings.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: settings.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: meta.clientContext,
    identity: meta.identity,
    invokedFunctionArn: meta.arn,
    awsRequestId: meta.id,
    tenantId: meta.tenantId,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadlineMs - (realNow + performance.now()))),
    done: (error, result) => callback(error, result),
    succeed: (result) => callback(null, result),
    fail: (error) => callback(error ?? "unknown"),
  };
}

function finish(id, error, result) {
  if (active?.id !== id) return;
  let text;
  if (error === undefined) {
    try {
      text = JSON.stringify(result === undefined ? null : result) ?? "null";
    } catch (cause) {
      error = Object.assign(new Error("Unable to stringify response body"), { name: "Runtime.ResponseStringifyError", cause });
    }
  }
  active = undefined;
  process.removeAllListeners("beforeExit");
  socket.ref();
  if (error === undefined) {
    sendResult(OUT.RESPONSE, text);
    return;
  }
  setRequestId(id);
  logError("Invoke Error", error);
  sendResult(OUT.ERROR, JSON.stringify(errorShape(error)));
}

// With callbackWaitsForEmptyEventLoop the answer leaves when nothing is left to do: the pipe no longer counts until then.
function whenLoopIsEmpty(work) {
  socket.unref();
  process.removeAllListeners("beforeExit");
  process.once("beforeExit", work);
}

function nodeExit() {
  const error = new Error(
    "The Lambda Node.js runtime was exited unexpectedly: the handler's promise was never settled and nothing was left to wait for",
  );
  error.name = "Runtime.NodeJsExit";
  return error;
}

async function runStreaming(id, event, context) {
  const stream = await responseStream();
  await handler(event, stream, context);
  await new Promise((resolve, reject) => {
    if (stream.writableFinished) return resolve();
    stream.once("finish", resolve);
    stream.once("error", reject);
    if (!stream.writableEnded) stream.end();
  });
  if (active?.id !== id) return;
  active = undefined;
  sendResult(OUT.STREAM_END, "");
}

function invoke(payload) {
  const metaLength = payload.readUInt32LE(0);
  const meta = JSON.parse(payload.toString("utf8", 4, 4 + metaLength));
  const id = meta.id;
  active = { id };
  setRequestId(id);
  setClockOffset(meta.clockOffsetMs);
  if (meta.traceId === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = meta.traceId;
  const event = JSON.parse(payload.toString("utf8", 4 + metaLength));
  const callback = (error, result) => {
    const failed = error === null || error === undefined ? undefined : error;
    if (failed === undefined && context.callbackWaitsForEmptyEventLoop) whenLoopIsEmpty(() => finish(id, undefined, result));
    else finish(id, failed, result);
  };
  const context = makeContext(meta, callback);
  // Before Node 24 AWS ignores what a handler that is not async returns: the answer is null unless it calls back.
  try {
    if (isStreaming(handler))
      return void runStreaming(id, event, context).catch((error) => finish(id, error ?? new Error("undefined")));
    const returned = handler(event, context, callback);
    if (typeof returned?.then === "function") {
      whenLoopIsEmpty(() => finish(id, nodeExit()));
      returned.then(
        (result) => finish(id, undefined, result),
        (error) => finish(id, error === undefined ? new Error("undefined") : error),
      );
    } else if (settings.runtimeMajor >= 24) finish(id, undefined, returned);
    else if (active?.id === id && process.listenerCount("beforeExit") === 0) whenLoopIsEmpty(() => finish(id, undefined, null));
  } catch (error) {
    finish(id, error === undefined ? new Error("undefined") : error);
  }
}

const socket = listen((type, payload) => {
  if (type === IN.ADOPT) adopt(payload);
  else if (type === IN.INVOKE) invoke(payload);
});
