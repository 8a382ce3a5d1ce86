import type {
  CreateFlowLogsCommandInput,
  DeleteFlowLogsCommandInput,
  DescribeFlowLogsCommandInput,
  FlowLog,
  UnsuccessfulItem,
} from "@aws-sdk/client-ec2";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { describe, type FilterTable } from "../describe.ts";
import { invalidParameter, missingParameter, notCarriedOut, refusal } from "../errors.ts";
import { FLOW_LOG, NETWORK_INTERFACE, SUBNET, VPC } from "../kinds.ts";
import { all, need, newId, put, remove } from "../records.ts";
import { tagsFor } from "../tagging.ts";

/** Flow logs. Source: Amazon VPC User Guide, "Logging IP traffic using VPC Flow Logs" (read 2026-11). No packet goes through the network here: none is logged. */

const FIELDS =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
const FORMAT = FIELDS.split(" ")
  .map((field) => `\${${field}}`)
  .join(" ");
const INTERVALS = [60, 600];
const FILTERS: FilterTable<FlowLog> = {
  "deliver-log-status": (log) => [log.DeliverLogsStatus],
  "flow-log-id": (log) => [log.FlowLogId],
  "log-destination-type": (log) => [log.LogDestinationType],
  "log-group-name": (log) => [log.LogGroupName],
  "resource-id": (log) => [log.ResourceId],
  "traffic-type": (log) => [log.TrafficType],
};
const KINDS = { VPC, Subnet: SUBNET, NetworkInterface: NETWORK_INTERFACE } as const;

/** One for each resource; those that are refused are told, the others are made. */
export function createFlowLogs(ctx: Ctx, input: CreateFlowLogsCommandInput) {
  const { ResourceType: type } = input;
  if (type !== "VPC" && type !== "Subnet" && type !== "NetworkInterface") throw notCarriedOut(`CreateFlowLogs of ${type}`);
  const settings = settingsOf(input);
  const { Tags } = tagsFor(FLOW_LOG, input.TagSpecifications);
  const [FlowLogIds, Unsuccessful]: [string[], UnsuccessfulItem[]] = [[], []];
  for (const ResourceId of input.ResourceIds ?? []) {
    try {
      need(ctx, KINDS[type] as typeof VPC, ResourceId);
      requireNew(ctx, ResourceId, settings);
      const FlowLogId = newId(ctx, FLOW_LOG.prefix);
      put(ctx, FLOW_LOG, { ...settings, FlowLogId, ResourceId, CreationTime: new Date(ctx.now()), Tags });
      FlowLogIds.push(FlowLogId);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Unsuccessful.push({ ResourceId, Error: { Code: error.code, Message: error.message } });
    }
  }
  return { FlowLogIds, Unsuccessful, ClientToken: input.ClientToken };
}

function settingsOf(input: CreateFlowLogsCommandInput): FlowLog {
  const { LogDestinationType = "cloud-watch-logs", MaxAggregationInterval = 600, TrafficType } = input;
  if (!INTERVALS.includes(MaxAggregationInterval))
    throw invalidParameter("MaxAggregationInterval", String(MaxAggregationInterval), "Must be 60 or 600.");
  if (TrafficType === undefined) throw missingParameter("TrafficType");
  const isLogs = LogDestinationType === "cloud-watch-logs";
  const group = input.LogGroupName ?? (isLogs ? input.LogDestination?.split(":log-group:")[1]?.replace(/:\*$/, "") : undefined);
  if (isLogs && group === undefined) throw missingParameter("LogGroupName or LogDestination");
  if (isLogs && input.DeliverLogsPermissionArn === undefined) throw missingParameter("DeliverLogsPermissionArn");
  if (!isLogs && input.LogDestination === undefined) throw missingParameter("LogDestination");
  return {
    DeliverLogsPermissionArn: input.DeliverLogsPermissionArn,
    DeliverCrossAccountRole: input.DeliverCrossAccountRole,
    DeliverLogsStatus: "SUCCESS",
    DestinationOptions: input.DestinationOptions,
    FlowLogStatus: "ACTIVE",
    LogDestination: input.LogDestination,
    LogDestinationType,
    LogFormat: input.LogFormat ?? FORMAT,
    ...(group === undefined ? {} : { LogGroupName: group }),
    MaxAggregationInterval,
    TrafficType,
  };
}

function requireNew(ctx: Ctx, resourceId: string, settings: FlowLog): void {
  const isSame = (log: FlowLog) =>
    log.ResourceId === resourceId &&
    log.LogDestination === settings.LogDestination &&
    log.LogGroupName === settings.LogGroupName &&
    log.TrafficType === settings.TrafficType;
  if (all(ctx, FLOW_LOG).some(isSame))
    throw refusal(
      "FlowLogAlreadyExists",
      "Error. There is an existing Flow Log with the same configuration and log destination.",
    );
}

export function describeFlowLogs(ctx: Ctx, { Filter, FlowLogIds, ...input }: DescribeFlowLogsCommandInput) {
  const { items, ...next } = describe(ctx, FLOW_LOG, { ...input, Filters: Filter, ids: FlowLogIds }, FILTERS);
  return { FlowLogs: items, ...next };
}

export function deleteFlowLogs(ctx: Ctx, input: DeleteFlowLogsCommandInput) {
  const Unsuccessful: UnsuccessfulItem[] = [];
  for (const ResourceId of input.FlowLogIds ?? []) {
    try {
      need(ctx, FLOW_LOG, ResourceId);
      remove(ctx, FLOW_LOG, ResourceId);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Unsuccessful.push({ ResourceId, Error: { Code: error.code, Message: error.message } });
    }
  }
  return { Unsuccessful };
}
