import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import { apiHttp } from "./http.ts";
import { liveState } from "./live.ts";
import * as apis from "./operations/apis.ts";
import * as domains from "./operations/domains.ts";
import * as models from "./operations/models.ts";
import { exportApi, importApi, reimportApi } from "./operations/openapi.ts";
import { integrationResponses, routeResponses } from "./operations/responses.ts";
import * as routes from "./operations/routes.ts";
import * as stages from "./operations/stages.ts";
import * as links from "./operations/vpc-links.ts";

/** API Gateway v2: the table of its control plane. The data plane is in `plane/`. */

type Handler = Operation["handler"];

/** IAM knows API Gateway by HTTP verbs on paths. */
function verb(action: string, path: (input: Record<string, string>) => string) {
  return (ctx: Ctx, input: Record<string, string>): IamRequest => ({
    action: `apigateway:${action}`,
    resources: [`arn:aws:apigateway:${ctx.region}::${path(input)}`],
  });
}

type Ids = Record<string, string>;
const apiPath =
  (rest: (input: Ids) => string = () => "") =>
  (input: Ids) =>
    `/apis/${input.ApiId ?? ""}${rest(input)}`;
const anApi = (action: string, rest?: (input: Ids) => string) => verb(action, apiPath(rest));
const reads = (handler: Handler, iam: Operation["iam"]): Operation => ({
  handler,
  readonly: true,
  ...(iam === undefined ? {} : { iam }),
});
const writes = (handler: Handler, iam: Operation["iam"], rest: Partial<Operation> = {}): Operation => ({
  handler,
  ...(iam === undefined ? {} : { iam }),
  ...rest,
});

/** The five operations of what hangs on an API, e.g. routes. */
const child = (path: string, id: string) => ({
  list: anApi("GET", () => `/${path}`),
  one: (action: string) => anApi(action, (input) => `/${path}/${input[id] ?? ""}`),
  create: anApi("POST", () => `/${path}`),
});
const route = child("routes", "RouteId");
/** What hangs on a route or an integration. */
const grandchild = (path: string, parent: string, below: string, id: string) => {
  const base = (input: Ids) => `/${path}/${input[parent] ?? ""}/${below}`;
  return {
    list: anApi("GET", base),
    one: (action: string) => anApi(action, (input) => `${base(input)}/${input[id] ?? ""}`),
    create: anApi("POST", base),
  };
};
const routeResponse = grandchild("routes", "RouteId", "routeresponses", "RouteResponseId");
const integrationResponse = grandchild("integrations", "IntegrationId", "integrationresponses", "IntegrationResponseId");
const integration = child("integrations", "IntegrationId");
const authorizer = child("authorizers", "AuthorizerId");
const stage = child("stages", "StageName");
const deployment = child("deployments", "DeploymentId");
const model = child("models", "ModelId");
const domain = (action: string) => verb(action, (input) => `/domainnames/${input.DomainName ?? ""}`);
const link = (action: string) => verb(action, (input) => `/vpclinks/${input.VpcLinkId ?? ""}`);
const mapping = (action: string) =>
  verb(
    action,
    (input) =>
      `/domainnames/${input.DomainName ?? ""}/apimappings${input.ApiMappingId === undefined ? "" : `/${input.ApiMappingId}`}`,
  );
const tags = (action: string) => verb(action, (input) => `/tags/${encodeURIComponent(input.ResourceArn ?? "")}`);

const operations: { readonly [operation: string]: Operation } = {
  CreateApi: writes(
    apis.createApi,
    verb("POST", () => "/apis"),
    {
      waits: true,
      missing: "API keys, models and request validation of WebSocket APIs are kept without effect; template directives",
    },
  ),
  ImportApi: writes(
    importApi,
    verb("PUT", () => "/apis"),
    { waits: true },
  ),
  ReimportApi: writes(reimportApi, anApi("PUT"), { waits: true }),
  ExportApi: reads(
    exportApi,
    anApi("GET", (input) => `/exports/${input.Specification ?? ""}`),
  ),
  GetApi: reads(apis.getApi, anApi("GET")),
  GetApis: reads(
    apis.getApis,
    verb("GET", () => "/apis"),
  ),
  UpdateApi: writes(apis.updateApi, anApi("PATCH")),
  DeleteApi: writes(apis.deleteApi, anApi("DELETE")),
  DeleteCorsConfiguration: writes(
    apis.deleteCorsConfiguration,
    anApi("DELETE", () => "/cors"),
  ),
  TagResource: writes(apis.tagResource, tags("POST")),
  UntagResource: writes(apis.untagResource, tags("DELETE")),
  GetTags: reads(apis.getTags, tags("GET")),
  CreateRoute: writes(routes.createRoute, route.create),
  GetRoute: reads(routes.getRoute, route.one("GET")),
  GetRoutes: reads(routes.getRoutes, route.list),
  UpdateRoute: writes(routes.updateRoute, route.one("PATCH")),
  DeleteRoute: writes(routes.deleteRoute, route.one("DELETE")),
  DeleteRouteRequestParameter: writes(routes.deleteRouteRequestParameter, route.one("DELETE")),
  CreateRouteResponse: writes(routeResponses.create, routeResponse.create),
  GetRouteResponse: reads(routeResponses.get, routeResponse.one("GET")),
  GetRouteResponses: reads(routeResponses.list, routeResponse.list),
  UpdateRouteResponse: writes(routeResponses.update, routeResponse.one("PATCH")),
  DeleteRouteResponse: writes(routeResponses.remove, routeResponse.one("DELETE")),
  CreateIntegration: writes(routes.createIntegration, integration.create, {
    missing: "subtypes of AppConfig and Step Functions; nothing goes through VPC links",
  }),
  CreateIntegrationResponse: writes(integrationResponses.create, integrationResponse.create),
  GetIntegrationResponse: reads(integrationResponses.get, integrationResponse.one("GET")),
  GetIntegrationResponses: reads(integrationResponses.list, integrationResponse.list),
  UpdateIntegrationResponse: writes(integrationResponses.update, integrationResponse.one("PATCH")),
  DeleteIntegrationResponse: writes(integrationResponses.remove, integrationResponse.one("DELETE")),
  GetIntegration: reads(routes.getIntegration, integration.one("GET")),
  GetIntegrations: reads(routes.getIntegrations, integration.list),
  UpdateIntegration: writes(routes.updateIntegration, integration.one("PATCH")),
  DeleteIntegration: writes(routes.deleteIntegration, integration.one("DELETE")),
  CreateAuthorizer: writes(routes.createAuthorizer, authorizer.create, { waits: true }),
  GetAuthorizer: reads(routes.getAuthorizer, authorizer.one("GET")),
  GetAuthorizers: reads(routes.getAuthorizers, authorizer.list),
  UpdateAuthorizer: writes(routes.updateAuthorizer, authorizer.one("PATCH"), { waits: true }),
  DeleteAuthorizer: writes(routes.deleteAuthorizer, authorizer.one("DELETE")),
  ResetAuthorizersCache: writes(
    routes.resetAuthorizersCache,
    anApi("DELETE", (input) => `/stages/${input.StageName ?? ""}/cache/authorizers`),
  ),
  CreateStage: writes(stages.createStage, stage.create),
  GetStage: reads(stages.getStage, stage.one("GET")),
  GetStages: reads(stages.getStages, stage.list),
  UpdateStage: writes(stages.updateStage, stage.one("PATCH")),
  DeleteStage: writes(stages.deleteStage, stage.one("DELETE")),
  DeleteAccessLogSettings: writes(stages.deleteAccessLogSettings, stage.one("PATCH")),
  DeleteRouteSettings: writes(stages.deleteRouteSettings, stage.one("PATCH")),
  CreateDeployment: writes(stages.createDeployment, deployment.create),
  GetDeployment: reads(stages.getDeployment, deployment.one("GET")),
  GetDeployments: reads(stages.getDeployments, deployment.list),
  UpdateDeployment: writes(stages.updateDeployment, deployment.one("PATCH")),
  DeleteDeployment: writes(stages.deleteDeployment, deployment.one("DELETE")),
  CreateModel: writes(models.createModel, model.create, { missing: "kept without effect" }),
  GetModel: reads(models.getModel, model.one("GET")),
  GetModels: reads(models.getModels, model.list),
  UpdateModel: writes(models.updateModel, model.one("PATCH")),
  GetModelTemplate: reads(models.getModelTemplate, model.one("GET")),
  DeleteModel: writes(models.deleteModel, model.one("DELETE")),
  CreateDomainName: writes(domains.createDomainName, domain("POST"), {
    missing: "served by Host without TLS; no mutual TLS; routing rules are kept without effect",
  }),
  GetDomainName: reads(domains.getDomainName, domain("GET")),
  GetDomainNames: reads(domains.getDomainNames, domain("GET")),
  UpdateDomainName: writes(domains.updateDomainName, domain("PATCH")),
  DeleteDomainName: writes(domains.deleteDomainName, domain("DELETE")),
  CreateApiMapping: writes(domains.createApiMapping, mapping("POST")),
  GetApiMapping: reads(domains.getApiMapping, mapping("GET")),
  GetApiMappings: reads(domains.getApiMappings, mapping("GET")),
  UpdateApiMapping: writes(domains.updateApiMapping, mapping("PATCH")),
  DeleteApiMapping: writes(domains.deleteApiMapping, mapping("DELETE")),
  CreateVpcLink: writes(links.createVpcLink, link("POST"), { missing: "kept; nothing is routed through it" }),
  GetVpcLink: reads(links.getVpcLink, link("GET")),
  GetVpcLinks: reads(links.getVpcLinks, link("GET")),
  UpdateVpcLink: writes(links.updateVpcLink, link("PATCH")),
  DeleteVpcLink: writes(links.deleteVpcLink, link("DELETE")),
};

export const service: ServiceDefinition = {
  name: "apigatewayv2",
  operations,
  http: apiHttp,
  stop(ctx) {
    for (const { socket } of liveState(ctx).connections.values()) socket.terminate();
    liveState(ctx).connections.clear();
  },
  inventory: (ctx) => ({
    apis: [...ctx.store.keys({ prefix: ["api"] })].length,
    domains: [...ctx.store.keys({ prefix: ["domain"] })].length,
  }),
};
