/** What AWS refuses becomes a diagnostic that says where, doing what, which code and request, and what to do; what was half made is tainted. */
import { type Cloud, startCloud } from "@dovetail/cloud";
import type { Diagnostic, ValueObject } from "@dovetail/model";
import { systemClock, systemRandom } from "@dovetail/model";
import { type Provider, shapeObject } from "@dovetail/provider";
import { createAwsProvider } from "@dovetail/provider-aws";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { engineOver, type RootResource, rootProgram } from "./judge/engine-root.ts";

let cloud: Cloud;
let provider: Provider;
beforeAll(async () => {
  cloud = await startCloud({ volatile: true });
  provider = createAwsProvider({
    edition: "5.100.0",
    target: { kind: "local", endpoint: cloud.endpoint },
    env: {},
    clock: systemClock(),
    random: systemRandom(),
  });
  await provider.configure(shapeObject(provider.getSchema("provider", "aws") ?? {}, { region: "us-east-1" }));
});
afterEach(() => faults("DELETE"));
afterAll(async () => {
  await provider?.close();
  await cloud?.stop();
});

async function faults(method: "POST" | "DELETE", rules?: object): Promise<void> {
  const answer = await fetch(`${cloud.endpoint}/_dovetail/faults`, {
    method,
    ...(rules === undefined ? {} : { body: JSON.stringify([rules]) }),
  });
  expect(answer.status).toBe(200);
}

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

interface Row {
  readonly what: string;
  readonly type: string;
  readonly config: ValueObject;
  readonly service: string;
  readonly operation: string;
  readonly code: string;
  /** As the SDK calls it, where that is another name. */
  readonly named?: string;
  readonly statusCode: number;
  readonly fix: RegExp;
}

const TABLE = {
  name: "faulty",
  billing_mode: "PAY_PER_REQUEST",
  hash_key: "PK",
  attribute: [{ name: "PK", type: "S" }],
};

const ROWS: readonly Row[] = [
  {
    what: "throttled",
    type: "aws_sqs_queue",
    config: { name: "faulty" },
    service: "sqs",
    operation: "CreateQueue",
    code: "RequestThrottled",
    statusCode: 403,
    fix: /less at once/,
  },
  {
    what: "throttled",
    type: "aws_dynamodb_table",
    config: TABLE,
    service: "dynamodb",
    operation: "CreateTable",
    code: "ThrottlingException",
    statusCode: 400,
    fix: /less at once/,
  },
  {
    what: "access denied",
    type: "aws_iam_role",
    config: { name: "faulty", assume_role_policy: TRUST },
    service: "iam",
    operation: "CreateRole",
    code: "AccessDenied",
    statusCode: 403,
    fix: /policy that allows/,
  },
  {
    what: "access denied",
    type: "aws_s3_bucket",
    config: { bucket: "faulty-bucket" },
    service: "s3",
    operation: "CreateBucket",
    code: "AccessDenied",
    statusCode: 403,
    fix: /policy that allows/,
  },
  {
    what: "access denied",
    type: "aws_ssm_parameter",
    config: { name: "/faulty", type: "String", value: "v" },
    service: "ssm",
    operation: "PutParameter",
    code: "AccessDeniedException",
    statusCode: 400,
    fix: /policy that allows/,
  },
  {
    what: "an expired token",
    type: "aws_sns_topic",
    config: { name: "faulty" },
    service: "sns",
    operation: "CreateTopic",
    code: "ExpiredToken",
    statusCode: 403,
    fix: /Sign in again/,
  },
  {
    what: "an expired token",
    type: "aws_cloudwatch_log_group",
    config: { name: "faulty" },
    service: "logs",
    operation: "CreateLogGroup",
    code: "ExpiredTokenException",
    statusCode: 400,
    fix: /Sign in again/,
  },
  {
    what: "a quota",
    type: "aws_iam_role",
    config: { name: "faulty", assume_role_policy: TRUST },
    service: "iam",
    operation: "CreateRole",
    code: "LimitExceeded",
    named: "LimitExceededException",
    statusCode: 409,
    fix: /quota/,
  },
  {
    what: "a quota",
    type: "aws_scheduler_schedule_group",
    config: { name: "faulty" },
    service: "scheduler",
    operation: "CreateScheduleGroup",
    code: "ServiceQuotaExceededException",
    statusCode: 402,
    fix: /quota/,
  },
];

const queue: RootResource = { type: "aws_sqs_queue", name: "q", config: { name: "half-made" } };

async function apply(resources: readonly RootResource[], engine = engineOver(provider)) {
  const plan = await engine.plan({ frontEnd: rootProgram(resources) });
  expect(plan.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return engine.apply(plan, { frontEnd: rootProgram(resources) });
}

function onlyError(diagnostics: readonly Diagnostic[]): Diagnostic {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(errors).toHaveLength(1);
  return errors[0] as Diagnostic;
}

describe("an answer of AWS that is an error", () => {
  test.each(ROWS)("$what ($type, $code): says address, what was done, code, request and what to do", async (row) => {
    const { type, config, service, operation, code, statusCode } = row;
    await faults("POST", { service, operation, error: { statusCode, code, message: "said by AWS" } });
    const engine = engineOver(provider);
    const done = await apply([{ type, name: "it", config }], engine);
    expect(done.ok).toBe(false);
    const error = onlyError(done.diagnostics);
    expect(error).toMatchObject({
      address: `${type}.it`,
      detail: expect.stringMatching(/^creating .*faulty/),
      fix: expect.stringMatching(row.fix),
      aws: { code: row.named ?? code, status: statusCode, requestId: expect.stringMatching(/\S/) },
    });
    expect(error.detail).toContain("said by AWS");
    expect(error.detail).toContain(error.aws?.requestId ?? "no request id");
    expect(await engine.state.list()).toEqual([]);
  });

  test("a bucket that is not empty: what is in the way, and the way out", async () => {
    const engine = engineOver(provider);
    const made = await apply([{ type: "aws_s3_bucket", name: "b", config: { bucket: "full-bucket" } }], engine);
    expect(made.ok).toBe(true);
    await cloud.call("s3", "PutObject", { Bucket: "full-bucket", Key: "k", Body: new TextEncoder().encode("v") });
    const error = onlyError((await apply([], engine)).diagnostics);
    expect(error).toMatchObject({
      address: "aws_s3_bucket.b",
      detail: expect.stringMatching(/^deleting .*full-bucket.*BucketNotEmpty/),
      fix: expect.stringContaining("force_destroy"),
      aws: { code: "BucketNotEmpty", status: 409 },
    });
  });

  test("something that is still in use: a policy that others attached", async () => {
    const engine = engineOver(provider);
    const document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}';
    const policy = { type: "aws_iam_policy", name: "p", config: { name: "held", policy: document } };
    expect((await apply([policy], engine)).ok).toBe(true);
    await cloud.call("iam", "CreateUser", { UserName: "holder" });
    const PolicyArn = String((await engine.state.show("aws_iam_policy.p")).value.arn);
    await cloud.call("iam", "AttachUserPolicy", { UserName: "holder", PolicyArn });
    const error = onlyError((await apply([], engine)).diagnostics);
    expect(error).toMatchObject({
      address: "aws_iam_policy.p",
      detail: expect.stringMatching(/^deleting .*held.*DeleteConflict/),
      fix: expect.stringContaining("still uses it"),
      aws: { code: expect.stringMatching(/^DeleteConflict/), status: 409 },
    });
  });
});

describe("an object that was made by half", () => {
  test("is in the state, tainted, and replaced by the next run, as Terraform does it", async () => {
    const engine = engineOver(provider);
    await faults("POST", { service: "sqs", operation: "GetQueueAttributes", error: { statusCode: 403, code: "AccessDenied" } });
    const half = await apply([queue], engine);
    expect(half.ok).toBe(false);
    const shown = await engine.state.show("aws_sqs_queue.q");
    expect([shown.isTainted, String(shown.value.id)]).toEqual([true, expect.stringContaining("/half-made")]);
    await faults("DELETE");
    const again = await engine.plan({ frontEnd: rootProgram([queue]) });
    expect(again.changes.map(({ address, action, reason }) => [address, action, reason])).toEqual([
      ["aws_sqs_queue.q", "replace", "replace_because_tainted"],
    ]);
  });
});

describe("a fault that passes", () => {
  test("a throttled request is made again, and the run succeeds", async () => {
    await faults("POST", {
      service: "sns",
      operation: "CreateTopic",
      probability: 0.2,
      error: { statusCode: 400, code: "Throttling" },
    });
    const topics = [0, 1, 2].map((i) => ({ type: "aws_sns_topic", name: `t${i}`, config: { name: `passing-${i}` } }));
    const engine = engineOver(provider);
    let done = await apply(topics, engine);
    // Three attempts may all be struck; then what is missing is made by the next run, and nothing twice.
    for (let run = 0; run < 5 && !done.ok; run++) done = await apply(topics, engine);
    expect([done.ok, (await engine.state.list()).length]).toEqual([true, 3]);
  });
});
