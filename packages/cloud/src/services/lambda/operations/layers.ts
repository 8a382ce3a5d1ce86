import type {
  GetLayerVersionResponse,
  LayerVersionsListItem,
  ListLayersResponse,
  ListLayerVersionsResponse,
  PublishLayerVersionRequest,
} from "@aws-sdk/client-lambda";
import { randomUuid } from "@dovetail/model";
import { arn } from "../../../core/arn.ts";
import type { Ctx } from "../../../core/service.ts";
import { storeCode } from "../code.ts";
import { conflict, invalidParameter, notFound } from "../errors.ts";
import { lambdaDate } from "../function-config.ts";
import { parseLayerArn } from "../names.ts";
import { page } from "../paging.ts";
import { keys, type LayerRecord, type PolicyStatement } from "../store.ts";
import { policyDocument } from "./permissions.ts";

/** Layers: immutable, numbered archives that a function finds under /opt. */
type Named = { readonly LayerName?: string | undefined };
type Numbered = Named & { readonly VersionNumber?: number | undefined };

const nameOf = (text: string | undefined): string => (text ?? "").replace(/^arn:[^:]*:lambda:[^:]*:\d{12}:layer:/, "");
const layerArn = (ctx: Ctx, name: string) => arn("lambda", ctx.region, ctx.account, `layer:${name}`);

export async function publishLayerVersion(ctx: Ctx, input: PublishLayerVersionRequest): Promise<GetLayerVersionResponse> {
  const name = nameOf(input.LayerName);
  const stored = await storeCode(ctx, input.Content ?? {}, "PublishLayerVersion");
  const record = ctx.transact((store) => {
    const version = (store.get<number>(keys.layerCounter(ctx, name)) ?? 0) + 1;
    const made: LayerRecord = {
      version,
      arn: `${layerArn(ctx, name)}:${version}`,
      description: input.Description ?? "",
      createdDate: lambdaDate(ctx.now()),
      code: stored.code,
      codeBytes: stored.bytes,
      codeSha256: stored.sha256,
      ...(input.CompatibleRuntimes === undefined ? {} : { compatibleRuntimes: input.CompatibleRuntimes }),
      ...(input.CompatibleArchitectures === undefined ? {} : { compatibleArchitectures: input.CompatibleArchitectures }),
      ...(input.LicenseInfo === undefined ? {} : { licenseInfo: input.LicenseInfo }),
    };
    store.put(keys.layerCounter(ctx, name), version);
    store.put(keys.layer(ctx, name, version), made);
    return made;
  });
  return answer(ctx, record);
}

function listItem(record: LayerRecord): LayerVersionsListItem {
  return {
    LayerVersionArn: record.arn,
    Version: record.version,
    Description: record.description,
    CreatedDate: record.createdDate,
    ...(record.compatibleRuntimes === undefined
      ? {}
      : { CompatibleRuntimes: record.compatibleRuntimes as LayerVersionsListItem["CompatibleRuntimes"] }),
    ...(record.compatibleArchitectures === undefined
      ? {}
      : { CompatibleArchitectures: record.compatibleArchitectures as LayerVersionsListItem["CompatibleArchitectures"] }),
    ...(record.licenseInfo === undefined ? {} : { LicenseInfo: record.licenseInfo }),
  };
}

function answer(ctx: Ctx, record: LayerRecord): GetLayerVersionResponse {
  return {
    ...listItem(record),
    LayerArn: record.arn.replace(/:\d+$/, ""),
    Content: {
      Location: `${ctx.endpoint}/_dovetail/lambda/code/${encodeURIComponent(record.code.blobKey ?? "")}`,
      CodeSha256: record.codeSha256,
      CodeSize: record.codeBytes,
    },
  };
}

function need(ctx: Ctx, input: Numbered): LayerRecord {
  const name = nameOf(input.LayerName);
  const record = ctx.store.get<LayerRecord>(keys.layer(ctx, name, input.VersionNumber ?? 0));
  if (record === undefined) throw notFound(`The resource you requested does not exist.`);
  return record;
}

export const getLayerVersion = (ctx: Ctx, input: Numbered): GetLayerVersionResponse => answer(ctx, need(ctx, input));

export function getLayerVersionByArn(ctx: Ctx, input: { readonly Arn?: string | undefined }): GetLayerVersionResponse {
  const parts = parseLayerArn(input.Arn ?? "");
  if (parts === undefined) throw invalidParameter(`Invalid layer version ARN: ${input.Arn}`);
  return answer(ctx, need(ctx, { LayerName: parts.name, VersionNumber: parts.version }));
}

export function deleteLayerVersion(ctx: Ctx, input: Numbered): object {
  ctx.store.remove(keys.layer(ctx, nameOf(input.LayerName), input.VersionNumber ?? 0));
  return {};
}

interface Filter {
  readonly CompatibleRuntime?: string | undefined;
  readonly CompatibleArchitecture?: string | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

const fits = (record: LayerRecord, filter: Filter) =>
  (filter.CompatibleRuntime === undefined || (record.compatibleRuntimes ?? []).includes(filter.CompatibleRuntime)) &&
  (filter.CompatibleArchitecture === undefined || (record.compatibleArchitectures ?? []).includes(filter.CompatibleArchitecture));

export function listLayerVersions(ctx: Ctx, input: Named & Filter): ListLayerVersionsResponse {
  const range = ctx.store.range<LayerRecord>({ prefix: keys.layerVersions(ctx, nameOf(input.LayerName)), reverse: true });
  const all = [...range].map(({ value }) => value).filter((record) => fits(record, input));
  const { items, next } = page(all.map(listItem), input.Marker, input.MaxItems ?? 50);
  return { LayerVersions: items, ...(next === undefined ? {} : { NextMarker: next }) };
}

export function listLayers(ctx: Ctx, input: Filter): ListLayersResponse {
  const newest = new Map<string, LayerRecord>();
  for (const { key, value } of ctx.store.range<LayerRecord>({ prefix: keys.layers(ctx) })) {
    if (fits(value, input)) newest.set(String(key[3]), value);
  }
  const all = [...newest].map(([name, record]) => ({
    LayerName: name,
    LayerArn: layerArn(ctx, name),
    LatestMatchingVersion: listItem(record),
  }));
  const { items, next } = page(all, input.Marker, input.MaxItems ?? 50);
  return { Layers: items, ...(next === undefined ? {} : { NextMarker: next }) };
}

interface LayerPermission extends Numbered {
  readonly StatementId?: string | undefined;
  readonly Action?: string | undefined;
  readonly Principal?: string | undefined;
  readonly OrganizationId?: string | undefined;
}

export function addLayerVersionPermission(ctx: Ctx, input: LayerPermission): object {
  const record = need(ctx, input);
  const statements = record.policy?.statements ?? [];
  if (statements.some((statement) => statement.Sid === input.StatementId)) {
    throw conflict(
      `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const who = input.Principal ?? "";
  const statement: PolicyStatement = {
    Sid: input.StatementId ?? "",
    Effect: "Allow",
    Principal: who === "*" ? "*" : { AWS: /^\d{12}$/.test(who) ? `arn:aws:iam::${who}:root` : who },
    Action: input.Action ?? "",
    Resource: record.arn,
    ...(input.OrganizationId === undefined
      ? {}
      : { Condition: { StringEquals: { "aws:PrincipalOrgID": input.OrganizationId } } }),
  };
  const policy = { revisionId: randomUuid(ctx.random), statements: [...statements, statement] };
  ctx.store.put(keys.layer(ctx, nameOf(input.LayerName), record.version), { ...record, policy });
  return { Statement: JSON.stringify(statement), RevisionId: policy.revisionId };
}

export function removeLayerVersionPermission(ctx: Ctx, input: LayerPermission): object {
  const record = need(ctx, input);
  const statements = (record.policy?.statements ?? []).filter((statement) => statement.Sid !== input.StatementId);
  if (statements.length === (record.policy?.statements.length ?? 0))
    throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
  const { policy: _gone, ...rest } = record;
  const changed = statements.length === 0 ? rest : { ...rest, policy: { revisionId: randomUuid(ctx.random), statements } };
  ctx.store.put(keys.layer(ctx, nameOf(input.LayerName), record.version), changed);
  return {};
}

export function getLayerVersionPolicy(ctx: Ctx, input: Numbered): object {
  const { policy } = need(ctx, input);
  if (policy === undefined) throw notFound("No policy is associated with the given resource.");
  return { Policy: policyDocument(policy), RevisionId: policy.revisionId };
}
