import { createHash } from "node:crypto";
import { type Clock, type Diagnostic, DiagnosticError, errorDiagnostic, type Random, randomUuid } from "@dovetail/model";
import { sleep } from "../lock/lease.ts";
import { emptyState } from "../state/state.ts";
import { formatState } from "../state/state-file.ts";
import { type Backend, DEFAULT_WORKSPACE, type StateStorage } from "./backend.ts";
import { backendFailed } from "./lock-text.ts";
import type { S3Access, S3Arguments } from "./s3-access.ts";
import { type S3Lock, s3Lock } from "./s3-lock.ts";

/**
 * Terraform's backend `s3`: a state is an object, the states of other workspaces lie under a prefix; with a table its MD5 lies beside the
 * lock's item, so that an older object is not taken for the state. Behaviour and texts: terraform 1.11.4; OpenTofu,
 * `internal/backend/remote-state/s3` (MPL, read 2026-11).
 */

export interface S3BackendOptions {
  readonly arguments: S3Arguments;
  readonly access: S3Access;
  readonly clock: Clock;
  readonly random: Random;
  /** What to do where the bucket is not there. */
  readonly bucketFix: string;
}

const PREFIX = "env:";
/** How long an object is waited for whose MD5 is not the one that the table has. */
const CONSISTENT_MS = 10_000;
const CONSISTENT_POLL_MS = 2_000;

export function createS3Backend(options: S3BackendOptions): Backend {
  const { access } = options;
  const { bucket, key, workspaceKeyPrefix = PREFIX } = options.arguments;
  const prefix = workspaceKeyPrefix === "" ? "" : `${workspaceKeyPrefix}/`;
  const keyOf = (workspace: string) => (workspace === DEFAULT_WORKSPACE ? key : `${prefix}${workspace}/${key}`);
  const failing = failures(options);
  return {
    type: "s3",
    async workspaces() {
      const keys = await failing("Failed to get existing workspaces", () => access.keys(prefix));
      const names = keys.filter((each) => each.endsWith(`/${key}`)).map((each) => each.slice(prefix.length, -key.length - 1));
      return [DEFAULT_WORKSPACE, ...names.filter((name) => name !== "" && !name.includes("/")).sort()];
    },
    storage: (workspace) => new S3Storage(options, keyOf(workspace)),
    async addWorkspace(workspace) {
      const first = { ...emptyState(), serial: 1, lineage: randomUuid(options.random) };
      await new S3Storage(options, keyOf(workspace)).write(Buffer.from(formatState(first)));
    },
    async removeWorkspace(workspace) {
      const { dynamodbTable } = options.arguments;
      await failing("Failed to delete the workspace", async () => {
        await access.remove(keyOf(workspace));
        if (dynamodbTable !== undefined) await access.removeItem(dynamodbTable, `${bucket}/${keyOf(workspace)}-md5`);
      });
    },
    close: () => access.close(),
  };
}

type Failing = <T>(summary: string, work: () => Promise<T>) => Promise<T>;

/** What AWS says as a diagnostic; a bucket that is not there in Terraform's words. */
function failures({
  arguments: { bucket, dynamodbTable },
  bucketFix,
}: Pick<S3BackendOptions, "arguments" | "bucketFix">): Failing {
  return async (summary, work) => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DiagnosticError || !(error instanceof Error)) throw error;
      if (error.name === "NoSuchBucket")
        throw backendFailed(summary, `${NO_BUCKET(bucket)}\n\nError: ${spoken(error)}`, bucketFix, error);
      const table = error.name === "ResourceNotFoundException" ? `The lock table "${dynamodbTable}" does not exist. ` : "";
      throw backendFailed(summary, `${table}${spoken(error)}`, undefined, error);
    }
  };
}

const NO_BUCKET = (bucket: string) =>
  `S3 bucket "${bucket}" does not exist.\n\nThe referenced S3 bucket must have been previously created. If the S3 bucket\nwas created within the last minute, please wait for a minute or two and try\nagain.`;

/** `operation error S3: GetObject, StatusCode: 404, NoSuchBucket: The specified bucket does not exist`. */
export function spoken(error: Error): string {
  const { $service, $operation, $metadata, name, message } = error as Error & {
    readonly $service?: string;
    readonly $operation?: string;
    readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  };
  if ($service === undefined) return message;
  const status = $metadata?.httpStatusCode;
  const request = $metadata?.requestId === undefined ? "" : `, RequestID: ${$metadata.requestId}`;
  const answer = status === undefined ? "" : `, https response error StatusCode: ${status}${request}`;
  return `operation error ${$service}: ${$operation ?? ""}${answer}, ${name}: ${message}`;
}

class S3Storage implements StateStorage {
  readonly place: string;
  readonly lock?: S3Lock;
  readonly #options: S3BackendOptions;
  readonly #key: string;
  readonly #failing: Failing;

  constructor(options: S3BackendOptions, key: string) {
    const { bucket, dynamodbTable, useLockfile } = options.arguments;
    this.#options = options;
    this.#key = key;
    this.#failing = failures(options);
    this.place = `s3://${bucket}/${key}`;
    if (dynamodbTable !== undefined || useLockfile === true)
      this.lock = s3Lock(
        { access: options.access, bucket, key, table: dynamodbTable, hasFile: useLockfile === true },
        this.#failing,
      );
  }

  async read(): Promise<Uint8Array | undefined> {
    const { clock, access } = this.#options;
    const deadline = clock.now() + CONSISTENT_MS;
    for (;;) {
      const bytes = await this.#failing("Error loading state", () => access.get(this.#key));
      const actual = bytes === undefined ? "" : md5(bytes);
      const expected = await this.#digest();
      if (expected === undefined || expected === actual) return bytes === undefined || bytes.length === 0 ? undefined : bytes;
      if (clock.now() >= deadline) throw badChecksum(this.place, actual, expected);
      await sleep(clock, CONSISTENT_POLL_MS);
    }
  }

  /** An empty text means that the object is not there. A table that does not answer keeps nobody from reading, as in Terraform. */
  async #digest(): Promise<string | undefined> {
    const {
      access,
      arguments: { dynamodbTable, bucket },
    } = this.#options;
    if (dynamodbTable === undefined) return undefined;
    const item = await access.item(dynamodbTable, `${bucket}/${this.#key}-md5`).catch(() => undefined);
    return item?.Digest;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const {
      access,
      arguments: { dynamodbTable, bucket },
    } = this.#options;
    await this.lock?.check();
    try {
      await access.put(this.#key, bytes);
      const item = { LockID: `${bucket}/${this.#key}-md5`, Digest: md5(bytes) };
      if (dynamodbTable !== undefined) await access.putItem(dynamodbTable, item);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new DiagnosticError(notStored(this.place, error), { cause: error });
    }
  }
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

function notStored(place: string, error: Error): Diagnostic {
  return errorDiagnostic("DVT5005", "Error saving state", { detail: `failed to upload state to ${place}: ${spoken(error)}` });
}

function badChecksum(place: string, actual: string, expected: string): DiagnosticError {
  return backendFailed(
    "Error loading state",
    `state data in S3 does not have the expected content.\n\nThe checksum calculated for the state stored in S3 does not match the checksum\nstored in DynamoDB.\n\nState: ${place}\nCalculated checksum: ${actual}\nStored checksum:     ${expected}\n\nThis may be caused by unusually long delays in S3 processing a previous state\nupdate.`,
    `Wait for a minute or two and try again. If it persists, verify the object by hand and set the table's Digest of it to: ${actual}`,
  );
}
