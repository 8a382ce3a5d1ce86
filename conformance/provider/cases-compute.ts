/** Functions, APIs and user pools that both the real provider and ours plan. Each is legal. */
import type { Case } from "./cases.ts";

const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f";
const INVOKE = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`;
const ROLE = "arn:aws:iam::123456789012:role/r";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:q";
const CODE = { s3_bucket: "code", s3_key: "f.zip" };

export const COMPUTE_CASES: readonly Case[] = [
  {
    type: "aws_lambda_function",
    name: "plain",
    config: { function_name: "plain", role: ROLE, ...CODE, handler: "h.handler", runtime: "nodejs22.x" },
  },
  {
    type: "aws_lambda_function",
    name: "full",
    config: {
      function_name: "full",
      role: ROLE,
      ...CODE,
      source_code_hash: "abc=",
      handler: "h.handler",
      runtime: "python3.12",
      architectures: ["arm64"],
      publish: true,
      environment: [{ variables: { A: "b" } }],
      tracing_config: [{ mode: "Active" }],
      ephemeral_storage: [{ size: 1024 }],
      layers: ["arn:aws:lambda:us-east-1:123456789012:layer:l:1"],
      dead_letter_config: [{ target_arn: QUEUE }],
      logging_config: [{ log_format: "JSON", application_log_level: "INFO" }],
      vpc_config: [{ subnet_ids: ["subnet-b", "subnet-a"], security_group_ids: ["sg-1"] }],
      snap_start: [{ apply_on: "PublishedVersions" }],
      reserved_concurrent_executions: 0,
      tags: { t: "u" },
    },
  },
  {
    type: "aws_lambda_function",
    name: "image",
    config: {
      function_name: "image",
      role: ROLE,
      package_type: "Image",
      image_uri: "123456789012.dkr.ecr.us-east-1.amazonaws.com/i:1",
      image_config: [{ command: ["a"] }],
    },
  },
  {
    type: "aws_lambda_layer_version",
    name: "l",
    config: { layer_name: "l", ...CODE, compatible_runtimes: ["python3.12", "nodejs22.x"] },
  },
  {
    type: "aws_lambda_permission",
    name: "unnamed",
    config: {
      function_name: "f",
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      source_arn: "arn:aws:execute-api:us-east-1:123456789012:a/*",
    },
  },
  {
    type: "aws_lambda_permission",
    name: "named",
    config: {
      function_name: FUNCTION,
      action: "lambda:InvokeFunction",
      principal: "sns.amazonaws.com",
      statement_id: "sid",
      qualifier: "live",
    },
  },
  { type: "aws_lambda_alias", name: "a", config: { name: "live", function_name: "f", function_version: "1" } },
  {
    type: "aws_lambda_alias",
    name: "weighted",
    config: {
      name: "w",
      function_name: "f",
      function_version: "2",
      routing_config: [{ additional_version_weights: { "1": 0.1 } }],
    },
  },
  { type: "aws_lambda_event_source_mapping", name: "sqs", config: { function_name: FUNCTION, event_source_arn: QUEUE } },
  {
    type: "aws_lambda_event_source_mapping",
    name: "stream",
    config: {
      function_name: "f",
      event_source_arn: "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2030-01-01T00:00:00.000",
      starting_position: "LATEST",
      batch_size: 5,
      function_response_types: ["ReportBatchItemFailures"],
      maximum_retry_attempts: 0,
      filter_criteria: [{ filter: [{ pattern: '{"b":["x"]}' }, { pattern: '{"a":["x"]}' }] }],
      destination_config: [{ on_failure: [{ destination_arn: QUEUE }] }],
    },
  },
  { type: "aws_lambda_function_url", name: "open", config: { function_name: "f", authorization_type: "NONE" } },
  {
    type: "aws_lambda_function_url",
    name: "cors",
    config: {
      function_name: "f",
      authorization_type: "AWS_IAM",
      invoke_mode: "RESPONSE_STREAM",
      cors: [{ allow_origins: ["https://b.example", "https://a.example"], max_age: 10 }],
    },
  },
  { type: "aws_lambda_function_event_invoke_config", name: "c", config: { function_name: "f", maximum_retry_attempts: 0 } },
  {
    type: "aws_lambda_function_event_invoke_config",
    name: "destination",
    config: { function_name: "f", destination_config: [{ on_failure: [{ destination: QUEUE }] }] },
  },
  { type: "aws_apigatewayv2_api", name: "plain", config: { name: "plain", protocol_type: "HTTP" } },
  {
    type: "aws_apigatewayv2_api",
    name: "ws",
    config: { name: "ws", protocol_type: "WEBSOCKET", route_selection_expression: "$request.body.action" },
  },
  {
    type: "aws_apigatewayv2_api",
    name: "cors",
    config: {
      name: "cors",
      protocol_type: "HTTP",
      cors_configuration: [{ allow_origins: ["*"], allow_methods: ["POST", "GET"], max_age: 300 }],
      tags: { a: "b" },
    },
  },
  { type: "aws_apigatewayv2_stage", name: "default", config: { api_id: "a", name: "$default", auto_deploy: true } },
  {
    type: "aws_apigatewayv2_stage",
    name: "full",
    config: {
      api_id: "a",
      name: "dev",
      stage_variables: { a: "b" },
      default_route_settings: [{ throttling_burst_limit: 10, throttling_rate_limit: 5.5 }],
      route_settings: [{ route_key: "GET /a", throttling_burst_limit: 1, throttling_rate_limit: 1 }],
      access_log_settings: [
        { destination_arn: "arn:aws:logs:us-east-1:123456789012:log-group:/a", format: "$context.requestId" },
      ],
    },
  },
  {
    type: "aws_apigatewayv2_integration",
    name: "lambda",
    config: { api_id: "a", integration_type: "AWS_PROXY", integration_uri: INVOKE, payload_format_version: "2.0" },
  },
  {
    type: "aws_apigatewayv2_integration",
    name: "http",
    config: {
      api_id: "a",
      integration_type: "HTTP_PROXY",
      integration_method: "GET",
      integration_uri: "https://example.com/{proxy}",
      request_parameters: { "append:header.x": "y" },
      response_parameters: [{ status_code: "403", mappings: { "append:header.auth": "$context.authorizer.x" } }],
    },
  },
  { type: "aws_apigatewayv2_route", name: "plain", config: { api_id: "a", route_key: "GET /a", target: "integrations/i" } },
  {
    type: "aws_apigatewayv2_route",
    name: "jwt",
    config: {
      api_id: "a",
      route_key: "GET /b",
      authorization_type: "JWT",
      authorization_scopes: ["s1", "s0"],
      authorizer_id: "z",
    },
  },
  {
    type: "aws_apigatewayv2_authorizer",
    name: "jwt",
    config: {
      api_id: "a",
      authorizer_type: "JWT",
      name: "jwt",
      identity_sources: ["$request.header.Authorization"],
      jwt_configuration: [{ audience: ["a"], issuer: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_x" }],
    },
  },
  {
    type: "aws_apigatewayv2_authorizer",
    name: "lambda",
    config: {
      api_id: "a",
      authorizer_type: "REQUEST",
      name: "l",
      authorizer_uri: INVOKE,
      authorizer_payload_format_version: "2.0",
    },
  },
  { type: "aws_cognito_user_pool", name: "plain", config: { name: "plain" } },
  {
    type: "aws_cognito_user_pool",
    name: "full",
    config: {
      name: "full",
      username_attributes: ["email"],
      auto_verified_attributes: ["email"],
      mfa_configuration: "OPTIONAL",
      software_token_mfa_configuration: [{ enabled: true }],
      password_policy: [{ minimum_length: 10, require_lowercase: true }],
      account_recovery_setting: [{ recovery_mechanism: [{ name: "verified_email", priority: 1 }] }],
      admin_create_user_config: [{ allow_admin_create_user_only: true }],
      email_configuration: [{ email_sending_account: "COGNITO_DEFAULT" }],
      username_configuration: [{ case_sensitive: false }],
      verification_message_template: [{ default_email_option: "CONFIRM_WITH_LINK" }],
      schema: [
        {
          name: "tenant",
          attribute_data_type: "String",
          mutable: true,
          string_attribute_constraints: [{ min_length: "1", max_length: "50" }],
        },
        { name: "age", attribute_data_type: "Number", number_attribute_constraints: [{ max_value: "100" }] },
      ],
      lambda_config: [
        { post_confirmation: FUNCTION, pre_token_generation_config: [{ lambda_arn: FUNCTION, lambda_version: "V2_0" }] },
      ],
      user_pool_add_ons: [{ advanced_security_mode: "AUDIT" }],
      tags: { a: "b" },
    },
  },
  { type: "aws_cognito_user_pool_client", name: "plain", config: { name: "plain", user_pool_id: "us-east-1_x" } },
  {
    type: "aws_cognito_user_pool_client",
    name: "full",
    config: {
      name: "full",
      user_pool_id: "us-east-1_x",
      generate_secret: true,
      explicit_auth_flows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      allowed_oauth_flows: ["code"],
      allowed_oauth_scopes: ["openid", "email"],
      allowed_oauth_flows_user_pool_client: true,
      callback_urls: ["https://b.example/cb", "http://localhost:3000"],
      supported_identity_providers: ["COGNITO"],
      access_token_validity: 60,
      token_validity_units: [{ access_token: "minutes" }],
    },
  },
  { type: "aws_cognito_user_pool_domain", name: "d", config: { domain: "dom-x", user_pool_id: "us-east-1_x" } },
  { type: "aws_cognito_user_group", name: "g", config: { name: "admins", user_pool_id: "us-east-1_x", precedence: 0 } },
];
