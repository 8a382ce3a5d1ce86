/**
 * Event notifications (User Guide, "Amazon S3 Event Notifications"): which configured targets want an event, the event's JSON
 * (structure 2.1), and its delivery as the service principal s3.amazonaws.com.
 */
import type { NotificationConfiguration, NotificationConfigurationFilter } from "@aws-sdk/client-s3";
import { randomHex } from "@dovetail/model";
import { arn, parseArn } from "../../core/arn.ts";
import type { CallOptions, Ctx } from "../../core/service.ts";
import { type BucketRecord, ownerId } from "./bucket.ts";
import { invalidArgument } from "./errors.ts";
import type { ObjectRecord } from "./object.ts";

export interface Target {
  readonly id: string;
  readonly kind: "sqs" | "sns" | "lambda";
  readonly arn: string;
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

function filterRule(filter: NotificationConfigurationFilter | undefined, name: string): string {
  const rules = filter?.Key?.FilterRules ?? [];
  return rules.find((rule) => rule.Name?.toLowerCase() === name)?.Value ?? "";
}

interface Row {
  readonly Id?: string | undefined;
  readonly Events?: readonly string[] | undefined;
  readonly Filter?: NotificationConfigurationFilter | undefined;
}

export function targetsOf(configuration: NotificationConfiguration): Target[] {
  const target = (kind: Target["kind"], destination: string | undefined, row: Row): Target => ({
    id: row.Id ?? "",
    kind,
    arn: destination ?? "",
    events: row.Events ?? [],
    prefix: filterRule(row.Filter, "prefix"),
    suffix: filterRule(row.Filter, "suffix"),
  });
  return [
    ...(configuration.QueueConfigurations ?? []).map((row) => target("sqs", row.QueueArn, row)),
    ...(configuration.TopicConfigurations ?? []).map((row) => target("sns", row.TopicArn, row)),
    ...(configuration.LambdaFunctionConfigurations ?? []).map((row) => target("lambda", row.LambdaFunctionArn, row)),
  ];
}

/** `s3:ObjectCreated:*` matches `ObjectCreated:Put`. */
function wantsEvent(pattern: string, event: string): boolean {
  const wanted = pattern.replace(/^s3:/, "");
  return wanted === event || (wanted.endsWith(":*") && event.startsWith(wanted.slice(0, -1)));
}

export function wants(target: Target, key: string, event: string): boolean {
  return key.startsWith(target.prefix) && key.endsWith(target.suffix) && target.events.some((each) => wantsEvent(each, event));
}

function overlap(a: Target, b: Target): boolean {
  const events = a.events.some((x) =>
    b.events.some((y) => wantsEvent(x, y.replace(/^s3:/, "")) || wantsEvent(y, x.replace(/^s3:/, ""))),
  );
  const prefixes = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  const suffixes = a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix);
  return events && prefixes && suffixes;
}

const SERVICES: Readonly<Record<Target["kind"], string>> = { sqs: "sqs", sns: "sns", lambda: "lambda" };

/** Throws InvalidArgument for rules that AWS refuses: no such destination form, two rules for one event. */
export function checkTargets(targets: readonly Target[]): void {
  for (const target of targets) {
    if (parseArn(target.arn)?.service !== SERVICES[target.kind])
      throw invalidArgument(
        "The ARN could not be parsed",
        target.kind === "sqs" ? "Queue" : target.kind === "sns" ? "Topic" : "CloudFunction",
        target.arn,
      );
    if (target.events.length === 0) throw invalidArgument("A notification configuration must have at least one event", "Event");
  }
  const ids = targets.map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw invalidArgument("Same ID used for multiple configurations. IDs must be unique", "Id");
  targets.forEach((target, i) => {
    if (targets.slice(0, i).some((other) => overlap(other, target)))
      throw invalidArgument("Configurations overlap. Configurations on the same bucket cannot share a common event type.");
  });
}

/** A key in an event: URL-encoded, spaces as `+`. */
export function encodedKey(key: string): string {
  return encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
}

function principal(ctx: Ctx): string {
  const { principal: who } = ctx;
  return who.kind === "service"
    ? `AWS:${who.service}`
    : `AWS:${who.kind === "role-session" ? `${who.roleId}:${who.sessionName}` : who.accountId}`;
}

function eventRecord(ctx: Ctx, bucket: BucketRecord, object: ObjectRecord, event: string, target: Target): object {
  const created = !event.startsWith("ObjectRemoved") && !object.isDeleteMarker;
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: bucket.region,
    eventTime: new Date(ctx.now()).toISOString(),
    eventName: event,
    userIdentity: { principalId: principal(ctx) },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: { "x-amz-request-id": ctx.requestId, "x-amz-id-2": randomHex(ctx.random, 32) },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: target.id,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: ownerId(bucket.account) },
        arn: `arn:aws:s3:::${bucket.name}`,
      },
      object: {
        key: encodedKey(object.key),
        ...(created
          ? { size: object.bytes, eTag: object.etag }
          : object.isDeleteMarker
            ? { eTag: "d41d8cd98f00b204e9800998ecf8427e" }
            : {}),
        ...(object.versionId === "null" ? {} : { versionId: object.versionId }),
        sequencer: object.sequence.toString(16).toUpperCase().padStart(18, "0"),
      },
    },
  };
}

/** Who delivers: S3 itself, for this bucket. */
function asService(bucket: BucketRecord): CallOptions {
  return {
    as: {
      kind: "service",
      accountId: bucket.account,
      service: "s3.amazonaws.com",
      sourceArn: `arn:aws:s3:::${bucket.name}`,
      sourceAccount: bucket.account,
    },
  };
}

export async function deliver(ctx: Ctx, bucket: BucketRecord, target: Target, message: object): Promise<void> {
  const parts = parseArn(target.arn);
  if (parts === undefined) return;
  const text = JSON.stringify(message);
  const options = { ...asService(bucket), account: parts.account, region: parts.region };
  if (target.kind === "sqs") {
    const { QueueUrl } = await ctx.call<{ QueueUrl: string }>(
      "sqs",
      "GetQueueUrl",
      { QueueName: parts.resource, QueueOwnerAWSAccountId: parts.account },
      { account: parts.account, region: parts.region },
    );
    await ctx.call("sqs", "SendMessage", { QueueUrl, MessageBody: text }, options);
  } else if (target.kind === "sns") {
    await ctx.call("sns", "Publish", { TopicArn: target.arn, Subject: "Amazon S3 Notification", Message: text }, options);
  } else {
    await ctx.call(
      "lambda",
      "Invoke",
      { FunctionName: target.arn, InvocationType: "Event", Payload: Buffer.from(text) },
      options,
    );
  }
}

const DETAIL_TYPES: Readonly<Record<string, string>> = {
  ObjectCreated: "Object Created",
  ObjectRemoved: "Object Deleted",
  LifecycleExpiration: "Object Deleted",
  ObjectTagging: "Object Tags Added",
  ObjectAcl: "Object ACL Updated",
};
const REASONS: Readonly<Record<string, string>> = {
  Put: "PutObject",
  Post: "POST Object",
  Copy: "CopyObject",
  CompleteMultipartUpload: "CompleteMultipartUpload",
  Delete: "DeleteObject",
  DeleteMarkerCreated: "DeleteObject",
};

async function toEventBridge(ctx: Ctx, bucket: BucketRecord, object: ObjectRecord, event: string): Promise<void> {
  const [family = "", action = ""] = event.split(":");
  const type = event === "ObjectTagging:Delete" ? "Object Tags Deleted" : DETAIL_TYPES[family];
  if (type === undefined) return;
  const deleted = type === "Object Deleted";
  const detail = {
    version: "0",
    bucket: { name: bucket.name },
    object: {
      key: object.key,
      ...(object.isDeleteMarker || deleted ? {} : { size: object.bytes }),
      ...(object.isDeleteMarker ? {} : { etag: object.etag }),
      ...(object.versionId === "null" ? {} : { "version-id": object.versionId }),
      sequencer: object.sequence.toString(16).toUpperCase().padStart(18, "0"),
    },
    "request-id": ctx.requestId,
    requester: family === "LifecycleExpiration" ? "s3.amazonaws.com" : bucket.account,
    "source-ip-address": "127.0.0.1",
    ...(REASONS[action] === undefined
      ? {}
      : { reason: family === "LifecycleExpiration" ? "Lifecycle Expiration" : REASONS[action] }),
    ...(deleted ? { "deletion-type": object.isDeleteMarker ? "Delete Marker Created" : "Permanently Deleted" } : {}),
  };
  const given = { source: "aws.s3", detailType: type, resources: [arn("s3", "", "", bucket.name)], detail, timeMs: ctx.now() };
  await ctx.internal("events", "emit", given);
}

/** A rule that waits for events of this kind and not for this one is perhaps a mistake; no rule of the kind is none. */
function hintUnmatched(ctx: Ctx, bucket: BucketRecord, object: ObjectRecord, event: string, rules: readonly Target[]): void {
  const family = event.split(":")[0] ?? "";
  const near = rules.filter(({ events }) => events.some((each) => each.replace(/^s3:/, "").split(":")[0] === family));
  if (near.length === 0) return;
  const shown = near.map(({ events, prefix, suffix }) => {
    const filters = [...(prefix === "" ? [] : [`prefix "${prefix}"`]), ...(suffix === "" ? [] : [`suffix "${suffix}"`])];
    return [events.join(", "), ...filters].join(" with ");
  });
  ctx.hint(`${event} of ${bucket.name}/${object.key}: no notification rule matches. The bucket has: ${shown.join("; ")}`);
}

/** Queues the event of a change for everyone who wants it, once the change is kept. */
export function announce(ctx: Ctx, bucket: BucketRecord, object: ObjectRecord, event: string): void {
  const configuration = bucket.settings.notification as NotificationConfiguration | undefined;
  if (configuration === undefined) return;
  const rules = targetsOf(configuration);
  const targets = rules.filter((target) => wants(target, object.key, event));
  const bridge = configuration.EventBridgeConfiguration !== undefined;
  if (targets.length === 0 && !bridge) {
    hintUnmatched(ctx, bucket, object, event, rules);
    return;
  }
  const messages = targets.map((target) => ({ target, message: { Records: [eventRecord(ctx, bucket, object, event, target)] } }));
  for (const { target, message } of messages)
    ctx.after((later) => deliver(later.with({ account: bucket.account, region: bucket.region }), bucket, target, message));
  if (bridge)
    ctx.after((later) => toEventBridge(later.with({ account: bucket.account, region: bucket.region }), bucket, object, event));
}

/** The message that S3 sends to a queue or topic when it is configured. */
export function testEvent(ctx: Ctx, bucket: BucketRecord): object {
  return {
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: new Date(ctx.now()).toISOString(),
    Bucket: bucket.name,
    RequestId: ctx.requestId,
    HostId: randomHex(ctx.random, 32),
  };
}
