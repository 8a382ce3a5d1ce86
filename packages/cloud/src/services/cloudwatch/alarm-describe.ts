import type { CompositeAlarm, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { arn } from "../../core/arn.ts";
import type { AlarmRecord, CompositeAlarmRecord, MetricAlarmRecord } from "./alarm-store.ts";

/** Alarms as DescribeAlarms shows them. Pure. */

export interface Place {
  readonly account: string;
  readonly region: string;
}

export function alarmArn(place: Place, name: string): string {
  return arn("cloudwatch", place.region, place.account, `alarm:${name}`);
}

function base(place: Place, alarm: AlarmRecord) {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarmArn(place, alarm.name),
    ...(alarm.description === undefined ? {} : { AlarmDescription: alarm.description }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredMs),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...alarm.okActions],
    AlarmActions: [...alarm.alarmActions],
    InsufficientDataActions: [...alarm.insufficientDataActions],
    StateValue: alarm.state,
    StateReason: alarm.reason,
    ...(alarm.reasonData === undefined ? {} : { StateReasonData: alarm.reasonData }),
    StateUpdatedTimestamp: new Date(alarm.stateMs),
    StateTransitionedTimestamp: new Date(alarm.transitionedMs),
  };
}

export function describeMetricAlarm(place: Place, alarm: MetricAlarmRecord): MetricAlarm {
  const { Dimensions, ...settings } = alarm.settings;
  const single = settings.Metrics === undefined ? { Dimensions: Dimensions ?? [] } : {};
  return { ...base(place, alarm), ...settings, ...single };
}

export function describeCompositeAlarm(place: Place, alarm: CompositeAlarmRecord): CompositeAlarm {
  const suppressor =
    alarm.suppressor === undefined
      ? {}
      : {
          ActionsSuppressor: alarm.suppressor.alarm,
          ActionsSuppressorWaitPeriod: alarm.suppressor.waitSeconds,
          ActionsSuppressorExtensionPeriod: alarm.suppressor.extensionSeconds,
        };
  const suppressed =
    alarm.suppressedBy === undefined
      ? {}
      : {
          ActionsSuppressedBy: alarm.suppressedBy,
          ActionsSuppressedReason: `Actions suppressed by ${alarm.suppressedBy === "Alarm" ? "suppressor alarm" : alarm.suppressedBy}`,
        };
  return { ...base(place, alarm), AlarmRule: alarm.rule, ...suppressor, ...suppressed };
}
