import type {
  CreateUserPoolClientCommandInput,
  CreateUserPoolCommandInput,
  SchemaAttributeType,
  SetUserPoolMfaConfigCommandInput,
  UserStatusType,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Key, StoreRead, StoreWrite } from "../../core/store.ts";

/** Records of user pools and their keys; the only file that knows them. Pool IDs, client IDs and domains are unique in a cloud. */

/** What CreateUserPool and UpdateUserPool take and later calls answer again; not what can't change after creation. */
export type PoolSettings = Pick<
  CreateUserPoolCommandInput,
  | "Policies"
  | "DeletionProtection"
  | "LambdaConfig"
  | "AutoVerifiedAttributes"
  | "SmsVerificationMessage"
  | "EmailVerificationMessage"
  | "EmailVerificationSubject"
  | "VerificationMessageTemplate"
  | "SmsAuthenticationMessage"
  | "MfaConfiguration"
  | "UserAttributeUpdateSettings"
  | "DeviceConfiguration"
  | "EmailConfiguration"
  | "SmsConfiguration"
  | "AdminCreateUserConfig"
  | "UserPoolAddOns"
  | "AccountRecoverySetting"
  | "UserPoolTier"
>;

export type MfaFactors = Pick<
  SetUserPoolMfaConfigCommandInput,
  "SmsMfaConfiguration" | "SoftwareTokenMfaConfiguration" | "EmailMfaConfiguration" | "WebAuthnConfiguration"
>;

export interface PoolRecord {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly settings: PoolSettings;
  readonly factors: MfaFactors;
  readonly schema: readonly SchemaAttributeType[];
  readonly aliasAttributes?: readonly string[];
  readonly usernameAttributes?: readonly string[];
  readonly caseSensitive?: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly domain?: string;
  readonly customDomain?: string;
}

export type ClientSettings = Omit<
  CreateUserPoolClientCommandInput,
  "UserPoolId" | "ClientName" | "GenerateSecret" | "ClientSecret"
>;

export interface ClientRecord {
  readonly id: string;
  readonly poolId: string;
  readonly name: string;
  readonly secret?: string;
  /** Added by AddUserPoolClientSecret. */
  readonly moreSecrets?: readonly { readonly id: string; readonly secret: string; readonly createdMs: number }[];
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly settings: ClientSettings;
}

/** A code that was sent out and the purpose that it serves. */
export interface CodeRecord {
  readonly code: string;
  readonly expiresMs: number;
  /** The attribute that it proves (`email`, `phone_number`). */
  readonly attribute: string;
  readonly wrongTries: number;
}

export interface UserRecord {
  readonly username: string;
  readonly sub: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** New values that wait for their code (AttributesRequireVerificationBeforeUpdate). */
  readonly pendingAttributes?: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  readonly status: UserStatusType;
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** SRP-6a salt and verifier, hexadecimal; absent for a user without password. */
  readonly password?: { readonly salt: string; readonly verifier: string };
  /** When a temporary password stops to work. */
  readonly temporaryUntilMs?: number;
  readonly previousPasswords?: readonly { readonly salt: string; readonly verifier: string }[];
  readonly failedLogins?: number;
  readonly lockedUntilMs?: number;
  readonly totp?: { readonly secret: string; readonly verified: boolean; readonly lastStep?: number };
  readonly mfaEnabled?: readonly string[];
  readonly mfaPreferred?: string;
  readonly codes: { readonly [purpose: string]: CodeRecord };
  /** Tokens issued before (milliseconds) are void. */
  readonly signedOutMs?: number;
}

export interface GroupRecord {
  readonly name: string;
  readonly description?: string;
  readonly roleArn?: string;
  readonly precedence?: number;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

export interface RefreshRecord {
  readonly poolId: string;
  readonly clientId: string;
  readonly username: string;
  readonly originJti: string;
  readonly authTimeMs: number;
  readonly expiresMs: number;
  /** Of an OAuth grant; absent for sign-ins by the API. */
  readonly scopes?: readonly string[];
  readonly deviceKey?: string;
  readonly revoked?: boolean;
  /** Set once a rotation replaced it: still good until then. */
  readonly rotatedUntilMs?: number;
}

export const keys = {
  pool: (poolId: string): Key => ["pool", poolId],
  poolByName: (account: string, region: string, poolId: string): Key => ["pool-of", account, region, poolId],
  client: (clientId: string): Key => ["client", clientId],
  clientOf: (poolId: string, clientId: string): Key => ["client-of", poolId, clientId],
  domain: (domain: string): Key => ["domain", domain],
  user: (poolId: string, username: string): Key => ["user", poolId, username],
  userName: (poolId: string, kind: string, value: string): Key => ["user-name", poolId, kind, value],
  userCount: (poolId: string): Key => ["user-count", poolId],
  group: (poolId: string, group: string): Key => ["group", poolId, group],
  member: (poolId: string, group: string, username: string): Key => ["member", poolId, group, username],
  memberOf: (poolId: string, username: string, group: string): Key => ["member-of", poolId, username, group],
  server: (poolId: string, identifier: string): Key => ["server", poolId, identifier],
  provider: (poolId: string, name: string): Key => ["provider", poolId, name],
  session: (id: string): Key => ["session", id],
  refresh: (hash: string): Key => ["refresh", hash],
  signingKey: (poolId: string): Key => ["signing-key", poolId],
  /** A sign-in whose tokens may still live. */
  origin: (poolId: string, username: string, jti: string): Key => ["origin", poolId, username, jti],
  revokedOrigin: (poolId: string, jti: string): Key => ["revoked-origin", poolId, jti],
};

const OF_POOL = [
  "client-of",
  "user",
  "user-name",
  "user-count",
  "group",
  "member",
  "member-of",
  "server",
  "provider",
  "signing-key",
  "origin",
  "revoked-origin",
  "link",
  "device",
  "setting",
];

/** Everything that lives in a pool, and the pool. */
export function removePool(store: StoreWrite, pool: PoolRecord): void {
  for (const key of [...store.keys({ prefix: ["client-of", pool.id] })]) store.remove(keys.client(String(key[2])));
  for (const collection of OF_POOL) store.removeRange({ prefix: [collection, pool.id] });
  for (const domain of [pool.domain, pool.customDomain]) if (domain !== undefined) store.remove(keys.domain(domain));
  store.remove(keys.poolByName(pool.account, pool.region, pool.id));
  store.remove(keys.pool(pool.id));
}

/** Values under a prefix after a key, at most `limit`; `next` is the last key part to go on from. */
export function page<T>(
  store: StoreRead,
  prefix: Key,
  limit: number,
  after: string | undefined,
): { readonly values: T[]; readonly next?: string } {
  const values: T[] = [];
  let last: string | undefined;
  const start = after === undefined ? {} : { start: [...prefix, after] };
  for (const { key, value } of store.range<T>({ prefix, ...start })) {
    const name = String(key[prefix.length]);
    if (name === after) continue;
    if (values.length === limit) return last === undefined ? { values } : { values, next: last };
    values.push(value);
    last = name;
  }
  return { values };
}
