import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { isTrue, requiredText } from "../attribute-map.ts";
import { byEdition, isJson, runChecks } from "../checks.ts";
import { isPolicyJson } from "../iam/policy-text.ts";
import { normalizeJson, sameJson, withNormalizedJson } from "../json-text.ts";
import { findDestination } from "./find.ts";

/** aws_cloudwatch_log_destination_policy. Its id is the destination's name; deleting it leaves the policy where it is. */
export const resource: NativeResource = {
  type: "aws_cloudwatch_log_destination_policy",
  noun: "CloudWatch Logs Destination Policy",
  forceNew: ["destination_name"],
  equivalence: { access_policy: "policy" },
  validate: (config) => runChecks([byEdition([isJson("access_policy")], [isPolicyJson("access_policy")])], config),
  customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, ["access_policy"]) }),
  async create(aws, planned, onCreated) {
    await onCreated({ id: requiredText(planned, "destination_name") });
    await put(aws, planned);
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const destination = await findDestination(aws, id);
    if (destination?.accessPolicy === undefined || destination.accessPolicy === "") return null;
    const access_policy = normalizeJson(destination.accessPolicy);
    return { ...state, id, access_policy, destination_name: destination.destinationName ?? id };
  },
  async update(aws, _prior, planned) {
    await put(aws, planned);
  },
  delete: async () => {},
  async find(aws, planned) {
    const id = requiredText(planned, "destination_name");
    const policy = (await findDestination(aws, id))?.accessPolicy;
    return policy !== undefined && sameJson(policy, requiredText(planned, "access_policy")) ? { id } : null;
  },
};

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  await aws.clients.logs.putDestinationPolicy({
    accessPolicy: normalizeJson(requiredText(planned, "access_policy")),
    destinationName: requiredText(planned, "destination_name"),
    forceUpdate: isTrue(planned, "force_update") ? true : undefined,
  });
}
