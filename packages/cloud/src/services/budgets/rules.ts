import type { Budget, CostTypes } from "@aws-sdk/client-budgets";
import { invalid } from "./store.ts";

/** What Budgets accepts, and what it adds. AWS Budgets API reference, data types Budget, CostTypes and TimePeriod (read 2026-11). Pure. */

const DEFAULT_END_MS = Date.UTC(2087, 5, 15);
const COST_TYPES: Required<CostTypes> = {
  IncludeTax: true,
  IncludeSubscription: true,
  UseBlended: false,
  IncludeRefund: true,
  IncludeCredit: true,
  IncludeUpfront: true,
  IncludeRecurring: true,
  IncludeOtherSubscription: true,
  IncludeSupport: true,
  IncludeDiscount: true,
  UseAmortized: false,
};
/** The model's pattern for names turns case off in its middle, which JavaScript has no way to write: checked here. */
const NAME = /^(?![^:\\]*\/action\/)[^:\\]+$/;
const SCRIPT = /<script>.*<\/script>/i;
const ONLY_PERCENT: ReadonlySet<string | undefined> = new Set([
  "RI_UTILIZATION",
  "RI_COVERAGE",
  "SAVINGS_PLANS_UTILIZATION",
  "SAVINGS_PLANS_COVERAGE",
]);

/** The budget as it is kept: defaults set, amounts as AWS writes them, nothing spent. Throws InvalidParameterException. */
export function completed(given: Budget | undefined, nowMs: number): Budget {
  const budget = given as Budget;
  const { BudgetType, TimeUnit, BudgetLimit, PlannedBudgetLimits, AutoAdjustData } = budget;
  const name = budget.BudgetName ?? "";
  if (!NAME.test(name) || SCRIPT.test(name))
    throw invalid(
      `1 validation error detected: Value '${name}' at 'budget.budgetName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?![^:\\\\]*/action/|(?i).*<script>.*</script>.*)[^:\\\\]+$`,
    );
  const isCost = BudgetType === "COST";
  const limits = [BudgetLimit, PlannedBudgetLimits, AutoAdjustData].filter((limit) => limit !== undefined).length;
  if (limits !== 1) throw invalid("Exactly one of BudgetLimit, PlannedBudgetLimits and AutoAdjustData must be given.");
  if (ONLY_PERCENT.has(BudgetType) && (BudgetLimit?.Unit !== "PERCENTAGE" || Number(BudgetLimit.Amount) > 100))
    throw invalid("The limit of a utilization or coverage budget is a percentage of at most 100.");
  if (isCost && TimeUnit === "DAILY" && PlannedBudgetLimits !== undefined)
    throw invalid("Planned budget limits need a time unit of MONTHLY or QUARTERLY.");
  const start = budget.TimePeriod?.Start ?? new Date(startOfPeriod(TimeUnit, nowMs));
  const end = budget.TimePeriod?.End ?? new Date(DEFAULT_END_MS);
  if (start.getTime() >= end.getTime()) throw invalid("Start time should be before end time.");
  const unit = BudgetLimit?.Unit ?? "USD";
  return {
    ...budget,
    ...(BudgetLimit === undefined ? {} : { BudgetLimit: { Amount: decimal(BudgetLimit.Amount), Unit: unit } }),
    CostFilters: budget.CostFilters ?? {},
    ...(isCost ? { CostTypes: { ...COST_TYPES, ...budget.CostTypes } } : {}),
    TimePeriod: { Start: start, End: end },
    CalculatedSpend: { ActualSpend: { Amount: "0.0", Unit: unit } },
    LastUpdatedTime: new Date(nowMs),
  };
}

/** `100` is answered as `100.0`. */
function decimal(amount: string | undefined): string {
  return amount?.includes(".") === true ? amount : `${amount}.0`;
}

/** The beginning of the running day, month, quarter or year, UTC. */
function startOfPeriod(unit: Budget["TimeUnit"], nowMs: number): number {
  const now = new Date(nowMs);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  if (unit === "ANNUALLY") return Date.UTC(year, 0, 1);
  if (unit === "QUARTERLY") return Date.UTC(year, month - (month % 3), 1);
  if (unit === "MONTHLY") return Date.UTC(year, month, 1);
  return Date.UTC(year, month, now.getUTCDate());
}
