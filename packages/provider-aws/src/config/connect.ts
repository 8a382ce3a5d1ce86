import { readFile } from "node:fs/promises";
import type { Clock, Random } from "@dovetail/model";
import { type ClientPool, createClientPool } from "../clients/clients.ts";
import type { EndpointSource } from "../clients/endpoint.ts";
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

/** How often a request to AWS is made at most, as in the real provider (`max_retries`, default 25). */
const ATTEMPTS_AWS = 25;
/** The embedded cloud answers or it doesn't; a repeat only bridges a connection that was closed while idle. */
const ATTEMPTS_LOCAL = 3;

/** Clients with the credentials that the target and the provider block call for. */
export function connect(settings: ProviderSettings, options: ConnectOptions): ClientPool {
  const { target, clock, random } = options;
  const pool = (credentials: () => Promise<Credentials>): ClientPool =>
    createClientPool({
      endpoints: endpointSource(settings, target),
      credentials,
      clock,
      random,
      attemptsMax: target.kind === "local" ? ATTEMPTS_LOCAL : (settings.maxRetries ?? ATTEMPTS_AWS),
      signs: !(target.kind === "local" && target.isEmbedded === true),
      s3PathStyle: settings.s3UsePathStyle,
      ...(options.sender === undefined ? {} : { sender: options.sender }),
    });
  if (target.kind === "local") return pool(async () => LOCAL_CREDENTIALS);
  const now = () => clock.now();
  let credentials = cachedCredentials(() => baseCredentials(settings, options.env), now);
  if (settings.webIdentity !== undefined) credentials = webIdentityCredentials(settings.webIdentity, pool, options);
  for (const role of settings.assumeRoles) {
    const before = pool(credentials);
    credentials = cachedCredentials(() => assumeRole(before.forRegion(options.region), role, `dovetail-${clock.now()}`), now);
  }
  return pool(credentials);
}

function endpointSource(settings: ProviderSettings, target: AwsTarget): EndpointSource {
  if (target.kind === "local") return { kind: "local", endpoint: target.endpoint };
  return { kind: "aws", overrides: settings.endpoints, dnsSuffix: (region) => partitionOf(region).dnsSuffix };
}

function webIdentityCredentials(
  identity: WebIdentity,
  pool: (credentials: () => Promise<Credentials>) => ClientPool,
  options: ConnectOptions,
): () => Promise<Credentials> {
  // AssumeRoleWithWebIdentity is not authenticated by a signature: any keys will do.
  const clients = pool(async () => LOCAL_CREDENTIALS).forRegion(options.region);
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
