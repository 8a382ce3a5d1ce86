import { createHash, createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import {
  AwsEc2QueryProtocol,
  AwsJson1_0Protocol,
  AwsJson1_1Protocol,
  AwsQueryProtocol,
  AwsRestJsonProtocol,
  AwsRestXmlProtocol,
} from "@aws-sdk/core/protocols";
import { seededRandom } from "@dovetail/model";
import { TypeRegistry } from "@smithy/core/schema";
import { fromBase64, fromUtf8, toBase64, toUtf8 } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, it } from "vitest";
import { dataFile } from "../data-file.ts";
import { structureToJson } from "./json-codec.ts";
import { createProtocol } from "./protocol.ts";
import { plainText } from "./query-codec.ts";
import type { HttpAnswer, HttpRequest } from "./request.ts";
import type { Member, Shape } from "./shapes.ts";
import { requestTarget, signRequest } from "./signer.ts";
import { loadWire, type Operation, type ServiceName } from "./wire.ts";
import { toXml } from "./xml-codec.ts";

/**
 * Every operation of every service, with made-up values: what we send and read is what the SDK's own protocol classes send and read.
 * The tokens that make requests idempotent are given, since each side makes its own.
 */

const services = readdirSync(dataFile("wire")).map((file) => file.replace(".jsonl", "") as ServiceName);
const endpoint = new URL("https://service.us-east-1.amazonaws.com");
const VALUES_EACH = 3;
const DEPTH_MAX = 4;
const TEXTS = [
  "",
  "plain",
  "with space & <tag> \"quoted\" 'single'",
  "ünïcödé ☃ 𝄞",
  "a/b+c=d~e*f(g)!",
  "  edges  ",
  "line\nbreak",
  "1",
  "a,b",
];

type Plain = { [name: string]: unknown };

/** Repeatable choices. */
function chooser(seed: number) {
  const random = seededRandom(seed);
  const below = (limit: number) => ((random.bytes(1)[0] ?? 0) * 256 + (random.bytes(1)[0] ?? 0)) % limit;
  return { below, pick: <T>(items: readonly T[]): T => items[below(items.length)] as T };
}
type Chooser = ReturnType<typeof chooser>;

function make(member: Member, choose: Chooser, depth: number, texts: readonly string[]): unknown {
  const { shape, traits } = member;
  // An empty item of a list in a header is one that the SDK's own joining loses.
  const innerTexts = traits.httpHeader === undefined ? texts : texts.filter((text) => /^[^\n]+$/.test(text));
  const inner = (of: Member) => make(of, choose, depth + 1, innerTexts);
  switch (shape.kind) {
    case "structure":
      return structure(shape, choose, depth, texts);
    case "list":
      return Array.from({ length: depth > DEPTH_MAX ? 0 : choose.below(4) }, () => inner(shape.item));
    case "map":
      return Object.fromEntries(
        Array.from({ length: depth > DEPTH_MAX ? 0 : choose.below(3) }, (_, i) => [`key ${i} <&>`, inner(shape.item)]),
      );
    case "number":
      return choose.pick([0, 1, -1, 42, 1.5, 2 ** 31]);
    case "boolean":
      return choose.below(2) === 0;
    case "timestamp":
      return new Date(choose.pick([0, 1_700_000_000_000, 1_700_000_000_000]));
    case "blob":
    case "stream":
      return new Uint8Array(Buffer.from(choose.pick(["blob", "x"])));
    case "document":
      return { a: [1, "two", { three: null }] };
    default:
      return traits.httpLabel === 1 || traits.httpHeader !== undefined
        ? choose.pick(["label", "with-dash", "a.b"])
        : choose.pick(texts);
  }
}

function structure(shape: Shape, choose: Chooser, depth: number, texts: readonly string[]): Plain {
  const isUnion = shape.members.length > 0 && UNIONS.has(shape.name);
  const only = isUnion ? choose.pick(shape.members) : undefined;
  const chosen = shape.members.filter((member) =>
    only !== undefined
      ? member === only
      : member.traits.httpLabel === 1 || member.traits.idempotencyToken === 1 || (depth <= DEPTH_MAX && choose.below(3) > 0),
  );
  return Object.fromEntries(chosen.map((member) => [member.name, make(member, choose, depth + 1, texts)]));
}

/** The table knows unions as structures; the SDK minds how many members they have. */
const UNIONS = new Set(["AttributeValue", "Filter", "EventStream"]);

interface SdkOperation {
  readonly namespace: string;
  readonly name: string;
  readonly traits: unknown;
  readonly input: unknown;
  readonly output: unknown;
}

/** The same wire data in the form that the SDK's classes take. */
function sdkProtocol(service: ServiceName) {
  const [head, ...rows] = readFileSync(dataFile(`wire/${service}.jsonl`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const built = new Map<number, unknown[]>();
  const shape = (index: number): unknown[] => {
    const known = built.get(index);
    if (known !== undefined) return known;
    const schema: unknown[] = [];
    built.set(index, schema);
    schema.push(...(rows[index] as unknown[]).map(part));
    return schema;
  };
  const part = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(part);
    if (typeof value === "object" && value !== null && "r" in value) return () => shape(Number(value.r));
    return value;
  };
  const classes: { readonly [name: string]: unknown } = {
    AwsEc2QueryProtocol,
    AwsJson1_0Protocol,
    AwsJson1_1Protocol,
    AwsQueryProtocol,
    AwsRestJsonProtocol,
    S3RestXmlProtocol: AwsRestXmlProtocol,
  };
  const registry = new TypeRegistry(head.namespace);
  for (const index of Object.values<number>(head.errors)) {
    const schema = shape(index);
    registry.registerError(
      schema as never,
      class extends Error {
        override name = String(schema[2]);
      } as never,
    );
  }
  const Class = classes[head.protocol] as new (
    options: object,
  ) => {
    setSerdeContext(context: object): void;
    serializeRequest(operation: SdkOperation, input: unknown, context: object): Promise<HttpRequest & { query: Plain }>;
    deserializeResponse(operation: SdkOperation, context: object, answer: object): Promise<Plain>;
  };
  const protocol = new Class({
    defaultNamespace: head.namespace,
    errorTypeRegistries: [registry],
    xmlNamespace: head.xmlNamespace ?? "",
    version: head.version,
    serviceTarget: head.target ?? "",
    awsQueryCompatible: head.queryCompatible === true,
  });
  const context = {
    base64Decoder: fromBase64,
    base64Encoder: toBase64,
    utf8Decoder: fromUtf8,
    utf8Encoder: toUtf8,
    disableHostPrefix: true,
    endpoint: async () => ({ protocol: endpoint.protocol, hostname: endpoint.hostname, port: undefined, path: "/", query: {} }),
  };
  protocol.setSerdeContext(context);
  const operation = (name: string): SdkOperation => {
    const [, namespace, own, traits, input, output] = shape(head.operations[name]);
    return { namespace: String(namespace), name: String(own), traits, input, output };
  };
  return {
    serialize: (name: string, input: unknown) => protocol.serializeRequest(operation(name), input, context),
    deserialize: (name: string, answer: HttpAnswer) =>
      protocol.deserializeResponse(operation(name), context, { ...answer, headers: { ...answer.headers }, reason: "" }),
  };
}

const isStreaming = ({ input, output }: Operation) =>
  [input, output].some(({ members }) => members.some((m) => m.shape.kind === "stream" || m.traits.streaming === 1));

/** As comparable text: JSON without regard to the order of members, XML and forms as they stand. */
function comparableBody(body: unknown): unknown {
  if (body === undefined || body === null || body === "") return undefined;
  const text = typeof body === "string" ? body : Buffer.from(body as Uint8Array).toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** An empty element in its two forms. */
const sameXml = (text: unknown) => (typeof text === "string" ? text.replace(/<([\w:]+)([^<>]*)><\/\1>/g, "<$1$2/>") : text);

describe.each(services)("%s as the SDK's protocol classes speak it", (service) => {
  const wire = loadWire(service);
  const ours = createProtocol(wire, () => "token");
  const sdk = sdkProtocol(service);
  const operations = wire
    .operations()
    .map((name) => wire.operation(name) as Operation)
    .filter((operation) => !isStreaming(operation));

  it("requests", async () => {
    for (const [i, operation] of operations.entries()) {
      for (let n = 0; n < VALUES_EACH; n++) {
        const input = structure(operation.input, chooser(i * VALUES_EACH + n), 0, TEXTS);
        const wanted = await sdk.serialize(operation.name, structuredClone(input));
        const got = ours.serialize(operation, input, endpoint);
        const what = `${operation.name} ${JSON.stringify(input)}`;
        expect([got.method, got.path, got.query, got.headers], what).toEqual([
          wanted.method,
          wanted.path,
          wanted.query,
          wanted.headers,
        ]);
        expect(sameXml(comparableBody(got.body)), what).toEqual(sameXml(comparableBody(wanted.body)));
      }
    }
  });

  it("answers", async () => {
    for (const [i, operation] of operations.entries()) {
      for (let n = 0; n < VALUES_EACH; n++) {
        const value = structure(operation.output, chooser(7_000 + i * VALUES_EACH + n), 0, TEXTS.slice(0, 6));
        const answer = answerOf(wire.protocol, operation, value, wire.xmlNamespace);
        const wanted = await sdk.deserialize(operation.name, answer);
        const got = ours.deserialize(operation, answer);
        expect(comparable(got), `${operation.name} ${answer.body}`).toEqual(comparable(wanted));
      }
    }
  });
});

/** Without what says only that nothing is there. */
function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).filter(([key, each]) => each !== undefined && each !== null && key !== "cfId");
  return Object.fromEntries(entries.map(([key, each]) => [key, comparable(each)]));
}

/** An answer that carries the value. */
function answerOf(protocol: string, operation: Operation, value: Plain, namespace: string | undefined): HttpAnswer {
  const headers: Record<string, string> = { "x-amzn-requestid": "r1" };
  const json = { usesJsonName: protocol === "AwsRestJsonProtocol", token: () => "" };
  const answer = (text: string | Uint8Array): HttpAnswer => ({ statusCode: 200, headers, body: Buffer.from(text) });
  if (protocol.startsWith("AwsJson")) return answer(JSON.stringify(structureToJson(operation.output.members, value, json)));
  if (protocol === "AwsEc2QueryProtocol")
    return answer(toXml(`${operation.name}Response`, operation.output.members, value, namespace));
  if (protocol === "AwsQueryProtocol") {
    const result = toXml(`${operation.name}Result`, operation.output.members, value);
    return answer(`<${operation.name}Response xmlns="${namespace}">${result}<ResponseMetadata/></${operation.name}Response>`);
  }
  const inBody: Member[] = [];
  for (const member of operation.output.members) {
    const { httpHeader, httpPrefixHeaders, httpResponseCode, httpPayload } = member.traits;
    const given = value[member.name];
    if (httpPayload === 1) {
      if (given === undefined) return answer("");
      if (member.shape.kind !== "structure") return answer(given as string | Uint8Array);
      return answer(
        protocol === "S3RestXmlProtocol"
          ? toXml(member.traits.xmlName ?? member.shape.name, member.shape.members, given as Plain, namespace)
          : JSON.stringify(structureToJson(member.shape.members, given as Plain, json)),
      );
    }
    if (httpHeader !== undefined && given !== undefined && member.shape.kind !== "list")
      headers[httpHeader.toLowerCase()] = plainText(member.shape, given, "http-date");
    else if (httpHeader === undefined && httpPrefixHeaders === undefined && httpResponseCode === undefined) inBody.push(member);
  }
  if (inBody.length === 0) return answer("");
  return answer(
    protocol === "S3RestXmlProtocol"
      ? toXml(operation.output.name, inBody, value, namespace)
      : JSON.stringify(structureToJson(inBody, value, json)),
  );
}

describe("signatures", () => {
  class Sha256 {
    readonly #hash;
    constructor(secret?: Uint8Array | string) {
      this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
    }
    update(data: Uint8Array | string) {
      this.#hash.update(data);
    }
    async digest() {
      return new Uint8Array(this.#hash.digest());
    }
    reset() {}
  }

  it.each<[string, string, string, HttpRequest["query"], string | undefined, string | undefined]>([
    ["sqs", "POST", "/", {}, '{"a":"ü"}', "session"],
    ["lambda", "GET", "/2015-03-31/functions/arn%3Aaws%3Alambda/tags%2Fx", { Qualifier: "$LATEST" }, undefined, undefined],
    ["lambda", "GET", "/a/./b/../c//d/", { b: ["2", "1"], "a-b": "", a: "~ +*'()" }, undefined, undefined],
    ["s3", "PUT", "/bucket/a%20b//c/../d", { "list-type": "2", list: "x", prefix: "a/b" }, "body", "session"],
    ["s3", "GET", "/", { versioning: "" }, undefined, undefined],
  ])("%s %s %s %o are the SDK's signer's", async (service, method, path, query, body, sessionToken) => {
    const credentials = {
      accessKeyId: "AKID",
      secretAccessKey: "secret",
      ...(sessionToken === undefined ? {} : { sessionToken }),
    };
    const request: HttpRequest = {
      protocol: "https:",
      hostname: "host.example",
      method,
      path,
      query,
      headers: { host: "host.example", "x-amz-meta-a": "  two   spaces ", "content-type": "text/plain" },
      ...(body === undefined ? {} : { body }),
    };
    const signer = new SignatureV4({
      service,
      region: "eu-west-1",
      credentials,
      sha256: Sha256 as never,
      uriEscapePath: service !== "s3",
      applyChecksum: true,
    });
    const wanted = await signer.sign({ ...structuredClone(request), query: { ...query } } as never, {
      signingDate: new Date(1_700_000_000_000),
    });
    signRequest(request, { service, region: "eu-west-1", credentials, nowMs: 1_700_000_000_000 });
    expect({ headers: request.headers }).toEqual({ headers: (wanted as unknown as HttpRequest).headers });
  });

  it("what is sent is what was signed", () => {
    expect(requestTarget({ path: "/a", query: { b: ["2", "1"], "a-b": "", a: "x y" } })).toBe("/a?a=x%20y&a-b=&b=1&b=2");
  });
});
