/** If-* headers (RFC 9110, section 13) and ranges (section 14), as S3 applies them. */
import { preconditionFailed, s3Error } from "./errors.ts";
import type { ObjectRecord } from "./object.ts";

export interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/** Does a list of entity tags name this one? Quotes and weakness do not matter to S3. */
export function matchesTag(header: string, etag: string): boolean {
  return header.split(",").some((each) => {
    const tag = each
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1");
    return tag === "*" || tag === etag;
  });
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** The condition that fails; If-Match outranks If-Unmodified-Since, If-None-Match outranks If-Modified-Since. */
export function failedCondition(object: ObjectRecord, given: ReadConditions): keyof ReadConditions | undefined {
  const modified = seconds(object.modifiedMs);
  if (given.IfMatch !== undefined) {
    if (!matchesTag(given.IfMatch, object.etag)) return "IfMatch";
  } else if (given.IfUnmodifiedSince !== undefined && modified > seconds(given.IfUnmodifiedSince.getTime()))
    return "IfUnmodifiedSince";
  if (given.IfNoneMatch !== undefined) return matchesTag(given.IfNoneMatch, object.etag) ? "IfNoneMatch" : undefined;
  if (given.IfModifiedSince !== undefined && modified <= seconds(given.IfModifiedSince.getTime())) return "IfModifiedSince";
  return undefined;
}

const NAMES: Readonly<Record<keyof ReadConditions, string>> = {
  IfMatch: "If-Match",
  IfNoneMatch: "If-None-Match",
  IfModifiedSince: "If-Modified-Since",
  IfUnmodifiedSince: "If-Unmodified-Since",
};

/** Throws PreconditionFailed (412), or NotModified (304) with the headers that go with it. */
export function checkReadConditions(object: ObjectRecord, given: ReadConditions): void {
  const failed = failedCondition(object, given);
  if (failed === undefined) return;
  if (failed === "IfMatch" || failed === "IfUnmodifiedSince") throw preconditionFailed(NAMES[failed]);
  throw s3Error("NotModified", 304, "", {
    $headers: { ETag: `"${object.etag}"`, "Last-Modified": new Date(object.modifiedMs).toUTCString() },
  });
}

export interface ByteRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** A `Range` header against an object's size. undefined: the header is no single byte range and does not count. Throws InvalidRange. */
export function readRange(header: string | undefined, bytes: number): ByteRange | undefined {
  const match = header === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (match === null || (match[1] === "" && match[2] === "")) return undefined;
  const refuse = () =>
    s3Error("InvalidRange", 416, "The requested range is not satisfiable", {
      RangeRequested: header,
      ActualObjectSize: String(bytes),
      $headers: { "Content-Range": `bytes */${bytes}` },
    });
  if (match[1] === "") {
    const last = Number(match[2]);
    if (last === 0 || bytes === 0) throw refuse();
    return { start: Math.max(0, bytes - last), end: bytes };
  }
  const start = Number(match[1]);
  const end = match[2] === "" ? Number.POSITIVE_INFINITY : Number(match[2]) + 1;
  if (end <= start) return undefined;
  if (start >= bytes) throw refuse();
  return { start, end: Math.min(end, bytes) };
}
