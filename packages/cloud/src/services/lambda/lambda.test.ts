import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import * as lambda from "@aws-sdk/client-lambda";
import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { oneRole, programZip, ROLE, zipOf } from "./testing.ts";

let cloud: Cloud;
let client: lambda.LambdaClient;
let logs: CloudWatchLogsClient;

beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(1), services: { iam: oneRole } });
  const options = {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  client = new lambda.LambdaClient(options);
  logs = new CloudWatchLogsClient(options);
});
afterAll(() => cloud.stop());

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error & { $metadata?: { httpStatusCode?: number } }) =>
      `${error.$metadata?.httpStatusCode} ${error.name}: ${error.message}`,
  );

const PUBLIC = { StatementId: "url", Action: "lambda:InvokeFunctionUrl", Principal: "*", FunctionUrlAuthType: "NONE" as const };

type Files = { readonly [name: string]: string };
let made = 0;

async function create(files: Files, more: Partial<lambda.CreateFunctionCommandInput> = {}): Promise<string> {
  const FunctionName = `f${made++}`;
  await client.send(
    new lambda.CreateFunctionCommand({
      FunctionName,
      Role: ROLE,
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Timeout: 20,
      Code: { ZipFile: zipOf(files) },
      ...more,
    }),
  );
  return FunctionName;
}

async function call(FunctionName: string, event: unknown = {}, more: Partial<lambda.InvokeCommandInput> = {}) {
  const answer = await client.send(
    new lambda.InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), ...more }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString();
  return {
    ...answer,
    value: text === "" ? undefined : JSON.parse(text),
    log: Buffer.from(answer.LogResult ?? "", "base64").toString(),
  };
}

describe("a Node function", () => {
  test("is called with its event and keeps its module's state while warm", async () => {
    const name = await create({ "index.js": "let n = 0; exports.handler = async (e) => ({ n: ++n, e });" });
    expect((await call(name, { a: 1 })).value).toEqual({ n: 1, e: { a: 1 } });
    expect((await call(name, { a: 2 })).value).toEqual({ n: 2, e: { a: 2 } });
  });

  test("sees its own variables, those that AWS defines, and nothing of the host", async () => {
    process.env.DOVETAIL_TEST_SECRET = "host";
    const name = await create(
      { "index.js": "exports.handler = async () => process.env;" },
      { Environment: { Variables: { OWN: "1" } }, MemorySize: 256 },
    );
    const { value } = await call(name);
    delete process.env.DOVETAIL_TEST_SECRET;
    expect(value).toMatchObject({
      OWN: "1",
      AWS_REGION: "us-east-1",
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x",
      _HANDLER: "index.handler",
      AWS_ENDPOINT_URL: cloud.endpoint,
      TZ: ":UTC",
    });
    expect(value).not.toHaveProperty("DOVETAIL_TEST_SECRET");
    expect(value).not.toHaveProperty("HOME");
    expect(value.AWS_SESSION_TOKEN).toBeTruthy();
  });

  test.each<[string, Files, Partial<lambda.CreateFunctionCommandInput>]>([
    ["CommonJS async", { "index.js": "exports.handler = async () => 'ok'" }, {}],
    ["CommonJS callback", { "index.js": "exports.handler = (e, c, cb) => setTimeout(() => cb(null, 'ok'), 1)" }, {}],
    ["ES module by extension", { "index.mjs": "export const handler = async () => 'ok'" }, {}],
    [
      "ES module by package.json",
      { "index.js": "export const handler = async () => 'ok'", "package.json": '{"type":"module"}' },
      {},
    ],
    ["top-level await", { "index.mjs": "await null; export const handler = async () => 'ok'" }, {}],
    ["a handler in a folder", { "dist/a/main.js": "exports.go = async () => 'ok'" }, { Handler: "dist/a/main.go" }],
    ["a nested export", { "index.js": "exports.a = { b: async () => 'ok' }" }, { Handler: "index.a.b" }],
    ["context.succeed", { "index.js": "exports.handler = (e, c) => c.succeed('ok')" }, {}],
    ["nodejs24.x", { "index.mjs": "export const handler = async () => 'ok'" }, { Runtime: "nodejs24.x" }],
    [
      "source maps by NODE_OPTIONS",
      { "index.js": "exports.handler = async () => 'ok'" },
      { Environment: { Variables: { NODE_OPTIONS: "--enable-source-maps" } } },
    ],
    [
      "the SDK that the archive lacks",
      {
        "index.js":
          "const { SQSClient } = require('@aws-sdk/client-sqs'); exports.handler = async () => typeof SQSClient === 'function' ? 'ok' : 'no'",
      },
      {},
    ],
    [
      "the SDK in an ES module",
      {
        "index.mjs":
          "import { SQSClient } from '@aws-sdk/client-sqs'; export const handler = async () => typeof SQSClient === 'function' ? 'ok' : 'no'",
      },
      { Timeout: 10 },
    ],
  ])("runs %s", async (_what, files, more) => {
    const answer = await call(await create(files, more));
    expect(answer.value).toBe("ok");
    expect(answer.FunctionError).toBeUndefined();
  });

  test.each<[string, Files, Partial<lambda.CreateFunctionCommandInput>, object]>([
    [
      "throws",
      { "index.js": "exports.handler = async () => { throw new TypeError('boom') }" },
      {},
      { errorType: "TypeError", errorMessage: "boom" },
    ],
    [
      "throws what is no error",
      { "index.js": "exports.handler = async () => { throw 'text' }" },
      {},
      { errorType: "string", errorMessage: "text" },
    ],
    [
      "rejects with undefined",
      { "index.js": "exports.handler = async () => { throw undefined }" },
      {},
      { errorMessage: "undefined" },
    ],
    [
      "exits",
      { "index.js": "exports.handler = async () => process.exit(3)" },
      {},
      { errorType: "Runtime.ExitError", errorMessage: expect.stringMatching(/exit status 3$/) },
    ],
    [
      "loops for ever",
      { "index.js": "exports.handler = async () => { for (;;); }" },
      { Timeout: 1 },
      { errorType: "Sandbox.Timedout", errorMessage: expect.stringMatching(/Task timed out after 1.00 seconds$/) },
    ],
    [
      "eats memory",
      { "index.js": "exports.handler = async () => { const a = []; for (;;) a.push(Buffer.alloc(1e6, 1)); }" },
      { Timeout: 20 },
      { errorType: "Runtime.OutOfMemory" },
    ],
    [
      "has no such module",
      { "other.js": "" },
      {},
      { errorType: "Runtime.ImportModuleError", errorMessage: "Error: Cannot find module 'index'" },
    ],
    [
      "has no such export",
      { "index.js": "exports.other = 1" },
      {},
      { errorType: "Runtime.HandlerNotFound", errorMessage: "index.handler is undefined or not exported" },
    ],
    ["has a syntax error", { "index.js": "exports.handler = async ( => 1" }, {}, { errorType: "Runtime.UserCodeSyntaxError" }],
    ["throws while it loads", { "index.js": "throw new Error('at load')" }, {}, { errorType: "Error", errorMessage: "at load" }],
    [
      "answers more than 6 MB",
      { "index.js": "exports.handler = async () => 'x'.repeat(7e6)" },
      { MemorySize: 512 },
      { errorType: "Function.ResponseSizeTooLarge" },
    ],
    [
      "answers what is no JSON",
      { "index.js": "exports.handler = async () => { const a = {}; a.a = a; return a; }" },
      {},
      { errorType: "Runtime.ResponseStringifyError" },
    ],
    [
      "names a file outside",
      { "index.js": "" },
      { Handler: "../../etc/passwd.x" },
      { errorType: "Runtime.MalformedHandlerName" },
    ],
    [
      "rejects where nobody waits",
      {
        "index.js":
          "exports.handler = async () => { Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 500)); }",
      },
      {},
      { errorType: "Runtime.UnhandledPromiseRejection" },
    ],
  ])("that %s answers with AWS's error", async (_what, files, more, wanted) => {
    const name = await create(files, more);
    const answer = await call(name);
    expect(answer.FunctionError).toBe("Unhandled");
    expect(answer.value).toMatchObject(wanted);
    expect(JSON.stringify(answer.value)).not.toContain("runtime/node");
  });

  test("that failed by exit serves the next call from a new process", async () => {
    const name = await create({ "index.js": "exports.handler = async (e) => e.exit ? process.exit(1) : 'alive'" });
    expect((await call(name, { exit: 1 })).FunctionError).toBe("Unhandled");
    expect((await call(name)).value).toBe("alive");
  });

  test("writes START, its own lines, END and REPORT, in its log group and in the tail", async () => {
    const name = await create({
      "index.js":
        "exports.handler = async () => { console.log('one', { a: 1 }); console.error('two\\nlines'); process.stdout.write('raw\\n'); }",
    });
    const { log } = await call(name, {}, { LogType: "Tail" });
    const id = /START RequestId: (\S+) Version: \$LATEST\n/.exec(log)?.[1];
    expect(log).toContain(`\t${id}\tINFO\tone { a: 1 }`);
    expect(log).toContain("\tERROR\ttwo\nlines");
    expect(log).toContain("raw\n");
    expect(log).toMatch(
      new RegExp(
        `END RequestId: ${id}\nREPORT RequestId: ${id}\tDuration: [0-9.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\tInit Duration: [0-9.]+ ms`,
      ),
    );
    await cloud.idle();
    const { events } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, filterPattern: "ERROR" }),
    );
    expect(events?.map((event) => event.message)).toEqual([expect.stringContaining("two\nlines")]);
  });

  test("keeps AWS clients away from real AWS, even those that name a region's host", async () => {
    const name = await create({
      "index.mjs": `import net from 'node:net';
        export const handler = async () => {
          const byFetch = await (await fetch('https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15')).text();
          const bySocket = await new Promise((r) => net.connect(443, 'sqs.eu-west-1.amazonaws.com').on('error', (e) => r(e.message)));
          return { byFetch, bySocket };
        }`,
    });
    const { value } = await call(name);
    expect(value.byFetch).toContain("Error");
    expect(value.bySocket).toContain("sqs.eu-west-1.amazonaws.com was refused");
  });
});

describe("a Python function", () => {
  const runtime = { Runtime: "python3.12", Handler: "app.main.handler" } as const;
  test("imports from its package and keeps state", async () => {
    const name = await create(
      {
        "app/__init__.py": "",
        "app/part.py": "X = 41",
        "app/main.py":
          "from .part import X\nn = 0\ndef handler(e, c):\n  global n\n  n += 1\n  print('line')\n  return {'x': X + n, 'id': c.aws_request_id}",
      },
      runtime,
    );
    expect((await call(name)).value.x).toBe(42);
    const second = await call(name, {}, { LogType: "Tail" });
    expect(second.value.x).toBe(43);
    expect(second.log).toContain("line\n");
  });
  test.each<[string, string, object]>([
    ["raises", "def handler(e, c):\n  raise ValueError('bad')", { errorType: "ValueError", errorMessage: "bad" }],
    [
      "has no handler",
      "x = 1",
      { errorType: "Runtime.HandlerNotFound", errorMessage: "Handler 'handler' missing on module 'app.main'" },
    ],
    [
      "imports what isn't there",
      "import nope",
      { errorType: "Runtime.ImportModuleError", errorMessage: "Unable to import module 'app.main': No module named 'nope'" },
    ],
    ["returns what is no JSON", "def handler(e, c):\n  return {1, 2}", { errorType: "Runtime.MarshalError" }],
  ])("that %s answers with AWS's error", async (_what, code, wanted) => {
    const name = await create({ "app/__init__.py": "", "app/main.py": code }, runtime);
    expect(await call(name)).toMatchObject({ FunctionError: "Unhandled", value: wanted });
  });
});

describe("a function of a custom runtime", () => {
  test("speaks the Runtime API", async () => {
    const script = `#!/bin/sh
while true; do
  H=$(mktemp)
  E=$(curl -sS -D "$H" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
  ID=$(grep -i lambda-runtime-aws-request-id "$H" | tr -d '[:space:]' | cut -d: -f2)
  curl -sS -X POST "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$ID/response" -d "{\\"got\\":$E}" > /dev/null
done`;
    const ZipFile = programZip(script);
    const name = await create({}, { Runtime: "provided.al2023", Handler: "x", Code: { ZipFile }, Timeout: 10 });
    expect((await call(name, { a: 1 })).value).toEqual({ got: { a: 1 } });
    expect((await call(name, { a: 2 })).value).toEqual({ got: { a: 2 } });
  });
});

describe("CreateFunction refuses", () => {
  const good = {
    FunctionName: "x",
    Role: ROLE,
    Runtime: "nodejs20.x",
    Handler: "index.handler",
    Code: { ZipFile: zipOf({ "index.js": "" }) },
  } as const;
  test.each<[string, object, RegExp]>([
    [
      "a reserved variable",
      { Environment: { Variables: { AWS_REGION: "x" } } },
      /^400 InvalidParameterValueException: Lambda was unable to configure your environment variables because .* reserved keys .* Reserved keys used in this request: AWS_REGION$/,
    ],
    ["more than 4 KB of variables", { Environment: { Variables: { LONG: "x".repeat(4100) } } }, /exceeded the 4KB limit/],
    [
      "a role that doesn't exist",
      { Role: "arn:aws:iam::000000000000:role/none" },
      /The role defined for the function cannot be assumed by Lambda\.$/,
    ],
    ["a role that trusts another service", { Role: "arn:aws:iam::000000000000:role/other" }, /cannot be assumed by Lambda\.$/],
    ["an unknown runtime", { Runtime: "nodejs99.x" }, /Member must satisfy enum value set/],
    ["a runtime that AWS retired", { Runtime: "nodejs12.x" }, /nodejs12.x is no longer supported/],
    ["what is no archive", { Code: { ZipFile: Buffer.from("nope") } }, /Could not unzip uploaded file/],
    ["an archive that leaves its folder", { Code: { ZipFile: zipOf({ "../evil.js": "x" }) } }, /Could not unzip uploaded file/],
    [
      "a bucket that isn't there",
      { Code: { S3Bucket: "no-such-bucket", S3Key: "k" } },
      /Error occurred while GetObject\. S3 Error Code: NoSuchBucket/,
    ],
    ["a missing handler", { Handler: undefined }, /Runtime and Handler are mandatory/],
  ])("%s", async (_what, changes, wanted) => {
    expect(
      await reason(client.send(new lambda.CreateFunctionCommand({ ...good, ...changes } as lambda.CreateFunctionCommandInput))),
    ).toMatch(wanted);
  });
});

describe("functions", () => {
  test("answer reads as the waiters and terraform expect", async () => {
    const name = await create(
      { "index.js": "exports.handler = async () => 1" },
      { Tags: { a: "b" }, Description: "d", Timeout: undefined },
    );
    await lambda.waitUntilFunctionActiveV2({ client, maxWaitTime: 5 }, { FunctionName: name });
    const { Configuration, Code, Tags } = await client.send(new lambda.GetFunctionCommand({ FunctionName: name }));
    expect(Configuration).toMatchObject({
      State: "Active",
      LastUpdateStatus: "Successful",
      Version: "$LATEST",
      PackageType: "Zip",
      Timeout: 3,
      MemorySize: 128,
      Architectures: ["x86_64"],
      LoggingConfig: { LogFormat: "Text", LogGroup: `/aws/lambda/${name}` },
    });
    expect(Tags).toEqual({ a: "b" });
    const zip = Buffer.from(await (await fetch(Code?.Location ?? "")).arrayBuffer());
    expect(zip.length).toBe(Configuration?.CodeSize);
    expect(await client.send(new lambda.GetFunctionCodeSigningConfigCommand({ FunctionName: name }))).toMatchObject({
      FunctionName: name,
    });
  });

  test("serve changed code and configuration at once", async () => {
    const name = await create({ "index.js": "exports.handler = async () => process.env.OWN ?? 'none'" });
    expect((await call(name)).value).toBe("none");
    await client.send(
      new lambda.UpdateFunctionConfigurationCommand({ FunctionName: name, Environment: { Variables: { OWN: "set" } } }),
    );
    expect((await call(name)).value).toBe("set");
    await client.send(
      new lambda.UpdateFunctionCodeCommand({
        FunctionName: name,
        ZipFile: zipOf({ "index.js": "exports.handler = async () => 'new'" }),
      }),
    );
    expect((await call(name)).value).toBe("new");
    expect(
      await reason(
        client.send(new lambda.UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zipOf({ a: "" }), RevisionId: "wrong" })),
      ),
    ).toMatch(/^412 PreconditionFailedException/);
  });

  test("have versions and aliases", async () => {
    const name = await create(
      { "index.js": "exports.handler = async () => process.env.AWS_LAMBDA_FUNCTION_VERSION" },
      { Publish: true },
    );
    const again = await client.send(new lambda.PublishVersionCommand({ FunctionName: name }));
    expect(again.Version).toBe("1");
    await client.send(new lambda.UpdateFunctionConfigurationCommand({ FunctionName: name, Timeout: 5 }));
    expect((await client.send(new lambda.PublishVersionCommand({ FunctionName: name }))).Version).toBe("2");
    await client.send(new lambda.CreateAliasCommand({ FunctionName: name, Name: "live", FunctionVersion: "1" }));
    expect(await call(`${name}:live`)).toMatchObject({ value: "1", ExecutedVersion: "1" });
    await client.send(new lambda.UpdateAliasCommand({ FunctionName: name, Name: "live", FunctionVersion: "2" }));
    expect((await call(name, {}, { Qualifier: "live" })).value).toBe("2");
    expect(
      (await client.send(new lambda.ListVersionsByFunctionCommand({ FunctionName: name }))).Versions?.map(
        (version) => version.Version,
      ),
    ).toEqual(["$LATEST", "1", "2"]);
    expect(await reason(call(`${name}:none`))).toMatch(
      /^404 ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:000000000000:function:f\d+:none$/,
    );
  });

  test("with reserved concurrency 0 are throttled, and free again without it", async () => {
    const name = await create({ "index.js": "exports.handler = async () => 1" });
    await client.send(new lambda.PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 0 }));
    expect(await reason(call(name))).toBe("429 TooManyRequestsException: Rate Exceeded.");
    await client.send(new lambda.DeleteFunctionConcurrencyCommand({ FunctionName: name }));
    expect((await call(name)).value).toBe(1);
  });

  test("run at the same time in environments of their own", async () => {
    const name = await create({
      "index.js": "let n = 0; exports.handler = async () => { n++; await new Promise((r) => setTimeout(r, 200)); return n; }",
    });
    expect((await Promise.all([call(name), call(name), call(name)])).map((answer) => answer.value)).toEqual([1, 1, 1]);
  });

  test("see their layers under /opt's rules", async () => {
    const layer = await client.send(
      new lambda.PublishLayerVersionCommand({
        LayerName: "lib",
        Content: { ZipFile: zipOf({ "nodejs/node_modules/from-layer/index.js": "module.exports = 'layer'" }) },
      }),
    );
    const name = await create(
      { "index.js": "exports.handler = async () => require('from-layer')" },
      { Layers: [layer.LayerVersionArn ?? ""] },
    );
    expect((await call(name)).value).toBe("layer");
  });

  test("keep a policy in AWS's form", async () => {
    const name = await create({ "index.js": "" });
    const input = {
      FunctionName: name,
      StatementId: "s1",
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
      SourceArn: "arn:aws:execute-api:us-east-1:000000000000:abc/*",
    };
    await client.send(new lambda.AddPermissionCommand(input));
    expect(await reason(client.send(new lambda.AddPermissionCommand(input)))).toBe(
      "409 ResourceConflictException: The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement.",
    );
    const { Policy } = await client.send(new lambda.GetPolicyCommand({ FunctionName: name }));
    expect(JSON.parse(Policy ?? "")).toEqual({
      Version: "2012-10-17",
      Id: "default",
      Statement: [
        {
          Sid: "s1",
          Effect: "Allow",
          Principal: { Service: "apigateway.amazonaws.com" },
          Action: "lambda:InvokeFunction",
          Resource: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
          Condition: { ArnLike: { "AWS:SourceArn": "arn:aws:execute-api:us-east-1:000000000000:abc/*" } },
        },
      ],
    });
    await client.send(new lambda.RemovePermissionCommand({ FunctionName: name, StatementId: "s1" }));
    expect(await reason(client.send(new lambda.GetPolicyCommand({ FunctionName: name })))).toBe(
      "404 ResourceNotFoundException: The resource you requested does not exist.",
    );
  });

  test("are reached by URL, with CORS and cookies", async () => {
    const name = await create({
      "index.js":
        "exports.handler = async (e) => ({ statusCode: 201, cookies: ['a=1', 'b=2'], headers: { 'x-a': 'b' }, body: JSON.stringify([e.version, e.rawPath, e.rawQueryString, e.requestContext.http.method, e.body, e.isBase64Encoded]) });",
    });
    const { FunctionUrl } = await client.send(
      new lambda.CreateFunctionUrlConfigCommand({
        FunctionName: name,
        AuthType: "NONE",
        Cors: { AllowOrigins: ["https://a.example"] },
      }),
    );
    expect((await fetch(FunctionUrl ?? "")).status).toBe(403);
    await client.send(new lambda.AddPermissionCommand({ ...PUBLIC, FunctionName: name }));
    const answer = await fetch(`${FunctionUrl}p/q?x=1`, {
      method: "POST",
      body: "text",
      headers: { origin: "https://a.example" },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://a.example");
    expect(await answer.json()).toEqual(["2.0", "/p/q", "x=1", "POST", "text", false]);
  });

  test("stream their answer through a URL", async () => {
    const name = await create({
      "index.js":
        "exports.handler = awslambda.streamifyResponse(async (e, s) => { s = awslambda.HttpResponseStream.from(s, { statusCode: 203, headers: { 'x-s': '1' } }); s.write('a'); s.write('b'); s.end(); });",
    });
    const { FunctionUrl } = await client.send(
      new lambda.CreateFunctionUrlConfigCommand({ FunctionName: name, AuthType: "NONE", InvokeMode: "RESPONSE_STREAM" }),
    );
    await client.send(new lambda.AddPermissionCommand({ ...PUBLIC, FunctionName: name }));
    const answer = await fetch(FunctionUrl ?? "");
    expect([answer.status, answer.headers.get("x-s"), await answer.text()]).toEqual([203, "1", "ab"]);
  });

  test("follow the cloud's clock", async () => {
    const name = await create({ "index.js": "exports.handler = async () => Date.now()" });
    const before = (await call(name)).value;
    await cloud.clock.advance(7_200_000);
    expect((await call(name)).value - before).toBeGreaterThanOrEqual(7_200_000);
  });

  test("are gone after DeleteFunction", async () => {
    const name = await create({ "index.js": "" });
    await client.send(new lambda.DeleteFunctionCommand({ FunctionName: name }));
    expect(await reason(client.send(new lambda.GetFunctionCommand({ FunctionName: name })))).toBe(
      `404 ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    );
  });

  test.each([
    [
      "more than 6 MB",
      Buffer.from(JSON.stringify("x".repeat(6_300_000))),
      undefined,
      /^413 RequestTooLargeException: Request must be smaller than 6291456 bytes for the InvokeFunction operation/,
    ],
    [
      "more than 1 MB at Event",
      Buffer.from(JSON.stringify("x".repeat(1_100_000))),
      "Event" as const,
      /^413 RequestTooLargeException/,
    ],
    [
      "what is no JSON",
      Buffer.from("{nope"),
      undefined,
      /^400 InvalidRequestContentException: Could not parse request body into json/,
    ],
  ])("refuse %s", async (_what, Payload, InvocationType, wanted) => {
    const name = await create({ "index.js": "" });
    expect(await reason(client.send(new lambda.InvokeCommand({ FunctionName: name, Payload, InvocationType })))).toMatch(wanted);
  });
});
