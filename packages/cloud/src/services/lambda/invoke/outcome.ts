import type { Outcome } from "../runtime/sandbox.ts";
import type { EnvironmentSpec } from "../runtime/spec.ts";

/** What an outcome means to the caller and in the log. */
export interface Described {
  readonly payload: Buffer;
  readonly functionError?: "Unhandled";
  readonly errorType?: string;
  readonly status: "success" | "error" | "timeout";
  /** Lines that the platform itself writes before END. */
  readonly platformLines: readonly string[];
  readonly peakMb: number;
  /** The process can serve another invocation. */
  readonly isReusable: boolean;
}

/** Largest answer of a buffered invocation (Lambda quotas). */
export const RESPONSE_BYTES_MAX = 6_291_556;

/** `streamed`: what a streaming handler wrote, where nobody took it as it came. */
export function describeOutcome(
  outcome: Outcome,
  requestId: string,
  spec: EnvironmentSpec,
  now: () => number,
  streamed: Buffer,
): Described {
  switch (outcome.kind) {
    case "response":
      return outcome.body.length > RESPONSE_BYTES_MAX
        ? tooLarge(RESPONSE_BYTES_MAX, outcome.peakKb)
        : success(outcome.body, outcome.peakKb, spec);
    case "ready":
      return success(Buffer.alloc(0), 0, spec);
    case "streamed":
      return success(streamed, outcome.peakKb, spec);
    case "error":
      return { ...failure(hideRoot(outcome.body, spec), [], outcome.peakKb, spec), isReusable: true };
    case "init-error":
      return failure(hideRoot(outcome.body, spec), [], 0, spec);
    case "timeout": {
      const text = `Task timed out after ${(spec.config.Timeout ?? 3).toFixed(2)} seconds`;
      const body = { errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: ${text}` };
      return { ...failure(body, [`${new Date(now()).toISOString()} ${requestId} ${text}\n`], 0, spec), status: "timeout" };
    }
    case "out-of-memory":
      return exited(requestId, "signal: killed", "Runtime.OutOfMemory", spec, (spec.config.MemorySize ?? 128) * 1024);
    case "exit":
      return exited(requestId, exitReason(outcome), "Runtime.ExitError", spec, 0);
  }
}

const exitReason = (outcome: { readonly code: number | null; readonly signal: string | null }) =>
  outcome.signal === null ? `exit status ${outcome.code ?? 0}` : `signal: ${SIGNALS[outcome.signal] ?? outcome.signal}`;

const SIGNALS: { readonly [name: string]: string } = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};

function success(body: Buffer, peakKb: number, spec: EnvironmentSpec): Described {
  return { payload: body, status: "success", platformLines: [], peakMb: peak(peakKb, spec), isReusable: true };
}

const peak = (peakKb: number, spec: EnvironmentSpec) => Math.min(Math.ceil(peakKb / 1024), spec.config.MemorySize ?? 128);

function failure(body: Buffer | object, lines: readonly string[], peakKb: number, spec: EnvironmentSpec): Described {
  const payload = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return {
    payload,
    functionError: "Unhandled",
    errorType: errorTypeOf(payload),
    status: "error",
    platformLines: lines,
    peakMb: peak(peakKb, spec),
    isReusable: false,
  };
}

function exited(requestId: string, reason: string, type: string, spec: EnvironmentSpec, peakKb: number): Described {
  const message =
    reason === "exit status 0" ? "Runtime exited without providing a reason" : `Runtime exited with error: ${reason}`;
  const body = {
    errorType: reason === "exit status 0" ? "Runtime.ExitError" : type,
    errorMessage: `RequestId: ${requestId} Error: ${message}`,
  };
  return failure(body, [`RequestId: ${requestId} Error: ${message}\n${body.errorType}\n`], peakKb, spec);
}

export const streamTooLarge = (bytesMax: number): Described => tooLarge(bytesMax, 0);

function tooLarge(bytesMax: number, peakKb: number): Described {
  const body = {
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${bytesMax} bytes).`,
  };
  return {
    payload: Buffer.from(JSON.stringify(body)),
    functionError: "Unhandled",
    errorType: body.errorType,
    status: "error",
    platformLines: [],
    peakMb: Math.ceil(peakKb / 1024),
    isReusable: true,
  };
}

function errorTypeOf(payload: Buffer): string {
  try {
    const type: unknown = JSON.parse(payload.toString("utf8")).errorType;
    return typeof type === "string" ? type : "Runtime.Unknown";
  } catch {
    return "Runtime.Unknown";
  }
}

/** Stack traces name files as they lie on AWS. */
function hideRoot(body: Buffer, spec: EnvironmentSpec): Buffer {
  const text = body.toString("utf8");
  return text.includes(spec.taskRoot) ? Buffer.from(text.replaceAll(spec.taskRoot, "/var/task")) : body;
}
