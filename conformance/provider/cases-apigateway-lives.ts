import type { ValueObject } from "@dovetail/model";
import type { Group, Life, Made } from "./life.ts";

const METHOD = (made: Made, more: ValueObject = {}): ValueObject => ({
  rest_api_id: made("api", "id"),
  resource_id: made("pets", "id"),
  http_method: "GET",
  authorization: "NONE",
  ...more,
});
const ON_METHOD = (made: Made, more: ValueObject = {}): ValueObject => ({
  rest_api_id: made("api", "id"),
  resource_id: made("pets", "id"),
  http_method: made("method", "http_method"),
  ...more,
});
const importPath =
  (...rest: readonly string[]) =>
  (made: Made) =>
    [String(made("api", "id")), String(made("pets", "id")), "GET", ...rest].join("/");

/** Ids of resources are drawn by the service. */
const DRAWN: NonNullable<Life["differs"]> = [[/^root_resource_id$/, "drawn by the service"]];

const STAGE = (made: Made, more: ValueObject = {}): ValueObject => ({
  rest_api_id: made("api", "id"),
  deployment_id: made("deployment", "id"),
  stage_name: "v1",
  ...more,
});
const SETTINGS = (made: Made, settings: ValueObject): ValueObject => ({
  rest_api_id: made("api", "id"),
  stage_name: made("stage", "stage_name"),
  method_path: "*/*",
  settings: [settings],
});

const POOL = (id: string) => `arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_${id}`;
const FUNCTION =
  "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations";
const BALANCER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/n/0123456789abcdef";
const POLICY = (Effect: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Principal: "*", Action: "execute-api:Invoke", Resource: "*" }] });
const PLAN = (made: Made, more: ValueObject): ValueObject => ({
  name: "plan",
  api_stages: [{ api_id: made("api", "id"), stage: made("stage", "stage_name") }],
  ...more,
});
const DOMAIN = (more: ValueObject): ValueObject => ({
  domain_name: "api.rest.example",
  regional_certificate_arn: "arn:aws:acm:us-east-1:000000000000:certificate/01234567-89ab-cdef-0123-456789abcdef",
  endpoint_configuration: [{ types: ["REGIONAL"] }],
  ...more,
});

/** API Gateway, REST APIs. */
export const APIGATEWAY: Group = {
  name: "API Gateway",
  rows: [
    {
      type: "aws_api_gateway_rest_api",
      name: "api",
      config: () => ({ name: "lives", description: "d", tags: { a: "b" } }),
      changes: [
        () => ({ name: "lives2", tags: { a: "c", d: "e" }, binary_media_types: ["image/png", "image/*"] }),
        () => ({
          name: "lives2",
          binary_media_types: ["image/png"],
          api_key_source: "AUTHORIZER",
          disable_execute_api_endpoint: true,
          minimum_compression_size: "1024",
          endpoint_configuration: [{ types: ["REGIONAL"] }],
        }),
        () => ({
          name: "lives2",
          policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" }],
          }),
        }),
      ],
      differs: DRAWN,
    },
    {
      type: "aws_api_gateway_resource",
      name: "pets",
      config: (made) => ({ rest_api_id: made("api", "id"), parent_id: made("api", "root_resource_id"), path_part: "pets" }),
      changes: [
        (made) => ({ rest_api_id: made("api", "id"), parent_id: made("api", "root_resource_id"), path_part: "{id}" }),
        (made) => ({ rest_api_id: made("api", "id"), parent_id: made("api", "root_resource_id"), path_part: "animals" }),
      ],
      importId: (made) => `${String(made("api", "id"))}/${String(made("pets", "id"))}`,
    },
    {
      type: "aws_api_gateway_method",
      name: "method",
      config: (made) => METHOD(made),
      changes: [
        (made) =>
          METHOD(made, {
            api_key_required: true,
            operation_name: "list",
            request_parameters: { "method.request.header.x": true, "method.request.querystring.y": false },
            request_models: { "application/json": "Error" },
          }),
        (made) =>
          METHOD(made, {
            request_parameters: { "method.request.header.x": false },
            authorization: "AWS_IAM",
            authorization_scopes: ["a", "b"],
          }),
        (made) => METHOD(made, { http_method: "POST" }),
      ],
      importId: importPath(),
    },
    {
      type: "aws_api_gateway_method_response",
      name: "method response",
      config: (made) => ON_METHOD(made, { status_code: "200", response_parameters: { "method.response.header.x": true } }),
      changes: [
        (made) =>
          ON_METHOD(made, {
            status_code: "200",
            response_models: { "application/json": "Empty" },
            response_parameters: { "method.response.header.x": true, "method.response.header.y": false },
          }),
        (made) => ON_METHOD(made, { status_code: "200", response_parameters: { "method.response.header.x": false } }),
      ],
      importId: importPath("200"),
    },
    {
      type: "aws_api_gateway_integration",
      name: "integration",
      config: (made) => ON_METHOD(made, { type: "MOCK", request_templates: { "application/json": '{"statusCode": 200}' } }),
      changes: [
        (made) =>
          ON_METHOD(made, {
            type: "MOCK",
            request_templates: { "text/plain": '{"statusCode": 204}' },
            timeout_milliseconds: 5000,
            cache_key_parameters: ["method.request.header.x"],
            request_parameters: { "integration.request.header.X": "'a'" },
          }),
        (made) =>
          ON_METHOD(made, {
            type: "MOCK",
            request_templates: { "application/json": '{"statusCode": 200}' },
            content_handling: "CONVERT_TO_TEXT",
          }),
        (made) => ON_METHOD(made, { type: "HTTP", uri: "http://127.0.0.1:1/", integration_http_method: "GET" }),
      ],
      importId: importPath(),
    },
    {
      type: "aws_api_gateway_integration_response",
      name: "integration response",
      config: (made) => ON_METHOD(made, { status_code: "200", response_templates: { "application/json": "{}" } }),
      changes: [
        (made) =>
          ON_METHOD(made, {
            status_code: "200",
            selection_pattern: "2..",
            response_parameters: { "method.response.header.x": "'y'" },
          }),
      ],
      importId: importPath("200"),
    },
    {
      type: "aws_api_gateway_deployment",
      name: "deployment",
      config: (made) => ({ rest_api_id: made("api", "id"), triggers: { a: "1" } }),
      changes: [
        (made) => ({ rest_api_id: made("api", "id"), triggers: { a: "1" }, description: "d" }),
        (made) => ({ rest_api_id: made("api", "id"), triggers: { a: "2" }, description: "d" }),
      ],
      importId: (made) => `${String(made("api", "id"))}/${String(made("deployment", "id"))}`,
      differs: [[/^invoke_url$/, "ours tells the address that answers"]],
    },
    {
      type: "aws_api_gateway_stage",
      name: "stage",
      config: (made) => STAGE(made, { variables: { a: "b", c: "d" }, tags: { a: "b" } }),
      changes: [
        (made) => STAGE(made, { variables: { a: "x" }, description: "d", xray_tracing_enabled: true, tags: { a: "c" } }),
        (made) => STAGE(made, { cache_cluster_enabled: true, cache_cluster_size: "0.5" }),
        (made) => STAGE(made),
      ],
      importId: (made) => `${String(made("api", "id"))}/v1`,
      differs: [[/^invoke_url$/, "ours tells the address that answers"]],
    },
    {
      type: "aws_api_gateway_method_settings",
      name: "settings",
      config: (made) => SETTINGS(made, { metrics_enabled: true }),
      changes: [
        (made) => SETTINGS(made, { metrics_enabled: false, throttling_burst_limit: 10, throttling_rate_limit: 5 }),
        (made) => SETTINGS(made, { caching_enabled: true, cache_ttl_in_seconds: 60 }),
      ],
      importId: (made) => `${String(made("api", "id"))}/v1/*/*`,
    },
    {
      type: "aws_api_gateway_authorizer",
      name: "pool authorizer",
      config: (made) => ({
        rest_api_id: made("api", "id"),
        name: "pool",
        type: "COGNITO_USER_POOLS",
        provider_arns: [POOL("1")],
      }),
      changes: [
        (made) => ({
          rest_api_id: made("api", "id"),
          name: "pools",
          type: "COGNITO_USER_POOLS",
          provider_arns: [POOL("1"), POOL("2")],
        }),
        (made) => ({
          rest_api_id: made("api", "id"),
          name: "function",
          authorizer_uri: FUNCTION,
          authorizer_result_ttl_in_seconds: 60,
          identity_validation_expression: "^Bearer .*$",
        }),
      ],
      importId: (made) => `${String(made("api", "id"))}/${String(made("pool authorizer", "id"))}`,
    },
    {
      type: "aws_api_gateway_request_validator",
      name: "validator",
      config: (made) => ({ rest_api_id: made("api", "id"), name: "v" }),
      changes: [(made) => ({ rest_api_id: made("api", "id"), name: "w", validate_request_body: true })],
      importId: (made) => `${String(made("api", "id"))}/${String(made("validator", "id"))}`,
    },
    {
      type: "aws_api_gateway_model",
      name: "model",
      config: (made) => ({
        rest_api_id: made("api", "id"),
        name: "Pet",
        content_type: "application/json",
        schema: '{"type":"object"}',
      }),
      changes: [
        (made) => ({
          rest_api_id: made("api", "id"),
          name: "Pet",
          content_type: "application/json",
          description: "d",
          schema: '{"type":"array"}',
        }),
      ],
      importId: (made) => `${String(made("api", "id"))}/Pet`,
    },
    {
      type: "aws_api_gateway_gateway_response",
      name: "gateway response",
      config: (made) => ({
        rest_api_id: made("api", "id"),
        response_type: "DEFAULT_4XX",
        response_parameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" },
      }),
      changes: [
        (made) => ({
          rest_api_id: made("api", "id"),
          response_type: "DEFAULT_4XX",
          status_code: "499",
          response_templates: { "application/json": "{}" },
        }),
        (made) => ({ rest_api_id: made("api", "id"), response_type: "UNAUTHORIZED", status_code: "401" }),
      ],
      importId: (made) => `${String(made("api", "id"))}/DEFAULT_4XX`,
      // AWS's own response is there again.
      remains: true,
    },
    {
      type: "aws_api_gateway_api_key",
      name: "key",
      config: () => ({ name: "key", value: "a-value-of-twenty-characters-or-more", tags: { a: "b" } }),
      changes: [
        () => ({ name: "key2", description: "d", enabled: false, value: "a-value-of-twenty-characters-or-more" }),
        () => ({ name: "key2", description: "d", enabled: false, value: "another-value-of-twenty-characters" }),
      ],
    },
    {
      type: "aws_api_gateway_usage_plan",
      name: "plan",
      config: (made) => PLAN(made, { tags: { a: "b" } }),
      changes: [
        (made) =>
          PLAN(made, {
            description: "d",
            quota_settings: [{ limit: 20, offset: 2, period: "WEEK" }],
            throttle_settings: [{ burst_limit: 5, rate_limit: 10.5 }],
          }),
        (made) =>
          PLAN(made, {
            api_stages: [
              { api_id: made("api", "id"), stage: "v1", throttle: [{ path: "/pets/GET", burst_limit: 3, rate_limit: 2 }] },
            ],
          }),
        () => ({ name: "plan" }),
      ],
    },
    {
      type: "aws_api_gateway_usage_plan_key",
      name: "plan key",
      config: (made) => ({ key_id: made("key", "id"), key_type: "API_KEY", usage_plan_id: made("plan", "id") }),
      importId: (made) => `${String(made("plan", "id"))}/${String(made("key", "id"))}`,
    },
    {
      type: "aws_api_gateway_rest_api_policy",
      name: "policy",
      config: (made) => ({ rest_api_id: made("api", "id"), policy: POLICY("Allow") }),
      changes: [(made) => ({ rest_api_id: made("api", "id"), policy: POLICY("Deny") })],
    },
    {
      type: "aws_api_gateway_domain_name",
      name: "domain",
      config: () => DOMAIN({ tags: { a: "b" } }),
      changes: [
        () => DOMAIN({ security_policy: "TLS_1_0", tags: { a: "c" } }),
        () => DOMAIN({ domain_name: "other.rest.example" }),
      ],
      differs: [[/^regional_domain_name$/, "drawn by the service"]],
    },
    {
      type: "aws_api_gateway_base_path_mapping",
      name: "mapping",
      config: (made) => ({ api_id: made("api", "id"), stage_name: made("stage", "stage_name"), domain_name: "api.rest.example" }),
      changes: [
        (made) => ({ api_id: made("api", "id"), stage_name: "v1", domain_name: "api.rest.example", base_path: "pets" }),
        (made) => ({ api_id: made("api", "id"), domain_name: "api.rest.example", base_path: "pets" }),
      ],
      importId: () => "api.rest.example/",
    },
    {
      type: "aws_api_gateway_vpc_link",
      name: "link",
      config: () => ({ name: "link", target_arns: [BALANCER], tags: { a: "b" } }),
      changes: [() => ({ name: "link2", description: "d", target_arns: [BALANCER] })],
    },
    {
      type: "aws_api_gateway_account",
      name: "account",
      config: () => ({}),
      importId: () => "api-gateway-account",
      remains: true,
    },
  ],
  looks: [
    { data: "aws_api_gateway_rest_api", name: "api", config: () => ({ name: "lives2" }) },
    { data: "aws_api_gateway_resource", name: "pets", config: (made) => ({ rest_api_id: made("api", "id"), path: "/animals" }) },
    { data: "aws_api_gateway_api_key", name: "key", config: (made) => ({ id: made("key", "id") }) },
    { data: "aws_api_gateway_api_keys", name: "keys", config: () => ({ include_values: true }) },
  ],
  refusals: [
    {
      refused: "aws_api_gateway_integration",
      name: "type",
      config: { rest_api_id: "a", resource_id: "b", http_method: "GET", type: "NONE" },
    },
    {
      refused: "aws_api_gateway_method",
      name: "verb",
      config: { rest_api_id: "a", resource_id: "b", http_method: "FETCH", authorization: "NONE" },
    },
  ],
};
