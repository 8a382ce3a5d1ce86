import type {
  AssociateDhcpOptionsCommandInput,
  CreateDhcpOptionsCommandInput,
  DeleteDhcpOptionsCommandInput,
  DescribeDhcpOptionsCommandInput,
  DhcpOptions,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { describe, type FilterTable } from "../describe.ts";
import { hasDependencies, invalidParameter, missingParameter } from "../errors.ts";
import { DHCP_OPTIONS, VPC } from "../kinds.ts";
import { all, find, need, newId, originalId, put, remove } from "../records.ts";
import { tagsFor } from "../tagging.ts";

/** Sets of DHCP options. Source: Amazon EC2 API reference, CreateDhcpOptions (read 2026-11). Nothing asks for addresses here: they are kept. */

const KEYS = [
  "domain-name-servers",
  "domain-name",
  "ntp-servers",
  "netbios-name-servers",
  "netbios-node-type",
  "ipv6-address-preferred-lease-time",
];
const SERVERS_MAX = 4;
const FILTERS: FilterTable<DhcpOptions> = {
  "dhcp-options-id": (options) => [options.DhcpOptionsId],
  key: ({ DhcpConfigurations = [] }) => DhcpConfigurations.map(({ Key }) => Key),
  "owner-id": (options) => [options.OwnerId],
  value: ({ DhcpConfigurations = [] }) => DhcpConfigurations.flatMap(({ Values = [] }) => Values.map(({ Value }) => Value)),
};

export function createDhcpOptions(ctx: Ctx, input: CreateDhcpOptionsCommandInput) {
  const configurations = input.DhcpConfigurations ?? [];
  if (configurations.length === 0) throw missingParameter("dhcpConfigurations");
  const DhcpConfigurations = configurations.map(({ Key = "", Values = [] }) => {
    if (!KEYS.includes(Key)) throw invalidParameter("dhcp-options", Key, "Unknown DHCP option.");
    if (Values.length === 0 || (Key.endsWith("servers") && Values.length > SERVERS_MAX))
      throw invalidParameter(Key, Values.join(", "));
    return { Key, Values: Values.map((Value) => ({ Value })) };
  });
  const options: DhcpOptions = {
    DhcpOptionsId: newId(ctx, DHCP_OPTIONS.prefix),
    OwnerId: ctx.account,
    DhcpConfigurations,
    ...tagsFor(DHCP_OPTIONS, input.TagSpecifications),
  };
  return { DhcpOptions: put(ctx, DHCP_OPTIONS, options) };
}

export function describeDhcpOptions(ctx: Ctx, input: DescribeDhcpOptionsCommandInput) {
  const { items, ...next } = describe(ctx, DHCP_OPTIONS, { ...input, ids: input.DhcpOptionsIds }, FILTERS);
  return { DhcpOptions: items, ...next };
}

/** `default` stands for no options at all. */
export function associateDhcpOptions(ctx: Ctx, { DhcpOptionsId, VpcId }: AssociateDhcpOptionsCommandInput): object {
  const id = DhcpOptionsId === "default" ? DhcpOptionsId : need(ctx, DHCP_OPTIONS, DhcpOptionsId).DhcpOptionsId;
  put(ctx, VPC, { ...need(ctx, VPC, VpcId), DhcpOptionsId: id });
  return {};
}

export function deleteDhcpOptions(ctx: Ctx, { DhcpOptionsId }: DeleteDhcpOptionsCommandInput): object {
  need(ctx, DHCP_OPTIONS, DhcpOptionsId);
  if (all(ctx, VPC).some((vpc) => vpc.DhcpOptionsId === DhcpOptionsId)) throw hasDependencies("dhcpOptions", DhcpOptionsId ?? "");
  remove(ctx, DHCP_OPTIONS, DhcpOptionsId);
  return {};
}

/** Those that the region came with; `default` once they are deleted. */
export function standardOptions(ctx: Ctx): string {
  return find(ctx, DHCP_OPTIONS, originalId(ctx, DHCP_OPTIONS.prefix, "default"))?.DhcpOptionsId ?? "default";
}
