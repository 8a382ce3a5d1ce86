import { CODES, DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Credentials } from "../clients/signer.ts";
import type { AwsClients } from "../resource.ts";
import type { AssumeRole, Environment, ProviderSettings } from "./provider-config.ts";

/** The keys that every request to the embedded cloud is signed with, whatever config, environment and profile say. */
export const LOCAL_CREDENTIALS: Credentials = { accessKeyId: "dovetail", secretAccessKey: "dovetail" };

/** Keys are fetched anew this long before they expire. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** Remembers credentials until shortly before they expire; concurrent callers share one look-up. */
export function cachedCredentials(fetch: () => Promise<Credentials>, nowMs: () => number): () => Promise<Credentials> {
  let current: Promise<Credentials> | undefined;
  let renewAtMs = Number.POSITIVE_INFINITY;
  return async () => {
    if (current === undefined || nowMs() >= renewAtMs) {
      const attempt = fetch();
      current = attempt;
      renewAtMs = Number.POSITIVE_INFINITY;
      try {
        const { expiration } = await attempt;
        if (expiration !== undefined) renewAtMs = expiration.getTime() - RENEW_BEFORE_MS;
      } catch (error) {
        current = undefined;
        throw error;
      }
    }
    return current;
  };
}

/**
 * The credentials that the provider block and the environment name, before any role is assumed: static keys, keys of the environment,
 * then the SDK's chain (profile, SSO, process, web identity, container, instance). A profile that is named is the one used, or this throws.
 */
export async function baseCredentials(settings: ProviderSettings, env: Environment): Promise<Credentials> {
  if (settings.accessKey !== undefined && settings.secretKey !== undefined) {
    return keys(settings.accessKey, settings.secretKey, settings.token);
  }
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env;
  if (settings.profile === undefined && id !== undefined && id !== "" && secret !== undefined && secret !== "") {
    return keys(id, secret, token);
  }
  const profile = settings.profile ?? env.AWS_PROFILE;
  const [configFilepath] = settings.sharedConfigFiles;
  const [filepath] = settings.sharedCredentialsFiles;
  const init = {
    ...(profile === undefined ? {} : { profile }),
    ...(configFilepath === undefined ? {} : { configFilepath }),
    ...(filepath === undefined ? {} : { filepath }),
  };
  try {
    return await (settings.skipMetadataApiCheck ? withoutMetadata(init) : wholeChain(init));
  } catch (error) {
    throw noCredentials(error, profile);
  }
}

async function wholeChain(init: object): Promise<Credentials> {
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  return defaultProvider(init)();
}

/** The chain without its last link: the profile (SSO, process, roles, web identity), then a token file that the environment names. */
async function withoutMetadata(init: object): Promise<Credentials> {
  const { fromIni } = await import("@aws-sdk/credential-provider-ini");
  try {
    return await fromIni(init)();
  } catch (error) {
    const { fromTokenFile } = await import("@aws-sdk/credential-provider-web-identity");
    return await fromTokenFile(init)().catch(() => {
      throw error;
    });
  }
}

function keys(accessKeyId: string, secretAccessKey: string, sessionToken: string | undefined): Credentials {
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined || sessionToken === "" ? {} : { sessionToken }) };
}

function noCredentials(error: unknown, profile: string | undefined): DiagnosticError {
  const cause = error instanceof Error ? error.message : String(error);
  const which =
    profile === undefined
      ? "No valid credential sources found."
      : `The profile "${profile}" gives no credentials, and no other ones are used in its place.`;
  return new DiagnosticError(
    errorDiagnostic("DVT4001", CODES.DVT4001, {
      detail: `configuring the AWS provider: ${which} ${cause}`,
      fix:
        profile === undefined
          ? "Name a profile, or sign in:\n    aws sso login"
          : `Sign in with that profile:\n    aws sso login --profile ${profile}`,
    }),
    { cause: error },
  );
}

/** Assumes a role with the clients of the credentials before it in the chain. */
export async function assumeRole(clients: AwsClients, role: AssumeRole, sessionName: string): Promise<Credentials> {
  const { Credentials: made } = await clients.sts.assumeRole({
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName ?? sessionName,
    ExternalId: role.externalId,
    DurationSeconds: role.durationSeconds,
    Policy: role.policy,
    PolicyArns: role.policyArns.length === 0 ? undefined : role.policyArns.map((arn) => ({ arn })),
    SourceIdentity: role.sourceIdentity,
    Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
    TransitiveTagKeys: [...role.transitiveTagKeys],
  });
  return sessionKeys(made, role.roleArn);
}

interface SessionKeys {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
  readonly Expiration?: Date | undefined;
}

/** Keys of a role session as STS answers them. */
export function sessionKeys(made: SessionKeys | undefined, roleArn: string): Credentials {
  if (made?.AccessKeyId === undefined || made.SecretAccessKey === undefined || made.SessionToken === undefined) {
    throw new DiagnosticError(
      errorDiagnostic("DVT4001", CODES.DVT4001, { detail: `assuming the role ${roleArn}: STS gave no credentials.` }),
    );
  }
  return {
    accessKeyId: made.AccessKeyId,
    secretAccessKey: made.SecretAccessKey,
    sessionToken: made.SessionToken,
    ...(made.Expiration === undefined ? {} : { expiration: made.Expiration }),
  };
}
