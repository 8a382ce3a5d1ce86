import * as api from "@aws-sdk/client-api-gateway";
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { oneRole, ROLE, zipOf } from "../lambda/testing.ts";

let cloud: Cloud;
let client: api.APIGateway;
let functions: LambdaClient;

beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(1), services: { iam: oneRole } });
  const options = {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  client = new api.APIGateway(options);
  functions = new LambdaClient(options);
});
afterAll(() => cloud.stop());

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error & { $metadata?: { httpStatusCode?: number } }) =>
      `${error.$metadata?.httpStatusCode} ${error.name}: ${error.message}`,
  );

let made = 0;
async function invokeUri(code: string, mayBeCalled = true): Promise<string> {
  const FunctionName = `r${made++}`;
  const { FunctionArn } = await functions.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: ROLE,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Code: { ZipFile: zipOf({ "index.js": code }) },
    }),
  );
  const permission = { FunctionName, StatementId: "api", Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com" };
  if (mayBeCalled) await functions.send(new AddPermissionCommand(permission));
  return `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FunctionArn}/invocations`;
}

const ECHO = "exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });";

async function makeApi(more: Partial<api.CreateRestApiCommandInput> = {}) {
  const { id = "", rootResourceId = "" } = await client.createRestApi({ name: "a", ...more });
  return { id, rootResourceId };
}

/** Makes the resources of a path, answers the last one's id. */
async function resourceAt(restApiId: string, path: string): Promise<string> {
  const { items = [] } = await client.getResources({ restApiId, limit: 500 });
  let at = items.find((each) => each.path === "/")?.id ?? "";
  let sofar = "";
  for (const pathPart of path.split("/").filter((part) => part !== "")) {
    sofar += `/${pathPart}`;
    const known = items.find((each) => each.path === sofar)?.id;
    at = known ?? (await client.createResource({ restApiId, parentId: at, pathPart })).id ?? "";
  }
  return at;
}

async function addProxy(
  restApiId: string,
  httpMethod: string,
  path: string,
  uri: string,
  more: Partial<api.PutMethodCommandInput> = {},
) {
  const resourceId = await resourceAt(restApiId, path);
  await client.putMethod({ restApiId, resourceId, httpMethod, authorizationType: "NONE", ...more });
  await client.putIntegration({ restApiId, resourceId, httpMethod, type: "AWS_PROXY", integrationHttpMethod: "POST", uri });
  return resourceId;
}

const urlOf = (id: string, path: string) => `${cloud.endpoint}/_aws/execute-api/${id}/v1${path}`;

describe("a proxy API", () => {
  test("serves functions by method and path, in the payload that REST APIs send", async () => {
    const { id } = await makeApi();
    const uri = await invokeUri(ECHO);
    await addProxy(id, "GET", "/jobs/{id}", uri);
    await addProxy(id, "ANY", "/bff/{proxy+}", uri);
    const { id: deploymentId = "" } = await client.createDeployment({ restApiId: id });
    await client.createStage({ restApiId: id, stageName: "v1", deploymentId, variables: { color: "blue" } });
    const answer = await fetch(urlOf(id, "/jobs/a%20b?x=1&x=2"), { headers: { "X-Mine": "1" } });
    const event = JSON.parse(await answer.text());
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(event).toMatchObject({
      resource: "/jobs/{id}",
      path: "/jobs/a%20b",
      httpMethod: "GET",
      pathParameters: { id: "a%20b" },
      queryStringParameters: { x: "2" },
      multiValueQueryStringParameters: { x: ["1", "2"] },
      stageVariables: { color: "blue" },
      body: null,
      isBase64Encoded: false,
      requestContext: { stage: "v1", path: "/v1/jobs/a%20b", resourcePath: "/jobs/{id}", apiId: id, accountId: "000000000000" },
    });
    const deep = await (await fetch(urlOf(id, "/bff/a/b/c"), { method: "POST", body: "hi" })).json();
    expect(deep).toMatchObject({ pathParameters: { proxy: "a/b/c" }, body: "hi", httpMethod: "POST" });
    const unknown = await fetch(urlOf(id, "/nowhere"));
    expect([unknown.status, await unknown.text()]).toEqual([403, '{"message":"Missing Authentication Token"}']);
    expect(unknown.headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException");
  });
});
