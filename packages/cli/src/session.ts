import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { isAlive } from "@dovetail/cloud";
import type { Engine, ProviderRegistry } from "@dovetail/engine";
import { createEngine, nodeFiles } from "@dovetail/engine";
import { systemClock, systemRandom } from "@dovetail/model";
import { findApp, loadApp } from "@dovetail/program";
import type { App } from "./app.ts";
import type { Invocation } from "./command.ts";
import { parseDuration } from "./duration.ts";
import { editionOf } from "./edition.ts";
import { foreignFinder } from "./foreign-schemas.ts";
import { guardAgainstLoops } from "./loop-guard.ts";
import { openApp } from "./open-app.ts";
import type { Opened, SessionOptions } from "./opened.ts";
import { usageError } from "./parse.ts";
import { createRegistry, notBrought } from "./providers.ts";
import { startWithoutMarking } from "./short-run.ts";
import { resolveStage } from "./stage.ts";
import type { Target } from "./target.ts";
import { findTerraformRoot } from "./terraform-root.ts";
import { VERSION } from "./version.ts";

const LOCAL_PARALLELISM = 64;
const AWS_PARALLELISM = 10;
/** A request of a killed run reaches the cloud of this machine at once, unless it is starved; AWS shows some things late. */
const LOCAL_SETTLE_MS = 250;
const AWS_SETTLE_MS = 3000;

/** Everything a command on a stage works with. `close` ends what was started for it; the cloud stays. */
export interface Session {
  readonly kind: "program" | "terraform";
  readonly app: App;
  /** What the engine's files and plans call the app. */
  readonly engineApp: string;
  readonly console?: Opened["console"];
  readonly generate?: Opened["generate"];
  readonly configuration?: Opened["configuration"];
  readonly engine: Engine;
  readonly providers: ProviderRegistry;
  /** Live: configurations of providers that the app declares. */
  readonly providerConfigurations: Opened["providerConfigurations"];
  readonly backend?: Opened["backend"];
  readonly rootBackend?: Opened["rootBackend"];
  readonly ciphers?: Opened["ciphers"];
  readonly stage: string;
  /** The app's folder. */
  readonly root: string;
  readonly target: Target;
  /** The endpoint of the local target. */
  readonly endpoint?: string;
  readonly parallelism: number;
  readonly lockTimeoutMs: number;
  /** `kefir-app · dev · embedded AWS at http://127.0.0.1:4566` */
  readonly title: string;
  close(): Promise<void>;
}

/** Finds the app, resolves stage and target, and puts the engine together. Throws DiagnosticError where any of it fails. */
export async function openSession(invocation: Invocation, sessionOptions: SessionOptions): Promise<Session> {
  const { options, env } = invocation;
  const letGo = invocation.terminal.interactive && process.stdin.isTTY === true ? guardAgainstLoops() : () => undefined;
  const terraformRoot = findTerraformRoot(invocation.cwd, options.text("config"));
  const opened =
    terraformRoot === undefined
      ? await openProgram(invocation, sessionOptions)
      : await (await import("./terraform-app.ts")).openTerraform(invocation, sessionOptions, terraformRoot);
  const { app, stage, root, target, endpoint } = opened;
  const comeBack = terraformRoot === undefined ? () => undefined : standIn(root);
  const collectAgain = startWithoutMarking();
  const registry = createRegistry({
    app: opened,
    ...(opened.program === undefined ? {} : { program: opened.program }),
    edition: opened.edition,
    root,
    target,
    endpoint,
    env,
  });
  const interrupted = () => void registry.interrupt?.();
  invocation.interrupt.addEventListener("abort", interrupted, { once: true });
  const parallelism = parallelismOf(invocation, target);
  const engine = createEngine({
    app: opened.engineApp,
    stage,
    directory: join(root, ".dovetail"),
    ...(opened.backend === undefined ? {} : { storage: opened.backend.storage(stage) }),
    ...(invocation.options.flag("no-lock") ? { locksStorage: false } : {}),
    files: invocation.files ?? nodeFiles(),
    clock: systemClock(),
    random: systemRandom(),
    providers: registry,
    owner: { who: `${userName()}@${hostname()}`, host: hostname(), pid: process.pid, version: VERSION, isProcessAlive: isAlive },
    parallelism,
    settleMs: target.kind === "aws" ? AWS_SETTLE_MS : LOCAL_SETTLE_MS,
    ...(sessionOptions.onEvent === undefined ? {} : { onEvent: sessionOptions.onEvent }),
  });
  const timeout = options.text("lock-timeout");
  return {
    kind: opened.program === undefined ? "terraform" : "program",
    app,
    engineApp: opened.engineApp,
    ...(opened.console === undefined ? {} : { console: opened.console }),
    ...(opened.generate === undefined ? {} : { generate: opened.generate }),
    ...(opened.configuration === undefined ? {} : { configuration: opened.configuration }),
    engine,
    providers: registry,
    providerConfigurations: opened.providerConfigurations,
    ...(opened.backend === undefined ? {} : { backend: opened.backend }),
    ...(opened.rootBackend === undefined ? {} : { rootBackend: opened.rootBackend }),
    ...(opened.ciphers === undefined ? {} : { ciphers: opened.ciphers }),
    stage,
    root,
    target,
    ...(endpoint === undefined ? {} : { endpoint }),
    parallelism,
    lockTimeoutMs: timeout === undefined ? 0 : parseDuration(timeout),
    title: `${app.name} · ${stage} · ${opened.isOffline === true ? "nothing on AWS" : target.kind === "aws" ? "AWS" : `embedded AWS at ${endpoint ?? "(not running)"}`}${opened.stateTitle === undefined ? "" : ` · ${opened.stateTitle}`}`,
    async close() {
      letGo();
      invocation.interrupt.removeEventListener("abort", interrupted);
      collectAgain();
      comeBack();
      opened.backend?.close();
      await registry.close();
    },
  };
}

/** Relative paths in a Terraform root (a function's archive, a local file) start from its folder, for providers and commands too. */
function standIn(folder: string): () => void {
  const before = process.cwd();
  process.chdir(folder);
  return () => process.chdir(before);
}

/** An SST or Pulumi program. */
async function openProgram(invocation: Invocation, sessionOptions: SessionOptions): Promise<Opened> {
  const { options, cwd, env } = invocation;
  const { root, configFile } = findApp(cwd, options.text("config"));
  const stage = resolveStage(options.text("stage"), env, root);
  const load = (chosen: Target) =>
    loadApp({
      configFile,
      stage,
      env,
      command: sessionOptions.command,
      dev: sessionOptions.dev === true,
      target: chosen.kind === "url" ? chosen.endpoint : chosen.kind,
      outDir: join(root, ".dovetail"),
      foreign: foreignFinder(root, env, notBrought()),
    });
  const { app, target, endpoint } = await openApp({
    asked: options.text("target"),
    stage,
    configFile,
    load,
    cloud: { root, env, start: sessionOptions.startCloud !== false, note: invocation.terminal.note },
  });
  return {
    app,
    program: app,
    providerConfigurations: app.providerConfigurations,
    edition: async () => editionOf(app, root),
    stage,
    root,
    target,
    endpoint,
    engineApp: app.name,
  };
}

function parallelismOf(invocation: Invocation, target: Target): number {
  const text = invocation.options.text("parallelism");
  if (text === undefined) return target.kind === "aws" ? AWS_PARALLELISM : LOCAL_PARALLELISM;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1000) {
    throw usageError(
      { name: "deploy", summary: "", options: {}, run: async () => 0 },
      `"${text}" is no number of resources from 1 to 1000`,
    );
  }
  return value;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}
