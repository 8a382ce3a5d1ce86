import { type ExtensionFailure, Extensions, type ExtensionsOf } from "./extensions.ts";
import type { Reaper } from "./reaper.ts";
import type { Limits, Listener, Outcome, Sandbox } from "./sandbox.ts";

interface Meta {
  readonly id: string;
  readonly deadlineMs?: number;
  readonly arn?: string;
  readonly traceId?: string;
}

function failed({ type, message }: ExtensionFailure): Buffer {
  return Buffer.from(JSON.stringify({ errorType: type, errorMessage: `Error: ${message}` }));
}

/** Time here is the machine's, as for functions. */
function within<T>(ms: number, work: Promise<T>): Promise<T | "late"> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve("late"), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * A sandbox with external extensions: they start before the function, hear of each invocation, and go on after its answer until they ask for the
 * next event; only then is the sandbox frozen, or given its next invocation.
 */
export class ExtendedSandbox implements Sandbox {
  readonly #inner: Sandbox;
  readonly #extensions: Extensions;
  readonly #version: string;
  #listener: Listener | undefined;
  #settling: Promise<ExtensionFailure | undefined> = Promise.resolve(undefined);
  #isFrozen = false;

  constructor(inner: Sandbox, of: ExtensionsOf, reaper: Reaper) {
    this.#inner = inner;
    this.#version = of.version;
    this.#extensions = new Extensions(of, reaper, (line) => this.#listener?.line(line));
  }

  get alive(): boolean {
    return this.#inner.alive && this.#extensions.failure === undefined;
  }

  async adopt(settings: object, limits: Limits, listener: Listener): Promise<Outcome> {
    this.#listener = listener;
    const { env } = settings as { readonly env: { readonly [name: string]: string } };
    const failure = await within(limits.timeoutMs, this.#extensions.start(env));
    if (failure === "late") return this.#tooLate();
    if (failure !== undefined) {
      this.#stop("failure");
      return { kind: "init-error", body: failed(failure) };
    }
    for (const line of this.#extensions.describe()) listener.line(line);
    this.#extensions.tell("platform", "platform.initStart", { initializationType: "on-demand", phase: "init" });
    const outcome = await this.#inner.adopt(settings, limits, this.#heard(listener));
    const status = outcome.kind === "ready" ? "success" : "error";
    this.#extensions.tell("platform", "platform.initRuntimeDone", { initializationType: "on-demand", phase: "init", status });
    if (outcome.kind !== "ready") this.#stop("failure");
    return outcome;
  }

  async invoke(meta: object & Meta, payload: Uint8Array, limits: Limits, listener: Listener): Promise<Outcome> {
    this.#listener = listener;
    if (this.#isFrozen) this.#extensions.freeze(false);
    this.#isFrozen = false;
    const before = await within(limits.timeoutMs, this.#settling);
    if (before === "late") return this.#tooLate();
    if (before !== undefined) return this.#crashed(before);
    const { id: requestId, deadlineMs, arn, traceId } = meta;
    this.#extensions.tell("platform", "platform.start", { requestId, version: this.#version });
    this.#extensions.invoke({
      deadlineMs,
      requestId,
      invokedFunctionArn: arn,
      tracing: { type: "X-Amzn-Trace-Id", value: traceId ?? "" },
    });
    const began = performance.now();
    const crash = this.#extensions.failed.then((failure) => this.#crashed(failure));
    const outcome = await Promise.race([this.#inner.invoke(meta, payload, limits, this.#heard(listener)), crash]);
    this.#told(requestId, outcome, performance.now() - began);
    if (outcome.kind === "timeout") this.#stop("timeout");
    else this.#settling = this.#extensions.idle();
    return outcome;
  }

  /** Lines of the function are the log's and, for those who subscribed, events. */
  #heard(listener: Listener): Listener {
    return {
      ...listener,
      line: (text) => {
        listener.line(text);
        this.#extensions.tell("function", "function", text);
      },
      hint: (text) => listener.hint(text),
    };
  }

  #told(requestId: string, outcome: Outcome, durationMs: number): void {
    const status =
      outcome.kind === "timeout" ? "timeout" : outcome.kind === "response" || outcome.kind === "streamed" ? "success" : "error";
    const metrics = { durationMs: Math.round(durationMs * 1000) / 1000 };
    this.#extensions.tell("platform", "platform.runtimeDone", { requestId, status, metrics });
    this.#extensions.tell("platform", "platform.report", {
      requestId,
      status,
      metrics: {
        ...metrics,
        billedDurationMs: Math.ceil(durationMs),
        ...("peakKb" in outcome ? { maxMemoryUsedMB: Math.ceil(outcome.peakKb / 1024) } : {}),
      },
    });
  }

  #tooLate(): Outcome {
    this.#stop("timeout");
    return { kind: "timeout" };
  }

  #crashed(failure: ExtensionFailure): Outcome {
    this.#stop("failure");
    return { kind: "error", body: failed(failure), peakKb: 0 };
  }

  freeze(): void {
    this.#inner.freeze();
    this.#isFrozen = true;
    void this.#settling.then(() => {
      if (this.#isFrozen && this.alive) this.#extensions.freeze(true);
    });
  }

  #stop(reason: "spindown" | "timeout" | "failure"): void {
    this.#isFrozen = false;
    this.#extensions.end(reason);
    this.#inner.kill();
  }

  kill(): void {
    this.#stop("spindown");
  }
}
