import { join } from "node:path";
import { randomHex, randomUuid } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import { differences } from "./differences.ts";
import { ExtendedSandbox } from "./extended-sandbox.ts";
import { extensionPrograms } from "./extensions.ts";
import { findPython, type ProcessKind, type PythonInstall, processKind, startNode, startPython } from "./launch.ts";
import { whenQuiet } from "./quiet.ts";
import { Reaper } from "./reaper.ts";
import { hasRooms, keptInTmp, ROOM_MB_DEFAULT, type Room } from "./room.ts";
import { RuntimeApiSandbox } from "./runtime-api.ts";
import type { Limits, Listener, Outcome, Sandbox } from "./sandbox.ts";
import { Scratch } from "./scratch.ts";
import { type EnvironmentSpec, makeEnvironment, startOptions } from "./spec.ts";

/** Frozen sandboxes kept warm, of all functions together; the least recently used one goes first. */
const IDLE_MAX = 24;
const IDLE_MS = 10 * 60_000;
const RESERVE_NODE = 2;
const RESERVE_PYTHON = 1;
const INIT_MS = 10_000;

export interface Held {
  readonly sandbox: Sandbox;
  readonly spec: EnvironmentSpec;
  readonly logStream: string;
  readonly expiresAtMs: number;
  /** The sandbox's temporary folder; gone with it. */
  readonly scratch: Scratch;
  idleSince: number;
}

export interface Acquired {
  readonly held: Held;
  readonly initMs?: number;
  /** Set when the sandbox could not be started: how its start ended. */
  readonly failure?: Outcome;
}

/** The sandboxes of one cloud: those in reserve (no function yet), those frozen, those at work. */
export class SandboxPool {
  readonly #reserve = new Map<ProcessKind, Sandbox[]>();
  readonly #idle = new Map<string, Held[]>();
  readonly #busy = new Set<Held>();
  readonly #pythons = new Map<string, PythonInstall | undefined>();
  readonly #reaper = new Reaper();
  readonly #searchPath: string;
  readonly #folder: string;
  /** What is to be held in reserve once there is time for it. */
  readonly #wanted = new Set<ProcessKind>();
  readonly #told = new Set<string>();
  #isClosed = false;

  /** `folder`: the service's own, where code and layers lie. */
  constructor(searchPath: string, folder: string) {
    this.#searchPath = searchPath;
    this.#folder = folder;
  }

  /**
   * Starts processes ahead of need, so that a function's first call adopts one: once the cloud has little else to do, for
   * beside a deploy they would only take the processor from it.
   */
  prepare(runtime: string | undefined): void {
    const kind = runtime === undefined ? undefined : processKind(runtime);
    if (kind === undefined || this.#isClosed) return;
    if (this.#wanted.size === 0) whenQuiet(() => this.#fillReserve());
    this.#wanted.add(kind);
  }

  #fillReserve(): void {
    const kinds = [...this.#wanted];
    this.#wanted.clear();
    if (this.#isClosed) return;
    const usual = hasRooms() ? { megabytes: ROOM_MB_DEFAULT, keeps: [this.#folder] } : undefined;
    for (const kind of kinds) {
      const waiting = (this.#reserve.get(kind) ?? []).filter((sandbox) => sandbox.alive);
      const wanted = kind.startsWith("python") ? RESERVE_PYTHON : RESERVE_NODE;
      while (waiting.length < wanted) {
        const sandbox = this.#start(kind, usual);
        if (sandbox === undefined) break;
        waiting.push(sandbox);
      }
      this.#reserve.set(kind, waiting);
    }
  }

  /** A warm sandbox of the environment, else a new one. */
  async acquire(ctx: Ctx, spec: EnvironmentSpec, listener: Listener, makeLogStream: () => string): Promise<Acquired> {
    for (let held = this.#takeIdle(spec.key); held !== undefined; held = this.#takeIdle(spec.key)) {
      if (!held.sandbox.alive || held.expiresAtMs - ctx.now() < 300_000) end(held);
      else {
        this.#busy.add(held);
        return { held };
      }
    }
    return this.#make(ctx, spec, listener, makeLogStream());
  }

  /** Gives a sandbox back: frozen for the next invocation, or ended. */
  release(held: Held, isReusable: boolean): void {
    this.#busy.delete(held);
    if (!isReusable || !held.sandbox.alive || this.#isClosed) {
      end(held);
      return;
    }
    held.sandbox.freeze();
    held.idleSince = performance.now();
    const list = this.#idle.get(held.spec.key) ?? [];
    list.push(held);
    this.#idle.set(held.spec.key, list);
    this.#evict();
  }

  /** Ends the idle sandboxes of a function whose code or configuration changed (or of which another stamp is in use). */
  discard(isOutdated: (spec: EnvironmentSpec) => boolean): void {
    for (const [key, list] of this.#idle) {
      if (list[0] === undefined || !isOutdated(list[0].spec)) continue;
      for (const held of list) end(held);
      this.#idle.delete(key);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.discard(() => true);
    for (const held of this.#busy) end(held);
    for (const waiting of this.#reserve.values()) for (const sandbox of waiting) sandbox.kill();
    this.#reserve.clear();
    this.#reaper.close();
  }

  #takeIdle(key: string): Held | undefined {
    const list = this.#idle.get(key);
    const held = list?.pop();
    if (list?.length === 0) this.#idle.delete(key);
    return held;
  }

  async #make(ctx: Ctx, spec: EnvironmentSpec, listener: Listener, logStream: string): Promise<Acquired> {
    const scratch = new Scratch(scratchFolder(ctx), randomHex(ctx.random, 16));
    const room = hasRooms() ? this.#roomOf(spec) : undefined;
    const environment = makeEnvironment(ctx, spec, logStream, room === undefined ? scratch.folder : undefined);
    const sandbox = this.#extended(ctx, spec, room, this.#sandboxFor(spec, room));
    const { expiresAtMs } = environment;
    const held: Held = { sandbox: sandbox ?? DEAD, spec, logStream, expiresAtMs, scratch, idleSince: 0 };
    this.#tellLimits(spec, listener);
    this.#busy.add(held);
    if (sandbox === undefined) return { held, failure: missingRuntime(spec) };
    const began = performance.now();
    const outcome = await sandbox.adopt(this.#settings(ctx, spec, environment.variables), this.#limits(spec), listener);
    const initMs = performance.now() - began;
    // Another process takes the place of the one in reserve.
    this.prepare(spec.config.Runtime);
    return outcome.kind === "ready" ? { held, initMs } : { held, initMs, failure: outcome };
  }

  /** What of an environment isn't as on AWS, said once. */
  #tellLimits(spec: EnvironmentSpec, listener: Listener): void {
    for (const text of differences(spec, this.#pythons.get(spec.config.Runtime ?? "")?.version)) {
      const key = `${spec.functionName} ${text}`;
      if (!this.#told.has(key)) listener.hint(text);
      this.#told.add(key);
    }
  }

  #limits(spec: EnvironmentSpec): Limits {
    return { timeoutMs: INIT_MS + (spec.config.Timeout ?? 3) * 1000, memoryBytes: memoryLimitBytes(spec) };
  }

  #settings(ctx: Ctx, spec: EnvironmentSpec, env: { readonly [name: string]: string }): object {
    const runtime = spec.config.Runtime ?? "";
    return {
      env,
      taskRoot: spec.taskRoot,
      handler: spec.config.Handler ?? "",
      layers: spec.layers,
      projects: spec.projects,
      logFormat: spec.config.LoggingConfig?.LogFormat ?? "Text",
      logLevel: spec.config.LoggingConfig?.ApplicationLogLevel,
      endpoint: ctx.endpoint,
      clockOffsetMs: clockOffset(ctx),
      sourceMaps: startOptions(spec.config).sourceMaps,
      runtimeMajor: Number(/^nodejs(\d+)/.exec(runtime)?.[1] ?? 0),
      compileCache: `${ctx.folder}/compile-cache`,
      sitePackages: this.#pythons.get(runtime)?.sitePackages ?? [],
    };
  }

  #roomOf({ config, taskRoot, layers, projects }: EnvironmentSpec): Room {
    return {
      megabytes: config.EphemeralStorage?.Size ?? ROOM_MB_DEFAULT,
      keeps: [this.#folder, taskRoot, ...layers, ...projects],
    };
  }

  /** Whether the processes in reserve have the same room. */
  #isUsual(room: Room | undefined): boolean {
    if (room === undefined) return true;
    return room.megabytes === ROOM_MB_DEFAULT && keptInTmp(room.keeps).length === keptInTmp([this.#folder]).length;
  }

  /** With the extensions of its layers, if they have any. */
  #extended(ctx: Ctx, spec: EnvironmentSpec, room: Room | undefined, inner: Sandbox | undefined): Sandbox | undefined {
    const programs = extensionPrograms(spec.layers);
    if (inner === undefined || programs.length === 0) return inner;
    const { functionName, version, config } = spec;
    const of = {
      programs,
      functionName,
      version,
      handler: config.Handler ?? "",
      accountId: ctx.account,
      room,
      newId: () => randomUuid(ctx.random),
    };
    return new ExtendedSandbox(inner, of, this.#reaper);
  }

  #sandboxFor(spec: EnvironmentSpec, room: Room | undefined): Sandbox | undefined {
    const runtime = spec.config.Runtime ?? "";
    if (runtime.startsWith("provided") || runtime === "go1.x") return new RuntimeApiSandbox(this.#reaper, room);
    const kind = processKind(runtime);
    if (kind === undefined) return undefined;
    const { nodeOptions } = startOptions(spec.config);
    if ((nodeOptions !== undefined && !kind.startsWith("python")) || !this.#isUsual(room))
      return this.#start(kind, room, nodeOptions);
    for (let sandbox = this.#reserve.get(kind)?.shift(); sandbox !== undefined; sandbox = this.#reserve.get(kind)?.shift()) {
      if (sandbox.alive) return sandbox;
    }
    return this.#start(kind, room);
  }

  #start(kind: ProcessKind, room: Room | undefined, nodeOptions?: string): Sandbox | undefined {
    if (kind === "node20" || kind === "node24") return startNode(this.#reaper, kind, { nodeOptions, room });
    if (!this.#pythons.has(kind)) this.#pythons.set(kind, findPython(kind, this.#searchPath));
    const install = this.#pythons.get(kind);
    return install === undefined ? undefined : startPython(this.#reaper, install, room);
  }

  #evict(): void {
    const all = [...this.#idle.values()].flat().sort((a, b) => a.idleSince - b.idleSince);
    const oldest = performance.now() - IDLE_MS;
    const surplus = all.filter((held, index) => index < all.length - IDLE_MAX || held.idleSince < oldest);
    if (surplus.length === 0) return;
    for (const held of surplus) {
      end(held);
      const rest = (this.#idle.get(held.spec.key) ?? []).filter((other) => other !== held);
      if (rest.length === 0) this.#idle.delete(held.spec.key);
      else this.#idle.set(held.spec.key, rest);
    }
  }
}

function end(held: Held): void {
  held.sandbox.kill();
  held.scratch.remove();
}

/** Where sandboxes have their temporary folders; what a killed cloud left there goes when it starts. */
export const scratchFolder = (ctx: Ctx): string => join(ctx.folder, "tmp");

const REAL_START_MS = performance.timeOrigin;

/** How far the cloud's clock is from the machine's. Small differences are the clock's own grain. */
export function clockOffset(ctx: Ctx): number {
  const offset = ctx.now() - (REAL_START_MS + performance.now());
  return Math.abs(offset) < 1000 ? 0 : Math.round(offset);
}

/** V8 doesn't know the function's limit and collects late: a function is only ended when it is over by more than that. */
const HEAD_ROOM_MB = 64;

export function memoryLimitBytes(spec: EnvironmentSpec): number {
  return ((spec.config.MemorySize ?? 128) + HEAD_ROOM_MB) * 1024 * 1024;
}

const DEAD: Sandbox = {
  alive: false,
  adopt: async () => ({ kind: "exit", code: 127, signal: null }),
  invoke: async () => ({ kind: "exit", code: 127, signal: null }),
  freeze() {},
  kill() {},
};

function missingRuntime(spec: EnvironmentSpec): Outcome {
  const message = `Dovetail can't run ${spec.config.Runtime ?? spec.config.PackageType} on this machine: it runs nodejs*, provided*, and python* where python3 is installed`;
  return {
    kind: "init-error",
    body: Buffer.from(JSON.stringify({ errorType: "Runtime.NotAvailable", errorMessage: message, trace: [] })),
  };
}
