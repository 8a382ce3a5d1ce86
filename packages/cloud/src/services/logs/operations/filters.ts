import type {
  DescribeMetricFiltersRequest,
  DescribeMetricFiltersResponse,
  DescribeQueryDefinitionsRequest,
  DescribeResourcePoliciesResponse,
  DescribeSubscriptionFiltersResponse,
  PutMetricFilterRequest,
  PutQueryDefinitionRequest,
  PutSubscriptionFilterRequest,
  QueryDefinition,
  TestMetricFilterRequest,
  TestMetricFilterResponse,
} from "@aws-sdk/client-cloudwatch-logs";
import { randomUuid } from "@dovetail/model";
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { refuseMembers } from "../../../core/unsupported.ts";
import { send } from "../delivery.ts";
import { listPage } from "../paging.ts";
import { compile } from "../pattern/checked.ts";
import { invalid, keys, type MetricFilterRecord, needGroup, notFound, type SubscriptionRecord } from "../store.ts";
import { destinationByArn } from "./destinations.ts";

/** Metric filters, subscription filters, saved queries, resource policies. */
const SUBSCRIPTIONS_MAX = 2;
const METRIC_FILTERS_MAX = 100;
type Named = { readonly logGroupName?: string | undefined; readonly filterName?: string | undefined };

export function putMetricFilter(ctx: Ctx, input: PutMetricFilterRequest): object {
  const { logGroupName = "", filterName = "", filterPattern = "" } = input;
  needGroup(ctx.store, ctx, logGroupName);
  compile(filterPattern);
  for (const { dimensions, defaultValue } of input.metricTransformations ?? []) {
    if (dimensions !== undefined && Object.keys(dimensions).length > 0 && defaultValue !== undefined) {
      throw invalid("Invalid metric transformation: dimensions and default value are mutually exclusive properties.");
    }
  }
  const key = keys.metricFilter(ctx, logGroupName, filterName);
  const count = [...ctx.store.keys({ prefix: keys.metricFilters(ctx, logGroupName) })].length;
  if (count >= METRIC_FILTERS_MAX && !ctx.store.has(key))
    throw new ServiceError("LimitExceededException", 400, "Resource limit exceeded.");
  const record: MetricFilterRecord = {
    filterName,
    filterPattern,
    createdMs: ctx.now(),
    transformations: input.metricTransformations ?? [],
  };
  ctx.store.put(key, record);
  return {};
}

export function deleteMetricFilter(ctx: Ctx, input: Named): object {
  const { logGroupName = "", filterName = "" } = input;
  needGroup(ctx.store, ctx, logGroupName);
  const key = keys.metricFilter(ctx, logGroupName, filterName);
  if (!ctx.store.has(key)) throw notFound("The specified metric filter does not exist.");
  ctx.store.remove(key);
  return {};
}

export function describeMetricFilters(ctx: Ctx, input: DescribeMetricFiltersRequest): DescribeMetricFiltersResponse {
  const { logGroupName: group, filterNamePrefix: prefix } = input;
  if (group !== undefined) needGroup(ctx.store, ctx, group);
  if ((input.metricName === undefined) !== (input.metricNamespace === undefined)) {
    throw invalid("metricName and metricNamespace must be given together.");
  }
  const range = ctx.store.range<MetricFilterRecord>({
    prefix: group === undefined ? keys.allMetricFilters(ctx) : keys.metricFilters(ctx, group),
  });
  const all = [...range]
    .map(({ key, value }) => ({ group: String(key[3]), value }))
    .filter(({ value }) => prefix === undefined || value.filterName.startsWith(prefix))
    .filter(
      ({ value }) =>
        input.metricName === undefined ||
        value.transformations.some(
          (item) => item.metricName === input.metricName && item.metricNamespace === input.metricNamespace,
        ),
    );
  const { items, nextToken } = listPage(
    all,
    input.nextToken,
    input.limit ?? 50,
    (item) => `${item.group}\0${item.value.filterName}`,
  );
  const metricFilters = items.map((item) => ({
    filterName: item.value.filterName,
    filterPattern: item.value.filterPattern,
    metricTransformations: item.value.transformations as PutMetricFilterRequest["metricTransformations"],
    creationTime: item.value.createdMs,
    logGroupName: item.group,
    applyOnTransformedLogs: false,
  }));
  return { metricFilters, ...(nextToken === undefined ? {} : { nextToken }) };
}

export function testMetricFilter(_ctx: Ctx, input: TestMetricFilterRequest): TestMetricFilterResponse {
  const pattern = compile(input.filterPattern);
  const selectors = selectorsOf(input.filterPattern ?? "");
  const matches = (input.logEventMessages ?? []).flatMap((eventMessage, index) => {
    const match = pattern(eventMessage);
    if (match === undefined) return [];
    const found = selectors.map((selector) => [selector, match.select(selector)] as const);
    const values = found.filter(([, value]) => value !== undefined && value !== null);
    const extractedValues = Object.fromEntries(
      values.map(([selector, value]) => [selector, typeof value === "string" ? value : JSON.stringify(value)]),
    );
    return [{ eventNumber: index + 1, eventMessage, extractedValues }];
  });
  return { matches };
}

/** What a pattern names: `$.level` in a JSON pattern, `$ip` for the fields of a space-delimited one. */
function selectorsOf(pattern: string): string[] {
  const text = pattern.trim();
  if (text.startsWith("{"))
    return [
      ...new Set(
        [...text.replace(/"(?:[^"\\]|\\.)*"/g, '""').matchAll(/\$(?:\.[\w@:/-]+|\[\d+\])+/g)].map(([selector]) => selector),
      ),
    ];
  if (!text.startsWith("[")) return [];
  const fields = text
    .slice(1, -1)
    .split(",")
    .map((field) => /^\s*([A-Za-z_]\w*)/.exec(field)?.[1]);
  return fields.flatMap((name) => (name === undefined ? [] : [`$${name}`]));
}

/** What filters choose by, or add, that this cloud doesn't know of events. */
const FROM_TRANSFORMED = ["applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFields"] as const;

/** A destination of another account says in its access policy who may send to it. Throws AccessDeniedException. */
function askDestination(ctx: Ctx, destinationArn: string): void {
  const destination = destinationByArn(ctx, destinationArn);
  if (destination === undefined) throw invalid("The specified destination does not exist or is not accessible.");
  const owner = parseArn(destinationArn)?.account ?? ctx.account;
  if (owner === ctx.account) return;
  ctx.with({ account: owner }).authorize(ctx.principal, {
    action: "logs:PutSubscriptionFilter",
    resource: destinationArn,
    ...(destination.accessPolicy === undefined ? {} : { resourcePolicy: destination.accessPolicy }),
  });
}

export async function putSubscriptionFilter(ctx: Ctx, input: PutSubscriptionFilterRequest): Promise<object> {
  refuseMembers("logs.PutSubscriptionFilter", input, FROM_TRANSFORMED);
  const { logGroupName = "", filterName = "", filterPattern = "", destinationArn = "" } = input;
  ctx.snapshot((store) => needGroup(store, ctx, logGroupName));
  compile(filterPattern);
  const target = parseArn(destinationArn)?.service;
  if (target === "kinesis" && input.roleArn === undefined)
    throw invalid("destinationArn for vendor kinesis cannot be used without roleArn");
  if (target === "lambda" && input.roleArn !== undefined)
    throw invalid("destinationArn for vendor lambda cannot be used with roleArn");
  if (target === "logs") askDestination(ctx, destinationArn);
  if (target !== "lambda" && target !== "kinesis" && target !== "logs") {
    throw new ServiceError(
      "NotImplemented",
      501,
      `NotImplemented: logs.PutSubscriptionFilter to ${parseArn(destinationArn)?.service ?? destinationArn}`,
    );
  }
  const key = keys.subscription(ctx, logGroupName, filterName);
  const others = ctx.snapshot(
    (store) =>
      [...store.keys({ prefix: keys.subscriptions(ctx, logGroupName) })].filter((other) => other.at(-1) !== filterName).length,
  );
  if (others >= SUBSCRIPTIONS_MAX) throw new ServiceError("LimitExceededException", 400, "Resource limit exceeded.");
  const record: SubscriptionRecord = {
    filterName,
    filterPattern,
    destinationArn,
    createdMs: ctx.now(),
    ...(input.roleArn === undefined ? {} : { roleArn: input.roleArn }),
    ...(input.distribution === undefined ? {} : { distribution: input.distribution }),
  };
  try {
    // AWS tries the destination with a control message before it takes the filter.
    await send(ctx, record, {
      messageType: "CONTROL_MESSAGE",
      owner: "CloudwatchLogs",
      logGroup: logGroupName,
      logStream: "",
      subscriptionFilters: [],
      logEvents: [],
    });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw invalid(
      target === "lambda"
        ? "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function."
        : "Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in ACTIVE state.",
    );
  }
  ctx.transact((store) => store.put(key, record));
  return {};
}

export function deleteSubscriptionFilter(ctx: Ctx, input: Named): object {
  const { logGroupName = "", filterName = "" } = input;
  needGroup(ctx.store, ctx, logGroupName);
  const key = keys.subscription(ctx, logGroupName, filterName);
  if (!ctx.store.has(key)) throw notFound("The specified subscription filter does not exist.");
  ctx.store.remove(key);
  return {};
}

export function describeSubscriptionFilters(
  ctx: Ctx,
  input: Named & { filterNamePrefix?: string; nextToken?: string; limit?: number },
): DescribeSubscriptionFiltersResponse {
  const { logGroupName = "" } = input;
  needGroup(ctx.store, ctx, logGroupName);
  const all = [...ctx.store.range<SubscriptionRecord>({ prefix: keys.subscriptions(ctx, logGroupName) })]
    .map(({ value }) => value)
    .filter((filter) => filter.filterName.startsWith(input.filterNamePrefix ?? ""));
  const { items, nextToken } = listPage(all, input.nextToken, input.limit ?? 50, (filter) => filter.filterName);
  const subscriptionFilters = items.map(({ createdMs, distribution, ...filter }) => ({
    ...filter,
    logGroupName,
    distribution: distribution === "Random" ? ("Random" as const) : ("ByLogStream" as const),
    creationTime: createdMs,
    applyOnTransformedLogs: false,
  }));
  return { subscriptionFilters, ...(nextToken === undefined ? {} : { nextToken }) };
}

// Saved queries of Logs Insights.

export function putQueryDefinition(ctx: Ctx, input: PutQueryDefinitionRequest): object {
  const id = input.queryDefinitionId ?? randomUuid(ctx.random);
  if (input.queryDefinitionId !== undefined && !ctx.store.has(keys.queryDefinition(ctx, id))) {
    throw notFound("The specified query definition does not exist.");
  }
  const record: QueryDefinition = {
    queryDefinitionId: id,
    name: input.name,
    queryString: input.queryString,
    lastModified: ctx.now(),
    logGroupNames: input.logGroupNames ?? [],
    queryLanguage: input.queryLanguage ?? "CWLI",
  };
  ctx.store.put(keys.queryDefinition(ctx, id), record);
  return { queryDefinitionId: id };
}

export function describeQueryDefinitions(ctx: Ctx, input: DescribeQueryDefinitionsRequest): object {
  const all = [...ctx.store.range<QueryDefinition>({ prefix: keys.queryDefinitions(ctx) })]
    .map(({ value }) => value)
    .filter((query) => (query.name ?? "").startsWith(input.queryDefinitionNamePrefix ?? ""));
  const { items, nextToken } = listPage(all, input.nextToken, input.maxResults ?? 1000, (query) => query.queryDefinitionId ?? "");
  return { queryDefinitions: items, ...(nextToken === undefined ? {} : { nextToken }) };
}

export function deleteQueryDefinition(ctx: Ctx, input: { queryDefinitionId?: string }): object {
  const key = keys.queryDefinition(ctx, input.queryDefinitionId ?? "");
  if (!ctx.store.has(key)) throw notFound("The specified query definition does not exist.");
  ctx.store.remove(key);
  return { success: true };
}

// Resource policies: kept, so that services' set-ups go through; what writes here in the cloud needs none.

interface PolicyRecord {
  readonly policyName: string;
  readonly policyDocument: string;
  readonly lastUpdatedTime: number;
}

export function putResourcePolicy(ctx: Ctx, input: { policyName?: string; policyDocument?: string }): object {
  const { policyName = "", policyDocument = "" } = input;
  try {
    JSON.parse(policyDocument);
  } catch {
    throw invalid("The resource policy document is not valid JSON.");
  }
  const record: PolicyRecord = { policyName, policyDocument, lastUpdatedTime: ctx.now() };
  ctx.store.put(keys.resourcePolicy(ctx, policyName), record);
  return { resourcePolicy: record };
}

export function describeResourcePolicies(ctx: Ctx): DescribeResourcePoliciesResponse {
  return {
    resourcePolicies: [...ctx.store.range<PolicyRecord>({ prefix: keys.resourcePolicies(ctx) })].map(({ value }) => value),
  };
}

export function deleteResourcePolicy(ctx: Ctx, input: { policyName?: string }): object {
  const key = keys.resourcePolicy(ctx, input.policyName ?? "");
  if (!ctx.store.has(key)) throw notFound("Resource policy could not be found.");
  ctx.store.remove(key);
  return {};
}
