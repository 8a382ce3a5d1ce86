import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { isJson, lengthBetween, runChecks } from "../checks.ts";
import { normalizeJson, sameJson, withNormalizedJson } from "../json-text.ts";
import { DEFAULT_BUS, EVENTS_MISSING, findBusPolicy } from "./find.ts";
import { BUS_NAME, fits } from "./names.ts";

const CHECKS = [lengthBetween("event_bus_name", 1, 256), fits("event_bus_name", BUS_NAME), isJson("policy")];

/** aws_cloudwatch_event_bus_policy. Its id is the bus's name. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_event_bus_policy",
  defaults: { event_bus_name: DEFAULT_BUS },
  forceNew: ["event_bus_name"],
  equivalence: { policy: "policy" },
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["policy"]) }),
  async create(aws, planned, onCreated) {
    const name = busOf(planned);
    await onCreated({ id: name });
    await put(aws, name, planned);
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const policy = await findBusPolicy(aws, id);
    return policy === undefined ? null : { ...state, id, event_bus_name: id, policy: normalizeJson(policy) };
  },
  async update(aws, prior, planned) {
    await put(aws, requiredText(prior, "id"), planned);
  },
  async delete(aws, state) {
    const input = { EventBusName: requiredText(state, "id"), RemoveAllPermissions: true };
    await unlessMissing(EVENTS_MISSING, () => aws.clients.events.removePermission(input));
  },
  async find(aws, planned) {
    const id = busOf(planned);
    const policy = await findBusPolicy(aws, id);
    return policy !== undefined && sameJson(policy, requiredText(planned, "policy")) ? { id } : null;
  },
};

function busOf(planned: ValueObject): string {
  return textAt(planned, "event_bus_name") ?? DEFAULT_BUS;
}

async function put(aws: AwsContext, EventBusName: string, planned: ValueObject): Promise<void> {
  await aws.clients.events.putPermission({ EventBusName, Policy: normalizeJson(requiredText(planned, "policy")) });
}
