import type {
  AccessLogSettings,
  CreateStageCommandInput,
  RouteSettings,
  UpdateStageCommandInput,
} from "@aws-sdk/client-apigatewayv2";
import { isList, isObject, type MutableValueObject, type Value, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import {
  block,
  blockAt,
  blocksAt,
  type Codec,
  expand,
  flag,
  flatten,
  requiredText,
  rowsOf,
  text,
  textMap,
  textMapAt,
} from "../attribute-map.ts";
import { isAwsAddress } from "../aws-address.ts";
import { isArn, lengthBetween, matches, oneOf, runChecks } from "../checks.ts";
import { API_MISSING, apiArn, executionArn, findApi, mapToUpdate, partsOfImportId, updateApiTags } from "./find.ts";

/** Both limits are sent whenever there is a block, as the provider does: left out they are 0, which lets nothing through. */
const limit: Codec<number> = { expand: (value) => (typeof value === "number" ? value : 0), flatten: (member) => member ?? 0 };

const setting = rowsOf<RouteSettings>();
const SETTINGS = [
  setting("data_trace_enabled", "DataTraceEnabled", flag()),
  setting("detailed_metrics_enabled", "DetailedMetricsEnabled", flag()),
  setting("logging_level", "LoggingLevel", text()),
  setting("throttling_burst_limit", "ThrottlingBurstLimit", limit),
  setting("throttling_rate_limit", "ThrottlingRateLimit", limit),
];

const routeSettings: Codec<Record<string, RouteSettings>> = {
  expand: (value) => {
    const items = isList(value) ? value.filter(isObject) : [];
    return items.length === 0
      ? undefined
      : Object.fromEntries(items.map((item) => [String(item.route_key), expand(SETTINGS, item)]));
  },
  flatten: (member) =>
    Object.entries(member ?? {}).map(([route_key, settings]) => ({ ...flatten(SETTINGS, settings), route_key })),
};

const log = rowsOf<AccessLogSettings>();
const row = rowsOf<CreateStageCommandInput>();
const STAGE = [
  row(
    "access_log_settings",
    "AccessLogSettings",
    block([log("destination_arn", "DestinationArn", text()), log("format", "Format", text())]),
  ),
  row("auto_deploy", "AutoDeploy", flag()),
  row("client_certificate_id", "ClientCertificateId", text()),
  row("default_route_settings", "DefaultRouteSettings", block(SETTINGS)),
  row("deployment_id", "DeploymentId", text()),
  row("description", "Description", text()),
  row("route_settings", "RouteSettings", routeSettings),
  row("stage_variables", "StageVariables", textMap()),
];

const LEVELS = ["ERROR", "INFO", "OFF"];
const CHECKS = [
  isArn("access_log_settings.destination_arn"),
  oneOf("default_route_settings.logging_level", LEVELS),
  oneOf("route_settings.logging_level", LEVELS),
  lengthBetween("description", 0, 1024),
  lengthBetween("name", 1, 128, { code: "DVT3007" }),
  matches("name", /^(\$default|[0-9A-Za-z_-]*)$/, "must be $default or contain letters, digits, hyphens and underscores only", {
    code: "DVT3007",
  }),
];

/** aws_apigatewayv2_stage. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_apigatewayv2_stage",
  noun: "API Gateway v2 Stage",
  defaults: {
    auto_deploy: false,
    "default_route_settings.data_trace_enabled": false,
    "default_route_settings.detailed_metrics_enabled": false,
    "route_settings.data_trace_enabled": false,
    "route_settings.detailed_metrics_enabled": false,
  },
  forceNew: ["api_id", "name"],
  equivalence: { "access_log_settings.destination_arn": (a, b) => withoutWildcard(a) === withoutWildcard(b) },
  tagged: true,
  // A stage always has default settings; leaving them out is no change.
  suppressDiff: (path, _prior, config) => path === "default_route_settings" && isNone(config),
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const ApiId = requiredText(planned, "api_id");
    const StageName = requiredText(planned, "name");
    const Tags = textMapAt(planned, "tags_all");
    await aws.clients.apigatewayv2.createStage({
      ...(await toApi(aws, planned, STAGE)),
      ApiId,
      StageName,
      ...(Object.keys(Tags).length > 0 ? { Tags } : {}),
    });
    await onCreated({ id: StageName });
  },
  read,
  update,
  async delete(aws, state) {
    await unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.deleteStage(keyOf(state)));
  },
  importId(id) {
    const [api_id, name] = partsOfImportId(id, "api-id/stage-name");
    return { id: name, api_id, name };
  },
  async find(aws, planned) {
    const state = { id: requiredText(planned, "name"), api_id: requiredText(planned, "api_id") };
    return (await findStage(aws, state)) === undefined ? null : state;
  },
};

function isNone(value: Value): boolean {
  return value === null || (isList(value) && value.length === 0);
}

function withoutWildcard(arn: string): string {
  return arn.endsWith(":*") ? arn.slice(0, -2) : arn;
}

function keyOf(state: ValueObject): { ApiId: string; StageName: string } {
  return { ApiId: requiredText(state, "api_id"), StageName: requiredText(state, "id") };
}

function findStage(aws: AwsContext, state: ValueObject) {
  return unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.getStage(keyOf(state)));
}

/** Data tracing and logging levels are for WebSocket APIs: an HTTP API refuses them. */
async function toApi(aws: AwsContext, planned: ValueObject, rows: typeof STAGE): Promise<CreateStageCommandInput> {
  const input = expand(rows, planned);
  const all = [input.DefaultRouteSettings, ...Object.values(input.RouteSettings ?? {})];
  if (all.every((settings) => settings === undefined)) return input;
  const api = await findApi(aws, requiredText(planned, "api_id"));
  if (api?.ProtocolType === "WEBSOCKET") return input;
  for (const settings of all) {
    delete settings?.DataTraceEnabled;
    delete settings?.LoggingLevel;
  }
  return input;
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const stage = await findStage(aws, state);
  if (stage === undefined) return null;
  const { ApiId, StageName } = keyOf(state);
  const endpoint = (await findApi(aws, ApiId))?.ApiEndpoint ?? "";
  const values: MutableValueObject = flatten(STAGE, stage as Partial<CreateStageCommandInput>);
  return {
    ...state,
    ...values,
    id: StageName,
    name: StageName,
    arn: apiArn(aws, `${ApiId}/stages/${StageName}`),
    execution_arn: await executionArn(aws, `${ApiId}/${StageName}`),
    invoke_url: isAwsAddress(aws, state)
      ? (state.invoke_url ?? null)
      : `${endpoint}/${StageName === "$default" ? "" : StageName}`,
    tags_all: { ...stage.Tags },
  };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const key = keyOf(prior);
  await removeSettings(aws, prior, planned, changed);
  const rows = STAGE.filter((r) => changed(r.attribute));
  if (rows.length > 0) {
    const input: UpdateStageCommandInput = { ...(await toApi(aws, planned, rows)), ...key };
    if (changed("client_certificate_id")) input.ClientCertificateId ??= "";
    if (changed("description")) input.Description ??= "";
    if (changed("stage_variables")) input.StageVariables = mapToUpdate(prior, planned, "stage_variables");
    // A stage that deploys itself takes no deployment from outside.
    if (planned.auto_deploy === true) delete input.DeploymentId;
    await aws.clients.apigatewayv2.updateStage(input);
  }
  await updateApiTags(aws, apiArn(aws, `${key.ApiId}/stages/${key.StageName}`), prior, planned);
}

/** UpdateStage keeps what is not sent: settings that are gone have calls of their own. */
async function removeSettings(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const key = keyOf(prior);
  if (changed("access_log_settings") && blockAt(planned, "access_log_settings") === undefined) {
    await aws.clients.apigatewayv2.deleteAccessLogSettings(key);
  }
  if (!changed("route_settings")) return;
  const kept = new Set(blocksAt(planned, "route_settings").map((settings) => settings.route_key));
  for (const settings of blocksAt(prior, "route_settings")) {
    if (kept.has(settings.route_key ?? "")) continue;
    await unlessMissing(API_MISSING, () =>
      aws.clients.apigatewayv2.deleteRouteSettings({ ...key, RouteKey: requiredText(settings, "route_key") }),
    );
  }
}
