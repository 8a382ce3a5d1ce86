import * as api from "@aws-sdk/client-apigatewayv2";
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { seededRandom } from "@dovetail/model";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import type { ServiceDefinition } from "../../core/service.ts";
import { oneRole, ROLE, zipOf } from "../lambda/testing.ts";

const ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_test";
let cloud: Cloud;
let client: api.ApiGatewayV2Client;
let functions: LambdaClient;
let logs: CloudWatchLogsClient;
let key: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  key = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(key.publicKey)), kid: "k1", alg: "RS256", use: "sig" };
  const idp: ServiceDefinition = {
    name: "cognito-idp",
    operations: {},
    internal: { jwks: (_ctx, input: { issuer: string }) => (input.issuer === ISSUER ? { keys: [jwk] } : undefined) },
  };
  cloud = await startCloud({ random: seededRandom(1), services: { iam: oneRole, "cognito-idp": idp } });
  const options = {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  client = new api.ApiGatewayV2Client(options);
  functions = new LambdaClient(options);
  logs = new CloudWatchLogsClient(options);
});
afterAll(() => cloud.stop());

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error & { $metadata?: { httpStatusCode?: number } }) =>
      `${error.$metadata?.httpStatusCode} ${error.name}: ${error.message}`,
  );

let made = 0;
async function makeFunction(code: string, mayBeCalled = true): Promise<string> {
  const FunctionName = `g${made++}`;
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
  return FunctionArn ?? "";
}

const ECHO = "exports.handler = async (event) => event;";

async function makeApi(more: Partial<api.CreateApiCommandInput> = {}, stage: Partial<api.CreateStageCommandInput> = {}) {
  const { ApiId = "", ApiEndpoint = "" } = await client.send(
    new api.CreateApiCommand({ Name: "a", ProtocolType: "HTTP", ...more }),
  );
  await client.send(new api.CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true, ...stage }));
  return { ApiId, url: ApiEndpoint };
}

async function addRoute(
  ApiId: string,
  RouteKey: string,
  code: string | { arn: string },
  more: Partial<api.CreateRouteCommandInput> & { format?: string } = {},
) {
  const IntegrationUri = typeof code === "string" ? await makeFunction(code) : code.arn;
  const { format, ...route } = more;
  const { IntegrationId } = await client.send(
    new api.CreateIntegrationCommand({
      ApiId,
      IntegrationType: "AWS_PROXY",
      IntegrationUri,
      PayloadFormatVersion: format ?? "2.0",
    }),
  );
  await client.send(new api.CreateRouteCommand({ ApiId, RouteKey, Target: `integrations/${IntegrationId}`, ...route }));
}

const sign = (claims: object, options: { issuer?: string; key?: typeof key } = {}) =>
  new SignJWT(claims as Record<string, unknown>)
    .setProtectedHeader({ alg: "RS256", kid: "k1" })
    .setIssuer(options.issuer ?? ISSUER)
    .setIssuedAt(Math.floor(cloud.clock.now() / 1000))
    .sign((options.key ?? key).privateKey);

describe("an HTTP API", () => {
  test("hands a request over in format 2.0", async () => {
    const { ApiId, url } = await makeApi();
    await addRoute(ApiId, "POST /pets/{id}", ECHO);
    const answer = await fetch(`${url}/pets/a%20b?x=1&x=2&y=`, {
      method: "POST",
      body: '{"a":1}',
      headers: { "content-type": "application/json", cookie: "c=1; d=2", "X-Mixed": "V" },
    });
    const event = (await answer.json()) as { headers: Record<string, string> };
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "POST /pets/{id}",
      rawPath: "/pets/a b",
      rawQueryString: "x=1&x=2&y=",
      cookies: ["c=1", "d=2"],
      queryStringParameters: { x: "1,2", y: "" },
      pathParameters: { id: "a b" },
      body: '{"a":1}',
      isBase64Encoded: false,
      requestContext: {
        accountId: "000000000000",
        apiId: ApiId,
        stage: "$default",
        routeKey: "POST /pets/{id}",
        http: { method: "POST", path: "/pets/a b", protocol: "HTTP/1.1" },
      },
    });
    expect(event.headers["x-mixed"]).toBe("V");
    expect(event.headers.cookie).toBeUndefined();
    expect(answer.headers.get("apigw-requestid")).toBeTruthy();
  });

  test("hands a request over in format 1.0", async () => {
    const { ApiId, url } = await makeApi();
    await addRoute(
      ApiId,
      "GET /pets",
      "exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event), multiValueHeaders: { 'x-many': ['1', '2'] } });",
      { format: "1.0" },
    );
    const answer = await fetch(`${url}/pets?x=1&x=2`);
    expect(answer.headers.get("x-many")).toBe("1, 2");
    expect(await answer.json()).toMatchObject({
      version: "1.0",
      resource: "/pets",
      path: "/pets",
      httpMethod: "GET",
      queryStringParameters: { x: "2" },
      multiValueQueryStringParameters: { x: ["1", "2"] },
      pathParameters: null,
      body: null,
      requestContext: { resourcePath: "/pets", httpMethod: "GET", stage: "$default", identity: { sourceIp: "127.0.0.1" } },
    });
  });

  test("gives binary bodies as base64 both ways", async () => {
    const { ApiId, url } = await makeApi();
    await addRoute(
      ApiId,
      "PUT /b",
      "exports.handler = async (e) => ({ statusCode: 200, isBase64Encoded: true, headers: { 'content-type': 'image/png' }, body: e.isBase64Encoded ? e.body : '' });",
    );
    const bytes = Buffer.from([0, 255, 1, 254]);
    const answer = await fetch(`${url}/b`, { method: "PUT", body: bytes, headers: { "content-type": "image/png" } });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
  });

  test("chooses the most specific route", async () => {
    const { ApiId, url } = await makeApi();
    const name = (text: string) => `exports.handler = async () => '${text}'`;
    for (const route of ["GET /a/{id}", "GET /a/b", "ANY /a/{p+}", "GET /a/{id}/c", "$default", "POST /a/{p+}"])
      await addRoute(ApiId, route, name(route));
    const get = async (path: string, method = "GET") => (await fetch(`${url}${path}`, { method })).text();
    expect(await get("/a/b")).toBe("GET /a/b");
    expect(await get("/a/x")).toBe("GET /a/{id}");
    expect(await get("/a/x/c")).toBe("GET /a/{id}/c");
    expect(await get("/a/x/d")).toBe("ANY /a/{p+}");
    expect(await get("/a/b", "DELETE")).toBe("ANY /a/{p+}");
    expect(await get("/a/b", "POST")).toBe("POST /a/{p+}");
    expect(await get("/other")).toBe("$default");
  });

  test.each<[string, string, number, string, string | null]>([
    ["text", "exports.handler = async () => 'hi'", 200, "hi", "application/json"],
    ["an object", "exports.handler = async () => ({ a: 1 })", 200, '{"a":1}', "application/json"],
    [
      "a status and headers",
      "exports.handler = async () => ({ statusCode: 418, headers: { 'Content-Type': 'text/x' }, body: 'tea' })",
      418,
      "tea",
      "text/x",
    ],
    [
      "an error",
      "exports.handler = async () => { throw new Error('x') }",
      500,
      '{"message":"Internal Server Error"}',
      "application/json",
    ],
    [
      "a wrong status",
      "exports.handler = async () => ({ statusCode: 'abc' })",
      500,
      '{"message":"Internal Server Error"}',
      "application/json",
    ],
    [
      "an object as body",
      "exports.handler = async () => ({ statusCode: 200, body: {} })",
      500,
      '{"message":"Internal Server Error"}',
      "application/json",
    ],
    [
      "a header that HTTP can't carry",
      "exports.handler = async () => ({ statusCode: 200, headers: { a: 'x\\r\\nb: c' } })",
      500,
      '{"message":"Internal Server Error"}',
      "application/json",
    ],
  ])("turns %s into HTTP", async (_what, code, status, body, type) => {
    const { ApiId, url } = await makeApi();
    await addRoute(ApiId, "GET /", code);
    const answer = await fetch(`${url}/`);
    expect([answer.status, await answer.text(), answer.headers.get("content-type")]).toEqual([status, body, type]);
  });

  test("answers 404 without a route, 500 without the function's permission", async () => {
    const { ApiId, url } = await makeApi();
    const missing = await fetch(`${url}/none`);
    expect([missing.status, await missing.text()]).toEqual([404, '{"message":"Not Found"}']);
    await addRoute(ApiId, "GET /x", { arn: await makeFunction(ECHO, false) });
    const denied = await fetch(`${url}/x`);
    expect([denied.status, await denied.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  test("is reached by its port, by path and by Host, with named stages", async () => {
    const { ApiId, url } = await makeApi();
    await client.send(new api.CreateStageCommand({ ApiId, StageName: "dev", AutoDeploy: true, StageVariables: { v: "1" } }));
    await addRoute(
      ApiId,
      "GET /x",
      "exports.handler = async (e) => [e.requestContext.stage, e.rawPath, e.stageVariables ?? null]",
    );
    const json = async (address: string) => (await fetch(address)).json();
    expect(await json(`${url}/x`)).toEqual(["$default", "/x", null]);
    expect(await json(`${url}/dev/x`)).toEqual(["dev", "/dev/x", { v: "1" }]);
    expect(await json(`${cloud.endpoint}/_aws/execute-api/${ApiId}/dev/x`)).toEqual(["dev", "/dev/x", { v: "1" }]);
  });

  test("without automatic deployment serves what was deployed", async () => {
    const { ApiId, url } = await makeApi({}, { StageName: "manual", AutoDeploy: false });
    await addRoute(ApiId, "GET /x", "exports.handler = async () => 1");
    expect((await fetch(`${url}/manual/x`)).status).toBe(404);
    await client.send(new api.CreateDeploymentCommand({ ApiId, StageName: "manual" }));
    expect((await fetch(`${url}/manual/x`)).status).toBe(200);
  });

  test("answers preflights and sets CORS headers itself", async () => {
    const { ApiId, url } = await makeApi({
      CorsConfiguration: {
        AllowOrigins: ["https://app.example"],
        AllowMethods: ["GET", "POST"],
        AllowHeaders: ["authorization"],
        MaxAge: 60,
        AllowCredentials: true,
        ExposeHeaders: ["x-a"],
      },
    });
    await addRoute(
      ApiId,
      "GET /x",
      "exports.handler = async () => ({ statusCode: 200, headers: { 'access-control-allow-origin': '*' }, body: '' })",
    );
    const preflight = await fetch(`${url}/x`, {
      method: "OPTIONS",
      headers: { origin: "https://app.example", "access-control-request-method": "GET" },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      "access-control-allow-origin": "https://app.example",
      "access-control-allow-methods": "GET,POST",
      "access-control-allow-headers": "authorization",
      "access-control-max-age": "60",
      "access-control-allow-credentials": "true",
    });
    const foreign = await fetch(`${url}/x`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "GET" },
    });
    expect([foreign.status, foreign.headers.get("access-control-allow-origin")]).toEqual([204, null]);
    const actual = await fetch(`${url}/x`, { headers: { origin: "https://app.example" } });
    expect(actual.headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(actual.headers.get("access-control-expose-headers")).toBe("x-a");
  });

  test("throttles", async () => {
    const { ApiId, url } = await makeApi({}, { DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0.001 } });
    await addRoute(ApiId, "GET /x", "exports.handler = async () => 1");
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await fetch(`${url}/x`)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(await (await fetch(`${url}/x`)).text()).toBe('{"message":"Too Many Requests"}');
  });

  test("writes access logs", async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName: "access" }));
    const DestinationArn = "arn:aws:logs:us-east-1:000000000000:log-group:access";
    const { ApiId, url } = await makeApi(
      {},
      {
        AccessLogSettings: {
          DestinationArn,
          Format:
            '{"m":"$context.httpMethod","r":"$context.routeKey","s":$context.status,"e":"$context.error.message","n":"$context.nothing"}',
        },
      },
    );
    await addRoute(ApiId, "GET /x", "exports.handler = async () => 1");
    await fetch(`${url}/x`);
    await fetch(`${url}/y`);
    await cloud.idle();
    const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: "access" }));
    expect(events?.map((event) => JSON.parse(event.message ?? ""))).toEqual([
      { m: "GET", r: "GET /x", s: 200, e: "-", n: "-" },
      { m: "GET", r: "$default", s: 404, e: "Not Found", n: "-" },
    ]);
  });
});

describe("IAM authorization", () => {
  test("refuses what nobody signed", async () => {
    const { ApiId, url } = await makeApi();
    await addRoute(ApiId, "GET /x", "exports.handler = async () => 1", { AuthorizationType: "AWS_IAM" });
    const answer = await fetch(`${url}/x`);
    expect([answer.status, await answer.text()]).toEqual([403, '{"message":"Forbidden"}']);
    const authorization =
      "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=00";
    expect((await fetch(`${url}/x`, { headers: { authorization } })).status).toBe(200);
  });
});

describe("a JWT authorizer", () => {
  async function guarded(scopes: string[] = []) {
    const { ApiId, url } = await makeApi();
    const input = {
      ApiId,
      Name: "jwt",
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: ISSUER, Audience: ["client1"] },
    } as const;
    const { AuthorizerId } = await client.send(
      new api.CreateAuthorizerCommand({
        ...input,
        IdentitySource: [...input.IdentitySource],
        JwtConfiguration: { Issuer: ISSUER, Audience: ["client1"] },
      }),
    );
    await addRoute(ApiId, "GET /x", "exports.handler = async (e) => e.requestContext.authorizer", {
      AuthorizationType: "JWT",
      AuthorizerId,
      AuthorizationScopes: scopes,
    });
    return (token: string | undefined) => fetch(`${url}/x`, { headers: token === undefined ? {} : { authorization: token } });
  }
  const inAnHour = () => Math.floor(cloud.clock.now() / 1000) + 3600;

  test("lets good tokens through and gives their claims as text", async () => {
    const get = await guarded();
    const exp = inAnHour();
    const token = await sign({ aud: "client1", sub: "u1", exp, "cognito:groups": ["a", "b"], email_verified: true });
    const answer = await get(`Bearer ${token}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      jwt: {
        scopes: null,
        claims: expect.objectContaining({
          sub: "u1",
          aud: "client1",
          "cognito:groups": "[a b]",
          email_verified: "true",
          exp: String(exp),
        }),
      },
    });
  });

  test("takes client_id where there is no aud, with or without Bearer", async () => {
    const get = await guarded();
    expect((await get(await sign({ client_id: "client1", exp: inAnHour() }))).status).toBe(200);
  });

  test("refuses everything else with 401", async () => {
    const get = await guarded();
    const other = await generateKeyPair("RS256");
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify({ iss: ISSUER, aud: "client1", exp: inAnHour() })).toString("base64url")}.`;
    const tokens: (string | undefined)[] = [
      undefined,
      "Bearer nonsense",
      none,
      await sign({ aud: "client1", exp: inAnHour() - 7200 }),
      await sign({ aud: "client2", exp: inAnHour() }),
      await sign({ aud: "client1" }),
      await sign({ aud: "client1", exp: inAnHour(), nbf: inAnHour() }),
      await sign({ aud: "client1", exp: inAnHour() }, { issuer: "https://other.example" }),
      await sign({ aud: "client1", exp: inAnHour() }, { key: other }),
    ];
    for (const token of tokens) {
      const answer = await get(token);
      expect([answer.status, await answer.text()]).toEqual([401, '{"message":"Unauthorized"}']);
      expect(answer.headers.get("www-authenticate")).toMatch(
        token === undefined ? /^Bearer$/ : /^Bearer scope="" error="invalid_token"/,
      );
    }
  });

  test("forgets no token's expiry", async () => {
    const get = await guarded();
    const token = await sign({ aud: "client1", exp: Math.floor(cloud.clock.now() / 1000) + 2 * 3600 });
    expect((await get(token)).status).toBe(200);
    const before = cloud.clock.now();
    await fetch(`${cloud.endpoint}/_dovetail/clock`, { method: "POST", body: JSON.stringify({ advanceMs: 3 * 3600_000 }) });
    expect(cloud.clock.now()).toBeGreaterThan(before + 3600_000);
    expect((await get(token)).status).toBe(401);
  });

  test("asks for scopes", async () => {
    const get = await guarded(["write"]);
    expect((await get(await sign({ aud: "client1", exp: inAnHour(), scope: "read" }))).status).toBe(403);
    const good = await get(await sign({ aud: "client1", exp: inAnHour(), scope: "read write" }));
    expect(await good.json()).toMatchObject({ jwt: { scopes: ["read", "write"] } });
  });
});

describe("a Lambda authorizer", () => {
  async function guarded(code: string, more: Partial<api.CreateAuthorizerCommandInput> = {}) {
    const { ApiId, url } = await makeApi();
    const AuthorizerUri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${await makeFunction(code)}/invocations`;
    const { AuthorizerId } = await client.send(
      new api.CreateAuthorizerCommand({
        ApiId,
        Name: "l",
        AuthorizerType: "REQUEST",
        AuthorizerUri,
        AuthorizerPayloadFormatVersion: "2.0",
        EnableSimpleResponses: true,
        IdentitySource: ["$request.header.x-key"],
        AuthorizerResultTtlInSeconds: 300,
        ...more,
      }),
    );
    await addRoute(ApiId, "GET /x", "exports.handler = async (e) => e.requestContext.authorizer.lambda", {
      AuthorizationType: "CUSTOM",
      AuthorizerId,
    });
    return (headers: Record<string, string>) => fetch(`${url}/x`, { headers });
  }
  const SIMPLE =
    "let n = 0; exports.handler = async (e) => ({ isAuthorized: e.identitySource[0] === 'good', context: { n: ++n } })";

  test("decides by simple answers, which are kept for their time", async () => {
    const get = await guarded(SIMPLE);
    expect((await get({})).status).toBe(401);
    expect(await (await get({ "x-key": "good" })).json()).toEqual({ n: 1 });
    expect(await (await get({ "x-key": "good" })).json()).toEqual({ n: 1 });
    const denied = await get({ "x-key": "bad" });
    expect([denied.status, await denied.text()]).toEqual([403, '{"message":"Forbidden"}']);
  });

  test("decides by IAM answers", async () => {
    const code =
      "exports.handler = async (e) => ({ principalId: 'p', policyDocument: { Version: '2012-10-17', Statement: [{ Effect: e.headers['x-key'] === 'good' ? 'Allow' : 'Deny', Action: 'execute-api:Invoke', Resource: e.routeArn }] }, context: { a: 'b' } })";
    const get = await guarded(code, { EnableSimpleResponses: false });
    expect(await (await get({ "x-key": "good" })).json()).toEqual({ a: "b" });
    expect((await get({ "x-key": "bad" })).status).toBe(403);
  });

  test("that fails or answers nonsense is a 500", async () => {
    expect((await (await guarded("exports.handler = async () => { throw new Error('x') }"))({ "x-key": "a" })).status).toBe(500);
    expect((await (await guarded("exports.handler = async () => 'nonsense'"))({ "x-key": "a" })).status).toBe(500);
    expect(
      (await (await guarded("exports.handler = async () => { throw new Error('Unauthorized') }"))({ "x-key": "a" })).status,
    ).toBe(401);
  });

  test("without identity sources and caching is always asked", async () => {
    const get = await guarded("let n = 0; exports.handler = async () => ({ isAuthorized: true, context: { n: ++n } })", {
      IdentitySource: [],
      AuthorizerResultTtlInSeconds: 0,
    });
    expect(await (await get({})).json()).toEqual({ n: 1 });
    expect(await (await get({})).json()).toEqual({ n: 2 });
  });
});

describe("the control plane refuses", () => {
  test("what AWS refuses, in its words", async () => {
    const { ApiId } = await makeApi();
    expect(
      await reason(
        client.send(
          new api.CreateApiCommand({
            Name: "a",
            ProtocolType: "HTTP",
            CorsConfiguration: { AllowOrigins: ["*"], AllowCredentials: true },
          }),
        ),
      ),
    ).toBe("400 BadRequestException: allow-credentials is not supported if 'allow-origin' is *");
    expect(await reason(client.send(new api.CreateRouteCommand({ ApiId, RouteKey: "FETCH /x" })))).toMatch(
      /^400 BadRequestException: The provided route key is not formatted properly for HTTP protocol/,
    );
    expect(
      await reason(client.send(new api.CreateRouteCommand({ ApiId, RouteKey: "GET /x", Target: "integrations/none" }))),
    ).toMatch(/^400 BadRequestException/);
    expect(await reason(client.send(new api.GetApiCommand({ ApiId: "none" })))).toMatch(
      /^404 NotFoundException: Invalid API identifier specified 000000000000:none/,
    );
    expect(
      await reason(
        client.send(
          new api.CreateIntegrationCommand({
            ApiId,
            IntegrationType: "AWS_PROXY",
            IntegrationUri: "x",
            PayloadFormatVersion: "2.0",
          }),
        ),
      ),
    ).toMatch(/Invalid function ARN or invalid uri/);
    expect(
      await reason(
        client.send(
          new api.CreateAuthorizerCommand({
            ApiId,
            Name: "j",
            AuthorizerType: "JWT",
            IdentitySource: ["$request.header.Authorization"],
            JwtConfiguration: { Issuer: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_none", Audience: ["a"] },
          }),
        ),
      ),
    ).toMatch(/Invalid issuer: .*\. Issuer must have a valid discovery endpoint/);
    await reason(client.send(new api.CreateRouteCommand({ ApiId, RouteKey: "GET /x" })));
    expect(await reason(client.send(new api.CreateRouteCommand({ ApiId, RouteKey: "GET /x" })))).toBe(
      "409 ConflictException: Route with key GET /x already exists for this API",
    );
    expect(await reason(client.send(new api.CreateStageCommand({ ApiId, StageName: "$default" })))).toBe(
      "409 ConflictException: Stage already exists",
    );
  });
});
