/** Methods straight to services, over HTTP. */
import * as api from "@aws-sdk/client-api-gateway";
import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../../cloud.ts";

let cloud: Cloud;
let gateway: api.APIGateway;
let credentials = "";
let restApiId = "";
let root = "";

const call = <O = Record<string, unknown>>(service: string, operation: string, input: object) =>
  cloud.call<O>(service, operation, input);
const policyOf = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

beforeAll(async () => {
  cloud = await startCloud({ volatile: true, random: seededRandom(3) });
  gateway = new api.APIGateway({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  const trust = policyOf({ Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" });
  const role = await call<{ Role: { Arn: string } }>("iam", "CreateRole", { RoleName: "api", AssumeRolePolicyDocument: trust });
  credentials = role.Role.Arn;
  const Action = ["sqs:SendMessage", "sns:Publish", "dynamodb:PutItem", "dynamodb:GetItem", "s3:*"];
  await call("iam", "PutRolePolicy", { RoleName: "api", PolicyName: "p", PolicyDocument: policyOf({ Action, Resource: "*" }) });
  ({ id: restApiId = "", rootResourceId: root = "" } = await gateway.createRestApi({ name: "services" }));
});
afterAll(() => cloud.stop());

const uri = (rest: string) => `arn:aws:apigateway:us-east-1:${rest}`;
const RESPONSES: readonly [string, string | undefined, Record<string, string>][] = [
  ["200", undefined, {}],
  ["400", "4\\d\\d", { "application/json": '{"why":$input.body}' }],
];

/** A resource whose POST and GET have the integration; answers what asks it. */
async function method(
  pathPart: string,
  httpMethod: string,
  integration: Partial<api.PutIntegrationCommandInput>,
  parentId = root,
) {
  const present = (await gateway.getResources({ restApiId, limit: 500 })).items?.find((each) => each.pathPart === pathPart);
  const { id: resourceId = "" } = present ?? (await gateway.createResource({ restApiId, parentId, pathPart }));
  const key = { restApiId, resourceId, httpMethod };
  const requestParameters = pathPart.startsWith("{") ? { [`method.request.path.${pathPart.slice(1, -1)}`]: true } : {};
  await gateway.putMethod({ ...key, authorizationType: "NONE", requestParameters });
  await gateway.putIntegration({ ...key, type: "AWS", integrationHttpMethod: "POST", credentials, ...integration });
  for (const [statusCode, selectionPattern, responseTemplates] of RESPONSES) {
    await gateway.putMethodResponse({ ...key, statusCode });
    await gateway.putIntegrationResponse({ ...key, statusCode, selectionPattern, responseTemplates });
  }
  await gateway.createDeployment({ restApiId, stageName: "dev" });
  return resourceId;
}
const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${cloud.endpoint}/restapis/${restApiId}/dev/_user_request_${path}`, init);
const post = (path: string, body: string) => ask(path, { method: "POST", body, headers: { "content-type": "application/json" } });
const FORM = { "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'" };

test("SQS takes a form by the queue's path, and answers JSON", async () => {
  const { QueueUrl } = await call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "orders" });
  await method("orders", "POST", {
    uri: uri("sqs:path/000000000000/orders"),
    requestParameters: FORM,
    requestTemplates: { "application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.body)" },
  });
  const answer = await post("/orders", '{"id":1,"text":"a & b"}');
  expect(await answer.json()).toMatchObject({ SendMessageResponse: { SendMessageResult: { MessageId: expect.any(String) } } });
  const { Messages } = await call<{ Messages: { Body: string }[] }>("sqs", "ReceiveMessage", { QueueUrl });
  expect(Messages.map(({ Body }) => Body)).toEqual(['{"id":1,"text":"a & b"}']);
});

test("SNS takes an action with parameters of the query", async () => {
  const { TopicArn } = await call<{ TopicArn: string }>("sns", "CreateTopic", { Name: "news" });
  await method("news", "POST", {
    uri: uri("sns:action/Publish"),
    requestParameters: {
      "integration.request.querystring.TopicArn": `'${TopicArn}'`,
      "integration.request.querystring.Message": "method.request.body",
    },
  });
  expect(await (await post("/news", "hello")).json()).toMatchObject({
    PublishResponse: { PublishResult: { MessageId: expect.any(String) } },
  });
});

test("DynamoDB takes JSON that a template makes, and its refusals choose the response", async () => {
  await call("dynamodb", "CreateTable", {
    TableName: "pets",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
  const put = '{"TableName":"pets","Item":{"id":{"S":"$input.path(\'$.id\')"},"name":{"S":"$input.path(\'$.name\')"}}}';
  await method("pets", "POST", { uri: uri("dynamodb:action/PutItem"), requestTemplates: { "application/json": put } });
  const pets = (await gateway.getResources({ restApiId })).items?.find(({ pathPart }) => pathPart === "pets")?.id;
  const get = '{"TableName":"pets","Key":{"id":{"S":"$input.params(\'id\')"}}}';
  await method("{id}", "GET", { uri: uri("dynamodb:action/GetItem"), requestTemplates: { "application/json": get } }, pets);
  expect((await post("/pets", '{"id":"7","name":"Rex"}')).status).toBe(200);
  expect(await (await ask("/pets/7")).json()).toEqual({ Item: { id: { S: "7" }, name: { S: "Rex" } } });
  const refused = await post("/pets", '{"name":"nobody"}');
  expect([refused.status, await refused.json()]).toMatchObject([400, { why: { __type: "ValidationException" } }]);
});

test("S3 takes objects by their path", async () => {
  await call("s3", "CreateBucket", { Bucket: "photos" });
  const requestParameters = { "integration.request.path.key": "method.request.path.key" };
  const s3 = { uri: uri("s3:path/photos/{key}"), requestParameters };
  await method("{key}", "PUT", { ...s3, integrationHttpMethod: "PUT" });
  await method("{key}", "GET", { ...s3, integrationHttpMethod: "GET" });
  const sent = await ask("/a.txt", { method: "PUT", body: "content", headers: { "content-type": "text/plain" } });
  expect(sent.status).toBe(200);
  const got = await ask("/a.txt");
  expect([got.status, await got.text()]).toEqual([200, "content"]);
  expect((await ask("/b.txt")).status).toBe(400);
});

test("a role that may not is refused, and a service that is not there is refused by name", async () => {
  await method("secrets", "POST", { uri: uri("secretsmanager:action/ListSecrets") });
  const answer = await post("/secrets", "{}");
  expect([answer.status, await answer.json()]).toMatchObject([400, { why: { __type: expect.stringContaining("AccessDenied") } }]);
  const { id: resourceId } = await gateway.createResource({ restApiId, parentId: root, pathPart: "states" });
  await gateway.putMethod({ restApiId, resourceId, httpMethod: "POST", authorizationType: "NONE" });
  const states = { restApiId, resourceId, httpMethod: "POST", type: "AWS", integrationHttpMethod: "POST" } as const;
  await expect(gateway.putIntegration({ ...states, uri: uri("states:action/StartExecution") })).rejects.toThrow("NotImplemented");
});
