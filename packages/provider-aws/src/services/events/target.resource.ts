import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, flatten, isTrue, requiredText, textAt } from "../attribute-map.ts";
import { between, conflicts, each, isArn, isJson, lengthBetween, namePattern, oneOf, runChecks } from "../checks.ts";
import { badImportId } from "../import-id.ts";
import { DEFAULT_BUS, EVENTS_MISSING, findTarget, throwFailedEntries } from "./find.ts";
import { busName } from "./names.ts";
import { TARGET } from "./target-map.ts";

const NAME = "^[0-9A-Za-z_.-]+$";
const INPUTS = ["input", "input_path", "input_transformer"];

const CHECKS = [
  ...INPUTS.map((name) =>
    conflicts(
      name,
      INPUTS.filter((other) => other !== name),
    ),
  ),
  isArn("arn"),
  busName("event_bus_name"),
  lengthBetween("event_bus_name", 1, 1600),
  isArn("role_arn"),
  isArn("dead_letter_config.arn"),
  isArn("ecs_target.task_definition_arn"),
  oneOf("ecs_target.launch_type", ["EC2", "FARGATE", "EXTERNAL"]),
  oneOf("ecs_target.propagate_tags", ["TASK_DEFINITION"]),
  between("batch_target.array_size", 2, 10_000),
  between("batch_target.job_attempts", 1, 10),
  namePattern("rule", NAME, 64),
  namePattern("target_id", NAME, 64),
  between("retry_policy.maximum_event_age_in_seconds", 0, 86_400),
  between("retry_policy.maximum_retry_attempts", 0, 185),
  isJson("input"),
  lengthBetween("input_path", 0, 256),
  lengthBetween("input_transformer.input_template", 1, 8192),
  each("input_transformer.input_paths", (value) => inputPathsProblem(value)),
];

const INPUT_PATHS_MAX = 100;

function inputPathsProblem(value: unknown): string | undefined {
  const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (keys.length > INPUT_PATHS_MAX)
    return `expected number of items in input_paths to be less than or equal to ${INPUT_PATHS_MAX}, got ${keys.length}`;
  const reserved = keys.find((key) => /^AWS/i.test(key));
  return reserved === undefined ? undefined : `input_path must not start with "AWS": ${reserved}`;
}

/** aws_cloudwatch_event_target. Its id is `rule-target`, or `bus-rule-target` on another bus than the default one. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_event_target",
  defaults: {
    event_bus_name: DEFAULT_BUS,
    force_destroy: false,
    "ecs_target.task_count": 1,
    "ecs_target.enable_ecs_managed_tags": false,
    "ecs_target.enable_execute_command": false,
    "ecs_target.network_configuration.assign_public_ip": false,
    "ecs_target.capacity_provider_strategy.base": 0,
  },
  forceNew: ["event_bus_name", "rule", "target_id"],
  naming: { attribute: "target_id", maxLength: 64 },
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ id: targetId(planned), target_id: requiredText(planned, "target_id") });
  },
  async read(aws, state) {
    const bus = busOf(state);
    const target = await findTarget(aws, bus, requiredText(state, "rule"), requiredText(state, "target_id"));
    if (target === undefined) return null;
    return {
      ...state,
      ...flatten(TARGET, target),
      id: targetId(state),
      arn: target.Arn ?? "",
      event_bus_name: bus,
      force_destroy: isTrue(state, "force_destroy"),
      target_id: target.Id ?? "",
    };
  },
  async update(aws, _prior, planned) {
    await put(aws, planned);
  },
  async delete(aws, state) {
    const Force = isTrue(state, "force_destroy");
    const answer = await unlessMissing(EVENTS_MISSING, () =>
      aws.clients.events.removeTargets({
        Rule: requiredText(state, "rule"),
        EventBusName: busOf(state),
        Ids: [requiredText(state, "target_id")],
        ...(Force ? { Force } : {}),
      }),
    );
    throwFailedEntries("RemoveTargets", answer?.FailedEntries);
  },
  importId,
  async find(aws, planned) {
    const id = textAt(planned, "target_id");
    if (id === undefined || (await findTarget(aws, busOf(planned), requiredText(planned, "rule"), id)) === undefined) return null;
    return { id: targetId(planned), target_id: id };
  },
  upgrades: { 0: (state) => ({ ...state, event_bus_name: state.event_bus_name ?? DEFAULT_BUS }) },
};

function busOf(state: ValueObject): string {
  return textAt(state, "event_bus_name") ?? DEFAULT_BUS;
}

function targetId(state: ValueObject): string {
  const bus = busOf(state);
  return [...(bus === DEFAULT_BUS ? [] : [bus]), requiredText(state, "rule"), requiredText(state, "target_id")].join("-");
}

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  const answer = await aws.clients.events.putTargets({
    Rule: requiredText(planned, "rule"),
    EventBusName: busOf(planned),
    Targets: [{ ...expand(TARGET, planned), Arn: requiredText(planned, "arn"), Id: requiredText(planned, "target_id") }],
  });
  throwFailedEntries("PutTargets", answer.FailedEntries);
}

/** `rule/target` or `bus/rule/target`, where the bus may be an ARN. */
function importId(id: string): ValueObject {
  const match = /^(?:(.+)\/)?([^/]+)\/([^/]+)$/.exec(id);
  const [, bus = DEFAULT_BUS, rule = "", target = ""] = match ?? [];
  const isBus = !bus.includes("/") || bus.startsWith("arn:") || bus.startsWith("aws.partner/");
  if (match === null || !isBus) throw badImportId(id, "EVENTBUSNAME/RULENAME/TARGETID or RULENAME/TARGETID");
  return { id: targetId({ event_bus_name: bus, rule, target_id: target }), event_bus_name: bus, rule, target_id: target };
}
