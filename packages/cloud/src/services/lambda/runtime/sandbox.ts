import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { adoptFrame, FROM_PROCESS, FrameReader, invokeFrame, type ReceivedFrame, resultOf } from "./frames.ts";
import { killTree, residentBytes, signal } from "./process-tree.ts";

/** How an invocation (or the start of a sandbox) ended. `body` is JSON text as the handler's runtime wrote it. */
export type Outcome =
  | { readonly kind: "ready" }
  | { readonly kind: "response"; readonly body: Buffer; readonly peakKb: number }
  | { readonly kind: "streamed"; readonly peakKb: number }
  | { readonly kind: "error"; readonly body: Buffer; readonly peakKb: number }
  | { readonly kind: "init-error"; readonly body: Buffer }
  | { readonly kind: "exit"; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: "timeout" }
  | { readonly kind: "out-of-memory" };

/** Where the parts of a streamed answer go. */
export interface StreamSink {
  start(prelude: { readonly contentType?: string; readonly prelude?: unknown }): void;
  chunk(bytes: Buffer): void;
}

export interface Listener {
  /** One log event (a console call or a line of stdout or stderr). */
  line(text: string): void;
  hint(text: string): void;
  readonly stream?: StreamSink;
}

export interface Limits {
  readonly timeoutMs: number;
  /** Resident memory at which the process is ended. */
  readonly memoryBytes: number;
}

/** One environment of one function version. It serves one invocation at a time. */
export interface Sandbox {
  readonly alive: boolean;
  /** Makes the process the function's: environment, code, handler. Ends in `ready`, `init-error`, `exit` or `timeout`. */
  adopt(settings: object, limits: Limits, listener: Listener): Promise<Outcome>;
  invoke(meta: object & { readonly id: string }, payload: Uint8Array, limits: Limits, listener: Listener): Promise<Outcome>;
  freeze(): void;
  /** Ends the process and whatever it started. */
  kill(): void;
}

const MEMORY_CHECK_MS = 50;
const LINE_BYTES_MAX = 256 * 1024;

/** Lines of a raw pipe. Over-long lines are cut where AWS cuts a log event. */
class LineReader {
  #rest = "";
  readonly #onLine: (line: string) => void;
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }
  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#onLine(line);
    while (this.#rest.length >= LINE_BYTES_MAX) {
      this.#onLine(this.#rest.slice(0, LINE_BYTES_MAX));
      this.#rest = this.#rest.slice(LINE_BYTES_MAX);
    }
  }
  flush(): void {
    if (this.#rest !== "") this.#onLine(this.#rest);
    this.#rest = "";
  }
}

/** A process that speaks the frame protocol (Node and Python). Time here is the machine's: a moved clock must not end a running function. */
export class ProcessSandbox implements Sandbox {
  readonly #child: ChildProcess;
  readonly #toChild: Writable;
  readonly #frames = new FrameReader();
  readonly #lines: LineReader[] = [];
  #listener: Listener | undefined;
  #settle: ((outcome: Outcome) => void) | undefined;
  #ended: Outcome | undefined;
  #killedFor: Outcome | undefined;
  #isFrozen = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    const [, stdout, stderr, input, output] = child.stdio;
    this.#toChild = input as Writable;
    this.#toChild.on("error", () => {});
    this.#readLines(stdout as Readable);
    this.#readLines(stderr as Readable);
    (output as Readable).on("data", (chunk: Buffer) => this.#read(chunk));
    (output as Readable).on("error", () => {});
    child.on("error", () => this.#end({ kind: "exit", code: null, signal: "SIGKILL" }));
    child.on("close", (code, signalName) => this.#end({ kind: "exit", code, signal: signalName }));
  }

  get alive(): boolean {
    return this.#ended === undefined && this.#killedFor === undefined;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  adopt(settings: object, limits: Limits, listener: Listener): Promise<Outcome> {
    return this.#run(adoptFrame(settings), limits, listener);
  }

  invoke(meta: object & { readonly id: string }, payload: Uint8Array, limits: Limits, listener: Listener): Promise<Outcome> {
    return this.#run(invokeFrame(meta, payload), limits, listener);
  }

  freeze(): void {
    if (this.#child.pid !== undefined && this.alive) this.#isFrozen = signal(this.#child.pid, "SIGSTOP");
  }

  kill(): void {
    this.#killedFor ??= { kind: "exit", code: null, signal: "SIGKILL" };
    if (this.#child.pid !== undefined && this.#ended === undefined) killTree(this.#child.pid);
  }

  #run(frame: readonly Uint8Array[], limits: Limits, listener: Listener): Promise<Outcome> {
    if (this.#ended !== undefined) return Promise.resolve(this.#ended);
    this.#listener = listener;
    return new Promise((resolve) => {
      const timeout = setTimeout(() => this.#killFor({ kind: "timeout" }), limits.timeoutMs);
      const memory = setInterval(() => this.#checkMemory(limits.memoryBytes), MEMORY_CHECK_MS);
      this.#settle = (outcome) => {
        this.#settle = undefined;
        clearTimeout(timeout);
        clearInterval(memory);
        // What the process wrote to its pipes before its answer is in the kernel by now and read within this turn of the loop.
        setImmediate(() => {
          for (const lines of this.#lines) lines.flush();
          resolve(outcome);
        });
      };
      if (this.#isFrozen && this.#child.pid !== undefined) {
        this.#isFrozen = false;
        signal(this.#child.pid, "SIGCONT");
      }
      this.#toChild.write(Buffer.concat(frame));
    });
  }

  #checkMemory(memoryBytes: number): void {
    const used = this.#child.pid === undefined ? undefined : residentBytes(this.#child.pid);
    if (used !== undefined && used > memoryBytes) this.#killFor({ kind: "out-of-memory" });
  }

  #killFor(reason: Outcome): void {
    this.#killedFor = reason;
    if (this.#child.pid !== undefined) killTree(this.#child.pid);
    // A process held by the kernel may take its time to go: the answer doesn't wait for it.
    this.#settle?.(reason);
  }

  #end(outcome: Outcome): void {
    this.#ended = this.#killedFor ?? outcome;
    this.#settle?.(this.#ended);
  }

  #readLines(stream: Readable): void {
    const lines = new LineReader((line) => this.#listener?.line(line));
    this.#lines.push(lines);
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => lines.push(text));
    stream.on("error", () => {});
  }

  #read(chunk: Buffer): void {
    try {
      for (const frame of this.#frames.push(chunk)) this.#take(frame);
    } catch {
      this.#killFor({ kind: "exit", code: null, signal: "SIGKILL" });
    }
  }

  #take({ type, payload }: ReceivedFrame): void {
    if (type === FROM_PROCESS.log) this.#listener?.line(payload.toString("utf8"));
    else if (type === FROM_PROCESS.hint) this.#listener?.hint(payload.toString("utf8"));
    else if (type === FROM_PROCESS.ready) this.#settle?.({ kind: "ready" });
    else if (type === FROM_PROCESS.initError) this.#settle?.({ kind: "init-error", body: payload });
    else if (type === FROM_PROCESS.streamStart) this.#listener?.stream?.start(JSON.parse(payload.toString("utf8")));
    else if (type === FROM_PROCESS.streamChunk) this.#listener?.stream?.chunk(payload);
    else this.#takeResult(type, payload);
  }

  #takeResult(type: number, payload: Buffer): void {
    const { peakKb, body } = resultOf(payload);
    if (type === FROM_PROCESS.response) this.#settle?.({ kind: "response", body, peakKb });
    else if (type === FROM_PROCESS.error) this.#settle?.({ kind: "error", body, peakKb });
    else if (type === FROM_PROCESS.streamEnd) this.#settle?.({ kind: "streamed", peakKb });
  }
}
