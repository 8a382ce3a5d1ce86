/** Who may call, how often, and where it goes: over HTTP. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as api from "@aws-sdk/client-api-gateway";
import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
let gateway: api.APIGateway;
let server: Server;
let here = "";
const seen: string[] = [];

const call = <O = Record<string, unknown>>(service: string, operation: string, input: object) =>
  cloud.call<O>(service, operation, input);

beforeAll(async () => {
  cloud = await startCloud({ volatile: true, random: seededRandom(5) });
  gateway = new api.APIGateway({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      seen.push(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()} ${request.headers["x-mine"] ?? ""}`.trim());
      response.writeHead(request.url?.startsWith("/missing") === true ? 404 : 200, {
        "content-type": "application/json",
        "x-own": "1",
      });
      response.end('{"from":"server"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await cloud.stop();
});

/** An API of one method, whose mock answers 200 unless it has another integration. */
async function made(
  method: Partial<api.PutMethodCommandInput>,
  options: {
    readonly integration?: Partial<api.PutIntegrationCommandInput>;
    readonly authorizer?: Partial<api.CreateAuthorizerCommandInput>;
    readonly policy?: string;
    readonly path?: string;
    readonly variables?: Record<string, string>;
  } = {},
): Promise<string> {
  const { id: restApiId = "", rootResourceId } = await gateway.createRestApi({ name: "a", policy: options.policy });
  const { id: resourceId } = await gateway.createResource({ restApiId, parentId: rootResourceId, pathPart: options.path ?? "x" });
  const own = options.authorizer;
  const authorizer =
    own === undefined ? undefined : await gateway.createAuthorizer({ restApiId, name: "own", type: "REQUEST", ...own });
  const key = { restApiId, resourceId, httpMethod: "GET" };
  const authorizerId = authorizer?.id;
  await gateway.putMethod({ ...key, authorizationType: "NONE", authorizerId, ...method });
  const requestTemplates = { "application/json": '{"statusCode":200}' };
  await gateway.putIntegration({ ...key, type: "MOCK", requestTemplates, ...options.integration });
  await gateway.putMethodResponse({ ...key, statusCode: "200", responseParameters: { "method.response.header.X-Own": false } });
  await gateway.putMethodResponse({ ...key, statusCode: "404" });
  const isHttp = options.integration?.type === "HTTP";
  await gateway.putIntegrationResponse({
    ...key,
    statusCode: "200",
    ...(isHttp ? { responseParameters: { "method.response.header.X-Own": "integration.response.header.x-own" } } : {}),
  });
  await gateway.putIntegrationResponse({
    ...key,
    statusCode: "404",
    selectionPattern: "404",
    responseTemplates: { "application/json": "{\"gone\":$input.json('$.from')}" },
  });
  await gateway.createDeployment({ restApiId, stageName: "v1", variables: options.variables });
  return restApiId;
}
const ask = async (id: string, headers: Record<string, string> = {}, path = "/x") => {
  const answer = await fetch(`${cloud.endpoint}/restapis/${id}/v1/_user_request_${path}`, { headers });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
};

describe("who may call", () => {
  test("IAM wants a signature", async () => {
    const id = await made({ authorizationType: "AWS_IAM" });
    expect(await ask(id)).toMatchObject({ status: 403, text: '{"message":"Missing Authentication Token"}' });
    const wrong = await ask(id, { authorization: "AWS4-HMAC-SHA256 nothing" });
    expect(wrong.status).toBe(403);
    expect(wrong.headers.get("x-amzn-errortype")).not.toBe("MissingAuthenticationTokenException");
  });

  test("a user pool's own tokens come in, with their scopes where they are asked for, and nobody else's", async () => {
    const { UserPool } = await call<{ UserPool: { Id: string; Arn: string } }>("cognito-idp", "CreateUserPool", {
      PoolName: "p",
    });
    const { UserPoolClient } = await call<{ UserPoolClient: { ClientId: string } }>("cognito-idp", "CreateUserPoolClient", {
      UserPoolId: UserPool.Id,
      ClientName: "c",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    });
    const user = { UserPoolId: UserPool.Id, Username: "me" };
    await call("cognito-idp", "AdminCreateUser", { ...user, MessageAction: "SUPPRESS" });
    await call("cognito-idp", "AdminSetUserPassword", { ...user, Password: "Passw0rd!", Permanent: true });
    const { AuthenticationResult: tokens } = await call<{ AuthenticationResult: { IdToken: string; AccessToken: string } }>(
      "cognito-idp",
      "InitiateAuth",
      {
        ClientId: UserPoolClient.ClientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "me", PASSWORD: "Passw0rd!" },
      },
    );
    const authorizer = {
      type: "COGNITO_USER_POOLS" as const,
      providerARNs: [UserPool.Arn],
      identitySource: "method.request.header.Authorization",
    };
    const id = await made({ authorizationType: "COGNITO_USER_POOLS" }, { authorizer });
    expect((await ask(id)).status).toBe(401);
    expect((await ask(id, { authorization: "x.y.z" })).status).toBe(401);
    expect((await ask(id, { authorization: tokens.IdToken })).status).toBe(200);
    const [head = "", claims = ""] = tokens.IdToken.split(".");
    const forged = `${head}.${claims}.${Buffer.from("forged").toString("base64url")}`;
    expect((await ask(id, { authorization: forged })).status).toBe(401);
    const scoped = await made({ authorizationType: "COGNITO_USER_POOLS", authorizationScopes: ["orders/read"] }, { authorizer });
    expect((await ask(scoped, { authorization: tokens.AccessToken })).status).toBe(401);
    const admin = await made(
      { authorizationType: "COGNITO_USER_POOLS", authorizationScopes: ["aws.cognito.signin.user.admin"] },
      { authorizer },
    );
    expect((await ask(admin, { authorization: tokens.AccessToken })).status).toBe(200);
  });

  test("a policy of the API's own refuses by address", async () => {
    const statement = (Effect: string, ip: string) => ({
      Effect,
      Principal: "*",
      Action: "execute-api:Invoke",
      Resource: "execute-api:/*",
      Condition: { IpAddress: { "aws:SourceIp": ip } },
    });
    const policy = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
    expect((await ask(await made({}, { policy: policy(statement("Allow", "127.0.0.0/8")) }))).status).toBe(200);
    const refused = await ask(await made({}, { policy: policy(statement("Allow", "10.0.0.0/8")) }));
    expect([refused.status, refused.text]).toEqual([
      403,
      expect.stringContaining("is not authorized to perform: execute-api:Invoke"),
    ]);
  });
});

describe("how often", () => {
  const statusesOf = async (id: string, count: number, headers: Record<string, string> = {}) => {
    const statuses: number[] = [];
    for (let i = 0; i < count; i++) statuses.push((await ask(id, headers)).status);
    return statuses;
  };

  test("a stage's limit for a method answers 429 once its burst is used up", async () => {
    const id = await made({});
    const set = (path: string, value: string) => ({ op: "replace" as const, path: `/~1x/GET/throttling/${path}`, value });
    await gateway.updateStage({
      restApiId: id,
      stageName: "v1",
      patchOperations: [set("rateLimit", "0.001"), set("burstLimit", "2")],
    });
    expect(await statusesOf(id, 3)).toEqual([200, 200, 429]);
    expect((await ask(id)).text).toBe('{"message":"Too Many Requests"}');
  });

  test("a usage plan's limits are a key's own", async () => {
    const id = await made({ apiKeyRequired: true });
    const apiStages = [{ apiId: id, stage: "v1" }];
    const { id: usagePlanId } = await gateway.createUsagePlan({
      name: "p",
      apiStages,
      throttle: { rateLimit: 0.001, burstLimit: 1 },
    });
    const keys = await Promise.all(
      ["a", "b"].map(async (name) => {
        const { id: keyId, value = "" } = await gateway.createApiKey({ name, enabled: true });
        await gateway.createUsagePlanKey({ usagePlanId, keyId, keyType: "API_KEY" });
        return { "x-api-key": value };
      }),
    );
    expect(await statusesOf(id, 2, keys[0])).toEqual([200, 429]);
    expect(await statusesOf(id, 1, keys[1])).toEqual([200]);
    expect(await statusesOf(id, 1, { "x-api-key": "nobody's" })).toEqual([403]);
  });
});

describe("servers behind methods", () => {
  test("HTTP_PROXY hands all on, with what is mapped over it", async () => {
    const id = await made(
      { requestParameters: { "method.request.path.id": true } },
      {
        path: "{id}",
        variables: { root: "things" },
        integration: {
          type: "HTTP_PROXY",
          integrationHttpMethod: "GET",
          uri: `${here}/\${stageVariables.root}/{id}`,
          requestParameters: {
            "integration.request.path.id": "method.request.path.id",
            "integration.request.header.X-Mine": "'constant'",
          },
        },
      },
    );
    seen.length = 0;
    const answer = await ask(id, {}, "/7?a=1");
    expect([answer.status, answer.text, answer.headers.get("x-own")]).toEqual([200, '{"from":"server"}', "1"]);
    expect(seen).toEqual(["GET /things/7?a=1  constant"]);
  });

  test("HTTP goes through templates, and its status selects the response", async () => {
    const integration = (path: string) => ({
      type: "HTTP" as const,
      integrationHttpMethod: "POST",
      uri: `${here}${path}`,
      requestTemplates: { "application/json": '{"who":"$context.httpMethod"}' },
    });
    seen.length = 0;
    const good = await ask(await made({}, { integration: integration("/a") }));
    expect([good.status, good.text, good.headers.get("x-own")]).toEqual([200, '{"from":"server"}', "1"]);
    expect(seen).toEqual(['POST /a {"who":"GET"}']);
    const gone = await ask(await made({}, { integration: integration("/missing") }));
    expect([gone.status, gone.text]).toEqual([404, '{"gone":"server"}']);
  });

  test("nothing leaves this machine", async () => {
    const integration = { type: "HTTP_PROXY" as const, integrationHttpMethod: "GET", uri: "https://example.com/" };
    expect((await ask(await made({}, { integration }))).status).toBe(504);
  });
});
