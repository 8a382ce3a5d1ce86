import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { tagMap } from "../tags.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";
import { HELD } from "./waits.ts";

/** `aws_egress_only_internet_gateway`. Behaviour: `internal/service/ec2/vpc_egress_only_internet_gateway.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_egress_only_internet_gateway",
  noun: "EC2 Egress-only Internet Gateway",
  forceNew: ["vpc_id"],
  tagged: true,
  async create(aws, planned, onCreated) {
    const { EgressOnlyInternetGateway: made } = await aws.clients.ec2.createEgressOnlyInternetGateway({
      VpcId: requiredText(planned, "vpc_id"),
      ...tagsOnCreate(planned, "egress-only-internet-gateway"),
    });
    await onCreated({ id: made?.EgressOnlyInternetGatewayId ?? "" });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const { EgressOnlyInternetGateways: found = [] } = await aws.clients.ec2.describeEgressOnlyInternetGateways({
      EgressOnlyInternetGatewayIds: [id],
    });
    const [gateway] = found;
    if (gateway === undefined) return null;
    return { id, tags_all: tagMap(gateway.Tags), vpc_id: gateway.Attachments?.[0]?.VpcId ?? "" };
  },
  update: (aws, prior, planned) => updateTags(aws, requiredText(prior, "id"), prior, planned),
  async delete(aws, state) {
    const input = { EgressOnlyInternetGatewayId: requiredText(state, "id") };
    await aws.retry(HELD, () =>
      unlessMissing(["InvalidGatewayID.NotFound"], () => aws.clients.ec2.deleteEgressOnlyInternetGateway(input)),
    );
  },
};
