import type {
  Budget,
  CreateBudgetCommandInput,
  DeleteBudgetCommandInput,
  DescribeBudgetCommandInput,
  DescribeBudgetPerformanceHistoryCommandInput,
  DescribeBudgetsCommandInput,
  UpdateBudgetCommandInput,
} from "@aws-sdk/client-budgets";
import type { Ctx } from "../../../core/service.ts";
import { MAX_NOTIFICATIONS, newNotification, sameNotification } from "../notifications.ts";
import { completed } from "../rules.ts";
import {
  allBudgets,
  duplicate,
  findBudget,
  invalid,
  needBudget,
  page,
  putBudget,
  removeBudget,
  requireOwnAccount,
} from "../store.ts";

/** Budgets themselves. Nothing costs anything here, so what was spent is always zero and no notification ever fires. */

export function createBudget(ctx: Ctx, input: CreateBudgetCommandInput): object {
  requireOwnAccount(ctx, input.AccountId);
  const name = input.Budget?.BudgetName ?? "";
  if (findBudget(ctx, name) !== undefined) throw duplicate(`Error creating budget: ${name} - the budget already exists.`);
  const given = input.NotificationsWithSubscribers ?? [];
  if (given.length > MAX_NOTIFICATIONS) throw invalid(`A budget can have at most ${MAX_NOTIFICATIONS} notifications.`);
  const notifications = given.map(({ Notification, Subscribers }) => newNotification(Notification, Subscribers));
  for (const [i, { notification }] of notifications.entries()) {
    if (notifications.slice(0, i).some((other) => sameNotification(other.notification, notification)))
      throw duplicate("Unable to create notification - the notification already exists.");
  }
  const tags = Object.fromEntries((input.ResourceTags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
  putBudget(ctx, { budget: completed(input.Budget, ctx.now()), notifications, tags });
  return {};
}

export function updateBudget(ctx: Ctx, input: UpdateBudgetCommandInput): object {
  requireOwnAccount(ctx, input.AccountId);
  const record = needBudget(ctx, input.NewBudget?.BudgetName, "update");
  const { budget } = record;
  if (input.NewBudget?.BudgetType !== budget.BudgetType) throw invalid("Budget type cannot be changed.");
  putBudget(ctx, { ...record, budget: completed(input.NewBudget, ctx.now()) });
  return {};
}

export function deleteBudget(ctx: Ctx, input: DeleteBudgetCommandInput): object {
  requireOwnAccount(ctx, input.AccountId);
  removeBudget(ctx, needBudget(ctx, input.BudgetName, "delete").budget.BudgetName ?? "");
  return {};
}

export function describeBudget(ctx: Ctx, input: DescribeBudgetCommandInput): { Budget: Budget } {
  requireOwnAccount(ctx, input.AccountId);
  return { Budget: needBudget(ctx, input.BudgetName).budget };
}

export function describeBudgets(ctx: Ctx, input: DescribeBudgetsCommandInput) {
  requireOwnAccount(ctx, input.AccountId);
  const { items, ...next } = page(allBudgets(ctx), input);
  return { Budgets: items.map(({ budget }) => budget), ...next };
}

export function describeBudgetPerformanceHistory(ctx: Ctx, input: DescribeBudgetPerformanceHistoryCommandInput) {
  requireOwnAccount(ctx, input.AccountId);
  const { BudgetName, BudgetType, CostFilters, CostTypes, TimeUnit } = needBudget(ctx, input.BudgetName).budget;
  return {
    BudgetPerformanceHistory: { BudgetName, BudgetType, CostFilters, CostTypes, TimeUnit, BudgetedAndActualAmountsList: [] },
  };
}
