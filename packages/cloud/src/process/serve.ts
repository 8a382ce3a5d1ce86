/** One cloud as this process's only business: folder lock, port, registry, heartbeat, end. */
import { join } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { type Cloud, type CloudOptions, startCloud } from "../cloud.ts";
import { initReport } from "../core/init-report.ts";
import { type InitHooks, initHooks } from "./init-hooks.ts";
import { type FolderLock, HEARTBEAT_MS, lockFolder, publish, type RunningCloud } from "./registry.ts";

export interface ServeOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly accountId?: string;
  readonly region?: string;
  readonly enforceIam?: boolean;
  readonly durable?: boolean;
  readonly volatile?: boolean;
  readonly traceEvents?: number;
  /** Folder of init scripts; default `init` in the data folder. */
  readonly initDir?: string;
  readonly log: (line: string) => void;
}

export interface ServedCloud {
  readonly running: RunningCloud;
  readonly cloud: Cloud;
  /** Resolves when somebody asked it to stop and everything is written. */
  readonly stopped: Promise<void>;
  stop(): Promise<void>;
}

/** The port that LocalStack users have in their scripts. */
const DEFAULT_PORT = 4566;
const PORTS_TRIED = 20;

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES");
}

async function startAtPort(options: CloudOptions, port: number | undefined): Promise<Cloud> {
  if (port !== undefined) {
    try {
      return await startCloud({ ...options, port });
    } catch (error) {
      if (!isTaken(error)) throw error;
      throw new DiagnosticError(
        errorDiagnostic("DVT6002", "Port in use", {
          detail: `Something else listens on 127.0.0.1:${port}, the port that was asked for.`,
          fix: "Stop it, or leave the port out to get a free one:\n\n    dovetail cloud start",
        }),
        { cause: error },
      );
    }
  }
  for (let candidate = DEFAULT_PORT; candidate < DEFAULT_PORT + PORTS_TRIED; candidate++) {
    try {
      return await startCloud({ ...options, port: candidate });
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  return startCloud({ ...options, port: 0 });
}

/** Throws DVT6002, DVT6004. */
export async function serve(options: ServeOptions): Promise<ServedCloud> {
  const lock = lockFolder(options.dataDir);
  let cloud: Cloud | undefined;
  const hooks = initHooks(initReport(false), {
    folder: options.initDir ?? join(options.dataDir, "init"),
    environment: () => (cloud === undefined ? {} : scriptEnvironment(cloud)),
    log: options.log,
  });
  try {
    const { port, initDir: _initDir, ...rest } = options;
    await hooks.run("BOOT");
    cloud = await startAtPort({ ...rest, init: hooks.report }, port);
    return await serveStarted(cloud, { options, lock, hooks });
  } catch (error) {
    await cloud?.stop();
    lock.release();
    throw error;
  }
}

/** How a script reaches the cloud: the SDKs and the aws CLI read these. */
function scriptEnvironment(cloud: Cloud): { readonly [name: string]: string } {
  return {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_DEFAULT_REGION: cloud.region,
    AWS_REGION: cloud.region,
    AWS_PAGER: "",
    LOCALSTACK_HOSTNAME: "127.0.0.1",
    LOCALSTACK_HOST: `127.0.0.1:${cloud.port}`,
    EDGE_PORT: String(cloud.port),
  };
}

interface Started {
  readonly options: ServeOptions;
  readonly lock: FolderLock;
  readonly hooks: InitHooks;
}

async function serveStarted(cloud: Cloud, { options, lock, hooks }: Started): Promise<ServedCloud> {
  await hooks.run("START");
  const running: RunningCloud = {
    endpoint: cloud.endpoint,
    port: cloud.port,
    pid: process.pid,
    dataDir: options.dataDir,
    accountId: cloud.accountId,
    region: cloud.region,
    started: new Date().toISOString(),
  };
  publish(running);
  const beat = setInterval(() => lock.heartbeat(), HEARTBEAT_MS);
  let stopping: Promise<void> | undefined;
  let ended: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      clearInterval(beat);
      await hooks.run("SHUTDOWN");
      await cloud.stop();
      lock.release();
      ended();
    })();
    return stopping;
  };
  cloud.onStopRequest(() => void stop());
  // As with LocalStack, nobody waits for these: /_localstack/init/ready tells when they are done.
  void hooks.run("READY");
  return { running, cloud, stopped, stop };
}
