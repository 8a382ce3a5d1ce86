/** Services that use KMS keys in their callers' place: who may, who may not, and what a key's state does to them. */
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import type { Principal } from "../../core/service.ts";

const ACCOUNT = "000000000000";
let cloud: Cloud;
let keyId: string;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1), listen: false });
});
beforeEach(async () => {
  await cloud.reset();
  const { KeyMetadata } = await cloud.call<{ KeyMetadata: { KeyId: string } }>("kms", "CreateKey", {});
  keyId = KeyMetadata.KeyId;
});
afterAll(() => cloud.stop());

/** A session of a new role that may do `actions` on everything. */
async function worker(actions: readonly string[], RoleName = "worker"): Promise<Principal> {
  const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
  const { Role } = await cloud.call<{ Role: { Arn: string; RoleId: string } }>("iam", "CreateRole", {
    RoleName,
    AssumeRolePolicyDocument: document({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }),
  });
  await cloud.call("iam", "PutRolePolicy", {
    RoleName,
    PolicyName: "own",
    PolicyDocument: document({ Effect: "Allow", Action: actions, Resource: "*" }),
  });
  return { kind: "role-session", accountId: ACCOUNT, accessKeyId: "A", roleArn: Role.Arn, roleId: Role.RoleId, sessionName: "s" };
}

const code = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: Error) => error.name,
  );

const allowing = (service: string, more: object = {}) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" },
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
        Resource: "*",
        ...more,
      },
    ],
  });

test("a SecureString lies encrypted; its ciphertext opens with KMS in the parameter's context only", async () => {
  await cloud.call("ssm", "PutParameter", { Name: "/app/db", Value: "hush", Type: "SecureString", KeyId: keyId });
  const get = async (WithDecryption: boolean) =>
    (await cloud.call<{ Parameter: { Value: string } }>("ssm", "GetParameter", { Name: "/app/db", WithDecryption })).Parameter
      .Value;
  expect(await get(true)).toBe("hush");
  const CiphertextBlob = Buffer.from(await get(false), "base64");
  const EncryptionContext = { PARAMETER_ARN: `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/app/db` };
  const { Plaintext } = await cloud.call<{ Plaintext: Uint8Array }>("kms", "Decrypt", { CiphertextBlob, EncryptionContext });
  expect(Buffer.from(Plaintext).toString()).toBe("hush");
  expect(await code(cloud.call("kms", "Decrypt", { CiphertextBlob }))).toBe("InvalidCiphertextException");
});

test("an advanced SecureString of 8 KB comes back whole", async () => {
  const Value = "x".repeat(8000);
  await cloud.call("ssm", "PutParameter", { Name: "big", Value, Type: "SecureString", Tier: "Advanced", KeyId: keyId });
  const found = await cloud.call("ssm", "GetParameter", { Name: "big", WithDecryption: true });
  expect(found).toMatchObject({ Parameter: { Value } });
});

test("reading a SecureString needs kms:Decrypt, and a key that is enabled", async () => {
  await cloud.call("ssm", "PutParameter", { Name: "a", Value: "hush", Type: "SecureString", KeyId: keyId });
  const get = (as: Principal, WithDecryption = true) =>
    code(cloud.call("ssm", "GetParameter", { Name: "a", WithDecryption }, { as }));
  const reader = await worker(["ssm:*"]);
  const opener = await worker(["ssm:*", "kms:Decrypt"], "opener");
  expect([await get(reader), await get(reader, false), await get(opener)]).toEqual(["AccessDeniedException", "done", "done"]);
  await cloud.call("kms", "DisableKey", { KeyId: keyId });
  expect(await get(opener)).toBe("InvalidKeyId");
});

test.each([
  ["nothing", "InvalidKeyId"],
  ["alias/none", "InvalidKeyId"],
])("a SecureString under key %s is refused with %s", async (KeyId, wanted) => {
  expect(await code(cloud.call("ssm", "PutParameter", { Name: "a", Value: "x", Type: "SecureString", KeyId }))).toBe(wanted);
});

async function queue(KmsMasterKeyId: string, QueueName = "q"): Promise<string> {
  const input = { QueueName, Attributes: { KmsMasterKeyId } };
  return (await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", input)).QueueUrl;
}

test("an encrypted queue asks its senders and receivers for the key", async () => {
  const QueueUrl = await queue(keyId);
  const send = (as?: Principal) => code(cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody: "a" }, as && { as }));
  const sender = await worker(["sqs:*", "kms:GenerateDataKey"], "sender");
  const full = await worker(["sqs:*", "kms:GenerateDataKey", "kms:Decrypt"], "full");
  expect([await send(await worker(["sqs:*"])), await send(sender), await send(full)]).toEqual([
    "KmsAccessDenied",
    "KmsAccessDenied",
    "done",
  ]);
  expect(await code(cloud.call("sqs", "ReceiveMessage", { QueueUrl }, { as: sender }))).toBe("KmsAccessDenied");
  expect(await cloud.call("sqs", "ReceiveMessage", { QueueUrl }, { as: full })).toMatchObject({ Messages: [{ Body: "a" }] });
  await cloud.call("kms", "DisableKey", { KeyId: keyId });
  expect(await send()).toBe("KmsDisabled");
  await cloud.call("kms", "ScheduleKeyDeletion", { KeyId: keyId });
  expect(await send()).toBe("KmsInvalidState");
  expect(await code(cloud.call("sqs", "SendMessage", { QueueUrl: await queue("alias/none", "r"), MessageBody: "a" }))).toBe(
    "KmsNotFound",
  );
});

async function fannedOut(KmsMasterKeyId: string): Promise<number> {
  const { QueueUrl } = await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "fan" });
  const QueueArn = `arn:aws:sqs:us-east-1:${ACCOUNT}:fan`;
  const { TopicArn } = await cloud.call<{ TopicArn: string }>("sns", "CreateTopic", { Name: "t" });
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" }],
  });
  await cloud.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy, KmsMasterKeyId } });
  await cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint: QueueArn });
  await cloud.call("sns", "Publish", { TopicArn, Message: "m" });
  await cloud.idle();
  const { Messages = [] } = await cloud.call<{ Messages?: object[] }>("sqs", "ReceiveMessage", { QueueUrl });
  return Messages.length;
}

test("a topic reaches an encrypted queue only when the key's policy lets SNS, which the AWS managed key never does", async () => {
  expect(await fannedOut("alias/aws/sqs")).toBe(0);
  expect(await fannedOut(keyId)).toBe(0);
  await cloud.call("kms", "PutKeyPolicy", { KeyId: keyId, Policy: allowing("sns.amazonaws.com") });
  expect(await fannedOut(keyId)).toBe(1);
});

test("an encrypted topic asks its publishers for the key", async () => {
  const { TopicArn } = await cloud.call<{ TopicArn: string }>("sns", "CreateTopic", {
    Name: "t",
    Attributes: { KmsMasterKeyId: keyId },
  });
  const publish = (as: Principal) => code(cloud.call("sns", "Publish", { TopicArn, Message: "m" }, { as }));
  expect(await publish(await worker(["sns:*"]))).toBe("KMSAccessDeniedException");
  expect(await publish(await worker(["sns:*", "kms:*"], "full"))).toBe("done");
  const events: Principal = { kind: "service", accountId: ACCOUNT, service: "events.amazonaws.com", sourceAccount: ACCOUNT };
  expect(await publish(events)).toBe("KMSAccessDeniedException");
  await cloud.call("kms", "PutKeyPolicy", { KeyId: keyId, Policy: allowing("events.amazonaws.com") });
  expect(await publish(events)).toBe("done");
});

test("a log group takes a key only when the key's policy lets CloudWatch Logs, with the group's ARN", async () => {
  const kmsKeyId = `arn:aws:kms:us-east-1:${ACCOUNT}:key/${keyId}`;
  const make = () => cloud.call("logs", "CreateLogGroup", { logGroupName: "/app", kmsKeyId });
  await expect(make()).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: `The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/app'`,
  });
  const forGroup = (name: string) => ({
    Condition: {
      ArnEquals: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${name}` },
    },
  });
  const put = (Policy: string) => cloud.call("kms", "PutKeyPolicy", { KeyId: keyId, Policy });
  await put(allowing("logs.us-east-1.amazonaws.com", forGroup("/other")));
  expect(await code(make())).toBe("AccessDeniedException");
  await put(allowing("logs.us-east-1.amazonaws.com", forGroup("/app")));
  expect(await code(make())).toBe("done");
});

test("an encrypted stream asks producers and consumers for the key", async () => {
  const stream = { StreamName: "s" };
  await cloud.call("kinesis", "CreateStream", { ...stream, ShardCount: 1 });
  const encrypt = (KeyId: string) =>
    code(cloud.call("kinesis", "StartStreamEncryption", { ...stream, EncryptionType: "KMS", KeyId }));
  expect([await encrypt("alias/none"), await encrypt(keyId)]).toEqual(["KMSNotFoundException", "done"]);
  const producer = await worker(["kinesis:*", "kms:GenerateDataKey"]);
  const record = { ...stream, Data: Buffer.from("a"), PartitionKey: "p" };
  expect(await code(cloud.call("kinesis", "PutRecord", record, { as: producer }))).toBe("done");
  const { ShardIterator } = await cloud.call<{ ShardIterator: string }>("kinesis", "GetShardIterator", {
    ...stream,
    ShardId: "shardId-000000000000",
    ShardIteratorType: "TRIM_HORIZON",
  });
  expect(await code(cloud.call("kinesis", "GetRecords", { ShardIterator }, { as: producer }))).toBe("KMSAccessDeniedException");
  expect(await cloud.call("kinesis", "GetRecords", { ShardIterator })).toMatchObject({ Records: [{ PartitionKey: "p" }] });
});
