import type { CreateApiCommandInput, UpdateApiCommandInput } from "@aws-sdk/client-apigatewayv2";
import { type Diagnostic, errorDiagnostic, type MutableValueObject, type ValueObject, warningDiagnostic } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import {
  block,
  blockAt,
  expand,
  flag,
  flatten,
  isTrue,
  requiredText,
  rowsOf,
  text,
  textAt,
  textMapAt,
  textsAt,
} from "../attribute-map.ts";
import { isArn, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { CORS } from "../cors-map.ts";
import { API_MISSING, apiArn, executionArn, findApi, listAll, sameIgnoringCase, theOnly, updateApiTags } from "./find.ts";

const row = rowsOf<CreateApiCommandInput>();
/** Members that GetApi gives back. */
const API = [
  row("api_key_selection_expression", "ApiKeySelectionExpression", text()),
  row("cors_configuration", "CorsConfiguration", block(CORS)),
  row("description", "Description", text()),
  row("disable_execute_api_endpoint", "DisableExecuteApiEndpoint", flag()),
  row("ip_address_type", "IpAddressType", text()),
  row("name", "Name", text()),
  row("protocol_type", "ProtocolType", text()),
  row("route_selection_expression", "RouteSelectionExpression", text()),
  row("version", "Version", text()),
];
/** Members that only make a quick-create API. */
const QUICK = [
  row("credentials_arn", "CredentialsArn", text()),
  row("route_key", "RouteKey", text()),
  row("target", "Target", text()),
];

const CHECKS = [
  oneOf("api_key_selection_expression", ["$context.authorizer.usageIdentifierKey", "$request.header.x-api-key"]),
  isArn("credentials_arn"),
  lengthBetween("description", 0, 1024),
  oneOf("ip_address_type", ["ipv4", "dualstack"]),
  lengthBetween("name", 1, 128, { code: "DVT3007" }),
  oneOf("protocol_type", ["WEBSOCKET", "HTTP"]),
  lengthBetween("version", 1, 64),
];

/** aws_apigatewayv2_api. */
export const resource: NativeResource = {
  type: "aws_apigatewayv2_api",
  noun: "API Gateway v2 API",
  defaults: {
    api_key_selection_expression: "$request.header.x-api-key",
    route_selection_expression: "$request.method $request.path",
  },
  forceNew: ["credentials_arn", "protocol_type", "route_key", "target"],
  tagged: true,
  // API Gateway gives header names back in lower case.
  suppressDiff: (path, prior, config) => /^cors_configuration\.(allow|expose)_/.test(path) && sameIgnoringCase(prior, config),
  validate: (config) => [...runChecks(CHECKS, config), ...corsDiagnostics(config)],
  async create(aws, planned, onCreated) {
    const Tags = textMapAt(planned, "tags_all");
    const answer = await aws.clients.apigatewayv2.createApi({
      ...expand([...API, ...QUICK], planned),
      ...(Object.keys(Tags).length > 0 ? { Tags } : {}),
    });
    const id = answer.ApiId ?? "";
    await onCreated({ id });
    await importBody(aws, id, planned);
  },
  read,
  update,
  async delete(aws, state) {
    await unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.deleteApi({ ApiId: requiredText(state, "id") }));
  },
  async find(aws, planned, isFree) {
    const apis = await listAll((token) => aws.clients.apigatewayv2.getApis(token));
    const wanted = JSON.stringify(Object.entries(textMapAt(planned, "tags_all")).sort());
    const same = theOnly(apis, (api) => {
      const tags = JSON.stringify(Object.entries(api.Tags ?? {}).sort());
      const isAlike = api.Name === planned.name && api.ProtocolType === planned.protocol_type && tags === wanted;
      return isAlike && isFree({ id: api.ApiId ?? "" });
    });
    return same?.ApiId === undefined ? null : { id: same.ApiId };
  },
};

/** Sources: API Gateway's answer to CreateApi, and "Configure CORS for HTTP APIs" (API Gateway Developer Guide), read 2026-11. */
export function corsDiagnostics(config: ValueObject): Diagnostic[] {
  const found: Diagnostic[] = [];
  const configuration = blockAt(config, "cors_configuration") ?? {};
  const origins = textsAt(configuration, "allow_origins");
  if (isTrue(configuration, "allow_credentials") && origins.includes("*")) {
    found.push(
      errorDiagnostic("DVT3009", "Setting refused or without effect on AWS", {
        detail: "BadRequestException: allow-credentials is not supported if 'allow-origin' is *",
        fix: "Name the origins in allow_origins, or leave allow_credentials out.",
        attribute: "cors_configuration.0.allow_origins",
      }),
    );
  }
  for (const origin of origins) {
    if (!origin.includes("*") || ["*", "http://*", "https://*"].includes(origin)) continue;
    found.push(
      warningDiagnostic("DVT3009", "Setting refused or without effect on AWS", {
        detail: `The allowed origin ${origin} never matches: an HTTP API knows *, http://*, https://* and whole origins only.`,
        fix: "List each origin, or answer CORS in the function.",
        attribute: "cors_configuration.0.allow_origins",
      }),
    );
  }
  return found;
}

/** An OpenAPI document overwrites what the API is; what config says itself is set again afterwards. */
async function importBody(aws: AwsContext, ApiId: string, planned: ValueObject): Promise<void> {
  const Body = textAt(planned, "body");
  if (Body === undefined) return;
  await aws.clients.apigatewayv2.reimportApi({ ApiId, Body, FailOnWarnings: isTrue(planned, "fail_on_warnings") });
  const own: UpdateApiCommandInput = { ApiId, Name: requiredText(planned, "name") };
  const { CorsConfiguration, Description, Version } = expand(API, planned);
  if (CorsConfiguration) own.CorsConfiguration = CorsConfiguration;
  if (Description) own.Description = Description;
  if (Version) own.Version = Version;
  await aws.clients.apigatewayv2.updateApi(own);
  const Tags = textMapAt(planned, "tags_all");
  if (Object.keys(Tags).length > 0) await aws.clients.apigatewayv2.tagResource({ ResourceArn: apiArn(aws, ApiId), Tags });
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const api = await findApi(aws, id);
  if (api === undefined) return null;
  const values: MutableValueObject = flatten(API, api as Partial<CreateApiCommandInput>);
  return {
    ...state,
    ...values,
    id,
    api_endpoint: api.ApiEndpoint ?? "",
    arn: apiArn(aws, id),
    execution_arn: await executionArn(aws, id),
    tags_all: { ...api.Tags },
  };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const ApiId = requiredText(prior, "id");
  const hasCors = blockAt(planned, "cors_configuration") !== undefined;
  if (changed("cors_configuration") && !hasCors) await aws.clients.apigatewayv2.deleteCorsConfiguration({ ApiId });
  const rows = API.filter((r) => r.attribute !== "protocol_type" && changed(r.attribute));
  if (rows.length > 0 && !(rows.length === 1 && rows[0]?.attribute === "cors_configuration" && !hasCors)) {
    const input: UpdateApiCommandInput = { ...expand(rows, planned), ApiId };
    if (changed("description")) input.Description ??= "";
    if (changed("version")) input.Version ??= "";
    if (changed("disable_execute_api_endpoint")) input.DisableExecuteApiEndpoint ??= false;
    await aws.clients.apigatewayv2.updateApi(input);
  }
  if (changed("body")) await importBody(aws, ApiId, planned);
  await updateApiTags(aws, apiArn(aws, ApiId), prior, planned);
}
