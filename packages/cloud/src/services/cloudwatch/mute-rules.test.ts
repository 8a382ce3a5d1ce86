import { manualClock, seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { durationMs, type MuteRuleRecord, muteExpressions, mutesUntil, statusOf } from "./mute-rules.ts";

const START_MS = Date.UTC(2026, 0, 1, 1, 0);
const HOUR_MS = 3_600_000;
const TOPIC = "arn:aws:sns:us-east-1:000000000000:told";
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ clock: manualClock(START_MS), random: seededRandom(10), volatile: true, listen: false });
  await cloud.call("sns", "CreateTopic", { Name: "told" });
  await cloud.call("sns", "Subscribe", { TopicArn: TOPIC, Protocol: "email", Endpoint: "a@example.com" });
  await call("PutMetricAlarm", {
    AlarmName: "loud",
    Namespace: "App",
    MetricName: "Errors",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "ignore",
    AlarmActions: [TOPIC],
  });
});
afterAll(() => cloud.stop());

const call = <O = Record<string, unknown>>(operation: string, input: object) => cloud.call<O>("cloudwatch", operation, input);
const at = (text: string) => Date.parse(`${text}Z`);
const rule = (expression: string, duration: string, more: Partial<MuteRuleRecord> = {}): MuteRuleRecord => ({
  name: "r",
  expression,
  duration,
  updatedMs: 0,
  tags: {},
  ...more,
});

async function set(StateValue: string): Promise<void> {
  await call("SetAlarmState", { AlarmName: "loud", StateValue, StateReason: "test" });
  await cloud.idle();
}

async function actions(): Promise<number> {
  const { AlarmHistoryItems } = await call<{ AlarmHistoryItems: object[] }>("DescribeAlarmHistory", {
    AlarmName: "loud",
    HistoryItemType: "Action",
  });
  return AlarmHistoryItems.length;
}

describe("a mute rule", () => {
  it.each<[string, string, string, string | undefined]>([
    ["cron(0 2 * * *)", "PT4H", "2026-01-01T03:00", "2026-01-01T06:00"],
    ["cron(0 2 * * *)", "PT4H", "2026-01-01T06:00", undefined],
    ["cron(0 18 * * FRI)", "P2DT12H", "2026-01-05T05:59", "2026-01-05T06:00"],
    ["cron(0 0 * * 0)", "PT1H", "2026-01-04T00:30", "2026-01-04T01:00"],
    ["cron(0 0 * * 7)", "PT1H", "2026-01-05T00:30", undefined],
    ["cron(0 0 15 * SUN)", "PT1H", "2026-01-15T00:10", "2026-01-15T01:00"],
    ["at(2026-01-01T14:00)", "P1D", "2026-01-02T13:59", "2026-01-02T14:00"],
  ])("%s for %s mutes at %s until %s", (expression, duration, now, until) => {
    expect(mutesUntil(rule(expression, duration), at(now))).toBe(until === undefined ? undefined : at(until));
  });

  it("keeps to its zone, its start and its end", () => {
    const zoned = rule("at(2026-01-01T14:00)", "PT1H", { timezone: "America/New_York" });
    expect(mutesUntil(zoned, at("2026-01-01T19:30"))).toBe(at("2026-01-01T20:00"));
    const late = rule("cron(0 2 * * *)", "PT4H", { startMs: at("2026-01-01T03:00") });
    expect(mutesUntil(late, at("2026-01-01T04:00"))).toBeUndefined();
    const short = rule("cron(0 2 * * *)", "PT4H", { expireMs: at("2026-01-01T04:00") });
    expect(mutesUntil(short, at("2026-01-01T03:00"))).toBe(at("2026-01-01T04:00"));
    expect(statusOf(short, at("2026-01-01T05:00"))).toBe("EXPIRED");
    expect(statusOf(rule("at(2026-01-01T14:00)", "PT1H"), at("2026-01-02T00:00"))).toBe("EXPIRED");
  });

  it.each(["PT", "P", "PT30S", "P16D", "4H", "PT0M"])("takes no duration of %s", (text) => {
    expect(durationMs(text)).toBeUndefined();
  });

  it.each(["cron(0 2 * *)", "cron(0/5 2 * * *)", "cron(61 2 * * *)", "rate(1 day)", "at(2026-01-01)", "at(2026-02-31T00:00)"])(
    "takes no schedule of %s",
    (text) => {
      expect(muteExpressions(text)).toBeUndefined();
    },
  );
});

describe("an alarm that a rule mutes", () => {
  const put = (expression: string, duration: string) =>
    call("PutAlarmMuteRule", {
      Name: "night",
      Rule: { Schedule: { Expression: expression, Duration: duration } },
      MuteTargets: { AlarmNames: ["loud"] },
      Tags: [{ Key: "a", Value: "b" }],
    });

  it("changes its state, and acts at the window's end", async () => {
    await put("cron(0 2 * * *)", "PT2H");
    await set("ALARM");
    expect(await actions()).toBe(1);
    await set("OK");
    await cloud.clock.set(at("2026-01-01T02:30"));
    await set("ALARM");
    expect(await actions()).toBe(1);
    const { AlarmMuteRuleSummaries } = await call<{ AlarmMuteRuleSummaries: object[] }>("ListAlarmMuteRules", {
      AlarmName: "loud",
    });
    expect(AlarmMuteRuleSummaries).toMatchObject([
      {
        AlarmMuteRuleArn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm-mute-rule:night",
        Status: "ACTIVE",
        MuteType: "RECURRING",
      },
    ]);
    await cloud.clock.advance(2 * HOUR_MS);
    await cloud.idle();
    expect(await actions()).toBe(2);
  });

  it("doesn't act when it is as before by then, and at once when the rule is deleted", async () => {
    await set("OK");
    await cloud.clock.set(at("2026-01-02T02:30"));
    await set("ALARM");
    await set("OK");
    await cloud.clock.advance(2 * HOUR_MS);
    await cloud.idle();
    expect(await actions()).toBe(2);
    await cloud.clock.set(at("2026-01-03T02:30"));
    await set("ALARM");
    expect(await actions()).toBe(2);
    await call("DeleteAlarmMuteRule", { AlarmMuteRuleName: "night" });
    await cloud.clock.advance(1000);
    await cloud.idle();
    expect(await actions()).toBe(3);
    await call("DeleteAlarmMuteRule", { AlarmMuteRuleName: "night" });
    await expect(call("GetAlarmMuteRule", { AlarmMuteRuleName: "night" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
  });

  it("is described with its rule, whose tags are an ARN's", async () => {
    await put("at(2027-01-01T00:00)", "P1D");
    expect(await call("GetAlarmMuteRule", { AlarmMuteRuleName: "night" })).toMatchObject({
      Name: "night",
      Rule: { Schedule: { Expression: "at(2027-01-01T00:00)", Duration: "P1D" } },
      MuteTargets: { AlarmNames: ["loud"] },
      Status: "SCHEDULED",
      MuteType: "ONE_TIME",
    });
    const ResourceARN = "arn:aws:cloudwatch:us-east-1:000000000000:alarm-mute-rule:night";
    await call("TagResource", { ResourceARN, Tags: [{ Key: "c", Value: "d" }] });
    await call("UntagResource", { ResourceARN, TagKeys: ["a"] });
    expect(await call("ListTagsForResource", { ResourceARN })).toEqual({ Tags: [{ Key: "c", Value: "d" }] });
  });

  it.each<[string, object]>([
    ["no schedule that there is", { Rule: { Schedule: { Expression: "rate(1 day)", Duration: "PT1H" } } }],
    ["too long a duration", { Rule: { Schedule: { Expression: "cron(0 2 * * *)", Duration: "P30D" } } }],
    ["a zone that is none", { Rule: { Schedule: { Expression: "cron(0 2 * * *)", Duration: "PT1H", Timezone: "Nowhere" } } }],
    [
      "an alarm that isn't there",
      { Rule: { Schedule: { Expression: "cron(0 2 * * *)", Duration: "PT1H" } }, MuteTargets: { AlarmNames: ["none"] } },
    ],
    [
      "an end before its start",
      {
        Rule: { Schedule: { Expression: "cron(0 2 * * *)", Duration: "PT1H" } },
        StartDate: new Date(2),
        ExpireDate: new Date(1),
      },
    ],
  ])("is refused with %s", async (_, more) => {
    await expect(call("PutAlarmMuteRule", { Name: "wrong", ...more })).rejects.toMatchObject({ code: "ValidationError" });
  });
});
