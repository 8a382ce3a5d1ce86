import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startDetachedCloud } from "./detached.ts";
import { findRunningCloud, isAlive, lockFolder } from "./registry.ts";

const entry = join(import.meta.dirname, "..", "serve.ts");
let dataDir: string;
const pids = new Set<number>();

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "dovetail-process-"));
});
afterEach(async () => {
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  pids.clear();
  rmSync(dataDir, { recursive: true, force: true });
});

async function begin(options: object = {}) {
  const running = await startDetachedCloud({ dataDir, entry, ...options });
  pids.add(running.pid);
  return running;
}

const admin = (endpoint: string, path: string, body?: object) =>
  fetch(`${endpoint}/_dovetail/${path}`, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }).then(
    (answer) => answer.json(),
  );
const parameter = (endpoint: string, operation: string, input: object) =>
  fetch(endpoint, {
    method: "POST",
    headers: {
      "x-amz-target": `AmazonSSM.${operation}`,
      authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ssm/aws4_request",
    },
    body: JSON.stringify(input),
  }).then((answer) => answer.json());

async function ended(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
}

describe("a cloud in a process of its own", () => {
  test("is started once, found by its folder, and stopped through its API", async () => {
    const [first, second] = await Promise.all([begin(), begin()]);
    expect(second.pid).toBe(first.pid);
    expect([first.alreadyRunning, second.alreadyRunning].sort()).toEqual([false, true]);
    expect(await findRunningCloud(dataDir)).toMatchObject({
      endpoint: first.endpoint,
      pid: first.pid,
      accountId: "000000000000",
    });
    expect(await admin(first.endpoint, "status")).toMatchObject({
      endpoint: first.endpoint,
      pid: first.pid,
      dataDir,
      accountId: "000000000000",
    });
    await admin(first.endpoint, "stop", {});
    await ended(first.pid);
    expect(await findRunningCloud(dataDir)).toBeUndefined();
  });

  test("loses nothing that it acknowledged when it is killed, and the folder is free at once", async () => {
    const first = await begin();
    await parameter(first.endpoint, "PutParameter", { Name: "a", Value: "kept", Type: "String" });
    await admin(first.endpoint, "clock", { advanceMs: 3_600_000 });
    process.kill(first.pid, "SIGKILL");
    await ended(first.pid);
    expect(await findRunningCloud(dataDir)).toBeUndefined();
    const second = await begin();
    expect(second.pid).not.toBe(first.pid);
    expect(await parameter(second.endpoint, "GetParameter", { Name: "a" })).toMatchObject({ Parameter: { Value: "kept" } });
    expect(await admin(second.endpoint, "clock")).toMatchObject({ offsetMs: expect.closeTo(3_600_000, -4) });
  });

  test("says which port is taken when one was asked for", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(begin({ port })).rejects.toMatchObject({
      diagnostics: [{ code: "DVT6002", detail: expect.stringContaining(String(port)) }],
    });
    await new Promise((resolve) => other.close(resolve));
  });

  test("says why it does not start", async () => {
    await expect(begin({ accountId: "12" })).rejects.toMatchObject({
      diagnostics: [{ code: "DVT6001", detail: expect.stringContaining("twelve digits") }],
    });
  });
});

test.runIf(process.platform === "linux")("a process that has ended is not alive, though nobody has waited for it", async () => {
  // The shell becomes `sleep`, which never asks after the child that the shell had started; only then may the child end.
  const script = "exec 3<&0; (read line <&3) & echo $!; exec sleep 60";
  const parent = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "pipe", "ignore"] });
  try {
    const [text] = (await once(parent.stdout, "data")) as [Buffer];
    const child = Number(text.toString());
    expect(child).toBeGreaterThan(1);
    while (readFileSync(`/proc/${parent.pid}/comm`, "utf8") !== "sleep\n") await new Promise((resolve) => setImmediate(resolve));
    expect(isAlive(child)).toBe(true);
    parent.stdin.write("end\n");
    while (isAlive(child)) await new Promise((resolve) => setImmediate(resolve));
    expect(process.kill(child, 0)).toBe(true);
  } finally {
    parent.kill("SIGKILL");
  }
});

describe("the folder's lock", () => {
  test("keeps a living owner's folder and names its process", async () => {
    const running = await begin();
    expect(() => lockFolder(dataDir)).toThrow(new RegExp(`Process ${running.pid} runs a cloud`));
  });

  test.each([
    ["a dead process", "999999999"],
    ["nothing readable", "?"],
  ])("takes over what %s left", (_name, content) => {
    writeFileSync(join(dataDir, "cloud.lock"), content);
    const lock = lockFolder(dataDir);
    expect(readFileSync(join(dataDir, "cloud.lock"), "utf8")).toBe(String(process.pid));
    lock.release();
  });

  test("a registry file that is no JSON, or another program's, is no running cloud", async () => {
    for (const text of [
      "{",
      "[]",
      '{"pid":1}',
      JSON.stringify({ endpoint: "http://127.0.0.1:1", pid: process.pid, accountId: "000000000000" }),
    ]) {
      writeFileSync(join(dataDir, "cloud.json"), text);
      expect(await findRunningCloud(dataDir)).toBeUndefined();
    }
  });
});
