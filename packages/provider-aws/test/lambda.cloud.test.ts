import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EDITIONS, liveThrough, type Made, openLab, type Step } from "./lab.ts";

const folder = mkdtempSync(join(tmpdir(), "dovetail-lambda-"));
const archive = join(folder, "f.zip");
beforeAll(() => writeFileSync(archive, zipSync({ "h.js": new TextEncoder().encode("exports.handler = async () => 1") })));
afterAll(() => rmSync(folder, { recursive: true }));

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const ANYTHING = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
const functionOf = (made: Made) => ({
  function_name: "f",
  role: made("role", "arn"),
  filename: archive,
  handler: "h.handler",
  runtime: "nodejs22.x",
});

const FUNCTIONS: readonly Step[] = [
  { type: "aws_iam_role", name: "role", config: () => ({ name: "role", assume_role_policy: TRUST }) },
  { type: "aws_iam_role_policy", name: "inline", config: () => ({ name: "p", role: "role", policy: ANYTHING }) },
  { type: "aws_sqs_queue", name: "queue", config: () => ({ name: "queue" }) },
  {
    type: "aws_lambda_layer_version",
    name: "layer",
    anonymous: true,
    config: () => ({ layer_name: "l", filename: archive, compatible_runtimes: ["nodejs22.x"] }),
    importLeaves: ["filename"],
    replace: { config: () => ({ layer_name: "l", filename: archive, description: "d" }), path: "description" },
  },
  {
    type: "aws_lambda_function",
    name: "f",
    config: (made) => ({ ...functionOf(made), environment: [{ variables: { STAGE: "b" } }], tags: { a: "b" } }),
    update: (made) => ({ ...functionOf(made), memory_size: 256, timeout: 5, description: "d", publish: true }),
    replace: { config: (made) => ({ ...functionOf(made), function_name: "other" }), path: "function_name" },
    importLeaves: ["filename", "publish"],
  },
  {
    type: "aws_lambda_function",
    name: "g",
    config: (made) => ({
      ...functionOf(made),
      function_name: "g",
      source_code_hash: "one",
      publish: true,
      architectures: ["arm64"],
      layers: [made("layer", "arn")],
      dead_letter_config: [{ target_arn: made("queue", "arn") }],
      tracing_config: [{ mode: "Active" }],
      ephemeral_storage: [{ size: 1024 }],
      logging_config: [{ log_format: "JSON" }],
      reserved_concurrent_executions: 5,
    }),
    update: (made) => ({ ...functionOf(made), function_name: "g", source_code_hash: "two", publish: true, handler: "h.handler" }),
    importLeaves: ["filename", "publish", "source_code_hash"],
  },
  {
    type: "aws_lambda_permission",
    name: "permission",
    anonymous: true,
    importId: (made) => `f/${made("permission", "id")}`,
    config: () => ({
      function_name: "f",
      action: "lambda:InvokeFunction",
      principal: "sns.amazonaws.com",
      source_arn: "arn:aws:sns:us-east-1:123456789012:t",
    }),
    replace: {
      config: () => ({ function_name: "f", action: "lambda:InvokeFunction", principal: "s3.amazonaws.com" }),
      path: "principal",
    },
  },
  {
    type: "aws_lambda_alias",
    name: "alias",
    importId: () => "f/live",
    config: () => ({ name: "live", function_name: "f", function_version: "$LATEST" }),
    update: () => ({ name: "live", function_name: "f", function_version: "1", description: "d" }),
  },
  {
    type: "aws_lambda_event_source_mapping",
    name: "mapping",
    config: (made) => ({ function_name: made("f", "arn"), event_source_arn: made("queue", "arn") }),
    update: (made) => ({
      function_name: "f",
      event_source_arn: made("queue", "arn"),
      batch_size: 5,
      enabled: false,
      function_response_types: ["ReportBatchItemFailures"],
      filter_criteria: [{ filter: [{ pattern: '{"body":["x"]}' }] }],
    }),
  },
  {
    type: "aws_lambda_function_url",
    name: "url",
    config: () => ({ function_name: "f", authorization_type: "NONE" }),
    update: () => ({ function_name: "f", authorization_type: "AWS_IAM", cors: [{ allow_origins: ["https://a.example"] }] }),
  },
  {
    type: "aws_lambda_function_event_invoke_config",
    name: "invoke",
    config: () => ({ function_name: "f", maximum_retry_attempts: 0 }),
    update: (made) => ({
      function_name: "f",
      maximum_retry_attempts: 1,
      destination_config: [{ on_failure: [{ destination: made("queue", "arn") }] }],
    }),
  },
];

const APIS: readonly Step[] = [
  {
    type: "aws_apigatewayv2_api",
    name: "api",
    config: () => ({
      name: "api",
      protocol_type: "HTTP",
      cors_configuration: [{ allow_origins: ["*"], allow_methods: ["GET"], allow_headers: ["Content-Type"] }],
      tags: { a: "b" },
    }),
    update: () => ({ name: "api2", protocol_type: "HTTP", description: "d" }),
    replace: { config: () => ({ name: "api", protocol_type: "WEBSOCKET" }), path: "protocol_type" },
    // Header names come back in lower case.
    importLeaves: ["cors_configuration"],
  },
  {
    type: "aws_apigatewayv2_api",
    name: "ws",
    config: () => ({ name: "ws", protocol_type: "WEBSOCKET", route_selection_expression: "$request.body.action" }),
  },
  {
    type: "aws_apigatewayv2_integration",
    name: "integration",
    importId: (made) => `${made("api", "id")}/${made("integration", "id")}`,
    config: (made) => ({
      api_id: made("api", "id"),
      integration_type: "AWS_PROXY",
      integration_uri: made("f", "invoke_arn"),
      payload_format_version: "2.0",
    }),
    update: (made) => ({
      api_id: made("api", "id"),
      integration_type: "AWS_PROXY",
      integration_uri: made("g", "invoke_arn"),
      payload_format_version: "2.0",
      timeout_milliseconds: 5000,
    }),
  },
  {
    type: "aws_apigatewayv2_authorizer",
    name: "authorizer",
    importId: (made) => `${made("api", "id")}/${made("authorizer", "id")}`,
    config: (made) => ({
      api_id: made("api", "id"),
      authorizer_type: "REQUEST",
      name: "lambda",
      authorizer_uri: made("f", "invoke_arn"),
      authorizer_payload_format_version: "2.0",
      identity_sources: ["$request.header.Authorization"],
    }),
    update: (made) => ({
      api_id: made("api", "id"),
      authorizer_type: "REQUEST",
      name: "lambda2",
      authorizer_uri: made("g", "invoke_arn"),
      authorizer_payload_format_version: "2.0",
      enable_simple_responses: true,
      authorizer_result_ttl_in_seconds: 0,
    }),
  },
  {
    type: "aws_apigatewayv2_route",
    name: "route",
    importId: (made) => `${made("api", "id")}/${made("route", "id")}`,
    config: (made) => ({ api_id: made("api", "id"), route_key: "GET /a", target: `integrations/${made("integration", "id")}` }),
    update: (made) => ({
      api_id: made("api", "id"),
      route_key: "GET /b",
      target: `integrations/${made("integration", "id")}`,
      authorization_type: "CUSTOM",
      authorizer_id: made("authorizer", "id"),
    }),
  },
  {
    type: "aws_apigatewayv2_stage",
    name: "stage",
    importId: (made) => `${made("api", "id")}/$default`,
    config: (made) => ({ api_id: made("api", "id"), name: "$default", auto_deploy: true }),
    update: (made) => ({
      api_id: made("api", "id"),
      name: "$default",
      auto_deploy: true,
      default_route_settings: [{ throttling_burst_limit: 5, throttling_rate_limit: 7 }],
      stage_variables: { a: "b" },
    }),
    replace: { config: (made) => ({ api_id: made("api", "id"), name: "dev" }), path: "name" },
  },
  {
    type: "aws_apigatewayv2_stage",
    name: "prod",
    importId: (made) => `${made("ws", "id")}/prod`,
    config: (made) => ({ api_id: made("ws", "id"), name: "prod", auto_deploy: true }),
  },
];

it.each(EDITIONS)("functions and the APIs in front of them live and end in the embedded cloud, edition %s", async (edition) => {
  const lab = await openLab(edition);
  try {
    expect(await liveThrough(lab, [...FUNCTIONS, ...APIS])).toEqual([]);
  } finally {
    await lab.close();
  }
});
