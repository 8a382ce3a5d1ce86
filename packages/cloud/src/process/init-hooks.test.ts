import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { initReport } from "../core/init-report.ts";
import { initHooks } from "./init-hooks.ts";
import { serve } from "./serve.ts";

let folder: string;
const lines: string[] = [];
const log = (line: string) => lines.push(line);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-init-"));
  lines.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function script(stage: string, name: string, text: string, mode = 0o644): void {
  const at = join(folder, "init", `${stage}.d`);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, name), text);
  chmodSync(join(at, name), mode);
}

test("scripts run in the order of their names; one that fails is told and does not stop the next", async () => {
  script("ready", "2.sh", `echo second >> ${folder}/order`);
  script("ready", "1.py", `open("${folder}/order", "a").write("first\\n")`);
  script("ready", "3.sh", "echo wrong >&2; exit 3");
  script("ready", "4.sh", `#!/bin/sh\necho "$AWS_ENDPOINT_URL" >> ${folder}/order`, 0o755);
  script("ready", "notes.txt", "no script");
  const report = initReport(false);
  const hooks = initHooks(report, {
    folder: join(folder, "init"),
    environment: () => ({ AWS_ENDPOINT_URL: "http://here" }),
    log,
  });
  await hooks.run("READY");
  expect(readFileSync(join(folder, "order"), "utf8")).toBe("first\nsecond\nhttp://here\n");
  expect(report.completed).toEqual({ BOOT: false, START: false, READY: true, SHUTDOWN: false });
  expect(report.scripts.map(({ name, state }) => [name, state])).toEqual([
    ["1.py", "SUCCESSFUL"],
    ["2.sh", "SUCCESSFUL"],
    ["3.sh", "ERROR"],
    ["4.sh", "SUCCESSFUL"],
  ]);
  expect(lines.join("\n")).toMatch(/3\.sh: wrong\n.*3\.sh failed: exit code 3/s);
});

test("awslocal is there for scripts, whether or not the machine has it", async () => {
  script("ready", "1.sh", `PATH="${folder}/bin:$PATH" awslocal s3 ls`);
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "aws"), `#!/bin/sh\necho "$@" > ${folder}/called\n`, { mode: 0o755 });
  const report = initReport(false);
  const environment = () => ({ AWS_ENDPOINT_URL: "http://here" });
  await initHooks(report, { folder: join(folder, "init"), environment, log }).run("READY");
  expect(report.scripts).toMatchObject([{ state: "SUCCESSFUL" }]);
  expect(readFileSync(join(folder, "called"), "utf8")).toBe("--endpoint-url http://here s3 ls\n");
});

test("a script that hangs is ended", async () => {
  script("boot", "1.sh", "exec sleep 600");
  const report = initReport(false);
  await initHooks(report, { folder: join(folder, "init"), environment: () => ({}), log, timeoutMs: 50 }).run("BOOT");
  expect(report.scripts).toMatchObject([{ state: "ERROR" }]);
});

test("a cloud runs the stages of its folder, with an endpoint that answers", async () => {
  script("boot", "a.sh", `test -z "$AWS_ENDPOINT_URL"`);
  const call = `import os, urllib.request; print(urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/_localstack/health").status)`;
  script("start", "a.py", call);
  script("ready", "a.py", call);
  script("shutdown", "a.py", call);
  const served = await serve({ dataDir: folder, port: 0, log });
  const ready = async (): Promise<unknown> => {
    const answer = (await (await fetch(`${served.cloud.endpoint}/_localstack/init/ready`)).json()) as { completed: boolean };
    return answer.completed ? answer : ready();
  };
  expect(await ready()).toMatchObject({ scripts: [{ stage: "READY", name: "a.py", state: "SUCCESSFUL" }] });
  const all = await (await fetch(`${served.cloud.endpoint}/_localstack/init`)).json();
  expect(all).toMatchObject({ completed: { BOOT: true, START: true, READY: true, SHUTDOWN: false } });
  await served.stop();
  expect(lines.filter((line) => line.endsWith(": 200"))).toHaveLength(3);
});
