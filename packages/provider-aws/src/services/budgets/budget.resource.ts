import type { AutoAdjustData, Budget, CostTypes, HistoricalOptions, Notification, Subscriber } from "@aws-sdk/client-budgets";
import type { Value, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import {
  block,
  blocksAt,
  enumAt,
  flag,
  numberAt,
  requiredText,
  rowsOf,
  text,
  textAt,
  textMapAt,
  textsAt,
  whole,
} from "../attribute-map.ts";
import { conflicts, oneOf, runChecks } from "../checks.ts";
import { importParts } from "../import-id.ts";
import { prefixOfName } from "../name-prefix.ts";
import { allPages } from "../pages.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { isPeriodTime, periodText, periodTime } from "./period.ts";

const MISSING = ["NotFoundException"];

const costRow = rowsOf<CostTypes>();
const COST_TYPES = block<CostTypes>([
  costRow("include_credit", "IncludeCredit", flag()),
  costRow("include_discount", "IncludeDiscount", flag()),
  costRow("include_other_subscription", "IncludeOtherSubscription", flag()),
  costRow("include_recurring", "IncludeRecurring", flag()),
  costRow("include_refund", "IncludeRefund", flag()),
  costRow("include_subscription", "IncludeSubscription", flag()),
  costRow("include_support", "IncludeSupport", flag()),
  costRow("include_tax", "IncludeTax", flag()),
  costRow("include_upfront", "IncludeUpfront", flag()),
  costRow("use_amortized", "UseAmortized", flag()),
  costRow("use_blended", "UseBlended", flag()),
]);
const COST_DEFAULTS = Object.fromEntries(
  ["credit", "discount", "other_subscription", "recurring", "refund", "subscription", "support", "tax", "upfront"].map((name) => [
    `cost_types.include_${name}`,
    true,
  ]),
);
const historyRow = rowsOf<HistoricalOptions>();
const HISTORY = block<HistoricalOptions>([
  historyRow("budget_adjustment_period", "BudgetAdjustmentPeriod", whole()),
  historyRow("lookback_available_periods", "LookBackAvailablePeriods", { expand: () => undefined, flatten: (m) => m ?? 0 }),
]);
const adjustRow = rowsOf<AutoAdjustData>();
const AUTO_ADJUST = block<AutoAdjustData>([
  adjustRow("auto_adjust_type", "AutoAdjustType", text()),
  adjustRow("historical_options", "HistoricalOptions", HISTORY),
  adjustRow("last_auto_adjust_time", "LastAutoAdjustTime", {
    expand: () => undefined,
    flatten: (time) => (time === undefined ? "" : time.toISOString().replace(/\.\d+Z$/, "Z")),
  }),
]);

const TYPES = ["USAGE", "COST", "RI_UTILIZATION", "RI_COVERAGE", "SAVINGS_PLANS_UTILIZATION", "SAVINGS_PLANS_COVERAGE"];
const CHECKS = [
  oneOf("budget_type", TYPES),
  oneOf("time_unit", ["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY", "CUSTOM"]),
  oneOf("auto_adjust_data.auto_adjust_type", ["HISTORICAL", "FORECAST"]),
  oneOf("notification.comparison_operator", ["GREATER_THAN", "LESS_THAN", "EQUAL_TO"]),
  oneOf("notification.notification_type", ["ACTUAL", "FORECASTED"]),
  oneOf("notification.threshold_type", ["PERCENTAGE", "ABSOLUTE_VALUE"]),
  isPeriodTime("time_period_start"),
  isPeriodTime("time_period_end"),
  isPeriodTime("planned_limit.start_time"),
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
  conflicts("limit_amount", ["planned_limit"]),
  conflicts("limit_unit", ["planned_limit"]),
  conflicts("planned_limit", ["limit_amount", "limit_unit"]),
];

/** aws_budgets_budget; its id is `ACCOUNT:NAME`. Behaviour: `internal/service/budgets/budget.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_budgets_budget",
  noun: "Budget",
  unsupported: {
    billing_view_arn: "budgets by billing view, metrics and filter expressions are not carried out",
    metrics: "budgets by billing view, metrics and filter expressions are not carried out",
    filter_expression: "budgets by billing view, metrics and filter expressions are not carried out",
  },
  defaults: {
    ...COST_DEFAULTS,
    "cost_types.use_amortized": false,
    "cost_types.use_blended": false,
    time_period_end: "2087-06-15_00:00",
  },
  forceNew: ["account_id", "name", "name_prefix"],
  computedBlocks: { cost_filter: true, cost_types: true },
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 100 },
  tagged: true,
  suppressDiff: (path, prior, config) => /^(limit_amount|planned_limit\.amount)$/.test(path) && sameAmount(prior, config),
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const accountId = textAt(planned, "account_id") ?? (await aws.accountId());
    const tags = tagList(textMapAt(planned, "tags_all"));
    await aws.clients.budgets.createBudget({
      AccountId: accountId,
      Budget: toBudget(planned),
      ...(tags.length > 0 ? { ResourceTags: tags } : {}),
    });
    await onCreated({ id: `${accountId}:${requiredText(planned, "name")}` });
    await createNotifications(aws, accountId, planned);
  },
  read,
  async update(aws, prior, planned, changed) {
    const { AccountId, BudgetName } = keyOf(prior);
    await aws.clients.budgets.updateBudget({ AccountId, NewBudget: toBudget(planned) });
    if (changed("notification")) {
      for (const { Notification } of notificationsOf(prior))
        await unlessMissing(MISSING, () => aws.clients.budgets.deleteNotification({ AccountId, BudgetName, Notification }));
      await createNotifications(aws, AccountId, planned);
    }
    const { removed, added } = changedTags(prior, planned);
    const ResourceARN = requiredText(prior, "arn");
    if (removed.length > 0) await aws.clients.budgets.untagResource({ ResourceARN, ResourceTagKeys: removed });
    if (Object.keys(added).length > 0) await aws.clients.budgets.tagResource({ ResourceARN, ResourceTags: tagList(added) });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.budgets.deleteBudget(keyOf(state)));
  },
  importId(id) {
    importParts(id, "AccountID:BudgetName", ":");
    return { id };
  },
  async find(aws, planned) {
    const name = textAt(planned, "name");
    if (name === undefined) return null;
    const id = `${textAt(planned, "account_id") ?? (await aws.accountId())}:${name}`;
    return (await unlessMissing(MISSING, () => aws.clients.budgets.describeBudget(keyOf({ id })))) === undefined ? null : { id };
  },
};

function keyOf(state: ValueObject): { AccountId: string; BudgetName: string } {
  const [AccountId = "", BudgetName = ""] = requiredText(state, "id").split(":");
  return { AccountId, BudgetName };
}

/** Decimal texts of the same number: AWS answers `100` as `100.0`. */
function sameAmount(a: Value, b: Value): boolean {
  return typeof a === "string" && typeof b === "string" && a !== "" && b !== "" && Number(a) === Number(b);
}

function toBudget(planned: ValueObject): Budget {
  const amount = textAt(planned, "limit_amount");
  const limits = blocksAt(planned, "planned_limit");
  const filters = blocksAt(planned, "cost_filter").map((filter) => [requiredText(filter, "name"), textsAt(filter, "values")]);
  const start = textAt(planned, "time_period_start");
  const autoAdjust = AUTO_ADJUST.expand(planned.auto_adjust_data ?? null);
  const costTypes = COST_TYPES.expand(planned.cost_types ?? null);
  return {
    BudgetName: requiredText(planned, "name"),
    BudgetType: enumAt<NonNullable<Budget["BudgetType"]>>(planned, "budget_type"),
    TimeUnit: enumAt<NonNullable<Budget["TimeUnit"]>>(planned, "time_unit"),
    TimePeriod: {
      End: periodTime(requiredText(planned, "time_period_end")),
      ...(start === undefined ? {} : { Start: periodTime(start) }),
    },
    ...(amount === undefined ? {} : { BudgetLimit: { Amount: amount, Unit: textAt(planned, "limit_unit") ?? "" } }),
    ...(limits.length === 0 ? {} : { PlannedBudgetLimits: Object.fromEntries(limits.map(plannedLimit)) }),
    ...(filters.length === 0 ? {} : { CostFilters: Object.fromEntries(filters) }),
    ...(autoAdjust === undefined ? {} : { AutoAdjustData: autoAdjust }),
    ...(costTypes === undefined ? {} : { CostTypes: costTypes }),
  };
}

/** Keyed by its beginning in seconds since the epoch. */
function plannedLimit(limit: ValueObject): [string, { Amount: string; Unit: string }] {
  const seconds = periodTime(requiredText(limit, "start_time")).getTime() / 1000;
  return [String(seconds), { Amount: requiredText(limit, "amount"), Unit: requiredText(limit, "unit") }];
}

interface Told {
  readonly Notification: Notification;
  readonly Subscribers: Subscriber[];
}

function notificationsOf(value: ValueObject): Told[] {
  return blocksAt(value, "notification").map((each) => ({
    Notification: {
      ComparisonOperator: enumAt<NonNullable<Notification["ComparisonOperator"]>>(each, "comparison_operator"),
      NotificationType: enumAt<NonNullable<Notification["NotificationType"]>>(each, "notification_type"),
      Threshold: numberAt(each, "threshold"),
      ThresholdType: enumAt<NonNullable<Notification["ThresholdType"]>>(each, "threshold_type"),
    },
    Subscribers: [
      ...textsAt(each, "subscriber_email_addresses").map((Address) => ({ SubscriptionType: "EMAIL" as const, Address })),
      ...textsAt(each, "subscriber_sns_topic_arns").map((Address) => ({ SubscriptionType: "SNS" as const, Address })),
    ],
  }));
}

async function createNotifications(aws: AwsContext, AccountId: string, planned: ValueObject): Promise<void> {
  const BudgetName = requiredText(planned, "name");
  for (const told of notificationsOf(planned)) await aws.clients.budgets.createNotification({ AccountId, BudgetName, ...told });
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const key = keyOf(state);
  const found = await unlessMissing(MISSING, () => aws.clients.budgets.describeBudget(key));
  if (found?.Budget === undefined) return null;
  const { Budget: budget } = found;
  const arn = `arn:${aws.partition}:budgets::${key.AccountId}:budget/${key.BudgetName}`;
  const tags = await aws.clients.budgets.listTagsForResource({ ResourceARN: arn });
  const { CostFilters = {}, PlannedBudgetLimits = {} } = budget;
  return {
    ...state,
    id: `${key.AccountId}:${key.BudgetName}`,
    account_id: key.AccountId,
    arn,
    auto_adjust_data: AUTO_ADJUST.flatten(budget.AutoAdjustData),
    budget_type: budget.BudgetType ?? "",
    cost_filter: Object.entries(CostFilters).map(([name, values]) => ({ name, values })),
    cost_types: COST_TYPES.flatten(budget.CostTypes),
    limit_amount: budget.BudgetLimit?.Amount ?? "",
    limit_unit: budget.BudgetLimit?.Unit ?? "",
    name: key.BudgetName,
    name_prefix: prefixOfName(key.BudgetName),
    notification: await readNotifications(aws, key),
    planned_limit: Object.entries(PlannedBudgetLimits).map(([seconds, { Amount, Unit }]) => ({
      amount: Amount ?? "",
      start_time: periodText(new Date(Number(seconds) * 1000)),
      unit: Unit ?? "",
    })),
    tags_all: tagMap(tags.ResourceTags),
    time_period_end: budget.TimePeriod?.End === undefined ? "" : periodText(budget.TimePeriod.End),
    time_period_start: budget.TimePeriod?.Start === undefined ? "" : periodText(budget.TimePeriod.Start),
    time_unit: budget.TimeUnit ?? "",
  };
}

async function readNotifications(aws: AwsContext, key: { AccountId: string; BudgetName: string }): Promise<ValueObject[]> {
  const { budgets } = aws.clients;
  const notifications = await allPages(async (NextToken) => {
    const page = await budgets.describeNotificationsForBudget({ ...key, ...(NextToken === undefined ? {} : { NextToken }) });
    return { items: page.Notifications ?? [], next: page.NextToken };
  });
  return Promise.all(
    notifications.map(async (Notification) => {
      const { Subscribers = [] } = await budgets.describeSubscribersForNotification({ ...key, Notification });
      const addresses = (type: Subscriber["SubscriptionType"]) =>
        Subscribers.filter(({ SubscriptionType }) => SubscriptionType === type).map(({ Address }) => Address ?? "");
      return {
        comparison_operator: Notification.ComparisonOperator ?? "",
        notification_type: Notification.NotificationType ?? "",
        subscriber_email_addresses: addresses("EMAIL"),
        subscriber_sns_topic_arns: addresses("SNS"),
        threshold: Notification.Threshold ?? 0,
        threshold_type: Notification.ThresholdType ?? "PERCENTAGE",
      };
    }),
  );
}
