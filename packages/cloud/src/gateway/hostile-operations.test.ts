/**
 * Every operation of every service, with inputs that a generator made from its shapes: right, nearly right and wild, in each protocol the service
 * speaks. Whatever comes is answered, with no 500 and nothing in the log that looks like a bug.
 */
import { request as httpRequest } from "node:http";
import { deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../cloud.ts";
import { SERVICES } from "../core/services.ts";
import { loadModel, type Member, type OperationModel, type Shape } from "./model.ts";
import { encodeCbor } from "./protocols/cbor.ts";

let cloud: Cloud;
const lines: string[] = [];
beforeAll(async () => {
  cloud = await startCloud({ log: (line) => lines.push(line) });
});
afterAll(() => cloud.stop());

const RUNS = 4;
const ANSWER_MS_MAX = 25_000;

const wildText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "",
    " ",
    "../../etc/passwd",
    "%",
    "%zz",
    "\0",
    "a".repeat(3_000),
    "__proto__",
    "constructor",
    "arn:aws:",
    "arn:aws:s3:::x",
    "*",
    "${x}",
    "\ud800",
    "{}",
    "[",
    "-1",
  ),
);
const wild = fc.oneof(wildText, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 2 }));

const DEPTH_MAX = 4;
const COLLECTION_MAX = 2;

/** A value that fits, or (one time in eight) anything else. */
function valueFor(shape: Shape, depth = 0): fc.Arbitrary<unknown> {
  const fitting = fittingOf(shape, depth);
  return fc.oneof({ weight: 7, arbitrary: fitting }, { weight: 1, arbitrary: wild });
}

function fittingOf(shape: Shape, depth: number): fc.Arbitrary<unknown> {
  if (depth > DEPTH_MAX) return fc.constant(undefined);
  switch (shape.type) {
    case "structure":
      return recordOf(
        shape.members.filter(({ streaming }) => !streaming),
        depth,
      );
    case "list":
      return fc.array(valueFor(shape.of, depth + 1), { maxLength: COLLECTION_MAX });
    case "map":
      return fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), valueFor(shape.of, depth + 1), {
        maxKeys: COLLECTION_MAX,
      });
    case "boolean":
      return fc.boolean();
    case "string":
      return shape.enum !== undefined && shape.enum.length > 0
        ? fc.constantFrom(...shape.enum)
        : fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(..."abcXYZ019-_/:.") });
    case "blob":
      return fc.base64String({ maxLength: 16 });
    case "timestamp":
      return fc.integer({ min: 0, max: 2_000_000_000 });
    default:
      return fc.integer({ min: -2, max: 100 });
  }
}

function recordOf(members: readonly Member[], depth: number): fc.Arbitrary<Record<string, unknown>> {
  const parts = Object.fromEntries(members.map((member) => [member.wire, valueFor(member.shape, depth + 1)]));
  const required = members.filter((member) => member.required).map((member) => member.wire);
  return fc.record(parts, { requiredKeys: required });
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

const credential = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;

/** Objects that say they have a `toString` of their own are no texts. */
function textOf(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** EC2 writes lists without `member` and names with a capital. */
function flatten(name: string, value: unknown, out: URLSearchParams, isEc2: boolean): void {
  if (Array.isArray(value))
    for (const [at, each] of value.entries()) flatten(`${name}${isEc2 ? "" : ".member"}.${at + 1}`, each, out, isEc2);
  else if (typeof value === "object" && value !== null)
    for (const [key, each] of Object.entries(value)) {
      const own = isEc2 ? key.charAt(0).toUpperCase() + key.slice(1) : key;
      flatten(name === "" ? own : `${name}.${own}`, each, out, isEc2);
    }
  else if (value !== undefined) out.append(name, textOf(value));
}

function xmlOf(name: string, value: unknown): string {
  const tag = /^[A-Za-z][A-Za-z0-9]*$/.test(name) ? name : "x";
  const text = (given: unknown) => textOf(given).replace(/[<&]/g, (each) => (each === "<" ? "&lt;" : "&amp;"));
  if (Array.isArray(value)) return value.map((each) => xmlOf(name, each)).join("");
  if (typeof value === "object" && value !== null)
    return `<${tag}>${Object.entries(value)
      .map(([key, each]) => xmlOf(key, each))
      .join("")}</${tag}>`;
  return `<${tag}>${text(value)}</${tag}>`;
}

/** Header values as Node lets them through. */
const headerText = (value: unknown) =>
  textOf(value)
    .replace(/[^\x20-\x7e]/g, "?")
    .slice(0, 500);

function restRequest(operation: OperationModel, input: Record<string, unknown>, signing: string, isXml: boolean): Sent {
  const { method, uri } = operation;
  const query = new URLSearchParams();
  const headers: Record<string, string> = { authorization: credential(signing) };
  const rest: Record<string, unknown> = { ...input };
  let path = uri.split("?")[0] ?? "/";
  for (const member of operation.input?.members ?? []) {
    const value = input[member.wire];
    if (member.location === undefined) continue;
    delete rest[member.wire];
    if (member.location === "uri")
      path = path.replace(new RegExp(`\\{${member.locationName ?? member.name}\\+?\\}`), () =>
        encodeURIComponent(textOf(value ?? "x").toWellFormed()),
      );
    else if (value !== undefined && member.location === "querystring")
      query.append(member.locationName ?? member.name, textOf(value));
    else if (value !== undefined && member.location === "header") headers[member.headerName] = headerText(value);
  }
  const fixed = uri.split("?")[1];
  const search = [fixed, query.toString()].filter((part) => part !== undefined && part !== "").join("&");
  const body =
    method === "GET" || method === "HEAD" ? "" : isXml ? xmlOf(operation.input?.name ?? "x", rest) : JSON.stringify(rest);
  return { method, path: search === "" ? path : `${path}?${search}`, headers, body };
}

function requestsOf(service: string, name: string, input: Record<string, unknown>): Sent[] {
  const model = loadModel(service);
  const operation = model.operation(name);
  if (operation === undefined) return [];
  const headers = { authorization: credential(model.signingName) };
  return model.protocols.map((protocol): Sent => {
    if (protocol.startsWith("rest")) return restRequest(operation, input, model.signingName, protocol === "rest-xml");
    if (protocol === "query" || protocol === "ec2") {
      const form = new URLSearchParams({ Action: name, Version: model.apiVersion });
      flatten("", input, form, protocol === "ec2");
      return {
        method: "POST",
        path: "/",
        headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
        body: form.toString(),
      };
    }
    if (protocol.includes("cbor")) {
      const path = `/service/${model.targetPrefix ?? service}/operation/${name}`;
      // What fits no CBOR type of the shape goes as it is in JSON; the bytes are then cut, which is what a hostile client sends.
      const body = safely(() => encodeCbor(operation.input, input)) ?? new Uint8Array([0xbf, 0x61, 0x61]);
      return {
        method: "POST",
        path,
        headers: { ...headers, "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
        body,
      };
    }
    return {
      method: "POST",
      path: "/",
      headers: { ...headers, "x-amz-target": `${model.targetPrefix}.${name}` },
      body: JSON.stringify(input),
    };
  });
}

function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** The status; 0 for a connection that ended without one; rejects when nothing came in time. */
function send(sent: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      {
        host: "127.0.0.1",
        port: cloud.port,
        method: sent.method,
        path: sent.path,
        headers: { ...sent.headers, "content-length": Buffer.byteLength(sent.body) },
      },
      (answer) => {
        let text = "";
        answer.on("data", (chunk) => {
          text += String(chunk);
        });
        answer.on("close", () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    asked.setTimeout(ANSWER_MS_MAX, () => reject(new Error(`no answer to ${sent.method} ${sent.path}`)));
    asked.on("error", reject);
    asked.end(sent.body);
  });
}

/** Operations whose answer comes later by their nature: a long poll's wait, a subscription. */
function hasten(input: Record<string, unknown>): Record<string, unknown> {
  return "WaitTimeSeconds" in input ? { ...input, WaitTimeSeconds: 0 } : input;
}

const bugs = () => lines.filter((line) => /\bat .*\.ts:\d+/.test(line));

describe.each(SERVICES.map(({ name }) => name))("%s", (service) => {
  test.each(loadModel(service).operationNames)("%s answers whatever it gets", async (name) => {
    const operation = loadModel(service).operation(name);
    const before = bugs().length;
    const inputs =
      operation?.input === undefined
        ? fc.constant({})
        : recordOf(
            operation.input.members.filter(({ streaming }) => !streaming),
            0,
          );
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        for (const sent of requestsOf(service, name, hasten(input))) {
          const { status, text } = await send(sent);
          expect(
            status,
            `${sent.method} ${sent.path}\n${Buffer.from(sent.body).toString("latin1").slice(0, 2000)}\n${text}`,
          ).not.toBe(500);
          expect(bugs().slice(before), String(sent.body)).toEqual([]);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe("bodies that lie", () => {
  const post = (headers: Record<string, string>, body: string | Uint8Array) =>
    send({ method: "POST", path: "/", headers: { authorization: credential("ssm"), ...headers }, body });
  const json = { "x-amz-target": "AmazonSSM.GetParameter", "content-type": "application/x-amz-json-1.1" };

  test.each<[string, Record<string, string>, string | Uint8Array]>([
    ["compressed without end", { ...json, "content-encoding": "gzip" }, gzipSync(Buffer.alloc(50_000_000))],
    ["compressed by another name", { ...json, "content-encoding": "gzip" }, deflateRawSync(Buffer.from("{}"))],
    ["bytes that are no UTF-8", json, new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ["a hundred thousand brackets", json, "[".repeat(100_000)],
    ["a hundred thousand objects", json, `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
    ["a number without end", json, `{"Name":${"9".repeat(100_000)}}`],
    [
      "CBOR of a length that is not there",
      { "smithy-protocol": "rpc-v2-cbor" },
      new Uint8Array([0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ],
    [
      "a form of a hundred thousand parameters",
      { "content-type": "application/x-www-form-urlencoded" },
      `Action=ListRoles&Version=2010-05-08&${"a=b&".repeat(100_000)}`,
    ],
    ["a form of broken escapes", { "content-type": "application/x-www-form-urlencoded" }, "Action=%zz&Version=%"],
    [
      "a form with a list at the end of the numbers",
      { "content-type": "application/x-www-form-urlencoded" },
      "Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.99999999=a",
    ],
  ])("%s", async (_name, headers, body) => {
    const { status } = await post(headers, body);
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).not.toBe(500);
  });

  test("the cloud is well after all that", async () => {
    expect((await send({ method: "GET", path: "/_localstack/health", headers: {}, body: "" })).status).toBe(200);
    expect(bugs()).toEqual([]);
  });
});
