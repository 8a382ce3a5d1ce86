/**
 * External extensions of one sandbox: the programs in `extensions/` of its layers, and the API that they speak.
 * Lambda developer guide, "Using the Lambda Extensions API to create extensions" (read 2026-11-21).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { killTree, signal } from "./process-tree.ts";
import type { Reaper } from "./reaper.ts";
import { inRoom, type Room } from "./room.ts";
import { BadSubscription, type EventType, Subscription } from "./telemetry.ts";

const EXTENSIONS_MAX = 10;
const EVENTS = ["INVOKE", "SHUTDOWN"];
/** What AWS gives extensions to end. */
const SHUTDOWN_MS = 2000;
const BODY_BYTES_MAX = 256 * 1024;
const EXTENSION_PATH = /^\/2020-01-01\/extension\/(register|event\/next|init\/error|exit\/error)$/;
const TELEMETRY_PATH = /^\/(2022-07-01\/telemetry|2020-08-15\/logs)$/;

/** Programs of the layers, a later layer's in place of an earlier one's of the same name. */
export function extensionPrograms(layers: readonly string[]): readonly string[] {
  const byName = new Map<string, string>();
  for (const layer of [...layers].reverse()) {
    const folder = join(layer, "extensions");
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const program = join(folder, entry.name);
      if (entry.isFile() && isExecutable(program)) byName.set(entry.name, program);
    }
  }
  return [...byName.values()].slice(0, EXTENSIONS_MAX);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface ExtensionsOf {
  readonly programs: readonly string[];
  readonly functionName: string;
  readonly version: string;
  readonly handler: string;
  readonly accountId: string;
  readonly room: Room | undefined;
  readonly newId: () => string;
}

interface Extension {
  readonly name: string;
  readonly child: ChildProcess;
  id: string | undefined;
  events: readonly string[];
  /** The answer that its Next waits for. */
  waiting: ServerResponse | undefined;
  /** Events that came before it asked for the next one. */
  readonly queue: object[];
  subscription: Subscription | undefined;
}

/** `type` is the error that AWS names it by: `Extension.Crash`, or what the extension said. */
export interface ExtensionFailure {
  readonly type: string;
  readonly message: string;
}

export class Extensions {
  readonly #of: ExtensionsOf;
  readonly #reaper: Reaper;
  readonly #onLine: (line: string) => void;
  readonly #server: Server;
  readonly #all: Extension[] = [];
  /** Called when an extension asked for its next event. */
  #changed: (() => void) | undefined;
  #failure: ExtensionFailure | undefined;
  #tellFailed: (failure: ExtensionFailure) => void = () => {};
  /** Resolves when one of them crashed or told of an error; never, as long as all is well. */
  readonly failed = new Promise<ExtensionFailure>((resolve) => {
    this.#tellFailed = resolve;
  });
  #isEnding = false;

  constructor(of: ExtensionsOf, reaper: Reaper, onLine: (line: string) => void) {
    this.#of = of;
    this.#reaper = reaper;
    this.#onLine = onLine;
    this.#server = createServer((request, response) => void this.#serve(request, response).catch(() => response.destroy()));
  }

  /** Starts them; resolves once each has asked for its first event, or with what went wrong. */
  async start(env: { readonly [name: string]: string }): Promise<ExtensionFailure | undefined> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    for (const program of this.#of.programs) this.#launch(program, { ...env, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` });
    return this.idle();
  }

  #launch(program: string, env: NodeJS.ProcessEnv): void {
    const name = program.slice(program.lastIndexOf("/") + 1);
    const { room } = this.#of;
    const keeps = room === undefined ? [] : [...room.keeps, dirname(program), dirname(process.execPath)];
    const command = room === undefined ? { program, args: [] } : inRoom({ program, args: [] }, { ...room, keeps });
    const child = spawn(command.program, command.args, { cwd: "/", env, stdio: ["ignore", "pipe", "pipe"] });
    const extension: Extension = {
      name,
      child,
      id: undefined,
      events: [],
      waiting: undefined,
      queue: [],
      subscription: undefined,
    };
    this.#all.push(extension);
    this.#reaper.watch(child);
    for (const stream of [child.stdout, child.stderr]) this.#readLines(stream);
    const ended = (why: string) => {
      if (this.#isEnding) return;
      this.#fail({ type: "Extension.Crash", message: `${name}: ${why}` });
    };
    child.on("error", (error) => ended(error.message));
    child.on("exit", (code, by) => ended(by === null ? `exit status ${code}` : `signal: ${by}`));
  }

  #readLines(stream: NodeJS.ReadableStream): void {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        this.#onLine(line);
        this.tell("extension", "extension", line);
      }
    });
  }

  #fail(failure: ExtensionFailure): void {
    this.#failure ??= failure;
    this.#tellFailed(failure);
    this.#changed?.();
  }

  get failure(): ExtensionFailure | undefined {
    return this.#failure;
  }

  /** Lines of the log that tell which extensions there are. */
  describe(): readonly string[] {
    return this.#all.map(({ name, events }) => `EXTENSION\tName: ${name}\tState: Ready\tEvents: [${events.join(",")}]`);
  }

  /** Resolves once all of them wait for their next event, or with what went wrong. */
  idle(): Promise<ExtensionFailure | undefined> {
    return new Promise((resolve) => {
      const look = () => {
        const isIdle = this.#all.every(({ waiting }) => waiting !== undefined);
        if (this.#failure === undefined && !isIdle) return;
        this.#changed = undefined;
        resolve(this.#failure);
      };
      this.#changed = look;
      look();
    });
  }

  invoke(event: object): void {
    for (const extension of this.#all)
      if (extension.events.includes("INVOKE")) this.#send(extension, { eventType: "INVOKE", ...event });
  }

  #send(extension: Extension, event: object): void {
    extension.queue.push(event);
    this.#handOut(extension);
  }

  #handOut(extension: Extension): void {
    if (extension.waiting === undefined) return;
    const event = extension.queue.shift();
    if (event === undefined) return;
    const { waiting } = extension;
    extension.waiting = undefined;
    answer(waiting, 200, event, { "lambda-extension-event-identifier": this.#of.newId() });
  }

  /** Something for those who subscribed. */
  tell(of: EventType, type: string, record: unknown): void {
    const event = { time: new Date(performance.timeOrigin + performance.now()).toISOString(), type, record };
    for (const { subscription } of this.#all) subscription?.add(of, event);
  }

  freeze(isFrozen: boolean): void {
    for (const { child } of this.#all) if (child.pid !== undefined) signal(child.pid, isFrozen ? "SIGSTOP" : "SIGCONT");
  }

  /** Tells them to end, and ends those that don't. */
  end(shutdownReason: "spindown" | "timeout" | "failure"): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.freeze(false);
    const deadlineMs = Math.round(performance.timeOrigin + performance.now()) + SHUTDOWN_MS;
    for (const extension of this.#all) {
      extension.subscription?.flush();
      if (extension.events.includes("SHUTDOWN")) this.#send(extension, { eventType: "SHUTDOWN", shutdownReason, deadlineMs });
      else kill(extension.child);
    }
    const timer = setTimeout(() => this.#close(), SHUTDOWN_MS);
    timer.unref();
    void Promise.all(this.#all.map(({ child }) => exited(child))).then(() => {
      clearTimeout(timer);
      this.#close();
    });
  }

  #close(): void {
    for (const { child } of this.#all) kill(child);
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const what = EXTENSION_PATH.exec(path)?.[1];
    if (what === "register") {
      this.#register(request, await readJson(request), response);
      return;
    }
    const id = String(request.headers["lambda-extension-identifier"] ?? "");
    const extension = this.#all.find((each) => each.id === id);
    if (extension === undefined)
      answer(response, 403, { errorType: "Extension.UnknownExtensionIdentifier", errorMessage: `Unknown extension ${id}` });
    else if (what === "event/next") this.#next(extension, response);
    else if (what !== undefined) this.#takeError(extension, request, response);
    else if (TELEMETRY_PATH.test(path)) this.#subscribe(extension, await readJson(request), response);
    else answer(response, 404, { errorType: "NotFound", errorMessage: "Not found" });
  }

  #next(extension: Extension, response: ServerResponse): void {
    extension.waiting = response;
    this.#handOut(extension);
    this.#changed?.();
  }

  #register(request: IncomingMessage, body: unknown, response: ServerResponse): void {
    const name = String(request.headers["lambda-extension-name"] ?? "");
    const extension = this.#all.find((each) => each.name === name);
    const events = typeof body === "object" && body !== null && "events" in body && Array.isArray(body.events) ? body.events : [];
    const unknown = events.find((event) => !EVENTS.includes(String(event)));
    const refusal =
      extension === undefined
        ? { status: 403, errorType: "Extension.InvalidExtensionName", errorMessage: `No extension has the name ${name}` }
        : extension.id !== undefined
          ? { status: 403, errorType: "Extension.AlreadyRegistered", errorMessage: `Extension ${name} has registered` }
          : unknown === undefined
            ? undefined
            : { status: 400, errorType: "Extension.InvalidEventType", errorMessage: `Event type ${unknown} is unknown` };
    if (extension === undefined || refusal !== undefined) {
      const { status = 403, ...body } = refusal ?? {};
      answer(response, status, body);
      return;
    }
    extension.id = this.#of.newId();
    extension.events = events.map(String);
    const { functionName, version, handler, accountId } = this.#of;
    const asksAccount = /\baccountId\b/.test(String(request.headers["lambda-extension-accept-feature"] ?? ""));
    answer(
      response,
      200,
      { functionName, functionVersion: version, handler, ...(asksAccount ? { accountId } : {}) },
      { "lambda-extension-identifier": extension.id },
    );
  }

  #takeError(extension: Extension, request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    answer(response, 202, { status: "OK" });
    const type = String(request.headers["lambda-extension-function-error-type"] ?? "Extension.Unknown");
    this.#fail({ type, message: `${extension.name} told of an error` });
  }

  #subscribe(extension: Extension, body: unknown, response: ServerResponse): void {
    try {
      extension.subscription = new Subscription(body);
    } catch (error) {
      if (!(error instanceof BadSubscription)) throw error;
      answer(response, 400, { errorType: "ValidationError", errorMessage: error.message });
      return;
    }
    response.writeHead(200, { "content-type": "text/plain" });
    response.end("OK");
    const { types } = extension.subscription;
    this.tell("platform", "platform.telemetrySubscription", { name: extension.name, state: "Subscribed", types });
  }
}

function kill(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) killTree(child.pid);
}

function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

function answer(response: ServerResponse, status: number, body: object, headers: { readonly [name: string]: string } = {}): void {
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** undefined: no JSON. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}
