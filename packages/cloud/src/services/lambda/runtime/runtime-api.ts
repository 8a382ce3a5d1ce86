import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { PreludeSplitter } from "./prelude-splitter.ts";
import { killTree, residentBytes, signal } from "./process-tree.ts";
import type { Reaper } from "./reaper.ts";
import { inRoom, type Room } from "./room.ts";
import type { Limits, Listener, Outcome, Sandbox } from "./sandbox.ts";

/**
 * A sandbox of a `provided*` runtime: the archive's `bootstrap` against the Lambda Runtime API.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html (read 2026-11-21)
 */
const BODY_BYTES_MAX = 6_291_556 + 4096;
/** A bootstrap may be a script for the Node that runs the cloud, wherever that lies. */
const withNode = (room: Room): Room => ({ ...room, keeps: [...room.keeps, dirname(process.execPath)] });
const NO_BOOTSTRAP = {
  errorType: "Runtime.InvalidEntrypoint",
  errorMessage: "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
};
const RESPONSE_MODE = "lambda-runtime-function-response-mode";
const API = /^\/2018-06-01\/runtime\/(init\/error|invocation\/next|invocation\/([^/]+)\/(response|error))$/;

interface Work {
  readonly meta: {
    readonly id: string;
    readonly deadlineMs?: number;
    readonly arn?: string;
    readonly traceId?: string;
    readonly clientContext?: unknown;
  };
  readonly payload: Uint8Array;
}

export class RuntimeApiSandbox implements Sandbox {
  #child: ChildProcess | undefined;
  readonly #server: Server;
  #listener: Listener | undefined;
  #settle: ((outcome: Outcome) => void) | undefined;
  #ended: Outcome | undefined;
  #waiting: ServerResponse | undefined;
  #work: Work | undefined;
  #handedOut: string | undefined;
  #isFrozen = false;

  readonly #reaper: Reaper;
  readonly #room: Room | undefined;

  constructor(reaper: Reaper, room: Room | undefined) {
    this.#reaper = reaper;
    this.#room = room;
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  get alive(): boolean {
    return this.#ended === undefined;
  }

  async adopt(settings: object, limits: Limits, listener: Listener): Promise<Outcome> {
    const { env, taskRoot, layers } = settings as { env: NodeJS.ProcessEnv; taskRoot: string; layers: readonly string[] };
    const program = [taskRoot, ...layers].map((folder) => join(folder, "bootstrap")).find((file) => existsSync(file));
    if (program === undefined) {
      this.kill();
      return { kind: "init-error", body: Buffer.from(JSON.stringify(NO_BOOTSTRAP)) };
    }
    this.#listener = listener;
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    const command = this.#room === undefined ? { program, args: [] } : inRoom({ program, args: [] }, withNode(this.#room));
    const child = spawn(command.program, command.args, {
      cwd: taskRoot,
      env: { ...env, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#reaper.watch(child);
    for (const stream of [child.stdout, child.stderr]) readLines(stream, (line) => this.#listener?.line(line));
    child.on("error", () => this.#end({ kind: "exit", code: 127, signal: null }));
    child.on("close", (code, signalName) => this.#end({ kind: "exit", code, signal: signalName }));
    return this.#wait(limits, () => {});
  }

  invoke(meta: object & { readonly id: string }, payload: Uint8Array, limits: Limits, listener: Listener): Promise<Outcome> {
    this.#listener = listener;
    if (this.#ended !== undefined) return Promise.resolve(this.#ended);
    return this.#wait(limits, () => {
      if (this.#isFrozen && this.#child?.pid !== undefined) signal(this.#child.pid, "SIGCONT");
      this.#isFrozen = false;
      this.#work = { meta, payload };
      this.#handOut();
    });
  }

  freeze(): void {
    if (this.#child?.pid !== undefined && this.alive) this.#isFrozen = signal(this.#child.pid, "SIGSTOP");
  }

  kill(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#child?.pid !== undefined && this.#child.exitCode === null) killTree(this.#child.pid);
    this.#ended ??= { kind: "exit", code: null, signal: "SIGKILL" };
  }

  #wait(limits: Limits, begin: () => void): Promise<Outcome> {
    return new Promise((resolve) => {
      const give = (outcome: Outcome) => {
        this.#settle = undefined;
        clearTimeout(timeout);
        clearInterval(memory);
        setImmediate(() => resolve(outcome));
      };
      const stop = (outcome: Outcome) => {
        this.#ended = outcome;
        this.kill();
        give(outcome);
      };
      const timeout = setTimeout(() => stop({ kind: "timeout" }), limits.timeoutMs);
      const memory = setInterval(() => {
        const used = this.#child?.pid === undefined ? undefined : residentBytes(this.#child.pid);
        if (used !== undefined && used > limits.memoryBytes) stop({ kind: "out-of-memory" });
      }, 50);
      this.#settle = give;
      begin();
    });
  }

  #end(outcome: Outcome): void {
    this.#ended ??= outcome;
    this.#server.close();
    this.#server.closeAllConnections();
    this.#settle?.(this.#ended);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const match = API.exec(request.url ?? "");
    if (match === null) {
      answer(response, 404, { errorMessage: "Not found", errorType: "NotFound" });
      return;
    }
    if (match[1] === "invocation/next") {
      this.#waiting = response;
      // The first request says that the runtime is ready; a later one may come while an invocation waits for it.
      if (this.#work === undefined && this.#handedOut === undefined) this.#settle?.({ kind: "ready" });
      this.#handOut();
      return;
    }
    if (match[3] === "response" && /^streaming$/i.test(String(request.headers[RESPONSE_MODE] ?? ""))) {
      void this.#takeStream(match[2], request, response);
      return;
    }
    readBody(request).then(
      (body) => this.#take(match[1] === "init/error" ? "init" : (match[3] ?? ""), match[2], body, response),
      () =>
        answer(response, 413, {
          errorMessage: "Exceeded maximum allowed payload size (6291556 bytes).",
          errorType: "RequestEntityTooLarge",
        }),
    );
  }

  #take(what: string, id: string | undefined, body: Buffer, response: ServerResponse): void {
    if (what === "init") {
      answer(response, 202, { status: "OK" });
      this.#settle?.({ kind: "init-error", body });
      return;
    }
    if (id !== this.#handedOut) {
      answer(response, 400, { errorMessage: "Invalid request ID", errorType: "InvalidRequestID" });
      return;
    }
    this.#handedOut = undefined;
    answer(response, 202, { status: "OK" });
    this.#settle?.(
      what === "response" ? { kind: "response", body, peakKb: this.#peakKb() } : { kind: "error", body, peakKb: this.#peakKb() },
    );
  }

  /** Streaming mode: chunks go on as they come; a failure after the first of them stands in the request's trailers. */
  async #takeStream(id: string | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sink = this.#listener?.stream;
    if (id !== this.#handedOut || sink === undefined) {
      request.resume();
      answer(response, 400, { errorMessage: "Invalid request ID", errorType: "InvalidRequestID" });
      return;
    }
    const splitter = new PreludeSplitter(sink, request.headers["content-type"]);
    let failure: object | undefined;
    try {
      for await (const chunk of request) splitter.push(chunk);
      splitter.end();
      failure = trailingError(request.trailers);
    } catch (error) {
      failure = { errorType: "Runtime.TruncatedResponse", errorMessage: error instanceof Error ? error.message : String(error) };
    }
    this.#handedOut = undefined;
    if (!response.destroyed) answer(response, 202, { status: "OK" });
    const peakKb = this.#peakKb();
    this.#settle?.(
      failure === undefined
        ? { kind: "streamed", peakKb }
        : { kind: "error", body: Buffer.from(JSON.stringify(failure)), peakKb },
    );
  }

  #peakKb(): number {
    return Math.round(((this.#child?.pid === undefined ? undefined : residentBytes(this.#child.pid)) ?? 0) / 1024);
  }

  #handOut(): void {
    const { meta, payload } = this.#work ?? {};
    if (meta === undefined || payload === undefined || this.#waiting === undefined) return;
    this.#handedOut = meta.id;
    this.#waiting.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": meta.id,
      "lambda-runtime-deadline-ms": String(meta.deadlineMs ?? 0),
      "lambda-runtime-invoked-function-arn": meta.arn ?? "",
      ...(meta.clientContext === undefined ? {} : { "lambda-runtime-client-context": JSON.stringify(meta.clientContext) }),
      ...(meta.traceId === undefined ? {} : { "lambda-runtime-trace-id": meta.traceId }),
    });
    this.#waiting.end(payload.length === 0 ? "{}" : payload);
    this.#waiting = undefined;
    this.#work = undefined;
  }
}

/** `Lambda-Runtime-Function-Error-Type` and `-Body` (base64 of the error's JSON) behind a streamed answer. */
function trailingError(trailers: NodeJS.Dict<string>): object | undefined {
  const type = trailers["lambda-runtime-function-error-type"];
  if (type === undefined) return undefined;
  try {
    const text = Buffer.from(trailers["lambda-runtime-function-error-body"] ?? "", "base64").toString("utf8");
    const body: unknown = JSON.parse(text);
    return { errorType: type, ...(typeof body === "object" && body !== null ? body : { errorMessage: String(body) }) };
  } catch {
    return { errorType: type, errorMessage: "" };
  }
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  });
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new RangeError("too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
