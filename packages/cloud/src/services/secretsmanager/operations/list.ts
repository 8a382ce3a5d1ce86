/** DescribeSecret, ListSecrets and their filters. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { regionOf, replicationStatus } from "../replicas.ts";
import { anySecret, type Named, tagList } from "../secret.ts";
import { stagesById } from "../stages.ts";
import { type SecretRecord, secretsOf } from "../store.ts";

export interface Filter {
  readonly Key?: string;
  readonly Values?: readonly string[];
}

export interface ListInput {
  readonly Filters?: readonly Filter[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly SortBy?: string;
  readonly SortOrder?: string;
  readonly IncludePlannedDeletion?: boolean;
}

function date<K extends string>(name: K, ms: number | undefined): { [key in K]?: Date } {
  return ms === undefined ? {} : ({ [name]: new Date(ms) } as { [key in K]?: Date });
}

/** Only of what is replicated, or a replica. */
function primaryRegion(secret: SecretRecord): { PrimaryRegion?: string } {
  if (secret.primaryRegion !== undefined) return { PrimaryRegion: secret.primaryRegion };
  return (secret.replicas ?? []).length === 0 ? {} : { PrimaryRegion: regionOf(secret) };
}

export function present(secret: SecretRecord) {
  const { rotation } = secret;
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description === undefined ? {} : { Description: secret.description }),
    ...(secret.kmsKeyId === undefined ? {} : { KmsKeyId: secret.kmsKeyId }),
    ...(rotation === undefined
      ? {}
      : { RotationEnabled: rotation.enabled, RotationLambdaARN: rotation.lambdaArn, RotationRules: rotation.rules }),
    ...date("LastRotatedDate", rotation?.lastMs),
    ...date("NextRotationDate", rotation?.enabled === true ? rotation.nextMs : undefined),
    LastChangedDate: new Date(secret.changedMs),
    ...date("LastAccessedDate", secret.accessedMs),
    ...date("DeletedDate", secret.deletion?.deletedMs),
    Tags: tagList(secret),
    ...primaryRegion(secret),
    CreatedDate: new Date(secret.createdMs),
  };
}

export function describeSecret(ctx: Ctx, input: Named) {
  const secret = anySecret(ctx, input.SecretId);
  return {
    ...present(secret),
    VersionIdsToStages: stagesById(ctx, secret),
    ...((secret.replicas ?? []).length === 0 ? {} : { ReplicationStatus: replicationStatus(secret) }),
  };
}

/** The texts a filter looks at; `name` and tags are compared with their case, descriptions without. */
function textsOf(secret: SecretRecord, key: string): readonly string[] {
  const rows: { readonly [key: string]: readonly string[] } = {
    name: [secret.name],
    description: [secret.description ?? ""],
    "tag-key": Object.keys(secret.tags),
    "tag-value": Object.values(secret.tags),
    all: [secret.name, secret.description ?? "", ...Object.keys(secret.tags), ...Object.values(secret.tags)],
  };
  return Object.hasOwn(rows, key) ? (rows[key] ?? []) : [];
}

/** Values match from the beginning of a text (of any word of a description); `!` in front turns one around. */
function passes(secret: SecretRecord, { Key = "", Values = [] }: Filter): boolean {
  const loose = Key === "description" || Key === "all";
  const texts = textsOf(secret, Key).flatMap((text) => (loose ? [text, ...text.split(/\s+/)] : [text]));
  const begins = (value: string) =>
    texts.some((text) => (loose ? text.toLowerCase().startsWith(value.toLowerCase()) : text.startsWith(value)));
  return Values.some((value) => (value.startsWith("!") ? !begins(value.slice(1)) : begins(value)));
}

function sortValue(secret: SecretRecord, by: string | undefined): string | number {
  if (by === "name") return secret.name;
  if (by === "last-accessed-date") return secret.accessedMs ?? 0;
  return by === "last-changed-date" ? secret.changedMs : secret.createdMs;
}

/** One page of the secrets that pass every filter. Throws InvalidNextTokenException. */
export function matching(ctx: Ctx, input: ListInput) {
  const all = secretsOf(ctx).filter(
    (secret) =>
      (secret.deletion === undefined || input.IncludePlannedDeletion === true) &&
      (input.Filters ?? []).every((filter) => passes(secret, filter)),
  );
  const direction = input.SortOrder === "asc" ? 1 : -1;
  all.sort((a, b) => {
    const [x, y] = [sortValue(a, input.SortBy), sortValue(b, input.SortBy)];
    if (x === y) return a.name < b.name ? -1 : 1;
    return x < y ? -direction : direction;
  });
  const token = input.NextToken === undefined ? undefined : Buffer.from(input.NextToken, "base64").toString("utf8");
  const start = token === undefined ? 0 : all.findIndex((secret) => secret.arn === token);
  if (start < 0) throw new ServiceError("InvalidNextTokenException", 400, "The NextToken value is invalid.");
  const end = start + (input.MaxResults ?? 100);
  const next = all[end];
  return {
    shown: all.slice(start, end),
    more: next === undefined ? {} : { NextToken: Buffer.from(next.arn).toString("base64") },
  };
}

export function listSecrets(ctx: Ctx, input: ListInput) {
  const { shown, more } = matching(ctx, input);
  return {
    SecretList: shown.map((secret) => ({ ...present(secret), SecretVersionsToStages: stagesById(ctx, secret) })),
    ...more,
  };
}
