/** moto server, a second implementation to compare with: found on PATH, listening on loopback on a port of its own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";

export interface Moto {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** Whether this machine has `moto_server`; says so on the console when not. */
export function hasMoto(): boolean {
  const found = spawnSync("moto_server", ["--help"], { stdio: "ignore" }).status === 0;
  if (!found) console.warn("skipped: no moto_server on this machine");
  return found;
}

/** Starts it with an account, of default the one that the embedded cloud has, so that ARNs are equal. Rejects when it doesn't answer in `TRIES` tries. */
export async function startMoto({ accountId = "000000000000", region = "eu-west-1" } = {}): Promise<Moto> {
  const port = await freePort();
  const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
    env: { ...process.env, MOTO_ACCOUNT_ID: accountId, AWS_DEFAULT_REGION: region },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilItAnswers(endpoint, child);
  return { endpoint, stop: () => stop(child) };
}

const TRIES = 300;
const BETWEEN_MS = 100;

async function untilItAnswers(endpoint: string, child: ChildProcess): Promise<void> {
  for (let tried = 0; tried < TRIES && child.exitCode === null; tried++) {
    const answered = await fetch(`${endpoint}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
  await stop(child);
  throw new Error("moto_server did not answer");
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await gone;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
