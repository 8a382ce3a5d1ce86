import type { CreateScheduleCommandInput, GetScheduleCommandOutput } from "@aws-sdk/client-scheduler";
import { type Diagnostic, errorDiagnostic, isList, type Value, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, expand, flatten, requiredText, rowsOf, text, textAt } from "../attribute-map.ts";
import { between, conflicts, isArn, lastStepOnly, lengthBetween, matches, oneOf, runChecks } from "../checks.ts";
import { refusedImport } from "../import-id.ts";
import { prefixOfName } from "../name-prefix.ts";
import { scheduleProblem } from "../schedule-expression.ts";
import { isDate, time } from "../timestamp.ts";
import { FLEXIBLE_TIME_WINDOW, TARGET } from "./target-map.ts";

export const SCHEDULER_MISSING = ["ResourceNotFoundException"];

const row = rowsOf<CreateScheduleCommandInput>();
const SCHEDULE = [
  row("description", "Description", text()),
  row("end_date", "EndDate", time()),
  row("flexible_time_window", "FlexibleTimeWindow", block(FLEXIBLE_TIME_WINDOW)),
  row("group_name", "GroupName", text()),
  row("kms_key_arn", "KmsKeyArn", text()),
  row("name", "Name", text()),
  row("schedule_expression", "ScheduleExpression", text()),
  row("schedule_expression_timezone", "ScheduleExpressionTimezone", text()),
  row("start_date", "StartDate", time()),
  row("state", "State", text()),
  row("target", "Target", block(TARGET)),
];

const ACTION = row("action_after_completion", "ActionAfterCompletion", text());

const NAME = /^[0-9A-Za-z_.-]+$/;
const NAME_SAYS = "The name must consist of alphanumerics, hyphens, and underscores.";

const CHECKS = [
  oneOf("action_after_completion", ["NONE", "DELETE"]),
  lengthBetween("description", 0, 512),
  isDate("end_date"),
  isDate("start_date"),
  oneOf("flexible_time_window.mode", ["OFF", "FLEXIBLE"]),
  between("flexible_time_window.maximum_window_in_minutes", 1, 1440),
  lengthBetween("group_name", 1, 64),
  isArn("kms_key_arn"),
  lengthBetween("name", 1, 64, { code: "DVT3007" }),
  matches("name", NAME, NAME_SAYS, { code: "DVT3007" }),
  lengthBetween("name_prefix", 1, 38, { code: "DVT3007" }),
  matches("name_prefix", NAME, NAME_SAYS, { code: "DVT3007" }),
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
  lengthBetween("schedule_expression", 1, 256),
  lengthBetween("schedule_expression_timezone", 1, 50),
  oneOf("state", ["ENABLED", "DISABLED"]),
  isArn("target.arn"),
  isArn("target.role_arn"),
  isArn("target.dead_letter_config.arn"),
  between("target.retry_policy.maximum_event_age_in_seconds", 60, 86_400),
  between("target.retry_policy.maximum_retry_attempts", 0, 185),
  between("target.ecs_parameters.task_count", 1, 10),
  oneOf("target.ecs_parameters.launch_type", ["EC2", "FARGATE", "EXTERNAL"]),
  lengthBetween("target.kinesis_parameters.partition_key", 1, 256),
  lengthBetween("target.sqs_parameters.message_group_id", 1, 128),
  lengthBetween("target.eventbridge_parameters.detail_type", 1, 128),
];

/** aws_scheduler_schedule. Its id is `group/name`. */
export const resource: NativeResource = {
  type: "aws_scheduler_schedule",
  defaults: {
    schedule_expression_timezone: "UTC",
    state: "ENABLED",
    "target.retry_policy.maximum_event_age_in_seconds": 86_400,
    "target.retry_policy.maximum_retry_attempts": 185,
    "target.ecs_parameters.task_count": 1,
    "target.ecs_parameters.enable_ecs_managed_tags": false,
    "target.ecs_parameters.enable_execute_command": false,
    "target.ecs_parameters.network_configuration.assign_public_ip": false,
  },
  forceNew: ["group_name", "name", "name_prefix"],
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 64 },
  // The service fills in a retry policy; leaving it out is no change.
  suppressDiff: (path, _prior, config) => path === "target.retry_policy" && isNone(config),
  validate: (config) => [...runChecks(CHECKS.map(lastStepOnly), config), ...semanticDiagnostics(config)],
  async create(aws, planned, onCreated) {
    const input = toApi(aws, planned);
    const answer = await aws.retry(ROLE_NOT_READY, () => aws.clients.scheduler.createSchedule(input));
    await onCreated({ id: idFromArn(answer.ScheduleArn ?? "") });
  },
  async read(aws, state) {
    const [group, name] = partsOf(requiredText(state, "id"));
    const schedule = await findSchedule(aws, group, name);
    return schedule === undefined ? null : { ...state, ...toState(aws, schedule) };
  },
  async update(aws, _prior, planned) {
    await aws.retry(ROLE_NOT_READY, () => aws.clients.scheduler.updateSchedule(toApi(aws, planned)));
  },
  async delete(aws, state) {
    const [GroupName, Name] = partsOf(requiredText(state, "id"));
    await unlessMissing(SCHEDULER_MISSING, () => aws.clients.scheduler.deleteSchedule({ GroupName, Name }));
  },
  importId: (id) => ({ id: partsOf(id).join("/") }),
  async find(aws, planned) {
    const name = textAt(planned, "name");
    const group = textAt(planned, "group_name") ?? "default";
    return name !== undefined && (await findSchedule(aws, group, name)) !== undefined ? { id: `${group}/${name}` } : null;
  },
};

const ROLE_NOT_READY = {
  codes: ["ValidationException"],
  message: /The execution role you provide must allow AWS EventBridge Scheduler to assume the role/,
  timeoutMs: 120_000,
  why: "IAM has not yet told EventBridge Scheduler of the new role",
  source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html",
};

function isNone(value: Value): boolean {
  return value === null || (isList(value) && value.length === 0);
}

function semanticDiagnostics(config: ValueObject): Diagnostic[] {
  const expression = textAt(config, "schedule_expression");
  const why = expression === undefined ? undefined : scheduleProblem(expression, { at: true });
  if (why === undefined) return [];
  const detail = `ValidationException: Invalid Schedule Expression ${expression}. AWS would refuse it: ${why}.`;
  return [errorDiagnostic("DVT3009", "Setting refused or without effect on AWS", { detail, attribute: "schedule_expression" })];
}

function findSchedule(aws: AwsContext, group: string, name: string): Promise<GetScheduleCommandOutput | undefined> {
  return unlessMissing(SCHEDULER_MISSING, () => aws.clients.scheduler.getSchedule({ GroupName: group, Name: name }));
}

function rows(aws: AwsContext) {
  return aws.edition === "5.100.0" ? SCHEDULE : [...SCHEDULE, ACTION];
}

function toApi(aws: AwsContext, planned: ValueObject): CreateScheduleCommandInput {
  return expand(rows(aws), planned);
}

function toState(aws: AwsContext, schedule: GetScheduleCommandOutput): ValueObject {
  const name = schedule.Name ?? "";
  return {
    ...flatten(rows(aws), schedule),
    id: idFromArn(schedule.Arn ?? ""),
    arn: schedule.Arn ?? "",
    name_prefix: prefixOfName(name),
  };
}

/** `arn:aws:scheduler:region:account:schedule/group/name` -> `group/name`. */
function idFromArn(arn: string): string {
  return arn.split("/").slice(1).join("/");
}

function partsOf(id: string): [string, string] {
  const [group = "", name = "", ...more] = id.split("/");
  if (group === "" || name === "" || more.length > 0)
    throw refusedImport("invalid resource id: expected a resource id in the form: schedule-group-id/schedule-id");
  return [group, name];
}
