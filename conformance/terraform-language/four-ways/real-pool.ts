/**
 * Real AWS provider processes that outlive a terraform run. Each connection gets a process of its own, as each `provider` block of a
 * configuration has one; a process that is let go serves the next connection, so its start is paid once.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface RealPool {
  /** Its entry of `TF_REATTACH_PROVIDERS`. */
  readonly reattach: object;
  /**
   * A program that says the handshake of a provider that runs already: what hosts a provider by its binary connects to the pool. Each has
   * an address of its own, since gRPC clients share connections to one.
   */
  binary(): Promise<string>;
  close(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly socket: string;
  readonly protocol: number;
}

export interface PoolOptions {
  readonly binary: string;
  /** Of the cloud that every process talks to, and to nothing else. */
  readonly endpoint: string;
  /** The root's folder: relative paths of resources are read from it. */
  readonly cwd: string;
  /** All connections have one process: they configure it alike. */
  readonly isShared: boolean;
}

/** Starts the first process. Throws where it does not start. */
export async function startRealPool({ binary, endpoint, cwd, isShared }: PoolOptions): Promise<RealPool> {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-pool-"));
  const children = new Set<ChildProcess>();
  const start = async (): Promise<Running> => {
    const child = spawn(binary, ["-debug"], { cwd, stdio: ["ignore", "pipe", "ignore"], env: environment(endpoint) });
    children.add(child);
    return { child, ...(await attachment(child)) };
  };
  const first = await start();
  const idle: Running[] = [first];
  const servers: Server[] = [];
  const listen = async (): Promise<number> => {
    const server = createServer((client) => {
      void (async () => {
        const running = isShared ? first : (idle.pop() ?? (await start()));
        joined(client, createConnection(running.socket), () => idle.push(running));
      })();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };
  const port = await listen();
  return {
    reattach: {
      Protocol: "grpc",
      ProtocolVersion: first.protocol,
      Pid: process.pid,
      Test: true,
      Addr: { Network: "tcp", String: `127.0.0.1:${port}` },
    },
    async binary() {
      const own = await listen();
      const script = join(folder, `attached-${own}.sh`);
      writeFileSync(script, `#!/bin/sh\necho '1|${first.protocol}|tcp|127.0.0.1:${own}|grpc'\nexec sleep 86400\n`);
      chmodSync(script, 0o700);
      return script;
    },
    async close() {
      for (const server of servers) server.close();
      for (const child of children) child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function environment(endpoint: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
    ...awsEnvironment(endpoint),
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    HTTPS_PROXY: "http://127.0.0.1:9",
    NO_PROXY: "127.0.0.1",
  };
}

/** What makes an AWS client reach the cloud. */
export function awsEnvironment(endpoint: string): { readonly [name: string]: string } {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** What a provider in debug mode prints for whoever wants to use it. */
async function attachment(child: ChildProcess): Promise<Pick<Running, "socket" | "protocol">> {
  if (child.stdout === null) throw new Error("no standard output");
  for await (const line of createInterface({ input: child.stdout })) {
    const text = /TF_REATTACH_PROVIDERS='(.*)'/.exec(line)?.[1];
    if (text === undefined) continue;
    const [entry] = Object.values(JSON.parse(text) as Record<string, { ProtocolVersion: number; Addr: { String: string } }>);
    if (entry === undefined) continue;
    child.stdout.resume();
    return { socket: entry.Addr.String, protocol: entry.ProtocolVersion };
  }
  throw new Error("the real provider ended before it could be used");
}

function joined(one: Socket, other: Socket, ended: () => void): void {
  let isOver = false;
  const end = () => {
    one.destroy();
    other.destroy();
    if (!isOver) ended();
    isOver = true;
  };
  for (const each of [one, other]) each.on("error", end).on("close", end).setNoDelay(true);
  one.pipe(other);
  other.pipe(one);
}
