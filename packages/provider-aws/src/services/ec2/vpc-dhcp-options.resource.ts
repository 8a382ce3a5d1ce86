import type { DhcpOptions, NewDhcpConfiguration } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textsAt } from "../attribute-map.ts";
import { atLeastOneOf, runChecks } from "../checks.ts";
import { tagMap } from "../tags.ts";
import { arnOf } from "./arn.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";
import { HELD } from "./waits.ts";

const MISSING = ["InvalidDhcpOptionID.NotFound", "InvalidDhcpOptionsID.NotFound"];
const TEXTS = ["domain_name", "ipv6_address_preferred_lease_time", "netbios_node_type"];
const LISTS = ["domain_name_servers", "netbios_name_servers", "ntp_servers"];

/** Options are called as the attributes are, with hyphens. */
const keyOf = (attribute: string) => attribute.replaceAll("_", "-");

function configurationsOf(planned: ValueObject): NewDhcpConfiguration[] {
  const values = (name: string) => {
    const text = textAt(planned, name);
    return LISTS.includes(name) ? textsAt(planned, name) : text === undefined ? [] : [text];
  };
  return [...TEXTS, ...LISTS].flatMap((name) => (values(name).length === 0 ? [] : [{ Key: keyOf(name), Values: values(name) }]));
}

/** What the resource and the data source tell alike. */
export function dhcpAttributes(aws: AwsContext, options: DhcpOptions): ValueObject {
  const { DhcpOptionsId: id = "", DhcpConfigurations = [], OwnerId } = options;
  const valuesOf = (name: string) =>
    DhcpConfigurations.find(({ Key }) => Key === keyOf(name))?.Values?.flatMap(({ Value }) => Value ?? []) ?? [];
  return {
    id,
    arn: arnOf(aws, OwnerId, `dhcp-options/${id}`),
    ...Object.fromEntries(TEXTS.map((name) => [name, valuesOf(name)[0] ?? ""])),
    ...Object.fromEntries(LISTS.map((name) => [name, valuesOf(name)])),
    owner_id: OwnerId ?? "",
    tags_all: tagMap(options.Tags),
  };
}

/** `aws_vpc_dhcp_options`. Behaviour: `internal/service/ec2/vpc_dhcp_options.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_vpc_dhcp_options",
  noun: "EC2 DHCP Options Set",
  forceNew: [...TEXTS, ...LISTS],
  tagged: true,
  validate: (config) => runChecks([atLeastOneOf([...TEXTS, ...LISTS])], config),
  async create(aws, planned, onCreated) {
    const { DhcpOptions: made } = await aws.clients.ec2.createDhcpOptions({
      DhcpConfigurations: configurationsOf(planned),
      ...tagsOnCreate(planned, "dhcp-options"),
    });
    await onCreated({ id: made?.DhcpOptionsId ?? "" });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const found = await unlessMissing(MISSING, () => aws.clients.ec2.describeDhcpOptions({ DhcpOptionsIds: [id] }));
    const options = found?.DhcpOptions?.[0];
    return options === undefined ? null : dhcpAttributes(aws, options);
  },
  update: (aws, prior, planned) => updateTags(aws, requiredText(prior, "id"), prior, planned),
  async delete(aws, state) {
    const DhcpOptionsId = requiredText(state, "id");
    const { Vpcs = [] } = await aws.clients.ec2.describeVpcs({ Filters: [{ Name: "dhcp-options-id", Values: [DhcpOptionsId] }] });
    for (const { VpcId } of Vpcs) await aws.clients.ec2.associateDhcpOptions({ DhcpOptionsId: "default", VpcId });
    await aws.retry(HELD, () => unlessMissing(MISSING, () => aws.clients.ec2.deleteDhcpOptions({ DhcpOptionsId })));
  },
};
