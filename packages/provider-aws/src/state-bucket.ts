/** S3 and DynamoDB as Terraform's backend `s3` uses them: a bucket's objects, and items of a table by `LockID`. */
import { createHash } from "node:crypto";
import { DiagnosticError, hasErrors, isObject, type MutableValueObject, type Value, type ValueObject } from "@dovetail/model";
import { createSession, type SessionOptions } from "./config/session.ts";
import { awsDiagnostics } from "./lifecycle/aws-diagnostic.ts";
import type { AwsClients } from "./resource.ts";
import { hasCode, unlessMissing } from "./services/api-error.ts";
import { textAt } from "./services/attribute-map.ts";

export interface StateBucket {
  /** undefined: no such object. Throws AWS's error, `NoSuchBucket` too. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** false: `onlyNew` was asked for, and there is one. */
  put(key: string, bytes: Uint8Array, options?: { readonly onlyNew?: boolean }): Promise<boolean>;
  remove(key: string): Promise<void>;
  /** Every key that begins so. */
  keys(prefix: string): Promise<readonly string[]>;
  /** Texts of the item with this `LockID`; undefined: none. */
  item(table: string, id: string): Promise<{ readonly [name: string]: string } | undefined>;
  /** false: `onlyNew` was asked for, and there is one. */
  putItem(table: string, item: { readonly [name: string]: string }, options?: { readonly onlyNew?: boolean }): Promise<boolean>;
  removeItem(table: string, id: string): Promise<void>;
  /** Says what is wrong with how AWS is to be reached. Throws DiagnosticError. */
  check(): Promise<void>;
  close(): void;
}

export type BucketOptions = Omit<SessionOptions, "edition">;

/** How the backend's arguments are called in the provider block, where they are not called the same. */
const RENAMED: { readonly [argument: string]: string } = {
  force_path_style: "s3_use_path_style",
  use_path_style: "s3_use_path_style",
};

/** As the backend has it where nothing is said (`max_retries`). */
const RETRIES = 5;

/** What S3 answers a conditional write that comes too late, or at the same moment as another. */
const TAKEN = ["PreconditionFailed", "ConditionalRequestConflict"];

/**
 * @param access arguments of Terraform's backend s3: those of the provider block, `shared_credentials_file`, and the endpoints of older
 *   versions; `encrypt`, `kms_key_id`, `acl` and `sse_customer_key` say how objects are written
 */
export function openStateBucket(access: ValueObject, bucket: string, options: BucketOptions): StateBucket {
  const session = createSession(providerBlock(access, options.env), { ...options, edition: "6.66.0" });
  const clients = (): AwsClients => session.context(session.region).clients;
  const key = customerKey(textAt(access, "sse_customer_key") ?? options.env.AWS_SSE_CUSTOMER_KEY);
  return {
    ...objectsOf(clients, bucket, { writing: { ...encryptionOf(access, key), ...aclOf(access) }, key }),
    ...itemsOf(clients),
    async check() {
      const diagnostics = await session.diagnostics();
      if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
    },
    close: () => session.close(),
  };
}

function objectsOf(
  clients: () => AwsClients,
  Bucket: string,
  { writing, key }: { readonly writing: object; readonly key: object },
): Pick<StateBucket, "get" | "put" | "remove" | "keys"> {
  return {
    async get(Key) {
      const answer = await unlessMissing(["NoSuchKey"], () => clients().s3.getObject({ Bucket, Key, ...key }));
      return await answer?.Body?.transformToByteArray();
    },
    async put(Key, Body, { onlyNew = false } = {}) {
      const condition = onlyNew ? { IfNoneMatch: "*" } : {};
      try {
        await clients().s3.putObject({ Bucket, Key, Body, ContentType: "application/json", ...writing, ...condition });
        return true;
      } catch (error) {
        if (onlyNew && hasCode(error, ...TAKEN)) return false;
        throw error;
      }
    },
    async remove(Key) {
      await clients().s3.deleteObject({ Bucket, Key });
    },
    async keys(Prefix) {
      const keys: string[] = [];
      for (let ContinuationToken: string | undefined; ; ) {
        const page = await clients().s3.listObjectsV2({ Bucket, Prefix, ...(ContinuationToken && { ContinuationToken }) });
        keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
        ContinuationToken = page.NextContinuationToken;
        if (page.IsTruncated !== true || ContinuationToken === undefined) return keys;
      }
    },
  };
}

function itemsOf(clients: () => AwsClients): Pick<StateBucket, "item" | "putItem" | "removeItem"> {
  return {
    async item(TableName, id) {
      const { Item } = await clients().dynamodb.getItem({ TableName, Key: { LockID: { S: id } }, ConsistentRead: true });
      if (Item === undefined) return undefined;
      return Object.fromEntries(
        Object.entries(Item).flatMap(([name, value]) => (value.S === undefined ? [] : [[name, value.S]])),
      );
    },
    async putItem(TableName, item, { onlyNew = false } = {}) {
      const Item = Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }]));
      const condition = onlyNew ? { ConditionExpression: "attribute_not_exists(LockID)" } : {};
      try {
        await clients().dynamodb.putItem({ TableName, Item, ...condition });
        return true;
      } catch (error) {
        if (onlyNew && hasCode(error, "ConditionalCheckFailedException")) return false;
        throw error;
      }
    },
    async removeItem(TableName, id) {
      await clients().dynamodb.deleteItem({ TableName, Key: { LockID: { S: id } } });
    },
  };
}

/**
 * Reads an object with the access that a backend's arguments describe; undefined where there is no such object or bucket: what
 * `terraform_remote_state` reads. Throws DiagnosticError with what AWS says.
 */
export async function readStateObject(
  access: ValueObject,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  options: BucketOptions,
): Promise<Uint8Array | undefined> {
  const opened = openStateBucket(access, bucket, options);
  try {
    await opened.check();
    return await unlessMissing(["NoSuchBucket"], () => opened.get(key));
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    throw new DiagnosticError(awsDiagnostics(error, `reading the state s3://${bucket}/${key}`), { cause: error });
  } finally {
    opened.close();
  }
}

export function providerBlock(access: ValueObject, env: BucketOptions["env"]): ValueObject {
  const block: MutableValueObject = { max_retries: RETRIES };
  for (const [name, value] of Object.entries(access)) if (value !== null) block[RENAMED[name] ?? name] = value;
  if (access.skip_metadata_api_check === true) block.skip_metadata_api_check = "true";
  const file = textAt(access, "shared_credentials_file");
  if (file !== undefined) block.shared_credentials_files ??= [file];
  block.endpoints = [endpointsOf(access, env)];
  return block;
}

/** The block first, then what older versions had, then their environment; AWS_ENDPOINT_URL… is the clients' own business. */
function endpointsOf(access: ValueObject, env: BucketOptions["env"]): ValueObject {
  const older = {
    s3: textAt(access, "endpoint") ?? env.AWS_S3_ENDPOINT,
    dynamodb: textAt(access, "dynamodb_endpoint") ?? env.AWS_DYNAMODB_ENDPOINT,
    sts: textAt(access, "sts_endpoint") ?? env.AWS_STS_ENDPOINT,
    iam: textAt(access, "iam_endpoint") ?? env.AWS_IAM_ENDPOINT,
  };
  const named: Value = access.endpoints ?? null;
  const endpoints: MutableValueObject = {};
  for (const [service, url] of [...Object.entries(older), ...Object.entries(isObject(named) ? named : {})])
    if (typeof url === "string" && url !== "") endpoints[service] = url;
  return endpoints;
}

function encryptionOf(access: ValueObject, key: object): object {
  if (access.encrypt !== true) return {};
  const SSEKMSKeyId = textAt(access, "kms_key_id");
  if (SSEKMSKeyId !== undefined && SSEKMSKeyId !== "") return { ServerSideEncryption: "aws:kms", SSEKMSKeyId };
  return Object.keys(key).length > 0 ? key : { ServerSideEncryption: "AES256" };
}

function aclOf(access: ValueObject): object {
  const ACL = textAt(access, "acl");
  return ACL === undefined || ACL === "" ? {} : { ACL };
}

function customerKey(base64: string | undefined): object {
  if (base64 === undefined || base64 === "") return {};
  const SSECustomerKeyMD5 = createHash("md5").update(Buffer.from(base64, "base64")).digest("base64");
  return { SSECustomerAlgorithm: "AES256", SSECustomerKey: base64, SSECustomerKeyMD5 };
}
