import { crc32 } from "node:zlib";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, numberAt, requiredText } from "../attribute-map.ts";
import { each, exactlyOneOf, oneOf, runChecks } from "../checks.ts";
import { refusedImport } from "../import-id.ts";
import { aclProtocol, entryOf, findAcl } from "./acl-entries.ts";

const MISSING = ["InvalidNetworkAclEntry.NotFound", "InvalidNetworkAclID.NotFound"];
const NAMES = { number: "rule_number", action: "rule_action" };

const CHECKS = [
  each("protocol", (value) =>
    typeof value === "string" && aclProtocol(value) === undefined
      ? `"protocol" : unsupported NACL protocol: ${value}`
      : undefined,
  ),
  oneOf("rule_action", ["allow", "deny"]),
  exactlyOneOf(["cidr_block", "ipv6_cidr_block"]),
];

/** `nacl-` and Go's hash of ACL, number, side and protocol. */
function idOf(state: ValueObject, protocol: string): string {
  const parts = [requiredText(state, "network_acl_id"), numberAt(state, "rule_number"), isTrue(state, "egress"), protocol];
  return `nacl-${crc32(parts.map((part) => `${part}-`).join(""))}`;
}

/** `aws_network_acl_rule`: it has no update. Behaviour: `internal/service/ec2/vpc_network_acl_rule.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_network_acl_rule",
  noun: "EC2 Network ACL Rule",
  defaults: { egress: false },
  forceNew: [
    "cidr_block",
    "egress",
    "from_port",
    "icmp_code",
    "icmp_type",
    "ipv6_cidr_block",
    "network_acl_id",
    "protocol",
    "rule_action",
    "rule_number",
    "to_port",
  ],
  suppressDiff: (path, prior, config) =>
    path === "protocol" && typeof prior === "string" && typeof config === "string" && aclProtocol(prior) === aclProtocol(config),
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const NetworkAclId = requiredText(planned, "network_acl_id");
    await aws.clients.ec2.createNetworkAclEntry({ NetworkAclId, ...entryOf(planned, isTrue(planned, "egress"), NAMES) });
    await onCreated({ ...planned, id: idOf(planned, aclProtocol(requiredText(planned, "protocol")) ?? "") });
  },
  async read(aws, state) {
    const acl = await findAcl(aws, requiredText(state, "network_acl_id"));
    const entry = acl?.Entries?.find(
      ({ Egress, RuleNumber }) => Egress === isTrue(state, "egress") && RuleNumber === state.rule_number,
    );
    if (entry === undefined) return null;
    return {
      ...state,
      cidr_block: entry.CidrBlock ?? "",
      egress: entry.Egress ?? false,
      ipv6_cidr_block: entry.Ipv6CidrBlock ?? "",
      rule_action: entry.RuleAction ?? "",
      rule_number: entry.RuleNumber ?? 0,
      icmp_code: entry.IcmpTypeCode?.Code ?? state.icmp_code ?? null,
      icmp_type: entry.IcmpTypeCode?.Type ?? state.icmp_type ?? null,
      from_port: entry.PortRange?.From ?? state.from_port ?? null,
      to_port: entry.PortRange?.To ?? state.to_port ?? null,
      protocol: entry.Protocol ?? "",
    };
  },
  async delete(aws, state) {
    const NetworkAclId = requiredText(state, "network_acl_id");
    const input = { NetworkAclId, RuleNumber: numberAt(state, "rule_number"), Egress: isTrue(state, "egress") };
    await unlessMissing(MISSING, () => aws.clients.ec2.deleteNetworkAclEntry(input));
  },
  importId(id) {
    const [acl = "", number = "", protocol = "", egress = "", ...more] = id.split(":");
    if (acl === "" || number === "" || protocol === "" || egress === "" || more.length > 0)
      throw refusedImport(`unexpected format of ID (${id}), expected NETWORK_ACL_ID:RULE_NUMBER:PROTOCOL:EGRESS`);
    const state = { network_acl_id: acl, rule_number: Number(number), protocol, egress: egress === "true" };
    return { id: idOf(state, protocol), ...state };
  },
};
