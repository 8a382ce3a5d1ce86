import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import { apiHttp } from "../apigatewayv2/http.ts";
import { getAccount, updateAccount } from "./operations/account.ts";
import * as deployments from "./operations/deployments.ts";
import * as integrations from "./operations/integrations.ts";
import * as methods from "./operations/methods.ts";
import * as models from "./operations/models.ts";
import * as resources from "./operations/resources.ts";
import * as apis from "./operations/rest-apis.ts";
import * as stages from "./operations/stages.ts";
import { serve } from "./plane/serve.ts";
import { list } from "./store.ts";

/** API Gateway (REST APIs): the table of its control plane. The data plane is in `plane/`. Records and memory are shared with `apigatewayv2`. */

type Handler = Operation["handler"];
type Input = { readonly [name: string]: unknown };

/** IAM knows API Gateway by HTTP verbs on paths; `{name}` stands for the input's member of that name. */
function row(verb: string, path: string, handler: Handler, rest: Partial<Operation> = {}): Operation {
  const iam = (ctx: Ctx, input: Input): IamRequest => ({
    action: `apigateway:${verb}`,
    resources: [
      `arn:aws:apigateway:${ctx.region}::${path.replace(/\{(\w+)\}/g, (_all, name: string) => String(input[name] ?? ""))}`,
    ],
  });
  return { handler, iam, ...(verb === "GET" ? { readonly: true } : {}), ...rest };
}

const API = "/restapis/{restApiId}";
const RESOURCE = `${API}/resources/{resourceId}`;
const METHOD = `${RESOURCE}/methods/{httpMethod}`;
const STAGE = `${API}/stages/{stageName}`;

const operations: { readonly [operation: string]: Operation } = {
  CreateRestApi: row("POST", "/restapis", apis.createRestApi, { waits: true }),
  GetRestApi: row("GET", API, apis.getRestApi),
  GetRestApis: row("GET", "/restapis", apis.getRestApis),
  UpdateRestApi: row("PATCH", API, apis.updateRestApi),
  DeleteRestApi: row("DELETE", API, apis.deleteRestApi),
  CreateResource: row("POST", `${API}/resources/{parentId}`, resources.createResource),
  GetResource: row("GET", RESOURCE, resources.getResource),
  GetResources: row("GET", `${API}/resources`, resources.getResources),
  UpdateResource: row("PATCH", RESOURCE, resources.updateResource),
  DeleteResource: row("DELETE", RESOURCE, resources.deleteResource),
  PutMethod: row("PUT", METHOD, methods.putMethod),
  GetMethod: row("GET", METHOD, methods.getMethod),
  UpdateMethod: row("PATCH", METHOD, methods.updateMethod),
  DeleteMethod: row("DELETE", METHOD, methods.deleteMethod),
  PutMethodResponse: row("PUT", `${METHOD}/responses/{statusCode}`, methods.putMethodResponse),
  GetMethodResponse: row("GET", `${METHOD}/responses/{statusCode}`, methods.getMethodResponse),
  UpdateMethodResponse: row("PATCH", `${METHOD}/responses/{statusCode}`, methods.updateMethodResponse),
  DeleteMethodResponse: row("DELETE", `${METHOD}/responses/{statusCode}`, methods.deleteMethodResponse),
  PutIntegration: row("PUT", `${METHOD}/integration`, integrations.putIntegration, {
    missing: "services behind AWS integrations: functions only; nothing goes through VPC links; answers aren't cached",
  }),
  GetIntegration: row("GET", `${METHOD}/integration`, integrations.getIntegration),
  UpdateIntegration: row("PATCH", `${METHOD}/integration`, integrations.updateIntegration),
  DeleteIntegration: row("DELETE", `${METHOD}/integration`, integrations.deleteIntegration),
  PutIntegrationResponse: row("PUT", `${METHOD}/integration/responses/{statusCode}`, integrations.putIntegrationResponse),
  GetIntegrationResponse: row("GET", `${METHOD}/integration/responses/{statusCode}`, integrations.getIntegrationResponse),
  UpdateIntegrationResponse: row("PATCH", `${METHOD}/integration/responses/{statusCode}`, integrations.updateIntegrationResponse),
  DeleteIntegrationResponse: row(
    "DELETE",
    `${METHOD}/integration/responses/{statusCode}`,
    integrations.deleteIntegrationResponse,
  ),
  CreateDeployment: row("POST", `${API}/deployments`, deployments.createDeployment, { missing: "canary settings" }),
  GetDeployment: row("GET", `${API}/deployments/{deploymentId}`, deployments.getDeployment),
  GetDeployments: row("GET", `${API}/deployments`, deployments.getDeployments),
  UpdateDeployment: row("PATCH", `${API}/deployments/{deploymentId}`, deployments.updateDeployment),
  DeleteDeployment: row("DELETE", `${API}/deployments/{deploymentId}`, deployments.deleteDeployment),
  CreateStage: row("POST", `${API}/stages`, stages.createStage, {
    missing: "canary settings; cache settings are kept without effect",
  }),
  GetStage: row("GET", STAGE, stages.getStage),
  GetStages: row("GET", `${API}/stages`, stages.getStages),
  UpdateStage: row("PATCH", STAGE, stages.updateStage, { missing: "canary settings; cache settings are kept without effect" }),
  DeleteStage: row("DELETE", STAGE, stages.deleteStage),
  FlushStageAuthorizersCache: row("DELETE", `${STAGE}/cache/authorizers`, stages.flushStageAuthorizersCache),
  FlushStageCache: row("DELETE", `${STAGE}/cache/data`, stages.flushStageCache, { missing: "answers aren't cached" }),
  GetAccount: row("GET", "/account", getAccount),
  UpdateAccount: row("PATCH", "/account", updateAccount, { waits: true }),
  CreateModel: row("POST", `${API}/models`, models.createModel),
  GetModel: row("GET", `${API}/models/{modelName}`, models.getModel),
  GetModels: row("GET", `${API}/models`, models.getModels),
  UpdateModel: row("PATCH", `${API}/models/{modelName}`, models.updateModel),
  DeleteModel: row("DELETE", `${API}/models/{modelName}`, models.deleteModel),
  CreateRequestValidator: row("POST", `${API}/requestvalidators`, models.createRequestValidator),
  GetRequestValidator: row("GET", `${API}/requestvalidators/{requestValidatorId}`, models.getRequestValidator),
  GetRequestValidators: row("GET", `${API}/requestvalidators`, models.getRequestValidators),
  UpdateRequestValidator: row("PATCH", `${API}/requestvalidators/{requestValidatorId}`, models.updateRequestValidator),
  DeleteRequestValidator: row("DELETE", `${API}/requestvalidators/{requestValidatorId}`, models.deleteRequestValidator),
};

export const service: ServiceDefinition = {
  name: "apigateway",
  operations,
  // Ports of REST APIs: the addresses are the HTTP APIs' own.
  http: apiHttp,
  internal: { serve },
  inventory: (ctx) => ({ restApis: list(ctx.store, ctx, "rest-api").length }),
};
