import type { Condition } from "@aws-sdk/client-eventbridge";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, requiredText, textAt } from "../attribute-map.ts";
import { type Check, each, lengthBetween, runChecks } from "../checks.ts";
import { badImportId } from "../import-id.ts";
import { DEFAULT_BUS, EVENTS_MISSING, findBusPolicy } from "./find.ts";
import { BUS_NAME, fits, isIn } from "./names.ts";

/** Texts of `internal/service/events/permission.go`. */
function check(path: string, isGood: (value: string) => boolean, says: string): Check {
  return each(path, (value, key) => (typeof value === "string" && !isGood(value) ? `"${key}" must be${says}` : undefined));
}

const hasLength = (value: string) => value.length >= 1 && value.length <= 64;

const CHECKS = [
  check("action", hasLength, " between 1 and 64 characters"),
  check("action", (v) => /^events:[A-Za-z]+$/.test(v), ": events: followed by one or more alphabetic characters"),
  isIn("condition.key", ["aws:PrincipalOrgID"]),
  isIn("condition.type", ["StringEquals"]),
  lengthBetween("event_bus_name", 1, 256),
  fits("event_bus_name", BUS_NAME),
  check("principal", (v) => /^(\d{12}|\*)$/.test(v), " * or a 12 digit AWS account ID"),
  check("statement_id", hasLength, " between 1 and 64 characters"),
  check("statement_id", (v) => /^[0-9A-Za-z_-]+$/.test(v), " one or more alphanumeric, hyphen, or underscore characters"),
];

/** aws_cloudwatch_event_permission: one statement of a bus's policy. Its id is `bus/statement`, or the statement alone on the default bus. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_event_permission",
  defaults: { action: "events:PutEvents", event_bus_name: DEFAULT_BUS },
  forceNew: ["event_bus_name", "statement_id"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    const bus = textAt(planned, "event_bus_name") ?? DEFAULT_BUS;
    const statement = requiredText(planned, "statement_id");
    await onCreated({ id: bus === DEFAULT_BUS ? statement : `${bus}/${statement}` });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const [event_bus_name, statementId] = partsOf(id);
    const statement = await findStatement(aws, event_bus_name, statementId);
    if (statement === undefined) return null;
    const principal = principalOf(statement.Principal);
    return {
      ...state,
      id,
      action: statement.Action ?? "",
      condition: conditionOf(statement.Condition),
      event_bus_name,
      statement_id: statementId,
      ...(principal === undefined ? {} : { principal }),
    };
  },
  async update(aws, _prior, planned) {
    await put(aws, planned);
  },
  async delete(aws, state) {
    const [EventBusName, StatementId] = partsOf(requiredText(state, "id"));
    await unlessMissing(EVENTS_MISSING, () => aws.clients.events.removePermission({ EventBusName, StatementId }));
  },
  importId(id) {
    const [event_bus_name, statement_id] = partsOf(id);
    return { id, event_bus_name, statement_id };
  },
  async find(aws, planned) {
    const bus = textAt(planned, "event_bus_name") ?? DEFAULT_BUS;
    const statement = requiredText(planned, "statement_id");
    if ((await findStatement(aws, bus, statement)) === undefined) return null;
    return { id: bus === DEFAULT_BUS ? statement : `${bus}/${statement}` };
  },
};

function partsOf(id: string): [bus: string, statement: string] {
  const [first = "", second, ...more] = id.split("/");
  if (second === undefined && first !== "") return [DEFAULT_BUS, first];
  if (first === "" || second === undefined || second === "" || more.length > 0)
    throw badImportId(id, "EVENTBUSNAME/STATEMENTID or STATEMENTID");
  return [first, second];
}

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  const block = blockAt(planned, "condition");
  const Condition: Condition | undefined =
    block === undefined ? undefined : { Key: textAt(block, "key"), Type: textAt(block, "type"), Value: textAt(block, "value") };
  await aws.clients.events.putPermission({
    Action: textAt(planned, "action"),
    EventBusName: textAt(planned, "event_bus_name") ?? DEFAULT_BUS,
    Principal: requiredText(planned, "principal"),
    StatementId: requiredText(planned, "statement_id"),
    Condition,
  });
}

interface Statement {
  readonly Sid?: string;
  readonly Action?: string;
  readonly Principal?: string | { readonly AWS?: string };
  readonly Condition?: { readonly [type: string]: { readonly [key: string]: string } };
}

async function findStatement(aws: AwsContext, bus: string, sid: string): Promise<Statement | undefined> {
  const policy = await findBusPolicy(aws, bus);
  if (policy === undefined) return undefined;
  const { Statement = [] } = JSON.parse(policy) as { Statement?: readonly Statement[] };
  return Statement.find((statement) => statement.Sid === sid);
}

/** `*`, or the account of the ARN that the service makes of an account's number. */
function principalOf(principal: Statement["Principal"]): string | undefined {
  const name = typeof principal === "string" ? principal : principal?.AWS;
  return name?.startsWith("arn:") ? name.split(":")[4] : name;
}

function conditionOf(condition: Statement["Condition"]): ValueObject[] {
  return Object.entries(condition ?? {}).flatMap(([type, keys]) =>
    Object.entries(keys).map(([key, value]) => ({ key, type, value })),
  );
}
