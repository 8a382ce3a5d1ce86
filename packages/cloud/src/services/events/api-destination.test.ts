/** Rules whose target is an HTTP endpoint: authorization, parameters, retries, rate. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: unknown };
  readonly body: string;
}

let cloud: Cloud;
let server: Server;
let origin: string;
let seen: Seen[];
let answers: { status: number; headers?: Record<string, string>; body?: string }[];
let roleArn: string;

beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(1_700_000_000_000), random: seededRandom(1), listen: false });
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += String(part);
    });
    request.on("end", () => {
      seen.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
      const { status, headers, body: text } = answers.shift() ?? { status: 200 };
      response.writeHead(status, headers).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  await cloud.reset();
  seen = [];
  answers = [];
  const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
  const { Role } = await cloud.call<{ Role: { Arn: string } }>("iam", "CreateRole", {
    RoleName: "caller",
    AssumeRolePolicyDocument: document({
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
  });
  roleArn = Role.Arn;
  await cloud.call("iam", "PutRolePolicy", {
    RoleName: "caller",
    PolicyName: "p",
    PolicyDocument: document({ Effect: "Allow", Action: "events:InvokeApiDestination", Resource: "*" }),
  });
});
afterAll(async () => {
  await cloud.stop();
  server.close();
});

const call = <O = Record<string, string>>(operation: string, input: object) => cloud.call<O>("events", operation, input);

async function connected(AuthorizationType: string, AuthParameters: object, target: object = {}, destination: object = {}) {
  const { ConnectionArn } = await call("CreateConnection", { Name: "c", AuthorizationType, AuthParameters });
  const { ApiDestinationArn } = await call("CreateApiDestination", {
    Name: "d",
    ConnectionArn,
    InvocationEndpoint: `${origin}/hooks/*`,
    HttpMethod: "POST",
    ...destination,
  });
  await call("PutRule", { Name: "r", EventPattern: '{"source":["app"]}' });
  const Targets = [{ Id: "t", Arn: ApiDestinationArn, RoleArn: roleArn, InputPath: "$.detail", ...target }];
  await call("PutTargets", { Rule: "r", Targets });
}

async function emit(count = 1): Promise<void> {
  const entry = { Source: "app", DetailType: "x", Detail: '{"a":1}' };
  await call("PutEvents", { Entries: Array.from({ length: count }, () => entry) });
  await cloud.idle();
}

test("an API key goes with each call, with the connection's and the target's parameters", async () => {
  await connected(
    "API_KEY",
    {
      ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "hush" },
      InvocationHttpParameters: {
        HeaderParameters: [{ Key: "x-app", Value: "shop", IsValueSecret: false }],
        QueryStringParameters: [{ Key: "v", Value: "2", IsValueSecret: true }],
        BodyParameters: [{ Key: "b", Value: "3" }],
      },
    },
    { HttpParameters: { PathParameterValues: ["or ders"], HeaderParameters: { "x-target": "t" } } },
  );
  await emit();
  expect(seen).toMatchObject([
    {
      method: "POST",
      path: "/hooks/or%20ders?v=2",
      headers: { "x-key": "hush", "x-app": "shop", "x-target": "t" },
      body: '{"a":1,"b":"3"}',
    },
  ]);
  const shown = JSON.stringify(await call("DescribeConnection", { Name: "c" }));
  expect(shown).not.toContain("hush");
  expect(shown).toContain("arn:aws:secretsmanager:us-east-1:000000000000:secret:events!connection/c/");
});

test("client credentials fetch a token, keep it, and fetch another when it is refused", async () => {
  await connected("OAUTH_CLIENT_CREDENTIALS", {
    OAuthParameters: {
      ClientParameters: { ClientID: "id", ClientSecret: "secret" },
      AuthorizationEndpoint: `${origin}/token`,
      HttpMethod: "POST",
    },
  });
  const token = (access_token: string) => ({
    status: 200,
    body: JSON.stringify({ access_token, token_type: "bearer", expires_in: 60 }),
  });
  answers = [token("one"), { status: 200 }, { status: 401 }, token("two"), { status: 200 }];
  await emit();
  await emit();
  await cloud.clock.advance(5000);
  expect(seen.map(({ path, headers }) => [path, headers.authorization])).toEqual([
    ["/token", undefined],
    ["/hooks/", "Bearer one"],
    ["/hooks/", "Bearer one"],
    ["/token", undefined],
    ["/hooks/", "Bearer two"],
  ]);
  expect(new URLSearchParams(seen[0]?.body).get("client_secret")).toBe("secret");
});

test("5xx and 429 are tried again, no sooner than Retry-After; 400 is for good", async () => {
  await connected("BASIC", { BasicAuthParameters: { Username: "u", Password: "p" } });
  answers = [{ status: 429, headers: { "retry-after": "30" } }, { status: 200 }];
  await emit();
  await cloud.clock.advance(29_000);
  expect(seen.length).toBe(1);
  await cloud.clock.advance(2000);
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Basic dTpw", "Basic dTpw"]);
  answers = [{ status: 400 }];
  await emit();
  await cloud.clock.advance(60_000);
  expect(seen.length).toBe(3);
});

test("the rate holds by the cloud's clock, and a connection without authorization calls nobody", async () => {
  await connected("BASIC", { BasicAuthParameters: { Username: "u", Password: "p" } }, {}, { InvocationRateLimitPerSecond: 2 });
  await emit(5);
  expect(seen.length).toBe(2);
  await cloud.clock.advance(1000);
  expect(seen.length).toBe(4);
  await cloud.clock.advance(1000);
  expect(seen.length).toBe(5);
  expect(await call("DeauthorizeConnection", { Name: "c" })).toMatchObject({ ConnectionState: "DEAUTHORIZED" });
  expect(await call("DescribeApiDestination", { Name: "d" })).toMatchObject({ ApiDestinationState: "INACTIVE" });
  await emit();
  expect(seen.length).toBe(5);
  await call("UpdateConnection", { Name: "c", AuthParameters: { BasicAuthParameters: { Username: "u", Password: "q" } } });
  await cloud.clock.advance(1000);
  await emit();
  expect(seen.at(-1)?.headers.authorization).toBe("Basic dTpx");
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    "plain HTTP beyond this machine",
    () =>
      connected(
        "BASIC",
        { BasicAuthParameters: { Username: "u", Password: "p" } },
        {},
        { InvocationEndpoint: "http://example.com/" },
      ),
    /must be a valid HTTPS URL/,
  ],
  [
    "parameters of another type",
    () => connected("BASIC", { ApiKeyAuthParameters: { ApiKeyName: "a", ApiKeyValue: "b" } }),
    /BasicAuthParameters is required/,
  ],
  [
    "a target without role",
    () => connected("BASIC", { BasicAuthParameters: { Username: "u", Password: "p" } }, { RoleArn: undefined }),
    /^RoleArn is required for target/,
  ],
  ["a connection that is not there", () => call("DescribeConnection", { Name: "none" }), /does not exist/],
])("refuses %s", async (_name, act, wanted) => {
  await expect(act()).rejects.toThrow(wanted);
});
