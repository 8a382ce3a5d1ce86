/** Which service, protocol and operation a request means. AWS gives each service a host of its own; here all share one. */
import type { IncomingHttpHeaders } from "node:http";
import { SERVICES, type ServiceRow } from "../core/services.ts";

export interface Credential {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

const byTarget = new Map(SERVICES.flatMap((row) => (row.targetPrefix === undefined ? [] : [[row.targetPrefix, row] as const])));
const byVersion = new Map(SERVICES.flatMap((row) => (row.queryVersion === undefined ? [] : [[row.queryVersion, row] as const])));
const bySigning = new Map<string, ServiceRow[]>();
for (const row of SERVICES) for (const name of row.signingNames) bySigning.set(name, [...(bySigning.get(name) ?? []), row]);
const s3 = SERVICES.find((row) => row.fallback === true);
const httpRows = SERVICES.filter((row) => row.http !== undefined);

export function rowByTarget(prefix: string): ServiceRow | undefined {
  return byTarget.get(prefix);
}

export function rowByVersion(version: string): ServiceRow | undefined {
  return byVersion.get(version);
}

/** `AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/sqs/aws4_request, …` or the value of X-Amz-Credential. */
export function parseCredential(text: string): Credential | undefined {
  const found = /(?:^|Credential=)([^\s/,=]+)\/(\d{8})\/([^/,\s]*)\/([^/,\s]+)\/aws4_request/.exec(text);
  if (found === null) return undefined;
  return { accessKeyId: found[1] ?? "", date: found[2] ?? "", region: found[3] ?? "", service: found[4] ?? "" };
}

/** The services that may serve it by an `http` of their own. Rarely more than one, mostly none. */
export function httpCandidates(host: string, path: string, headers: IncomingHttpHeaders, method: string): ServiceRow[] {
  return httpRows.filter((row) => row.http?.(host, path, headers, method) === true);
}

/** Suffixes that stand for this machine: users have them in scripts and in SDK endpoints. */
const SUFFIXES = [".localhost.localstack.cloud", ".localhost", ".127.0.0.1.nip.io", ".amazonaws.com"];

/** What stands before the suffix: `bucket.s3`, `sqs.us-east-1`; undefined for a bare local name. */
export function hostLabels(host: string): string | undefined {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  for (const suffix of SUFFIXES) if (name.endsWith(suffix)) return name.slice(0, -suffix.length);
  return undefined;
}

/** `photos.s3`, `photos.s3.eu-west-1`, `my.bucket.s3` -> the bucket. */
export function virtualBucket(host: string): string | undefined {
  const labels = hostLabels(host);
  if (labels === undefined) return undefined;
  return /^(.+)\.s3(?:[.-][a-z0-9-]+)*$/.exec(labels)?.[1];
}

export function rowByHost(host: string): ServiceRow | undefined {
  const labels = hostLabels(host);
  if (labels === undefined) return undefined;
  const parts = labels.split(".");
  return SERVICES.find((row) =>
    row.hosts.some((each) => labels === each || labels.startsWith(`${each}.`) || parts.includes(each)),
  );
}

/** Services that share a signing name are told apart by path, target or host. */
export function rowBySigning(name: string, path: string): ServiceRow | undefined {
  const rows = bySigning.get(name);
  if (rows === undefined || rows.length === 1) return rows?.[0];
  return rows.find((row) => row.paths?.test(path) === true) ?? rows.find((row) => row.paths === undefined) ?? rows[0];
}

export function rowByPath(path: string): ServiceRow | undefined {
  return SERVICES.find((row) => row.paths?.test(path) === true);
}

export function fallbackRow(): ServiceRow | undefined {
  return s3;
}
