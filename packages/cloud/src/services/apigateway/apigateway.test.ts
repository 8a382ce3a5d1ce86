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

describe("the control plane", () => {
  test("refuses in AWS's words", async () => {
    const { id, rootResourceId } = await makeApi();
    const one = await client.createResource({ restApiId: id, parentId: rootResourceId, pathPart: "a" });
    const at = { restApiId: id, resourceId: one.id };
    expect(await reason(client.createResource({ restApiId: id, parentId: rootResourceId, pathPart: "a" }))).toBe(
      "409 ConflictException: Another resource with the same parent already has this name: a",
    );
    expect(await reason(client.createResource({ restApiId: id, parentId: rootResourceId, pathPart: "a b" }))).toContain(
      "400 BadRequestException: Resource's path part only allow",
    );
    expect(await reason(client.getResource({ restApiId: id, resourceId: "nothing" }))).toBe(
      "404 NotFoundException: Invalid Resource identifier specified",
    );
    expect(await reason(client.getRestApi({ restApiId: "nothing" }))).toBe(
      "404 NotFoundException: Invalid API identifier specified 000000000000:nothing",
    );
    expect(await reason(client.createDeployment({ restApiId: id }))).toBe(
      "400 BadRequestException: The REST API doesn't contain any methods",
    );
    await client.putMethod({ ...at, httpMethod: "GET", authorizationType: "NONE" });
    expect(await reason(client.createDeployment({ restApiId: id }))).toBe(
      "400 BadRequestException: No integration defined for method",
    );
    expect(await reason(client.putIntegration({ ...at, httpMethod: "GET", type: "AWS_PROXY", uri: "x" }))).toBe(
      "400 BadRequestException: Enumeration value for HttpMethod must be non-empty",
    );
    expect(
      await reason(client.updateRestApi({ restApiId: id, patchOperations: [{ op: "replace", path: "/colour", value: "red" }] })),
    ).toContain("400 BadRequestException: Invalid patch path  '/colour' specified for op 'replace'. Must be one of: [/name");
    expect(await reason(client.getSdk({ restApiId: id, stageName: "v1", sdkType: "javascript" }))).toContain("NotImplemented");
  });

  test("pages by position", async () => {
    const { id, rootResourceId } = await makeApi();
    for (const pathPart of ["a", "b", "c"]) await client.createResource({ restApiId: id, parentId: rootResourceId, pathPart });
    const first = await client.getResources({ restApiId: id, limit: 3 });
    const second = await client.getResources({ restApiId: id, limit: 3, position: first.position });
    expect([first.items?.length, second.items?.length, second.position]).toEqual([3, 1, undefined]);
  });
});

async function mockApi(templates: { request?: string; response?: string; parameters?: Record<string, string> }) {
  const { id } = await makeApi();
  const at = { restApiId: id, resourceId: await resourceAt(id, "/m/{name}"), httpMethod: "POST" };
  await client.putMethod({ ...at, authorizationType: "NONE" });
  const requestTemplates = { "application/json": templates.request ?? '{"statusCode": 200}' };
  await client.putIntegration({ ...at, type: "MOCK", requestTemplates });
  const responseParameters = templates.parameters ?? {};
  const declared = Object.fromEntries(Object.keys(responseParameters).map((name) => [name, true]));
  await client.putMethodResponse({ ...at, statusCode: "200", responseParameters: declared });
  await client.putIntegrationResponse({
    ...at,
    statusCode: "200",
    responseParameters,
    ...(templates.response === undefined ? {} : { responseTemplates: { "application/json": templates.response } }),
  });
  await client.createDeployment({ restApiId: id, stageName: "v1" });
  return { id, at };
}

describe("integrations", () => {
  test("a mock answers through its templates, CORS headers too", async () => {
    const { id } = await mockApi({
      response: '{"name": "$input.params(\'name\')", "stage": "$context.stage"}',
      parameters: { "method.response.header.Access-Control-Allow-Origin": "'*'" },
    });
    const answer = await fetch(urlOf(id, "/m/x%20y"), {
      method: "POST",
      body: '{"a": 1}',
      headers: { "content-type": "application/json" },
    });
    expect([answer.status, await answer.json()]).toEqual([200, { name: "x y", stage: "v1" }]);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("what isn't deployed isn't served", async () => {
    const { id, at } = await mockApi({ response: "old" });
    await client.updateIntegrationResponse({
      ...at,
      statusCode: "200",
      patchOperations: [{ op: "replace", path: "/responseTemplates/application~1json", value: "new" }],
    });
    const read = async () => (await fetch(urlOf(id, "/m/x"), { method: "POST" })).text();
    expect(await read()).toBe("old");
    await client.createDeployment({ restApiId: id, stageName: "v1" });
    expect(await read()).toBe("new");
  });

  test("a function that fails or answers nonsense is a 502", async () => {
    const { id } = await makeApi();
    await addProxy(id, "GET", "/fails", await invokeUri("exports.handler = async () => { throw new Error('no'); };"));
    await addProxy(id, "GET", "/nonsense", await invokeUri("exports.handler = async () => 'text';"));
    await addProxy(id, "GET", "/forbidden", await invokeUri(ECHO, false));
    await client.createDeployment({ restApiId: id, stageName: "v1" });
    const read = async (path: string) => {
      const answer = await fetch(urlOf(id, path));
      return `${answer.status} ${await answer.text()}`;
    };
    expect(await read("/fails")).toBe('502 {"message": "Internal server error"}');
    expect(await read("/nonsense")).toBe('502 {"message": "Internal server error"}');
    expect(await read("/forbidden")).toBe('500 {"message":"Internal server error"}');
  });
});

describe("who may call", () => {
  test("an API key of a usage plan, as often as its quota says", async () => {
    const { id } = await makeApi();
    await addProxy(id, "GET", "/k", await invokeUri(ECHO), { apiKeyRequired: true });
    await client.createDeployment({ restApiId: id, stageName: "v1" });
    const { id: keyId, value = "" } = await client.createApiKey({ name: "k", enabled: true });
    const read = async (key?: string) => {
      const answer = await fetch(urlOf(id, "/k"), { headers: key === undefined ? {} : { "x-api-key": key } });
      return `${answer.status} ${answer.status === 200 ? "" : await answer.text()}`.trim();
    };
    expect([await read(), await read(value)]).toEqual(['403 {"message":"Forbidden"}', '403 {"message":"Forbidden"}']);
    const apiStages = [{ apiId: id, stage: "v1" }];
    const { id: usagePlanId } = await client.createUsagePlan({ name: "p", apiStages, quota: { limit: 2, period: "DAY" } });
    await client.createUsagePlanKey({ usagePlanId, keyId, keyType: "API_KEY" });
    expect([await read(value), await read(value)]).toEqual(["200", "200"]);
    expect(await read(value)).toBe('429 {"message":"Limit Exceeded"}');
  });

  test("a TOKEN authorizer decides by its policy, and hands its context on", async () => {
    const { id } = await makeApi();
    const authorizerUri = await invokeUri(`exports.handler = async (event) => {
      if (event.authorizationToken === "none") throw new Error("Unauthorized");
      const Effect = event.authorizationToken === "yes" ? "Allow" : "Deny";
      return { principalId: "me", context: { n: 1 }, policyDocument: { Version: "2012-10-17",
        Statement: [{ Action: "execute-api:Invoke", Effect, Resource: event.methodArn }] } };
    };`);
    const { id: authorizerId } = await client.createAuthorizer({
      restApiId: id,
      name: "t",
      type: "TOKEN",
      authorizerUri,
      identitySource: "method.request.header.Authorization",
    });
    await addProxy(id, "GET", "/a", await invokeUri(ECHO), { authorizationType: "CUSTOM", authorizerId });
    await client.createDeployment({ restApiId: id, stageName: "v1" });
    const read = async (token?: string) => {
      const answer = await fetch(urlOf(id, "/a"), { headers: token === undefined ? {} : { authorization: token } });
      const body = (await answer.json()) as { requestContext?: { authorizer?: object } };
      return { status: answer.status, body };
    };
    expect(await read()).toEqual({ status: 401, body: { message: "Unauthorized" } });
    expect(await read("none")).toEqual({ status: 401, body: { message: "Unauthorized" } });
    expect(await read("no")).toEqual({
      status: 403,
      body: { Message: "User is not authorized to access this resource with an explicit deny" },
    });
    expect((await read("yes")).body.requestContext?.authorizer).toMatchObject({ principalId: "me", n: "1" });
  });

  test("a validator asks for parameters and holds the body against its model; gateway responses are the API's own", async () => {
    const { id } = await makeApi();
    const { id: requestValidatorId } = await client.createRequestValidator({
      restApiId: id,
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    const schema = JSON.stringify({ type: "object", required: ["name"], properties: { name: { type: "string" } } });
    await client.createModel({ restApiId: id, name: "Pet", contentType: "application/json", schema });
    await addProxy(id, "POST", "/v", await invokeUri(ECHO), {
      requestValidatorId,
      requestModels: { "application/json": "Pet" },
      requestParameters: { "method.request.querystring.q": true },
    });
    await client.putGatewayResponse({
      restApiId: id,
      responseType: "BAD_REQUEST_BODY",
      statusCode: "422",
      responseTemplates: { "application/json": '{"why": "$context.error.validationErrorString"}' },
    });
    await client.createDeployment({ restApiId: id, stageName: "v1" });
    const send = async (query: string, body: string) => {
      const answer = await fetch(urlOf(id, `/v${query}`), {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      return `${answer.status} ${answer.status === 200 ? "" : await answer.text()}`.trim();
    };
    expect(await send("", '{"name": "x"}')).toBe('400 {"message":"Missing required request parameters: [q]"}');
    expect(await send("?q=1", '{"name": 1}')).toBe(
      '422 {"why": "[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]"}',
    );
    expect(await send("?q=1", '{"name": "x"}')).toBe("200");
  });
});
