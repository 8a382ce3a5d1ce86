/** `dovetail terraform`: the real terraform with our providers and the embedded AWS, nothing downloaded. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dovetailIn, hasTerraform } from "./dovetail.ts";

const CONFIGURATION = `
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}
provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Team = "a" }
  }
}
provider "aws" {
  alias  = "us"
  region = "us-east-1"
}
data "aws_caller_identity" "me" {}
resource "aws_sqs_queue" "dead" {
  name = "dead"
}
resource "aws_sqs_queue" "jobs" {
  name           = "jobs"
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 3 })
}
resource "aws_sns_topic" "us" {
  provider = aws.us
  name     = "in-us"
}
resource "random_id" "suffix" {
  byte_length = 4
}
resource "aws_ssm_parameter" "secret" {
  name  = "/secret-\${random_id.suffix.hex}"
  type  = "SecureString"
  value = "x"
}
output "arns" {
  value = [aws_sqs_queue.jobs.arn, aws_sns_topic.us.arn, data.aws_caller_identity.me.account_id]
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-served-"));
  writeFileSync(join(folder, "main.tf"), CONFIGURATION);
});
afterAll(async () => {
  await dovetail("cloud", "stop");
  rmSync(folder, { recursive: true });
});

const dovetail = (...args: string[]) => dovetailIn(folder, ...args);
const terraform = (...args: string[]) => dovetail("terraform", "--", ...args);

describe.skipIf(!hasTerraform())("dovetail terraform", () => {
  test("init needs no download; apply, an empty plan, another region by alias, destroy", async () => {
    expect(await terraform("init", "-no-color")).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, ".terraform", "providers"))).toBe(false);
    const applied = await terraform("apply", "-auto-approve", "-no-color");
    expect(applied.stderr.replaceAll(/^The embedded AWS was started.*\n/gm, "")).toBe("");
    expect(applied.stdout).toContain("5 added, 0 changed, 0 destroyed");
    expect(JSON.parse((await terraform("output", "-json", "arns")).stdout)).toEqual([
      "arn:aws:sqs:eu-west-1:000000000000:jobs",
      "arn:aws:sns:us-east-1:000000000000:in-us",
      "000000000000",
    ]);
    expect(await terraform("plan", "-detailed-exitcode", "-no-color")).toMatchObject({ code: 0 });
    const shown = JSON.parse((await terraform("show", "-json")).stdout);
    const queue = shown.values.root_module.resources.find(({ address }: { address: string }) => address === "aws_sqs_queue.jobs");
    expect(queue).toMatchObject({ schema_version: 0, values: { tags_all: { Team: "a" }, visibility_timeout_seconds: 30 } });
    expect((await terraform("destroy", "-auto-approve", "-no-color")).stdout).toContain("5 destroyed");
  });

  test("what is wrong is told by terraform at its place, in the real provider's words", async () => {
    writeFileSync(
      join(folder, "wrong.tf"),
      'resource "aws_sqs_queue" "wrong" {\n  name = "a!"\n}\nresource "aws_nothing" "x" {}\n',
    );
    const planned = await terraform("plan", "-no-color");
    expect(planned.code).toBe(1);
    expect(planned.stderr).toMatch(/Invalid resource type[\s\S]*does not support resource type "aws_nothing"/);
    writeFileSync(join(folder, "wrong.tf"), 'resource "aws_sqs_queue" "wrong" {\n  name = "a!"\n}\n');
    const again = await terraform("plan", "-no-color");
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("invalid queue name: a!") });
  });

  test("exit codes are terraform's own, and a program that is not there is told", async () => {
    rmSync(join(folder, "wrong.tf"));
    expect(await terraform("plan", "-detailed-exitcode", "-no-color")).toMatchObject({ code: 2 });
    expect(await dovetail("terraform", "--program", "no-such-program", "--", "plan")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no-such-program cannot be found on PATH"),
    });
  });
});
