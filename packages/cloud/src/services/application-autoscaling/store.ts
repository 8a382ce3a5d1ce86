import type {
  ScalableDimension,
  ScalingActivity,
  ServiceNamespace,
  SuspendedState,
  TargetTrackingScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import { type Ctx, ServiceError } from "../../core/service.ts";
import type { Key, StoreRead, StoreWrite } from "../../core/store.ts";

/** What names a scalable target: one dimension of one resource. */
export interface TargetName {
  readonly ServiceNamespace: ServiceNamespace;
  readonly ResourceId: string;
  readonly ScalableDimension: ScalableDimension;
}

export interface TargetRecord extends TargetName {
  readonly arn: string;
  readonly roleArn: string;
  readonly min: number;
  readonly max: number;
  readonly createdMs: number;
  readonly suspended: SuspendedState;
  readonly tags: { readonly [key: string]: string };
  /** When its capacity was last raised and lowered, for cooldowns. */
  readonly outMs?: number;
  readonly inMs?: number;
}

export interface PolicyRecord extends TargetName {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  readonly tracking: TargetTrackingScalingPolicyConfiguration;
  readonly alarms: readonly { readonly AlarmName: string; readonly AlarmARN: string }[];
}

export interface ScheduledRecord extends TargetName {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  readonly schedule: string;
  readonly zone: string;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly min?: number;
  readonly max?: number;
}

export type ActivityRecord = Omit<ScalingActivity, "StartTime" | "EndTime"> & {
  readonly startMs: number;
  readonly endMs: number;
};

export const invalid = (message: string) => new ServiceError("ValidationException", 400, message);

const parts = (ctx: Ctx, { ServiceNamespace, ResourceId, ScalableDimension }: TargetName) => [
  ctx.account,
  ctx.region,
  ServiceNamespace,
  ResourceId,
  ScalableDimension,
];

const NAMED = (target: TargetName) =>
  `service namespace: ${target.ServiceNamespace}, resource ID: ${target.ResourceId}, scalable dimension: ${target.ScalableDimension}`;

export function findTarget(ctx: Ctx, store: StoreRead, name: TargetName): TargetRecord | undefined {
  return store.get<TargetRecord>(["target", ...parts(ctx, name)]);
}

/** Throws ObjectNotFoundException. */
export function needTarget(ctx: Ctx, store: StoreRead, name: TargetName, what = "registered"): TargetRecord {
  const target = findTarget(ctx, store, name);
  if (target === undefined)
    throw new ServiceError("ObjectNotFoundException", 400, `No scalable target ${what} for ${NAMED(name)}`);
  return target;
}

export function putTarget(ctx: Ctx, store: StoreWrite, target: TargetRecord): void {
  store.put(["target", ...parts(ctx, target)], target);
}

export function removeTarget(ctx: Ctx, store: StoreWrite, name: TargetName): void {
  store.remove(["target", ...parts(ctx, name)]);
}

/** A target's policies or scheduled actions. */
type Kind = "policy" | "scheduled";
type RecordOf<K extends Kind> = K extends "policy" ? PolicyRecord : ScheduledRecord;

export const keyOf = (ctx: Ctx, kind: Kind, target: TargetName, name: string): Key => [kind, ...parts(ctx, target), name];

export function find<K extends Kind>(
  ctx: Ctx,
  store: StoreRead,
  kind: K,
  target: TargetName,
  name: string,
): RecordOf<K> | undefined {
  return store.get<RecordOf<K>>(keyOf(ctx, kind, target, name));
}

/** Throws ObjectNotFoundException. */
export function need<K extends Kind>(ctx: Ctx, store: StoreRead, kind: K, target: TargetName, name: string): RecordOf<K> {
  const record = find(ctx, store, kind, target, name);
  const what = kind === "policy" ? "scaling policy" : "scheduled action";
  if (record === undefined)
    throw new ServiceError("ObjectNotFoundException", 400, `No ${what} found for ${NAMED(target)}, ${what} name: ${name}`);
  return record;
}

export function allOf<K extends Kind>(ctx: Ctx, store: StoreRead, kind: K, target: TargetName): RecordOf<K>[] {
  return [...store.range<RecordOf<K>>({ prefix: [kind, ...parts(ctx, target)] })].map(({ value }) => value);
}

/** Everything of one kind and service in the region, in the order of its names. */
export function listed<T>(ctx: Ctx, kind: "target" | "activity" | Kind, namespace: string | undefined): T[] {
  return [...ctx.store.range<T>({ prefix: [kind, ctx.account, ctx.region, namespace ?? ""] })].map(({ value }) => value);
}

export function addActivity(ctx: Ctx, store: StoreWrite, target: TargetName, activity: ActivityRecord): void {
  store.put(["activity", ...parts(ctx, target), activity.startMs, activity.ActivityId ?? ""], activity);
}

interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** A page of a list; the token is the position. Throws InvalidNextTokenException. */
export function page<T>(
  all: readonly T[],
  { MaxResults, NextToken }: PageInput,
): { readonly items: T[]; readonly NextToken?: string } {
  const position = NextToken === undefined ? "0" : Buffer.from(NextToken, "base64url").toString();
  if (!/^\d{1,9}$/.test(position) || Number(position) > all.length)
    throw new ServiceError("InvalidNextTokenException", 400, "Invalid next token provided.");
  const to = Number(position) + (MaxResults ?? 50);
  const items = all.slice(Number(position), to);
  return to < all.length ? { items, NextToken: Buffer.from(String(to)).toString("base64url") } : { items };
}

/** Whether a record is of the resource and the dimension that a list is asked of. */
export function isAsked(
  record: TargetName,
  asked: { readonly ResourceId?: string | undefined; readonly ScalableDimension?: string | undefined },
): boolean {
  return (
    (asked.ResourceId === undefined || asked.ResourceId === record.ResourceId) &&
    (asked.ScalableDimension === undefined || asked.ScalableDimension === record.ScalableDimension)
  );
}
