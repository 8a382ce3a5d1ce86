import type { ClientRecord, PoolRecord, RefreshRecord, UserRecord } from "./store.ts";

/** What tokens are to be issued for: whose, for which client, after which step. */
export interface Issue {
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly user: UserRecord;
  /** `TokenGeneration_Authentication`. */
  readonly source: string;
  readonly clientMetadata?: Readonly<Record<string, string>> | undefined;
  /** A refresh: keeps the first sign-in's time and origin. */
  readonly from?: RefreshRecord;
  /** Make a refresh token too. */
  readonly withRefresh: boolean;
  readonly eventId: string;
  /** What an OAuth client was granted; without it the API's own scope. */
  readonly scopes?: readonly string[];
  /** Of the authorization request, given back in the ID token. */
  readonly nonce?: string;
  readonly deviceKey?: string;
}
