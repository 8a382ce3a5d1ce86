import { arn } from "../../core/arn.ts";
import type { Ctx, IamRequest, ServiceDefinition } from "../../core/service.ts";
import { onRetry } from "./delivery.ts";
import { observeRequest } from "./metrics.ts";
import * as archives from "./operations/archives.ts";
import * as buses from "./operations/buses.ts";
import * as connections from "./operations/connections.ts";
import * as putEvents from "./operations/put-events.ts";
import * as rules from "./operations/rules.ts";
import * as tags from "./operations/tags.ts";
import { onRule } from "./schedule.ts";
import { type BusRecord, busArn, busName, getBus, ruleArn } from "./store.ts";

/** EventBridge: the table of operations and timers. */

const onRuleName = (
  ctx: Ctx,
  input: { readonly Name?: string; readonly Rule?: string; readonly EventBusName?: string },
): IamRequest => ({
  resources: [ruleArn(ctx, { bus: busName(input.EventBusName), name: input.Name ?? input.Rule ?? "*" })],
});
const onBus = (ctx: Ctx, input: { readonly Name?: string; readonly EventBusName?: string }): IamRequest => ({
  resources: [busArn(ctx, busName(input.Name ?? input.EventBusName))],
});
/** Whoever sets targets hands their roles on. */
function onTargets(
  ctx: Ctx,
  input: { readonly Rule?: string; readonly EventBusName?: string; readonly Targets?: readonly { readonly RoleArn?: string }[] },
): readonly IamRequest[] {
  const roles = [...new Set((input.Targets ?? []).map((target) => target.RoleArn).filter((role) => role !== undefined))];
  const conditions = { "iam:PassedToService": "events.amazonaws.com" };
  return [onRuleName(ctx, input), ...roles.map((role) => ({ action: "iam:PassRole", resources: [role], conditions }))];
}
const onArn = (_ctx: Ctx, input: { readonly ResourceARN?: string }): IamRequest => ({ resources: [input.ResourceARN ?? "*"] });

/** Every bus that an entry names; a bus's own policy counts when there is one bus. */
function onEntries(
  ctx: Ctx,
  input: {
    readonly Entries?: readonly { readonly EventBusName?: string; readonly Source?: string; readonly DetailType?: string }[];
  },
): IamRequest {
  const names = [...new Set((input.Entries ?? []).map((entry) => busName(entry.EventBusName)))];
  const policy = names.length === 1 ? getBus(ctx.store, ctx, names[0] ?? "")?.policy : undefined;
  return {
    resources: names.map((name) => busArn(ctx, name)),
    conditions: {
      "events:source": (input.Entries ?? []).map((entry) => entry.Source ?? ""),
      "events:detail-type": (input.Entries ?? []).map((entry) => entry.DetailType ?? ""),
    },
    ...(policy === undefined ? {} : { resourcePolicy: policy }),
  };
}

const TARGETS = "targets other than Lambda, SQS, SNS, Logs, Kinesis, API Gateway, API destinations and event buses";

const PRIVATE = "private connectivity; the state is AUTHORIZED at once";
const onConnection = (ctx: Ctx, input: { readonly Name?: string }): IamRequest => ({
  resources: [arn("events", ctx.region, ctx.account, `connection/${input.Name ?? ""}`)],
});
const onDestination = (ctx: Ctx, input: { readonly Name?: string }): IamRequest => ({
  resources: [arn("events", ctx.region, ctx.account, `api-destination/${input.Name ?? ""}`)],
});

export const service: ServiceDefinition = {
  name: "events",
  operations: {
    PutEvents: { handler: putEvents.putEvents, iam: onEntries, missing: "global endpoints" },
    TestEventPattern: { handler: putEvents.testEventPattern, readonly: true },
    PutRule: { handler: rules.putRule, iam: onRuleName },
    DescribeRule: { handler: rules.describeRule, readonly: true, iam: onRuleName },
    DeleteRule: { handler: rules.deleteRule, iam: onRuleName },
    EnableRule: { handler: rules.enableRule, iam: onRuleName },
    DisableRule: { handler: rules.disableRule, iam: onRuleName },
    ListRules: { handler: rules.listRules, readonly: true },
    ListRuleNamesByTarget: { handler: rules.listRuleNamesByTarget, readonly: true },
    ListTargetsByRule: { handler: rules.listTargetsByRule, readonly: true, iam: onRuleName },
    PutTargets: { handler: rules.putTargets, iam: onTargets, missing: TARGETS },
    RemoveTargets: { handler: rules.removeTargets, iam: onRuleName },
    CreateEventBus: {
      handler: buses.createEventBus,
      iam: onBus,
      missing: "partner event sources; a bus's logs (LogConfig) are kept, not written",
    },
    DescribeEventBus: { handler: buses.describeEventBus, readonly: true, iam: onBus },
    UpdateEventBus: { handler: buses.updateEventBus, iam: onBus },
    DeleteEventBus: { handler: buses.deleteEventBus, iam: onBus },
    ListEventBuses: { handler: buses.listEventBuses, readonly: true },
    PutPermission: { handler: buses.putPermission, iam: onBus },
    RemovePermission: { handler: buses.removePermission, iam: onBus },
    CreateArchive: { handler: archives.createArchive },
    DescribeArchive: { handler: archives.describeArchive, readonly: true },
    UpdateArchive: { handler: archives.updateArchive },
    DeleteArchive: { handler: archives.deleteArchive },
    ListArchives: { handler: archives.listArchives, readonly: true },
    StartReplay: { handler: archives.startReplay, missing: "a replay's time on the way" },
    DescribeReplay: { handler: archives.describeReplay, readonly: true },
    ListReplays: { handler: archives.listReplays, readonly: true },
    CancelReplay: { handler: archives.cancelReplay, missing: "a replay has ended before it can be cancelled" },
    CreateConnection: { handler: connections.createConnection, waits: true, iam: onConnection, missing: PRIVATE },
    UpdateConnection: { handler: connections.updateConnection, waits: true, iam: onConnection, missing: PRIVATE },
    DescribeConnection: { handler: connections.describeConnection, readonly: true, iam: onConnection },
    DeauthorizeConnection: { handler: connections.deauthorizeConnection, waits: true, iam: onConnection },
    DeleteConnection: { handler: connections.deleteConnection, waits: true, iam: onConnection },
    ListConnections: { handler: connections.listConnections, readonly: true },
    CreateApiDestination: { handler: connections.createDestination, iam: onDestination, missing: "called on this machine only" },
    UpdateApiDestination: { handler: connections.updateDestination, iam: onDestination },
    DescribeApiDestination: { handler: connections.describeDestination, readonly: true, iam: onDestination },
    DeleteApiDestination: { handler: connections.deleteDestination, iam: onDestination },
    ListApiDestinations: { handler: connections.listDestinations, readonly: true },
    TagResource: { handler: tags.tagResource, iam: onArn },
    UntagResource: { handler: tags.untagResource, iam: onArn },
    ListTagsForResource: { handler: tags.listTagsForResource, readonly: true, iam: onArn },
  },
  timers: { rule: onRule, retry: onRetry },
  observe: observeRequest,
  internal: { emit: putEvents.emit, accept: putEvents.acceptFromBus },
  inventory: (ctx) => {
    const custom = [...ctx.store.range<BusRecord>({ prefix: ["bus", ctx.account] })].filter(
      ({ value }) => value.name !== "default",
    );
    return {
      rules: [...ctx.store.keys({ prefix: ["rule", ctx.account] })].length,
      buses: custom.length,
      archives: [...ctx.store.keys({ prefix: ["archive", ctx.account] })].length,
    };
  },
};
