import type { CreateFlowLogsCommandInput, DestinationOptionsRequest, FlowLogsResourceType } from "@aws-sdk/client-ec2";
import { DiagnosticError, errorDiagnostic, type ValueObject, valuesEqual } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, blockAt, enumAt, expand, flag, flatten, numberAt, requiredText, rowsOf, text, textAt } from "../attribute-map.ts";
import { conflicts, exactlyOneOf, isArn, oneOf, runChecks } from "../checks.ts";
import { tagMap } from "../tags.ts";
import { arnOf } from "./arn.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";

const TARGETS: readonly (readonly [attribute: string, type: FlowLogsResourceType])[] = [
  ["eni_id", "NetworkInterface"],
  ["subnet_id", "Subnet"],
  ["transit_gateway_attachment_id", "TransitGatewayAttachment"],
  ["transit_gateway_id", "TransitGateway"],
  ["vpc_id", "VPC"],
];
const option = rowsOf<DestinationOptionsRequest>();
const OPTIONS = rowsOf<Pick<CreateFlowLogsCommandInput, "DestinationOptions">>()(
  "destination_options",
  "DestinationOptions",
  block([
    option("file_format", "FileFormat", text()),
    option("hive_compatible_partitions", "HiveCompatiblePartitions", flag()),
    option("per_hour_partition", "PerHourPartition", flag()),
  ]),
);
const CHECKS = [
  exactlyOneOf(TARGETS.map(([attribute]) => attribute)),
  conflicts("log_destination", ["log_group_name"]),
  conflicts("log_group_name", ["log_destination"]),
  isArn("iam_role_arn"),
  isArn("log_destination"),
  isArn("deliver_cross_account_role"),
  oneOf("log_destination_type", ["cloud-watch-logs", "s3", "kinesis-data-firehose"]),
  oneOf("traffic_type", ["ACCEPT", "REJECT", "ALL"]),
  oneOf("destination_options.file_format", ["plain-text", "parquet"]),
];

const USUAL_OPTIONS = { file_format: "plain-text", hive_compatible_partitions: false, per_hour_partition: false };

/** `aws_flow_log`: everything but its tags replaces. Behaviour: `internal/service/ec2/vpc_flow_log.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_flow_log",
  noun: "Flow Log",
  unsupported: {
    regional_nat_gateway_id: "regional NAT gateways are not carried out",
    tag_field_specification: "fields of tags are not logged",
  },
  defaults: {
    log_destination_type: "cloud-watch-logs",
    max_aggregation_interval: 600,
    "destination_options.file_format": "plain-text",
    "destination_options.hive_compatible_partitions": false,
    "destination_options.per_hour_partition": false,
  },
  forceNew: [
    ...TARGETS.map(([attribute]) => attribute),
    "deliver_cross_account_role",
    "destination_options",
    "destination_options.file_format",
    "destination_options.hive_compatible_partitions",
    "destination_options.per_hour_partition",
    "iam_role_arn",
    "log_destination",
    "log_destination_type",
    "log_format",
    "log_group_name",
    "max_aggregation_interval",
    "traffic_type",
  ],
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  // Options that are left out are the usual ones, where there are any.
  customizePlan(prior, planned, config) {
    const before = blockAt(prior ?? {}, "destination_options");
    if (before === undefined || blockAt(config, "destination_options") !== undefined) return {};
    const isUsual = valuesEqual(before, USUAL_OPTIONS);
    return {
      planned: { ...planned, destination_options: [USUAL_OPTIONS] },
      requiresReplace: isUsual ? [] : ["destination_options"],
    };
  },
  async create(aws, planned, onCreated) {
    const [attribute = "", ResourceType = "VPC"] = TARGETS.find(([name]) => textAt(planned, name) !== undefined) ?? [];
    const isTransit = attribute.startsWith("transit_gateway");
    const { FlowLogIds, Unsuccessful } = await aws.clients.ec2.createFlowLogs({
      ResourceIds: [requiredText(planned, attribute)],
      ResourceType,
      DeliverCrossAccountRole: textAt(planned, "deliver_cross_account_role"),
      DeliverLogsPermissionArn: textAt(planned, "iam_role_arn"),
      LogDestination: textAt(planned, "log_destination")?.replace(/:\*$/, ""),
      LogDestinationType: enumAt(planned, "log_destination_type"),
      LogFormat: textAt(planned, "log_format"),
      LogGroupName: textAt(planned, "log_group_name"),
      MaxAggregationInterval: numberAt(planned, "max_aggregation_interval"),
      ...(isTransit ? {} : { TrafficType: enumAt(planned, "traffic_type") }),
      ...(blockAt(planned, "destination_options") === undefined ? {} : expand([OPTIONS], planned)),
      ...tagsOnCreate(planned, "vpc-flow-log"),
    });
    const id = FlowLogIds?.[0];
    if (id === undefined) throw refused(attribute, Unsuccessful?.[0]?.Error ?? {});
    await onCreated({ id });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const found = await unlessMissing(["InvalidFlowLogId.NotFound"], () =>
      aws.clients.ec2.describeFlowLogs({ FlowLogIds: [id] }),
    );
    const log = found?.FlowLogs?.[0];
    if (log === undefined) return null;
    const isLogs = log.LogDestinationType === "cloud-watch-logs";
    const resourceId = log.ResourceId ?? "";
    return {
      ...targetState(resourceId),
      id,
      arn: arnOf(aws, await aws.accountId(), `vpc-flow-log/${id}`),
      deliver_cross_account_role: log.DeliverCrossAccountRole ?? "",
      ...flatten([OPTIONS], log as Pick<CreateFlowLogsCommandInput, "DestinationOptions">),
      iam_role_arn: log.DeliverLogsPermissionArn ?? "",
      log_destination:
        log.LogDestination ?? (isLogs ? arnOfGroup(aws.partition, aws.region, await aws.accountId(), log.LogGroupName) : ""),
      log_destination_type: log.LogDestinationType ?? "",
      log_format: log.LogFormat ?? "",
      log_group_name: log.LogGroupName ?? "",
      max_aggregation_interval: log.MaxAggregationInterval ?? 0,
      traffic_type: log.TrafficType ?? "",
      tags_all: tagMap(log.Tags),
    };
  },
  update: (aws, prior, planned) => updateTags(aws, requiredText(prior, "id"), prior, planned),
  async delete(aws, state) {
    await aws.clients.ec2.deleteFlowLogs({ FlowLogIds: [requiredText(state, "id")] });
  },
};

const PREFIXES: readonly (readonly [prefix: string, attribute: string])[] = [
  ["vpc-", "vpc_id"],
  ["subnet-", "subnet_id"],
  ["eni-", "eni_id"],
  ["tgw-attach-", "transit_gateway_attachment_id"],
  ["tgw-", "transit_gateway_id"],
];

/** The attribute that a thing's ID stands at. */
function targetState(id: string): ValueObject {
  const found = PREFIXES.find(([prefix]) => id.startsWith(prefix));
  return found === undefined ? {} : { [found[1]]: id };
}

const arnOfGroup = (partition: string, region: string, account: string, name = "") =>
  `arn:${partition}:logs:${region}:${account}:log-group:${name}`;

function refused(
  attribute: string,
  { Code = "", Message = "" }: { Code?: string | undefined; Message?: string | undefined },
): DiagnosticError {
  const detail = `creating Flow Log (${attribute}): ${Code}: ${Message}`;
  return new DiagnosticError(errorDiagnostic("DVT4001", "Provider operation failed", { detail }));
}
