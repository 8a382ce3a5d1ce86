import type { ScalableTargetAction, ScheduledAction } from "@aws-sdk/client-application-auto-scaling";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, RetryRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, type Codec, requiredText, rowsOf, textAt } from "../attribute-map.ts";
import { each, intProblem, runChecks } from "../checks.ts";
import { noImport } from "../import-id.ts";
import { isDate, rfc3339 } from "../timestamp.ts";
import { MISSING, type Scaled, scaledOf } from "./scaled.ts";

/** A number that config writes as text, for none is another thing than 0. */
const capacity: Codec<number> = {
  expand: (value) => (typeof value === "string" && value !== "" ? Number(value) : undefined),
  flatten: (member) => (member === undefined ? "" : String(member)),
};

const action = rowsOf<ScalableTargetAction>();
const TARGET_ACTION = block([action("max_capacity", "MaxCapacity", capacity), action("min_capacity", "MinCapacity", capacity)]);

const CHECKS = [
  isDate("start_time"),
  isDate("end_time"),
  each("scalable_target_action.max_capacity", intProblem),
  each("scalable_target_action.min_capacity", intProblem),
];

const NEW_TARGET: RetryRow = {
  codes: ["ObjectNotFoundException"],
  timeoutMs: 300_000,
  why: "a target registered just before is not everywhere yet",
  source: "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html",
};

/** aws_appautoscaling_scheduled_action. Its id is made of its name, the service and the resource. */
export const resource: NativeResource = {
  type: "aws_appautoscaling_scheduled_action",
  noun: "Application Auto Scaling Scheduled Action",
  forceNew: ["name", "resource_id", "scalable_dimension", "service_namespace"],
  updatable: ["timezone"],
  defaults: { timezone: "UTC" },
  validate: (config) => runChecks(CHECKS, config),
  importId: noImport("aws_appautoscaling_scheduled_action"),
  async create(aws, planned, onCreated) {
    await aws.retry(NEW_TARGET, () => aws.clients.appautoscaling.putScheduledAction(settings(planned)));
    await onCreated({ ...planned, id: idOf(planned) });
  },
  async read(aws, state) {
    const found = await findAction(aws, scaledOf(state), requiredText(state, "name"));
    if (found === undefined) return null;
    return {
      ...state,
      id: idOf(state),
      arn: found.ScheduledActionARN ?? "",
      end_time: rfc3339(found.EndTime),
      scalable_target_action: TARGET_ACTION.flatten(found.ScalableTargetAction),
      schedule: found.Schedule ?? "",
      start_time: rfc3339(found.StartTime),
      timezone: found.Timezone ?? "",
    };
  },
  async update(aws, _prior, planned) {
    await aws.clients.appautoscaling.putScheduledAction(settings(planned));
  },
  async delete(aws, state) {
    const ScheduledActionName = requiredText(state, "name");
    await unlessMissing(MISSING, () =>
      aws.clients.appautoscaling.deleteScheduledAction({ ...scaledOf(state), ScheduledActionName }),
    );
  },
  async find(aws, planned) {
    const found = await findAction(aws, scaledOf(planned), requiredText(planned, "name"));
    return found === undefined ? null : { ...planned, id: idOf(planned) };
  },
};

function idOf(value: ValueObject): string {
  return ["name", "service_namespace", "resource_id"].map((part) => requiredText(value, part)).join("-");
}

function settings(planned: ValueObject) {
  const time = (name: string) => {
    const at = textAt(planned, name);
    return at === undefined || at === "" ? undefined : new Date(at);
  };
  return {
    ...scaledOf(planned),
    ScheduledActionName: requiredText(planned, "name"),
    Schedule: requiredText(planned, "schedule"),
    Timezone: textAt(planned, "timezone"),
    StartTime: time("start_time"),
    EndTime: time("end_time"),
    ScalableTargetAction: TARGET_ACTION.expand(planned.scalable_target_action ?? null),
  };
}

async function findAction(aws: AwsContext, scaled: Scaled, name: string): Promise<ScheduledAction | undefined> {
  const { ScheduledActions } = await aws.clients.appautoscaling.describeScheduledActions({
    ...scaled,
    ScheduledActionNames: [name],
  });
  return ScheduledActions?.[0];
}
