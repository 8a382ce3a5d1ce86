import type { StartQueryRequest } from "@aws-sdk/client-cloudwatch-logs";
import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import { endTails, startLiveTail } from "./live-tail.ts";
import * as deliveries from "./operations/deliveries.ts";
import * as destinations from "./operations/destinations.ts";
import * as events from "./operations/events.ts";
import * as exports from "./operations/exports.ts";
import * as filters from "./operations/filters.ts";
import * as groups from "./operations/groups.ts";
import * as policies from "./operations/policies.ts";
import * as queries from "./operations/queries.ts";
import * as records from "./operations/records.ts";
import { type GroupRecord, groupArn, groupName } from "./store.ts";

/** CloudWatch Logs: the table of its operations. */
interface Addressed {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly resourceArn?: string;
  readonly logStreamName?: string;
}

/** Authorized on the group, with its streams; PutLogEvents and GetLogEvents on the stream. */
function onGroup(ctx: Ctx, input: Addressed): IamRequest {
  const name = groupName(input.logGroupName ?? input.logGroupIdentifier ?? input.resourceArn);
  const arn = groupArn(ctx, name);
  return { resources: [`${arn}:${input.logStreamName === undefined ? "*" : `log-stream:${input.logStreamName}`}`] };
}

type Handler = Operation["handler"];
const reads = (handler: Handler): Operation => ({ handler, readonly: true, iam: onGroup });
const writes = (handler: Handler): Operation => ({ handler, iam: onGroup });

/** Who wants to see what a data protection policy masks needs logs:Unmask beside. */
function onUnmasked(ctx: Ctx, input: Addressed & { readonly unmask?: boolean }): readonly IamRequest[] {
  const request = onGroup(ctx, input);
  return input.unmask === true ? [request, { ...request, action: "logs:Unmask" }] : [request];
}

/** A query that unmasks, likewise, on each of its groups. */
function onQuery(ctx: Ctx, input: StartQueryRequest): readonly IamRequest[] {
  const named = input.logGroupNames ?? input.logGroupIdentifiers ?? [input.logGroupName ?? ""];
  const resources = named.map((name) => `${groupArn(ctx, groupName(name))}:*`);
  return /\bunmask\s*\(/i.test(input.queryString ?? "") ? [{ resources }, { resources, action: "logs:Unmask" }] : [{ resources }];
}

const operations: { readonly [operation: string]: Operation } = {
  CreateLogGroup: { ...writes(groups.createLogGroup), waits: true },
  DeleteLogGroup: writes(groups.deleteLogGroup),
  DescribeLogGroups: reads(groups.describeLogGroups),
  ListLogGroups: reads(groups.listLogGroups),
  PutRetentionPolicy: writes(groups.putRetentionPolicy),
  DeleteRetentionPolicy: writes(groups.deleteRetentionPolicy),
  AssociateKmsKey: {
    ...writes(groups.associateKmsKey),
    waits: true,
    missing: "the key is asked, events are not encrypted with it",
  },
  DisassociateKmsKey: writes(groups.disassociateKmsKey),
  PutLogGroupDeletionProtection: writes(groups.putLogGroupDeletionProtection),
  TagResource: writes(groups.tagResource),
  UntagResource: writes(groups.untagResource),
  ListTagsForResource: reads(groups.listTagsForResource),
  TagLogGroup: writes(groups.tagLogGroup),
  UntagLogGroup: writes(groups.untagLogGroup),
  ListTagsLogGroup: reads(groups.listTagsLogGroup),
  CreateLogStream: writes(events.createLogStream),
  DeleteLogStream: writes(events.deleteLogStream),
  DescribeLogStreams: reads(events.describeLogStreams),
  PutLogEvents: writes(events.putLogEvents),
  GetLogEvents: { ...reads(events.getLogEvents), iam: onUnmasked },
  FilterLogEvents: { ...reads(events.filterLogEvents), iam: onUnmasked },
  PutMetricFilter: writes(filters.putMetricFilter),
  DeleteMetricFilter: writes(filters.deleteMetricFilter),
  DescribeMetricFilters: reads(filters.describeMetricFilters),
  TestMetricFilter: reads(filters.testMetricFilter),
  PutSubscriptionFilter: { ...writes(filters.putSubscriptionFilter), waits: true, missing: "Firehose destinations" },
  DeleteSubscriptionFilter: writes(filters.deleteSubscriptionFilter),
  DescribeSubscriptionFilters: reads(filters.describeSubscriptionFilters),
  PutQueryDefinition: { handler: filters.putQueryDefinition },
  DescribeQueryDefinitions: { handler: filters.describeQueryDefinitions, readonly: true },
  DeleteQueryDefinition: { handler: filters.deleteQueryDefinition },
  StartQuery: {
    ...writes(queries.startQuery),
    iam: onQuery,
    missing: "commands diff and lookup; OpenSearch PPL and SQL",
  },
  GetQueryResults: { handler: queries.getQueryResults, readonly: true },
  DescribeQueries: { handler: queries.describeQueries, readonly: true },
  StopQuery: { handler: queries.stopQuery },
  PutResourcePolicy: { handler: filters.putResourcePolicy },
  DescribeResourcePolicies: { handler: filters.describeResourcePolicies, readonly: true },
  PutDestination: { handler: destinations.putDestination },
  PutDestinationPolicy: { handler: destinations.putDestinationPolicy },
  DescribeDestinations: { handler: destinations.describeDestinations, readonly: true },
  DeleteDestination: { handler: destinations.deleteDestination },
  PutDeliverySource: {
    handler: deliveries.putDeliverySource,
    iam: deliveries.onDelivery.source,
    missing: "kept; nothing here sends its logs that way",
  },
  GetDeliverySource: { handler: deliveries.getDeliverySource, readonly: true, iam: deliveries.onDelivery.source },
  DescribeDeliverySources: { handler: deliveries.describeDeliverySources, readonly: true, iam: deliveries.onDelivery.source },
  DeleteDeliverySource: { handler: deliveries.deleteDeliverySource, iam: deliveries.onDelivery.source },
  PutDeliveryDestination: { handler: deliveries.putDeliveryDestination, iam: deliveries.onDelivery.destination },
  GetDeliveryDestination: { handler: deliveries.getDeliveryDestination, readonly: true, iam: deliveries.onDelivery.destination },
  DescribeDeliveryDestinations: {
    handler: deliveries.describeDeliveryDestinations,
    readonly: true,
    iam: deliveries.onDelivery.destination,
  },
  DeleteDeliveryDestination: { handler: deliveries.deleteDeliveryDestination, iam: deliveries.onDelivery.destination },
  PutDeliveryDestinationPolicy: {
    handler: deliveries.putDeliveryDestinationPolicy,
    iam: deliveries.onDelivery.destination,
    missing: "kept, not asked",
  },
  GetDeliveryDestinationPolicy: {
    handler: deliveries.getDeliveryDestinationPolicy,
    readonly: true,
    iam: deliveries.onDelivery.destination,
  },
  DeleteDeliveryDestinationPolicy: {
    handler: deliveries.deleteDeliveryDestinationPolicy,
    iam: deliveries.onDelivery.destination,
  },
  CreateDelivery: {
    handler: deliveries.createDelivery,
    iam: deliveries.onDelivery.both,
    missing: "nothing is sent: no service here sends its logs that way",
  },
  GetDelivery: { handler: deliveries.getDelivery, readonly: true, iam: deliveries.onDelivery.delivery },
  DescribeDeliveries: { handler: deliveries.describeDeliveries, readonly: true, iam: deliveries.onDelivery.delivery },
  UpdateDeliveryConfiguration: { handler: deliveries.updateDeliveryConfiguration, iam: deliveries.onDelivery.delivery },
  DeleteDelivery: { handler: deliveries.deleteDelivery, iam: deliveries.onDelivery.delivery },
  CreateExportTask: { ...writes(exports.createExportTask), waits: true },
  DescribeExportTasks: { handler: exports.describeExportTasks, readonly: true },
  CancelExportTask: { handler: exports.cancelExportTask, missing: "a task has mostly ended before it can be cancelled" },
  GetLogRecord: { handler: records.getLogRecord, readonly: true },
  GetLogGroupFields: reads(records.getLogGroupFields),
  PutDataProtectionPolicy: {
    ...writes(policies.putDataProtectionPolicy),
    missing: "identifiers that their form alone doesn't tell; findings are counted, not delivered",
  },
  GetDataProtectionPolicy: reads(policies.getDataProtectionPolicy),
  DeleteDataProtectionPolicy: writes(policies.deleteDataProtectionPolicy),
  PutAccountPolicy: { handler: policies.putAccountPolicy, missing: "types TRANSFORMER_POLICY and METRIC_EXTRACTION_POLICY" },
  DescribeAccountPolicies: { handler: policies.describeAccountPolicies, readonly: true },
  DeleteAccountPolicy: { handler: policies.deleteAccountPolicy },
  PutIndexPolicy: { ...writes(policies.putIndexPolicy), missing: "kept; queries are fast without" },
  DescribeIndexPolicies: { handler: policies.describeIndexPolicies, readonly: true },
  DeleteIndexPolicy: writes(policies.deleteIndexPolicy),
  StartLiveTail: { handler: startLiveTail, waits: true, iam: onTailed },
  DeleteResourcePolicy: { handler: filters.deleteResourcePolicy },
};

function onTailed(ctx: Ctx, input: { readonly logGroupIdentifiers: readonly string[] }): IamRequest {
  return { resources: input.logGroupIdentifiers.map((each) => `${groupArn(ctx, groupName(each))}:*`) };
}

export const service: ServiceDefinition = {
  name: "logs",
  operations,
  timers: { retention: groups.removeExpired, query: queries.forgetQuery },
  stop: endTails,
  internal: { append: events.append },
  // Groups that a service made by writing to them are nobody's to remove.
  inventory(ctx) {
    const groups = [...ctx.store.range<GroupRecord>({ prefix: ["group"] })].filter(({ value }) => value.isAutomatic !== true);
    return { groups: groups.length };
  },
};
