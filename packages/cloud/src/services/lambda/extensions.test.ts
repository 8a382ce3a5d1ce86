/** External extensions out of layers: they start, hear of invocations and of the end, and get telemetry. */
import * as lambda from "@aws-sdk/client-lambda";
import { seededRandom } from "@dovetail/model";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { BadSubscription, Subscription } from "./runtime/telemetry.ts";
import { oneRole, ROLE, zipOf } from "./testing.ts";

let cloud: Cloud;
let client: lambda.LambdaClient;
beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(8), services: { iam: oneRole }, volatile: true });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  client = new lambda.LambdaClient({ endpoint: cloud.endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
});
afterAll(() => cloud.stop());

/** An extension as one writes them: registers, then asks for event after event. What it is told goes to its standard output. */
const agent = (body: string, events = '["INVOKE","SHUTDOWN"]') => `#!${process.execPath}
const api = "http://" + process.env.AWS_LAMBDA_RUNTIME_API;
const http = require("node:http");
(async () => {
  const registered = await fetch(api + "/2020-01-01/extension/register", {
    method: "POST",
    headers: { "Lambda-Extension-Name": "agent", "Lambda-Extension-Accept-Feature": "accountId" },
    body: JSON.stringify({ events: ${events} }),
  });
  const id = registered.headers.get("lambda-extension-identifier");
  const headers = { "Lambda-Extension-Identifier": id };
  console.log("registered", registered.status, await registered.text());
  const next = async () => (await fetch(api + "/2020-01-01/extension/event/next", { headers })).json();
  ${body}
})();
`;
const LOOP = `for (;;) {
    const event = await next();
    console.log("heard", event.eventType, event.requestId ?? event.shutdownReason, event.invokedFunctionArn ?? "");
    if (event.eventType === "SHUTDOWN") process.exit(0);
  }`;

let made = 0;
async function functionWith(extension: string, code = "exports.handler = async () => { console.log('working'); return 'done' }") {
  const FunctionName = `extended${made++}`;
  const ZipFile = zipSync({ "extensions/agent": [strToU8(extension), { os: 3, attrs: 0o100755 << 16 }] });
  const { LayerVersionArn = "" } = await client.send(
    new lambda.PublishLayerVersionCommand({ LayerName: FunctionName, Content: { ZipFile } }),
  );
  await client.send(
    new lambda.CreateFunctionCommand({
      FunctionName,
      Role: ROLE,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Timeout: 10,
      Layers: [LayerVersionArn],
      Code: { ZipFile: zipOf({ "index.js": code }) },
    }),
  );
  return FunctionName;
}

async function invoke(FunctionName: string) {
  const answer = await client.send(new lambda.InvokeCommand({ FunctionName }));
  return { ...answer, value: JSON.parse(Buffer.from(answer.Payload ?? []).toString()) };
}

async function logged(FunctionName: string, wanted: string): Promise<string> {
  for (;;) {
    const { events } = await cloud.call<{ events: { message: string }[] }>("logs", "FilterLogEvents", {
      logGroupName: `/aws/lambda/${FunctionName}`,
    });
    const text = events.map(({ message }) => message).join("\n");
    if (text.includes(wanted)) return text;
    await cloud.idle();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("an extension in a layer", () => {
  test("is started before the function, told of each invocation, and said in the log", async () => {
    const name = await functionWith(agent(LOOP));
    const first = await invoke(name);
    const second = await invoke(name);
    expect([first.value, second.value]).toEqual(["done", "done"]);
    const text = await logged(name, `heard INVOKE ${second.$metadata.requestId}`);
    expect(text).toContain(
      `registered 200 {"functionName":"${name}","functionVersion":"$LATEST","handler":"index.handler","accountId":"000000000000"}`,
    );
    expect(text).toContain("EXTENSION\tName: agent\tState: Ready\tEvents: [INVOKE,SHUTDOWN]");
    expect(text).toContain(`heard INVOKE ${first.$metadata.requestId} arn:aws:lambda:us-east-1:000000000000:function:${name}`);
    expect(text.indexOf("registered")).toBeLessThan(text.indexOf("working"));
  });

  test("that crashes at its start fails the function's", async () => {
    const name = await functionWith(agent("process.exit(3)"));
    expect((await invoke(name)).value).toMatchObject({
      errorType: "Extension.Crash",
      errorMessage: expect.stringContaining("exit status 3"),
    });
  });

  test("that dies during an invocation fails it, and the next one has a new environment", async () => {
    const name = await functionWith(
      agent("await next(); process.exit(1)"),
      "exports.handler = () => new Promise(() => setTimeout(() => {}, 60000))",
    );
    expect(await invoke(name)).toMatchObject({ FunctionError: "Unhandled" });
  });

  test("is told of an invocation that took too long", async () => {
    const name = await functionWith(agent(LOOP), "exports.handler = () => new Promise(() => setTimeout(() => {}, 60000))");
    await client.send(new lambda.UpdateFunctionConfigurationCommand({ FunctionName: name, Timeout: 1 }));
    expect((await invoke(name)).value.errorMessage).toMatch(/Task timed out after 1\.00 seconds/);
  });

  test("may not register for what there is not, nor twice, and has to say who it is", async () => {
    const tries = `const ask = async (path, init) => { const r = await fetch(api + "/2020-01-01/extension/" + path, init); return [r.status, (await r.json()).errorType]; };
    const again = { method: "POST", headers: { "Lambda-Extension-Name": "agent" }, body: '{"events":[]}' };
    console.log("tries", JSON.stringify([
      await ask("register", again),
      await ask("register", { ...again, headers: { "Lambda-Extension-Name": "other" } }),
      await ask("event/next", { headers: { "Lambda-Extension-Identifier": "x" } }),
    ]));
    ${LOOP}`;
    const name = await functionWith(agent(tries));
    await invoke(name);
    expect(await logged(name, "tries")).toContain(
      'tries [[403,"Extension.AlreadyRegistered"],[403,"Extension.InvalidExtensionName"],[403,"Extension.UnknownExtensionIdentifier"]]',
    );
    const wrong = await functionWith(agent("process.exit(0)", '["SLEEP"]'));
    await invoke(wrong);
    expect(await logged(wrong, "registered 400")).toContain("Extension.InvalidEventType");
  });

  test("gets the function's lines and the platform's events by the Telemetry API", async () => {
    const subscriber = `const port = await new Promise((resolve) => {
      const server = http.createServer((request, response) => {
        let text = "";
        request.on("data", (piece) => { text += piece; });
        request.on("end", () => {
          response.end();
          for (const { type, record } of JSON.parse(text)) console.log("telemetry", type, JSON.stringify(record));
        });
      }).listen(0, () => resolve(server.address().port));
    });
    const subscribed = await fetch(api + "/2022-07-01/telemetry", {
      method: "PUT",
      headers,
      body: JSON.stringify({ schemaVersion: "2022-12-13", types: ["platform", "function"], buffering: { maxItems: 1000, timeoutMs: 25 },
        destination: { protocol: "HTTP", URI: "http://sandbox.localdomain:" + port } }),
    });
    console.log("subscribed", subscribed.status, await subscribed.text());
    for (;;) {
      const event = await next();
      if (event.eventType === "SHUTDOWN") process.exit(0);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }`;
    const name = await functionWith(agent(subscriber));
    const { $metadata } = await invoke(name);
    const text = await logged(name, "telemetry platform.report");
    expect(text).toContain("subscribed 200 OK");
    expect(text).toContain(`telemetry platform.start {"requestId":"${$metadata.requestId}","version":"$LATEST"}`);
    expect(text).toMatch(/telemetry function ".*working/);
    expect(text).toMatch(/telemetry platform\.runtimeDone .*"status":"success"/);
  });
});

describe("a subscription", () => {
  const good = { types: ["function"], destination: { protocol: "HTTP", URI: "http://sandbox.localdomain:8080" } };
  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["a type that is none", { ...good, types: ["everything"] }],
    ["no types", { ...good, types: [] }],
    ["a buffer that is too small", { ...good, buffering: { maxItems: 1 } }],
    ["a wait that is too long", { ...good, buffering: { timeoutMs: 60_000 } }],
    ["another protocol", { ...good, destination: { protocol: "TCP", port: 8080 } }],
    ["another machine", { ...good, destination: { protocol: "HTTP", URI: "http://example.com/" } }],
  ])("of %s is refused", (_, body) => {
    expect(() => new Subscription(body)).toThrow(BadSubscription);
  });
});
