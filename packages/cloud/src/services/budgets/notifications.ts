import type { Notification, Subscriber } from "@aws-sdk/client-budgets";
import { type BudgetRecord, duplicate, invalid } from "./store.ts";

/** What tells two notifications apart, and who may be told. AWS Budgets API reference, Notification and Subscriber (read 2026-11). Pure. */

export const MAX_NOTIFICATIONS = 10;
const MAX_EMAILS = 10;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const TOPIC = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+$/;

export function sameNotification(a: Notification | undefined, b: Notification | undefined): boolean {
  return (
    a?.NotificationType === b?.NotificationType &&
    a?.ComparisonOperator === b?.ComparisonOperator &&
    a?.Threshold === b?.Threshold &&
    (a?.ThresholdType ?? "PERCENTAGE") === (b?.ThresholdType ?? "PERCENTAGE")
  );
}

export function sameSubscriber(a: Subscriber | undefined, b: Subscriber | undefined): boolean {
  return a?.SubscriptionType === b?.SubscriptionType && a?.Address === b?.Address;
}

/** One topic and ten addresses at most, each once. Throws InvalidParameterException, DuplicateRecordException. */
export function checkedSubscribers(subscribers: readonly Subscriber[]): readonly Subscriber[] {
  for (const [i, subscriber] of subscribers.entries()) {
    const { SubscriptionType, Address = "" } = subscriber;
    if (SubscriptionType === "EMAIL" && !EMAIL.test(Address)) throw invalid(`Invalid email address: ${Address}`);
    if (SubscriptionType === "SNS" && !TOPIC.test(Address)) throw invalid(`Invalid SNS topic ARN: ${Address}`);
    if (subscribers.slice(0, i).some((other) => sameSubscriber(other, subscriber)))
      throw duplicate("Unable to create subscriber - the subscriber already exists.");
  }
  const count = (type: Subscriber["SubscriptionType"]) => subscribers.filter((s) => s.SubscriptionType === type).length;
  if (count("SNS") > 1) throw invalid("A notification can have at most 1 SNS subscriber.");
  if (count("EMAIL") > MAX_EMAILS) throw invalid(`A notification can have at most ${MAX_EMAILS} email subscribers.`);
  return subscribers;
}

/** A new notification as it is kept: a percentage where it does not say, and not in alarm. Throws as `checkedSubscribers`. */
export function newNotification(
  given: Notification | undefined,
  subscribers: readonly Subscriber[] = [],
): BudgetRecord["notifications"][number] {
  const notification = { ThresholdType: "PERCENTAGE", ...given, NotificationState: "OK" } as Notification;
  return { notification, subscribers: checkedSubscribers(subscribers) };
}
