/** Secrets Manager's records: `["secret", account, region, name]` -> SecretRecord, `["version", account, region, arn, id]` -> VersionRecord. */
import { parseArn } from "../../core/arn.ts";
import type { Ctx } from "../../core/service.ts";

export interface SecretRecord {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  readonly changedMs: number;
  readonly accessedMs?: number;
  readonly description?: string;
  readonly kmsKeyId?: string;
  readonly tags: { readonly [key: string]: string };
  readonly policy?: string;
  /** When it goes; `deletedMs` is when that was asked for. */
  readonly deletion?: { readonly deletedMs: number; readonly atMs: number };
  readonly rotation?: RotationRecord;
  readonly replicas?: readonly ReplicaRecord[];
  /** Of a replica: where the secret is that it follows. */
  readonly primaryRegion?: string;
}

export interface ReplicaRecord {
  readonly region: string;
  readonly kmsKeyId?: string;
  readonly status: "InProgress" | "InSync" | "Failed";
  readonly message?: string;
}

export interface RotationRecord {
  readonly enabled: boolean;
  readonly lambdaArn: string;
  readonly rules: RotationRules;
  readonly lastMs?: number;
  readonly nextMs?: number;
}

export interface RotationRules {
  readonly AutomaticallyAfterDays?: number;
  readonly Duration?: string;
  readonly ScheduleExpression?: string;
}

export interface VersionRecord {
  readonly id: string;
  readonly createdMs: number;
  readonly accessedMs?: number;
  readonly stages: readonly string[];
  /** Missing on a version that a rotation has begun and not filled yet. */
  readonly value?: SealedValue;
}

/** AES-GCM under the service's own key, or under a data key of the secret's KMS key. */
export interface SealedValue {
  readonly kind: "string" | "binary";
  readonly bytes: Uint8Array;
  /** The data key as KMS encrypted it. */
  readonly dataKey?: Uint8Array;
  readonly kmsKeyId?: string;
}

export function putSecret(ctx: Ctx, secret: SecretRecord): void {
  ctx.store.put(["secret", ctx.account, ctx.region, secret.name], secret);
}

/** By name, ARN, or ARN without its random end. */
export function findSecret(ctx: Ctx, reference: string): SecretRecord | undefined {
  const parts = parseArn(reference);
  if (parts === undefined) return ctx.store.get<SecretRecord>(["secret", ctx.account, ctx.region, reference]);
  const name = parts.resource.replace(/^secret:/, "");
  for (const each of [name.replace(/-[A-Za-z0-9]{6}$/, ""), name]) {
    const found = ctx.store.get<SecretRecord>(["secret", parts.account, parts.region, each]);
    if (found !== undefined && (found.arn === reference || each === name)) return found;
  }
  return undefined;
}

/** In order of name. */
export function secretsOf(ctx: Ctx): SecretRecord[] {
  return [...ctx.store.range<SecretRecord>({ prefix: ["secret", ctx.account, ctx.region] })].map(({ value }) => value);
}

export function putVersion(ctx: Ctx, secret: SecretRecord, version: VersionRecord): void {
  ctx.store.put(["version", ctx.account, ctx.region, secret.arn, version.id], version);
}

export function getVersion(ctx: Ctx, secret: SecretRecord, id: string): VersionRecord | undefined {
  return ctx.store.get<VersionRecord>(["version", ctx.account, ctx.region, secret.arn, id]);
}

/** Oldest first. */
export function versionsOf(ctx: Ctx, secret: SecretRecord): VersionRecord[] {
  const all = [...ctx.store.range<VersionRecord>({ prefix: ["version", ctx.account, ctx.region, secret.arn] })];
  return all.map(({ value }) => value).sort((a, b) => a.createdMs - b.createdMs);
}

export function removeVersion(ctx: Ctx, secret: SecretRecord, id: string): void {
  ctx.store.remove(["version", ctx.account, ctx.region, secret.arn, id]);
}

export function removeSecret(ctx: Ctx, secret: SecretRecord): void {
  ctx.store.remove(["secret", ctx.account, ctx.region, secret.name]);
  ctx.store.removeRange({ prefix: ["version", ctx.account, ctx.region, secret.arn] });
  ctx.unschedule("delete-secret", secret.arn);
  ctx.unschedule("rotate-secret", secret.arn);
}
