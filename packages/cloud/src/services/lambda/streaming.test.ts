import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import * as lambda from "@aws-sdk/client-lambda";
import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { PreludeSplitter } from "./runtime/prelude-splitter.ts";
import { oneRole, programZip, ROLE, zipOf } from "./testing.ts";

/** Response streaming: handlers, the API, function URLs, the Runtime API. */
let cloud: Cloud;
let client: lambda.LambdaClient;
beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(1), services: { iam: oneRole } });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  client = new lambda.LambdaClient({ endpoint: cloud.endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
});
afterAll(() => cloud.stop());

let made = 0;
async function create(code: string, more: Partial<lambda.CreateFunctionCommandInput> = {}): Promise<string> {
  const FunctionName = `s${made++}`;
  const Code = { ZipFile: zipOf({ "index.js": code }) };
  const input = { FunctionName, Role: ROLE, Runtime: "nodejs20.x" as const, Handler: "index.handler", Timeout: 20, Code };
  await client.send(new lambda.CreateFunctionCommand({ ...input, ...more }));
  return FunctionName;
}

async function streamed(FunctionName: string, more: Partial<lambda.InvokeWithResponseStreamCommandInput> = {}) {
  const answer = await client.send(
    new lambda.InvokeWithResponseStreamCommand({ FunctionName, Payload: Buffer.from("{}"), ...more }),
  );
  const chunks: string[] = [];
  let complete: lambda.InvokeWithResponseStreamCompleteEvent | undefined;
  for await (const event of answer.EventStream ?? []) {
    if (event.PayloadChunk?.Payload !== undefined) chunks.push(Buffer.from(event.PayloadChunk.Payload).toString());
    if (event.InvokeComplete !== undefined) complete = event.InvokeComplete;
  }
  return { answer, chunks, complete };
}

async function makeUrl(FunctionName: string, InvokeMode: lambda.InvokeMode): Promise<string> {
  await client.send(
    new lambda.AddPermissionCommand({
      FunctionName,
      StatementId: "url",
      Action: "lambda:InvokeFunctionUrl",
      Principal: "*",
      FunctionUrlAuthType: "NONE",
    }),
  );
  const { FunctionUrl = "" } = await client.send(
    new lambda.CreateFunctionUrlConfigCommand({ FunctionName, AuthType: "NONE", InvokeMode }),
  );
  return FunctionUrl;
}

/** The second chunk is written when a second request of the test has come: the first one must be there before. */
const TWO_STEPS = `
  const { createServer } = require("node:http");
  exports.handler = awslambda.streamifyResponse(async (event, stream) => {
    const gate = createServer().listen(0, "127.0.0.1");
    await new Promise((r) => gate.once("listening", r));
    const out = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { "content-type": "text/event-stream", "x-a": "b" }, cookies: ["c=1"] });
    out.write(String(gate.address().port));
    await new Promise((r) => gate.once("request", (q, s) => { s.end(); r(); }));
    gate.close();
    out.write(" done");
    out.end();
  });`;

const FAILS_LATE = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.write("part"); await new Promise((r) => setTimeout(r, 1)); throw new RangeError("late"); });`;

function get(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => httpRequest(url, { agent: false }, resolve).on("error", reject).end());
}

describe("InvokeWithResponseStream", () => {
  test("hands chunks on while the handler runs, and completes with the log", async () => {
    const name = await create(
      `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
        console.log("here"); for (const part of ["a", "b"]) { stream.write(part + event.x); await new Promise((r) => setTimeout(r, 5)); } stream.end(); });`,
    );
    const { answer, chunks, complete } = await streamed(name, { Payload: Buffer.from('{"x":1}'), LogType: "Tail" });
    expect(answer).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: "$LATEST",
      ResponseStreamContentType: "application/vnd.amazon.eventstream",
    });
    expect(chunks).toEqual(["a1", "b1"]);
    expect(complete?.ErrorCode).toBeUndefined();
    expect(Buffer.from(complete?.LogResult ?? "", "base64").toString()).toMatch(/here[\s\S]*REPORT RequestId/);
  });

  test("a handler that doesn't stream answers in one chunk", async () => {
    const { chunks, complete } = await streamed(await create("exports.handler = async () => ({ ok: 1 })"));
    expect(chunks).toEqual(['{"ok":1}']);
    expect(complete).toEqual({});
  });

  test.each([
    ["before its first chunk", "exports.handler = async () => { throw new Error('early') }", [], "early"],
    ["after it", FAILS_LATE, ["part"], "late"],
  ])("a handler that fails %s is reported in InvokeComplete", async (_when, code, chunks, message) => {
    const seen = await streamed(await create(code));
    expect(seen.chunks).toEqual(chunks);
    expect(seen.complete?.ErrorCode).toBe("Unhandled");
    expect(JSON.parse(seen.complete?.ErrorDetails ?? "")).toMatchObject({ errorMessage: message });
  });

  test("a timeout ends the stream", async () => {
    const name = await create(
      "exports.handler = awslambda.streamifyResponse(async (e, s) => { s.write('x'); await new Promise(() => setInterval(() => {}, 1000)); })",
      { Timeout: 1 },
    );
    const { chunks, complete } = await streamed(name);
    expect(chunks).toEqual(["x"]);
    expect(complete?.ErrorDetails).toMatch(/Task timed out after 1.00 seconds/);
  });

  test("refuses what Invoke refuses", async () => {
    const name = await create("exports.handler = async () => 1");
    const failure = (input: Partial<lambda.InvokeWithResponseStreamCommandInput>) =>
      streamed(name, input).then(
        () => "no error",
        (error: Error) => error.name,
      );
    expect(await failure({ FunctionName: "none" })).toBe("ResourceNotFoundException");
    expect(await failure({ Payload: Buffer.from("{") })).toBe("InvalidRequestContentException");
    await client.send(new lambda.PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 0 }));
    expect(await failure({})).toBe("TooManyRequestsException");
  });

  test("Invoke of a streaming handler waits for the whole stream, prelude first", async () => {
    const name = await create(
      "exports.handler = awslambda.streamifyResponse(async (e, s) => { const o = awslambda.HttpResponseStream.from(s, { statusCode: 202 }); o.write('body'); o.end(); })",
    );
    const { Payload } = await client.send(new lambda.InvokeCommand({ FunctionName: name }));
    expect(Buffer.from(Payload ?? []).toString()).toBe(`{"statusCode":202}${"\0".repeat(8)}body`);
  });
});

describe("a function URL", () => {
  test("with RESPONSE_STREAM sends each chunk when it is written", async () => {
    const url = await makeUrl(await create(TWO_STEPS), "RESPONSE_STREAM");
    const response = await get(url);
    expect(response.statusCode).toBe(201);
    expect(response.headers).toMatchObject({
      "content-type": "text/event-stream",
      "x-a": "b",
      "set-cookie": ["c=1"],
      "transfer-encoding": "chunked",
    });
    const [first] = (await once(response, "data")) as [Buffer];
    const rest: Buffer[] = [];
    response.on("data", (chunk: Buffer) => rest.push(chunk));
    (await get(`http://127.0.0.1:${first.toString()}/`)).resume();
    await once(response, "end");
    expect(Buffer.concat(rest).toString()).toBe(" done");
  });

  test("with BUFFERED waits for the end of a stream, and keeps its prelude", async () => {
    const code = TWO_STEPS.replace(/await new Promise\(\(r\) => gate.once\("request".*/, "");
    const response = await fetch(await makeUrl(await create(code), "BUFFERED"));
    expect(response.status).toBe(201);
    expect(response.headers.get("x-a")).toBe("b");
    expect(await response.text()).toMatch(/^\d+ done$/);
  });

  test("breaks the connection off when the handler fails late, so that a cut body isn't taken for a whole one", async () => {
    const response = await get(await makeUrl(await create(FAILS_LATE), "RESPONSE_STREAM"));
    const error = await new Promise<Error>((resolve) => response.on("error", resolve).resume());
    expect(error.message).toBe("aborted");
  });

  test("a prelude that HTTP can't carry is a 502", async () => {
    const code =
      'exports.handler = awslambda.streamifyResponse(async (e, s) => { awslambda.HttpResponseStream.from(s, { headers: { "a b": "c" } }).end("x"); })';
    expect((await fetch(await makeUrl(await create(code), "RESPONSE_STREAM"))).status).toBe(502);
  });
});

/** A runtime of its own, written for Node: streams with a prelude, a trailer for its error. */
const BOOTSTRAP = `#!${process.execPath}
const http = require("node:http");
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const base = "/2018-06-01/runtime/invocation/";
function call(method, path, headers, write) {
  return new Promise((resolve) => {
    const request = http.request({ host, port, method, path, headers }, (response) => {
      const chunks = []; response.on("data", (c) => chunks.push(c)); response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
    });
    write(request);
  });
}
(async () => {
  for (;;) {
    const next = await call("GET", base + "next", {}, (r) => r.end());
    const event = JSON.parse(next.body);
    const headers = { "Lambda-Runtime-Function-Response-Mode": "streaming", "Transfer-Encoding": "chunked", Trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body" };
    if (event.http) headers["Content-Type"] = "application/vnd.awslambda.http-integration-response";
    await call("POST", base + next.headers["lambda-runtime-aws-request-id"] + "/response", headers, (r) => {
      if (event.http) r.write(JSON.stringify({ statusCode: 207 }) + "\\0".repeat(8));
      r.write("one");
      if (event.fail) r.addTrailers({ "Lambda-Runtime-Function-Error-Type": "Mine", "Lambda-Runtime-Function-Error-Body": Buffer.from('{"errorMessage":"m"}').toString("base64") });
      r.end();
    });
  }
})();`;

describe("the Runtime API's streaming mode", () => {
  const make = () => create("", { Runtime: "provided.al2023", Handler: "x", Code: { ZipFile: programZip(BOOTSTRAP) } });

  test("streams, and reports an error by its trailers", async () => {
    const name = await make();
    expect((await streamed(name)).chunks).toEqual(["one"]);
    const http = await streamed(name, { Payload: Buffer.from('{"http":true}') });
    expect(http.chunks.join("")).toBe(`{"statusCode":207}${"\0".repeat(8)}one`);
    const failed = await streamed(name, { Payload: Buffer.from('{"fail":true}') });
    expect(failed.chunks).toEqual(["one"]);
    expect(JSON.parse(failed.complete?.ErrorDetails ?? "")).toEqual({ errorType: "Mine", errorMessage: "m" });
  });
});

test("a prelude is found however the stream is cut", () => {
  const whole = Buffer.concat([Buffer.from('{"statusCode":207}'), Buffer.alloc(8), Buffer.from("body")]);
  for (let size = 1; size <= whole.length; size++) {
    const seen: unknown[] = [];
    const sink = { start: (head: object) => seen.push(head), chunk: (bytes: Buffer) => seen.push(bytes.toString()) };
    const splitter = new PreludeSplitter(sink, "application/vnd.awslambda.http-integration-response");
    for (let at = 0; at < whole.length; at += size) splitter.push(whole.subarray(at, at + size));
    splitter.end();
    expect(seen[0]).toMatchObject({ prelude: { statusCode: 207 } });
    expect(seen.slice(1).join("")).toBe("body");
  }
});
