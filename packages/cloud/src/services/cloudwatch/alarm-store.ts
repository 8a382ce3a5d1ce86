import type { PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import type { Key, StoreRead, StoreWrite } from "../../core/store.ts";
import type { AlarmState } from "./alarm-state.ts";

/** Records of alarms, their history and who watches which metric. */

interface AlarmBase {
  readonly name: string;
  readonly description?: string;
  readonly actionsEnabled: boolean;
  readonly okActions: readonly string[];
  readonly alarmActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData?: string;
  /** Last time that the state was set. */
  readonly stateMs: number;
  /** Last time that it changed. */
  readonly transitionedMs: number;
  readonly configuredMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

export type MetricAlarmSettings = Pick<
  PutMetricAlarmCommandInput,
  | "MetricName"
  | "Namespace"
  | "Statistic"
  | "ExtendedStatistic"
  | "Dimensions"
  | "Period"
  | "Unit"
  | "EvaluationPeriods"
  | "DatapointsToAlarm"
  | "Threshold"
  | "ThresholdMetricId"
  | "ComparisonOperator"
  | "TreatMissingData"
  | "EvaluateLowSampleCountPercentile"
  | "Metrics"
>;

export interface MetricAlarmRecord extends AlarmBase {
  readonly kind: "metric";
  readonly settings: MetricAlarmSettings;
  /** Hashes of the metrics that it reads. */
  readonly watches: readonly string[];
}

export interface CompositeAlarmRecord extends AlarmBase {
  readonly kind: "composite";
  readonly rule: string;
  readonly children: readonly string[];
  readonly suppressor?: { readonly alarm: string; readonly waitSeconds: number; readonly extensionSeconds: number };
  /** Why the last change's actions wait. */
  readonly suppressedBy?: "Alarm" | "WaitPeriod" | "ExtensionPeriod";
}

export type AlarmRecord = MetricAlarmRecord | CompositeAlarmRecord;

export interface HistoryRecord {
  readonly atMs: number;
  readonly alarm: string;
  readonly alarmType: "MetricAlarm" | "CompositeAlarm";
  readonly type: "ConfigurationUpdate" | "StateUpdate" | "Action";
  readonly summary: string;
  readonly data: string;
}

export const keys = {
  alarms: (account: string, region: string): Key => ["alarm", account, region],
  alarm: (account: string, region: string, name: string): Key => ["alarm", account, region, name],
  watch: (hash: string, name: string): Key => ["watch", hash, name],
  parent: (account: string, region: string, child: string, composite: string): Key => [
    "parent",
    account,
    region,
    child,
    composite,
  ],
  history: (account: string, region: string, name: string, atMs: number, order: number): Key => [
    "history",
    account,
    region,
    name,
    atMs,
    order,
  ],
};

export function getAlarm(store: StoreRead, account: string, region: string, name: string): AlarmRecord | undefined {
  return store.get<AlarmRecord>(keys.alarm(account, region, name));
}

/** Writes an alarm together with the indices of what it watches. */
export function putAlarm(store: StoreWrite, account: string, region: string, alarm: AlarmRecord): void {
  const before = getAlarm(store, account, region, alarm.name);
  if (before !== undefined) dropIndices(store, account, region, before);
  if (alarm.kind === "metric") for (const hash of alarm.watches) store.put(keys.watch(hash, alarm.name), true);
  else for (const child of watchedAlarms(alarm)) store.put(keys.parent(account, region, child, alarm.name), true);
  store.put(keys.alarm(account, region, alarm.name), alarm);
}

export function removeAlarm(store: StoreWrite, account: string, region: string, alarm: AlarmRecord): void {
  dropIndices(store, account, region, alarm);
  store.remove(keys.alarm(account, region, alarm.name));
}

function dropIndices(store: StoreWrite, account: string, region: string, alarm: AlarmRecord): void {
  if (alarm.kind === "metric") for (const hash of alarm.watches) store.remove(keys.watch(hash, alarm.name));
  else for (const child of watchedAlarms(alarm)) store.remove(keys.parent(account, region, child, alarm.name));
}

const watchedAlarms = (alarm: CompositeAlarmRecord) => [
  ...alarm.children,
  ...(alarm.suppressor === undefined ? [] : [alarm.suppressor.alarm]),
];

const HISTORY_MAX = 100;

/** Keeps an event of an alarm; the oldest go. */
export function putHistory(store: StoreWrite, account: string, region: string, record: HistoryRecord): void {
  const prefix = ["history", account, region, record.alarm];
  const known = [...store.keys({ prefix })];
  let order = 0;
  while (store.has(keys.history(account, region, record.alarm, record.atMs, order))) order++;
  store.put(keys.history(account, region, record.alarm, record.atMs, order), record);
  for (const key of known.slice(0, Math.max(0, known.length + 1 - HISTORY_MAX))) store.remove(key);
}
