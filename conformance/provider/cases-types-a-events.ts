import type { Group } from "./life.ts";

const policy = (action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "s",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: action,
        Resource: "arn:aws:events:us-east-1:123456789012:event-bus/policied",
      },
    ],
  });
const BASIC = { authorization_type: "BASIC", auth_parameters: [{ basic: [{ username: "u", password: "p" }] }] };
const BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default";

export const EVENTS: Group = {
  name: "EventBridge",
  rows: [
    { type: "aws_cloudwatch_event_bus", name: "bus", config: () => ({ name: "bus" }), importId: null },
    {
      type: "aws_cloudwatch_event_bus",
      name: "policied",
      config: () => ({ name: "policied", description: "d" }),
      importId: null,
    },
    {
      type: "aws_cloudwatch_event_archive",
      name: "archive",
      config: (made) => ({ name: "a", event_source_arn: made("bus", "arn") }),
      changes: [
        (made) => ({
          name: "a",
          event_source_arn: made("bus", "arn"),
          description: "d",
          retention_days: 3,
          event_pattern: '{ "source" : ["x"] }',
        }),
        (made) => ({
          name: "a",
          event_source_arn: made("bus", "arn"),
          description: "e",
          retention_days: 4,
          event_pattern: '{"source":["y"]}',
        }),
        (made) => ({ name: "b", event_source_arn: made("bus", "arn") }),
      ],
    },
    {
      type: "aws_cloudwatch_event_permission",
      name: "permission",
      config: () => ({ principal: "111122223333", statement_id: "one" }),
      changes: [
        () => ({
          principal: "*",
          statement_id: "one",
          condition: [{ key: "aws:PrincipalOrgID", type: "StringEquals", value: "o-1" }],
        }),
        () => ({ principal: "*", statement_id: "two" }),
      ],
    },
    {
      type: "aws_cloudwatch_event_permission",
      name: "of-bus",
      config: () => ({ principal: "111122223333", statement_id: "one", event_bus_name: "bus" }),
    },
    {
      type: "aws_cloudwatch_event_bus_policy",
      name: "bus-policy",
      config: () => ({ event_bus_name: "policied", policy: policy("events:PutEvents") }),
      changes: [() => ({ event_bus_name: "policied", policy: policy("events:PutRule") })],
    },
    {
      type: "aws_cloudwatch_event_connection",
      name: "basic",
      config: () => ({ name: "basic", ...BASIC }),
      changes: [
        () => ({
          name: "basic",
          description: "d",
          authorization_type: "API_KEY",
          auth_parameters: [{ api_key: [{ key: "k", value: "v" }] }],
        }),
        () => ({ name: "other", ...BASIC }),
      ],
      differs: [[/^secret_arn$/, "drawn"]],
    },
    {
      type: "aws_cloudwatch_event_connection",
      name: "oauth",
      config: () => ({
        name: "oauth",
        authorization_type: "OAUTH_CLIENT_CREDENTIALS",
        auth_parameters: [
          {
            oauth: [
              {
                authorization_endpoint: "https://127.0.0.1:1/token",
                http_method: "POST",
                client_parameters: [{ client_id: "c", client_secret: "s" }],
                oauth_http_parameters: [
                  { body: [{ key: "b", value: "v", is_value_secret: true }], header: [{ key: "h", value: "w" }] },
                ],
              },
            ],
            invocation_http_parameters: [{ query_string: [{ key: "q", value: "x", is_value_secret: false }] }],
          },
        ],
      }),
      differs: [[/^secret_arn$/, "drawn"]],
    },
    {
      type: "aws_cloudwatch_event_api_destination",
      name: "api",
      config: (made) => ({
        name: "api",
        http_method: "POST",
        invocation_endpoint: "https://127.0.0.1:1/x",
        connection_arn: made("basic", "arn"),
      }),
      changes: [
        (made) => ({
          name: "api",
          description: "d",
          http_method: "GET",
          invocation_endpoint: "https://127.0.0.1:1/y",
          invocation_rate_limit_per_second: 20,
          connection_arn: made("basic", "arn"),
        }),
        (made) => ({
          name: "b",
          http_method: "POST",
          invocation_endpoint: "https://127.0.0.1:1/x",
          connection_arn: made("basic", "arn"),
        }),
      ],
    },
  ],
  looks: [
    { data: "aws_cloudwatch_event_bus", name: "own", config: () => ({ name: "policied" }) },
    { data: "aws_cloudwatch_event_bus", name: "default", config: () => ({ name: "default" }) },
  ],
  refusals: [
    { refused: "aws_cloudwatch_event_archive", name: "name", config: { name: "a b", event_source_arn: BUS } },
    {
      refused: "aws_cloudwatch_event_archive",
      name: "pattern",
      config: { name: "a", event_source_arn: BUS, event_pattern: "{" },
    },
    { refused: "aws_cloudwatch_event_archive", name: "arn", config: { name: "a", event_source_arn: "x" } },
    { refused: "aws_cloudwatch_event_permission", name: "principal", config: { principal: "x", statement_id: "s" } },
    { refused: "aws_cloudwatch_event_permission", name: "statement", config: { principal: "*", statement_id: "a b" } },
    { refused: "aws_cloudwatch_event_permission", name: "action", config: { principal: "*", statement_id: "a", action: "x" } },
    {
      refused: "aws_cloudwatch_event_permission",
      name: "bus",
      config: { principal: "*", statement_id: "a", event_bus_name: "a b" },
    },
    {
      refused: "aws_cloudwatch_event_permission",
      name: "condition",
      config: { principal: "*", statement_id: "a", condition: [{ key: "x", type: "StringEquals", value: "o" }] },
    },
    { refused: "aws_cloudwatch_event_bus_policy", name: "policy", config: { policy: "x" } },
    { refused: "aws_cloudwatch_event_connection", name: "type", config: { ...BASIC, name: "a", authorization_type: "X" } },
    {
      refused: "aws_cloudwatch_event_connection",
      name: "two kinds",
      config: {
        name: "a",
        authorization_type: "BASIC",
        auth_parameters: [{ ...BASIC.auth_parameters[0], api_key: [{ key: "k", value: "v" }] }],
      },
    },
    {
      refused: "aws_cloudwatch_event_connection",
      name: "no kind",
      config: { name: "a", authorization_type: "BASIC", auth_parameters: [{}] },
    },
    {
      refused: "aws_cloudwatch_event_api_destination",
      name: "method",
      config: { name: "a", http_method: "X", invocation_endpoint: "https://x", connection_arn: BUS },
    },
    {
      refused: "aws_cloudwatch_event_api_destination",
      name: "rate",
      config: {
        name: "a",
        http_method: "GET",
        invocation_endpoint: "https://x",
        connection_arn: BUS,
        invocation_rate_limit_per_second: 0,
      },
    },
  ],
};
