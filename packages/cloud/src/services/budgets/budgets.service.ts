import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import * as budgets from "./operations/budgets.ts";
import * as notifications from "./operations/notifications.ts";
import * as tags from "./operations/tags.ts";
import { allBudgets } from "./store.ts";

/** AWS Budgets: the table of operations. */

/** IAM knows two actions of Budgets, on a budget's ARN. Service authorization reference, AWS Budget Service (read 2026-11). */
function onBudget(action: "ViewBudget" | "ModifyBudget") {
  return (
    ctx: Ctx,
    input: {
      readonly BudgetName?: string;
      readonly Budget?: { readonly BudgetName?: string };
      readonly NewBudget?: { readonly BudgetName?: string };
    },
  ): IamRequest => {
    const name = input.BudgetName ?? input.Budget?.BudgetName ?? input.NewBudget?.BudgetName ?? "*";
    return { action: `budgets:${action}`, resources: [`arn:aws:budgets::${ctx.account}:budget/${name}`] };
  };
}
const onArn = (_ctx: Ctx, input: { readonly ResourceARN?: string }): IamRequest => ({ resources: [input.ResourceARN ?? "*"] });

const views = (handler: Operation["handler"], missing?: string): Operation => ({
  handler,
  readonly: true,
  iam: onBudget("ViewBudget"),
  ...(missing === undefined ? {} : { missing }),
});
const modifies = (handler: Operation["handler"], missing?: string): Operation => ({
  handler,
  iam: onBudget("ModifyBudget"),
  ...(missing === undefined ? {} : { missing }),
});

export const service: ServiceDefinition = {
  name: "budgets",
  operations: {
    CreateBudget: modifies(budgets.createBudget, "spending: nothing costs anything here, no notification fires"),
    UpdateBudget: modifies(budgets.updateBudget),
    DeleteBudget: modifies(budgets.deleteBudget),
    DescribeBudget: views(budgets.describeBudget),
    DescribeBudgets: views(budgets.describeBudgets),
    DescribeBudgetPerformanceHistory: views(budgets.describeBudgetPerformanceHistory, "the history is empty"),
    CreateNotification: modifies(notifications.createNotification),
    UpdateNotification: modifies(notifications.updateNotification),
    DeleteNotification: modifies(notifications.deleteNotification),
    DescribeNotificationsForBudget: views(notifications.describeNotificationsForBudget),
    DescribeBudgetNotificationsForAccount: views(notifications.describeBudgetNotificationsForAccount),
    CreateSubscriber: modifies(notifications.createSubscriber),
    UpdateSubscriber: modifies(notifications.updateSubscriber),
    DeleteSubscriber: modifies(notifications.deleteSubscriber),
    DescribeSubscribersForNotification: views(notifications.describeSubscribersForNotification),
    TagResource: { handler: tags.tagResource, iam: onArn },
    UntagResource: { handler: tags.untagResource, iam: onArn },
    ListTagsForResource: { handler: tags.listTagsForResource, readonly: true, iam: onArn },
  },
  inventory: (ctx) => ({ budgets: allBudgets(ctx).length }),
};
