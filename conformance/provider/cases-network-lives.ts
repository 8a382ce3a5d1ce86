import type { Group } from "./life.ts";

const RULE = { description: "HTTPS", from_port: 443, to_port: 443, protocol: "tcp" };

/** A VPC as roots lay it out: subnets, gateways, routes, endpoints, security groups. */
export const NETWORK: Group = {
  name: "network",
  rows: [
    {
      type: "aws_vpc",
      name: "vpc",
      config: () => ({ cidr_block: "10.40.0.0/16", enable_dns_hostnames: true, tags: { Name: "main" } }),
      changes: [
        () => ({ cidr_block: "10.40.0.0/16", enable_dns_support: false, enable_dns_hostnames: false, tags: { Env: "dev" } }),
        () => ({ cidr_block: "10.41.0.0/16" }),
        () => ({ cidr_block: "10.40.0.0/16", enable_dns_support: false, instance_tenancy: "dedicated", tags: { Env: "dev" } }),
      ],
    },
    {
      type: "aws_subnet",
      name: "public",
      config: (made) => ({ vpc_id: made("vpc", "id"), cidr_block: "10.40.0.0/20", availability_zone: "us-east-1a" }),
      changes: [
        (made) => ({
          vpc_id: made("vpc", "id"),
          cidr_block: "10.40.0.0/20",
          availability_zone: "us-east-1a",
          map_public_ip_on_launch: true,
          tags: { Name: "public" },
        }),
        (made) => ({ vpc_id: made("vpc", "id"), cidr_block: "10.40.16.0/20", availability_zone: "us-east-1b" }),
      ],
    },
    {
      type: "aws_internet_gateway",
      name: "out",
      config: (made) => ({ vpc_id: made("vpc", "id"), tags: { Name: "out" } }),
      changes: [(made) => ({ vpc_id: made("vpc", "id"), tags: { Name: "gateway" } })],
    },
    {
      type: "aws_eip",
      name: "address",
      config: () => ({ domain: "vpc", tags: { Name: "nat" } }),
      changes: [() => ({ domain: "vpc" })],
      differs: [[/^(public_ip|public_dns)$/, "each cloud gives its own address"]],
    },
    {
      type: "aws_nat_gateway",
      name: "nat",
      config: (made) => ({ allocation_id: made("address", "id"), subnet_id: made("public", "id"), tags: { Name: "nat" } }),
      changes: [(made) => ({ allocation_id: made("address", "id"), subnet_id: made("public", "id") })],
      differs: [[/^public_ip$/, "each cloud gives its own address"]],
    },
    {
      type: "aws_route_table",
      name: "routes",
      config: (made) => ({
        vpc_id: made("vpc", "id"),
        route: [{ cidr_block: "0.0.0.0/0", gateway_id: made("out", "id") }],
        tags: { Name: "public" },
      }),
      changes: [
        (made) => ({
          vpc_id: made("vpc", "id"),
          route: [
            { cidr_block: "0.0.0.0/0", nat_gateway_id: made("nat", "id"), gateway_id: null },
            { cidr_block: "192.0.2.0/24", gateway_id: made("out", "id"), nat_gateway_id: null },
          ],
        }),
        (made) => ({ vpc_id: made("vpc", "id"), route: [] }),
      ],
    },
    { type: "aws_route_table", name: "other", config: (made) => ({ vpc_id: made("vpc", "id") }) },
    {
      type: "aws_route_table_association",
      name: "use",
      config: (made) => ({ subnet_id: made("public", "id"), route_table_id: made("routes", "id") }),
      importId: (made) => `${String(made("public", "id"))}/${String(made("routes", "id"))}`,
      changes: [(made) => ({ subnet_id: made("public", "id"), route_table_id: made("other", "id") })],
    },
    {
      type: "aws_vpc_endpoint",
      name: "storage",
      config: (made) => ({
        vpc_id: made("vpc", "id"),
        service_name: "com.amazonaws.us-east-1.s3",
        vpc_endpoint_type: "Gateway",
        route_table_ids: [made("routes", "id")],
        tags: { Name: "s3" },
      }),
      changes: [
        (made) => ({
          vpc_id: made("vpc", "id"),
          service_name: "com.amazonaws.us-east-1.s3",
          route_table_ids: [made("other", "id")],
          policy:
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}',
        }),
      ],
    },
    {
      type: "aws_security_group",
      name: "workers",
      config: (made) => ({
        name: "workers",
        description: "Worker functions",
        vpc_id: made("vpc", "id"),
        egress: [{ ...RULE, cidr_blocks: ["0.0.0.0/0"] }],
        tags: { Name: "workers" },
      }),
      changes: [
        (made) => ({
          name: "workers",
          description: "Worker functions",
          vpc_id: made("vpc", "id"),
          ingress: [
            { ...RULE, cidr_blocks: ["10.0.0.0/8", "192.168.0.0/16"], self: true },
            { from_port: 0, to_port: 0, protocol: "-1", cidr_blocks: ["172.16.0.0/12"] },
          ],
          egress: [{ ...RULE, description: "TLS", cidr_blocks: ["0.0.0.0/0"], ipv6_cidr_blocks: ["::/0"] }],
        }),
        (made) => ({ name: "others", description: "Worker functions", vpc_id: made("vpc", "id") }),
      ],
    },
    {
      type: "aws_security_group",
      name: "data",
      config: (made) => ({
        name_prefix: "data-",
        vpc_id: made("vpc", "id"),
        ingress: [{ from_port: 5432, to_port: 5432, protocol: "tcp", security_groups: [made("workers", "id")] }],
      }),
      differs: [[/^name$/, "the rest of the name is random"]],
    },
  ],
  looks: [],
  refusals: [
    { refused: "aws_vpc", name: "tenancy", config: { cidr_block: "10.0.0.0/16", instance_tenancy: "shared" } },
    { refused: "aws_route_table_association", name: "target", config: { route_table_id: "rtb-1" } },
    {
      refused: "aws_subnet",
      name: "zones",
      config: { vpc_id: "vpc-1", cidr_block: "10.0.0.0/24", availability_zone: "us-east-1a", availability_zone_id: "use1-az1" },
    },
    { refused: "aws_security_group", name: "names", config: { name: "a", name_prefix: "b" } },
  ],
};
