import { crc32 } from "node:zlib";
import type { Distribution, PutSubscriptionFilterCommandInput } from "@aws-sdk/client-cloudwatch-logs";
import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, RetryRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { enumAt, isTrue, requiredText, textAt, textsAt } from "../attribute-map.ts";
import { isArn, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { importParts, refusedImport } from "../import-id.ts";
import { findSubscription, LOGS_MISSING } from "./find.ts";

const CHECKS = [
  isArn("destination_arn"),
  isArn("role_arn"),
  oneOf("distribution", ["Random", "ByLogStream"]),
  oneOf("emit_system_fields", ["@aws.account", "@aws.region"]),
  lengthBetween("filter_pattern", 0, 1024),
  lengthBetween("name", 1, 512),
];

/** aws_cloudwatch_log_subscription_filter. Its id is made from the group's name: two filters of a group have the same. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_log_subscription_filter",
  noun: "CloudWatch Logs Subscription Filter",
  defaults: { distribution: "ByLogStream" },
  forceNew: ["destination_arn", "log_group_name", "name"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ id: idOf(requiredText(planned, "log_group_name")) });
  },
  read,
  async update(aws, _prior, planned) {
    await put(aws, planned);
  },
  async delete(aws, state) {
    const input = { filterName: requiredText(state, "name"), logGroupName: requiredText(state, "log_group_name") };
    await unlessMissing(LOGS_MISSING, () => aws.clients.logs.deleteSubscriptionFilter(input));
  },
  importId(id) {
    const [log_group_name = "", name = ""] = importParts(id, "<log-group-name>|<filter-name>", "|", (text, form) =>
      refusedImport(`unexpected format of ID (${JSON.stringify(text)}), expected ${form}`),
    );
    return { id: idOf(log_group_name), log_group_name, name };
  },
  async find(aws, planned) {
    const [name, group] = [requiredText(planned, "name"), requiredText(planned, "log_group_name")];
    return (await findSubscription(aws, group, name)) === undefined ? null : { id: idOf(group), log_group_name: group, name };
  },
};

function idOf(group: string): string {
  return `cwlsf-${crc32(`${group}-`)}`;
}

const NOT_YET: RetryRow = {
  codes: ["InvalidParameterException", "OperationAbortedException", "ValidationException"],
  message:
    /Could not deliver test message to specified|Could not execute the lambda function|Please try again|Make sure you have given CloudWatch Logs permission to assume the provided role/,
  timeoutMs: 300_000,
  why: "the destination, its permission or its role was only just made",
  source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html",
};

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  const fields = textsAt(planned, "emit_system_fields");
  const input: PutSubscriptionFilterCommandInput = {
    destinationArn: requiredText(planned, "destination_arn"),
    filterName: requiredText(planned, "name"),
    filterPattern: textAt(planned, "filter_pattern") ?? "",
    logGroupName: requiredText(planned, "log_group_name"),
    distribution: enumAt<Distribution>(planned, "distribution"),
    roleArn: textAt(planned, "role_arn"),
    applyOnTransformedLogs: isTrue(planned, "apply_on_transformed_logs") ? true : undefined,
    emitSystemFields: fields.length > 0 ? fields : undefined,
  };
  await aws.retry(NOT_YET, () => aws.clients.logs.putSubscriptionFilter(input));
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const filter = await findSubscription(aws, requiredText(state, "log_group_name"), requiredText(state, "name"));
  if (filter === undefined) return null;
  const values: MutableValueObject = {
    ...state,
    id: idOf(filter.logGroupName ?? ""),
    destination_arn: filter.destinationArn ?? "",
    distribution: filter.distribution ?? "",
    filter_pattern: filter.filterPattern ?? "",
    log_group_name: filter.logGroupName ?? "",
    name: filter.filterName ?? "",
    role_arn: filter.roleArn ?? "",
  };
  if (aws.edition === "5.100.0") return values;
  values.apply_on_transformed_logs = filter.applyOnTransformedLogs ?? false;
  values.emit_system_fields = filter.emitSystemFields ?? [];
  return values;
}
