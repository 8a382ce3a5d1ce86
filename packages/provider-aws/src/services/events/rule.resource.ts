import { type Diagnostic, errorDiagnostic, type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, CustomPlan, NativeResource } from "../../resource.ts";
import { hasCode, unlessMissing } from "../api-error.ts";
import { isTrue, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { atLeastOneOf, conflicts, isArn, lengthBetween, namePattern, oneOf, runChecks } from "../checks.ts";
import { badImportId } from "../import-id.ts";
import { compactJson } from "../json-text.ts";
import { prefixOfName } from "../name-prefix.ts";
import { scheduleProblem } from "../schedule-expression.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { eventPattern } from "./event-pattern.ts";
import { DEFAULT_BUS, EVENTS_MISSING, findRule } from "./find.ts";
import { busName } from "./names.ts";

const STATES = ["DISABLED", "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"] as const;
const NAME = "^[0-9A-Za-z_.-]+$";

const CHECKS = [
  atLeastOneOf(["event_pattern", "schedule_expression"]),
  lengthBetween("description", 0, 512),
  busName("event_bus_name"),
  lengthBetween("event_bus_name", 1, 1600),
  namePattern("name", NAME, 64, { code: "DVT3007" }),
  namePattern("name_prefix", NAME, 38, { code: "DVT3007" }),
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
  conflicts("is_enabled", ["state"]),
  conflicts("state", ["is_enabled"]),
  isArn("role_arn"),
  oneOf("state", ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]),
  lengthBetween("schedule_expression", 0, 256),
  eventPattern("event_pattern"),
];

/** aws_cloudwatch_event_rule. Its id is `bus/name`, or the name alone on the default bus. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_event_rule",
  defaults: { event_bus_name: DEFAULT_BUS, force_destroy: false },
  forceNew: ["event_bus_name", "name", "name_prefix"],
  equivalence: { event_pattern: "json" },
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 64 },
  tagged: true,
  // An unset state or is_enabled leaves the rule's state as it is.
  suppressDiff: (path, _prior, config) => (path === "state" || path === "is_enabled") && config === null,
  validate: (config) => [...runChecks(CHECKS, config), ...scheduleDiagnostics(config)],
  customizePlan,
  async create(aws, planned, onCreated) {
    await putRule(aws, planned, tagList(textMapAt(planned, "tags_all")));
    await onCreated({ id: ruleId(textAt(planned, "event_bus_name") ?? DEFAULT_BUS, requiredText(planned, "name")) });
  },
  read,
  async update(aws, prior, planned, changed) {
    const attributes = ["description", "event_pattern", "is_enabled", "role_arn", "schedule_expression", "state"];
    if (attributes.some(changed)) await putRule(aws, planned, []);
    const { removed, added } = changedTags(prior, planned);
    const ResourceARN = requiredText(prior, "arn");
    if (removed.length > 0) await aws.clients.events.untagResource({ ResourceARN, TagKeys: removed });
    if (Object.keys(added).length > 0) await aws.clients.events.tagResource({ ResourceARN, Tags: tagList(added) });
  },
  delete: remove,
  importId(id) {
    const { bus, name } = partsOf(id);
    return { id: ruleId(bus, name), event_bus_name: bus, name, force_destroy: false };
  },
  async find(aws, planned) {
    const name = textAt(planned, "name");
    const bus = textAt(planned, "event_bus_name") ?? DEFAULT_BUS;
    return name !== undefined && (await findRule(aws, bus, name)) !== undefined ? { id: ruleId(bus, name) } : null;
  },
  upgrades: {
    0: (state) => ({
      ...state,
      event_bus_name: state.event_bus_name ?? DEFAULT_BUS,
      state: state.is_enabled === false ? "DISABLED" : "ENABLED",
    }),
  },
};

function ruleId(bus: string, name: string): string {
  return bus === DEFAULT_BUS ? name : `${bus}/${name}`;
}

/** `name`, `bus/name`, or a bus's ARN or partner name (which have slashes) and the rule's name. */
function partsOf(id: string): { bus: string; name: string } {
  const slash = id.lastIndexOf("/");
  const bus = slash < 0 ? DEFAULT_BUS : id.slice(0, slash);
  const name = id.slice(slash + 1);
  const isBus =
    !bus.includes("/") ||
    /^arn:aws[\w-]*:events:[a-z]{2}-[a-z]+-[\w-]+:\d{12}:event-bus\/[\w./-]+$/.test(bus) ||
    /^aws\.partner(\/[\w.-]+){2,}$/.test(bus);
  if (name === "" || bus === "" || !isBus) throw badImportId(id, "EVENTBUSNAME/RULENAME or RULENAME");
  return { bus, name };
}

function scheduleDiagnostics(config: ValueObject): Diagnostic[] {
  const expression = textAt(config, "schedule_expression");
  const why = expression === undefined ? undefined : scheduleProblem(expression, { at: false });
  if (why === undefined) return [];
  const detail = `ValidationException: Parameter ScheduleExpression is not valid. AWS would refuse ${expression}: ${why}.`;
  return [errorDiagnostic("DVT3009", "Setting refused or without effect on AWS", { detail, attribute: "schedule_expression" })];
}

function customizePlan(prior: ValueObject | null, planned: ValueObject, config: ValueObject): CustomPlan {
  const next: MutableValueObject = { ...planned };
  const pattern = textAt(planned, "event_pattern");
  if (pattern !== undefined) next.event_pattern = compactJson(pattern);
  // `is_enabled` and `state` are one setting: what config sets says what the other becomes.
  if (prior !== null && typeof config.state === "string") next.is_enabled = config.state !== "DISABLED";
  if (prior !== null && typeof config.is_enabled === "boolean") next.state = config.is_enabled ? "ENABLED" : "DISABLED";
  return { planned: next };
}

function stateToPut(planned: ValueObject): (typeof STATES)[number] {
  const wanted = STATES.find((state) => state === planned.state);
  return wanted ?? (planned.is_enabled === false ? "DISABLED" : "ENABLED");
}

async function putRule(aws: AwsContext, planned: ValueObject, tags: { Key: string; Value: string }[]): Promise<void> {
  const pattern = planned.event_pattern === UNKNOWN ? undefined : textAt(planned, "event_pattern");
  const schedule = textAt(planned, "schedule_expression");
  const role = textAt(planned, "role_arn");
  const retry = {
    codes: ["ValidationException"],
    message: /cannot be assumed by principal/,
    timeoutMs: 120_000,
    why: "IAM has not yet told EventBridge of the new role",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html",
  };
  await aws.retry(retry, () =>
    aws.clients.events.putRule({
      Name: requiredText(planned, "name"),
      EventBusName: textAt(planned, "event_bus_name") ?? DEFAULT_BUS,
      State: stateToPut(planned),
      Description: textAt(planned, "description") ?? "",
      ...(pattern ? { EventPattern: compactJson(pattern) } : {}),
      ...(schedule ? { ScheduleExpression: schedule } : {}),
      ...(role ? { RoleArn: role } : {}),
      ...(tags.length > 0 ? { Tags: tags } : {}),
    }),
  );
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const { bus, name } = partsOf(requiredText(state, "id"));
  const rule = await findRule(aws, bus, name);
  if (rule === undefined) return null;
  const arn = rule.Arn ?? "";
  const tags = await unlessMissing(EVENTS_MISSING, () => aws.clients.events.listTagsForResource({ ResourceARN: arn }));
  return {
    ...state,
    id: ruleId(bus, name),
    arn,
    name: rule.Name ?? name,
    name_prefix: prefixOfName(rule.Name ?? name),
    // A bus that was given by its ARN stays so.
    event_bus_name: bus,
    description: rule.Description ?? "",
    event_pattern: rule.EventPattern ? compactJson(rule.EventPattern) : null,
    force_destroy: isTrue(state, "force_destroy"),
    is_enabled: rule.State !== "DISABLED",
    role_arn: rule.RoleArn ?? "",
    schedule_expression: rule.ScheduleExpression ?? "",
    state: rule.State ?? "",
    tags_all: tagMap(tags?.Tags),
  };
}

async function remove(aws: AwsContext, state: ValueObject): Promise<void> {
  const { bus, name } = partsOf(requiredText(state, "id"));
  const retry = {
    codes: ["ValidationException"],
    message: /Rule can't be deleted since it has targets/,
    timeoutMs: 300_000,
    why: "the rule's targets have only just been removed",
    source: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html",
  };
  const Force = isTrue(state, "force_destroy");
  try {
    await aws.retry(retry, () => aws.clients.events.deleteRule({ Name: name, EventBusName: bus, ...(Force ? { Force } : {}) }));
  } catch (error) {
    if (!hasCode(error, ...EVENTS_MISSING)) throw error;
  }
}
