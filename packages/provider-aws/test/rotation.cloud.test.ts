/** A secret's rotation: set, changed and cancelled in the embedded cloud. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EDITIONS, liveThrough, openLab, type Step } from "./lab.ts";

const folder = mkdtempSync(join(tmpdir(), "dovetail-rotation-"));
const archive = join(folder, "f.zip");
beforeAll(() => writeFileSync(archive, zipSync({ "h.js": new TextEncoder().encode("exports.handler = async () => 1") })));
afterAll(() => rmSync(folder, { recursive: true }));

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const STEPS: readonly Step[] = [
  { type: "aws_iam_role", name: "role", config: () => ({ name: "role", assume_role_policy: TRUST }) },
  {
    type: "aws_lambda_function",
    name: "rotator",
    config: (made) => ({
      function_name: "rotator",
      role: made("role", "arn"),
      handler: "h.handler",
      runtime: "nodejs22.x",
      filename: archive,
    }),
    importLeaves: ["filename", "publish", "source_code_hash"],
  },
  {
    type: "aws_lambda_permission",
    name: "permission",
    config: () => ({
      function_name: "rotator",
      statement_id: "s",
      action: "lambda:InvokeFunction",
      principal: "secretsmanager.amazonaws.com",
    }),
    importId: () => "rotator/s",
  },
  { type: "aws_secretsmanager_secret", name: "secret", config: () => ({ name: "s", recovery_window_in_days: 0 }) },
  {
    type: "aws_secretsmanager_secret_version",
    name: "value",
    config: (made) => ({ secret_id: made("secret", "id"), secret_string: "one" }),
    remains: true,
  },
  {
    type: "aws_secretsmanager_secret_rotation",
    name: "rotation",
    config: (made) => ({
      secret_id: made("secret", "id"),
      rotation_lambda_arn: made("rotator", "arn"),
      rotate_immediately: false,
      rotation_rules: [{ automatically_after_days: 30 }],
    }),
    update: (made) => ({
      secret_id: made("secret", "id"),
      rotation_lambda_arn: made("rotator", "arn"),
      rotate_immediately: false,
      rotation_rules: [{ schedule_expression: "rate(10 days)", duration: "3h" }],
    }),
    importLeaves: ["rotate_immediately"],
    remains: true,
  },
];

it.each(EDITIONS)("a secret's rotation lives and ends in the embedded cloud, edition %s", async (edition) => {
  const lab = await openLab(edition);
  try {
    expect(await liveThrough(lab, STEPS)).toEqual([]);
  } finally {
    await lab.close();
  }
});
