// console.* as AWS's Node runtime prints it: one log event a call, with time, request id and level, as text or JSON.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html (read 2026-11-21)
import { format } from "node:util";
import { OUT, send } from "./channel.mjs";

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const METHODS = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR", fatal: "FATAL" };

let requestId = "undefined";

export function setRequestId(id) {
  requestId = id;
}

const OWN_FOLDER = new URL(".", import.meta.url).href;

/** A stack's lines up to the runtime's own frames. */
export function traceOf(stack) {
  const lines = String(stack ?? "").split("\n");
  const own = lines.findIndex((line) => line.includes(OWN_FOLDER));
  return own < 0 ? lines : lines.slice(0, own);
}

/** `{errorType, errorMessage, trace}` of anything thrown, in the form of AWS's runtime. */
export function errorShape(error) {
  if (error instanceof Error || (error !== null && typeof error === "object" && "stack" in error && "message" in error)) {
    return {
      errorType: String(error.name ?? "Error"),
      errorMessage: String(error.message),
      trace: traceOf(error.stack),
    };
  }
  return { errorType: typeof error, errorMessage: error === undefined ? "undefined" : String(error), trace: [] };
}

export function logError(kind, error) {
  const shape = errorShape(error);
  const details = { errorType: shape.errorType, errorMessage: shape.errorMessage };
  if (error !== null && typeof error === "object") {
    for (const key of Object.keys(error))
      if (!(key in details) && key !== "stack" && key !== "name" && key !== "lambdaShape") details[key] = error[key];
  }
  details.stack = shape.trace;
  print("ERROR", [`${kind} `, safeJson(details)], true);
}

function safeJson(value) {
  const seen = new WeakSet();
  return JSON.stringify(value, (_key, inner) => {
    if (typeof inner === "bigint") return inner.toString();
    if (inner instanceof Error) return { name: inner.name, message: inner.message, stack: inner.stack?.split("\n") };
    if (inner !== null && typeof inner === "object") {
      if (seen.has(inner)) return "[Circular]";
      seen.add(inner);
    }
    return inner;
  });
}

let asJson = false;
let lowest = 0;

function jsonLine(level, args) {
  const line = { timestamp: new Date().toISOString(), level, requestId };
  const [first] = args;
  line.message =
    args.length === 1 && first !== null && typeof first === "object" && !(first instanceof Error) ? first : format(...args);
  const error = args.find((value) => value instanceof Error);
  if (error !== undefined) {
    line.errorType = error.name;
    line.errorMessage = error.message;
    line.stackTrace = traceOf(error.stack);
    if (args.length === 1) line.message = error.message;
  }
  return safeJson(line);
}

function print(level, args, runtimeError) {
  if (LEVELS.indexOf(level) < lowest) return;
  if (asJson) send(OUT.LOG, jsonLine(level, args));
  else if (runtimeError) send(OUT.LOG, `${new Date().toISOString()}\t${requestId}\t${level}\t${args.join("\t")}`);
  else send(OUT.LOG, `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...args)}`);
}

export function patchConsole(logFormat, level) {
  asJson = logFormat === "JSON";
  lowest = asJson ? Math.max(0, LEVELS.indexOf(level ?? "INFO")) : 0;
  for (const [method, name] of Object.entries(METHODS)) {
    console[method] = (...args) => print(name, args, false);
  }
}
