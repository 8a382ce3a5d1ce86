/**
 * Uses a deployed Kefir as its mobile app, its users and its operators would. The demo prints these steps; a test runs them too.
 * Every step asserts what it saw and throws when it is not so.
 */
import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { CloudControl } from "../deployment.ts";
import { eventually } from "../eventually.ts";

export interface KefirOutputs {
  readonly apiUrl: string;
  readonly userPoolId: string;
  readonly userPoolClientId: string;
  readonly scheduleGroup: string;
  readonly reminderFunction: string;
  readonly alarmQueueUrl: string;
  readonly reminderAlarm: string;
}

export interface KefirFlow extends CloudControl {
  readonly outputs: KefirOutputs;
  /** Runs a step under a name that is shown. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
}

const PHOTO_BYTES = 2 * 1024 * 1024;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export async function runKefirFlow(flow: KefirFlow): Promise<void> {
  const alice = await flow.step("sign up and sign in by one-time code", () => signIn(flow, `alice-${randomUUID()}@example.com`));
  const { idToken } = alice;
  const batch = await flow.step("create a batch", () => createBatch(flow, idToken));
  await flow.step("upload a 2 MB photo and read it back, byte for byte", () => roundTripPhoto(flow, idToken, batch));
  await flow.step("list batches through GSI1", () => listBatches(flow, idToken, batch));
  await flow.step("open the public page without signing in", () => publicPage(flow, batch));
  await flow.step("no token: 401; another user's batch: 403", () => refusals(flow, batch));
  const renewed = await flow.step("a reminder fires once when the clock moves an hour", () => reminder(flow, alice, batch));
  await flow.step("a failing function drives its alarm, the message arrives", () => alarm(flow));
  await flow.step("its log group has the lines", () => logLines(flow));
  await flow.step("delete the batch and its photo", () => deleteBatch(flow, renewed, batch));
}

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

function clientOptions(flow: KefirFlow): { endpoint: string; region: string; credentials: typeof credentials } {
  return { endpoint: flow.endpoint, region: "us-east-1", credentials };
}

/** Tokens of a signed-in user; the ID token lasts an hour. */
interface Tokens {
  readonly idToken: string;
  readonly refreshToken: string;
}

async function signIn(flow: KefirFlow, email: string): Promise<Tokens> {
  const cognito = new CognitoIdentityProviderClient(clientOptions(flow));
  const ClientId = flow.outputs.userPoolClientId;
  await cognito.send(
    new SignUpCommand({ ClientId, Username: email, Password: randomUUID(), UserAttributes: [{ Name: "email", Value: email }] }),
  );
  const started = await cognito.send(
    new InitiateAuthCommand({ ClientId, AuthFlow: "CUSTOM_AUTH", AuthParameters: { USERNAME: email } }),
  );
  assert.equal(started.ChallengeName, "CUSTOM_CHALLENGE");
  const mail = (await flow.mailbox()).findLast((message) => message.to === email);
  const code = mail?.body.match(/\b\d{6}\b/)?.[0];
  assert.ok(code !== undefined, "the mailbox has no code for the user");
  const wrong = code === "000000" ? "000001" : "000000";
  const answer = (ANSWER: string, Session: string | undefined) =>
    cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: "CUSTOM_CHALLENGE",
        Session,
        ChallengeResponses: { USERNAME: email, ANSWER },
      }),
    );
  const again = await answer(wrong, started.Session);
  assert.equal(again.ChallengeName, "CUSTOM_CHALLENGE", "a wrong code must lead to another try");
  const done = await answer(code, again.Session);
  const { IdToken: idToken, RefreshToken: refreshToken } = done.AuthenticationResult ?? {};
  assert.ok(idToken !== undefined && refreshToken !== undefined, "the right code must give tokens");
  return { idToken, refreshToken };
}

/** A new ID token for the refresh token, as the app gets one every hour. */
async function renew(flow: KefirFlow, { refreshToken }: Tokens): Promise<string> {
  const cognito = new CognitoIdentityProviderClient(clientOptions(flow));
  const { AuthenticationResult } = await cognito.send(
    new InitiateAuthCommand({
      ClientId: flow.outputs.userPoolClientId,
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: refreshToken },
    }),
  );
  assert.ok(AuthenticationResult?.IdToken !== undefined, "the refresh token must give a new ID token");
  return AuthenticationResult.IdToken;
}

async function request(
  flow: KefirFlow,
  method: string,
  path: string,
  token?: string,
  body?: unknown,
): Promise<{ status: number; value: Record<string, unknown>; text: string }> {
  const response = await fetch(new URL(path, withSlash(flow.outputs.apiUrl)), {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const value =
    response.headers.get("content-type")?.includes("json") === true ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, value, text };
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

async function createBatch(flow: KefirFlow, token: string): Promise<string> {
  const { status, value, text } = await request(flow, "POST", "batches", token, {
    name: "Ginger & lemon",
    notes: "second ferment",
  });
  assert.equal(status, 201, text);
  return String(value.batchId);
}

async function roundTripPhoto(flow: KefirFlow, token: string, batchId: string): Promise<void> {
  const photo = randomBytes(PHOTO_BYTES);
  const added = await request(flow, "POST", `batches/${batchId}/photos`, token, { contentType: "image/jpeg" });
  assert.equal(added.status, 201, added.text);
  const put = await fetch(String(added.value.uploadUrl), {
    method: "PUT",
    headers: { "content-type": "image/jpeg" },
    body: photo,
  });
  assert.equal(put.status, 200, await put.text());
  const listed = await request(flow, "GET", `batches/${batchId}/photos`, token);
  const [first] = listed.value.photos as { url: string }[];
  assert.ok(first !== undefined);
  const got = await fetch(first.url);
  assert.equal(got.status, 200);
  assert.equal(got.headers.get("content-type"), "image/jpeg");
  assert.ok(photo.equals(Buffer.from(await got.arrayBuffer())), "the photo came back changed");
}

async function listBatches(flow: KefirFlow, token: string, batchId: string): Promise<void> {
  const { status, value } = await request(flow, "GET", "batches", token);
  assert.equal(status, 200);
  assert.deepEqual(
    (value.batches as { batchId: string }[]).map((batch) => batch.batchId),
    [batchId],
  );
}

async function publicPage(flow: KefirFlow, batchId: string): Promise<void> {
  const { status, text } = await request(flow, "GET", `public/b/${batchId}`);
  assert.equal(status, 200, text);
  assert.match(text, /<h1>Ginger &#38; lemon<\/h1>/);
}

async function refusals(flow: KefirFlow, batchId: string): Promise<void> {
  const nobody = await request(flow, "GET", `batches/${batchId}`);
  assert.equal(nobody.status, 401);
  assert.deepEqual(nobody.value, { message: "Unauthorized" });
  const bob = await signIn(flow, `bob-${randomUUID()}@example.com`);
  const { status } = await request(flow, "GET", `batches/${batchId}`, bob.idToken);
  assert.equal(status, 403);
}

async function reminder(flow: KefirFlow, tokens: Tokens, batchId: string): Promise<string> {
  const at = new Date((await flow.now()) + HOUR_MS - MINUTE_MS).toISOString();
  const added = await request(flow, "POST", `batches/${batchId}/reminders`, tokens.idToken, { at, message: "Strain the grains" });
  assert.equal(added.status, 201, added.text);
  const sentCount = async (token: string) => {
    const { value, text } = await request(flow, "GET", `batches/${batchId}/reminders`, token);
    const [first] = (value.reminders ?? assert.fail(text)) as { sentCount: number; status: string }[];
    return first?.sentCount;
  };
  assert.equal(await sentCount(tokens.idToken), 0);
  await flow.advanceClock(HOUR_MS - 10 * MINUTE_MS);
  assert.equal(await sentCount(tokens.idToken), 0, "it fired early");
  await flow.advanceClock(10 * MINUTE_MS);
  // The first token's hour is over.
  assert.equal((await request(flow, "GET", "batches", tokens.idToken)).status, 401);
  const token = await renew(flow, tokens);
  await eventually("the reminder fired", async () => (await sentCount(token)) === 1);
  await flow.advanceClock(10 * MINUTE_MS);
  assert.equal(await sentCount(token), 1, "it fired twice");
  return token;
}

async function alarm(flow: KefirFlow): Promise<void> {
  const lambda = new LambdaClient(clientOptions(flow));
  const cloudwatch = new CloudWatchClient(clientOptions(flow));
  const sqs = new SQSClient(clientOptions(flow));
  const state = async () =>
    (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [flow.outputs.reminderAlarm] }))).MetricAlarms?.[0]
      ?.StateValue;
  assert.notEqual(await state(), "ALARM");
  const failed = await lambda.send(
    new InvokeCommand({
      FunctionName: flow.outputs.reminderFunction,
      Payload: Buffer.from(JSON.stringify({ batchId: "none", reminderId: "none" })),
    }),
  );
  assert.equal(failed.FunctionError, "Unhandled");
  await flow.advanceClock(2 * MINUTE_MS);
  await eventually("the alarm is in ALARM", async () => (await state()) === "ALARM");
  await eventually("the alarm's message arrived", async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: flow.outputs.alarmQueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }),
    );
    for (const message of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: flow.outputs.alarmQueueUrl, ReceiptHandle: message.ReceiptHandle }));
    }
    const bodies = Messages.map((message) => JSON.parse(message.Body ?? "{}") as { Message?: string }).map(
      ({ Message }) => JSON.parse(Message ?? "{}") as Record<string, unknown>,
    );
    return bodies.some((body) => body.AlarmName === flow.outputs.reminderAlarm && body.NewStateValue === "ALARM");
  });
}

async function logLines(flow: KefirFlow): Promise<void> {
  const logs = new CloudWatchLogsClient(clientOptions(flow));
  const logGroupName = `/aws/lambda/${flow.outputs.reminderFunction}`;
  const filtered = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern: "error sendReminder" }));
  assert.ok((filtered.events ?? []).length >= 1, "the structured line of the failure is missing");
  const reports = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern: "REPORT" }));
  assert.ok(
    (reports.events ?? []).some((event) => /^REPORT RequestId: .*Billed Duration: /.test(event.message ?? "")),
    "the REPORT line is missing",
  );
}

async function deleteBatch(flow: KefirFlow, token: string, batchId: string): Promise<void> {
  const { status, text } = await request(flow, "DELETE", `batches/${batchId}`, token);
  assert.equal(status, 200, text);
  const gone = await request(flow, "GET", `public/b/${batchId}`);
  assert.equal(gone.status, 404);
}
