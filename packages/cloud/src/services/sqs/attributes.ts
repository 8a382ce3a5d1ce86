/** Queue attributes: defaults, ranges, what can be changed. Amazon SQS API reference, CreateQueue and SetQueueAttributes. Pure. */
import { parseArn } from "../../core/arn.ts";
import { ServiceError } from "../../core/service.ts";

interface Rule {
  readonly initial?: string;
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
  readonly fifo?: true;
}

const RULES: { readonly [name: string]: Rule } = {
  DelaySeconds: { initial: "0", min: 0, max: 900 },
  MaximumMessageSize: { initial: "1048576", min: 1024, max: 1_048_576 },
  MessageRetentionPeriod: { initial: "345600", min: 60, max: 1_209_600 },
  ReceiveMessageWaitTimeSeconds: { initial: "0", min: 0, max: 20 },
  VisibilityTimeout: { initial: "30", min: 0, max: 43_200 },
  KmsMasterKeyId: {},
  KmsDataKeyReusePeriodSeconds: { min: 60, max: 86_400 },
  SqsManagedSseEnabled: { initial: "true", values: ["true", "false"] },
  Policy: {},
  RedrivePolicy: {},
  RedriveAllowPolicy: {},
  FifoQueue: { values: ["true"], fifo: true },
  ContentBasedDeduplication: { values: ["true", "false"], fifo: true },
  DeduplicationScope: { values: ["queue", "messageGroup"], fifo: true },
  FifoThroughputLimit: { values: ["perQueue", "perMessageGroupId"], fifo: true },
};

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

function badValue(name: string, value?: string): ServiceError {
  return new ServiceError(
    "InvalidAttributeValue",
    400,
    value === undefined
      ? `Invalid value for the parameter ${name}.`
      : `Invalid value for the parameter ${name}. Reason: ${value}`,
  );
}

function json(name: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  if (name === "RedrivePolicy")
    throw new ServiceError(
      "InvalidParameterValue",
      400,
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a valid JSON map.`,
    );
  throw badValue(name, name === "Policy" ? undefined : `${name} is not a valid JSON map.`);
}

export function parseRedrivePolicy(text: string | undefined): RedrivePolicy | undefined {
  if (text === undefined || text === "") return undefined;
  const value = json("RedrivePolicy", text);
  const { deadLetterTargetArn } = value;
  const count = Number(value.maxReceiveCount);
  if (value.maxReceiveCount === undefined || deadLetterTargetArn === undefined)
    throw new ServiceError(
      "InvalidParameterValue",
      400,
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: Redrive policy does not contain mandatory attribute: ${deadLetterTargetArn === undefined ? "deadLetterTargetArn" : "maxReceiveCount"}.`,
    );
  if (!Number.isInteger(count) || count < 1 || count > 1000)
    throw new ServiceError(
      "InvalidParameterValue",
      400,
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: ${String(value.maxReceiveCount)}, valid values are from 1 to 1000 both inclusive.`,
    );
  if (typeof deadLetterTargetArn !== "string" || parseArn(deadLetterTargetArn)?.service !== "sqs")
    throw new ServiceError(
      "InvalidParameterValue",
      400,
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: Invalid value for deadLetterTargetArn.`,
    );
  return { deadLetterTargetArn, maxReceiveCount: count };
}

function checkOne(name: string, value: string, fifo: boolean): void {
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  if (rule === undefined) throw new ServiceError("InvalidAttributeName", 400, `Unknown Attribute ${name}.`);
  if (rule.fifo === true && !fifo) throw new ServiceError("InvalidAttributeName", 400, `Unknown Attribute ${name}.`);
  if (rule.min !== undefined || rule.max !== undefined) {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < (rule.min ?? 0) || number > (rule.max ?? Number.MAX_SAFE_INTEGER)) throw badValue(name);
  }
  if (rule.values !== undefined && !rule.values.includes(value)) throw badValue(name);
  if (name === "Policy" && value !== "") json(name, value);
  if (name === "RedriveAllowPolicy" && value !== "") json(name, value);
  if (name === "RedrivePolicy") parseRedrivePolicy(value);
}

/** Throws InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue. */
export function checkAttributes(attributes: { readonly [name: string]: string }, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) checkOne(name, value, fifo);
  const high = attributes.FifoThroughputLimit === "perMessageGroupId" && attributes.DeduplicationScope === "queue";
  if (high)
    throw badValue(
      "FifoThroughputLimit",
      "FifoThroughputLimit can be set to perMessageGroupId only when DeduplicationScope is messageGroup.",
    );
}

/** What a new queue has without being told. */
export function defaults(fifo: boolean): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, rule] of Object.entries(RULES)) if (rule.initial !== undefined) out[name] = rule.initial;
  if (fifo)
    Object.assign(out, {
      FifoQueue: "true",
      ContentBasedDeduplication: "false",
      DeduplicationScope: "queue",
      FifoThroughputLimit: "perQueue",
    });
  return out;
}

/** An empty Policy, RedrivePolicy, … takes the attribute away; a key of KMS switches SQS's own off. */
export function merge(
  current: { readonly [name: string]: string },
  changes: { readonly [name: string]: string },
): Record<string, string> {
  const out: Record<string, string> = { ...current, ...changes };
  for (const [name, value] of Object.entries(out)) if (value === "") delete out[name];
  if (changes.KmsMasterKeyId !== undefined && changes.KmsMasterKeyId !== "") out.SqsManagedSseEnabled = "false";
  if (changes.SqsManagedSseEnabled === "true") delete out.KmsMasterKeyId;
  if (out.KmsMasterKeyId !== undefined) out.KmsDataKeyReusePeriodSeconds ??= "300";
  else delete out.KmsDataKeyReusePeriodSeconds;
  return out;
}
