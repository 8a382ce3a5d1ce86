/**
 * When a delivery is tried again. SNS developer guide, "Amazon SNS message delivery retries": for queues and functions 3 at once, 2 a second
 * apart, 10 growing from 1 to 20 seconds, 100,000 every 20 seconds; for HTTP what the delivery policy says. Pure.
 */
import { invalid } from "./store.ts";

export interface HealthyPolicy {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly numRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly numMaxDelayRetries: number;
  readonly backoffFunction: string;
}

export const HTTP_DEFAULT: HealthyPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: "linear",
};

const AWS_MANAGED: HealthyPolicy = {
  minDelayTarget: 1,
  maxDelayTarget: 20,
  numRetries: 100_015,
  numNoDelayRetries: 3,
  numMinDelayRetries: 2,
  numMaxDelayRetries: 100_000,
  backoffFunction: "exponential",
};

/** Where between 0 and 1 a step of the back-off stands. */
function fraction(how: string, at: number, steps: number): number {
  const x = steps <= 1 ? 1 : at / (steps - 1);
  if (how === "arithmetic") return (x * (x + 1)) / 2;
  if (how === "geometric") return x * x;
  if (how === "exponential") return (2 ** (x * 10) - 1) / 1023;
  return x;
}

/** Milliseconds before the retry with this number (1: the first); undefined when there is none any more. */
export function delayMs(policy: HealthyPolicy, retry: number): number | undefined {
  const { numRetries, numNoDelayRetries: none, numMinDelayRetries: least, numMaxDelayRetries: most } = policy;
  if (retry > numRetries) return undefined;
  const { minDelayTarget: min, maxDelayTarget: max } = policy;
  if (retry <= none) return 0;
  if (retry <= none + least) return min * 1000;
  if (retry > numRetries - most) return max * 1000;
  const steps = Math.max(1, numRetries - none - least - most);
  return Math.round(1000 * (min + (max - min) * fraction(policy.backoffFunction, retry - none - least - 1, steps)));
}

function parsed(text: string | undefined): { readonly [name: string]: unknown } {
  if (text === undefined || text === "") return {};
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? (value as { readonly [name: string]: unknown }) : {};
}

/** The policy that holds for a subscription, by its protocol, own policy and its topic's. */
export function policyFor(protocol: string, own: string | undefined, topics: string | undefined): HealthyPolicy {
  if (protocol !== "http" && protocol !== "https") return AWS_MANAGED;
  const { http } = parsed(topics) as { http?: { defaultHealthyRetryPolicy?: object; disableSubscriptionOverrides?: boolean } };
  const mine = http?.disableSubscriptionOverrides === true ? {} : (parsed(own).healthyRetryPolicy as object | undefined);
  return { ...HTTP_DEFAULT, ...http?.defaultHealthyRetryPolicy, ...mine };
}

const BOUNDS: { readonly [name: string]: readonly [number, number] } = {
  minDelayTarget: [1, 3600],
  maxDelayTarget: [1, 3600],
  numRetries: [0, 100],
  numNoDelayRetries: [0, 100],
  numMinDelayRetries: [0, 100],
  numMaxDelayRetries: [0, 100],
};
const BACKOFFS = ["linear", "arithmetic", "geometric", "exponential"];

function checkHealthy(given: object): void {
  const policy = { ...HTTP_DEFAULT, ...given } as HealthyPolicy & { readonly [name: string]: unknown };
  for (const [name, [min, max]] of Object.entries(BOUNDS)) {
    const value = policy[name];
    if (typeof value !== "number" || value < min || value > max)
      throw invalid(`DeliveryPolicy: ${name} must be between ${min} and ${max} inclusive`);
  }
  if (policy.minDelayTarget > policy.maxDelayTarget)
    throw invalid("DeliveryPolicy: maxDelayTarget must be greater than or equal to minDelayTarget");
  if (policy.numRetries < policy.numNoDelayRetries + policy.numMinDelayRetries + policy.numMaxDelayRetries)
    throw invalid("DeliveryPolicy: numRetries must be greater than or equal to the sum of the other retries");
  if (!BACKOFFS.includes(policy.backoffFunction))
    throw invalid(`DeliveryPolicy: backoffFunction ${policy.backoffFunction} is not known`);
}

/** Throws InvalidParameter for a topic's or a subscription's DeliveryPolicy that is none. */
export function checkDeliveryPolicy(text: string, isTopic: boolean): void {
  let value: { readonly [name: string]: unknown };
  try {
    value = parsed(text);
  } catch {
    throw invalid("DeliveryPolicy: failed to parse JSON.");
  }
  const http = isTopic ? (value.http as { defaultHealthyRetryPolicy?: object } | undefined) : undefined;
  const given = isTopic ? http?.defaultHealthyRetryPolicy : value.healthyRetryPolicy;
  if (typeof given === "object" && given !== null) checkHealthy(given);
}
