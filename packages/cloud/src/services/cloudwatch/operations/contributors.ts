import type { Ctx } from "../../../core/service.ts";
import { getAlarm } from "../alarm-store.ts";
import { resourceNotFoundException } from "../errors.ts";

/** DescribeAlarmContributors: only alarms over Metrics Insights queries have any, and those are refused when they are put. */
export function describeAlarmContributors(ctx: Ctx, input: { readonly AlarmName?: string }): object {
  if (getAlarm(ctx.store, ctx.account, ctx.region, input.AlarmName ?? "") === undefined)
    throw resourceNotFoundException(`Alarm ${input.AlarmName} does not exist.`);
  return { AlarmContributors: [] };
}
