import { isList, isObject, type Value, type ValueObject } from "@dovetail/model";
import type { ProxySettings } from "../clients/proxy.ts";
import type { TagSettings } from "../plan/tags.ts";

/** The provider block's arguments, read once. */
export interface ProviderSettings {
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly accessKey: string | undefined;
  readonly secretKey: string | undefined;
  readonly token: string | undefined;
  readonly assumeRoles: readonly AssumeRole[];
  readonly webIdentity: WebIdentity | undefined;
  readonly sharedConfigFiles: readonly string[];
  readonly sharedCredentialsFiles: readonly string[];
  readonly allowedAccountIds: readonly string[];
  readonly forbiddenAccountIds: readonly string[];
  readonly tags: TagSettings;
  readonly endpoints: { readonly [service: string]: string };
  readonly maxRetries: number | undefined;
  readonly s3UsePathStyle: boolean;
  readonly skipRequestingAccountId: boolean;
  readonly skipCredentialsValidation: boolean;
  readonly skipRegionValidation: boolean;
  /** The machine's metadata service is not asked for credentials. */
  readonly skipMetadataApiCheck: boolean;
  /** Region of STS requests. */
  readonly stsRegion: string | undefined;
  /** File of certificates that are trusted. */
  readonly customCaBundle: string | undefined;
  readonly isInsecure: boolean;
  readonly proxy: ProxySettings;
  /** Products that are named to AWS after ours. */
  readonly userAgent: readonly string[];
}

export interface AssumeRole {
  readonly roleArn: string;
  readonly sessionName: string | undefined;
  readonly externalId: string | undefined;
  readonly durationSeconds: number | undefined;
  readonly policy: string | undefined;
  readonly policyArns: readonly string[];
  readonly sourceIdentity: string | undefined;
  readonly tags: { readonly [key: string]: string };
  readonly transitiveTagKeys: readonly string[];
}

export interface WebIdentity {
  readonly roleArn: string;
  readonly sessionName: string | undefined;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly durationSeconds: number | undefined;
  readonly policy: string | undefined;
  readonly policyArns: readonly string[];
}

export type Environment = { readonly [name: string]: string | undefined };

function text(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function texts(value: Value | undefined): readonly string[] {
  return isList(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function textMap(value: Value | undefined): { [key: string]: string } {
  const out: { [key: string]: string } = {};
  if (isObject(value)) for (const [key, item] of Object.entries(value)) if (typeof item === "string") out[key] = item;
  return out;
}

function blocks(value: Value | undefined): readonly ValueObject[] {
  return isList(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
}

const UNITS: { readonly [unit: string]: number } = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };
const PART = /(\d+(?:\.\d*)?|\.\d+)(h|ms|m|s|us|ns)/g;

/** `1h30m`, `1.5h` -> 5400; undefined for no duration. Source: Go's `time.ParseDuration` (read 2026-11). */
export function durationSeconds(value: Value | undefined): number | undefined {
  if (typeof value !== "string" || value.replace(PART, "") !== "" || value === "") return undefined;
  return [...value.matchAll(PART)].reduce((sum, [, n, unit = ""]) => sum + Number(n) * (UNITS[unit] ?? 0), 0);
}

/** Reads the provider block; the environment completes it where the real provider lets it. Unknown arguments count as unset. */
export function readProviderConfig(config: ValueObject, env: Environment): ProviderSettings {
  const [ignore] = blocks(config.ignore_tags);
  const [defaults] = blocks(config.default_tags);
  const [web] = blocks(config.assume_role_with_web_identity);
  return {
    region: text(config.region) ?? text(env.AWS_REGION) ?? text(env.AWS_DEFAULT_REGION),
    profile: text(config.profile),
    accessKey: text(config.access_key),
    secretKey: text(config.secret_key),
    token: text(config.token),
    assumeRoles: blocks(config.assume_role).flatMap(readAssumeRole),
    webIdentity: web === undefined ? undefined : readWebIdentity(web),
    sharedConfigFiles: texts(config.shared_config_files),
    sharedCredentialsFiles: texts(config.shared_credentials_files),
    allowedAccountIds: texts(config.allowed_account_ids),
    forbiddenAccountIds: texts(config.forbidden_account_ids),
    tags: {
      defaults: { ...environmentTags(env), ...textMap(defaults?.tags) },
      ignoreKeys: [...texts(ignore?.keys), ...list(env.TF_AWS_IGNORE_TAGS_KEYS)],
      ignorePrefixes: [...texts(ignore?.key_prefixes), ...list(env.TF_AWS_IGNORE_TAGS_KEY_PREFIXES)],
    },
    endpoints: Object.assign({}, ...blocks(config.endpoints).map(textMap)) as { [service: string]: string },
    maxRetries: typeof config.max_retries === "number" ? config.max_retries : attemptsOf(env.AWS_MAX_ATTEMPTS),
    s3UsePathStyle: config.s3_use_path_style === true,
    skipRequestingAccountId: config.skip_requesting_account_id === true,
    skipCredentialsValidation: config.skip_credentials_validation === true,
    skipRegionValidation: config.skip_region_validation === true,
    skipMetadataApiCheck: config.skip_metadata_api_check === "true",
    stsRegion: text(config.sts_region),
    customCaBundle: text(config.custom_ca_bundle) ?? text(env.AWS_CA_BUNDLE),
    isInsecure: config.insecure === true,
    proxy: proxyOf(config, env),
    userAgent: [...texts(config.user_agent), ...(env.TF_APPEND_USER_AGENT ? [env.TF_APPEND_USER_AGENT] : [])],
  };
}

function attemptsOf(value: string | undefined): number | undefined {
  return value !== undefined && /^[1-9]\d{0,4}$/.test(value) ? Number(value) : undefined;
}

/** An empty text in the block takes the environment's proxy away. */
function proxyOf(config: ValueObject, env: Environment): ProxySettings {
  const given = (name: string): string | undefined => {
    const own = config[name];
    return typeof own === "string" ? own : (text(env[name.toUpperCase()]) ?? text(env[name]));
  };
  const [http, https, none] = [given("http_proxy"), given("https_proxy"), given("no_proxy")];
  return {
    ...(http === undefined ? {} : { http }),
    ...(https === undefined ? {} : { https }),
    ...(none === undefined ? {} : { none }),
  };
}

/** Default tags of the environment: `TF_AWS_DEFAULT_TAGS_<key>`. */
function environmentTags(env: Environment): { [key: string]: string } {
  const prefix = "TF_AWS_DEFAULT_TAGS_";
  const out: { [key: string]: string } = {};
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith(prefix) && value !== undefined) out[name.slice(prefix.length)] = value;
  }
  return out;
}

function list(value: string | undefined): readonly string[] {
  return value === undefined || value === "" ? [] : value.split(",");
}

function readAssumeRole(block: ValueObject): AssumeRole[] {
  const roleArn = text(block.role_arn);
  if (roleArn === undefined) return [];
  return [
    {
      roleArn,
      sessionName: text(block.session_name),
      externalId: text(block.external_id),
      durationSeconds: durationSeconds(block.duration),
      policy: text(block.policy),
      policyArns: texts(block.policy_arns),
      sourceIdentity: text(block.source_identity),
      tags: textMap(block.tags),
      transitiveTagKeys: texts(block.transitive_tag_keys),
    },
  ];
}

function readWebIdentity(block: ValueObject): WebIdentity | undefined {
  const roleArn = text(block.role_arn);
  if (roleArn === undefined) return undefined;
  return {
    roleArn,
    sessionName: text(block.session_name),
    token: text(block.web_identity_token),
    tokenFile: text(block.web_identity_token_file),
    durationSeconds: durationSeconds(block.duration),
    policy: text(block.policy),
    policyArns: texts(block.policy_arns),
  };
}
