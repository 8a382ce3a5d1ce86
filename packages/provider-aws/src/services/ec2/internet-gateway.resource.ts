import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { tagMap } from "../tags.ts";
import { arnOf } from "./arn.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";
import { HELD } from "./waits.ts";

const MISSING = ["InvalidInternetGatewayID.NotFound"];

/** `aws_internet_gateway`. Behaviour: `internal/service/ec2/vpc_internet_gateway.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_internet_gateway",
  noun: "EC2 Internet Gateway",
  tagged: true,
  async create(aws, planned, onCreated) {
    const { InternetGateway } = await aws.clients.ec2.createInternetGateway(tagsOnCreate(planned, "internet-gateway"));
    const id = InternetGateway?.InternetGatewayId ?? "";
    await onCreated({ id });
    const VpcId = textAt(planned, "vpc_id");
    if (VpcId !== undefined) await aws.clients.ec2.attachInternetGateway({ InternetGatewayId: id, VpcId });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeInternetGateways({ InternetGatewayIds: [id] }));
    const gateway = found?.InternetGateways?.[0];
    if (gateway === undefined) return null;
    return {
      id,
      arn: arnOf(aws, gateway.OwnerId, `internet-gateway/${id}`),
      owner_id: gateway.OwnerId ?? "",
      tags_all: tagMap(gateway.Tags),
      vpc_id: gateway.Attachments?.[0]?.VpcId ?? "",
    };
  },
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    const [before, after] = [textAt(prior, "vpc_id"), textAt(planned, "vpc_id")];
    if (changed("vpc_id") && before !== undefined) await detach(aws, id, before);
    if (changed("vpc_id") && after !== undefined)
      await aws.clients.ec2.attachInternetGateway({ InternetGatewayId: id, VpcId: after });
    await updateTags(aws, id, prior, planned);
  },
  async delete(aws, state) {
    const id = requiredText(state, "id");
    const VpcId = textAt(state, "vpc_id");
    if (VpcId !== undefined) await detach(aws, id, VpcId);
    await aws.retry(HELD, () => unlessMissing(MISSING, () => aws.clients.ec2.deleteInternetGateway({ InternetGatewayId: id })));
  },
};

async function detach(aws: AwsContext, id: string, VpcId: string): Promise<void> {
  const gone = [...MISSING, "Gateway.NotAttached"];
  await aws.retry(HELD, () => unlessMissing(gone, () => aws.clients.ec2.detachInternetGateway({ InternetGatewayId: id, VpcId })));
}
