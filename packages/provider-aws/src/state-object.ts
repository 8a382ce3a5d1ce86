/** Objects of S3 that hold states: what `terraform_remote_state` reads from the backend s3. */
import { createHash } from "node:crypto";
import { DiagnosticError, hasErrors, isObject, type MutableValueObject, type ValueObject } from "@dovetail/model";
import { createSession, type SessionOptions } from "./config/session.ts";
import { awsDiagnostics } from "./lifecycle/aws-diagnostic.ts";
import { unlessMissing } from "./services/api-error.ts";
import { textAt } from "./services/attribute-map.ts";

/** How the backend's arguments are called in the provider block, where they are not called the same. */
const RENAMED: { readonly [argument: string]: string } = {
  force_path_style: "s3_use_path_style",
  use_path_style: "s3_use_path_style",
};

/**
 * Reads an object with the access that a backend's arguments describe; undefined where there is no such object or bucket.
 * @param access arguments of Terraform's backend s3: those of the provider block, `shared_credentials_file`, `endpoint`, `sts_endpoint`
 *   and `iam_endpoint` of older versions, and `sse_customer_key`
 * Throws DiagnosticError with what AWS says.
 */
export async function readStateObject(
  access: ValueObject,
  { bucket: Bucket, key: Key }: { readonly bucket: string; readonly key: string },
  options: Omit<SessionOptions, "edition">,
): Promise<Uint8Array | undefined> {
  const session = createSession(providerBlock(access), { ...options, edition: "6.66.0" });
  try {
    const diagnostics = await session.diagnostics();
    if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
    const { s3 } = session.context(session.region).clients;
    const answer = await unlessMissing(["NoSuchKey", "NoSuchBucket"], () =>
      s3.getObject({ Bucket, Key, ...customerKey(textAt(access, "sse_customer_key") ?? options.env.AWS_SSE_CUSTOMER_KEY) }),
    );
    return await answer?.Body?.transformToByteArray();
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    throw new DiagnosticError(awsDiagnostics(error, `reading the state s3://${Bucket}/${Key}`), { cause: error });
  } finally {
    session.close();
  }
}

function providerBlock(access: ValueObject): ValueObject {
  const block: MutableValueObject = {};
  for (const [name, value] of Object.entries(access)) block[RENAMED[name] ?? name] = value;
  const file = textAt(access, "shared_credentials_file");
  if (file !== undefined) block.shared_credentials_files ??= [file];
  const older = { s3: textAt(access, "endpoint"), sts: textAt(access, "sts_endpoint"), iam: textAt(access, "iam_endpoint") };
  const given = isObject(access.endpoints ?? null) ? (access.endpoints as ValueObject) : {};
  const endpoints: MutableValueObject = {};
  for (const [service, url] of Object.entries({ ...older, ...given })) if (typeof url === "string") endpoints[service] = url;
  block.endpoints = [endpoints];
  return block;
}

function customerKey(base64: string | undefined): object {
  if (base64 === undefined || base64 === "") return {};
  const SSECustomerKeyMD5 = createHash("md5").update(Buffer.from(base64, "base64")).digest("base64");
  return { SSECustomerAlgorithm: "AES256", SSECustomerKey: base64, SSECustomerKeyMD5 };
}
