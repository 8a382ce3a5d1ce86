/** POST of a form to a bucket (API Reference, "POST Object"). */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { invalidArgument, malformedXml, noSuchBucket } from "./errors.ts";
import { type Form, readForm } from "./form.ts";
import { putObject } from "./operations/put-object.ts";
import { onNewObject } from "./permissions.ts";
import { checkPolicy, readPolicy, withinSizes } from "./post-policy.ts";
import { findBucket } from "./store.ts";

const METADATA = "x-amz-meta-";
/** What a form's key may hold for the name of the uploaded file. */
const FILE_NAME = ["$", "{filename}"].join("");

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Only the last part of what the browser calls the file (API Reference, "POST Object", key). */
function fileNameOf(form: Form): string {
  return form.fileName?.split(/[\\/]/).at(-1) ?? "";
}

/** Fields as the policy sees them: variables are put in before its conditions are asked. */
function expanded(form: Form): Readonly<Record<string, string>> {
  const name = fileNameOf(form);
  return Object.fromEntries(
    Object.entries(form.fields).map(([field, value]) => [
      field,
      field === "policy" || field.endsWith("signature") ? value : value.replaceAll(FILE_NAME, () => name),
    ]),
  );
}

const TAG = /<Tag>\s*<Key>([^<]*)<\/Key>\s*<Value>([^<]*)<\/Value>\s*<\/Tag>/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? "");
}

/** The form has tags as XML, the operation as a query. */
function tagging(xml: string | undefined): string | undefined {
  if (xml === undefined) return undefined;
  const rows = [...xml.matchAll(TAG)].map(([, key = "", value = ""]): [string, string] => [unescapeXml(key), unescapeXml(value)]);
  if (rows.length === 0 && !/<TagSet\s*\/>|<TagSet>\s*<\/TagSet>/.test(xml)) throw malformedXml();
  return new URLSearchParams(rows).toString();
}

const CHECKSUMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];

function lockUntil(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const until = new Date(text);
  if (Number.isNaN(until.getTime()))
    throw invalidArgument(
      "The retain until date must be provided in ISO 8601 format",
      "x-amz-object-lock-retain-until-date",
      text,
    );
  return until;
}

function input(
  bucket: string,
  fields: Readonly<Record<string, string>>,
  key: string,
  body: AsyncIterable<Uint8Array>,
): PutObjectCommandInput {
  const metadata = Object.entries(fields).filter(([name]) => name.startsWith(METADATA));
  const members = {
    ACL: fields.acl,
    CacheControl: fields["cache-control"],
    ContentType: fields["content-type"],
    ContentDisposition: fields["content-disposition"],
    ContentEncoding: fields["content-encoding"],
    StorageClass: fields["x-amz-storage-class"],
    ServerSideEncryption: fields["x-amz-server-side-encryption"],
    SSEKMSKeyId: fields["x-amz-server-side-encryption-aws-kms-key-id"],
    SSECustomerAlgorithm: fields["x-amz-server-side-encryption-customer-algorithm"],
    SSECustomerKey: fields["x-amz-server-side-encryption-customer-key"],
    SSECustomerKeyMD5: fields["x-amz-server-side-encryption-customer-key-md5"],
    WebsiteRedirectLocation: fields["x-amz-website-redirect-location"],
    Expires: fields.expires === undefined ? undefined : new Date(fields.expires),
    Tagging: tagging(fields.tagging),
    ObjectLockMode: fields["x-amz-object-lock-mode"],
    ObjectLockRetainUntilDate: lockUntil(fields["x-amz-object-lock-retain-until-date"]),
    ObjectLockLegalHoldStatus: fields["x-amz-object-lock-legal-hold"],
    ...Object.fromEntries(CHECKSUMS.map((name) => [`Checksum${name}`, fields[`x-amz-checksum-${name.toLowerCase()}`]])),
  };
  return {
    Bucket: bucket,
    Key: key,
    Body: body as unknown as PutObjectCommandInput["Body"],
    Metadata: Object.fromEntries(metadata.map(([name, value]) => [name.slice(METADATA.length), value])),
    ...Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)),
  };
}

interface Stored {
  readonly key: string;
  readonly etag: string;
}

async function store(ctx: Ctx, bucket: string, request: IncomingMessage): Promise<{ stored: Stored; form: Form }> {
  const form = await readForm(request.headers["content-type"] ?? "", request);
  const found = findBucket(ctx, bucket);
  if (found === undefined) throw noSuchBucket(bucket);
  const { file } = form;
  const fields = expanded(form);
  if (file === undefined) throw invalidArgument("POST requires exactly one file upload per request.", "file", "0");
  if (fields.key === undefined)
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      "key",
      "",
    );
  const { key } = fields;
  const principal = ctx.verifyForm(fields);
  const policy = fields.policy === undefined ? undefined : readPolicy(fields.policy);
  if (policy !== undefined) checkPolicy(policy, fields, bucket, ctx.now());
  const body = policy === undefined ? file : withinSizes(policy, file);
  const given = input(bucket, fields, key, body);
  const poster = ctx.with({ principal });
  for (const { action = "", resources = [], conditions = {}, resourcePolicy } of onNewObject(poster, { ...given }))
    for (const resource of resources)
      ctx.with({ account: found.account }).authorize(principal, {
        action,
        resource,
        conditions,
        ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
      });
  const { ETag: etag } = await putObject(poster, given, "ObjectCreated:Post");
  return { stored: { key, etag }, form };
}

function answer(ctx: Ctx, response: ServerResponse, bucket: string, { stored, form }: { stored: Stored; form: Form }): void {
  const { fields } = form;
  const location = `${ctx.endpoint}/${bucket}/${encodeURIComponent(stored.key)}`;
  const redirect = fields.success_action_redirect ?? fields.redirect;
  const headers = { ETag: stored.etag, Location: location };
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    url.searchParams.set("bucket", bucket);
    url.searchParams.set("key", stored.key);
    url.searchParams.set("etag", stored.etag);
    response.writeHead(303, { ...headers, Location: url.href }).end();
    return;
  }
  if (fields.success_action_status === "201") {
    const rows = { Location: location, Bucket: bucket, Key: stored.key, ETag: stored.etag };
    const body = Object.entries(rows)
      .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
      .join("");
    response.writeHead(201, { ...headers, "Content-Type": "application/xml" });
    response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${body}</PostResponse>`);
    return;
  }
  response.writeHead(fields.success_action_status === "200" ? 200 : 204, headers).end();
}

/** Answers the POST, errors included. `cors` are the headers of the bucket's rules. */
export async function postObject(
  ctx: Ctx,
  bucket: string,
  request: IncomingMessage,
  response: ServerResponse,
  cors: Record<string, string>,
): Promise<void> {
  for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
  try {
    answer(ctx, response, bucket, await store(ctx, bucket, request));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const fields = Object.entries(error.fields).filter(([name]) => !name.startsWith("$"));
    const rows = [
      ["Code", error.code],
      ["Message", error.message],
      ...fields,
      ["RequestId", ctx.requestId],
      ["HostId", ctx.requestId],
    ];
    response.writeHead(error.status, { "Content-Type": "application/xml", Connection: "close" });
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${rows.map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`).join("")}</Error>`,
    );
  }
}
