/** Routes of HTTP APIs straight to SQS, EventBridge and Kinesis. */
import * as api from "@aws-sdk/client-apigatewayv2";
import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { takeAccountToken } from "./plane/throttle.ts";

const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:q";
let cloud: Cloud;
let client: api.ApiGatewayV2Client;
let ApiId = "";
let url = "";
let QueueUrl = "";
let CredentialsArn = "";

const call = <O = Record<string, unknown>>(service: string, operation: string, input: object) =>
  cloud.call<O>(service, operation, input);
const policyOf = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(1) });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  client = new api.ApiGatewayV2Client({ endpoint: cloud.endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  ({ QueueUrl } = await call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "q" }));
  await call("kinesis", "CreateStream", { StreamName: "s", ShardCount: 1 });
  const trust = policyOf({ Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" });
  const role = await call<{ Role: { Arn: string } }>("iam", "CreateRole", { RoleName: "api", AssumeRolePolicyDocument: trust });
  CredentialsArn = role.Role.Arn;
  const allowed = policyOf({ Action: ["sqs:SendMessage", "events:PutEvents", "kinesis:PutRecord"], Resource: "*" });
  await call("iam", "PutRolePolicy", { RoleName: "api", PolicyName: "p", PolicyDocument: allowed });
  const made = await client.send(new api.CreateApiCommand({ Name: "a", ProtocolType: "HTTP" }));
  ApiId = made.ApiId ?? "";
  url = made.ApiEndpoint ?? "";
  await client.send(new api.CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
});
afterAll(() => cloud.stop());

const integrate = (IntegrationSubtype: string, RequestParameters: Record<string, string>, more: object = {}) =>
  client.send(
    new api.CreateIntegrationCommand({
      ApiId,
      IntegrationType: "AWS_PROXY",
      IntegrationSubtype,
      PayloadFormatVersion: "1.0",
      CredentialsArn,
      RequestParameters,
      ...more,
    }),
  );

async function route(path: string, subtype: string, parameters: Record<string, string>) {
  const { IntegrationId } = await integrate(subtype, parameters);
  await client.send(new api.CreateRouteCommand({ ApiId, RouteKey: `POST ${path}`, Target: `integrations/${IntegrationId}` }));
  return (body: string, headers: Record<string, string> = {}) => fetch(url + path, { method: "POST", body, headers });
}

test("SQS-SendMessage sends, and answers SQS's XML", async () => {
  const post = await route("/send", "SQS-SendMessage", {
    QueueUrl,
    MessageBody: "$request.body",
    MessageAttributes: '{"from":{"DataType":"String","StringValue":"${request.header.x-from}"}}',
  });
  const answer = await post("hello", { "x-from": "ann" });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/xml"]);
  expect(await answer.text()).toMatch(/<SendMessageResponse .*<MessageId>[0-9a-f-]{36}<\/MessageId>/s);
  const { Messages } = await call<{ Messages: object[] }>("sqs", "ReceiveMessage", { QueueUrl, MessageAttributeNames: ["All"] });
  expect(Messages).toMatchObject([{ Body: "hello", MessageAttributes: { from: { StringValue: "ann" } } }]);
});

test("EventBridge-PutEvents puts an event made from members of the body", async () => {
  await call("events", "PutRule", { Name: "r", EventPattern: '{"source":["shop"]}' });
  await call("events", "PutTargets", { Rule: "r", Targets: [{ Id: "q", Arn: QUEUE_ARN, InputPath: "$.detail" }] });
  const Policy = policyOf({ Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: QUEUE_ARN });
  await call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy } });
  const post = await route("/event", "EventBridge-PutEvents", {
    Detail: "$request.body.order",
    DetailType: "$request.body.lines[0].kind",
    Source: "shop",
  });
  const answer = await post(JSON.stringify({ order: { id: 7 }, lines: [{ kind: "paid" }] }));
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    { FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] },
  ]);
  const { Messages } = await call<{ Messages: { Body: string }[] }>("sqs", "ReceiveMessage", { QueueUrl, WaitTimeSeconds: 5 });
  expect(JSON.parse(Messages[0]?.Body ?? "")).toEqual({ id: 7 });
});

test("Kinesis-PutRecord puts a record", async () => {
  const post = await route("/record", "Kinesis-PutRecord", {
    StreamName: "s",
    Data: "$request.body",
    PartitionKey: "$context.requestId",
  });
  const answer = await post("a record");
  expect(await answer.json()).toMatchObject({ ShardId: "shardId-000000000000", SequenceNumber: expect.any(String) });
});

test("what the role may not do, or the service refuses, is the route's answer", async () => {
  const purge = await route("/purge", "SQS-PurgeQueue", { QueueUrl });
  expect((await purge("")).status).toBe(403);
  const none = await route("/none", "SQS-SendMessage", { QueueUrl: `${QueueUrl}-none`, MessageBody: "x" });
  const refused = await none("");
  expect([refused.status, await refused.json()]).toEqual([400, { message: "The specified queue does not exist." }]);
});

test.each([
  ["a delay that is no number", "/delay", { MessageBody: "x", DelaySeconds: "$request.body" }, "soon"],
  ["attributes that are no JSON", "/attributes", { MessageBody: "x", MessageAttributes: "$request.body" }, "{"],
  ["a member of a body that is no JSON", "/member", { MessageBody: "$request.body.a.__proto__" }, "nothing"],
])("%s is a 400", async (_name, path, parameters, body) => {
  const post = await route(path, "SQS-SendMessage", { QueueUrl, ...parameters });
  expect((await post(body)).status).toBe(400);
});

test.each([
  ["a subtype that AWS has not", "SQS-Nothing", { QueueUrl: "x" }, {}, /BadRequestException: Invalid integration subtype/],
  ["a missing parameter", "SQS-SendMessage", { QueueUrl: "x" }, {}, /Missing required request parameters.*MessageBody/],
  ["a parameter that it has not", "SQS-PurgeQueue", { QueueUrl: "x", Delay: "1" }, {}, /Invalid request parameters.*Delay/],
  ["no role", "SQS-PurgeQueue", { QueueUrl: "x" }, { CredentialsArn: undefined }, /CredentialsArn is required/],
  [
    "Step Functions",
    "StepFunctions-StartExecution",
    { StateMachineArn: "x" },
    {},
    /NotImplemented: .*StepFunctions-StartExecution/,
  ],
])("%s is refused", async (_name, subtype, parameters, more, wanted) => {
  const refused = await integrate(subtype, parameters as Record<string, string>, more).catch(
    (error: Error) => `${error.name}: ${error.message}`,
  );
  expect(refused).toMatch(wanted);
});

test("a VPC link is kept, says that nothing goes through, and a route over it answers 503", async () => {
  const made = await client.send(new api.CreateVpcLinkCommand({ Name: "l", SubnetIds: ["subnet-1"] }));
  expect(made).toMatchObject({
    VpcLinkStatus: "AVAILABLE",
    VpcLinkVersion: "V2",
    VpcLinkStatusMessage: expect.stringContaining("no VPC"),
  });
  const { VpcLinkId } = made;
  await client.send(new api.UpdateVpcLinkCommand({ VpcLinkId, Name: "m" }));
  expect((await client.send(new api.GetVpcLinksCommand({}))).Items).toMatchObject([{ Name: "m", SubnetIds: ["subnet-1"] }]);
  const ResourceArn = `arn:aws:apigateway:us-east-1::/vpclinks/${VpcLinkId}`;
  await client.send(new api.TagResourceCommand({ ResourceArn, Tags: { a: "1", b: "2" } }));
  await client.send(new api.UntagResourceCommand({ ResourceArn, TagKeys: ["a"] }));
  expect((await client.send(new api.GetTagsCommand({ ResourceArn }))).Tags).toEqual({ b: "2" });
  const { IntegrationId } = await client.send(
    new api.CreateIntegrationCommand({
      ApiId,
      IntegrationType: "HTTP_PROXY",
      IntegrationMethod: "ANY",
      ConnectionType: "VPC_LINK",
      ConnectionId: VpcLinkId,
      IntegrationUri: "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/a/1/2",
      PayloadFormatVersion: "1.0",
    }),
  );
  await client.send(new api.CreateRouteCommand({ ApiId, RouteKey: "POST /linked", Target: `integrations/${IntegrationId}` }));
  expect((await fetch(`${url}/linked`, { method: "POST" })).status).toBe(503);
  await client.send(new api.DeleteVpcLinkCommand({ VpcLinkId }));
  await expect(client.send(new api.GetVpcLinkCommand({ VpcLinkId }))).rejects.toMatchObject({ name: "NotFoundException" });
  await expect(client.send(new api.CreateVpcLinkCommand({ Name: "", SubnetIds: ["s"] }))).rejects.toMatchObject({
    name: "BadRequestException",
  });
});

test("mutual TLS is refused by name", async () => {
  const input = { DomainName: "a.example.com", MutualTlsAuthentication: { TruststoreUri: "s3://b/t.pem" } };
  await expect(client.send(new api.CreateDomainNameCommand(input))).rejects.toMatchObject({ name: "NotImplemented" });
});

test("an account's requests in a region have one bucket", () => {
  const buckets = new Map();
  const take = (atMs: number) => takeAccountToken(buckets, "000000000000", "us-east-1", atMs);
  const burst = Array.from({ length: 5001 }, () => take(0));
  expect([burst.filter(Boolean).length, burst.at(-1)]).toEqual([5000, false]);
  expect([takeAccountToken(buckets, "000000000000", "eu-west-1", 0), take(1)]).toEqual([true, true]);
});
