import { readFile } from "node:fs/promises";
import type { Clock, Random } from "@dovetail/model";
import { type ClientPool, createClientPool } from "../clients/clients.ts";
import type { EndpointSource } from "../clients/endpoint.ts";
import { createHttpSender, type NetworkSettings } from "../clients/http.ts";
import type { HttpSender } from "../clients/request.ts";
import type { Credentials } from "../clients/signer.ts";
import { partitionOf } from "../partitions.ts";
import { assumeRole, baseCredentials, cachedCredentials, LOCAL_CREDENTIALS, sessionKeys } from "./credentials.ts";
import type { Environment, ProviderSettings, WebIdentity } from "./provider-config.ts";

/** Where a provider's resources live. The local target is the embedded cloud: nothing else is ever asked. */
export type AwsTarget =
  | {
      readonly kind: "local";
      readonly endpoint: string;
      readonly accountId?: string;
      /** It checks no signature of a key that it did not issue, as our embedded cloud; other emulators may. */
      readonly isEmbedded?: boolean;
    }
  | { readonly kind: "aws" };

export interface ConnectOptions {
  readonly target: AwsTarget;
  readonly env: Environment;
  readonly clock: Clock;
  readonly random: Random;
  readonly region: string;
  readonly sender?: HttpSender;
}

/** What the provider calls the services whose clients here have other names. Source: terraform-provider-aws, `names/data/names_data.hcl` (read 2026-11). */
const ENDPOINT_NAMES: { readonly [service: string]: readonly string[] } = {
  cognito: ["cognitoidp", "cognitoidentityprovider"],
  events: ["events", "eventbridge", "cloudwatchevents"],
  logs: ["logs", "cloudwatchlog", "cloudwatchlogs"],
  s3: ["s3", "s3api"],
};

/** How often a request to AWS is made at most, as in the real provider (`max_retries`, default 25). */
const ATTEMPTS_AWS = 25;
/** The embedded cloud answers or it doesn't; a repeat only bridges a connection that was closed while idle. */
const ATTEMPTS_LOCAL = 3;

/** Clients with the credentials that the target and the provider block call for. */
export function connect(settings: ProviderSettings, options: ConnectOptions): ClientPool {
  const { target, clock, random } = options;
  // Of all clients of the chain, so that closing one closes it.
  const sender = options.sender ?? createHttpSender(target.kind === "local" ? {} : networkOf(settings));
  const pool = (credentials: () => Promise<Credentials>): ClientPool =>
    createClientPool({
      endpoints: endpointSource(settings, options),
      credentials,
      clock,
      random,
      attemptsMax: target.kind === "local" ? ATTEMPTS_LOCAL : (settings.maxRetries ?? ATTEMPTS_AWS),
      signs: !(target.kind === "local" && target.isEmbedded === true),
      s3PathStyle: settings.s3UsePathStyle,
      userAgent: target.kind === "local" ? [] : settings.userAgent,
      sender,
    });
  if (target.kind === "local") return pool(async () => LOCAL_CREDENTIALS);
  const now = () => clock.now();
  let credentials = cachedCredentials(() => baseCredentials(settings, options.env), now);
  if (settings.webIdentity !== undefined)
    credentials = webIdentityCredentials(settings.webIdentity, pool, options, settings.stsRegion ?? options.region);
  for (const role of settings.assumeRoles) {
    const before = pool(credentials);
    const region = settings.stsRegion ?? options.region;
    credentials = cachedCredentials(() => assumeRole(before.forRegion(region), role, `dovetail-${clock.now()}`), now);
  }
  return pool(credentials);
}

/** Where requests go: the embedded cloud, or AWS with the endpoints that block and environment name. */
export function endpointSource(
  settings: ProviderSettings,
  { target, env }: Pick<ConnectOptions, "target" | "env">,
): EndpointSource {
  if (target.kind === "local") return { kind: "local", endpoint: target.endpoint };
  return {
    kind: "aws",
    override: ({ service, serviceId }) => {
      const own = (ENDPOINT_NAMES[service] ?? [service]).map((name) => settings.endpoints[name]).find((url) => url !== undefined);
      return own ?? endpointOfEnvironment(serviceId, env);
    },
    dnsSuffix: (region) => partitionOf(region).dnsSuffix,
  };
}

/** Source: AWS SDKs and Tools reference, "Service-specific endpoints" (read 2026-11). */
function endpointOfEnvironment(serviceId: string, env: Environment): string | undefined {
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === "true") return undefined;
  const own = env[`AWS_ENDPOINT_URL_${serviceId.toUpperCase().replaceAll(/[ -]/g, "_")}`];
  return own || env.AWS_ENDPOINT_URL || undefined;
}

function networkOf({ proxy, customCaBundle, isInsecure }: ProviderSettings): NetworkSettings {
  let ca: Promise<string> | undefined;
  const read = (file: string) => {
    ca ??= readFile(file, "utf8");
    return ca;
  };
  return { proxy, isInsecure, ...(customCaBundle === undefined ? {} : { ca: () => read(customCaBundle) }) };
}

function webIdentityCredentials(
  identity: WebIdentity,
  pool: (credentials: () => Promise<Credentials>) => ClientPool,
  options: ConnectOptions,
  region: string,
): () => Promise<Credentials> {
  // AssumeRoleWithWebIdentity is not authenticated by a signature: any keys will do.
  const clients = pool(async () => LOCAL_CREDENTIALS).forRegion(region);
  return cachedCredentials(
    async () => {
      const token = identity.token ?? (identity.tokenFile === undefined ? "" : await readFile(identity.tokenFile, "utf8"));
      const { Credentials: made } = await clients.sts.assumeRoleWithWebIdentity({
        RoleArn: identity.roleArn,
        RoleSessionName: identity.sessionName ?? `dovetail-${options.clock.now()}`,
        WebIdentityToken: token.trim(),
        DurationSeconds: identity.durationSeconds,
        Policy: identity.policy,
        PolicyArns: identity.policyArns.length === 0 ? undefined : identity.policyArns.map((arn) => ({ arn })),
      });
      return sessionKeys(made, identity.roleArn);
    },
    () => options.clock.now(),
  );
}
