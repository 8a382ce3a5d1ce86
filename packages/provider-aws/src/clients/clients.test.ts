import { DiagnosticError, manualClock, seededRandom } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import type { AwsClients } from "../resource.ts";
import { type ClientSettings, createClientPool } from "./clients.ts";
import { type EndpointSource, loopbackUrl } from "./endpoint.ts";
import type { HttpAnswer, HttpRequest } from "./request.ts";
import { isAnswerLost, isRetryable, retryDelayMs } from "./retries.ts";

interface Row {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

const AWS: EndpointSource = { kind: "aws", override: () => undefined, dnsSuffix: () => "amazonaws.com" };

/** Clients that answer the rows in turn and keep what was sent. */
function clientsFor(
  rows: readonly (Row | Error)[],
  endpoints: EndpointSource = AWS,
  attemptsMax = 1,
  more: Partial<ClientSettings> = {},
): { clients: AwsClients; sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  const clock = manualClock(Date.UTC(2026, 0, 1));
  // Nobody else moves this clock: every sleep is over at once.
  const instant = {
    now: () => clock.now(),
    at(_atMs: number, callback: () => void) {
      queueMicrotask(callback);
      return () => {};
    },
  };
  const sender = {
    send: async (request: HttpRequest): Promise<HttpAnswer> => {
      const row = rows[sent.push(request) - 1] ?? rows.at(-1);
      if (row === undefined || row instanceof Error) throw row ?? new Error("no answer");
      return { statusCode: row.status, headers: row.headers ?? {}, body: Buffer.from(row.body) };
    },
    close: () => {},
  };
  const credentials = async () => ({ accessKeyId: "AKID", secretAccessKey: "secret", sessionToken: "token" });
  const pool = createClientPool({
    endpoints,
    credentials,
    clock: instant,
    random: seededRandom(1),
    attemptsMax,
    s3PathStyle: false,
    sender,
    ...more,
  });
  return { clients: pool.forRegion("eu-west-1"), sent };
}

describe("lean clients", () => {
  it("sqs speaks JSON, signed, to the region's endpoint", async () => {
    const { clients, sent } = clientsFor([{ status: 200, body: '{"QueueUrl":"https://q"}' }]);
    expect((await clients.sqs.createQueue({ QueueName: "q", Attributes: { DelaySeconds: "1" } })).QueueUrl).toBe("https://q");
    const [request] = sent;
    expect(request).toMatchObject({ hostname: "sqs.eu-west-1.amazonaws.com", method: "POST", path: "/" });
    expect(request?.headers["x-amz-target"]).toBe("AmazonSQS.CreateQueue");
    expect(JSON.parse(String(request?.body))).toEqual({ QueueName: "q", Attributes: { DelaySeconds: "1" } });
    expect(request?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/20260101\/eu-west-1\/sqs\/aws4_request/);
    expect(request?.headers["x-amz-security-token"]).toBe("token");
  });

  it("a cloud that checks no signature is told only who asks, and which service of which region", async () => {
    const { clients, sent } = clientsFor([{ status: 200, body: "{}" }], AWS, 1, { signs: false });
    await clients.sqs.createQueue({ QueueName: "q" });
    const { authorization, ...others } = sent[0]?.headers ?? {};
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/sqs\/aws4_request, SignedHeaders=\S+, Signature=\d+$/,
    );
    expect(Object.keys(others)).toEqual(["content-type", "x-amz-target", "x-amzn-query-mode", "host", "content-length"]);
  });

  it("iam speaks the query protocol to its one endpoint, in its one region", async () => {
    const xml =
      "<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName><CreateDate>2026-01-01T00:00:00Z</CreateDate></Role></GetRoleResult></GetRoleResponse>";
    const { clients, sent } = clientsFor([{ status: 200, body: xml }]);
    const { Role } = await clients.iam.getRole({ RoleName: "r" });
    expect([Role?.RoleName, Role?.CreateDate]).toEqual(["r", new Date("2026-01-01T00:00:00Z")]);
    expect(sent[0]).toMatchObject({ hostname: "iam.amazonaws.com", body: "Action=GetRole&Version=2010-05-08&RoleName=r" });
    expect(sent[0]?.headers.authorization).toContain("/us-east-1/iam/");
  });

  it("s3 puts the bucket into the host, or into the path when its name has a dot", async () => {
    const { clients, sent } = clientsFor([{ status: 200, body: "" }]);
    await clients.s3.putBucketVersioning({ Bucket: "abc", VersioningConfiguration: { Status: "Enabled" } });
    await clients.s3.headBucket({ Bucket: "a.b" });
    expect(sent.map(({ hostname, path }) => [hostname, path])).toEqual([
      ["abc.s3.eu-west-1.amazonaws.com", "/"],
      ["s3.eu-west-1.amazonaws.com", "/a.b/"],
    ]);
    expect(sent[0]?.headers["x-amz-checksum-crc32"]).toMatch(/^[\w+/]{6}==$/);
    expect(sent[0]?.query).toEqual({ versioning: "" });
  });

  it("lambda speaks REST with JSON", async () => {
    const { clients, sent } = clientsFor([{ status: 200, body: '{"FunctionName":"f"}' }]);
    expect((await clients.lambda.getFunctionConfiguration({ FunctionName: "f", Qualifier: "1" })).FunctionName).toBe("f");
    expect(sent[0]).toMatchObject({ method: "GET", path: "/2015-03-31/functions/f/configuration", query: { Qualifier: "1" } });
  });

  it.each<[string, Row, (clients: AwsClients) => Promise<unknown>, object]>([
    [
      "a modelled JSON error",
      {
        status: 400,
        headers: { "x-amzn-requestid": "r1" },
        body: '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"gone"}',
      },
      (clients) => clients.dynamodb.describeTable({ TableName: "t" }),
      { name: "ResourceNotFoundException", message: "gone", $metadata: { httpStatusCode: 400, requestId: "r1" } },
    ],
    [
      "a query-compatible error",
      {
        status: 400,
        headers: { "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender" },
        body: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no"}',
      },
      (clients) => clients.sqs.getQueueUrl({ QueueName: "q" }),
      { name: "QueueDoesNotExist", Code: "AWS.SimpleQueueService.NonExistentQueue" },
    ],
    [
      "a query error that the model has under another name",
      {
        status: 404,
        body: "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>none</Message></Error><RequestId>r2</RequestId></ErrorResponse>",
      },
      (clients) => clients.iam.getRole({ RoleName: "r" }),
      { name: "NoSuchEntityException", message: "none", RequestId: "r2", $metadata: { httpStatusCode: 404 } },
    ],
    [
      "an S3 error that the model lacks",
      { status: 409, body: "<Error><Code>BucketNotEmpty</Code><Message>full</Message><RequestId>r3</RequestId></Error>" },
      (clients) => clients.s3.deleteBucket({ Bucket: "abc" }),
      { name: "BucketNotEmpty", message: "full", $metadata: { httpStatusCode: 409, requestId: "r3" } },
    ],
    [
      "an answer without a body",
      { status: 404, body: "" },
      (clients) => clients.s3.headBucket({ Bucket: "abc" }),
      { name: "NotFound", $metadata: { httpStatusCode: 404 } },
    ],
    [
      "hostile XML",
      { status: 500, body: "<Error><Code>" },
      (clients) => clients.iam.getRole({ RoleName: "r" }),
      { $service: "IAM", $operation: "GetRole" },
    ],
    [
      "a truncated JSON",
      { status: 200, body: '{"QueueUrl":' },
      (clients) => clients.sqs.createQueue({ QueueName: "q" }),
      { $service: "SQS" },
    ],
  ])("%s is an exception as the SDK throws it", async (_what, row, call, wanted) => {
    await expect(call(clientsFor([row]).clients)).rejects.toMatchObject(wanted);
  });

  it("throttling, server errors and broken connections are tried again, other errors are not", async () => {
    const throttled = { status: 400, body: '{"__type":"ThrottlingException","message":"slow"}' };
    const broken = Object.assign(new Error("reset"), { code: "ECONNRESET" });
    const fine = { status: 200, body: '{"QueueUrl":"u"}' };
    const { clients, sent } = clientsFor([throttled, broken, { status: 503, body: "" }, fine], AWS, 5);
    expect((await clients.sqs.createQueue({ QueueName: "q" })).QueueUrl).toBe("u");
    expect(sent).toHaveLength(4);
    const refused = clientsFor([{ status: 403, body: '{"__type":"AccessDeniedException","message":"no"}' }], AWS, 5);
    await expect(refused.clients.sqs.createQueue({ QueueName: "q" })).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect(refused.sent).toHaveLength(1);
  });

  it("what AWS would make twice is not asked for again once its answer is lost; what was refused before is", async () => {
    const broken = Object.assign(new Error("reset"), { code: "ECONNRESET" });
    const made = { status: 201, body: '{"apiId":"a"}' };
    const lost = clientsFor([broken, made], AWS, 5);
    const error: unknown = await lost.clients.apigatewayv2
      .createApi({ Name: "a", ProtocolType: "HTTP" })
      .catch((caught) => caught);
    expect([lost.sent.length, isAnswerLost(error)]).toEqual([1, true]);
    const busy = clientsFor([{ status: 503, body: "" }, made], AWS, 5);
    expect((await busy.clients.apigatewayv2.createApi({ Name: "a", ProtocolType: "HTTP" })).ApiId).toBe("a");
  });

  it("a create that is refused after an attempt without an answer says that it may have been carried out", async () => {
    const broken = Object.assign(new Error("reset"), { code: "ECONNRESET" });
    const exists = {
      status: 409,
      body: "<ErrorResponse><Error><Type>Sender</Type><Code>EntityAlreadyExists</Code><Message>r is there</Message></Error></ErrorResponse>",
    };
    const createRole = (clients: AwsClients) => clients.iam.createRole({ RoleName: "r", AssumeRolePolicyDocument: "{}" });
    const caught = async (rows: readonly (Row | Error)[]) => createRole(clientsFor(rows, AWS, 3).clients).catch((error) => error);
    expect(isAnswerLost(await caught([broken, exists]))).toBe(true);
    expect(isAnswerLost(await caught([exists]))).toBe(false);
    expect(isAnswerLost(await caught([{ status: 503, body: "" }, exists]))).toBe(false);
  });

  it("every attempt has the same idempotency token", async () => {
    const broken = Object.assign(new Error("reset"), { code: "ECONNRESET" });
    const { clients, sent } = clientsFor([broken, { status: 200, body: "{}" }], AWS, 3);
    await clients.secretsmanager.createSecret({ Name: "s", SecretString: "x" });
    const tokens = sent.map(({ body }) => JSON.parse(String(body)).ClientRequestToken as string);
    expect(tokens[0]).toMatch(/^[\da-f-]{36}$/);
    expect(tokens[1]).toBe(tokens[0]);
  });

  it("ends after the allowed attempts", async () => {
    const { clients, sent } = clientsFor([{ status: 500, body: "{}" }], AWS, 3);
    await expect(clients.sqs.createQueue({ QueueName: "q" })).rejects.toThrow();
    expect(sent).toHaveLength(3);
  });

  it("an operation that AWS's model lacks is named", async () => {
    const { clients } = clientsFor([]);
    const call = Reflect.get(clients.sqs, "makeCoffee") as (input: object) => Promise<unknown>;
    await expect(call({})).rejects.toThrow(/SQS has no operation MakeCoffee/);
  });
});

describe("the loopback rule", () => {
  it.each(["http://127.0.0.1:4566", "http://localhost:1", "http://[::1]:80", "http://127.9.9.9"])("%s is this machine", (url) => {
    expect(loopbackUrl(url, "SQS").href).toContain("://");
  });

  it.each([
    "https://sqs.us-east-1.amazonaws.com",
    "http://10.0.0.1:4566",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
  ])("%s is refused by name", (url) => {
    expect(() => loopbackUrl(url, "SQS CreateQueue")).toThrow(DiagnosticError);
    expect(() => loopbackUrl(url, "SQS CreateQueue")).toThrow(new URL(url).host);
  });

  it("with the local target a request goes to the endpoint, whatever the service", async () => {
    const { clients, sent } = clientsFor([{ status: 200, body: "{}" }], { kind: "local", endpoint: "http://127.0.0.1:4566" });
    await clients.dynamodb.listTables({});
    await clients.s3.headBucket({ Bucket: "abc" });
    expect(sent.map(({ hostname, port, path }) => [hostname, port, path])).toEqual([
      ["127.0.0.1", 4566, "/"],
      ["127.0.0.1", 4566, "/abc/"],
    ]);
  });
});

describe("retries", () => {
  it("a quota is not a rate", () => {
    const error = Object.assign(new Error("too many roles"), { name: "LimitExceededException" });
    expect([isRetryable("iam", error), isRetryable("ssm", error)]).toEqual([false, true]);
  });

  it("delays grow, with a ceiling", () => {
    const random = seededRandom(3);
    for (let attempt = 1; attempt < 40; attempt++) {
      const delay = retryDelayMs(attempt, random);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(Math.min(20_000, 100 * 2 ** attempt));
    }
  });
});
