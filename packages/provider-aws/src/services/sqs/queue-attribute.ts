/** The resources that are one attribute of a queue: policy, redrive policy, redrive allow policy. */
import type { QueueAttributeName } from "@aws-sdk/client-sqs";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { isJson, runChecks } from "../checks.ts";
import { normalizeJson, sameJson, withNormalizedJson } from "../json-text.ts";
import { findQueueAttribute, QUEUE_MISSING, waitForQueueAttributes } from "./find.ts";

/** A resource whose id is the queue's URL and whose text attribute `attribute` is the queue's `member`. */
export function queueAttributeResource(
  type: string,
  attribute: string,
  member: QueueAttributeName,
  how: "json" | "policy",
): NativeResource {
  const set = async (aws: AwsContext, planned: ValueObject): Promise<string> => {
    const url = requiredText(planned, "queue_url");
    const attributes = { [member]: normalizeJson(requiredText(planned, attribute)) };
    await aws.clients.sqs.setQueueAttributes({ QueueUrl: url, Attributes: attributes });
    await waitForQueueAttributes(aws, url, attributes);
    return url;
  };
  return {
    type,
    forceNew: ["queue_url"],
    equivalence: { [attribute]: how },
    validate: (config) => runChecks([isJson(attribute)], config),
    customizePlan: (_prior, planned) => ({ planned: withNormalizedJson(planned, [attribute]) }),
    async create(aws, planned, onCreated) {
      await onCreated({ id: requiredText(planned, "queue_url") });
      await set(aws, planned);
    },
    async read(aws, state) {
      const url = requiredText(state, "id");
      const text = await findQueueAttribute(aws, url, member);
      if (text === undefined) return null;
      return { ...state, id: url, queue_url: url, [attribute]: how === "policy" ? normalizeJson(text) : text };
    },
    async update(aws, _prior, planned) {
      await set(aws, planned);
    },
    async delete(aws, state) {
      const url = requiredText(state, "id");
      const empty = { [member]: "" };
      const answer = await unlessMissing(QUEUE_MISSING, () =>
        aws.clients.sqs.setQueueAttributes({ QueueUrl: url, Attributes: empty }),
      );
      if (answer !== undefined) await waitForQueueAttributes(aws, url, empty);
    },
    async find(aws, planned) {
      const url = requiredText(planned, "queue_url");
      const text = await findQueueAttribute(aws, url, member);
      return text !== undefined && sameJson(text, requiredText(planned, attribute)) ? { id: url } : null;
    },
  };
}
