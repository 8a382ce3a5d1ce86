/** Nothing that a client sends makes the gateway crash, hang, or answer a 500. */
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../cloud.ts";
import { parseCbor } from "./protocols/cbor.ts";
import { parseXml } from "./protocols/xml.ts";

let cloud: Cloud;
const failures: string[] = [];

beforeAll(async () => {
  cloud = await startCloud({ log: (line) => failures.push(line) });
});
afterAll(() => cloud.stop());

const auth = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
});

async function post(
  headers: Record<string, string>,
  body: string | Uint8Array,
  path = "/",
): Promise<{ status: number; text: string }> {
  const answer = await fetch(cloud.endpoint + path, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : Buffer.from(body),
  });
  return { status: answer.status, text: await answer.text() };
}

const json = (service: string, target: string, body: string) =>
  post({ ...auth(service), "x-amz-target": target, "content-type": "application/x-amz-json-1.0" }, body);
const form = (service: string, body: string) =>
  post({ ...auth(service), "content-type": "application/x-www-form-urlencoded" }, body);

describe("malformed requests", () => {
  test.each([
    ["no JSON", "{"],
    ["a JSON list", "[]"],
    ["a JSON text", '"x"'],
    ["null", "null"],
    ["another type", '{"QueueName":5}'],
    ["a structure where a text belongs", '{"QueueName":{}}'],
    ["a prototype", '{"__proto__":{"QueueName":"x"},"QueueName":"ok","Attributes":{"__proto__":"1"}}'],
    ["a constructor", '{"constructor":{"prototype":{"x":1}}}'],
    ["ten thousand brackets", `{"Attributes":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}`],
    ["broken UTF-8", "\ud800"],
  ])("awsJson: %s is the client's fault", async (_name, body) => {
    const { status, text } = await json("sqs", "AmazonSQS.CreateQueue", body);
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
    if (status >= 400) expect(JSON.parse(text)).toHaveProperty("__type");
    expect(({} as { QueueName?: string }).QueueName).toBeUndefined();
  });

  test.each([
    ["an unknown target", "Nope.Operation", 400],
    ["a target without a dot", "AmazonSQS", 400],
    ["an operation that the API lacks", "AmazonSQS.Nope", 404],
    ["a member of every object", "AmazonSQS.constructor", 404],
    ["an operation that is not emulated", "AmazonSSM.SendCommand", 501],
  ])("awsJson: %s", async (_name, target, status) => {
    const answer = await json("sqs", target, "{}");
    expect([400, 404, status]).toContain(answer.status);
  });

  test("a missing operation is named", async () => {
    const { status, text } = await json("ssm", "AmazonSSM.SendCommand", "{}");
    expect(status).toBe(501);
    expect(JSON.parse(text).message).toContain("NotImplemented: ssm.SendCommand");
  });

  test.each([
    ["no action", "Version=2010-05-08"],
    ["an unknown action", "Version=2010-05-08&Action=Nope"],
    ["a number that is none", "Version=2010-05-08&Action=ListRoles&MaxItems=x"],
    ["a deep name", `Version=2010-05-08&Action=ListRoles&${"a.".repeat(500)}b=1`],
    ["a prototype", "Version=2010-05-08&Action=CreateRole&__proto__.x=1&RoleName=r"],
  ])("query: %s is the client's fault", async (_name, body) => {
    const { status, text } = await form("iam", body);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(text).toContain("<Code>");
  });

  test.each([
    ["a path that climbs", "/../../etc/passwd"],
    ["an encoded climb", "/bucket/..%2f..%2fetc%2fpasswd"],
    ["a broken escape", "/bucket/%zz"],
    ["a null byte", "/bucket/a%00b"],
    ["a very long key", `/bucket/${"k".repeat(5_000)}`],
  ])("S3: %s is a key like any other or refused", async (_name, path) => {
    const answer = await fetch(cloud.endpoint + path, { headers: auth("s3") });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  test("a body cut short, wrong chunks and a wrong hash are refused", async () => {
    await fetch(`${cloud.endpoint}/hostile`, { method: "PUT", headers: auth("s3") });
    const put = async (headers: Record<string, string>, body: string) =>
      (await fetch(`${cloud.endpoint}/hostile/k`, { method: "PUT", headers: { ...auth("s3"), ...headers }, body })).status;
    const chunked = { "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-decoded-content-length": "5" };
    expect(await put(chunked, "5\r\nhello\r\n0\r\n\r\n")).toBe(200);
    expect(await put(chunked, "zz\r\nhello\r\n0\r\n\r\n")).toBe(400);
    expect(await put(chunked, "ff\r\nhello")).toBe(400);
    expect(await put({ ...chunked, "x-amz-decoded-content-length": "6" }, "5\r\nhello\r\n0\r\n\r\n")).toBe(400);
    expect(await put({ "x-amz-content-sha256": "0".repeat(64) }, "hello")).toBe(400);
  });

  test("a body that announces more than the limit is refused before it is read", async () => {
    const socket = connect(cloud.port, "127.0.0.1");
    socket.write(
      `POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonSQS.CreateQueue\r\nContent-Length: 99999999999\r\n\r\n{`,
    );
    const text = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
    socket.destroy();
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });
});

test("any JSON, target and form is answered, never with a 500", async () => {
  const target = fc.constantFrom(
    "AmazonSQS.SendMessage",
    "AmazonSSM.PutParameter",
    "AmazonSQS.CreateQueue",
    "AmazonSSM.DescribeParameters",
  );
  await fc.assert(
    fc.asyncProperty(target, fc.jsonValue({ maxDepth: 4 }), fc.string(), async (name, value, text) => {
      expect((await json("sqs", name, JSON.stringify(value))).status).not.toBe(500);
      expect((await json("sqs", name, text)).status).not.toBe(500);
      expect((await form("sns", `Version=2010-03-31&Action=Subscribe&${text}`)).status).not.toBe(500);
    }),
    { numRuns: 60 },
  );
});

describe("parsers", () => {
  test("XML: any text is parsed or refused", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^<[<>a-z/ "=&;!-]{0,60}$/)), (text) => {
        try {
          parseXml(text);
        } catch (error) {
          expect(error).toMatchObject({ code: "SerializationException", status: 400 });
        }
      }),
    );
  });

  test.each([
    '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    "<a><b></a></b>",
    "<a>",
    "",
    "<a/><b/>",
    "<a>&nope;</a>",
    "<a".repeat(200_000),
  ])("XML: %.20s is refused", (text) => {
    expect(() => parseXml(text)).toThrow(expect.objectContaining({ status: 400 }));
  });

  test("CBOR: any bytes are parsed or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          parseCbor(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: "SerializationException" });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("who may talk to it", () => {
  const raw = (head: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(cloud.port, "127.0.0.1");
      socket.on("data", (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.write(`${head}\r\nContent-Length: 0\r\n\r\n`);
    });

  test.each([
    ["localhost:4566", 200],
    ["127.0.0.1", 200],
    ["[::1]:4566", 200],
    ["localhost.localstack.cloud:4566", 200],
    ["sqs.us-east-1.localhost.localstack.cloud", 200],
    ["evil.example", 403],
    ["127.0.0.1.evil.example", 403],
    ["localhost.evil.example:4566", 403],
  ])("Host %s: %i", async (host, status) => {
    expect(await raw(`GET /_localstack/health HTTP/1.1\r\nHost: ${host}`)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test.each([
    ["http://localhost:3000", 200],
    ["http://127.0.0.1:5173", 200],
    ["https://evil.example", 403],
    ["null", 403],
    ["http://localhost.evil.example", 403],
  ])("Origin %s: %i", async (origin, status) => {
    expect(await raw(`GET /_dovetail/status HTTP/1.1\r\nHost: localhost\r\nOrigin: ${origin}`)).toMatch(
      new RegExp(`^HTTP/1.1 ${status} `),
    );
    const api = `POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: ${origin}\r\nX-Amz-Target: AmazonSQS.ListQueues\r\nAuthorization: ${auth("sqs").authorization}`;
    expect(await raw(api)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test("scripts find the health page as they expect it", async () => {
    expect(await (await fetch(`${cloud.endpoint}/_localstack/health`)).text()).toContain('"s3": "available"');
  });
});

test("nothing above was a bug of ours", () => {
  expect(failures.filter((line) => /Error|at .*\.ts/.test(line))).toEqual([]);
});
