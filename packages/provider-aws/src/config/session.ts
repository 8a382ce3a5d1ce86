import {
  type Clock,
  CODES,
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  isObject,
  type Random,
  type ValueObject,
} from "@dovetail/model";
import { loopbackUrl } from "../clients/endpoint.ts";
import type { HttpSender } from "../clients/request.ts";
import { createContext } from "../context.ts";
import { awsDiagnostics } from "../lifecycle/aws-diagnostic.ts";
import type { TagSettings } from "../plan/tags.ts";
import type { AwsContext } from "../resource.ts";
import type { Edition } from "../schema/load-schema.ts";
import { type AwsTarget, connect } from "./connect.ts";
import { type Environment, type ProviderSettings, readProviderConfig } from "./provider-config.ts";
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

/** Arguments of the provider block that change how AWS is reached in ways that we do not carry out. */
const NOT_CARRIED_OUT = [
  "custom_ca_bundle",
  "ec2_metadata_service_endpoint",
  "ec2_metadata_service_endpoint_mode",
  "http_proxy",
  "https_proxy",
  "insecure",
  "no_proxy",
  "retry_mode",
  "sts_region",
  "tag_policy_compliance",
  "token_bucket_rate_limiter_capacity",
  "use_dualstack_endpoint",
  "use_fips_endpoint",
];

/** Reads the provider block and prepares clients; nothing is asked of AWS before `diagnostics` or the first call. */
export function createSession(config: ValueObject, options: SessionOptions): Session {
  const settings = readProviderConfig(config, options.env);
  const isLocal = options.target.kind === "local";
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
        { pool, edition: options.edition, tags: settings.tags, clock: options.clock, random: options.random, accountId, isLocal },
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
      const problems = [...(found === undefined ? [missingRegion()] : []), ...notCarriedOut(config)];
      return problems.length > 0 ? problems : accountDiagnostics(settings, accountId);
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

function notCarriedOut(config: ValueObject): readonly Diagnostic[] {
  return NOT_CARRIED_OUT.filter((name) => isSet(config[name])).map((name) =>
    errorDiagnostic("DVT3006", CODES.DVT3006, {
      detail: `The native AWS provider does not carry out its argument "${name}" on AWS.`,
      attribute: name,
      fix: "Leave it out, or use the real provider binary for this run.",
    }),
  );
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== "" && typeof value !== "symbol" && !isEmpty(value);
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value as never) && Object.keys(value as object).length === 0;
}

/** Refuses accounts that the provider block does not allow. Asks STS only where the block says anything of accounts. */
async function accountDiagnostics(settings: ProviderSettings, accountId: () => Promise<string>): Promise<readonly Diagnostic[]> {
  const { allowedAccountIds: allowed, forbiddenAccountIds: forbidden } = settings;
  if (allowed.length === 0 && forbidden.length === 0) return [];
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
    return awsDiagnostics(error, "configuring the AWS provider: retrieving the account's ID");
  }
}
