import type {
  CodeSigningConfig,
  EventSourceMappingConfiguration,
  FunctionConfiguration,
  FunctionEventInvokeConfig,
  FunctionUrlConfig,
} from "@aws-sdk/client-lambda";
import type { Ctx } from "../../core/service.ts";
import type { StoreRead, StoreWrite } from "../../core/store.ts";
import { functionNotFound, notFound } from "./errors.ts";
import { type FunctionRef, functionArn } from "./names.ts";

/** Records of the service and their keys; nothing else touches storage. Configurations are kept in the shape that AWS answers them in. */
export interface CodeRecord {
  /** The archive as it was uploaded; absent for images and hot reload. */
  readonly blobKey?: string;
  /** Names the unpacked folder. */
  readonly sha256Hex: string;
  /** A folder of the host that is used in place (hot reload). */
  readonly hotReloadPath?: string;
  /** Of a function that was switched to a folder: the code it was deployed with, to go back to. */
  readonly deployed?: CodeRecord;
  readonly imageUri?: string;
}

export interface VersionRecord {
  readonly config: FunctionConfiguration;
  readonly code: CodeRecord;
}

export interface FunctionRecord extends VersionRecord {
  readonly nextVersion: number;
  readonly tags: { readonly [key: string]: string };
  readonly reservedConcurrency?: number;
  readonly codeSigningConfigArn?: string;
  readonly runtimeManagement?: { readonly UpdateRuntimeOn: string; readonly RuntimeVersionArn?: string };
  readonly recursiveLoop?: string;
}

export interface AliasRecord {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly weights?: { readonly [version: string]: number };
  readonly revisionId: string;
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: unknown;
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: unknown;
}

export interface PolicyRecord {
  readonly revisionId: string;
  readonly statements: readonly PolicyStatement[];
}

export interface UrlRecord {
  readonly config: FunctionUrlConfig;
  readonly urlId: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** Alias; absent for $LATEST. */
  readonly qualifier?: string;
}

/** `LastModified` in ms beside the configuration, which holds no dates. */
export interface InvokeConfigRecord {
  readonly config: FunctionEventInvokeConfig;
  readonly modifiedMs: number;
}

export interface MappingRecord {
  readonly config: EventSourceMappingConfiguration;
  readonly modifiedMs: number;
  readonly account: string;
  readonly region: string;
}

export interface LayerRecord {
  readonly version: number;
  readonly arn: string;
  readonly description: string;
  readonly createdDate: string;
  readonly compatibleRuntimes?: readonly string[];
  readonly compatibleArchitectures?: readonly string[];
  readonly licenseInfo?: string;
  readonly code: CodeRecord;
  readonly codeBytes: number;
  readonly codeSha256: string;
  readonly policy?: PolicyRecord;
}

export interface CodeSigningRecord {
  readonly config: CodeSigningConfig;
  readonly tags: { readonly [key: string]: string };
}

export interface ProvisionedRecord {
  readonly requested: number;
  readonly modified: string;
}

type Owner = { readonly account: string; readonly region: string };

export const keys = {
  function: (o: Owner, name: string) => ["function", o.account, o.region, name] as const,
  functions: (o: Owner) => ["function", o.account, o.region] as const,
  version: (o: Owner, name: string, version: number) => ["version", o.account, o.region, name, version] as const,
  versions: (o: Owner, name: string) => ["version", o.account, o.region, name] as const,
  alias: (o: Owner, name: string, alias: string) => ["alias", o.account, o.region, name, alias] as const,
  aliases: (o: Owner, name: string) => ["alias", o.account, o.region, name] as const,
  policy: (o: Owner, name: string, qualifier: string) => ["policy", o.account, o.region, name, qualifier] as const,
  policies: (o: Owner, name: string) => ["policy", o.account, o.region, name] as const,
  url: (o: Owner, name: string, qualifier: string) => ["url", o.account, o.region, name, qualifier] as const,
  urls: (o: Owner, name: string) => ["url", o.account, o.region, name] as const,
  urlId: (urlId: string) => ["url-id", urlId] as const,
  urlIds: () => ["url-id"] as const,
  invokeConfig: (o: Owner, name: string, qualifier: string) => ["invoke-config", o.account, o.region, name, qualifier] as const,
  invokeConfigs: (o: Owner, name: string) => ["invoke-config", o.account, o.region, name] as const,
  mapping: (o: Owner, uuid: string) => ["mapping", o.account, o.region, uuid] as const,
  mappings: (o?: Owner) => (o === undefined ? (["mapping"] as const) : (["mapping", o.account, o.region] as const)),
  layer: (o: Owner, name: string, version: number) => ["layer", o.account, o.region, name, version] as const,
  layerVersions: (o: Owner, name: string) => ["layer", o.account, o.region, name] as const,
  layers: (o: Owner) => ["layer", o.account, o.region] as const,
  layerCounter: (o: Owner, name: string) => ["layer-counter", o.account, o.region, name] as const,
  codeSigning: (o: Owner, id: string) => ["code-signing", o.account, o.region, id] as const,
  codeSignings: (o: Owner) => ["code-signing", o.account, o.region] as const,
  provisioned: (o: Owner, name: string, qualifier: string) => ["provisioned", o.account, o.region, name, qualifier] as const,
  provisionedOf: (o: Owner, name: string) => ["provisioned", o.account, o.region, name] as const,
} as const;

/** Throws ResourceNotFoundException with the ARN that the request meant. */
export function needFunction(store: StoreRead, ref: FunctionRef): FunctionRecord {
  const record = store.get<FunctionRecord>(keys.function(ref, ref.name));
  if (record === undefined) throw functionNotFound(functionArn(ref));
  return record;
}

export function needAlias(store: StoreRead, ref: FunctionRef, alias: string): AliasRecord {
  const record = store.get<AliasRecord>(keys.alias(ref, ref.name, alias));
  if (record === undefined) throw notFound(`Alias not found: ${functionArn({ ...ref, qualifier: alias })}`);
  return record;
}

const isNumber = (text: string) => /^\d+$/.test(text);

export interface Target extends VersionRecord {
  readonly record: FunctionRecord;
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly alias?: AliasRecord;
}

/** Draws between the versions of a weighted alias. */
export const drawOf = (ctx: Ctx) => () => Buffer.from(ctx.random.bytes(4)).readUInt32LE(0) / 2 ** 32;

/**
 * The version that a reference means. `draw` (0 <= x < 1) chooses between the versions of a weighted alias; without it
 * the alias's main version is taken. Throws ResourceNotFoundException.
 */
export function findTarget(store: StoreRead, ref: FunctionRef, draw?: () => number): Target {
  const record = needFunction(store, ref);
  const qualifier = ref.qualifier ?? "$LATEST";
  if (qualifier === "$LATEST") return { record, config: record.config, code: record.code, version: "$LATEST" };
  if (isNumber(qualifier)) return { record, ...needVersion(store, ref, qualifier), version: qualifier };
  const alias = store.get<AliasRecord>(keys.alias(ref, ref.name, qualifier));
  if (alias === undefined) throw functionNotFound(functionArn(ref));
  const version = draw === undefined ? alias.version : chooseVersion(alias, draw());
  if (version === "$LATEST") return { record, config: record.config, code: record.code, version, alias };
  return { record, ...needVersion(store, ref, version), version, alias };
}

function needVersion(store: StoreRead, ref: FunctionRef, version: string): VersionRecord {
  const found = store.get<VersionRecord>(keys.version(ref, ref.name, Number(version)));
  if (found === undefined) throw functionNotFound(functionArn({ ...ref, qualifier: version }));
  return { config: found.config, code: found.code };
}

export function chooseVersion(alias: AliasRecord, drawn: number): string {
  let left = drawn;
  for (const [version, weight] of Object.entries(alias.weights ?? {})) {
    if (left < weight) return version;
    left -= weight;
  }
  return alias.version;
}

/** Removes everything that hangs on a function. Function URLs' ids are answered so that their ports can be closed. */
export function removeFunction(store: StoreWrite, ref: FunctionRef): string[] {
  const urlIds = [...store.range<UrlRecord>({ prefix: keys.urls(ref, ref.name) })].map(({ value }) => value.urlId);
  for (const urlId of urlIds) store.remove(keys.urlId(urlId));
  for (const prefix of [keys.versions, keys.aliases, keys.policies, keys.urls, keys.invokeConfigs, keys.provisionedOf]) {
    store.removeRange({ prefix: prefix(ref, ref.name) });
  }
  store.remove(keys.function(ref, ref.name));
  return urlIds;
}
