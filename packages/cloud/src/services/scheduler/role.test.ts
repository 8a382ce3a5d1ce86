import { manualClock, seededRandom } from "@dovetail/model";
import { expect, test } from "vitest";
import { startCloud } from "../../cloud.ts";

const START = Date.parse("2026-01-01T00:00:00Z");

/** IAM and SQS are the cloud's own here. */
async function fired(action: string): Promise<{ bodies: unknown[]; hints: string[] }> {
  const cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1), listen: false });
  try {
    const { QueueUrl } = await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "q" });
    const trust = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    const { Role } = await cloud.call<{ Role: { Arn: string } }>("iam", "CreateRole", {
      RoleName: "scheduler",
      AssumeRolePolicyDocument: trust,
    });
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: action, Resource: "*" }],
    });
    await cloud.call("iam", "PutRolePolicy", { RoleName: "scheduler", PolicyName: "p", PolicyDocument });
    await cloud.call("scheduler", "CreateSchedule", {
      Name: "s",
      ScheduleExpression: "at(2026-01-01T01:00:00)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: "arn:aws:sqs:us-east-1:000000000000:q", RoleArn: Role.Arn, Input: "hello" },
    });
    await cloud.clock.advance(3600_000);
    const { Messages = [] } = await cloud.call<{ Messages?: { Body: string }[] }>("sqs", "ReceiveMessage", { QueueUrl });
    return { bodies: Messages.map((message) => message.Body), hints: cloud.hints.map((hint) => JSON.stringify(hint)) };
  } finally {
    await cloud.stop();
  }
}

test("a schedule's message arrives when its role may send", async () => {
  expect((await fired("sqs:SendMessage")).bodies).toEqual(["hello"]);
});

test("a schedule whose role may not send sends nothing and says so", async () => {
  const { bodies, hints } = await fired("sqs:ReceiveMessage");
  expect(bodies).toEqual([]);
  expect(hints.join("\n")).toMatch(/schedule default\/s: target .* refused: AccessDenied/);
});

test("whoever makes a schedule must be allowed to pass its role", async () => {
  const cloud = await startCloud({ clock: manualClock(START), random: seededRandom(1), listen: false });
  try {
    const trust = (Service: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
      });
    const role = async (RoleName: string, service: string) =>
      (await cloud.call<{ Role: { Arn: string } }>("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument: trust(service) }))
        .Role.Arn;
    const target = await role("target", "scheduler.amazonaws.com");
    const caller = await role("caller", "lambda.amazonaws.com");
    const allow = (actions: string[]) =>
      cloud.call("iam", "PutRolePolicy", {
        RoleName: "caller",
        PolicyName: "p",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
        }),
      });
    const create = () =>
      cloud.call(
        "scheduler",
        "CreateSchedule",
        {
          Name: "s",
          ScheduleExpression: "rate(1 hour)",
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: { Arn: "arn:aws:sqs:us-east-1:000000000000:q", RoleArn: target },
        },
        {
          as: { kind: "role-session", accountId: "000000000000", accessKeyId: "", roleArn: caller, roleId: "", sessionName: "f" },
        },
      );
    await allow(["scheduler:*"]);
    await expect(create()).rejects.toThrow(/not authorized to perform: iam:PassRole/);
    await allow(["scheduler:*", "iam:PassRole"]);
    await expect(create()).resolves.toHaveProperty("ScheduleArn");
  } finally {
    await cloud.stop();
  }
});
