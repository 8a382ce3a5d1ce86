import { createDecipheriv, hkdfSync } from "node:crypto";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { type ServiceDefinition, ServiceError } from "../../core/service.ts";

let cloud: Cloud;
let clock: ReturnType<typeof manualClock>;
let events: { triggerSource: string; version: string; request: Record<string, unknown> }[];
/** What the function does with an event; undefined: never answers. */
let answer: ((event: Record<string, unknown>) => object) | undefined;

const lambda: ServiceDefinition = {
  name: "lambda",
  operations: {
    Invoke: {
      waits: true,
      iam: () => ({
        resources: ["*"],
        resourcePolicy: JSON.stringify({
          Statement: [{ Effect: "Allow", Principal: { Service: "cognito-idp.amazonaws.com" }, Action: "*", Resource: "*" }],
        }),
      }),
      handler: async (_ctx, input: { Payload: Uint8Array }) => {
        const event = JSON.parse(Buffer.from(input.Payload).toString());
        events.push(event);
        const answered = answer;
        if (answered === undefined) return new Promise(() => {});
        return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(answered(event))) };
      },
    },
  },
};

beforeEach(async () => {
  events = [];
  answer = (event) => event;
  clock = manualClock(1_700_000_000_000);
  cloud = await startCloud({ clock, random: seededRandom(5), services: { lambda }, listen: false });
});
afterEach(() => cloud.stop());

const call = <T = Record<string, unknown>>(operation: string, input: object) => cloud.call<T>("cognito-idp", operation, input);
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f";

async function poolWith(LambdaConfig: object) {
  const { UserPool } = await call<{ UserPool: { Id: string } }>("CreateUserPool", {
    PoolName: "p",
    AutoVerifiedAttributes: ["email"],
    LambdaConfig,
  });
  const { UserPoolClient } = await call<{ UserPoolClient: { ClientId: string } }>("CreateUserPoolClient", {
    UserPoolId: UserPool.Id,
    ClientName: "c",
  });
  return { poolId: UserPool.Id, ClientId: UserPoolClient.ClientId };
}

const signUp = (ClientId: string) =>
  call("SignUp", {
    ClientId,
    Username: "ann",
    Password: "Passw0rd!",
    UserAttributes: [{ Name: "email", Value: "ann@example.com" }],
  });

test("a function that doesn't answer is asked three times, five seconds each, then the call fails", async () => {
  const { ClientId } = await poolWith({ PreSignUp: FUNCTION });
  answer = undefined;
  const failed = signUp(ClientId).catch((error: unknown) => error);
  for (let tries = 1; tries <= 3; tries++) {
    await expect.poll(() => events.length).toBe(tries);
    clock.advance(5_000);
  }
  const error = await failed;
  expect(error).toBeInstanceOf(ServiceError);
  expect(String(error)).toBe(
    "UnexpectedLambdaException: PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.",
  );
});

test("a custom sender gets the code under the pool's KMS key, and nothing is mailed", async () => {
  const { KeyMetadata } = await cloud.call<{ KeyMetadata: { Arn: string } }>("kms", "CreateKey", {});
  const { poolId, ClientId } = await poolWith({
    KMSKeyID: KeyMetadata.Arn,
    CustomEmailSender: { LambdaVersion: "V1_0", LambdaArn: FUNCTION },
  });
  await signUp(ClientId);
  expect(events.map((event) => event.triggerSource)).toEqual(["CustomEmailSender_SignUp"]);
  expect(events[0]?.request).toMatchObject({ type: "customEmailSenderRequestV1", userAttributes: { email: "ann@example.com" } });
  expect(cloud.mailbox.list()).toEqual([]);
  const code = await opened(String(events[0]?.request.code), poolId);
  expect(code).toMatch(/^\d{6}$/);
  await call("ConfirmSignUp", { ClientId, Username: "ann", ConfirmationCode: code });
});

/** Reads a message of the AWS Encryption SDK by its published format, for the test. */
async function opened(text: string, poolId: string): Promise<string> {
  const message = Buffer.from(text, "base64");
  const messageId = message.subarray(4, 20);
  let at = 20;
  const part = () => {
    const length = message.readUInt16BE(at);
    at += 2 + length;
    return message.subarray(at - length, at);
  };
  part();
  at += 2;
  part();
  part();
  const { Plaintext } = await cloud.call<{ Plaintext: Uint8Array }>("kms", "Decrypt", {
    CiphertextBlob: part(),
    EncryptionContext: { "userpool-id": poolId },
  });
  at += 1 + 4 + 1 + 4;
  const headerEnd = at;
  const key = Buffer.from(hkdfSync("sha256", Plaintext, Buffer.alloc(0), message.subarray(2, 20), 32));
  const header = createDecipheriv("aes-256-gcm", key, message.subarray(at, at + 12)).setAAD(message.subarray(0, headerEnd));
  header.setAuthTag(message.subarray(at + 12, at + 28)).final();
  at += 28 + 8;
  const iv = message.subarray(at, at + 12);
  const length = message.readUInt32BE(at + 12);
  const content = message.subarray(at + 16, at + 16 + length);
  const numbers = Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, length]);
  const frame = createDecipheriv("aes-256-gcm", key, iv)
    .setAAD(Buffer.concat([messageId, Buffer.from("AWSKMSEncryptionClient Final Frame"), numbers]))
    .setAuthTag(message.subarray(at + 16 + length));
  return Buffer.concat([frame.update(content), frame.final()]).toString("utf8");
}

test("a custom sender without a key is refused", async () => {
  await expect(poolWith({ CustomSMSSender: { LambdaVersion: "V1_0", LambdaArn: FUNCTION } })).rejects.toThrow(
    "KMSKeyID is required",
  );
});
