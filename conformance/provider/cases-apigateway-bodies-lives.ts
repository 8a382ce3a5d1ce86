import type { Group } from "./life.ts";

const MOCK = {
  type: "mock",
  requestTemplates: { "application/json": '{"statusCode":200}' },
  responses: { default: { statusCode: "200" } },
};
/** Addresses of the embedded cloud are its own. */
const LOCAL = [[/^invoke_url$/, "the embedded cloud answers at its own address"]] as const;
const document = (title: string, ...paths: readonly string[]) =>
  JSON.stringify({
    openapi: "3.0.1",
    info: { title, version: "1" },
    paths: Object.fromEntries(
      paths.map((path) => [path, { get: { responses: { "200": {} }, "x-amazon-apigateway-integration": MOCK } }]),
    ),
  });

/** REST APIs that are written as OpenAPI documents. */
export const BODIES: Group = {
  name: "API Gateway bodies",
  rows: [
    {
      type: "aws_api_gateway_rest_api",
      name: "described",
      config: () => ({
        name: "described",
        body: document("described", "/pets"),
        endpoint_configuration: [{ types: ["REGIONAL"] }],
      }),
      changes: [
        () => ({
          name: "described",
          body: document("described", "/pets", "/pets/{id}"),
          endpoint_configuration: [{ types: ["REGIONAL"] }],
          binary_media_types: ["image/png"],
          tags: { Name: "pets" },
        }),
        () => ({ name: "renamed", body: document("described", "/cats"), put_rest_api_mode: "merge" }),
      ],
    },
    {
      type: "aws_api_gateway_deployment",
      name: "deployment of it",
      differs: LOCAL,
      config: (made) => ({ rest_api_id: made("described", "id"), triggers: { body: "1" } }),
      importId: (made) => `${String(made("described", "id"))}/${String(made("deployment of it", "id"))}`,
    },
    {
      type: "aws_api_gateway_stage",
      name: "stage of it",
      differs: LOCAL,
      config: (made) => ({
        rest_api_id: made("described", "id"),
        deployment_id: made("deployment of it", "id"),
        stage_name: "dev",
        variables: { colour: "brown" },
      }),
      importId: (made) => `${String(made("described", "id"))}/dev`,
      changes: [
        (made) => ({
          rest_api_id: made("described", "id"),
          deployment_id: made("deployment of it", "id"),
          stage_name: "dev",
          variables: { colour: "brown" },
          canary_settings: [
            { deployment_id: made("deployment of it", "id"), percent_traffic: 10, stage_variable_overrides: { colour: "red" } },
          ],
        }),
      ],
    },
  ],
  looks: [],
  refusals: [],
};

export const GROUPS: readonly Group[] = [BODIES];
