import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import { apiHttp } from "../apigatewayv2/http.ts";
import { getAccount, updateAccount } from "./operations/account.ts";
import * as keys from "./operations/api-keys.ts";
import * as authorizers from "./operations/authorizers.ts";
import * as deployments from "./operations/deployments.ts";
import * as domains from "./operations/domains.ts";
import * as responses from "./operations/gateway-responses.ts";
import * as integrations from "./operations/integrations.ts";
import * as methods from "./operations/methods.ts";
import * as models from "./operations/models.ts";
import * as openApi from "./operations/open-api.ts";
import * as resources from "./operations/resources.ts";
import * as apis from "./operations/rest-apis.ts";
import * as stages from "./operations/stages.ts";
import * as tags from "./operations/tags.ts";
import * as plans from "./operations/usage-plans.ts";
import * as links from "./operations/vpc-links.ts";
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
const PLAN = "/usageplans/{usagePlanId}";
const DOMAIN = "/domainnames/{domainName}";

const operations: { readonly [operation: string]: Operation } = {
  CreateRestApi: row("POST", "/restapis", apis.createRestApi, { waits: true }),
  GetRestApi: row("GET", API, apis.getRestApi),
  GetRestApis: row("GET", "/restapis", apis.getRestApis),
  ImportRestApi: row("POST", "/restapis", openApi.importRestApi, { waits: true, missing: "documentation parts" }),
  PutRestApi: row("PUT", API, openApi.putRestApi, { missing: "documentation parts" }),
  GetExport: row("GET", `${STAGE}/exports/{exportType}`, openApi.getExport, { missing: "documentation parts" }),
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
    missing:
      "services behind AWS integrations: functions, DynamoDB, EventBridge, Kinesis, KMS, Logs, S3 objects, Secrets Manager, SNS, SQS, SSM and Cognito; nothing goes through VPC links; answers aren't cached",
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
  CreateDeployment: row("POST", `${API}/deployments`, deployments.createDeployment),
  GetDeployment: row("GET", `${API}/deployments/{deploymentId}`, deployments.getDeployment),
  GetDeployments: row("GET", `${API}/deployments`, deployments.getDeployments),
  UpdateDeployment: row("PATCH", `${API}/deployments/{deploymentId}`, deployments.updateDeployment),
  DeleteDeployment: row("DELETE", `${API}/deployments/{deploymentId}`, deployments.deleteDeployment),
  CreateStage: row("POST", `${API}/stages`, stages.createStage, {
    missing: "cache settings are kept without effect",
  }),
  GetStage: row("GET", STAGE, stages.getStage),
  GetStages: row("GET", `${API}/stages`, stages.getStages),
  UpdateStage: row("PATCH", STAGE, stages.updateStage, { missing: "cache settings are kept without effect" }),
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
  CreateAuthorizer: row("POST", `${API}/authorizers`, authorizers.createAuthorizer),
  GetAuthorizer: row("GET", `${API}/authorizers/{authorizerId}`, authorizers.getAuthorizer),
  GetAuthorizers: row("GET", `${API}/authorizers`, authorizers.getAuthorizers),
  UpdateAuthorizer: row("PATCH", `${API}/authorizers/{authorizerId}`, authorizers.updateAuthorizer),
  DeleteAuthorizer: row("DELETE", `${API}/authorizers/{authorizerId}`, authorizers.deleteAuthorizer),
  CreateApiKey: row("POST", "/apikeys", keys.createApiKey),
  GetApiKey: row("GET", "/apikeys/{apiKey}", keys.getApiKey),
  GetApiKeys: row("GET", "/apikeys", keys.getApiKeys),
  UpdateApiKey: row("PATCH", "/apikeys/{apiKey}", keys.updateApiKey),
  DeleteApiKey: row("DELETE", "/apikeys/{apiKey}", keys.deleteApiKey),
  CreateUsagePlan: row("POST", "/usageplans", plans.createUsagePlan),
  GetUsagePlan: row("GET", PLAN, plans.getUsagePlan),
  GetUsagePlans: row("GET", "/usageplans", plans.getUsagePlans),
  UpdateUsagePlan: row("PATCH", PLAN, plans.updateUsagePlan),
  DeleteUsagePlan: row("DELETE", PLAN, plans.deleteUsagePlan),
  CreateUsagePlanKey: row("POST", `${PLAN}/keys`, plans.createUsagePlanKey),
  GetUsagePlanKey: row("GET", `${PLAN}/keys/{keyId}`, plans.getUsagePlanKey),
  GetUsagePlanKeys: row("GET", `${PLAN}/keys`, plans.getUsagePlanKeys),
  DeleteUsagePlanKey: row("DELETE", `${PLAN}/keys/{keyId}`, plans.deleteUsagePlanKey),
  GetUsage: row("GET", `${PLAN}/usage`, plans.getUsage),
  PutGatewayResponse: row("PUT", `${API}/gatewayresponses/{responseType}`, responses.putGatewayResponse),
  GetGatewayResponse: row("GET", `${API}/gatewayresponses/{responseType}`, responses.getGatewayResponse),
  GetGatewayResponses: row("GET", `${API}/gatewayresponses`, responses.getGatewayResponses),
  UpdateGatewayResponse: row("PATCH", `${API}/gatewayresponses/{responseType}`, responses.updateGatewayResponse),
  DeleteGatewayResponse: row("DELETE", `${API}/gatewayresponses/{responseType}`, responses.deleteGatewayResponse),
  CreateDomainName: row("POST", "/domainnames", domains.createDomainName, {
    missing: "served by Host without TLS; no mutual TLS; no private domain names",
  }),
  GetDomainName: row("GET", DOMAIN, domains.getDomainName),
  GetDomainNames: row("GET", "/domainnames", domains.getDomainNames),
  UpdateDomainName: row("PATCH", DOMAIN, domains.updateDomainName),
  DeleteDomainName: row("DELETE", DOMAIN, domains.deleteDomainName),
  CreateBasePathMapping: row("POST", `${DOMAIN}/basepathmappings`, domains.createBasePathMapping),
  GetBasePathMapping: row("GET", `${DOMAIN}/basepathmappings/{basePath}`, domains.getBasePathMapping),
  GetBasePathMappings: row("GET", `${DOMAIN}/basepathmappings`, domains.getBasePathMappings),
  UpdateBasePathMapping: row("PATCH", `${DOMAIN}/basepathmappings/{basePath}`, domains.updateBasePathMapping),
  DeleteBasePathMapping: row("DELETE", `${DOMAIN}/basepathmappings/{basePath}`, domains.deleteBasePathMapping),
  CreateVpcLink: row("POST", "/vpclinks", links.createVpcLink, { missing: "kept; nothing is routed through it" }),
  GetVpcLink: row("GET", "/vpclinks/{vpcLinkId}", links.getVpcLink),
  GetVpcLinks: row("GET", "/vpclinks", links.getVpcLinks),
  UpdateVpcLink: row("PATCH", "/vpclinks/{vpcLinkId}", links.updateVpcLink),
  DeleteVpcLink: row("DELETE", "/vpclinks/{vpcLinkId}", links.deleteVpcLink),
  TagResource: row("PUT", "/tags/{resourceArn}", tags.tagResource),
  UntagResource: row("DELETE", "/tags/{resourceArn}", tags.untagResource),
  GetTags: row("GET", "/tags/{resourceArn}", tags.getTags),
};

export const service: ServiceDefinition = {
  name: "apigateway",
  operations,
  // Ports of REST APIs: the addresses are the HTTP APIs' own.
  http: apiHttp,
  internal: { serve },
  inventory: (ctx) => ({ restApis: list(ctx.store, ctx, "rest-api").length }),
};
