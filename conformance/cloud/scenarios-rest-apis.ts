/** REST APIs of API Gateway: from the API to a stage, and what is refused. Expectations: API reference of API Gateway. */
import { type Scenario, stepsOf } from "./case.ts";

const api = stepsOf("apigateway");
const at = { restApiId: "@{api}", resourceId: "@{pets}", httpMethod: "GET" };

export const restApiScenarios: readonly Scenario[] = [
  {
    name: "apigateway: a REST API from its root to a stage",
    steps: [
      api.ok("CreateRestApi", { name: "scenario", description: "d" }, { keep: { api: "id" }, output: { name: "scenario" } }),
      api.ok("GetResources", { restApiId: "@{api}" }, { output: { items: [{ path: "/" }] }, keep: { root: "items.0.id" } }),
      api.ok(
        "CreateResource",
        { restApiId: "@{api}", parentId: "@{root}", pathPart: "pets" },
        { keep: { pets: "id" }, output: { path: "/pets" } },
      ),
      api.fails(
        "CreateResource",
        { restApiId: "@{api}", parentId: "@{root}", pathPart: "pets" },
        "ConflictException",
        409,
        "Another resource with the same parent already has this name: pets",
      ),
      api.ok("PutMethod", { ...at, authorizationType: "NONE" }, { output: { httpMethod: "GET", apiKeyRequired: false } }),
      api.ok(
        "PutIntegration",
        { ...at, type: "MOCK", requestTemplates: { "application/json": '{"statusCode": 200}' } },
        { output: { type: "MOCK", passthroughBehavior: "WHEN_NO_MATCH", timeoutInMillis: 29_000 } },
      ),
      api.ok("PutMethodResponse", { ...at, statusCode: "200" }, { output: { statusCode: "200" } }),
      api.ok("PutIntegrationResponse", { ...at, statusCode: "200" }, { output: { statusCode: "200" } }),
      api.ok("CreateDeployment", { restApiId: "@{api}" }, { keep: { deployment: "id" } }),
      api.ok(
        "CreateStage",
        { restApiId: "@{api}", stageName: "v1", deploymentId: "@{deployment}" },
        { output: { stageName: "v1", cacheClusterStatus: "NOT_AVAILABLE", tracingEnabled: false } },
      ),
      api.ok(
        "UpdateStage",
        {
          restApiId: "@{api}",
          stageName: "v1",
          patchOperations: [{ op: "replace", path: "/*/*/throttling/rateLimit", value: "5" }],
        },
        { output: { methodSettings: { "*/*": { throttlingRateLimit: 5 } } } },
      ),
      api.fails(
        "DeleteDeployment",
        { restApiId: "@{api}", deploymentId: "@{deployment}" },
        "BadRequestException",
        400,
        "Active stages pointing to this deployment must be moved or deleted",
      ),
      api.ok("DeleteRestApi", { restApiId: "@{api}" }),
      api.fails("GetRestApi", { restApiId: "@{api}" }, "NotFoundException", 404, "Invalid API identifier specified"),
    ],
  },
  {
    name: "apigateway: OpenAPI documents in and out",
    steps: [
      api.fails("ImportRestApi", { body: "{" }, "BadRequestException", 400, "neither JSON nor YAML"),
      api.ok(
        "ImportRestApi",
        { body: '{"openapi":"3.0.1","info":{"title":"pets"},"paths":{"/pets":{}}}' },
        { keep: { imported: "id" }, output: { name: "pets" } },
      ),
      api.ok(
        "PutRestApi",
        { restApiId: "@{imported}", mode: "merge", body: "swagger: '2.0'\ninfo: {title: cats}\npaths: {/cats: {}}" },
        { output: { name: "cats" } },
      ),
      api.fails(
        "GetExport",
        { restApiId: "@{imported}", stageName: "none", exportType: "oas30" },
        "NotFoundException",
        404,
        "stage identifier",
      ),
      api.ok("DeleteRestApi", { restApiId: "@{imported}" }),
    ],
  },
];
