import type { Group } from "./life.ts";

const MONTHLY = {
  budget_type: "COST",
  time_unit: "MONTHLY",
  limit_amount: "100",
  limit_unit: "USD",
  time_period_start: "2025-01-01_00:00",
};
const notification = (threshold: number, more: object = {}) => ({
  comparison_operator: "GREATER_THAN",
  notification_type: "ACTUAL",
  threshold,
  threshold_type: "PERCENTAGE",
  subscriber_email_addresses: ["finance@example.com"],
  ...more,
});

/** Few changes: the real provider waits five seconds before each read. */
export const BUDGETS: Group = {
  name: "Budgets",
  rows: [
    {
      type: "aws_budgets_budget",
      name: "monthly",
      config: () => ({ ...MONTHLY, name: "monthly", notification: [notification(80)] }),
      changes: [
        () => ({
          ...MONTHLY,
          name: "monthly",
          limit_amount: "250.5",
          notification: [notification(80), notification(100, { notification_type: "FORECASTED" })],
          tags: { Env: "dev" },
        }),
        () => ({
          ...MONTHLY,
          name: "monthly",
          limit_amount: "250.50",
          notification: [notification(90, { subscriber_sns_topic_arns: ["arn:aws:sns:us-east-1:123456789012:money"] })],
          tags: { Owner: "me" },
        }),
      ],
    },
    {
      type: "aws_budgets_budget",
      name: "full",
      config: () => ({
        ...MONTHLY,
        name_prefix: "full-",
        time_period_end: "2030-06-15_00:00",
        cost_types: [{ include_tax: false, use_amortized: true }],
        cost_filter: [
          { name: "Service", values: ["Amazon Simple Storage Service"] },
          { name: "TagKeyValue", values: ["user:Project$photo-editor"] },
        ],
        notification: [notification(80)],
      }),
    },
    {
      type: "aws_budgets_budget",
      name: "planned",
      config: () => ({
        name: "planned",
        budget_type: "COST",
        time_unit: "MONTHLY",
        time_period_start: "2025-01-01_00:00",
        planned_limit: [
          { start_time: "2025-01-01_00:00", amount: "100", unit: "USD" },
          { start_time: "2025-02-01_00:00", amount: "200", unit: "USD" },
        ],
      }),
    },
  ],
  looks: [],
  refusals: [
    { refused: "aws_budgets_budget", name: "a type of its own", config: { ...MONTHLY, name: "x", budget_type: "WISH" } },
    {
      refused: "aws_budgets_budget",
      name: "a time that is none",
      config: { ...MONTHLY, name: "x", time_period_start: "2025-13-01_00:00" },
    },
    {
      refused: "aws_budgets_budget",
      name: "a limit and planned limits",
      config: { ...MONTHLY, name: "x", planned_limit: [{ start_time: "2025-01-01_00:00", amount: "1", unit: "USD" }] },
    },
  ],
};
