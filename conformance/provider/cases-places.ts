import type { Group } from "./life.ts";

/** Data sources that need nothing to be there: regions, zones, names of AWS's own. */
export const PLACES: Group = {
  name: "Places and names",
  rows: [],
  looks: [
    { data: "aws_availability_zones", name: "all", config: () => ({}) },
    { data: "aws_availability_zones", name: "available", config: () => ({ state: "available" }) },
    {
      data: "aws_availability_zones",
      name: "some",
      config: () => ({ exclude_names: ["us-east-1a"], exclude_zone_ids: ["use1-az3"], all_availability_zones: true }),
    },
    {
      data: "aws_availability_zones",
      name: "filtered",
      config: () => ({ filter: [{ name: "zone-name", values: ["us-east-1b", "us-east-1c"] }] }),
    },
    { data: "aws_availability_zone", name: "name", config: () => ({ name: "us-east-1d" }) },
    { data: "aws_availability_zone", name: "id", config: () => ({ zone_id: "use1-az2", state: "available" }) },
    { data: "aws_regions", name: "on", config: () => ({}) },
    {
      data: "aws_regions",
      name: "all",
      config: () => ({ all_regions: true, filter: [{ name: "opt-in-status", values: ["not-opted-in"] }] }),
    },
    { data: "aws_default_tags", name: "none", config: () => ({}) },
    { data: "aws_elb_service_account", name: "here", config: () => ({}) },
    { data: "aws_elb_service_account", name: "there", config: () => ({ region: "eu-central-1" }) },
    { data: "aws_service_principal", name: "here", config: () => ({ service_name: "s3" }) },
    { data: "aws_service_principal", name: "China", config: () => ({ service_name: "logs", region: "cn-north-1" }) },
    { data: "aws_service", name: "id", config: () => ({ service_id: "s3" }) },
    { data: "aws_service", name: "region", config: () => ({ service_id: "sqs", region: "eu-west-1" }) },
    { data: "aws_service", name: "reverse", config: () => ({ reverse_dns_name: "com.amazonaws.us-west-2.kinesis" }) },
    { data: "aws_service", name: "China", config: () => ({ reverse_dns_name: "cn.com.amazonaws.cn-north-1.s3" }) },
    { data: "aws_service", name: "DNS", config: () => ({ dns_name: "s3.us-east-1.amazonaws.com" }) },
    { data: "aws_service", name: "unsupported", config: () => ({ service_id: "nothing" }) },
  ],
  refusals: [
    { refused: "aws_availability_zones", name: "state", config: { state: "sleepy" } },
    { refused: "aws_availability_zone", name: "several", config: {} },
    { refused: "aws_availability_zone", name: "none", config: { filter: [{ name: "zone-type", values: ["local-zone"] }] } },
    { refused: "aws_elb_service_account", name: "region", config: { region: "me-central-1" } },
    { refused: "aws_service", name: "parts", config: { reverse_dns_name: "com.s3" } },
    { refused: "aws_service", name: "nothing", config: {} },
    { refused: "aws_iam_session_context", name: "arn", config: { arn: "x" } },
  ],
};
