import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ValueObject } from "@dovetail/model";
import { zipSync } from "fflate";
import type { Group, Made } from "./life.ts";

const folder = mkdtempSync(join(tmpdir(), "dovetail-lives-"));
const archive = join(folder, "f.zip");
writeFileSync(archive, zipSync({ "h.js": new TextEncoder().encode("exports.handler = async (event) => ({ got: event })") }));

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const PUBLISHER = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/p/abcdefghij";
const functionOf = (made: Made): ValueObject => ({
  function_name: "lives",
  role: made("role", "arn"),
  filename: archive,
  handler: "h.handler",
  runtime: "nodejs22.x",
  publish: true,
});
const permission = (made: Made): ValueObject => ({
  layer_name: made("layer", "layer_arn"),
  version_number: 1,
  action: "lambda:GetLayerVersion",
  statement_id: "s",
});

export const LAMBDA: Group = {
  name: "Lambda",
  rows: [
    { type: "aws_iam_role", name: "role", config: () => ({ name: "lives-lambda", assume_role_policy: TRUST }) },
    {
      type: "aws_lambda_layer_version",
      name: "layer",
      config: () => ({ layer_name: "lives", filename: archive }),
      differs: [[/^(filename|created_date)$/, "not known to an import; the two are made at different times"]],
    },
    {
      type: "aws_lambda_function",
      name: "f",
      config: functionOf,
      differs: [[/^(filename|publish|last_modified|code_sha256|vpc_config.*)$/, "what an import cannot know"]],
    },
    {
      type: "aws_lambda_layer_version_permission",
      name: "everyone",
      config: (made) => ({ ...permission(made), principal: "*" }),
      changes: [(made) => ({ ...permission(made), principal: "*", organization_id: "o-1234567890" })],
    },
    {
      type: "aws_lambda_layer_version",
      name: "second",
      config: () => ({ layer_name: "lives-second", filename: archive }),
      differs: [[/^(filename|created_date)$/, "not known to an import; the two are made at different times"]],
    },
    {
      type: "aws_lambda_layer_version_permission",
      name: "account",
      config: (made) => ({ ...permission(made), layer_name: made("second", "layer_arn"), principal: "111111111111" }),
    },
    {
      type: "aws_lambda_provisioned_concurrency_config",
      name: "provisioned",
      config: () => ({ function_name: "lives", qualifier: "1", provisioned_concurrent_executions: 1 }),
      changes: [
        () => ({ function_name: "lives", qualifier: "1", provisioned_concurrent_executions: 2 }),
        () => ({ function_name: "lives", qualifier: "live", provisioned_concurrent_executions: 2 }),
      ],
    },
    {
      type: "aws_lambda_function_recursion_config",
      name: "recursion",
      config: () => ({ function_name: "lives", recursive_loop: "Allow" }),
      changes: [
        () => ({ function_name: "lives", recursive_loop: "Terminate" }),
        () => ({ function_name: "other", recursive_loop: "Terminate" }),
      ],
      importId: () => "lives",
      remains: true,
    },
    {
      type: "aws_lambda_runtime_management_config",
      name: "runtime",
      config: () => ({ function_name: "lives", update_runtime_on: "FunctionUpdate" }),
      changes: [
        () => ({ function_name: "lives", update_runtime_on: "Auto" }),
        () => ({ function_name: "lives", qualifier: "1", update_runtime_on: "Auto" }),
      ],
      importId: () => "lives,",
      remains: true,
    },
    {
      type: "aws_lambda_code_signing_config",
      name: "signing",
      config: () => ({ allowed_publishers: [{ signing_profile_version_arns: [PUBLISHER] }] }),
      changes: [
        () => ({
          allowed_publishers: [{ signing_profile_version_arns: [PUBLISHER, `${PUBLISHER}x`] }],
          description: "d",
          policies: [{ untrusted_artifact_on_deployment: "Enforce" }],
          tags: { a: "b" },
        }),
        () => ({ allowed_publishers: [{ signing_profile_version_arns: [PUBLISHER] }], tags: { a: "c" } }),
      ],
      differs: [[/^last_modified$/, "the two are made at different times"]],
    },
    {
      type: "aws_lambda_alias",
      name: "alias",
      config: () => ({ function_name: "lives", name: "live", function_version: "1" }),
      importId: () => "lives/live",
    },
    {
      type: "aws_lambda_invocation",
      name: "once",
      config: () => ({ function_name: "lives", input: '{"a":1}', triggers: { v: "1" } }),
      importId: null,
      remains: true,
      changes: [
        () => ({ function_name: "lives", input: '{"a":1}', triggers: { v: "1" }, terraform_key: "other" }),
        () => ({ function_name: "lives", input: '{"a":2}', triggers: { v: "1" } }),
        () => ({ function_name: "lives", input: '{"a":1}', triggers: { v: "2" } }),
      ],
    },
    {
      type: "aws_lambda_invocation",
      name: "followed",
      config: () => ({ function_name: "lives", input: '{"a":1}', lifecycle_scope: "CRUD" }),
      importId: null,
      remains: true,
      changes: [() => ({ function_name: "lives", input: '{"a":2}', lifecycle_scope: "CRUD" })],
    },
    {
      type: "aws_lambda_function_url",
      name: "url",
      config: () => ({
        function_name: "lives",
        qualifier: "live",
        authorization_type: "NONE",
        cors: [{ allow_origins: ["https://a.example"], allow_methods: ["GET"], max_age: 60 }],
      }),
      differs: [[/^(function_url|url_id)$/, "drawn by the service"]],
    },
  ],
  looks: [
    { data: "aws_lambda_code_signing_config", name: "signing", config: (made) => ({ arn: made("signing", "arn") }) },
    { data: "aws_lambda_alias", name: "alias", config: () => ({ function_name: "lives", name: "live" }) },
    { data: "aws_lambda_function", name: "latest", config: () => ({ function_name: "lives" }) },
    { data: "aws_lambda_function", name: "version", config: () => ({ function_name: "lives", qualifier: "1" }) },
    { data: "aws_lambda_function", name: "alias", config: () => ({ function_name: "lives", qualifier: "live" }) },
    { data: "aws_lambda_functions", name: "all", config: () => ({}) },
    { data: "aws_lambda_function_url", name: "qualified", config: () => ({ function_name: "lives", qualifier: "live" }) },
    { data: "aws_lambda_layer_version", name: "latest", config: () => ({ layer_name: "lives" }) },
    { data: "aws_lambda_layer_version", name: "version", config: () => ({ layer_name: "lives-second", version: 1 }) },
  ],
  refusals: [
    { refused: "aws_lambda_invocation", name: "json", config: { function_name: "f", input: "{" } },
    { refused: "aws_lambda_invocation", name: "scope", config: { function_name: "f", input: "{}", lifecycle_scope: "x" } },
    { refused: "aws_lambda_invocation", name: "object", config: { function_name: "f", input: "[]", lifecycle_scope: "CRUD" } },
    {
      refused: "aws_lambda_provisioned_concurrency_config",
      name: "none",
      config: { function_name: "f", qualifier: "1", provisioned_concurrent_executions: 0 },
    },
    {
      refused: "aws_lambda_provisioned_concurrency_config",
      name: "qualifier",
      config: { function_name: "f", qualifier: "", provisioned_concurrent_executions: 1 },
    },
    {
      refused: "aws_lambda_code_signing_config",
      name: "arn",
      config: { allowed_publishers: [{ signing_profile_version_arns: ["x"] }] },
    },
    {
      refused: "aws_lambda_code_signing_config",
      name: "policy",
      config: {
        allowed_publishers: [{ signing_profile_version_arns: [PUBLISHER] }],
        policies: [{ untrusted_artifact_on_deployment: "x" }],
      },
    },
  ],
};
