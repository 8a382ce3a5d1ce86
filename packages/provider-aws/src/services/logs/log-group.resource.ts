import type { LogGroup } from "@aws-sdk/client-cloudwatch-logs";
import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, numberAt, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { conflicts, each, lengthBetween, matches, oneOf, runChecks } from "../checks.ts";
import { prefixOfName } from "../name-prefix.ts";
import { changedTags } from "../tags.ts";

const RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const CLASSES = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"];
const NAME = /^[0-9A-Za-z_./#-]+$/;
const NAME_SAYS =
  "isn't a valid log group name (alphanumeric characters, underscores, hyphens, slashes, hash signs and dots are allowed)";

const CHECKS = [
  lengthBetween("name", 0, 512, { code: "DVT3007" }),
  each("name", (v, key) => (typeof v === "string" && !NAME.test(v) ? `"${key}" ${NAME_SAYS}: "${v}"` : undefined), {
    code: "DVT3007",
  }),
  matches("name_prefix", NAME, NAME_SAYS, { code: "DVT3007" }),
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
  oneOf("log_group_class", CLASSES),
  each("retention_in_days", (value, key) =>
    typeof value === "number" && !RETENTION_DAYS.includes(value)
      ? `expected ${key} to be one of [${RETENTION_DAYS.join(" ")}], got ${value}`
      : undefined,
  ),
];

const MISSING = ["ResourceNotFoundException"];

/** aws_cloudwatch_log_group. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_log_group",
  defaults: { retention_in_days: 0, skip_destroy: false },
  forceNew: ["log_group_class", "name", "name_prefix"],
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 512 },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  customizePlan(prior, planned) {
    // Log groups of the delivery class have a retention of their own.
    if (prior !== null && planned.log_group_class === "DELIVERY") {
      return { planned: { ...planned, retention_in_days: prior.retention_in_days ?? 0 } };
    }
    return {};
  },
  create,
  read,
  update,
  async delete(aws, state) {
    if (isTrue(state, "skip_destroy")) return;
    await unlessMissing(MISSING, () => aws.clients.logs.deleteLogGroup({ logGroupName: requiredText(state, "id") }));
  },
  async find(aws, planned) {
    const name = textAt(planned, "name");
    return name !== undefined && (await findLogGroup(aws, name)) !== undefined ? { id: name } : null;
  },
};

const PAGES_MAX = 1000;

/** The group of exactly this name; undefined when there is none. */
async function findLogGroup(aws: AwsContext, name: string): Promise<LogGroup | undefined> {
  let nextToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await aws.clients.logs.describeLogGroups({ logGroupNamePrefix: name, ...(nextToken ? { nextToken } : {}) });
    const match = answer.logGroups?.find((group) => group.logGroupName === name);
    if (match !== undefined) return match;
    nextToken = answer.nextToken;
    if (nextToken === undefined) return undefined;
  }
  return undefined;
}

async function create(aws: AwsContext, planned: ValueObject, onCreated: (partial: ValueObject) => Promise<void>): Promise<void> {
  const logGroupName = requiredText(planned, "name");
  const kmsKeyId = textAt(planned, "kms_key_id");
  const tags = textMapAt(planned, "tags_all");
  const logGroupClass = CLASSES.find((name) => name === planned.log_group_class) as
    | "STANDARD"
    | "INFREQUENT_ACCESS"
    | "DELIVERY"
    | undefined;
  const retry = {
    codes: ["OperationAbortedException"],
    timeoutMs: 120_000,
    why: "a group of the same name is still being deleted or made",
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
  };
  await aws.retry(retry, () =>
    aws.clients.logs.createLogGroup({
      logGroupName,
      ...(kmsKeyId ? { kmsKeyId } : {}),
      ...(logGroupClass ? { logGroupClass } : {}),
      ...(planned.deletion_protection_enabled === true ? { deletionProtectionEnabled: true } : {}),
      ...(Object.keys(tags).length > 0 ? { tags } : {}),
    }),
  );
  await onCreated({ id: logGroupName });
  const days = numberAt(planned, "retention_in_days") ?? 0;
  if (days !== 0 && logGroupClass !== "DELIVERY") await putRetention(aws, logGroupName, days);
}

function putRetention(aws: AwsContext, logGroupName: string, retentionInDays: number): Promise<unknown> {
  const retry = {
    codes: ["OperationAbortedException"],
    timeoutMs: 60_000,
    why: "another change of the group is not yet done",
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
  };
  return aws.retry(retry, () =>
    retentionInDays === 0
      ? aws.clients.logs.deleteRetentionPolicy({ logGroupName })
      : aws.clients.logs.putRetentionPolicy({ logGroupName, retentionInDays }),
  );
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const name = requiredText(state, "id");
  const group = await findLogGroup(aws, name);
  if (group === undefined) return null;
  const arn = withoutWildcard(group.arn ?? "");
  const tags = await unlessMissing(MISSING, () => aws.clients.logs.listTagsForResource({ resourceArn: arn }));
  const values: MutableValueObject = {
    ...state,
    id: name,
    name,
    name_prefix: prefixOfName(name),
    arn,
    kms_key_id: group.kmsKeyId ?? "",
    log_group_class: group.logGroupClass ?? "",
    retention_in_days: group.retentionInDays ?? 0,
    skip_destroy: state.skip_destroy ?? false,
    tags_all: { ...tags?.tags },
  };
  if (aws.edition !== "5.100.0") values.deletion_protection_enabled = group.deletionProtectionEnabled ?? false;
  return values;
}

/** CloudWatch Logs gives a group's ARN with `:*` at its end. */
function withoutWildcard(arn: string): string {
  return arn.endsWith(":*") ? arn.slice(0, -2) : arn;
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const logGroupName = requiredText(prior, "id");
  if (changed("retention_in_days")) await putRetention(aws, logGroupName, numberAt(planned, "retention_in_days") ?? 0);
  if (changed("kms_key_id")) {
    const kmsKeyId = textAt(planned, "kms_key_id");
    if (kmsKeyId === undefined) await aws.clients.logs.disassociateKmsKey({ logGroupName });
    else await aws.clients.logs.associateKmsKey({ logGroupName, kmsKeyId });
  }
  if (changed("deletion_protection_enabled")) {
    await aws.clients.logs.putLogGroupDeletionProtection({
      logGroupIdentifier: logGroupName,
      deletionProtectionEnabled: isTrue(planned, "deletion_protection_enabled"),
    });
  }
  const { removed, added } = changedTags(prior, planned);
  const resourceArn = requiredText(prior, "arn");
  if (removed.length > 0) await aws.clients.logs.untagResource({ resourceArn, tagKeys: removed });
  if (Object.keys(added).length > 0) await aws.clients.logs.tagResource({ resourceArn, tags: added });
}
