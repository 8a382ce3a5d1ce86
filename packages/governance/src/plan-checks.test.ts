import type { ResourceChange } from "@dovetail/engine";
import { UNKNOWN, type ValueObject } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { namedIn } from "./checks/composite-alarm.check.ts";
import { matches } from "./checks/event-source-role.check.ts";
import { checkPlan } from "./plan-checks.ts";

function resource(address: string, after: ValueObject, dependencies: readonly string[] = [], line = 1): ResourceChange {
  const [type = "", name = ""] = address.split(".");
  return {
    address,
    mode: "managed",
    type,
    name,
    providerName: "registry.terraform.io/hashicorp/aws",
    provider: "aws",
    action: "create",
    createBeforeDestroy: false,
    before: null,
    after,
    beforeSensitive: [],
    afterSensitive: [],
    replacePaths: [],
    schemaVersion: 0,
    dependencies,
    config: after,
    range: { file: "sst.config.ts", line, column: 1 },
  };
}

function findings(...changes: readonly ResourceChange[]): readonly string[] {
  return checkPlan({ changes, stage: "dev" }).map((d) => `${d.severity} ${d.code} ${d.address}: ${d.detail}`);
}

describe("two resources that own the same object", () => {
  test("the same physical name twice is an error that names both places", () => {
    const [found] = checkPlan({
      stage: "dev",
      changes: [resource("aws_sqs_queue.A", { name: "jobs" }, [], 3), resource("aws_sqs_queue.B", { name: "jobs" }, [], 9)],
    });
    expect(found).toMatchObject({
      code: "DVT3002",
      severity: "error",
      address: "aws_sqs_queue.B",
      range: { line: 9 },
      related: [{ range: { line: 3 } }],
    });
  });

  test("two policies of one bucket are found before the bucket's name is known", () => {
    const bucket = resource("aws_s3_bucket.B", { bucket: "b", id: UNKNOWN });
    const policy = (name: string) =>
      resource(`aws_s3_bucket_policy.${name}`, { bucket: UNKNOWN, policy: "{}" }, ["aws_s3_bucket.B"]);
    expect(findings(bucket, policy("One"), policy("Two"))).toEqual([
      "error DVT3002 aws_s3_bucket_policy.Two: aws_s3_bucket_policy.One and aws_s3_bucket_policy.Two both manage the aws_s3_bucket_policy of bucket of aws_s3_bucket.B.",
    ]);
  });

  test.each([
    [
      "policies of two buckets",
      [resource("aws_s3_bucket_policy.A", { bucket: "a" }), resource("aws_s3_bucket_policy.B", { bucket: "b" })],
    ],
    [
      "the same name in two regions",
      [
        resource("aws_sqs_queue.A", { name: "q", region: "us-east-1" }),
        resource("aws_sqs_queue.B", { name: "q", region: "eu-west-1" }),
      ],
    ],
    [
      "names that are not known",
      [resource("aws_sqs_queue.A", { name: UNKNOWN }), resource("aws_sqs_queue.B", { name: UNKNOWN })],
    ],
    [
      "one that goes and one that comes",
      [
        { ...resource("aws_sqs_queue.A", { name: "q" }), action: "delete", after: null } as ResourceChange,
        resource("aws_sqs_queue.B", { name: "q" }),
      ],
    ],
  ])("says nothing about %s", (_, changes) => {
    expect(findings(...changes)).toEqual([]);
  });
});

describe("the role of a mapped function", () => {
  const queue = resource("aws_sqs_queue.Q", { name: "q" });
  const role = resource("aws_iam_role.R", { name: "r" });
  const fn = resource("aws_lambda_function.F", { function_name: "f" }, ["aws_iam_role.R"]);
  const mapping = resource("aws_lambda_event_source_mapping.M", { event_source_arn: UNKNOWN, function_name: "f" }, [
    "aws_sqs_queue.Q",
    "aws_lambda_function.F",
  ]);
  const policy = (...actions: string[]) =>
    resource(
      "aws_iam_role_policy.P",
      { name: "p", role: "r", policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] }) },
      ["aws_iam_role.R"],
    );

  test("without the actions a warning names the missing ones", () => {
    const [found] = findings(queue, role, fn, mapping, policy("sqs:ReceiveMessage"));
    expect(found).toContain("does not allow sqs:DeleteMessage, sqs:GetQueueAttributes");
  });

  test.each([
    ["the actions themselves", policy("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")],
    ["a wildcard", policy("SQS:*")],
    [
      "the managed policy",
      resource(
        "aws_iam_role_policy_attachment.A",
        { role: "r", policy_arn: "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole" },
        ["aws_iam_role.R"],
      ),
    ],
    [
      "a policy that is not known yet",
      resource("aws_iam_role_policy.P", { name: "p", role: "r", policy: UNKNOWN }, ["aws_iam_role.R"]),
    ],
  ])("says nothing with %s", (_, granted) => {
    expect(findings(queue, role, fn, mapping, granted)).toEqual([]);
  });

  test.each([
    ["sqs:*", "sqs:ReceiveMessage", true],
    ["sqs:Receive*", "sqs:ReceiveMessage", true],
    ["sqs:Rec?iveMessage", "sqs:receivemessage", true],
    ["*", "sqs:ReceiveMessage", true],
    ["s3:*", "sqs:ReceiveMessage", false],
    ["sqs:ReceiveMessage2", "sqs:ReceiveMessage", false],
    [`${"*a".repeat(5000)}`, "a".repeat(200), false],
  ])("action pattern %.30s against %.30s is %s", (pattern, action, expected) => {
    expect(matches(pattern, action)).toBe(expected);
  });
});

describe("composite alarms", () => {
  test("names by function, with and without quotes, and by ARN", () => {
    expect(namedIn('ALARM("a b") OR (OK(c) AND NOT INSUFFICIENT_DATA("arn:aws:cloudwatch:us-east-1:1:alarm:d"))')).toEqual([
      "a b",
      "c",
      "d",
    ]);
  });

  test("a name that is not declared, and one without a dependency, are warned of", () => {
    const alarm = resource("aws_cloudwatch_metric_alarm.A", { alarm_name: "a" });
    const composite = (dependencies: readonly string[]) =>
      resource("aws_cloudwatch_composite_alarm.C", { alarm_name: "c", alarm_rule: 'ALARM("a") OR ALARM("gone")' }, dependencies);
    expect(findings(alarm, composite([])).length).toBe(2);
    expect(findings(alarm, composite(["aws_cloudwatch_metric_alarm.A"]))).toEqual([
      expect.stringContaining('names the alarm "gone"'),
    ]);
  });
});

describe("garbage in texts", () => {
  test.each([
    ["https://cognito-idp.us-east-1.amazonaws.com/undefined", 1],
    ["kefir-undefined-photos", 1],
    ["[object Object]", 1],
    ["arn:aws:sns:null:1:x", 1],
    ["undefinedness", 0],
    ["nullable-things", 0],
    ['{"a":null}', 0],
  ])("%s: %i warning", (value, count) => {
    expect(findings(resource("aws_x_y.Z", { issuer: value }))).toHaveLength(count);
  });
});
