import type {
  CreateNotificationCommandInput,
  CreateSubscriberCommandInput,
  DeleteNotificationCommandInput,
  DeleteSubscriberCommandInput,
  DescribeBudgetNotificationsForAccountCommandInput,
  DescribeNotificationsForBudgetCommandInput,
  DescribeSubscribersForNotificationCommandInput,
  Notification,
  Subscriber,
  UpdateNotificationCommandInput,
  UpdateSubscriberCommandInput,
} from "@aws-sdk/client-budgets";
import type { Ctx } from "../../../core/service.ts";
import { checkedSubscribers, MAX_NOTIFICATIONS, newNotification, sameNotification, sameSubscriber } from "../notifications.ts";
import {
  allBudgets,
  type BudgetRecord,
  duplicate,
  invalid,
  needBudget,
  notFound,
  page,
  putBudget,
  requireOwnAccount,
} from "../store.ts";

/** Notifications of a budget and who is told. A notification has no id: it is known by what it says. */

type Told = BudgetRecord["notifications"][number];
type Of = { readonly AccountId?: string | undefined; readonly BudgetName?: string | undefined };

const NO_NOTIFICATION = "the notification doesn't exist.";

function recordOf(ctx: Ctx, input: Of): BudgetRecord {
  requireOwnAccount(ctx, input.AccountId);
  return needBudget(ctx, input.BudgetName);
}

function needTold(record: BudgetRecord, notification: Notification | undefined, doing: string): Told {
  const told = record.notifications.find((each) => sameNotification(each.notification, notification));
  if (told === undefined) throw notFound(`Unable to ${doing} - ${NO_NOTIFICATION}`);
  return told;
}

function replace(ctx: Ctx, record: BudgetRecord, old: Told, by: Told | undefined): object {
  const notifications = record.notifications.flatMap((each) => (each === old ? (by === undefined ? [] : [by]) : [each]));
  putBudget(ctx, { ...record, notifications });
  return {};
}

export function createNotification(ctx: Ctx, input: CreateNotificationCommandInput): object {
  const record = recordOf(ctx, input);
  if (record.notifications.some((each) => sameNotification(each.notification, input.Notification)))
    throw duplicate("Unable to create notification - the notification already exists.");
  if (record.notifications.length >= MAX_NOTIFICATIONS)
    throw invalid(`A budget can have at most ${MAX_NOTIFICATIONS} notifications.`);
  const told = newNotification(input.Notification, input.Subscribers);
  putBudget(ctx, { ...record, notifications: [...record.notifications, told] });
  return {};
}

export function updateNotification(ctx: Ctx, input: UpdateNotificationCommandInput): object {
  const record = recordOf(ctx, input);
  const told = needTold(record, input.OldNotification, "update notification");
  if (record.notifications.some((each) => each !== told && sameNotification(each.notification, input.NewNotification)))
    throw duplicate("Unable to update notification - the notification already exists.");
  return replace(ctx, record, told, { ...told, notification: { ...told.notification, ...input.NewNotification } });
}

export function deleteNotification(ctx: Ctx, input: DeleteNotificationCommandInput): object {
  const record = recordOf(ctx, input);
  return replace(ctx, record, needTold(record, input.Notification, "delete notification"), undefined);
}

export function describeNotificationsForBudget(ctx: Ctx, input: DescribeNotificationsForBudgetCommandInput) {
  const { items, ...next } = page(recordOf(ctx, input).notifications, input);
  return { Notifications: items.map(({ notification }) => notification), ...next };
}

export function describeBudgetNotificationsForAccount(ctx: Ctx, input: DescribeBudgetNotificationsForAccountCommandInput) {
  requireOwnAccount(ctx, input.AccountId);
  const { items, ...next } = page(allBudgets(ctx), input);
  return {
    BudgetNotificationsForAccount: items.map(({ budget, notifications }) => ({
      BudgetName: budget.BudgetName,
      Notifications: notifications.map(({ notification }) => notification),
    })),
    ...next,
  };
}

export function createSubscriber(ctx: Ctx, input: CreateSubscriberCommandInput): object {
  const record = recordOf(ctx, input);
  const told = needTold(record, input.Notification, "create subscriber");
  return replace(ctx, record, told, {
    ...told,
    subscribers: checkedSubscribers([...told.subscribers, input.Subscriber as Subscriber]),
  });
}

export function updateSubscriber(ctx: Ctx, input: UpdateSubscriberCommandInput): object {
  const record = recordOf(ctx, input);
  const told = needTold(record, input.Notification, "update subscriber");
  needSubscriber(told, input.OldSubscriber, "update");
  const subscribers = told.subscribers.map((each) =>
    sameSubscriber(each, input.OldSubscriber) ? (input.NewSubscriber as Subscriber) : each,
  );
  return replace(ctx, record, told, { ...told, subscribers: checkedSubscribers(subscribers) });
}

/** With the last subscriber its notification goes, as AWS has it. */
export function deleteSubscriber(ctx: Ctx, input: DeleteSubscriberCommandInput): object {
  const record = recordOf(ctx, input);
  const told = needTold(record, input.Notification, "delete subscriber");
  needSubscriber(told, input.Subscriber, "delete");
  const subscribers = told.subscribers.filter((each) => !sameSubscriber(each, input.Subscriber));
  return replace(ctx, record, told, subscribers.length === 0 ? undefined : { ...told, subscribers });
}

export function describeSubscribersForNotification(ctx: Ctx, input: DescribeSubscribersForNotificationCommandInput) {
  const told = needTold(recordOf(ctx, input), input.Notification, "get subscribers");
  const { items, ...next } = page(told.subscribers, input);
  return { Subscribers: items, ...next };
}

function needSubscriber(told: Told, subscriber: Subscriber | undefined, doing: string): void {
  if (!told.subscribers.some((each) => sameSubscriber(each, subscriber)))
    throw notFound(`Unable to ${doing} subscriber - the subscriber doesn't exist.`);
}
