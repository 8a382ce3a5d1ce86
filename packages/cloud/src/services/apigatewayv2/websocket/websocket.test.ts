import { once } from "node:events";
import * as management from "@aws-sdk/client-apigatewaymanagementapi";
import * as api from "@aws-sdk/client-apigatewayv2";
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { seededRandom } from "@dovetail/model";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Cloud, startCloud } from "../../../cloud.ts";
import { oneRole, ROLE, zipOf } from "../../lambda/testing.ts";

let cloud: Cloud;
let client: api.ApiGatewayV2Client;
let functions: LambdaClient;
let logs: CloudWatchLogsClient;
const open: WebSocket[] = [];

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(1), services: { iam: oneRole }, enforceIam: false });
  const options = { endpoint: cloud.endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  client = new api.ApiGatewayV2Client(options);
  functions = new LambdaClient(options);
  logs = new CloudWatchLogsClient(options);
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});
afterAll(() => cloud.stop());

let made = 0;
async function makeFunction(code: string): Promise<string> {
  const FunctionName = `w${made++}`;
  const { FunctionArn = "" } = await functions.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: ROLE,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Timeout: 20,
      Code: { ZipFile: zipOf({ "index.js": code }) },
    }),
  );
  const permission = { FunctionName, StatementId: "api", Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com" };
  await functions.send(new AddPermissionCommand(permission));
  return FunctionArn;
}

async function makeApi(stage: Partial<api.CreateStageCommandInput> = {}, selection = "$request.body.action") {
  const { ApiId = "", ApiEndpoint = "" } = await client.send(
    new api.CreateApiCommand({ Name: "ws", ProtocolType: "WEBSOCKET", RouteSelectionExpression: selection }),
  );
  await client.send(new api.CreateStageCommand({ ApiId, StageName: "dev", AutoDeploy: true, ...stage }));
  return { ApiId, url: `${ApiEndpoint}/dev` };
}

async function addRoute(
  ApiId: string,
  RouteKey: string,
  integration: Partial<api.CreateIntegrationCommandInput>,
  more: Partial<api.CreateRouteCommandInput> & { answers?: boolean } = {},
) {
  const { IntegrationId } = await client.send(
    new api.CreateIntegrationCommand({ ApiId, IntegrationType: "AWS_PROXY", ...integration }),
  );
  const { answers, ...route } = more;
  const { RouteId } = await client.send(
    new api.CreateRouteCommand({
      ApiId,
      RouteKey,
      Target: `integrations/${IntegrationId}`,
      ...(answers === true ? { RouteResponseSelectionExpression: "$default" } : {}),
      ...route,
    }),
  );
  if (answers === true) await client.send(new api.CreateRouteResponseCommand({ ApiId, RouteId, RouteResponseKey: "$default" }));
  return { IntegrationId, RouteId };
}

function connect(url: string, headers: Record<string, string> = {}, protocols: string[] = []): WebSocket {
  const socket = new WebSocket(url, protocols, { headers });
  socket.on("error", () => {});
  open.push(socket);
  return socket;
}

async function opened(url: string, headers?: Record<string, string>, protocols?: string[]): Promise<WebSocket> {
  const socket = connect(url, headers, protocols);
  await new Promise<void>((resolve, reject) => socket.once("open", () => resolve()).once("error", reject));
  return socket;
}

/** Status and body of a handshake that is refused. */
function refused(url: string, headers?: Record<string, string>): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(url, headers);
    socket.once("open", () => reject(new Error("was accepted")));
    socket.once("unexpected-response", (_request, response) => {
      let body = "";
      response
        .on("data", (chunk: Buffer) => (body += chunk.toString()))
        .on("end", () => resolve({ status: response.statusCode, body }));
    });
  });
}

async function next(socket: WebSocket): Promise<string> {
  const [data] = await once(socket, "message");
  return String(data);
}

const ECHO = "exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });";

/** A function that keeps events, and gives those of a type back through another route. */
const RECORDER = `const seen = []; exports.handler = async (event) => { if (event.body === '{"action":"seen"}') return { statusCode: 200, body: JSON.stringify(seen) }; seen.push(event); return { statusCode: 200 }; };`;

describe("a WebSocket API", () => {
  test("calls $connect, a route chosen by the message, and answers by its route response", async () => {
    const { ApiId, url } = await makeApi({ StageVariables: { color: "red" } });
    const IntegrationUri = await makeFunction(ECHO);
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/dev$/);
    await addRoute(ApiId, "$connect", { IntegrationUri });
    await addRoute(ApiId, "send", { IntegrationUri }, { answers: true });
    await addRoute(ApiId, "$default", { IntegrationUri }, { answers: true });
    const socket = await opened(`${url}?token=a`, { "User-Agent": "tests" });
    socket.send('{"action":"send","x":1}');
    const event = JSON.parse(await next(socket));
    expect(event).toEqual({
      stageVariables: { color: "red" },
      requestContext: {
        routeKey: "send",
        messageId: expect.any(String),
        eventType: "MESSAGE",
        extendedRequestId: expect.any(String),
        requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:/),
        messageDirection: "IN",
        stage: "dev",
        connectedAt: expect.any(Number),
        requestTimeEpoch: expect.any(Number),
        identity: { userAgent: "tests", sourceIp: "127.0.0.1" },
        requestId: event.requestContext.messageId,
        domainName: `${ApiId}.execute-api.us-east-1.amazonaws.com`,
        connectionId: expect.stringMatching(/^[\w-]{15}=$/),
        apiId: ApiId,
      },
      body: '{"action":"send","x":1}',
      isBase64Encoded: false,
    });
    for (const text of ["no json", '{"action":"other"}', '{"action":"$connect"}', "{}"]) {
      socket.send(text);
      expect(JSON.parse(await next(socket)).requestContext.routeKey).toBe("$default");
    }
  });

  test("gives $connect the handshake's headers and query, and $disconnect why it ended", async () => {
    const { ApiId, url } = await makeApi();
    const IntegrationUri = await makeFunction(RECORDER);
    for (const key of ["$connect", "$disconnect"]) await addRoute(ApiId, key, { IntegrationUri });
    await addRoute(ApiId, "seen", { IntegrationUri }, { answers: true });
    const first = await opened(`${url}?a=1&a=2`, { "X-Mine": "v" });
    first.close(1000, "enough");
    await once(first, "close");
    await cloud.idle();
    const second = await opened(url);
    second.send('{"action":"seen"}');
    const [connected, ended] = JSON.parse(await next(second));
    expect(connected).toMatchObject({
      headers: { Host: expect.stringContaining("127.0.0.1"), "X-Mine": "v", "X-Forwarded-Proto": "https" },
      multiValueHeaders: { "X-Mine": ["v"] },
      queryStringParameters: { a: "2" },
      multiValueQueryStringParameters: { a: ["1", "2"] },
      requestContext: { eventType: "CONNECT", routeKey: "$connect" },
      isBase64Encoded: false,
    });
    expect(ended.requestContext).toMatchObject({
      eventType: "DISCONNECT",
      routeKey: "$disconnect",
      disconnectStatusCode: 1000,
      disconnectReason: "enough",
      connectionId: connected.requestContext.connectionId,
    });
  });

  test.each([
    ["the status that $connect answers", "exports.handler = async () => ({ statusCode: 401 })", 401],
    ["502 when it throws", "exports.handler = async () => { throw new Error('x') }", 502],
    ["502 when its answer has no status", "exports.handler = async () => 'hm'", 502],
  ])("refuses the handshake with %s", async (_what, code, status) => {
    const { ApiId, url } = await makeApi();
    await addRoute(ApiId, "$connect", { IntegrationUri: await makeFunction(code) });
    expect(await refused(url)).toMatchObject({ status });
  });

  test("refuses stages that aren't there, plain HTTP, and messages that no route takes", async () => {
    const { url } = await makeApi();
    expect(await refused(url.replace("/dev", "/prod"))).toEqual({ status: 403, body: '{"message":"Forbidden"}' });
    expect((await fetch(url.replace("ws:", "http:"))).status).toBe(403);
    const socket = await opened(url);
    socket.send('{"action":"nobody"}');
    expect(JSON.parse(await next(socket))).toEqual({
      message: "Forbidden",
      connectionId: expect.any(String),
      requestId: expect.any(String),
    });
  });

  test("tells the client of a failed integration, not why", async () => {
    const { ApiId, url } = await makeApi();
    await addRoute(ApiId, "$default", {
      IntegrationUri: await makeFunction("exports.handler = async () => { throw new Error('secret') }"),
    });
    const socket = await opened(url);
    socket.send("x");
    expect(JSON.parse(await next(socket))).toMatchObject({ message: "Internal server error" });
  });

  test("agrees on the subprotocol that $connect names", async () => {
    const { ApiId, url } = await makeApi();
    const code = "exports.handler = async () => ({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'b' } })";
    await addRoute(ApiId, "$connect", { IntegrationUri: await makeFunction(code) });
    expect((await opened(url, {}, ["a", "b"])).protocol).toBe("b");
  });

  test("answers from a mock by its templates", async () => {
    const { ApiId, url } = await makeApi();
    const mock = { IntegrationType: "MOCK" as const, RequestTemplates: { $default: '{"statusCode":200}' } };
    const { IntegrationId } = await addRoute(ApiId, "$default", mock, { answers: true });
    await client.send(
      new api.CreateIntegrationResponseCommand({
        ApiId,
        IntegrationId,
        IntegrationResponseKey: "/200/",
        ResponseTemplates: { $default: '{"id":"$context.connectionId","stage":"$context.stage"}' },
        TemplateSelectionExpression: "$default",
      }),
    );
    const socket = await opened(url);
    socket.send("x");
    expect(JSON.parse(await next(socket))).toEqual({ id: expect.stringMatching(/=$/), stage: "dev" });
  });

  test("a custom authorizer decides on $connect, and its context goes with every event", async () => {
    const { ApiId, url } = await makeApi();
    const authorizer = await makeFunction(
      "exports.handler = async (e) => { if (e.queryStringParameters.token === 'boom') throw new Error('Unauthorized'); return { principalId: 'me', policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: e.queryStringParameters.token === 'good' ? 'Allow' : 'Deny', Resource: e.methodArn }] }, context: { n: 1 } }; }",
    );
    const { AuthorizerId } = await client.send(
      new api.CreateAuthorizerCommand({
        ApiId,
        Name: "a",
        AuthorizerType: "REQUEST",
        AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${authorizer}/invocations`,
        IdentitySource: ["route.request.querystring.token"],
      }),
    );
    const IntegrationUri = await makeFunction(ECHO);
    await addRoute(ApiId, "$connect", { IntegrationUri }, { AuthorizationType: "CUSTOM", AuthorizerId });
    await addRoute(ApiId, "$default", { IntegrationUri }, { answers: true });
    expect((await refused(url)).status).toBe(401);
    expect((await refused(`${url}?token=boom`)).status).toBe(401);
    expect((await refused(`${url}?token=bad`)).status).toBe(403);
    const socket = await opened(`${url}?token=good`);
    socket.send("x");
    expect(JSON.parse(await next(socket)).requestContext.authorizer).toMatchObject({ n: 1, principalId: "me" });
  });

  test("throttles by its route settings", async () => {
    const { ApiId, url } = await makeApi();
    await addRoute(ApiId, "$default", { IntegrationType: "MOCK" }, {});
    const RouteSettings = { $default: { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 } };
    await client.send(new api.UpdateStageCommand({ ApiId, StageName: "dev", RouteSettings }));
    const socket = await opened(url);
    socket.send("x");
    expect(JSON.parse(await next(socket)).message).toBe("Too Many Requests");
  });

  test("serves what its deployment froze where the stage doesn't deploy by itself", async () => {
    const { ApiId, url } = await makeApi({ AutoDeploy: false });
    await addRoute(ApiId, "$default", { IntegrationType: "MOCK" });
    const socket = await opened(url);
    socket.send("x");
    expect(JSON.parse(await next(socket)).message).toBe("Forbidden");
    await client.send(new api.CreateDeploymentCommand({ ApiId, StageName: "dev" }));
    socket.send("x");
    socket.ping();
    await once(socket, "pong");
  });

  test("is reached by host name and by path on the main port", async () => {
    const { ApiId } = await makeApi();
    const { host } = new URL(cloud.endpoint);
    const byHost = connect(`ws://${host}/dev`, { Host: `${ApiId}.execute-api.localhost.localstack.cloud:4566` });
    await once(byHost, "open");
    await opened(`ws://${host}/_aws/execute-api/${ApiId}/dev`);
  });

  test("writes access logs", async () => {
    const DestinationArn = "arn:aws:logs:us-east-1:000000000000:log-group:ws";
    await logs.send(new CreateLogGroupCommand({ logGroupName: "ws" }));
    const { ApiId, url } = await makeApi({
      AccessLogSettings: {
        DestinationArn,
        Format: "$context.eventType $context.routeKey $context.status $context.connectionId $context.nothing",
      },
    });
    await addRoute(ApiId, "$connect", { IntegrationType: "MOCK" });
    await opened(url);
    await cloud.idle();
    const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: "ws" }));
    expect(events?.map(({ message }) => message)).toEqual([expect.stringMatching(/^CONNECT \$connect 200 [\w-]{15}= -$/)]);
  });
});

describe("limits", () => {
  async function ending(socket: WebSocket): Promise<number> {
    const [code] = await once(socket, "close");
    return Number(code);
  }

  test("a frame of more than 32 KB ends the connection, 128 KB in smaller ones don't", async () => {
    const { ApiId, url } = await makeApi();
    await addRoute(
      ApiId,
      "$default",
      { IntegrationUri: await makeFunction("exports.handler = async (e) => ({ statusCode: 200, body: String(e.body.length) })") },
      { answers: true },
    );
    const socket = await opened(url);
    for (let i = 0; i < 4; i++) socket.send("x".repeat(32 * 1024), { fin: i === 3 });
    expect(await next(socket)).toBe(String(128 * 1024));
    socket.send("x".repeat(32 * 1024 + 1));
    expect(await ending(socket)).toBe(1009);
  });

  test("a message of more than 128 KB ends the connection", async () => {
    const socket = await opened((await makeApi()).url);
    for (let i = 0; i < 5; i++) socket.send("x".repeat(30 * 1024), { fin: i === 4 });
    expect(await ending(socket)).toBe(1009);
  });

  test("ten idle minutes and two hours end it, by the cloud's clock", async () => {
    const { url } = await makeApi();
    const idle = await opened(url);
    const ended = ending(idle);
    await cloud.clock.advance(10 * 60_000 + 1000);
    expect(await ended).toBe(1001);
    const busy = await opened(url);
    const over = ending(busy);
    for (let minutes = 0; minutes < 119; minutes += 9) {
      busy.ping();
      await once(busy, "pong");
      await cloud.clock.advance(9 * 60_000);
    }
    expect(await over).toBe(1001);
  });
});

describe("the management API", () => {
  async function connected() {
    const { ApiId, url } = await makeApi();
    await addRoute(ApiId, "$default", { IntegrationUri: await makeFunction(ECHO) }, { answers: true });
    const socket = await opened(url, { "User-Agent": "tests" });
    socket.send("x");
    const ConnectionId: string = JSON.parse(await next(socket)).requestContext.connectionId;
    return { ApiId, url, socket, ConnectionId };
  }
  const clientAt = (endpoint: string) =>
    new management.ApiGatewayManagementApiClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });

  test.each([
    ["the API's own port", ({ url }: { url: string; ApiId: string }) => url.replace("ws:", "http:")],
    ["the main port, by path", ({ ApiId }: { ApiId: string }) => `${cloud.endpoint}/_aws/execute-api/${ApiId}/dev`],
    ["the main port", () => cloud.endpoint],
  ])("sends, looks and closes at %s", async (_where, addressOf) => {
    const { ApiId, url, socket, ConnectionId } = await connected();
    const connections = clientAt(addressOf({ ApiId, url }));
    const message = next(socket);
    await connections.send(new management.PostToConnectionCommand({ ConnectionId, Data: Buffer.from("hällo") }));
    expect(await message).toBe("hällo");
    expect(await connections.send(new management.GetConnectionCommand({ ConnectionId }))).toMatchObject({
      ConnectedAt: expect.any(Date),
      LastActiveAt: expect.any(Date),
      Identity: { SourceIp: "127.0.0.1", UserAgent: "tests" },
    });
    const closed = once(socket, "close");
    await connections.send(new management.DeleteConnectionCommand({ ConnectionId }));
    expect((await closed)[0]).toBe(1000);
    const gone = connections.send(new management.PostToConnectionCommand({ ConnectionId, Data: Buffer.from("x") }));
    await expect(gone).rejects.toMatchObject({ name: "GoneException", $metadata: { httpStatusCode: 410 } });
    const large = connections.send(new management.PostToConnectionCommand({ ConnectionId, Data: Buffer.alloc(131_073) }));
    await expect(large).rejects.toMatchObject({ $metadata: { httpStatusCode: 413 } });
  });

  test("is reached from a function by the address that its event names", async () => {
    const { ApiId, url } = await makeApi();
    const code = `const { ApiGatewayManagementApiClient, PostToConnectionCommand } = require("@aws-sdk/client-apigatewaymanagementapi");
      exports.handler = async (event) => {
        const { domainName, stage, connectionId } = event.requestContext;
        const client = new ApiGatewayManagementApiClient({ endpoint: "https://" + domainName + "/" + stage });
        await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: "pushed " + event.body }));
        return { statusCode: 200 };
      };`;
    await addRoute(ApiId, "$default", { IntegrationUri: await makeFunction(code) });
    const socket = await opened(url);
    socket.send("me");
    expect(await next(socket)).toBe("pushed me");
  });
});
