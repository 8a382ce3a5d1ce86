/** `dovetail terraform --real-provider`: the user's terraform with the provider of the user's mirror, on the embedded AWS. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const mirror = process.env.DOVETAIL_TF_MIRROR ?? "";
const missing =
  mirror === "" || !existsSync(mirror)
    ? "no mirror with the real AWS provider (DOVETAIL_TF_MIRROR names one)"
    : spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0
      ? undefined
      : "no terraform on this machine";
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const CONFIGURATION = `
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}
variable "stream" {}
provider "aws" {
  region = "eu-west-1"
}
resource "aws_cloudwatch_log_group" "app" {
  name = "/app/real"
}
resource "aws_cloudwatch_log_stream" "one" {
  name           = var.stream
  log_group_name = aws_cloudwatch_log_group.app.name
}
resource "aws_s3_bucket" "files" {
  bucket = "files-of-the-real-one"
}
output "arn" {
  value = aws_cloudwatch_log_stream.one.arn
}
`;

/** Shows what it is started with, and waits for a signal where it is told to. */
const PROGRAM = `#!/bin/sh
echo "$TF_REATTACH_PROVIDERS"
if [ "$1" = wait ]; then
  trap 'echo interrupted; exit 7' INT
  echo waiting
  while :; do sleep 0.05; done
fi
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-terraform-"));
  mkdirSync(join(folder, "infra"));
  writeFileSync(join(folder, "infra", "main.tf"), CONFIGURATION);
  writeFileSync(join(folder, "rc"), `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`);
  writeFileSync(join(folder, "my-tofu"), PROGRAM, { mode: 0o755 });
});
afterAll(async () => {
  await dovetail(["cloud", "stop"]).ended;
  rmSync(folder, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  /** Waits until it has written the text. */
  said(text: string): Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

function dovetail(args: readonly string[], input = ""): Running {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    CHECKPOINT_DISABLE: "1",
    DOVETAIL_CLOUD: join(folder, "cloud"),
    DOVETAIL_SOURCES: "1",
    TF_CLI_CONFIG_FILE: join(folder, "rc"),
    AWS_PROFILE: "production",
  };
  const child = spawn(process.execPath, [join(ROOT, "packages/cli/bin/dovetail.mjs"), ...args], { cwd: folder, env });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.end(input);
  return {
    child,
    said: async (text) => {
      await expect.poll(() => stdout.includes(text), { timeout: 60_000 }).toBe(true);
    },
    ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr }))),
  };
}

const real = (args: readonly string[], input?: string) =>
  dovetail(["terraform", "--real-provider", "--", "-chdir=infra", ...args], input).ended;

describe.skipIf(missing !== undefined)("dovetail terraform --real-provider", () => {
  test("uses the provider of the mirror in the folder of -chdir; questions are answered from standard input", async () => {
    const init = await real(["init", "-no-color"]);
    expect([init.code, init.stderr.replaceAll(/^The embedded AWS was started.*\n/gm, "")]).toEqual([0, ""]);
    expect(readFileSync(join(folder, "infra", ".terraform.lock.hcl"), "utf8")).toContain(
      'provider "registry.terraform.io/hashicorp/aws"',
    );
    expect(await real(["plan", "-no-color", "-detailed-exitcode"], "one\n")).toMatchObject({ code: 2 });
    const applied = await real(["apply", "-no-color", "-var=stream=one"], "yes\n");
    expect([applied.code, applied.stdout.match(/\d+ added.*/)?.[0], applied.stderr]).toEqual([
      0,
      "3 added, 0 changed, 0 destroyed.",
      "",
    ]);
    expect((await real(["output", "-raw", "arn"])).stdout).toBe(
      "arn:aws:logs:eu-west-1:000000000000:log-group:/app/real:log-stream:one",
    );
  }, 300_000);

  test("is no change afterwards, neither for the real provider nor, where it has the types, for ours; and is destroyed", async () => {
    expect(await real(["plan", "-no-color", "-detailed-exitcode", "-var=stream=one"])).toMatchObject({ code: 0 });
    const ours = dovetail([
      "terraform",
      "--",
      "-chdir=infra",
      "plan",
      "-no-color",
      "-detailed-exitcode",
      "-var=stream=one",
      "-target=aws_s3_bucket.files",
    ]);
    expect(await ours.ended).toMatchObject({ code: 0 });
    const destroyed = await real(["destroy", "-no-color", "-auto-approve", "-var=stream=one"]);
    expect(destroyed.stdout).toContain("3 destroyed");
  }, 300_000);
});

describe("dovetail terraform", () => {
  const program = (...args: string[]) => dovetail(["terraform", "--program", join(folder, "my-tofu"), ...args]);

  test("serves our providers under the names of both registries; with --real-provider all but AWS's", async () => {
    const ours = Object.keys(JSON.parse((await program("--", "plan").ended).stdout));
    expect(ours).toEqual(
      expect.arrayContaining([
        "registry.terraform.io/hashicorp/aws",
        "registry.opentofu.org/hashicorp/aws",
        "registry.opentofu.org/hashicorp/random",
      ]),
    );
    const others = Object.keys(JSON.parse((await program("--real-provider", "--", "plan").ended).stdout));
    expect(others).toEqual(ours.filter((name) => !name.endsWith("/aws")));
  });

  test("hands an interrupt on, once, and ends as the program ends", async () => {
    const running = program("--", "wait");
    await running.said("waiting");
    running.child.kill("SIGINT");
    const { code, stdout } = await running.ended;
    expect([code, stdout.match(/interrupted/g)]).toEqual([7, ["interrupted"]]);
  });
});
