import { Budgets, type BudgetsServiceException, type CreateBudgetCommandInput, type Notification } from "@aws-sdk/client-budgets";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
let budgets: Budgets;
beforeAll(async () => {
  cloud = await startCloud({});
  budgets = new Budgets({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterAll(() => cloud.stop());

const AccountId = "000000000000";
const ACTUAL_80: Notification = { NotificationType: "ACTUAL", ComparisonOperator: "GREATER_THAN", Threshold: 80 };
const mail = (Address: string) => ({ SubscriptionType: "EMAIL" as const, Address });
const input = (BudgetName: string, more: Partial<CreateBudgetCommandInput> = {}): CreateBudgetCommandInput => ({
  AccountId,
  Budget: { BudgetName, BudgetType: "COST", TimeUnit: "MONTHLY", BudgetLimit: { Amount: "100", Unit: "USD" } },
  ...more,
});
const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: BudgetsServiceException) => `${error.name}: ${error.message}`,
  );

describe("a budget", () => {
  test("is answered with AWS's defaults: every cost counts, the month's first day, the year 2087, nothing spent", async () => {
    await budgets.createBudget(input("plain"));
    const { Budget } = await budgets.describeBudget({ AccountId, BudgetName: "plain" });
    expect(Budget).toMatchObject({
      BudgetLimit: { Amount: "100.0", Unit: "USD" },
      CostFilters: {},
      CostTypes: { IncludeTax: true, IncludeCredit: true, UseBlended: false, UseAmortized: false },
      TimePeriod: { End: new Date("2087-06-15T00:00:00Z") },
      CalculatedSpend: { ActualSpend: { Amount: "0.0", Unit: "USD" } },
    });
    expect(Budget?.TimePeriod?.Start?.toISOString()).toMatch(/-01T00:00:00\.000Z$/);
  });

  test("is refused twice, and not found when it is not there", async () => {
    await budgets.createBudget(input("once"));
    expect(await reason(budgets.createBudget(input("once")))).toBe(
      "DuplicateRecordException: Error creating budget: once - the budget already exists.",
    );
    expect(await reason(budgets.describeBudget({ AccountId, BudgetName: "none" }))).toBe(
      "NotFoundException: Unable to get budget: none - the budget doesn't exist.",
    );
    await budgets.deleteBudget({ AccountId, BudgetName: "once" });
    expect(await reason(budgets.deleteBudget({ AccountId, BudgetName: "once" }))).toMatch(/^NotFoundException/);
  });

  test("changes its limit, keeps its notifications, and not its type", async () => {
    await budgets.createBudget(
      input("changing", { NotificationsWithSubscribers: [{ Notification: ACTUAL_80, Subscribers: [mail("a@example.com")] }] }),
    );
    const changed = input("changing").Budget;
    await budgets.updateBudget({ AccountId, NewBudget: { ...changed, BudgetLimit: { Amount: "20.5", Unit: "USD" } } as never });
    expect((await budgets.describeBudget({ AccountId, BudgetName: "changing" })).Budget?.BudgetLimit?.Amount).toBe("20.5");
    expect((await budgets.describeNotificationsForBudget({ AccountId, BudgetName: "changing" })).Notifications).toHaveLength(1);
    expect(await reason(budgets.updateBudget({ AccountId, NewBudget: { ...changed, BudgetType: "USAGE" } as never }))).toMatch(
      /^InvalidParameterException: Budget type/,
    );
  });

  test.each([
    ["no limit", { BudgetLimit: undefined }, /^InvalidParameterException: Exactly one of/],
    [
      "an end before its start",
      { TimePeriod: { Start: new Date("2026-02-01"), End: new Date("2026-01-01") } },
      /^InvalidParameterException: Start time should be before end time\./,
    ],
    ["an unknown type", { BudgetType: "WISHES" }, /budgetType/],
    ["a name with a colon", { BudgetName: "a:b" }, /budgetName/],
    ["a name with a script", { BudgetName: "<Script>x</script>" }, /budgetName/],
    ["a name of 101 characters", { BudgetName: "x".repeat(101) }, /budgetName/],
    ["an amount that is no number", { BudgetLimit: { Amount: "much", Unit: "USD" } }, /[aA]mount/],
  ])("with %s is refused", async (_what, wrong, expected) => {
    const { Budget } = input("wrong");
    expect(await reason(budgets.createBudget({ AccountId, Budget: { ...Budget, ...wrong } as never }))).toMatch(expected);
  });

  test("of another account is denied", async () => {
    expect(await reason(budgets.describeBudgets({ AccountId: "111111111111" }))).toMatch(/^AccessDeniedException/);
  });
});

describe("notifications", () => {
  test("are told apart by what they say; with the last subscriber one goes", async () => {
    const BudgetName = "told";
    await budgets.createBudget(input(BudgetName));
    const Notification = ACTUAL_80;
    await budgets.createNotification({ AccountId, BudgetName, Notification, Subscribers: [mail("a@example.com")] });
    const again = budgets.createNotification({
      AccountId,
      BudgetName,
      Notification: { ...Notification, ThresholdType: "PERCENTAGE" },
      Subscribers: [mail("b@example.com")],
    });
    expect(await reason(again)).toMatch(/^DuplicateRecordException/);
    await budgets.createSubscriber({ AccountId, BudgetName, Notification, Subscriber: mail("b@example.com") });
    await budgets.updateSubscriber({
      AccountId,
      BudgetName,
      Notification,
      OldSubscriber: mail("a@example.com"),
      NewSubscriber: mail("c@example.com"),
    });
    const { Subscribers } = await budgets.describeSubscribersForNotification({ AccountId, BudgetName, Notification });
    expect(Subscribers?.map(({ Address }) => Address)).toEqual(["c@example.com", "b@example.com"]);
    for (const { Address = "" } of Subscribers ?? [])
      await budgets.deleteSubscriber({ AccountId, BudgetName, Notification, Subscriber: mail(Address) });
    expect((await budgets.describeNotificationsForBudget({ AccountId, BudgetName })).Notifications).toEqual([]);
  });

  test("tell one topic and ten addresses at most, each once", async () => {
    const BudgetName = "crowded";
    await budgets.createBudget(input(BudgetName));
    const tell = (...Subscribers: { SubscriptionType: "EMAIL" | "SNS"; Address: string }[]) =>
      reason(budgets.createNotification({ AccountId, BudgetName, Notification: ACTUAL_80, Subscribers }));
    const topic = (name: string) => ({ SubscriptionType: "SNS" as const, Address: `arn:aws:sns:us-east-1:${AccountId}:${name}` });
    expect(await tell(topic("a"), topic("b"))).toMatch(/at most 1 SNS subscriber/);
    expect(await tell(...Array.from({ length: 11 }, (_, i) => mail(`u${i}@example.com`)))).toMatch(/at most 10 email/);
    expect(await tell(mail("a@example.com"), mail("a@example.com"))).toMatch(/^DuplicateRecordException/);
    expect(await tell(mail("nobody"))).toBe("InvalidParameterException: Invalid email address: nobody");
    expect(await tell(mail("a@example.com"), topic("a"))).toBe("no error");
  });
});

test("budgets are paged, and tagged by ARN", async () => {
  const names: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await budgets.describeBudgets({ AccountId, MaxResults: 2, ...(NextToken === undefined ? {} : { NextToken }) });
    names.push(...(page.Budgets ?? []).map(({ BudgetName }) => BudgetName));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(names).toEqual(["changing", "crowded", "plain", "told"]);
  expect(await reason(budgets.describeBudgets({ AccountId, NextToken: "!!" }))).toMatch(/^InvalidNextTokenException/);
  const ResourceARN = `arn:aws:budgets::${AccountId}:budget/plain`;
  await budgets.tagResource({
    ResourceARN,
    ResourceTags: [
      { Key: "Env", Value: "dev" },
      { Key: "Owner", Value: "me" },
    ],
  });
  await budgets.untagResource({ ResourceARN, ResourceTagKeys: ["Env"] });
  expect((await budgets.listTagsForResource({ ResourceARN })).ResourceTags).toEqual([{ Key: "Owner", Value: "me" }]);
  expect(await reason(budgets.listTagsForResource({ ResourceARN: `${ResourceARN}2` }))).toMatch(/^NotFoundException/);
});
