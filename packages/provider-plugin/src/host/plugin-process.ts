/**
 * A provider binary as a child process: go-plugin's handshake (environment out, one line of standard output back), a gRPC connection
 * over its socket, and its end. TLS is not asked for: the socket is a Unix socket or a loopback port of this user's.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { Client, credentials } from "@grpc/grpc-js";
import type { ProtocolVersion } from "../wire/messages.ts";

/** What every Terraform provider asks of whoever starts it. */
const MAGIC_COOKIE = { TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2" };
const CORE_PROTOCOL = "1";
const MESSAGE_BYTES_MAX = 256 * 1024 * 1024;
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 2_000;
const END_MS_MAX = 1_000;
/** The last of what it wrote on standard error, for the diagnostic when it dies. */
const LOG_BYTES_MAX = 8_192;

export interface PluginProcess {
  readonly client: Client;
  readonly version: ProtocolVersion;
  /** The end of what it wrote on standard error, secrets and all: never to be shown as it is. */
  log(): string;
  /** Whether it has ended, or does within a moment: a connection drops before its process is seen to end. */
  ended(): Promise<boolean>;
  /** Ends it: asked first, killed when it won't go. Idempotent. */
  stop(ask: () => Promise<void>): Promise<void>;
}

export interface PluginStart {
  readonly binary: string;
  /** What the provider is called, for diagnostics: `registry.terraform.io/hashicorp/aws`. */
  readonly source: string;
  readonly env: NodeJS.ProcessEnv;
  readonly startMsMax?: number;
}

/** Starts the binary and connects. Throws DVT4011 when it can't be started, says something else, or says nothing in time. */
export async function startPlugin({ binary, source, env, startMsMax = START_MS_MAX }: PluginStart): Promise<PluginProcess> {
  const child = spawn(binary, [], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...env, ...MAGIC_COOKIE, PLUGIN_PROTOCOL_VERSIONS: "5,6", PLUGIN_MIN_PORT: "10000", PLUGIN_MAX_PORT: "25000" },
  });
  // When this process is ended in a hurry, by a second Ctrl-C, its children go with it.
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);
  child.once("exit", () => process.off("exit", killed));
  let log = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-LOG_BYTES_MAX);
  });
  try {
    const line = await firstLine(child, startMsMax);
    const { version, address } = handshake(line);
    child.stdout?.resume();
    const client = new Client(address, credentials.createInsecure(), {
      "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
      "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
      "grpc.default_authority": "localhost",
    });
    return {
      client,
      version,
      log: () => log,
      ended: () => ended(child),
      stop: (ask) => stop(child, client, ask),
    };
  } catch (cause) {
    child.kill("SIGKILL");
    throw new DiagnosticError(
      errorDiagnostic("DVT4011", "Provider process failed", {
        detail: `${source} (${binary}) did not start: ${cause instanceof Error ? cause.message : String(cause)}.${log === "" ? "" : `\nIt wrote:\n${log.trimEnd()}`}`,
        fix: "Check that the file is a Terraform provider for this machine's system and architecture, and executable.",
      }),
      { cause },
    );
  }
}

/** The handshake: `1|6|unix|/tmp/plugin123|grpc|` (go-plugin, docs/internals.md). */
function handshake(line: string): { readonly version: ProtocolVersion; readonly address: string } {
  const [core, protocol, network, address, kind] = line.trim().split("|");
  if (core !== CORE_PROTOCOL || address === undefined)
    throw new Error(`its first line is no handshake: ${JSON.stringify(line.slice(0, 200))}`);
  if (kind !== "grpc") throw new Error(`it speaks ${kind ?? "no protocol"}, not gRPC`);
  if (protocol !== "5" && protocol !== "6") throw new Error(`it speaks protocol ${protocol}; 5 and 6 are understood`);
  return { version: protocol === "5" ? 5 : 6, address: network === "unix" ? `unix:${address}` : address };
}

function firstLine(child: ChildProcess, msMax: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it said nothing for ${msMax} ms`)), msMax);
    const settle =
      <T>(how: (value: T) => void) =>
      (value: T) => {
        clearTimeout(timer);
        how(value);
      };
    child.once("error", settle(reject));
    child.once("exit", (code, signal) => settle(reject)(new Error(`it ended at once (${signal ?? `exit status ${code}`})`)));
    if (child.stdout === null) reject(new Error("it has no standard output"));
    else createInterface({ input: child.stdout }).once("line", settle(resolve));
  });
}

function ended(child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), END_MS_MAX);
    child.once("close", () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

async function stop(child: ChildProcess, client: Client, ask: () => Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return client.close();
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const late = new Promise<void>((resolve) => setTimeout(resolve, STOP_MS_MAX).unref());
  await Promise.race([ask().catch(() => undefined), late]);
  client.close();
  child.kill("SIGTERM");
  const second = new Promise<void>((resolve) => setTimeout(resolve, STOP_MS_MAX).unref());
  await Promise.race([gone, second]);
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGKILL");
    await gone;
  }
}
