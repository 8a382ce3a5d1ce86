import { describe, expect, it } from "vitest";
import { scheduleProblem } from "./schedule-expression.ts";

describe("scheduleProblem", () => {
  it.each([
    "rate(1 minute)",
    "rate(5 minutes)",
    "rate(12 hours)",
    "cron(0 12 * * ? *)",
    "cron(0/15 8-18 ? * MON-FRI *)",
    "cron(0 10 L * ? *)",
    "cron(0 10 ? * 6L 2030-2032)",
    "cron(0 10 ? * 3#2 *)",
    "cron(0 9 1W JAN,feb ? *)",
  ])("a rule takes %s", (expression) => {
    expect(scheduleProblem(expression, { at: false })).toBeUndefined();
  });

  it.each([
    ["", "neither"],
    ["every day", "neither"],
    ["rate(1 minutes)", "singular"],
    ["rate(5 minute)", "plural"],
    ["rate(0 minutes)", "at least 1"],
    ["rate(1.5 hours)", "whole number"],
    ["rate(5 weeks)", "whole number"],
    ["cron(0 12 * * *)", "six fields"],
    ["cron(0 12 * * * *)", "must be ?"],
    ["cron(0 12 ? * ? *)", "cannot both be ?"],
    ["cron(60 12 * * ? *)", "60 is not understood"],
    ["cron(0 24 * * ? *)", "24 is not understood"],
    ["cron(0/0 12 * * ? *)", "0/0 is not understood"],
    ["cron(0 12 * FOO ? *)", "FOO is not understood"],
    ["at(2030-01-01T00:00:00)", "for EventBridge Scheduler"],
  ])("a rule refuses %j", (expression, why) => {
    expect(scheduleProblem(expression, { at: false })).toContain(why);
  });

  it("a schedule takes one time, in local time without a zone", () => {
    expect(scheduleProblem("at(2030-01-01T00:00:00)", { at: true })).toBeUndefined();
    expect(scheduleProblem("at(2030-01-01T00:00:00Z)", { at: true })).toContain("yyyy-mm-dd");
  });
});
