import {
  ApplicationAutoScaling,
  type ApplicationAutoScalingServiceException,
  type PutScalingPolicyCommandInput,
  type RegisterScalableTargetCommandInput,
} from "@aws-sdk/client-application-auto-scaling";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { manualClock } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

const clock = manualClock(Date.UTC(2026, 10, 21, 12));
let cloud: Cloud;
let scaling: ApplicationAutoScaling;
let dynamodb: DynamoDB;
let cloudwatch: CloudWatch;
beforeAll(async () => {
  cloud = await startCloud({ clock });
  const client = {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  scaling = new ApplicationAutoScaling(client);
  dynamodb = new DynamoDB(client);
  cloudwatch = new CloudWatch(client);
});
afterAll(() => cloud.stop());

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: ApplicationAutoScalingServiceException) => `${error.name}: ${error.message}`,
  );
const reads = (table: string) =>
  ({
    ServiceNamespace: "dynamodb",
    ResourceId: `table/${table}`,
    ScalableDimension: "dynamodb:table:ReadCapacityUnits",
  }) as const;
const policy = (table: string, more: Partial<PutScalingPolicyCommandInput> = {}): PutScalingPolicyCommandInput => ({
  ...reads(table),
  PolicyName: "follow",
  PolicyType: "TargetTrackingScaling",
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 50,
    PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBReadCapacityUtilization" },
  },
  ...more,
});

async function table(TableName: string, units = 5): Promise<void> {
  await dynamodb.createTable({
    TableName,
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    ProvisionedThroughput: { ReadCapacityUnits: units, WriteCapacityUnits: units },
  });
}
const unitsOf = async (TableName: string) =>
  (await dynamodb.describeTable({ TableName })).Table?.ProvisionedThroughput?.ReadCapacityUnits;

describe("a scalable target", () => {
  test("is registered, changed and taken back with everything that hangs on it", async () => {
    await table("table-1");
    const { ScalableTargetARN } = await scaling.registerScalableTarget({
      ...reads("table-1"),
      MinCapacity: 5,
      MaxCapacity: 50,
      Tags: { a: "b" },
    });
    expect(ScalableTargetARN).toMatch(/^arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target\/[0-9a-f]{34}$/);
    const again = await scaling.registerScalableTarget({ ...reads("table-1"), MaxCapacity: 60 });
    expect(again.ScalableTargetARN).toBe(ScalableTargetARN);
    const { ScalableTargets } = await scaling.describeScalableTargets({
      ServiceNamespace: "dynamodb",
      ResourceIds: ["table/table-1"],
    });
    expect(ScalableTargets).toMatchObject([
      {
        MinCapacity: 5,
        MaxCapacity: 60,
        RoleARN:
          "arn:aws:iam::000000000000:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
        SuspendedState: { DynamicScalingInSuspended: false, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false },
      },
    ]);
    await scaling.tagResource({ ResourceARN: ScalableTargetARN, Tags: { c: "d" } });
    expect((await scaling.listTagsForResource({ ResourceARN: ScalableTargetARN })).Tags).toEqual({ a: "b", c: "d" });
    const { Alarms = [] } = await scaling.putScalingPolicy(policy("table-1"));
    expect(Alarms.map(({ AlarmName }) => AlarmName?.replace(/-[0-9a-f-]{36}$/, ""))).toEqual([
      "TargetTracking-table/table-1-AlarmHigh",
      "TargetTracking-table/table-1-AlarmLow",
      "TargetTracking-table/table-1-ProvisionedCapacityHigh",
      "TargetTracking-table/table-1-ProvisionedCapacityLow",
    ]);
    await scaling.deregisterScalableTarget(reads("table-1"));
    expect(
      (await scaling.describeScalingPolicies({ ServiceNamespace: "dynamodb", ResourceId: "table/table-1" })).ScalingPolicies,
    ).toEqual([]);
    expect((await cloudwatch.describeAlarms({ AlarmNamePrefix: "TargetTracking-table/table-1" })).MetricAlarms).toEqual([]);
  });

  const wrong: readonly (readonly [string, Partial<RegisterScalableTargetCommandInput>, RegExp])[] = [
    ["no limits", { MinCapacity: undefined }, /^ValidationException: MinCapacity and MaxCapacity/],
    [
      "limits the wrong way round",
      { MinCapacity: 9, MaxCapacity: 2 },
      /^ValidationException: Maximum capacity cannot be less than minimum/,
    ],
    ["a negative limit", { MinCapacity: -1 }, /^ValidationException: Minimum and maximum capacity must be/],
    [
      "a table that isn't there",
      { ResourceId: "table/none" },
      /^ValidationException: DynamoDB table does not exist: table\/none$/,
    ],
    [
      "a dimension of another service",
      { ScalableDimension: "ecs:service:DesiredCount" },
      /^ValidationException: Unsupported service namespace/,
    ],
    [
      "an index's dimension of a table",
      { ScalableDimension: "dynamodb:index:ReadCapacityUnits" },
      /^ValidationException: Unsupported/,
    ],
    ["a path for an id", { ResourceId: "table/../t2" }, /^ValidationException: Unsupported/],
    [
      "a service that this cloud hasn't",
      { ServiceNamespace: "ecs", ResourceId: "service/a/b", ScalableDimension: "ecs:service:DesiredCount" },
      /^NotImplemented: .*ecs:service:DesiredCount/,
    ],
  ];
  test.each(wrong)("is refused with %s", async (_name, more, expected) => {
    await table("table-2").catch(() => {});
    expect(
      await reason(scaling.registerScalableTarget({ ...reads("table-2"), MinCapacity: 1, MaxCapacity: 5, ...more })),
    ).toMatch(expected);
  });

  test("that isn't there has no policies, no actions and cannot be taken back", async () => {
    const named = "service namespace: dynamodb, resource ID: table/none, scalable dimension: dynamodb:table:ReadCapacityUnits";
    expect(await reason(scaling.deregisterScalableTarget(reads("none")))).toBe(
      `ObjectNotFoundException: No scalable target found for ${named}`,
    );
    expect(await reason(scaling.putScalingPolicy(policy("none")))).toBe(
      `ObjectNotFoundException: No scalable target registered for ${named}`,
    );
    expect(await reason(scaling.deleteScheduledAction({ ...reads("none"), ScheduledActionName: "a" }))).toMatch(
      /^ObjectNotFoundException/,
    );
    expect(
      await reason(
        scaling.listTagsForResource({ ResourceARN: "arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/0" }),
      ),
    ).toMatch(/^ResourceNotFoundException/);
    expect(await reason(scaling.describeScalableTargets({ ServiceNamespace: "dynamodb", NextToken: "?" }))).toMatch(
      /^InvalidNextTokenException/,
    );
  });
});

describe("a scaling policy", () => {
  const wrong: readonly (readonly [string, Partial<PutScalingPolicyCommandInput>, RegExp])[] = [
    ["of steps", { PolicyType: "StepScaling" }, /Policy type StepScaling is not supported for service namespace dynamodb/],
    [
      "with another service's metric",
      {
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 50,
          PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
        },
      },
      /ECSServiceAverageCPUUtilization is not supported/,
    ],
    ["without a metric", { TargetTrackingScalingPolicyConfiguration: { TargetValue: 50 } }, /Exactly one of/],
    [
      "with a target that DynamoDB doesn't take",
      {
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 95,
          PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBReadCapacityUtilization" },
        },
      },
      /Target value must be between 20.0 and 90.0/,
    ],
  ];
  test.each(wrong)("%s is refused", async (_name, more, expected) => {
    await table("table-3").catch(() => {});
    await scaling.registerScalableTarget({ ...reads("table-3"), MinCapacity: 1, MaxCapacity: 5 });
    expect(await reason(scaling.putScalingPolicy(policy("table-3", more)))).toMatch(expected);
  });

  test("raises a table's throughput when it is used over the target, and lowers it when it is left alone", async () => {
    await table("busy", 10);
    await dynamodb.putItem({ TableName: "busy", Item: { id: { S: "a" }, text: { S: "x".repeat(40_000) } } });
    await scaling.registerScalableTarget({ ...reads("busy"), MinCapacity: 10, MaxCapacity: 40 });
    await scaling.putScalingPolicy(policy("busy"));
    // 400 units a minute, over the target of half of 600; what a table saves up in five minutes lets them through.
    for (let minute = 0; minute < 7; minute++) {
      for (let i = 0; i < 40; i++) await dynamodb.getItem({ TableName: "busy", Key: { id: { S: "a" } }, ConsistentRead: true });
      await cloud.clock.advance(60_000);
    }
    const raised = (await unitsOf("busy")) ?? 0;
    expect(raised).toBeGreaterThan(10);
    expect(raised).toBeLessThanOrEqual(40);
    const { ScalingActivities = [] } = await scaling.describeScalingActivities({
      ServiceNamespace: "dynamodb",
      ResourceId: "table/busy",
    });
    expect(ScalingActivities[0]).toMatchObject({
      StatusCode: "Successful",
      Description: `Setting read capacity units to ${raised}.`,
      Cause: expect.stringMatching(
        /^monitor alarm TargetTracking-table\/busy-AlarmHigh-.* in state ALARM triggered policy follow$/,
      ),
    });
  });
});

describe("a scheduled action", () => {
  test("moves the limits at its time, and the capacity between them", async () => {
    await table("nightly");
    await scaling.registerScalableTarget({ ...reads("nightly"), MinCapacity: 1, MaxCapacity: 5 });
    await scaling.putScheduledAction({
      ...reads("nightly"),
      ScheduledActionName: "night",
      Schedule: "cron(0 22 * * ? *)",
      ScalableTargetAction: { MinCapacity: 20, MaxCapacity: 30 },
    });
    await cloud.clock.advance(11 * 3_600_000);
    expect(await unitsOf("nightly")).toBe(20);
    const { ScalableTargets } = await scaling.describeScalableTargets({
      ServiceNamespace: "dynamodb",
      ResourceIds: ["table/nightly"],
    });
    expect(ScalableTargets).toMatchObject([{ MinCapacity: 20, MaxCapacity: 30 }]);
    const { ScheduledActions } = await scaling.describeScheduledActions({
      ServiceNamespace: "dynamodb",
      ResourceId: "table/nightly",
    });
    expect(ScheduledActions).toMatchObject([{ ScheduledActionName: "night", Timezone: "UTC", Schedule: "cron(0 22 * * ? *)" }]);
  });

  test.each([
    ["an expression that is none", { Schedule: "every day" }, /Invalid schedule expression/],
    ["a zone that is none", { Timezone: "Mars/Olympus" }, /Invalid timezone/],
    ["nothing to do", { ScalableTargetAction: undefined }, /ScalableTargetAction must be/],
    ["limits the wrong way round", { ScalableTargetAction: { MinCapacity: 9, MaxCapacity: 1 } }, /cannot be less/],
  ])("is refused with %s", async (_name, more, expected) => {
    await table("table-4").catch(() => {});
    await scaling.registerScalableTarget({ ...reads("table-4"), MinCapacity: 1, MaxCapacity: 5 });
    const asked = {
      ...reads("table-4"),
      ScheduledActionName: "a",
      Schedule: "rate(1 hour)",
      ScalableTargetAction: { MinCapacity: 2 },
      ...more,
    };
    expect(await reason(scaling.putScheduledAction(asked))).toMatch(expected);
  });
});
