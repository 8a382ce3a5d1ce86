import type { ValueObject } from "@dovetail/model";
import type { Group, Life, Look, Made } from "./life.ts";

const HTTPS = { from_port: 443, to_port: 443 };
const ANYWHERE = "0.0.0.0/0";
const LOGS = "arn:aws:iam::123456789012:role/flows";

/** Where the others are. */
const PLACES: readonly Life[] = [
  {
    type: "aws_vpc",
    name: "first",
    config: () => ({ cidr_block: "10.60.0.0/16", enable_dns_hostnames: true, assign_generated_ipv6_cidr_block: true }),
    differs: [[/^ipv6_cidr_block$/, "each cloud gives its own block"]],
  },
  { type: "aws_vpc", name: "second", config: () => ({ cidr_block: "10.61.0.0/16" }) },
  {
    type: "aws_subnet",
    name: "a",
    config: (made) => ({ vpc_id: made("first", "id"), cidr_block: "10.60.0.0/24", availability_zone: "us-east-1a" }),
  },
  {
    type: "aws_subnet",
    name: "b",
    config: (made) => ({ vpc_id: made("first", "id"), cidr_block: "10.60.1.0/24", availability_zone: "us-east-1b" }),
  },
  { type: "aws_internet_gateway", name: "out", config: (made) => ({ vpc_id: made("first", "id") }) },
  { type: "aws_route_table", name: "table", config: (made) => ({ vpc_id: made("first", "id") }) },
  { type: "aws_security_group", name: "group", config: (made) => ({ name: "group", vpc_id: made("first", "id") }) },
  { type: "aws_security_group", name: "peers", config: (made) => ({ name: "peers", vpc_id: made("first", "id") }) },
];

const ROUTES: readonly Life[] = [
  {
    type: "aws_egress_only_internet_gateway",
    name: "six",
    config: (made) => ({ vpc_id: made("first", "id"), tags: { Name: "six" } }),
    changes: [(made) => ({ vpc_id: made("first", "id") })],
  },
  {
    type: "aws_route",
    name: "everything",
    config: (made) => ({ route_table_id: made("table", "id"), destination_cidr_block: ANYWHERE, gateway_id: made("out", "id") }),
    importId: (made) => `${String(made("table", "id"))}_${ANYWHERE}`,
    changes: [
      (made) => ({ route_table_id: made("table", "id"), destination_cidr_block: "192.0.2.0/24", gateway_id: made("out", "id") }),
    ],
  },
  {
    type: "aws_route",
    name: "six out",
    config: (made) => ({
      route_table_id: made("table", "id"),
      destination_ipv6_cidr_block: "::/0",
      egress_only_gateway_id: made("six", "id"),
    }),
    importId: (made) => `${String(made("table", "id"))}_::/0`,
  },
  {
    type: "aws_main_route_table_association",
    name: "main",
    config: (made) => ({ vpc_id: made("first", "id"), route_table_id: made("table", "id") }),
    importId: null,
  },
  {
    type: "aws_default_route_table",
    name: "own table",
    config: (made) => ({ default_route_table_id: made("second", "default_route_table_id"), tags: { Name: "own" } }),
    importId: (made) => String(made("second", "id")),
    remains: true,
  },
];

const RULES: readonly Life[] = [
  {
    type: "aws_security_group_rule",
    name: "https",
    config: (made) => ({
      type: "ingress",
      protocol: "tcp",
      ...HTTPS,
      cidr_blocks: ["10.0.0.0/8", "192.168.0.0/16"],
      security_group_id: made("group", "id"),
    }),
    importId: (made) => `${String(made("group", "id"))}_ingress_tcp_443_443_10.0.0.0/8_192.168.0.0/16`,
    changes: [
      (made) => ({
        type: "ingress",
        protocol: "tcp",
        ...HTTPS,
        cidr_blocks: ["10.0.0.0/8", "192.168.0.0/16"],
        description: "TLS",
        security_group_id: made("group", "id"),
      }),
    ],
  },
  {
    type: "aws_security_group_rule",
    name: "all out",
    config: (made) => ({
      type: "egress",
      protocol: "all",
      from_port: 0,
      to_port: 0,
      source_security_group_id: made("peers", "id"),
      security_group_id: made("group", "id"),
    }),
    importId: (made) => `${String(made("group", "id"))}_egress_all_0_0_${String(made("peers", "id"))}`,
  },
  {
    type: "aws_security_group_rule",
    name: "among themselves",
    config: (made) => ({
      type: "ingress",
      protocol: "udp",
      from_port: 53,
      to_port: 53,
      self: true,
      security_group_id: made("group", "id"),
    }),
    importId: (made) => `${String(made("group", "id"))}_ingress_udp_53_53_self`,
  },
  {
    type: "aws_vpc_security_group_ingress_rule",
    name: "in",
    config: (made) => ({
      security_group_id: made("peers", "id"),
      ip_protocol: "tcp",
      ...HTTPS,
      cidr_ipv4: "10.0.0.0/8",
      tags: { Name: "in" },
    }),
    changes: [
      (made) => ({
        security_group_id: made("peers", "id"),
        ip_protocol: "tcp",
        from_port: 80,
        to_port: 443,
        cidr_ipv4: "10.0.0.0/8",
        description: "web",
      }),
    ],
  },
  {
    type: "aws_vpc_security_group_egress_rule",
    name: "everywhere",
    config: (made) => ({ security_group_id: made("peers", "id"), ip_protocol: "-1", cidr_ipv6: "::/0" }),
    changes: [
      (made) => ({
        security_group_id: made("peers", "id"),
        ip_protocol: "-1",
        referenced_security_group_id: made("group", "id"),
      }),
    ],
  },
  {
    type: "aws_default_security_group",
    name: "own group",
    config: (made) => ({
      vpc_id: made("second", "id"),
      ingress: [{ protocol: "-1", from_port: 0, to_port: 0, self: true }],
      tags: { Name: "own" },
    }),
    changes: [(made) => ({ vpc_id: made("second", "id") })],
    remains: true,
  },
];

const ENTRY = { rule_no: 100, action: "allow", cidr_block: ANYWHERE, protocol: "tcp", from_port: 443, to_port: 443 };
const NETWORK: readonly Life[] = [
  {
    type: "aws_network_acl",
    name: "acl",
    differs: [[/^(in|e)gress\.\d+\.protocol$/, "the real one reads a protocol's number, ours keeps how config spells it"]],
    config: (made) => ({ vpc_id: made("first", "id"), subnet_ids: [made("a", "id")], ingress: [ENTRY], tags: { Name: "acl" } }),
    changes: [
      (made) => ({
        vpc_id: made("first", "id"),
        subnet_ids: [made("b", "id")],
        ingress: [{ ...ENTRY, action: "deny" }],
        egress: [{ rule_no: 200, action: "allow", ipv6_cidr_block: "::/0", protocol: "-1", from_port: 0, to_port: 0 }],
      }),
    ],
  },
  {
    type: "aws_default_network_acl",
    name: "own acl",
    differs: [[/^(in|e)gress\.\d+\.protocol$/, "the real one reads a protocol's number, ours keeps how config spells it"]],
    config: (made) => ({
      default_network_acl_id: made("second", "default_network_acl_id"),
      ingress: [ENTRY],
      egress: [{ rule_no: 100, action: "allow", cidr_block: ANYWHERE, protocol: "-1", from_port: 0, to_port: 0 }],
      tags: { Name: "own" },
    }),
    changes: [
      (made) => ({
        default_network_acl_id: made("second", "default_network_acl_id"),
        ingress: [{ ...ENTRY, rule_no: 120 }],
      }),
    ],
    remains: true,
  },
  { type: "aws_network_acl", name: "other acl", config: (made) => ({ vpc_id: made("first", "id") }) },
  {
    type: "aws_network_acl_rule",
    name: "entry",
    config: (made) => ({
      network_acl_id: made("other acl", "id"),
      rule_number: 110,
      protocol: "tcp",
      rule_action: "allow",
      cidr_block: "10.0.0.0/8",
      from_port: 22,
      to_port: 22,
    }),
    importId: (made) => `${String(made("other acl", "id"))}:110:tcp:false`,
  },
  {
    type: "aws_vpc_dhcp_options",
    name: "names",
    config: () => ({ domain_name: "corp.test", domain_name_servers: ["AmazonProvidedDNS"], tags: { Name: "names" } }),
    changes: [() => ({ domain_name: "corp.test", domain_name_servers: ["AmazonProvidedDNS"] })],
  },
  {
    type: "aws_vpc_dhcp_options_association",
    name: "use of names",
    config: (made) => ({ vpc_id: made("second", "id"), dhcp_options_id: made("names", "id") }),
    importId: (made) => String(made("second", "id")),
  },
  {
    type: "aws_vpc_ipv4_cidr_block_association",
    name: "more",
    config: (made) => ({ vpc_id: made("second", "id"), cidr_block: "10.62.0.0/16" }),
  },
  {
    type: "aws_vpc_peering_connection",
    name: "peering",
    config: (made) => ({
      vpc_id: made("first", "id"),
      peer_vpc_id: made("second", "id"),
      auto_accept: true,
      tags: { Name: "peering" },
    }),
    changes: [
      (made) => ({
        vpc_id: made("first", "id"),
        peer_vpc_id: made("second", "id"),
        auto_accept: true,
        accepter: [{ allow_remote_vpc_dns_resolution: true }],
      }),
    ],
  },
  {
    type: "aws_flow_log",
    name: "flows",
    config: (made) => ({
      vpc_id: made("first", "id"),
      traffic_type: "ALL",
      iam_role_arn: LOGS,
      log_destination: "arn:aws:logs:us-east-1:123456789012:log-group:flows",
      tags: { Name: "flows" },
    }),
    changes: [
      (made) => ({
        vpc_id: made("first", "id"),
        traffic_type: "ALL",
        iam_role_arn: LOGS,
        log_destination: "arn:aws:logs:us-east-1:123456789012:log-group:flows",
      }),
      (made) => ({ vpc_id: made("first", "id"), traffic_type: "REJECT", iam_role_arn: LOGS, log_group_name: "flows" }),
    ],
  },
];

const INTERFACES: readonly Life[] = [
  {
    type: "aws_network_interface",
    name: "card",
    config: (made) => ({
      subnet_id: made("a", "id"),
      private_ips: ["10.60.0.50"],
      security_groups: [made("group", "id")],
      tags: { Name: "card" },
    }),
    changes: [
      (made) => ({
        subnet_id: made("a", "id"),
        private_ips: ["10.60.0.50", "10.60.0.51"],
        security_groups: [made("peers", "id")],
        description: "two addresses",
        source_dest_check: false,
      }),
    ],
    differs: [[/^mac_address$/, "random"]],
  },
  {
    type: "aws_eip",
    name: "address",
    config: () => ({ domain: "vpc" }),
    differs: [
      [
        /^(public_ip|public_dns|association_id|network_interface|private_)/,
        "each cloud gives its own; the association comes later",
      ],
    ],
  },
  {
    type: "aws_eip_association",
    name: "at card",
    config: (made) => ({ allocation_id: made("address", "id"), network_interface_id: made("card", "id") }),
    differs: [[/^public_ip$/, "each cloud gives its own address"]],
  },
  {
    type: "aws_vpc_endpoint",
    name: "queues",
    differs: [
      [
        /^(subnet_configuration|network_interface_ids)\b/,
        "the real one tells those of the plan until it reads again; each cloud gives its own",
      ],
    ],
    config: (made) => ({
      vpc_id: made("first", "id"),
      service_name: "com.amazonaws.us-east-1.sqs",
      vpc_endpoint_type: "Interface",
      subnet_ids: [made("a", "id")],
      security_group_ids: [made("group", "id")],
      private_dns_enabled: true,
    }),
    changes: [
      (made) => ({
        vpc_id: made("first", "id"),
        service_name: "com.amazonaws.us-east-1.sqs",
        vpc_endpoint_type: "Interface",
        subnet_ids: [made("a", "id"), made("b", "id")],
        security_group_ids: [made("peers", "id")],
        private_dns_enabled: false,
        tags: { Name: "queues" },
      }),
    ],
  },
  {
    type: "aws_default_vpc",
    name: "default",
    config: () => ({ tags: { Name: "default" } }),
    changes: [() => ({ enable_dns_hostnames: false })],
    remains: true,
  },
];

const inFirst = (made: Made): ValueObject => ({ filter: [{ name: "vpc-id", values: [made("first", "id")] }] });
const LOOKS: readonly Look[] = [
  { data: "aws_vpc", name: "by id", config: (made) => ({ id: made("first", "id") }) },
  { data: "aws_vpc", name: "the default one", config: () => ({ default: true }) },
  { data: "aws_vpcs", name: "by block", config: () => ({ filter: [{ name: "cidr", values: ["10.60.*"] }] }) },
  { data: "aws_subnet", name: "by id", config: (made) => ({ id: made("a", "id") }) },
  { data: "aws_subnets", name: "of a VPC", config: inFirst },
  { data: "aws_security_group", name: "by name", config: (made) => ({ name: "group", vpc_id: made("first", "id") }) },
  { data: "aws_security_groups", name: "of a VPC", config: inFirst },
  { data: "aws_route_table", name: "by id", config: (made) => ({ route_table_id: made("table", "id") }) },
  { data: "aws_route_tables", name: "of a VPC", config: (made) => ({ vpc_id: made("first", "id") }) },
  { data: "aws_internet_gateway", name: "by id", config: (made) => ({ internet_gateway_id: made("out", "id") }) },
  { data: "aws_nat_gateways", name: "of a VPC", config: (made) => ({ vpc_id: made("first", "id") }) },
  { data: "aws_network_acls", name: "of a VPC", config: (made) => ({ vpc_id: made("first", "id") }) },
  { data: "aws_network_interface", name: "by id", config: (made) => ({ id: made("card", "id") }) },
  { data: "aws_network_interfaces", name: "of a VPC", config: inFirst },
  { data: "aws_eip", name: "by id", config: (made) => ({ id: made("address", "id") }) },
  { data: "aws_eips", name: "all", config: () => ({}) },
  { data: "aws_vpc_endpoint", name: "by id", config: (made) => ({ id: made("queues", "id") }) },
  { data: "aws_vpc_endpoint_service", name: "of queues", config: () => ({ service: "sqs" }) },
  { data: "aws_vpc_endpoint_service", name: "gateway", config: () => ({ service: "s3", service_type: "Gateway" }) },
  { data: "aws_prefix_list", name: "of S3", config: () => ({ name: "com.amazonaws.us-east-1.s3" }) },
  { data: "aws_ec2_managed_prefix_list", name: "of S3", config: () => ({ name: "com.amazonaws.us-east-1.s3" }) },
  { data: "aws_vpc_dhcp_options", name: "by id", config: (made) => ({ dhcp_options_id: made("names", "id") }) },
];

export const NETWORK_PARTS: Group = {
  name: "network parts",
  rows: [...PLACES, ...ROUTES, ...RULES, ...NETWORK, ...INTERFACES],
  looks: LOOKS,
  refusals: [],
};

export const GROUPS: readonly Group[] = [NETWORK_PARTS];
