import { type Diagnostic, errorDiagnostic, type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, CustomPlan, NativeResource } from "../../resource.ts";
import { hasCode, hasCodeAndMessage } from "../api-error.ts";
import { isTrue, numberAt, requiredText, textAt } from "../attribute-map.ts";
import { isArn, isJson, oneOf, runChecks } from "../checks.ts";
import { withNormalizedJson } from "../json-text.ts";
import { attributesToCreate, attributesToState, attributesToUpdate, type TextAttribute } from "../text-attributes.ts";
import { findSubscriptionAttributes, SNS_MISSING, waitForConfirmation, waitForSubscriptionGone } from "./find.ts";

const ATTRIBUTES: readonly TextAttribute[] = [
  { attribute: "arn", member: "SubscriptionArn", kind: "text", readOnly: true },
  { attribute: "confirmation_was_authenticated", member: "ConfirmationWasAuthenticated", kind: "flag", readOnly: true },
  { attribute: "delivery_policy", member: "DeliveryPolicy", kind: "json" },
  { attribute: "endpoint", member: "Endpoint", kind: "text", readOnly: true },
  { attribute: "filter_policy", member: "FilterPolicy", kind: "json" },
  { attribute: "filter_policy_scope", member: "FilterPolicyScope", kind: "text" },
  { attribute: "owner_id", member: "Owner", kind: "text", readOnly: true },
  { attribute: "pending_confirmation", member: "PendingConfirmation", kind: "flag", readOnly: true },
  { attribute: "protocol", member: "Protocol", kind: "text", readOnly: true },
  { attribute: "raw_message_delivery", member: "RawMessageDelivery", kind: "flag" },
  { attribute: "redrive_policy", member: "RedrivePolicy", kind: "json" },
  { attribute: "replay_policy", member: "ReplayPolicy", kind: "json" },
  { attribute: "subscription_role_arn", member: "SubscriptionRoleArn", kind: "text" },
  { attribute: "topic_arn", member: "TopicArn", kind: "text", readOnly: true },
];

const JSON_ATTRIBUTES = ["delivery_policy", "filter_policy", "redrive_policy", "replay_policy"];

const CHECKS = [
  ...JSON_ATTRIBUTES.map(isJson),
  oneOf("filter_policy_scope", ["MessageAttributes", "MessageBody"]),
  oneOf("protocol", ["application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"]),
  isArn("subscription_role_arn"),
  isArn("topic_arn"),
];

const CONFIRMATION_TIMEOUT_MS = 120_000;
const MS_PER_MINUTE = 60_000;

/** aws_sns_topic_subscription. Its id is its ARN. */
export const resource: NativeResource = {
  type: "aws_sns_topic_subscription",
  defaults: { confirmation_timeout_in_minutes: 1, endpoint_auto_confirms: false, raw_message_delivery: false },
  forceNew: ["endpoint", "protocol", "topic_arn"],
  equivalence: { delivery_policy: "json", filter_policy: "json", redrive_policy: "json", replay_policy: "json" },
  validate: (config) => runChecks(CHECKS, config),
  customizePlan,
  create,
  async read(aws, state) {
    const arn = requiredText(state, "id");
    const attributes = await findSubscriptionAttributes(aws, arn);
    if (attributes === undefined) return null;
    const values = attributesToState(ATTRIBUTES, attributes);
    // A policy is removed by setting an empty one.
    if (values.filter_policy === "{}") values.filter_policy = "";
    return { ...state, ...values, id: arn };
  },
  update,
  delete: remove,
  find,
};

function customizePlan(prior: ValueObject | null, planned: ValueObject, config: ValueObject): CustomPlan {
  const next: MutableValueObject = { ...withNormalizedJson(planned, JSON_ATTRIBUTES) };
  const diagnostics: Diagnostic[] = [];
  const hasPolicy = planned.filter_policy === UNKNOWN || textAt(planned, "filter_policy") !== undefined;
  if (!hasPolicy && (config.filter_policy_scope === UNKNOWN || textAt(config, "filter_policy_scope") !== undefined)) {
    const detail = "filter_policy is required when filter_policy_scope is set";
    diagnostics.push(errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute: "filter_policy_scope" }));
  }
  // The scope goes and comes with the policy.
  const hadPolicy = prior !== null && textAt(prior, "filter_policy") !== undefined;
  if (prior !== null && (config.filter_policy_scope ?? null) === null && hadPolicy !== hasPolicy)
    next.filter_policy_scope = UNKNOWN;
  return { planned: next, diagnostics };
}

async function create(aws: AwsContext, planned: ValueObject, onCreated: (partial: ValueObject) => Promise<void>): Promise<void> {
  const protocol = requiredText(planned, "protocol");
  const answer = await aws.clients.sns.subscribe({
    TopicArn: requiredText(planned, "topic_arn"),
    Protocol: protocol,
    Endpoint: requiredText(planned, "endpoint"),
    Attributes: attributesToCreate(ATTRIBUTES, planned),
    ReturnSubscriptionArn: true,
  });
  const arn = answer.SubscriptionArn ?? "";
  await onCreated({ id: arn });
  const isHttp = protocol.startsWith("http");
  if (protocol.startsWith("email") || (isHttp && !isTrue(planned, "endpoint_auto_confirms"))) return;
  const minutes = numberAt(planned, "confirmation_timeout_in_minutes") ?? 1;
  await waitForConfirmation(aws, arn, isHttp ? minutes * MS_PER_MINUTE : CONFIRMATION_TIMEOUT_MS);
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const SubscriptionArn = requiredText(prior, "id");
  const attributes = Object.entries(attributesToUpdate(ATTRIBUTES, planned, changed));
  // MessageBody takes every policy, so it goes first; MessageAttributes takes only flat ones, so it goes last.
  const scopeFirst = planned.filter_policy_scope === "MessageBody";
  const isScope = ([name]: [string, string]) => name === "FilterPolicyScope";
  const scope = attributes.filter(isScope);
  const others = attributes.filter((entry) => !isScope(entry));
  for (const [AttributeName, value] of scopeFirst ? [...scope, ...others] : [...others, ...scope]) {
    if (AttributeName === "FilterPolicyScope" && value === "") continue;
    await aws.clients.sns.setSubscriptionAttributes({ SubscriptionArn, AttributeName, ...valueToSet(AttributeName, value) });
  }
}

/** How an attribute is cleared: a filter policy by `{}`, a redrive policy by no value. */
function valueToSet(name: string, value: string): { AttributeValue?: string } {
  if (value !== "") return { AttributeValue: value };
  if (name === "RedrivePolicy") return {};
  return { AttributeValue: name === "FilterPolicy" ? "{}" : "" };
}

async function remove(aws: AwsContext, state: ValueObject): Promise<void> {
  const arn = requiredText(state, "id");
  try {
    await aws.clients.sns.unsubscribe({ SubscriptionArn: arn });
  } catch (error) {
    const pending = "Cannot unsubscribe a subscription that is pending confirmation";
    if (hasCode(error, ...SNS_MISSING)) return;
    if (hasCodeAndMessage(error, "InvalidParameterException", pending) || hasCodeAndMessage(error, "InvalidParameter", pending))
      return;
    throw error;
  }
  await waitForSubscriptionGone(aws, arn);
}

const PAGES_MAX = 1000;

/** A topic has one subscription of a protocol and endpoint. */
async function find(aws: AwsContext, planned: ValueObject): Promise<ValueObject | null> {
  const TopicArn = requiredText(planned, "topic_arn");
  let NextToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await aws.clients.sns.listSubscriptionsByTopic({ TopicArn, ...(NextToken ? { NextToken } : {}) });
    const match = answer.Subscriptions?.find((s) => s.Protocol === planned.protocol && s.Endpoint === planned.endpoint);
    if (match?.SubscriptionArn?.startsWith("arn:")) return { id: match.SubscriptionArn };
    NextToken = answer.NextToken;
    if (NextToken === undefined || NextToken === "") return null;
  }
  return null;
}
