/**
 * Writes `packages/cloud/src/services/<name>/model.gen.json`: wire names, bindings, limits and errors of every operation,
 * taken from the API models that botocore carries (Apache-2.0). Facts only: names, ranges, patterns; no documentation text.
 * The form of the output is described in `packages/cloud/src/gateway/model.ts`.
 *
 * Usage: node scripts/generate-cloud-models.ts   (needs a python3 that can `import botocore`)
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

type Json = { readonly [key: string]: unknown };
type Out = { [key: string]: unknown };

const SERVICES = [
  "dynamodb",
  "dynamodbstreams",
  "s3",
  "sqs",
  "sns",
  "lambda",
  "iam",
  "sts",
  "apigateway",
  "apigatewayv2",
  "apigatewaymanagementapi",
  "cognito-idp",
  "cognito-identity",
  "events",
  "scheduler",
  "cloudwatch",
  "logs",
  "ssm",
  "sesv2",
  "ses",
  "kms",
  "secretsmanager",
  "kinesis",
  "ec2",
  "budgets",
  "application-autoscaling",
];

/** S3 names the root elements of its answers otherwise than the model names the shapes (S3 API reference, response syntax). */
const S3_ROOTS: { readonly [operation: string]: string } = {
  ListBuckets: "ListAllMyBucketsResult",
  ListObjects: "ListBucketResult",
  ListObjectsV2: "ListBucketResult",
  ListObjectVersions: "ListVersionsResult",
  ListParts: "ListPartsResult",
  ListMultipartUploads: "ListMultipartUploadsResult",
  CreateMultipartUpload: "InitiateMultipartUploadResult",
  CompleteMultipartUpload: "CompleteMultipartUploadResult",
  DeleteObjects: "DeleteResult",
  GetBucketAcl: "AccessControlPolicy",
  GetObjectAcl: "AccessControlPolicy",
  GetBucketCors: "CORSConfiguration",
  GetBucketLifecycleConfiguration: "LifecycleConfiguration",
  GetBucketLocation: "LocationConstraint",
  GetBucketLogging: "BucketLoggingStatus",
  GetBucketNotificationConfiguration: "NotificationConfiguration",
  GetBucketRequestPayment: "RequestPaymentConfiguration",
  GetBucketTagging: "Tagging",
  GetObjectTagging: "Tagging",
  GetBucketVersioning: "VersioningConfiguration",
  GetBucketWebsite: "WebsiteConfiguration",
  GetBucketAccelerateConfiguration: "AccelerateConfiguration",
  GetObjectAttributes: "GetObjectAttributesResponse",
};

/**
 * Element names of SQS's query protocol, which AWS dropped from its model when the JSON protocol came
 * (SQS API reference 2012-11-05, query request and response examples).
 */
const SQS_QUERY_NAMES: { readonly [shape: string]: Out } = {
  QueueAttributeMap: { n: "Attribute", kn: "Name", vn: "Value" },
  MessageSystemAttributeMap: { n: "Attribute", kn: "Name", vn: "Value" },
  MessageBodyAttributeMap: { n: "MessageAttribute", kn: "Name", vn: "Value" },
  MessageBodySystemAttributeMap: { n: "MessageSystemAttribute", kn: "Name", vn: "Value" },
  TagMap: { n: "Tag", kn: "Key", vn: "Value" },
  TagKeyList: { n: "TagKey" },
  AttributeNameList: { n: "AttributeName" },
  MessageSystemAttributeList: { n: "AttributeName" },
  MessageAttributeNameList: { n: "MessageAttributeName" },
  AWSAccountIdList: { n: "AWSAccountId" },
  ActionNameList: { n: "ActionName" },
  QueueUrlList: { n: "QueueUrl" },
  MessageList: { n: "Message" },
  StringList: { n: "StringListValue" },
  BinaryList: { n: "BinaryListValue" },
  SendMessageBatchRequestEntryList: { n: "SendMessageBatchRequestEntry" },
  SendMessageBatchResultEntryList: { n: "SendMessageBatchResultEntry" },
  DeleteMessageBatchRequestEntryList: { n: "DeleteMessageBatchRequestEntry" },
  DeleteMessageBatchResultEntryList: { n: "DeleteMessageBatchResultEntry" },
  ChangeMessageVisibilityBatchRequestEntryList: { n: "ChangeMessageVisibilityBatchRequestEntry" },
  ChangeMessageVisibilityBatchResultEntryList: { n: "ChangeMessageVisibilityBatchResultEntry" },
  BatchResultErrorEntryList: { n: "BatchResultErrorEntry" },
  ListMessageMoveTasksResultEntryList: { n: "ListMessageMoveTasksResultEntry" },
};

/** Codes of SQS errors in the query protocol (x-amzn-query-error); the rest are `AWS.SimpleQueueService.<shape>` or the name itself. */
const SQS_QUERY_CODES: { readonly [shape: string]: string } = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
  QueueDeletedRecently: "AWS.SimpleQueueService.QueueDeletedRecently",
  PurgeQueueInProgress: "AWS.SimpleQueueService.PurgeQueueInProgress",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
  OverLimit: "OverLimit",
  ReceiptHandleIsInvalid: "ReceiptHandleIsInvalid",
  KmsAccessDenied: "KMS.AccessDeniedException",
  KmsDisabled: "KMS.DisabledException",
  KmsInvalidKeyUsage: "KMS.InvalidKeyUsageException",
  KmsInvalidState: "KMS.InvalidStateException",
  KmsNotFound: "KMS.NotFoundException",
  KmsOptInRequired: "KMS.OptInRequired",
  KmsThrottled: "KMS.ThrottlingException",
};

/** Bindings that the newest SDKs send beside botocore's: every member of the input goes into the body. */
const NEWER_BINDINGS: { readonly [service: string]: { readonly [operation: string]: readonly [method: string, uri: string] } } = {
  sesv2: {
    ListConfigurationSets: ["POST", "/v2/email/list-configuration-sets"],
    ListEmailIdentities: ["POST", "/v2/email/list-identities"],
  },
};

function botocoreData(): string {
  const file = execFileSync("python3", ["-c", "import botocore; print(botocore.__file__)"], { encoding: "utf8" }).trim();
  return join(file, "..", "data");
}

function readModel(data: string, service: string): Json {
  const version = readdirSync(join(data, service)).sort().at(-1) ?? "";
  const plain = join(data, service, version, "service-2.json");
  const text = existsSync(plain) ? readFileSync(plain) : gunzipSync(readFileSync(`${plain}.gz`));
  return JSON.parse(text.toString("utf8"));
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function put(out: Out, name: string, value: unknown): void {
  if (value !== undefined && value !== false) out[name] = value;
}

function reference(ref: Json): Out | string {
  const out: Out = { s: ref.shape };
  put(out, "n", ref.locationName);
  put(out, "q", ref.queryName);
  put(out, "l", ref.location);
  put(out, "flat", ref.flattened);
  put(out, "tf", ref.timestampFormat);
  put(out, "attr", ref.xmlAttribute);
  put(out, "stream", ref.streaming);
  put(out, "event", ref.eventpayload);
  put(out, "token", ref.idempotencyToken);
  put(out, "ns", object(ref.xmlNamespace).uri);
  return Object.keys(out).length === 1 ? String(ref.shape) : out;
}

function shapeOf(service: string, name: string, shape: Json): Out {
  const out: Out = { t: shape.type };
  const member = object(shape.member);
  if (shape.type === "structure") {
    const members: Out = {};
    for (const [key, value] of Object.entries(object(shape.members))) members[key] = reference(object(value));
    out.m = members;
    if (Array.isArray(shape.required) && shape.required.length > 0) out.req = shape.required;
  }
  if (shape.type === "list") {
    out.of = member.shape;
    put(out, "n", member.locationName);
  }
  if (shape.type === "map") {
    out.key = object(shape.key).shape;
    out.of = object(shape.value).shape;
    put(out, "kn", object(shape.key).locationName);
    put(out, "vn", object(shape.value).locationName);
    put(out, "n", shape.locationName);
  }
  put(out, "flat", shape.flattened);
  put(out, "min", shape.min);
  put(out, "max", shape.max);
  put(out, "re", shape.pattern);
  put(out, "enum", shape.enum);
  put(out, "tf", shape.timestampFormat);
  put(out, "payload", shape.payload);
  put(out, "stream", shape.streaming);
  put(out, "events", shape.eventstream);
  put(out, "event", shape.event);
  put(out, "union", shape.union);
  put(out, "doc", shape.document);
  put(out, "ns", object(shape.xmlNamespace).uri);
  if (shape.exception === true) {
    const error = object(shape.error);
    out.error = {
      status: error.httpStatusCode ?? (shape.fault === true ? 500 : 400),
      ...(typeof error.code === "string" && error.code !== name ? { code: error.code } : {}),
      ...(error.senderFault === false || shape.fault === true ? { fault: true } : {}),
    };
    if (service === "sqs" && SQS_QUERY_CODES[name] !== undefined)
      Object.assign(out.error as Out, { query: SQS_QUERY_CODES[name] });
    // CloudWatch's JSON and CBOR forms name the shape; only the query form uses the code.
    if (service === "cloudwatch" && typeof error.code === "string") Object.assign(out.error as Out, { query: error.code });
  }
  if (service === "sqs") Object.assign(out, SQS_QUERY_NAMES[name] ?? {});
  return out;
}

function bodyShape(shape: string): string {
  return `${shape}InBody`;
}

/** The inputs of `NEWER_BINDINGS`, without their places outside the body. */
function bodyShapes(service: string, shapes: Out, operations: Out): void {
  for (const name of Object.keys(NEWER_BINDINGS[service] ?? {})) {
    const input = String(object(operations[name]).in);
    const shape = object(shapes[input]);
    const members = Object.entries(object(shape.m)).map(([key, member]) => [
      key,
      typeof member === "string" ? member : object(member).s,
    ]);
    shapes[bodyShape(input)] = { ...shape, m: Object.fromEntries(members) };
  }
}

function operationOf(service: string, name: string, operation: Json): Out {
  const http = object(operation.http);
  const input = object(operation.input);
  const output = object(operation.output);
  const out: Out = { http: [http.method, http.requestUri, ...(http.responseCode === undefined ? [] : [http.responseCode])] };
  put(out, "in", input.shape);
  put(out, "out", output.shape);
  put(out, "wrap", output.resultWrapper ?? (service === "sqs" || service === "cloudwatch" ? `${name}Result` : undefined));
  put(out, "root", service === "s3" ? S3_ROOTS[name] : undefined);
  const errors = Array.isArray(operation.errors) ? operation.errors.map((each) => object(each).shape) : [];
  if (errors.length > 0) out.errors = errors;
  if (operation.authtype === "none" || (Array.isArray(operation.auth) && operation.auth.includes("smithy.api#noAuth")))
    out.noAuth = true;
  if (operation.deprecated === true) out.deprecated = true;
  put(out, "host", object(operation.endpoint).hostPrefix);
  if (typeof object(operation.httpChecksum).requestAlgorithmMember === "string") out.checksum = true;
  const newer = NEWER_BINDINGS[service]?.[name];
  if (newer !== undefined) out.also = { http: newer, in: bodyShape(String(input.shape)) };
  return out;
}

function convert(service: string, model: Json): Out {
  const meta = object(model.metadata);
  const operations: Out = {};
  for (const [name, each] of Object.entries(object(model.operations)))
    operations[name] = operationOf(service, name, object(each));
  const shapes: Out = {};
  for (const [name, each] of Object.entries(object(model.shapes))) shapes[name] = shapeOf(service, name, object(each));
  bodyShapes(service, shapes, operations);
  const protocols = Array.isArray(meta.protocols) ? [...meta.protocols] : [meta.protocol];
  if (service === "sqs") protocols.push("query");
  return {
    "//": "Generated by scripts/generate-cloud-models.ts from botocore's API models (Apache-2.0). Do not edit.",
    service,
    serviceId: meta.serviceId,
    apiVersion: meta.apiVersion,
    protocols,
    jsonVersion: meta.jsonVersion ?? "1.1",
    targetPrefix: meta.targetPrefix,
    signingName: meta.signingName ?? meta.endpointPrefix,
    queryCompatible: meta.awsQueryCompatible !== undefined,
    xmlNamespace:
      meta.xmlNamespace ??
      (service === "s3"
        ? "http://s3.amazonaws.com/doc/2006-03-01/"
        : service === "sqs"
          ? "http://queue.amazonaws.com/doc/2012-11-05/"
          : undefined),
    operations,
    shapes,
  };
}

const root = join(import.meta.dirname, "..", "packages", "cloud", "src", "services");
const data = botocoreData();
for (const service of SERVICES) {
  const out = convert(service, readModel(data, service));
  mkdirSync(join(root, service), { recursive: true });
  writeFileSync(join(root, service, "model.gen.json"), `${JSON.stringify(out)}\n`);
}
