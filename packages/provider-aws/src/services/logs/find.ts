/** Lookups and checks that the Logs resources share. */
import type {
  Destination,
  LogGroup,
  LogStream,
  MetricFilter,
  QueryDefinition,
  ResourcePolicy,
  SubscriptionFilter,
} from "@aws-sdk/client-cloudwatch-logs";
import type { AwsContext } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { type Check, each } from "../checks.ts";
import { findInPages } from "../pages.ts";

export const LOGS_MISSING = ["ResourceNotFoundException"];

/** A name of at most `max` characters that fits the pattern, in the words of `internal/service/logs/validate.go`. */
export function logName(path: string, max: number, pattern: RegExp, says: string): Check[] {
  return [
    each(path, (value, key) =>
      typeof value === "string" && value.length > max
        ? `"${key}" cannot be longer than ${max} characters: ${JSON.stringify(value)}`
        : undefined,
    ),
    each(path, (value, key) =>
      typeof value === "string" && !pattern.test(value) ? `"${key}" isn't a valid ${says}: ${JSON.stringify(value)}` : undefined,
    ),
  ];
}

/** A log group's name. */
export function logGroupName(path: string): Check[] {
  const says = "log group name (alphanumeric characters, underscores, hyphens, slashes, hash signs and dots are allowed)";
  return logName(path, 512, /^[0-9A-Za-z_./#-]+$/, says);
}

/** The stream of a group; undefined when it or the group does not exist. */
export function findStream(aws: AwsContext, logGroupName: string, name: string): Promise<LogStream | undefined> {
  const page = async (nextToken: string | undefined) => {
    const input = { logGroupName, logStreamNamePrefix: name, nextToken };
    const answer = await unlessMissing(LOGS_MISSING, () => aws.clients.logs.describeLogStreams(input));
    return { items: answer?.logStreams, next: answer?.nextToken };
  };
  return findInPages(page, ({ logStreamName }) => logStreamName === name);
}

/** A metric filter of a group. */
export function findMetricFilter(aws: AwsContext, logGroupName: string, name: string): Promise<MetricFilter | undefined> {
  const page = async (nextToken: string | undefined) => {
    const input = { logGroupName, filterNamePrefix: name, nextToken };
    const answer = await unlessMissing(LOGS_MISSING, () => aws.clients.logs.describeMetricFilters(input));
    return { items: answer?.metricFilters, next: answer?.nextToken };
  };
  return findInPages(page, ({ filterName }) => filterName === name);
}

/** A subscription filter of a group. */
export function findSubscription(aws: AwsContext, logGroupName: string, name: string): Promise<SubscriptionFilter | undefined> {
  const page = async (nextToken: string | undefined) => {
    const input = { logGroupName, filterNamePrefix: name, nextToken };
    const answer = await unlessMissing(LOGS_MISSING, () => aws.clients.logs.describeSubscriptionFilters(input));
    return { items: answer?.subscriptionFilters, next: answer?.nextToken };
  };
  return findInPages(page, ({ filterName }) => filterName === name);
}

/** A policy of the account by name, or of a resource by its ARN. */
export function findResourcePolicy(
  aws: AwsContext,
  which: { readonly policyName: string } | { readonly resourceArn: string },
): Promise<ResourcePolicy | undefined> {
  const page = async (nextToken: string | undefined) => {
    const scope = "resourceArn" in which ? { resourceArn: which.resourceArn, policyScope: "RESOURCE" as const } : {};
    const answer = await unlessMissing(LOGS_MISSING, () => aws.clients.logs.describeResourcePolicies({ ...scope, nextToken }));
    return { items: answer?.resourcePolicies, next: answer?.nextToken };
  };
  return findInPages(page, (policy) =>
    "resourceArn" in which ? policy.resourceArn === which.resourceArn : policy.policyName === which.policyName,
  );
}

/** A saved query by its id; the name narrows the search. */
export function findQuery(aws: AwsContext, id: string, name: string | undefined): Promise<QueryDefinition | undefined> {
  const page = async (nextToken: string | undefined) => {
    const answer = await aws.clients.logs.describeQueryDefinitions({ queryDefinitionNamePrefix: name, nextToken });
    return { items: answer.queryDefinitions, next: answer.nextToken };
  };
  return findInPages(page, ({ queryDefinitionId }) => queryDefinitionId === id);
}

/** A destination by name. */
export function findDestination(aws: AwsContext, name: string): Promise<Destination | undefined> {
  const page = async (nextToken: string | undefined) => {
    const answer = await aws.clients.logs.describeDestinations({ DestinationNamePrefix: name, nextToken });
    return { items: answer.destinations, next: answer.nextToken };
  };
  return findInPages(page, ({ destinationName }) => destinationName === name);
}

/** A group by name. */
export function findGroup(aws: AwsContext, name: string): Promise<LogGroup | undefined> {
  const page = async (nextToken: string | undefined) => {
    const answer = await aws.clients.logs.describeLogGroups({ logGroupNamePrefix: name, nextToken });
    return { items: answer.logGroups, next: answer.nextToken };
  };
  return findInPages(page, ({ logGroupName }) => logGroupName === name);
}
