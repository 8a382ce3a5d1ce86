import { type Clock, CODES, DiagnosticError, errorDiagnostic, type Random } from "@dovetail/model";
import type { ClientPool } from "./clients/clients.ts";
import { sleep } from "./clients/retries.ts";
import { partitionOf } from "./partitions.ts";
import type { TagSettings } from "./plan/tags.ts";
import type { AwsContext, RetryRow, WaitRow } from "./resource.ts";
import type { Edition } from "./schema/load-schema.ts";

/** What contexts of all regions of one provider share. */
export interface ContextSettings {
  readonly pool: ClientPool;
  readonly edition: Edition;
  readonly tags: TagSettings;
  readonly clock: Clock;
  readonly random: Random;
  /** Looked up once; the local target may know it without asking. */
  readonly accountId: () => Promise<string>;
  /** The embedded cloud settles at once: waits begin with milliseconds there. */
  readonly isLocal: boolean;
  readonly localEndpoint?: string | undefined;
}

const FIRST_DELAY_MS = { local: 2, aws: 1_000 };
const LONGEST_DELAY_MS = 10_000;
const LONGEST_DELAY_LOCAL_MS = 250;
/** The embedded cloud is consistent: what it does not show within this time it does not have. */
const CONSISTENT_LOCAL_MS = 1_000;

/** The context of a region. */
export function createContext(settings: ContextSettings, region: string): AwsContext {
  const { clock } = settings;
  const longest = settings.isLocal ? LONGEST_DELAY_LOCAL_MS : LONGEST_DELAY_MS;
  const firstDelay = (wanted: number | undefined) => (settings.isLocal ? FIRST_DELAY_MS.local : (wanted ?? FIRST_DELAY_MS.aws));
  const limit = (consistency: boolean, timeoutMs: number) =>
    settings.isLocal && consistency ? Math.min(CONSISTENT_LOCAL_MS, timeoutMs) : timeoutMs;
  return {
    clients: settings.pool.forRegion(region),
    clientsOf: (other) => settings.pool.forRegion(other),
    region,
    partition: partitionOf(region).id,
    accountId: settings.accountId,
    edition: settings.edition,
    isLocal: settings.isLocal,
    localEndpoint: settings.localEndpoint,
    defaultTags: settings.tags.defaults,
    ignoreTags: { keys: settings.tags.ignoreKeys, prefixes: settings.tags.ignorePrefixes },
    async wait(row, probe) {
      const deadline = clock.now() + limit(row.isConsistency === true, row.timeoutMs);
      for (let delay = firstDelay(row.firstDelayMs); ; delay = Math.min(longest, delay * 2)) {
        const answer = await probe();
        if (answer !== undefined) return answer;
        if (clock.now() + delay > deadline) throw timedOut(row);
        await sleep(clock, delay);
      }
    },
    async retry(row, call) {
      const deadline = clock.now() + limit(true, row.timeoutMs);
      for (let delay = firstDelay(undefined); ; delay = Math.min(longest, delay * 2)) {
        try {
          return await call();
        } catch (error) {
          if (!matches(row, error) || clock.now() + delay > deadline) throw error;
          await sleep(clock, delay);
        }
      }
    },
  };
}

function matches(row: RetryRow, error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "Code" in error && typeof error.Code === "string" ? error.Code : error.name;
  if (!row.codes.includes(error.name) && !row.codes.includes(code)) return false;
  return row.message === undefined || row.message.test(error.message);
}

function timedOut(row: WaitRow): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT4005", CODES.DVT4005, {
      detail: `${row.what} did not come about within ${Math.round(row.timeoutMs / 1000)} s.`,
      fix: "Run the command again: it goes on from what exists. A longer time is set in the resource's timeouts block.",
    }),
  );
}

/** The context with the user's own limit for what is waited for (a `timeouts` block); waits for mere consistency keep theirs. */
export function withTimeout(aws: AwsContext, timeoutMs: number | undefined): AwsContext {
  if (timeoutMs === undefined) return aws;
  return { ...aws, wait: (row, probe) => aws.wait(row.isConsistency === true ? row : { ...row, timeoutMs }, probe) };
}
