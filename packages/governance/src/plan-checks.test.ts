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

describe("placeholders on a protected stage", () => {
  const told = (config: ValueObject, isProtected = true, configSensitive: ResourceChange["configSensitive"] = []) => {
    const change: ResourceChange = { ...resource("aws_ssm_parameter.P", {}, [], 4), config, configSensitive };
    return checkPlan({ changes: [change], stage: "prod" }, { isProtected });
  };

  test.each([
    ["an account of AWS's examples", "arn:aws:iam::123456789012:role/x", "123456789012"],
    ["a word to replace", "REPLACE_ME", '"REPLACE_ME"'],
    ["the like in another form", "https://change-me.example", '"change-me"'],
    ["a key for tests", "test-key", '"test-key"'],
    ["a note to oneself", "TODO: ask Ann", '"TODO"'],
    ["something in angle brackets", "<ACCOUNT_ID>", '"<ACCOUNT_ID>"'],
    ["your own here", "your-api-key-here", '"your-api-key-here"'],
  ])("%s is warned of, with its place", (_, value, why) => {
    expect(told({ value })).toMatchObject([
      { code: "DVT3012", severity: "warning", attribute: "value", range: { line: 4 }, detail: expect.stringContaining(why) },
    ]);
    expect(told({ value }, false)).toEqual([]);
  });

  test.each<[string, string, Record<string, string> | undefined, boolean]>([
    ["a root in the workspace production", "production", {}, true],
    ["a root whose variable says so", "default", { environment: "prod" }, true],
    ["a root for development", "default", { environment: "dev" }, false],
    ["a program's stage that app() does not protect", "production", undefined, false],
  ])("%s is looked at: %s, %j, %s", (_, stage, given, isTold) => {
    const changes = [{ ...resource("aws_ssm_parameter.P", {}), config: { value: "REPLACE_ME" } }];
    const values = Object.entries(given ?? {}).map(([name, value]) => [name, { value }]);
    const document = given === undefined ? {} : { document: { configuration: {}, variables: Object.fromEntries(values) } };
    expect(checkPlan({ changes, stage, ...document })).toHaveLength(isTold ? 1 : 0);
  });

  test("an empty ARN too, and of a secret the value is not shown", () => {
    expect(told({ kms_key_arn: "", description: "" })).toMatchObject([{ attribute: "kms_key_arn" }]);
    const [secret] = told({ value: "sk_test_4242424242" }, true, [["value"]]);
    expect(secret?.detail).toMatch(/^The value, which is secret, holds/);
  });

  test.each(["000000000000", "99123456789012", "latest-key", "todos", "placeholders-table", "<p>text</p>", "x"])(
    "%s is none",
    (value) => {
      expect(told({ value })).toEqual([]);
    },
  );
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
