import type { NativeResource } from "../../resource.ts";
import { atLeastOneOf, each, oneOf, runChecks } from "../checks.ts";
import { noImport } from "../import-id.ts";
import { attributesToCreate, attributesToState, type TextAttribute } from "../text-attributes.ts";

const ATTRIBUTES: readonly TextAttribute[] = [
  { attribute: "default_sender_id", member: "DefaultSenderID", kind: "text" },
  { attribute: "default_sms_type", member: "DefaultSMSType", kind: "text" },
  { attribute: "delivery_status_iam_role_arn", member: "DeliveryStatusIAMRole", kind: "text" },
  { attribute: "delivery_status_success_sampling_rate", member: "DeliveryStatusSuccessSamplingRate", kind: "text" },
  { attribute: "monthly_spend_limit", member: "MonthlySpendLimit", kind: "number" },
  { attribute: "usage_report_s3_bucket", member: "UsageReportS3Bucket", kind: "text" },
];

/** Texts of `internal/service/sns/sms_preferences.go`. */
const CHECKS = [
  atLeastOneOf(ATTRIBUTES.map(({ attribute }) => attribute)),
  oneOf("default_sms_type", ["Promotional", "Transactional"]),
  each("delivery_status_success_sampling_rate", (value) => {
    const rate = Number.parseInt(String(value), 10) || 0;
    return rate < 0 || rate > 100
      ? `setting SMS preferences: default percentage of success to sample value [${rate}] must be between 0 and 100`
      : undefined;
  }),
  each("monthly_spend_limit", (value) =>
    typeof value === "number" && value < 0
      ? `setting SMS preferences: monthly spend limit value [${value}] must be >= 0`
      : undefined,
  ),
];

const ID = "aws_sns_sms_id";

/** aws_sns_sms_preferences: settings of account and region. Deleting it puts AWS's own back. */
export const resource: NativeResource = {
  type: "aws_sns_sms_preferences",
  importId: noImport("aws_sns_sms_preferences"),
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    await onCreated({ id: ID });
    await aws.clients.sns.setSMSAttributes({ attributes: attributesToCreate(ATTRIBUTES, planned) });
  },
  async read(aws, state) {
    const { attributes = {} } = await aws.clients.sns.getSMSAttributes({});
    return { ...state, ...attributesToState(ATTRIBUTES, attributes), id: ID };
  },
  async update(aws, _prior, planned) {
    await aws.clients.sns.setSMSAttributes({ attributes: attributesToCreate(ATTRIBUTES, planned) });
  },
  async delete(aws) {
    const attributes = Object.fromEntries(ATTRIBUTES.map(({ member }) => [member, ""]));
    await aws.clients.sns.setSMSAttributes({ attributes });
  },
  find: async () => null,
};
