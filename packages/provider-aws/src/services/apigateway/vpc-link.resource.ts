import type { ValueObject } from "@dovetail/model";
import type { NativeResource, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textMapAt, textsAt } from "../attribute-map.ts";
import { gatewayArn, MISSING, replacements, updateTags } from "./patches.ts";

const SOURCE = "internal/service/apigateway/vpc_link.go (read 2026-11)";
const READY: WaitRow = { what: "the VPC link is available", timeoutMs: 1_200_000, source: SOURCE };
const GONE: WaitRow = { what: "the VPC link is gone", timeoutMs: 1_200_000, source: SOURCE };

const keyOf = (state: ValueObject) => ({ vpcLinkId: requiredText(state, "id") });

/** aws_api_gateway_vpc_link. Behaviour: `internal/service/apigateway/vpc_link.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_vpc_link",
  noun: "API Gateway VPC Link",
  forceNew: ["target_arns"],
  tagged: true,
  async create(aws, planned, onCreated) {
    const tags = textMapAt(planned, "tags_all");
    const description = textAt(planned, "description");
    const { id = "" } = await aws.clients.apigateway.createVpcLink({
      name: requiredText(planned, "name"),
      targetArns: textsAt(planned, "target_arns"),
      ...(description === undefined ? {} : { description }),
      ...(Object.keys(tags).length > 0 ? { tags } : {}),
    });
    await onCreated({ id });
    await aws.wait(READY, async () => {
      const link = await aws.clients.apigateway.getVpcLink({ vpcLinkId: id });
      if (link.status === "FAILED") throw new Error(link.statusMessage ?? "the VPC link failed");
      return link.status === "AVAILABLE" ? link : undefined;
    });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getVpcLink(keyOf(state)));
    if (found === undefined) return null;
    return {
      ...state,
      arn: gatewayArn(aws, `/vpclinks/${requiredText(state, "id")}`),
      description: found.description ?? "",
      name: found.name ?? "",
      target_arns: found.targetArns ?? [],
      tags_all: { ...found.tags },
    };
  },
  async update(aws, prior, planned, changed) {
    const rows = [
      ["name", "/name"],
      ["description", "/description"],
    ] as const;
    const patchOperations = replacements(rows, planned, changed);
    if (patchOperations.length > 0) await aws.clients.apigateway.updateVpcLink({ ...keyOf(prior), patchOperations });
    await updateTags(aws, gatewayArn(aws, `/vpclinks/${requiredText(prior, "id")}`), prior, planned);
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteVpcLink(keyOf(state)));
    await aws.wait(GONE, async () => {
      const link = await unlessMissing(MISSING, () => aws.clients.apigateway.getVpcLink(keyOf(state)));
      return link === undefined ? true : undefined;
    });
  },
};
