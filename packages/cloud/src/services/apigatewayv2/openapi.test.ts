import { request as httpRequest } from "node:http";
import * as api from "@aws-sdk/client-apigatewayv2";
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Cloud, startCloud } from "../../cloud.ts";
import { oneRole, ROLE, zipOf } from "../lambda/testing.ts";

/** HTTP APIs as documents, and by names of their own. */
let cloud: Cloud;
let client: api.ApiGatewayV2Client;
let echo: string;

beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(1), services: { iam: oneRole } });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const options = { endpoint: cloud.endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  client = new api.ApiGatewayV2Client(options);
  const functions = new LambdaClient(options);
  const { FunctionArn = "" } = await functions.send(
    new CreateFunctionCommand({
      FunctionName: "echo",
      Role: ROLE,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Code: {
        ZipFile: zipOf({
          "index.js": "exports.handler = async (e) => [e.routeKey, e.rawPath, e.requestContext.stage].join(' ')",
        }),
      },
    }),
  );
  const permission = { StatementId: "api", Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com" };
  await functions.send(new AddPermissionCommand({ FunctionName: "echo", ...permission }));
  echo = FunctionArn;
});
afterAll(() => cloud.stop());

const document = () => ({
  openapi: "3.0.1",
  info: { title: "shop", version: "2", description: "a shop" },
  servers: [{ url: "https://example.com/v1/{stage}", variables: { stage: { default: "x" } } }],
  paths: {
    "/pets/{id}": {
      get: {
        operationId: "getPet",
        security: [{ jwt: ["read"] }],
        "x-amazon-apigateway-integration": { $ref: "#/components/x-amazon-apigateway-integrations/echo" },
      },
      "x-amazon-apigateway-any-method": {
        "x-amazon-apigateway-integration": { $ref: "#/components/x-amazon-apigateway-integrations/echo" },
      },
    },
    "/$default": {
      "x-amazon-apigateway-any-method": {
        "x-amazon-apigateway-auth": { type: "AWS_IAM" },
        "x-amazon-apigateway-integration": {
          type: "http_proxy",
          httpMethod: "ANY",
          uri: "http://localhost:1/{proxy}",
          payloadFormatVersion: "1.0",
        },
      },
    },
    "/bare": { post: {} },
  },
  components: {
    "x-amazon-apigateway-integrations": {
      echo: { type: "aws_proxy", httpMethod: "POST", uri: echo, payloadFormatVersion: "2.0" },
    },
    securitySchemes: {
      jwt: {
        type: "oauth2",
        "x-amazon-apigateway-authorizer": {
          type: "jwt",
          identitySource: "$request.header.Authorization",
          jwtConfiguration: { issuer: "http://127.0.0.1:1", audience: ["a"] },
        },
      },
    },
  },
  "x-amazon-apigateway-cors": { allowOrigins: ["https://a.example"], allowMethods: ["GET"], maxAge: 60 },
});

async function routesOf(ApiId: string | undefined) {
  const { Items = [] } = await client.send(new api.GetRoutesCommand({ ApiId }));
  return Items.map((route) => [route.RouteKey, route.AuthorizationType]).sort();
}

async function exported(ApiId: string | undefined, OutputType: string, more: Partial<api.ExportApiCommandInput> = {}) {
  const { body } = await client.send(new api.ExportApiCommand({ ApiId, Specification: "OAS30", OutputType, ...more }));
  return Buffer.from(body ?? []).toString();
}

describe("an OpenAPI document", () => {
  test("becomes an API that serves", async () => {
    const made = await client.send(new api.ImportApiCommand({ Body: JSON.stringify(document()) }));
    expect(made).toMatchObject({
      Name: "shop",
      Version: "2",
      Description: "a shop",
      ProtocolType: "HTTP",
      CorsConfiguration: { AllowOrigins: ["https://a.example"], AllowMethods: ["GET"], MaxAge: 60 },
      Warnings: ["Route 'POST /bare' has no integration"],
    });
    expect(await routesOf(made.ApiId)).toEqual([
      ["$default", "AWS_IAM"],
      ["ANY /pets/{id}", "NONE"],
      ["GET /pets/{id}", "JWT"],
      ["POST /bare", "NONE"],
    ]);
    await client.send(new api.CreateStageCommand({ ApiId: made.ApiId, StageName: "$default", AutoDeploy: true }));
    expect(await (await fetch(`${made.ApiEndpoint}/pets/1`, { method: "PUT" })).text()).toBe("ANY /pets/{id} /pets/1 $default");
    expect((await fetch(`${made.ApiEndpoint}/pets/1`)).status).toBe(401);
  });

  test("comes out as it went in, as JSON and as YAML", async () => {
    const first = await client.send(new api.ImportApiCommand({ Body: JSON.stringify(document()) }));
    const text = await exported(first.ApiId, "YAML");
    const out = parse(text);
    expect(out).toEqual(JSON.parse(await exported(first.ApiId, "JSON")));
    expect(out.paths["/pets/{id}"].get).toMatchObject({ operationId: "getPet", security: [{ jwt: ["read"] }] });
    const second = await client.send(new api.ImportApiCommand({ Body: text }));
    const again = JSON.parse(await exported(second.ApiId, "JSON"));
    expect(again.paths).toEqual(out.paths);
    expect(again.components).toEqual(out.components);
    expect(again["x-amazon-apigateway-cors"]).toEqual(out["x-amazon-apigateway-cors"]);
    expect(await exported(first.ApiId, "JSON", { IncludeExtensions: false })).not.toMatch(
      /x-amazon-apigateway-(integration|authorizer|cors)/,
    );
  });

  test("replaces an API's routes, or nothing when it is refused", async () => {
    const { ApiId } = await client.send(new api.ImportApiCommand({ Body: JSON.stringify(document()) }));
    const integration = { type: "aws_proxy", uri: echo, payloadFormatVersion: "2.0" };
    const other = {
      openapi: "3.0.1",
      info: { title: "new", version: "3" },
      paths: { "/a": { get: { "x-amazon-apigateway-integration": integration } } },
    };
    const Body = JSON.stringify(other);
    expect(await client.send(new api.ReimportApiCommand({ ApiId, Body }))).toMatchObject({ ApiId, Name: "new", Version: "3" });
    expect(await routesOf(ApiId)).toEqual([["GET /a", "NONE"]]);
    const bad = Body.replace(echo, "nonsense");
    await expect(client.send(new api.ReimportApiCommand({ ApiId, Body: bad }))).rejects.toMatchObject({
      name: "BadRequestException",
    });
    expect(await routesOf(ApiId)).toEqual([["GET /a", "NONE"]]);
  });

  test.each([
    ["prepend", "GET /v1/x/a"],
    ["split", "GET /x/a"],
    ["ignore", "GET /a"],
  ])("with basepath %s has the route %s", async (Basepath, key) => {
    const integration = { type: "aws_proxy", uri: echo, payloadFormatVersion: "2.0" };
    const { servers, info, openapi } = document();
    const Body = JSON.stringify({
      openapi,
      info,
      servers,
      paths: { "/a": { get: { "x-amazon-apigateway-integration": integration } } },
    });
    const { ApiId } = await client.send(new api.ImportApiCommand({ Body, Basepath }));
    expect(await routesOf(ApiId)).toEqual([[key, "NONE"]]);
  });

  test.each([
    ["no document", "{"],
    ["YAML that is none", "a: [b"],
    ["Swagger 2", '{"swagger":"2.0","info":{"title":"a"},"paths":{}}'],
    ["a list", "[]"],
    [
      "a reference to nothing",
      '{"openapi":"3.0.1","info":{"title":"a"},"paths":{"/a":{"get":{"x-amazon-apigateway-integration":{"$ref":"#/components/none"}}}}}',
    ],
    ["a reference to itself", '{"openapi":"3.0.1","info":{"title":"a"},"paths":{"/a":{"$ref":"#/paths/~1a"}}}'],
    ["no title", '{"openapi":"3.0.1","info":{},"paths":{}}'],
    [
      "a bad authorizer",
      '{"openapi":"3.0.1","info":{"title":"a"},"paths":{},"components":{"securitySchemes":{"x":{"x-amazon-apigateway-authorizer":{"type":"token"}}}}}',
    ],
  ])("is refused when it is %s, and leaves no API behind", async (_what, Body) => {
    const count = async () => (await client.send(new api.GetApisCommand({}))).Items?.length;
    const before = await count();
    await expect(client.send(new api.ImportApiCommand({ Body }))).rejects.toMatchObject({ name: "BadRequestException" });
    expect(await count()).toBe(before);
  });

  test("with warnings is refused where they are to be errors", async () => {
    const Body = JSON.stringify(document());
    await expect(client.send(new api.ImportApiCommand({ Body, FailOnWarnings: true }))).rejects.toThrow(/POST \/bare/);
  });
});

function getAs(host: string, path: string): Promise<{ status: number | undefined; body: string }> {
  const { hostname, port } = new URL(cloud.endpoint);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, path, headers: { host }, agent: false }, (response) => {
      let body = "";
      response
        .on("data", (chunk: Buffer) => (body += chunk.toString()))
        .on("end", () => resolve({ status: response.statusCode, body }));
    });
    sent.on("error", reject).end();
  });
}

describe("a custom domain name", () => {
  test("is served by Host: the longest mapping wins, the default endpoint can be closed", async () => {
    const { ApiId, ApiEndpoint } = await client.send(new api.CreateApiCommand({ Name: "d", ProtocolType: "HTTP", Target: echo }));
    await client.send(new api.CreateStageCommand({ ApiId, StageName: "v2", AutoDeploy: true }));
    const DomainName = "api.shop.example";
    await client.send(
      new api.CreateDomainNameCommand({
        DomainName,
        DomainNameConfigurations: [{ CertificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/x" }],
      }),
    );
    expect((await getAs(DomainName, "/a")).status).toBe(404);
    await client.send(new api.CreateApiMappingCommand({ DomainName, ApiId, Stage: "$default" }));
    await client.send(new api.CreateApiMappingCommand({ DomainName, ApiId, Stage: "v2", ApiMappingKey: "shop/v2" }));
    expect((await getAs(DomainName, "/a?x=1")).body).toBe("$default /a $default");
    expect((await getAs(`${DomainName}:8080`, "/shop/v2/a")).body).toBe("$default /shop/v2/a v2");
    expect((await getAs(DomainName, "/shop/v2x")).body).toBe("$default /shop/v2x $default");
    expect((await getAs("other.shop.example", "/a")).status).toBe(403);
    expect((await fetch(`${ApiEndpoint}/a`)).status).toBe(200);
    await client.send(new api.UpdateApiCommand({ ApiId, DisableExecuteApiEndpoint: true }));
    expect((await fetch(`${ApiEndpoint}/a`)).status).toBe(404);
    expect((await getAs(`${ApiId}.execute-api.localhost`, "/a")).status).toBe(404);
    expect((await getAs(DomainName, "/a")).status).toBe(200);
  });

  test("may be a wildcard", async () => {
    const { ApiId } = await client.send(new api.CreateApiCommand({ Name: "w", ProtocolType: "HTTP", Target: echo }));
    const DomainName = "*.wild.example";
    await client.send(new api.CreateDomainNameCommand({ DomainName }));
    await client.send(new api.CreateApiMappingCommand({ DomainName, ApiId, Stage: "$default" }));
    expect((await getAs("any.wild.example", "/a")).status).toBe(200);
    expect((await getAs("wild.example", "/a")).status).toBe(403);
  });
});

test("a model can be changed, and gives a sample of itself", async () => {
  const { ApiId } = await client.send(new api.CreateApiCommand({ Name: "m", ProtocolType: "HTTP" }));
  const Schema = '{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"array","items":{"type":"integer"}}}}';
  const { ModelId } = await client.send(
    new api.CreateModelCommand({ ApiId, Name: "M", Schema, ContentType: "application/json" }),
  );
  expect(await client.send(new api.UpdateModelCommand({ ApiId, ModelId, Description: "d" }))).toMatchObject({
    Description: "d",
    Schema,
  });
  const { Value = "" } = await client.send(new api.GetModelTemplateCommand({ ApiId, ModelId }));
  expect(JSON.parse(Value)).toEqual({ a: "", b: [0] });
  await expect(client.send(new api.CreateModelCommand({ ApiId, Name: "N", Schema: "{" }))).rejects.toThrow(/not valid JSON/);
});
