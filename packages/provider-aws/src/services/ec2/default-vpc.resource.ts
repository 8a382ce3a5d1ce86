import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, requiredText, textAt } from "../attribute-map.ts";
import { runChecks } from "../checks.ts";
import { notFound } from "../not-found.ts";
import { updateTags } from "./tagging.ts";
import { changeIpv6, IPV6, IPV6_CHECKS, IPV6_RECOMPUTED, readVpc, SWITCHES } from "./vpc.resource.ts";
import { HELD } from "./waits.ts";

/** `aws_default_vpc`: takes over the region's default VPC, or makes one; it stays unless `force_destroy`. Behaviour: `internal/service/ec2/vpc_default_vpc.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_default_vpc",
  noun: "EC2 Default VPC",
  defaults: { enable_dns_hostnames: true, enable_dns_support: true, force_destroy: false },
  recomputedWhen: IPV6_RECOMPUTED,
  tagged: true,
  validate: (config) => runChecks(IPV6_CHECKS, config),
  async create(aws, planned, onCreated) {
    const { ec2 } = aws.clients;
    const { Vpcs = [] } = await ec2.describeVpcs({ Filters: [{ Name: "isDefault", Values: ["true"] }] });
    const [present] = Vpcs;
    const id = present?.VpcId ?? (await ec2.createDefaultVpc({})).Vpc?.VpcId ?? "";
    await onCreated({ id, existing_default_vpc: present !== undefined, force_destroy: planned.force_destroy ?? null });
    const before = await readVpc(aws, { id });
    if (before === null) throw notFound(`EC2 Default VPC (${id})`);
    for (const [attribute, , member] of SWITCHES)
      if (typeof planned[attribute] === "boolean" && planned[attribute] !== before[attribute])
        await ec2.modifyVpcAttribute({ VpcId: id, [member]: { Value: isTrue(planned, attribute) } });
    if (isTrue(planned, "assign_generated_ipv6_cidr_block") || textAt(planned, "ipv6_ipam_pool_id") !== undefined)
      await changeIpv6(aws, before, planned);
    await updateTags(aws, id, before, planned);
  },
  async read(aws, state) {
    const found = await readVpc(aws, state);
    if (found === null) return null;
    return {
      ...found,
      existing_default_vpc: state.existing_default_vpc ?? null,
      force_destroy: state.force_destroy ?? null,
    };
  },
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    for (const [attribute, , member] of SWITCHES)
      if (changed(attribute))
        await aws.clients.ec2.modifyVpcAttribute({ VpcId: id, [member]: { Value: isTrue(planned, attribute) } });
    if (IPV6.some((name) => changed(name))) await changeIpv6(aws, prior, planned);
    await updateTags(aws, id, prior, planned);
  },
  async delete(aws, state) {
    if (!isTrue(state, "force_destroy")) return;
    const VpcId = requiredText(state, "id");
    await aws.retry(HELD, () => unlessMissing(["InvalidVpcID.NotFound"], () => aws.clients.ec2.deleteVpc({ VpcId })));
  },
};
