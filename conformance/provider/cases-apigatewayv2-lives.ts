import type { ValueObject } from "@dovetail/model";
import type { Group, Made } from "./life.ts";

const DOMAIN = (more: object = {}) => ({
  domain_name: "api.lives.example",
  domain_name_configuration: [
    {
      certificate_arn: "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
      endpoint_type: "REGIONAL",
      security_policy: "TLS_1_2",
    },
  ],
  ...more,
});
const below = (made: Made, parent: string, attribute: string): ValueObject => ({
  api_id: made("socket", "id"),
  [attribute]: made(parent, "id"),
});
const idIn = (name: string, parents: readonly string[]) => (made: Made) =>
  [...parents.map((parent) => made(parent, "id")), made(name, "id")].join("/");

export const APIGATEWAYV2: Group = {
  name: "API Gateway v2",
  rows: [
    {
      type: "aws_apigatewayv2_api",
      name: "socket",
      config: () => ({ name: "lives", protocol_type: "WEBSOCKET", route_selection_expression: "$request.body.action" }),
    },
    {
      type: "aws_apigatewayv2_integration",
      name: "mock",
      config: (made) => ({ api_id: made("socket", "id"), integration_type: "MOCK" }),
      importId: idIn("mock", ["socket"]),
    },
    {
      type: "aws_apigatewayv2_route",
      name: "route",
      config: (made) => ({
        api_id: made("socket", "id"),
        route_key: "$default",
        target: `integrations/${String(made("mock", "id"))}`,
      }),
      importId: idIn("route", ["socket"]),
    },
    {
      type: "aws_apigatewayv2_model",
      name: "model",
      config: (made) => ({
        api_id: made("socket", "id"),
        name: "m",
        content_type: "application/json",
        schema: '{ "type": "object",  "title": "m" }',
      }),
      changes: [
        (made) => ({
          api_id: made("socket", "id"),
          name: "m2",
          content_type: "application/json",
          description: "d",
          schema: '{ "title": "m", "type": "object", "properties": {} }',
        }),
      ],
      importId: idIn("model", ["socket"]),
      differs: [[/^schema$/, "the real one sends the text that it normalised in the plan as config writes it"]],
    },
    {
      type: "aws_apigatewayv2_route_response",
      name: "route-response",
      config: (made) => ({ ...below(made, "route", "route_id"), route_response_key: "$default" }),
      changes: [
        (made) => ({
          ...below(made, "route", "route_id"),
          route_response_key: "$default",
          model_selection_expression: "action",
          response_models: { test: "m2" },
        }),
        (made) => ({ ...below(made, "route", "route_id"), route_response_key: "$default" }),
      ],
      importId: idIn("route-response", ["socket", "route"]),
    },
    {
      type: "aws_apigatewayv2_integration_response",
      name: "integration-response",
      config: (made) => ({ ...below(made, "mock", "integration_id"), integration_response_key: "/200/" }),
      changes: [
        (made) => ({
          ...below(made, "mock", "integration_id"),
          integration_response_key: "$default",
          content_handling_strategy: "CONVERT_TO_TEXT",
          template_selection_expression: "$integration.response.body",
          response_templates: { "application/json": "" },
        }),
      ],
      importId: idIn("integration-response", ["socket", "mock"]),
    },
    {
      type: "aws_apigatewayv2_deployment",
      name: "deployment",
      config: (made) => ({ api_id: made("socket", "id") }),
      changes: [
        (made) => ({ api_id: made("socket", "id"), description: "d" }),
        (made) => ({ api_id: made("socket", "id"), description: "d", triggers: { a: "1" } }),
      ],
      importId: idIn("deployment", ["socket"]),
    },
    {
      type: "aws_apigatewayv2_stage",
      name: "stage",
      config: (made) => ({ api_id: made("socket", "id"), name: "live", deployment_id: made("deployment", "id") }),
      importId: (made) => `${String(made("socket", "id"))}/live`,
      differs: [[/^invoke_url$/, "ours tells the address that answers"]],
    },
    {
      type: "aws_apigatewayv2_domain_name",
      name: "domain",
      config: () => DOMAIN({ tags: { a: "b" } }),
      differs: [[/target_domain_name$/, "drawn by the service"]],
      changes: [() => DOMAIN({ tags: { a: "c" } }), () => DOMAIN({ domain_name: "other.lives.example" })],
    },
    {
      type: "aws_apigatewayv2_api_mapping",
      name: "mapping",
      config: (made) => ({ api_id: made("socket", "id"), domain_name: "api.lives.example", stage: "live" }),
      changes: [
        (made) => ({ api_id: made("socket", "id"), domain_name: "api.lives.example", stage: "live", api_mapping_key: "v1" }),
        (made) => ({ api_id: made("socket", "id"), domain_name: "other.lives.example", stage: "live" }),
      ],
      importId: (made) => `${String(made("mapping", "id"))}/api.lives.example`,
    },
    {
      type: "aws_apigatewayv2_vpc_link",
      name: "link",
      config: () => ({ name: "lives", security_group_ids: ["sg-1"], subnet_ids: ["subnet-1", "subnet-2"], tags: { a: "b" } }),
      changes: [
        () => ({ name: "lives2", security_group_ids: ["sg-1"], subnet_ids: ["subnet-1", "subnet-2"], tags: { a: "c" } }),
        () => ({ name: "lives2", security_group_ids: ["sg-2"], subnet_ids: ["subnet-1", "subnet-2"] }),
      ],
    },
  ],
  looks: [
    { data: "aws_apigatewayv2_vpc_link", name: "link", config: (made) => ({ vpc_link_id: made("link", "id") }) },
    { data: "aws_apigatewayv2_api", name: "socket", config: (made) => ({ api_id: made("socket", "id") }) },
    { data: "aws_apigatewayv2_apis", name: "all", config: () => ({}) },
    { data: "aws_apigatewayv2_apis", name: "protocol", config: () => ({ protocol_type: "HTTP" }) },
  ],
  refusals: [
    { refused: "aws_apigatewayv2_vpc_link", name: "name", config: { name: "", security_group_ids: [], subnet_ids: ["s"] } },
    { refused: "aws_apigatewayv2_model", name: "name", config: { api_id: "a", name: "a-b", content_type: "c", schema: "{}" } },
    { refused: "aws_apigatewayv2_model", name: "schema", config: { api_id: "a", name: "a", content_type: "c", schema: "{" } },
    {
      refused: "aws_apigatewayv2_integration_response",
      name: "strategy",
      config: { api_id: "a", integration_id: "i", integration_response_key: "$default", content_handling_strategy: "x" },
    },
    { refused: "aws_apigatewayv2_domain_name", name: "type", config: DOMAIN({ domain_name: "" }) },
  ],
};
