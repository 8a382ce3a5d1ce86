/** Signatures that the real SDK makes, with credentials that this cloud issued, against the paths and queries that are easy to get wrong. */
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { manualClock } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../cloud.ts";

let cloud: Cloud;
let settings: {
  region: string;
  endpoint: string;
  maxAttempts: number;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
};
const POLICY = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
});
const KEYS = ["plain", "a b+c", "ä/ö&=?#%", "a//b", "/first", "~'()*!$,;:@", "%2F"];

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(Date.now()) });
  const { Role } = await cloud.call<{ Role: { Arn: string } }>("iam", "CreateRole", {
    RoleName: "worker",
    AssumeRolePolicyDocument: TRUST,
  });
  await cloud.call("iam", "PutRolePolicy", { RoleName: "worker", PolicyName: "p", PolicyDocument: POLICY });
  const { Credentials } = await cloud.call<{
    Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
  }>("sts", "AssumeRole", { RoleArn: Role.Arn, RoleSessionName: "ses", DurationSeconds: 3600 });
  settings = {
    region: "eu-west-1",
    endpoint: cloud.endpoint,
    maxAttempts: 1,
    credentials: {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    },
  };
  await new S3Client(settings).send(new CreateBucketCommand({ Bucket: "signed" }));
});
afterAll(() => cloud.stop());

test.each(KEYS)("S3 key %j: header and presigned signatures hold", async (Key) => {
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: "signed", Key, Body: Key, Metadata: { a: "b  c" } }));
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: "signed", Key, ResponseContentType: "text/x; a=b" }), {
    expiresIn: 60,
  });
  const answer = await fetch(url);
  expect([answer.status, await answer.text(), answer.headers.get("content-type")]).toEqual([200, Key, "text/x; a=b"]);
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "signed", Prefix: Key }));
  expect(Contents?.map((each) => each.Key)).toContain(Key);
});

test("a presigned URL that was changed, or is past its time, is refused", async () => {
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: "signed", Key: "plain" }), {
    expiresIn: 60,
    signingDate: new Date(Date.now() - 10_000),
  });
  const changed = await fetch(url.replace("/plain", "/other"));
  expect([changed.status, (await changed.text()).includes("<Code>SignatureDoesNotMatch</Code>")]).toEqual([403, true]);
  await cloud.clock.advance(61_000);
  const late = await fetch(url);
  expect([late.status, (await late.text()).includes("<Message>Request has expired</Message>")]).toEqual([403, true]);
  const fresh = await getSignedUrl(s3, new GetObjectCommand({ Bucket: "signed", Key: "plain" }), { expiresIn: 60 });
  expect(await (await fetch(fresh)).text()).toBe("plain");
});

test("REST paths with an encoded ARN and JSON bodies are signed as AWS signs them", async () => {
  const FunctionName = "arn:aws:lambda:eu-west-1:000000000000:function:none";
  await expect(new LambdaClient(settings).send(new GetFunctionCommand({ FunctionName }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  await expect(new SSMClient(settings).send(new GetParameterCommand({ Name: "/nö/ne" }))).rejects.toMatchObject({
    name: "ParameterNotFound",
  });
});

describe("credentials that are no good any more", () => {
  const ask = async (service: string, authorization: string, init: RequestInit = {}) => {
    const answer = await fetch(cloud.endpoint + (service === "lambda" ? "/2015-03-31/functions/" : "/"), {
      ...init,
      headers: { ...init.headers, authorization },
    });
    return { status: answer.status, text: await answer.text() };
  };
  const scope = (key: string, service: string) =>
    `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=00`;

  test.each([
    ["s3", {}, 403, "InvalidAccessKeyId"],
    ["lambda", {}, 403, "security token included in the request is invalid"],
    [
      "sqs",
      { method: "POST", body: "{}", headers: { "x-amz-target": "AmazonSQS.ListQueues" } },
      400,
      "UnrecognizedClientException",
    ],
    [
      "sts",
      {
        method: "POST",
        body: "Action=GetCallerIdentity&Version=2011-06-15",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      },
      403,
      "InvalidClientTokenId",
    ],
  ] satisfies [string, RequestInit, number, string][])(
    "a deactivated key is nobody's at %s",
    async (service, init, status, code) => {
      const UserName = `former-${service}`;
      await cloud.call("iam", "CreateUser", { UserName });
      const { AccessKey } = await cloud.call<{ AccessKey: { AccessKeyId: string } }>("iam", "CreateAccessKey", { UserName });
      await cloud.call("iam", "UpdateAccessKey", { UserName, AccessKeyId: AccessKey.AccessKeyId, Status: "Inactive" });
      const answer = await ask(service, scope(AccessKey.AccessKeyId, service), init);
      expect(answer.status).toBe(status);
      expect(answer.text).toContain(code);
    },
  );
});
