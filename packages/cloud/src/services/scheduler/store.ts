import type { CreateScheduleCommandInput } from "@aws-sdk/client-scheduler";
import type { Key } from "../../core/store.ts";

/** Records of EventBridge Scheduler and their keys. */

export type ScheduleSettings = Pick<
  CreateScheduleCommandInput,
  "ScheduleExpression" | "Description" | "State" | "KmsKeyArn" | "Target" | "FlexibleTimeWindow" | "ActionAfterCompletion"
> & { readonly ScheduleExpressionTimezone: string; readonly startMs?: number; readonly endMs?: number };

export interface ScheduleRecord {
  readonly group: string;
  readonly name: string;
  readonly settings: ScheduleSettings;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly clientToken?: string;
  /** Grows with every update: a timer of an older one is void. */
  readonly generation: number;
}

export interface GroupRecord {
  readonly name: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly clientToken?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export const keys = {
  schedules: (account: string, region: string, group?: string): Key =>
    group === undefined ? ["schedule", account, region] : ["schedule", account, region, group],
  schedule: (account: string, region: string, group: string, name: string): Key => ["schedule", account, region, group, name],
  groups: (account: string, region: string): Key => ["group", account, region],
  group: (account: string, region: string, name: string): Key => ["group", account, region, name],
};
