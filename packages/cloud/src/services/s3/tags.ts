import { invalidArgument, malformedXml, s3Error } from "./errors.ts";

export interface TagSet {
  readonly TagSet?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
}

const OBJECT_TAGS_MAX = 10;
const BUCKET_TAGS_MAX = 50;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function invalidTag(message: string) {
  return s3Error("InvalidTag", 400, message);
}

/** Tags as a record. Throws InvalidTag, MalformedXML or BadRequest. */
export function readTags(tagging: TagSet | undefined, of: "object" | "bucket"): Record<string, string> {
  const rows = tagging?.TagSet ?? [];
  const most = of === "object" ? OBJECT_TAGS_MAX : BUCKET_TAGS_MAX;
  if (rows.length > most) throw s3Error("BadRequest", 400, `Object tags cannot be greater than ${most}`);
  const tags = new Map<string, string>();
  for (const { Key: key, Value: value } of rows) {
    if (key === undefined || value === undefined) throw malformedXml();
    if (key === "" || key.length > 128 || !CHARACTERS.test(key)) throw invalidTag("The TagKey you have provided is invalid");
    if (value.length > 256 || !CHARACTERS.test(value)) throw invalidTag("The TagValue you have provided is invalid");
    if (key.startsWith("aws:")) throw invalidTag("System tags cannot be added/updated by requester");
    if (tags.has(key)) throw invalidTag("Cannot provide multiple Tags with the same key");
    tags.set(key, value);
  }
  return Object.fromEntries(tags);
}

/** The `x-amz-tagging` header: tags as a query string. */
export function readTagHeader(header: string | undefined): Record<string, string> {
  if (header === undefined || header === "") return {};
  const rows = [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }));
  if (rows.length === 0)
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      "x-amz-tagging",
      header,
    );
  return readTags({ TagSet: rows }, "object");
}

export function tagSet(tags: { readonly [key: string]: string }): { TagSet: { Key: string; Value: string }[] } {
  return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}
