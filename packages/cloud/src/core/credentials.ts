/** Credentials that this cloud has issued: role sessions here, users' access keys in IAM's records (`identities.ts`). */
import { type Random, randomString } from "@dovetail/model";
import type { CloudStore } from "./lmdb-store.ts";
import type { Principal } from "./service.ts";

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiration: number;
}

/** A secret this cloud knows, and who has it. */
export interface KnownKey {
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: number;
  readonly principal: Principal;
}

interface SessionRecord {
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: number;
  readonly principal: Principal;
}

const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const TOKEN_CHARACTERS = 320;
/** Expired sessions swept whenever one is issued, so that the table cannot only grow. */
const SWEPT_PER_ISSUE = 20;
/** AWS answers ExpiredToken for a while rather than forgetting the key at once. */
const REMEMBERED_MS = 24 * 3_600_000;

/** `ASIA` + 16 characters of an identifier's alphabet; also for AKIA, AROA, AIDA, … */
export function identifier(random: Random, prefix: string): string {
  return prefix + randomString(random, 16, ID_ALPHABET);
}

export function secretKey(random: Random): string {
  return randomString(random, 40, SECRET_ALPHABET);
}

export interface Sessions {
  /** `principal` without its access key id, which is made here. */
  issue(principal: SessionPrincipal, durationSeconds: number): SessionCredentials;
  find(accessKeyId: string): KnownKey | undefined;
  forget(): void;
}

export type SessionPrincipal = Principal;

export function sessions(store: CloudStore, now: () => number, random: Random): Sessions {
  const records = store.of("~credentials");
  const cache = new Map<string, KnownKey>();
  const sweep = () => {
    const end = now() - REMEMBERED_MS;
    for (const key of [...records.keys({ prefix: ["expires"], end: ["expires", end], limit: SWEPT_PER_ISSUE })]) {
      const id = String(key[2]);
      records.remove(key);
      records.remove(["session", id]);
      cache.delete(id);
    }
  };
  return {
    issue(principal, durationSeconds) {
      const accessKeyId = identifier(random, "ASIA");
      const expiration = now() + durationSeconds * 1000;
      const record: SessionRecord = {
        secretAccessKey: secretKey(random),
        sessionToken: `IQoJb3JpZ2luX2Vj${randomString(random, TOKEN_CHARACTERS, SECRET_ALPHABET)}`,
        expiration,
        principal: { ...principal, accessKeyId } as Principal,
      };
      store.transact(() => {
        sweep();
        records.put(["session", accessKeyId], record);
        records.put(["expires", expiration, accessKeyId], true);
      });
      return { accessKeyId, secretAccessKey: record.secretAccessKey, sessionToken: record.sessionToken, expiration };
    },
    find(accessKeyId) {
      const known = cache.get(accessKeyId) ?? records.get<SessionRecord>(["session", accessKeyId]);
      if (known !== undefined && !store.inTransaction) cache.set(accessKeyId, known);
      return known;
    },
    forget: () => cache.clear(),
  };
}
