import { APIGateway, type GetExportCommandInput, type PutRestApiCommandInput } from "@aws-sdk/client-api-gateway";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { type Cloud, startCloud } from "../../../cloud.ts";
import { ServiceError } from "../../../core/service.ts";
import { readDefinition } from "./definition.ts";

let cloud: Cloud;
let gateway: APIGateway;
beforeAll(async () => {
  cloud = await startCloud({ volatile: true });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  gateway = new APIGateway({ endpoint: cloud.endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
});
afterAll(() => cloud.stop());

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error) => `${error.name}: ${error.message}`,
  );

const MOCK = {
  type: "mock",
  requestTemplates: { "application/json": '{"statusCode": 200}' },
  responses: {
    default: {
      statusCode: "200",
      responseParameters: { "method.response.header.Access-Control-Allow-Origin": "'*'" },
      responseTemplates: { "application/json": '{"pet":"$input.params(\'id\')","colour":"$stageVariables.colour"}' },
    },
  },
};
const ORIGIN = { "Access-Control-Allow-Origin": { schema: { type: "string" } } };
const PETS = {
  openapi: "3.0.1",
  info: { title: "pets", version: "7", description: "animals" },
  "x-amazon-apigateway-request-validators": { all: { validateRequestBody: true, validateRequestParameters: true } },
  "x-amazon-apigateway-request-validator": "all",
  "x-amazon-apigateway-gateway-responses": {
    BAD_REQUEST_BODY: { statusCode: "422", responseTemplates: { "application/json": '{"wrong":$context.error.messageString}' } },
  },
  paths: {
    "/pets": {
      post: {
        operationId: "addPet",
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } }, required: true },
        responses: { "200": { description: "ok", headers: ORIGIN, content: {} } },
        "x-amazon-apigateway-integration": MOCK,
      },
    },
    "/pets/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      get: {
        parameters: [{ name: "loud", in: "query", required: true, schema: { type: "string" } }],
        responses: { "200": { description: "ok", headers: ORIGIN } },
        security: [{ api_key: [] }],
        "x-amazon-apigateway-integration": MOCK,
      },
    },
  },
  components: {
    schemas: {
      Pet: { type: "object", required: ["name"], properties: { name: { $ref: "#/components/schemas/Name" } } },
      Name: { type: "string", minLength: 2 },
    },
    securitySchemes: { api_key: { type: "apiKey", name: "x-api-key", in: "header" } },
  },
};

const body = (document: unknown) => Buffer.from(JSON.stringify(document));

async function imported(document: unknown): Promise<string> {
  const { id = "" } = await gateway.importRestApi({ body: body(document) });
  await gateway.createDeployment({ restApiId: id, stageName: "dev", variables: { colour: "brown" } });
  return id;
}
const ask = (id: string, path: string, init: RequestInit = {}) =>
  fetch(`${cloud.endpoint}/restapis/${id}/dev/_user_request_${path}`, init);
async function exported(restApiId: string, more: Partial<GetExportCommandInput> = {}) {
  const asked = { restApiId, stageName: "dev", exportType: "oas30", parameters: { extensions: "apigateway" }, ...more };
  const { body: answer, contentType } = await gateway.getExport(asked);
  return { text: Buffer.from(answer ?? []).toString(), contentType };
}

describe("an imported API", () => {
  test("serves what its document says: mocks, validators, gateway responses, API keys", async () => {
    const id = await imported(PETS);
    const api = await gateway.getRestApi({ restApiId: id });
    expect(api).toMatchObject({ name: "pets", version: "7", description: "animals" });
    const post = (text: string) =>
      ask(id, "/pets", { method: "POST", body: text, headers: { "content-type": "application/json" } });
    const good = await post('{"name":"Rex"}');
    expect([good.status, good.headers.get("access-control-allow-origin"), await good.json()]).toEqual([
      200,
      "*",
      { pet: "", colour: "brown" },
    ]);
    const bad = await post('{"name":"R"}');
    expect([bad.status, await bad.json()]).toEqual([422, { wrong: "Invalid request body" }]);
    expect((await ask(id, "/pets/7?loud=1")).status).toBe(403);
  });

  test("is exported in both forms, and what was exported makes the same API once more", async () => {
    const id = await imported(PETS);
    const document = JSON.parse((await exported(id)).text);
    expect(Object.keys(document.paths)).toEqual(["/pets", "/pets/{id}"]);
    expect(document.paths["/pets"].post).toMatchObject({
      operationId: "addPet",
      "x-amazon-apigateway-request-validator": "all",
      "x-amazon-apigateway-integration": { type: "mock", passthroughBehavior: "when_no_match" },
    });
    expect(document.components.schemas.Pet.properties.name).toEqual({ $ref: "#/components/schemas/Name" });
    const again = JSON.parse((await exported(await imported(document))).text);
    const { servers: _a, ...first } = document;
    const { servers: _b, ...second } = again;
    expect(second).toEqual(first);
    const plain = JSON.parse((await exported(id, { parameters: {} })).text);
    expect(plain.paths["/pets"].post["x-amazon-apigateway-integration"]).toBeUndefined();
    const swagger = JSON.parse((await exported(id, { exportType: "swagger" })).text);
    expect(swagger).toMatchObject({ swagger: "2.0", basePath: "/dev", definitions: { Name: { minLength: 2 } } });
    const third = JSON.parse((await exported(await imported(swagger))).text);
    expect(Object.keys(third.paths)).toEqual(Object.keys(first.paths));
    const yaml = await exported(id, { accepts: "application/yaml" });
    expect([yaml.contentType, yaml.text.startsWith("openapi: 3.0.1")]).toEqual(["application/yaml", true]);
    const wrong = gateway.getExport({ restApiId: id, stageName: "dev", exportType: "raml" });
    expect(await reason(wrong)).toContain("BadRequestException: Invalid Export type");
  });

  test("with authorizers, IAM and functions keeps them by name", async () => {
    const uri =
      "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations";
    const pool = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc";
    const scheme = (authorizer: object, type = "custom") => ({
      type: "apiKey",
      name: "Authorization",
      in: "header",
      "x-amazon-apigateway-authtype": type,
      "x-amazon-apigateway-authorizer": authorizer,
    });
    const proxy = { type: "aws_proxy", httpMethod: "POST", uri };
    const get = (security: object) => ({ security: [security], responses: {}, "x-amazon-apigateway-integration": proxy });
    const id = await imported({
      swagger: "2.0",
      info: { title: "guarded" },
      paths: {
        "/token": { get: get({ token: [] }) },
        "/pool": { get: get({ pool: ["a/read"] }) },
        "/iam": { get: get({ sigv4: [] }) },
        "/{proxy+}": { "x-amazon-apigateway-any-method": get({}) },
      },
      securityDefinitions: {
        token: scheme({ type: "token", authorizerUri: uri, authorizerResultTtlInSeconds: 60 }),
        pool: scheme({ type: "cognito_user_pools", providerARNs: [pool] }, "cognito_user_pools"),
        sigv4: { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" },
      },
    });
    const { items = [] } = await gateway.getResources({ restApiId: id, embed: ["methods"] });
    const types = items.flatMap(({ path, resourceMethods = {} }) =>
      Object.entries(resourceMethods).map(([verb, method]) => `${verb} ${path} ${method.authorizationType}`),
    );
    expect(types.sort()).toEqual(["ANY /{proxy+} NONE", "GET /iam AWS_IAM", "GET /pool COGNITO_USER_POOLS", "GET /token CUSTOM"]);
    const authorizers = (await gateway.getAuthorizers({ restApiId: id })).items ?? [];
    expect(authorizers.map(({ name, type, authorizerResultTtlInSeconds: ttl }) => [name, type, ttl]).sort()).toEqual([
      ["pool", "COGNITO_USER_POOLS", undefined],
      ["token", "TOKEN", 60],
    ]);
    expect((await ask(id, "/iam")).status).toBe(403);
  });
});

describe("a document put into an API", () => {
  const put = async (restApiId: string, document: unknown, mode: PutRestApiCommandInput["mode"]) => {
    await gateway.putRestApi({ restApiId, mode, body: body(document) });
    const { items = [] } = await gateway.getResources({ restApiId });
    return items.map(({ path }) => path).sort();
  };
  const only = (path: string) => ({ openapi: "3.0.1", info: { title: "pets" }, paths: { [path]: {} } });

  test("is merged with what is there, or takes its place", async () => {
    const id = await imported(PETS);
    expect(await put(id, only("/cats"), "merge")).toEqual(["/", "/cats", "/pets", "/pets/{id}"]);
    expect(await put(id, only("/dogs"), "overwrite")).toEqual(["/", "/dogs"]);
    expect((await gateway.getModels({ restApiId: id })).items?.map(({ name }) => name)).toEqual(["Empty", "Error"]);
  });

  test("may be YAML, and may have a base path that is put in front", async () => {
    const { id: restApiId = "" } = await gateway.createRestApi({ name: "a" });
    const text = stringify({ ...only("/cats"), servers: [{ url: "https://x.test/v1" }] });
    await gateway.putRestApi({ restApiId, body: Buffer.from(text), parameters: { basepath: "prepend" } });
    const { items = [] } = await gateway.getResources({ restApiId });
    expect(items.map(({ path }) => path).sort()).toEqual(["/", "/v1", "/v1/cats"]);
  });

  test("that is refused changes nothing", async () => {
    const id = await imported(PETS);
    const broken = { ...PETS, paths: { "/a": { get: { "x-amazon-apigateway-integration": { uri: "x" } } } } };
    const why = await reason(gateway.putRestApi({ restApiId: id, mode: "overwrite", body: body(broken) }));
    expect(why).toBe("BadRequestException: Unable to parse API definition because of a malformed integration at path /a");
    const late = { ...PETS, paths: { "/a": {}, "/a/{+}": {} } };
    expect(await reason(gateway.putRestApi({ restApiId: id, mode: "overwrite", body: body(late) }))).toContain("BadRequest");
    expect((await gateway.getResources({ restApiId: id })).items).toHaveLength(3);
    const before = (await gateway.getRestApis({ limit: 500 })).items?.length;
    expect(await reason(gateway.importRestApi({ body: body(late) }))).toContain("BadRequestException");
    expect((await gateway.getRestApis({ limit: 500 })).items?.length).toBe(before);
  });
});

describe("what is no document", () => {
  test.each([
    ["", "Invalid OpenAPI input."],
    ["{", "neither JSON nor YAML"],
    ['{"openapi":"3.1.0"}', "Invalid OpenAPI input."],
    ["a: [", "neither JSON nor YAML"],
    ['{"openapi":"3.0.1","paths":{"/a":{"$ref":"#/x"}}}', "unable to resolve #/x"],
    ['{"openapi":"3.0.1","paths":{"/a":{"$ref":"#/paths/~1a"}}}', "unable to resolve"],
  ])("%s is refused", (text, wanted) => {
    expect(() => readDefinition(text, {})).toThrow(wanted);
  });

  test("of any shape is read or refused, never more", () => {
    const document = fc.record({
      openapi: fc.constant("3.0.1"),
      info: fc.json(),
      paths: fc.dictionary(fc.string(), fc.jsonValue()),
      components: fc.jsonValue(),
      security: fc.jsonValue(),
    });
    fc.assert(
      fc.property(document, (value) => {
        try {
          readDefinition(JSON.stringify(value), {});
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("with names of JavaScript's own pollutes nothing", () => {
    const text =
      '{"openapi":"3.0.1","paths":{"/a":{"get":{"responses":{},"parameters":[{"in":"query","name":"__proto__"}]}}},"components":{"schemas":{"__proto__":{"polluted":true}}}}';
    readDefinition(text, {});
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
