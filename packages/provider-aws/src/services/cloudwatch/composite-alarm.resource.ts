import type { PutCompositeAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { blockAt, expand, flag, flatten, numberAt, requiredText, rowsOf, text, texts } from "../attribute-map.ts";
import { isArn, lengthBetween, runChecks } from "../checks.ts";
import { alarmTags, deleteAlarm, findCompositeAlarm, tagsToCreate, updateAlarmTags } from "./find.ts";

const row = rowsOf<PutCompositeAlarmCommandInput>();
const ALARM = [
  row("actions_enabled", "ActionsEnabled", flag()),
  row("alarm_actions", "AlarmActions", texts()),
  row("alarm_description", "AlarmDescription", text()),
  row("alarm_name", "AlarmName", text()),
  row("alarm_rule", "AlarmRule", text()),
  row("insufficient_data_actions", "InsufficientDataActions", texts()),
  row("ok_actions", "OKActions", texts()),
];

const CHECKS = [
  lengthBetween("alarm_name", 0, 255, { code: "DVT3007" }),
  lengthBetween("alarm_description", 0, 1024),
  lengthBetween("alarm_rule", 1, 10_240),
  ...["alarm_actions", "insufficient_data_actions", "ok_actions"].map(isArn),
];

/** aws_cloudwatch_composite_alarm. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_composite_alarm",
  noun: "CloudWatch Composite Alarm",
  defaults: { actions_enabled: true },
  forceNew: ["actions_enabled", "alarm_name"],
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    await aws.clients.cloudwatch.putCompositeAlarm({ ...toApi(planned), ...tagsToCreate(planned) });
    await onCreated({ id: requiredText(planned, "alarm_name") });
  },
  async read(aws, state) {
    const alarm = await findCompositeAlarm(aws, requiredText(state, "id"));
    if (alarm === undefined) return null;
    const suppressor = alarm.ActionsSuppressor
      ? [
          {
            alarm: alarm.ActionsSuppressor,
            extension_period: alarm.ActionsSuppressorExtensionPeriod ?? 0,
            wait_period: alarm.ActionsSuppressorWaitPeriod ?? 0,
          },
        ]
      : [];
    return {
      ...state,
      ...flatten(ALARM, alarm),
      id: alarm.AlarmName ?? "",
      arn: alarm.AlarmArn ?? "",
      actions_suppressor: suppressor,
      tags_all: await alarmTags(aws, alarm.AlarmArn ?? ""),
    };
  },
  async update(aws, prior, planned, changed) {
    if (Object.keys(planned).some((name) => name !== "tags" && name !== "tags_all" && changed(name))) {
      await aws.clients.cloudwatch.putCompositeAlarm(toApi(planned));
    }
    await updateAlarmTags(aws, prior, planned);
  },
  delete: (aws, state) => deleteAlarm(aws, requiredText(state, "id")),
  async find(aws, planned) {
    const name = requiredText(planned, "alarm_name");
    return (await findCompositeAlarm(aws, name)) === undefined ? null : { id: name };
  },
};

function toApi(planned: ValueObject): PutCompositeAlarmCommandInput {
  const suppressor = blockAt(planned, "actions_suppressor");
  return {
    ...expand(ALARM, planned),
    ...(suppressor
      ? {
          ActionsSuppressor: requiredText(suppressor, "alarm"),
          ActionsSuppressorExtensionPeriod: numberAt(suppressor, "extension_period"),
          ActionsSuppressorWaitPeriod: numberAt(suppressor, "wait_period"),
        }
      : {}),
  };
}
