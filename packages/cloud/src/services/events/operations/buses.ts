import type {
  CreateEventBusCommandInput,
  DescribeEventBusCommandInput,
  ListEventBusesCommandInput,
  PutPermissionCommandInput,
  RemovePermissionCommandInput,
  UpdateEventBusCommandInput,
} from "@aws-sdk/client-eventbridge";
import type { Ctx } from "../../../core/service.ts";
import { alreadyExists, notFound, policyTooLong, validation } from "../errors.ts";
import { type BusRecord, busArn, busName, findBus, getBus, keys } from "../store.ts";

/** Event buses and who may put events on them. */

const POLICY_BYTES_MAX = 10_240;

export function createEventBus(ctx: Ctx, input: CreateEventBusCommandInput) {
  const name = input.Name ?? "";
  if (input.EventSourceName !== undefined) throw notFound(`Event source ${input.EventSourceName} does not exist.`);
  if (name.includes("/")) throw validation("Event bus name must not contain '/'.");
  if (getBus(ctx.store, ctx, name) !== undefined) throw alreadyExists(`Event bus ${name} already exists.`);
  const bus: BusRecord = {
    name,
    createdMs: ctx.now(),
    modifiedMs: ctx.now(),
    ...settings(input),
    tags: Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])),
  };
  ctx.store.put(keys.bus(ctx, name), bus);
  return { EventBusArn: busArn(ctx, name), ...shown(bus) };
}

function settings(input: CreateEventBusCommandInput | UpdateEventBusCommandInput): Partial<BusRecord> {
  return {
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.KmsKeyIdentifier === undefined ? {} : { kmsKey: input.KmsKeyIdentifier }),
    ...(input.DeadLetterConfig?.Arn === undefined ? {} : { deadLetterArn: input.DeadLetterConfig.Arn }),
    ...(input.LogConfig === undefined ? {} : { logConfig: input.LogConfig }),
  };
}

function shown(bus: BusRecord) {
  return {
    ...(bus.description === undefined ? {} : { Description: bus.description }),
    ...(bus.kmsKey === undefined ? {} : { KmsKeyIdentifier: bus.kmsKey }),
    ...(bus.deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: bus.deadLetterArn } }),
    ...(bus.logConfig === undefined ? {} : { LogConfig: bus.logConfig }),
  };
}

export function updateEventBus(ctx: Ctx, input: UpdateEventBusCommandInput) {
  const bus = findBus(ctx.store, ctx, input.Name);
  const changed: BusRecord = { ...bus, ...settings(input), modifiedMs: ctx.now() };
  ctx.store.put(keys.bus(ctx, bus.name), changed);
  return { Arn: busArn(ctx, bus.name), Name: bus.name, ...shown(changed) };
}

function describe(ctx: Ctx, bus: BusRecord) {
  return {
    Name: bus.name,
    Arn: busArn(ctx, bus.name),
    ...(bus.description === undefined ? {} : { Description: bus.description }),
    ...(bus.policy === undefined ? {} : { Policy: bus.policy }),
    CreationTime: new Date(bus.createdMs),
    LastModifiedTime: new Date(bus.modifiedMs),
  };
}

export function describeEventBus(ctx: Ctx, input: DescribeEventBusCommandInput) {
  const bus = findBus(ctx.store, ctx, input.Name);
  return { ...describe(ctx, bus), ...shown(bus) };
}

export function deleteEventBus(ctx: Ctx, input: { Name?: string | undefined }): object {
  const name = busName(input.Name);
  if (name === "default") throw validation("Cannot delete event bus default.");
  for (const _rule of ctx.store.keys({ prefix: keys.rules(ctx, name), limit: 1 }))
    throw validation(`Event bus ${name} can't be deleted since it has rules.`);
  ctx.store.remove(keys.bus(ctx, name));
  return {};
}

export function listEventBuses(ctx: Ctx, input: ListEventBusesCommandInput) {
  const stored = [...ctx.store.range<BusRecord>({ prefix: keys.buses(ctx) })].map(({ value }) => value);
  const all = stored.some((bus) => bus.name === "default") ? stored : [findBus(ctx.store, ctx, "default"), ...stored];
  const matching = all.filter((bus) => bus.name.startsWith(input.NamePrefix ?? "")).sort((a, b) => (a.name < b.name ? -1 : 1));
  const from =
    input.NextToken === undefined
      ? 0
      : Math.max(
          0,
          matching.findIndex((bus) => bus.name >= (input.NextToken ?? "")),
        );
  const end = from + (input.Limit ?? 100);
  const next = matching[end]?.name;
  return {
    EventBuses: matching.slice(from, end).map((bus) => describe(ctx, bus)),
    ...(next === undefined ? {} : { NextToken: next }),
  };
}

interface Policy {
  Version: string;
  Statement: { Sid?: string; [member: string]: unknown }[];
}

function policyOf(bus: BusRecord): Policy {
  return bus.policy === undefined ? { Version: "2012-10-17", Statement: [] } : JSON.parse(bus.policy);
}

/** A whole policy, or one statement by StatementId. */
export function putPermission(ctx: Ctx, input: PutPermissionCommandInput): object {
  const bus = findBus(ctx.store, ctx, input.EventBusName);
  const policy = input.Policy ?? JSON.stringify(withStatement(ctx, bus, input));
  if (Buffer.byteLength(policy) > POLICY_BYTES_MAX) throw policyTooLong("The policy is too long.");
  try {
    JSON.parse(policy);
  } catch {
    throw validation("Parameter Policy is not valid. Reason: the policy is not valid JSON.");
  }
  ctx.store.put(keys.bus(ctx, bus.name), { ...bus, policy, modifiedMs: ctx.now() } satisfies BusRecord);
  return {};
}

function withStatement(ctx: Ctx, bus: BusRecord, input: PutPermissionCommandInput): Policy {
  const { StatementId, Principal, Action, Condition } = input;
  if (StatementId === undefined || Principal === undefined || Action === undefined)
    throw validation("Parameters StatementId, Principal and Action are required.");
  if (Principal !== "*" && !/^\d{12}$/.test(Principal))
    throw validation("Provided principal is not valid. Principal must be an account ID or *.");
  const policy = policyOf(bus);
  const statement = {
    Sid: StatementId,
    Effect: "Allow",
    Principal: Principal === "*" ? "*" : { AWS: `arn:aws:iam::${Principal}:root` },
    Action,
    Resource: busArn(ctx, bus.name),
    ...(Condition === undefined ? {} : { Condition: { [Condition.Type ?? ""]: { [Condition.Key ?? ""]: Condition.Value } } }),
  };
  return { ...policy, Statement: [...policy.Statement.filter((row) => row.Sid !== StatementId), statement] };
}

export function removePermission(ctx: Ctx, input: RemovePermissionCommandInput): object {
  const bus = findBus(ctx.store, ctx, input.EventBusName);
  const policy = policyOf(bus);
  const kept = input.RemoveAllPermissions === true ? [] : policy.Statement.filter((row) => row.Sid !== input.StatementId);
  if (input.RemoveAllPermissions !== true && kept.length === policy.Statement.length)
    throw notFound("Statement with the provided id does not exist.");
  const { policy: _old, ...rest } = bus;
  ctx.store.put(keys.bus(ctx, bus.name), {
    ...rest,
    ...(kept.length === 0 ? {} : { policy: JSON.stringify({ ...policy, Statement: kept }) }),
    modifiedMs: ctx.now(),
  });
  return {};
}
