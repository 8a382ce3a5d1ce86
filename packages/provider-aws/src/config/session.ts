import {
  type Clock,
  CODES,
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  hasErrors,
  isList,
  isObject,
  type Random,
  UNKNOWN,
  type Value,
  type ValueObject,
  warningDiagnostic,
} from "@dovetail/model";
import { loopbackUrl } from "../clients/endpoint.ts";
import type { HttpSender } from "../clients/request.ts";
import { createContext } from "../context.ts";
import { awsDiagnostics } from "../lifecycle/aws-diagnostic.ts";
import type { TagSettings } from "../plan/tags.ts";
import type { AwsContext } from "../resource.ts";
import type { Edition } from "../schema/load-schema.ts";
import { REGION_NAMES } from "../services/meta/region-names.ts";
import { type AwsTarget, connect } from "./connect.ts";
import { durationSeconds, type Environment, type ProviderSettings, readProviderConfig } from "./provider-config.ts";
import { profileRegion } from "./shared-config.ts";

/** A configured provider. */
export interface Session {
  readonly region: string;
  readonly tags: TagSettings;
  /** The context of a region, made once. */
  context(region: string): AwsContext;
  /** What configuring has to say: missing region, arguments not carried out, an account that is not allowed. */
  diagnostics(): Promise<readonly Diagnostic[]>;
  close(): void;
}

export interface SessionOptions {
  readonly edition: Edition;
  readonly target: AwsTarget;
  readonly env: Environment;
  readonly clock: Clock;
  readonly random: Random;
  readonly sender?: HttpSender;
}

/** Region of an embedded cloud when nobody names one. */
const LOCAL_REGION = "us-east-1";

/** Arguments of the provider block that change how AWS is reached in ways that we do not carry out: where they have such a value. */
const NOT_CARRIED_OUT: { readonly [argument: string]: (value: Value) => boolean } = {
  ec2_metadata_service_endpoint: isSet,
  ec2_metadata_service_endpoint_mode: isSet,
  retry_mode: (value) => isSet(value) && value !== "standard",
  s3_us_east_1_regional_endpoint: (value) => isSet(value) && value !== "regional",
  shared_config_files: isMany,
  shared_credentials_files: isMany,
  tag_policy_compliance: isSet,
  token_bucket_rate_limiter_capacity: isSet,
  use_dualstack_endpoint: isSet,
  use_fips_endpoint: isSet,
};

/** The same of the environment. */
const NOT_FROM_ENVIRONMENT: readonly string[] = ["AWS_USE_DUALSTACK_ENDPOINT", "AWS_USE_FIPS_ENDPOINT"];

/** Reads the provider block and prepares clients; nothing is asked of AWS before `diagnostics` or the first call. */
export function createSession(config: ValueObject, options: SessionOptions): Session {
  const settings = readProviderConfig(config, options.env);
  const isLocal = options.target.kind === "local";
  const localEndpoint = options.target.kind === "local" ? options.target.endpoint.replace(/\/$/, "") : undefined;
  const found = settings.region ?? (isLocal ? LOCAL_REGION : profileRegion(settings, options.env));
  const region = found ?? LOCAL_REGION;
  const pool = connect(settings, { ...options, region });
  const contexts = new Map<string, AwsContext>();
  let account: Promise<string> | undefined;
  const accountId = (): Promise<string> => {
    account ??= lookUpAccount(options.target, () => context(region));
    return account;
  };
  const context = (name: string): AwsContext => {
    let made = contexts.get(name);
    if (made === undefined) {
      made = createContext(
        {
          pool,
          edition: options.edition,
          tags: settings.tags,
          clock: options.clock,
          random: options.random,
          accountId,
          isLocal,
          localEndpoint,
        },
        name,
      );
      contexts.set(name, made);
    }
    return made;
  };
  return {
    region,
    tags: settings.tags,
    context,
    close: () => pool.close(),
    async diagnostics() {
      if (options.target.kind === "local") return localDiagnostics(options.target.endpoint);
      const problems = [
        ...(found === undefined ? [missingRegion()] : unknownRegion(found, settings)),
        ...notCarriedOut(config, options.env),
        ...invalidBlocks(config, options.edition),
      ];
      if (hasErrors(problems)) return problems;
      return [...problems, ...(await accountDiagnostics(settings, accountId))];
    },
  };
}

async function lookUpAccount(target: AwsTarget, context: () => AwsContext): Promise<string> {
  if (target.kind === "local" && target.accountId !== undefined) return target.accountId;
  const { Account = "" } = await context().clients.sts.getCallerIdentity({});
  return Account;
}

function localDiagnostics(endpoint: string): readonly Diagnostic[] {
  try {
    loopbackUrl(endpoint, "the cloud's endpoint");
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

function missingRegion(): Diagnostic {
  return errorDiagnostic("DVT3001", CODES.DVT3001, {
    detail: "The provider block has no region, and neither the environment nor the profile names one.",
    attribute: "region",
    fix: 'Set it in the provider, or in the environment:\n    export AWS_REGION="eu-west-1"',
  });
}

/** Regions of these partitions are in no list that we have. */
const UNLISTED = /^(us-isob?|us-isof|eu-isoe|eusc-\w+)-\w+-\d+$/;

function unknownRegion(region: string, { skipRegionValidation }: ProviderSettings): readonly Diagnostic[] {
  if (skipRegionValidation || Object.hasOwn(REGION_NAMES, region) || UNLISTED.test(region)) return [];
  return [
    errorDiagnostic("DVT3001", CODES.DVT3001, {
      detail: `invalid AWS Region: ${region}`,
      attribute: "region",
      fix: "Correct it, or set skip_region_validation where AWS has opened it since.",
    }),
  ];
}

function notCarriedOut(config: ValueObject, env: Environment): readonly Diagnostic[] {
  const refused = (detail: string, attribute?: string) =>
    errorDiagnostic("DVT3006", CODES.DVT3006, {
      detail: `The native AWS provider does not carry out ${detail} on AWS.`,
      ...(attribute === undefined ? {} : { attribute }),
      fix: "Leave it out, or use the real provider binary for this run.",
    });
  const given = Object.entries(NOT_CARRIED_OUT).filter(([name, isMeant]) => isMeant(config[name] ?? null));
  return [
    ...given.map(([name]) =>
      refused(`${isMany(config[name] ?? null) ? "more than one file in" : ""} its argument "${name}"`.trim(), name),
    ),
    ...NOT_FROM_ENVIRONMENT.filter((name) => env[name]?.toLowerCase() === "true").map((name) =>
      refused(`${name} of the environment`),
    ),
  ];
}

function isSet(value: Value): boolean {
  return (
    value !== null &&
    value !== false &&
    value !== "" &&
    value !== 0 &&
    value !== UNKNOWN &&
    !(isList(value) && value.length === 0)
  );
}

function isMany(value: Value): boolean {
  return isList(value) && value.length > 1;
}

const ROLE_SECONDS = { min: 15 * 60, max: 12 * 60 * 60 };

/** What the real provider refuses in the blocks of roles. Source: `internal/provider/sdkv2/provider.go`, `validators.go` (read 2026-11). */
function invalidBlocks(config: ValueObject, edition: Edition): readonly Diagnostic[] {
  return ["assume_role", "assume_role_with_web_identity"].flatMap((block) => {
    const given = config[block] ?? null;
    const blocks = isList(given) ? given.filter(isObject) : isObject(given) ? [given] : [];
    return blocks.flatMap((each, i) => [...missingRole(each, `${block}.${i}`, edition), ...wrongDuration(each, `${block}.${i}`)]);
  });
}

/** Version 5 takes a block without a role for none, with a warning. */
function missingRole(block: ValueObject, path: string, edition: Edition): readonly Diagnostic[] {
  if (block.role_arn === UNKNOWN || (typeof block.role_arn === "string" && block.role_arn !== "")) return [];
  const detail = `The argument "${path}.role_arn" is required, but no definition was found.`;
  const made = edition === "5.100.0" ? warningDiagnostic : errorDiagnostic;
  return [made("DVT3001", "Missing required argument", { detail, attribute: `${path}.role_arn` })];
}

function wrongDuration({ duration }: ValueObject, path: string): readonly Diagnostic[] {
  if (typeof duration !== "string" || duration === "") return [];
  const seconds = durationSeconds(duration);
  const detail =
    seconds === undefined
      ? `"duration" cannot be parsed as a duration: time: invalid duration "${duration}"`
      : seconds < ROLE_SECONDS.min || seconds > ROLE_SECONDS.max
        ? 'duration "duration" must be between 15 minutes (15m) and 12 hours (12h), inclusive'
        : undefined;
  return detail === undefined ? [] : [errorDiagnostic("DVT3001", CODES.DVT3001, { detail, attribute: `${path}.duration` })];
}

/**
 * Refuses credentials that AWS does not take, and accounts that the provider block does not allow. STS is asked once, and not at all where
 * the block says that neither matters.
 */
async function accountDiagnostics(settings: ProviderSettings, accountId: () => Promise<string>): Promise<readonly Diagnostic[]> {
  const { allowedAccountIds: allowed, forbiddenAccountIds: forbidden, skipCredentialsValidation } = settings;
  if (skipCredentialsValidation && allowed.length === 0 && forbidden.length === 0) return [];
  try {
    const id = await accountId();
    if (!forbidden.includes(id) && (allowed.length === 0 || allowed.includes(id))) return [];
    return [
      errorDiagnostic("DVT4001", CODES.DVT4001, {
        detail: `AWS account ID not allowed: ${id}. The provider block ${forbidden.includes(id) ? "forbids it" : `allows ${allowed.join(", ")}`}.`,
        fix: "Use the credentials of an allowed account.",
      }),
    ];
  } catch (error) {
    return awsDiagnostics(error, "validating provider credentials: retrieving caller identity from STS");
  }
}
