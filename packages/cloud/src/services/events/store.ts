import type { Target } from "@aws-sdk/client-eventbridge";
import { arn } from "../../core/arn.ts";
import type { Key, StoreRead } from "../../core/store.ts";
import { notFound } from "./errors.ts";

/** Records of event buses, rules, targets, archives and replays. */

export interface BusRecord {
  readonly name: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly description?: string;
  readonly kmsKey?: string;
  readonly deadLetterArn?: string;
  /** What the bus would log: kept, as nothing sends logs through deliveries. */
  readonly logConfig?: { readonly IncludeDetail?: string; readonly Level?: string };
  readonly policy?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface RuleRecord {
  readonly name: string;
  readonly bus: string;
  readonly pattern?: string;
  readonly schedule?: string;
  readonly enabled: boolean;
  /** As given: ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS. */
  readonly state: string;
  readonly description?: string;
  readonly roleArn?: string;
  readonly createdMs: number;
  readonly generation: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ArchiveRecord {
  readonly name: string;
  readonly sourceArn: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly retentionDays: number;
  readonly createdMs: number;
  readonly eventCount: number;
  readonly sizeBytes: number;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

export const keys = {
  buses: ({ account, region }: Place): Key => ["bus", account, region],
  bus: ({ account, region }: Place, name: string): Key => ["bus", account, region, name],
  rules: ({ account, region }: Place, bus: string): Key => ["rule", account, region, bus],
  rule: ({ account, region }: Place, bus: string, name: string): Key => ["rule", account, region, bus, name],
  targets: ({ account, region }: Place, bus: string, rule: string): Key => ["target", account, region, bus, rule],
  target: ({ account, region }: Place, bus: string, rule: string, id: string): Key => ["target", account, region, bus, rule, id],
  archives: ({ account, region }: Place): Key => ["archive", account, region],
  archive: ({ account, region }: Place, name: string): Key => ["archive", account, region, name],
  archived: ({ account, region }: Place, archive: string): Key => ["archived", account, region, archive],
  replays: ({ account, region }: Place): Key => ["replay", account, region],
  replay: ({ account, region }: Place, name: string): Key => ["replay", account, region, name],
};

const DEFAULT_BUS: BusRecord = { name: "default", createdMs: 0, modifiedMs: 0, tags: {} };

export function busArn(place: Place, name: string): string {
  return arn("events", place.region, place.account, `event-bus/${name}`);
}

export function ruleArn(place: Place, rule: Pick<RuleRecord, "bus" | "name">): string {
  return arn("events", place.region, place.account, `rule/${rule.bus === "default" ? "" : `${rule.bus}/`}${rule.name}`);
}

/** The name in a bus's name or ARN; `default` when nothing is given. */
export function busName(nameOrArn: string | undefined): string {
  if (nameOrArn === undefined || nameOrArn === "") return "default";
  return nameOrArn.startsWith("arn:") ? nameOrArn.slice(nameOrArn.indexOf("/") + 1) : nameOrArn;
}

export function getBus(store: StoreRead, place: Place, name: string): BusRecord | undefined {
  return store.get<BusRecord>(keys.bus(place, name)) ?? (name === "default" ? DEFAULT_BUS : undefined);
}

/** Throws ResourceNotFoundException. */
export function findBus(store: StoreRead, place: Place, nameOrArn: string | undefined): BusRecord {
  const bus = getBus(store, place, busName(nameOrArn));
  if (bus === undefined) throw notFound(`Event bus ${busName(nameOrArn)} does not exist.`);
  return bus;
}

/** Throws ResourceNotFoundException. */
export function findRule(store: StoreRead, place: Place, bus: string, name: string | undefined): RuleRecord {
  const rule = store.get<RuleRecord>(keys.rule(place, bus, name ?? ""));
  if (rule === undefined) throw notFound(`Rule ${name} does not exist on EventBus ${bus}.`);
  return rule;
}

export function targetsOf(store: StoreRead, place: Place, rule: Pick<RuleRecord, "bus" | "name">): Target[] {
  return [...store.range<Target>({ prefix: keys.targets(place, rule.bus, rule.name) })].map(({ value }) => value);
}
