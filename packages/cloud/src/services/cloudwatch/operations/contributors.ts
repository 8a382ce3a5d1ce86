import type { Ctx } from "../../../core/service.ts";
import { getAlarm } from "../alarm-store.ts";
import { notImplemented, resourceNotFoundException } from "../errors.ts";

const GROUPED = /\bGROUP\s+BY\b/i;

/** DescribeAlarmContributors: only alarms over grouped Metrics Insights queries have any; which of the groups breach is not kept. */
export function describeAlarmContributors(ctx: Ctx, input: { readonly AlarmName?: string }): object {
  const alarm = getAlarm(ctx.store, ctx.account, ctx.region, input.AlarmName ?? "");
  if (alarm === undefined) throw resourceNotFoundException(`Alarm ${input.AlarmName} does not exist.`);
  const isGrouped =
    alarm.kind === "metric" && (alarm.settings.Metrics ?? []).some(({ Expression }) => GROUPED.test(Expression ?? ""));
  if (isGrouped) throw notImplemented("contributors of an alarm over a grouped query");
  return { AlarmContributors: [] };
}
