import { readFileSync } from "node:fs";
import { dataFile } from "../../data-file.ts";
import { partitionOf } from "../../partitions.ts";
import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { failedRead } from "../not-found.ts";

/** `aws_service`: a service's DNS name in a region, from any of its parts. Behaviour: `internal/service/meta/service_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_service",
  async read(aws, config) {
    const named = partsOf(config);
    const region = named?.region ?? textAt(config, "region") ?? aws.region;
    const service = named?.service ?? textAt(config, "service_id");
    if (service === undefined) throw failedRead("service ID not provided directly or through a DNS name");
    const prefix = named?.prefix ?? textAt(config, "reverse_dns_prefix") ?? partitionOf(aws.region).reverseDnsPrefix;
    const reverse = `${prefix}.${region}.${service}`;
    const partition = partitionOf(region).id;
    return {
      id: reverse,
      dns_name: backwards(reverse).toLowerCase(),
      partition,
      region,
      reverse_dns_name: reverse,
      reverse_dns_prefix: prefix,
      service_id: service,
      supported: serviceIds()[partition]?.includes(service) ?? false,
    };
  },
};

const PARTS_MIN = 4;

/** Of `com.amazonaws.us-east-1.s3`, or of the same backwards: the DNS name counts where both are given. */
function partsOf(config: Parameters<typeof textAt>[0]): { prefix: string; region: string; service: string } | undefined {
  const [dns, reversed] = [textAt(config, "dns_name"), textAt(config, "reverse_dns_name")];
  const name = dns === undefined ? reversed : backwards(dns);
  if (name === undefined) return undefined;
  const parts = name.split(".");
  if (parts.length < PARTS_MIN) {
    const what = dns === undefined ? "reverse service DNS names" : "service DNS names";
    throw failedRead(`${what} must have at least ${PARTS_MIN} parts: ${dns ?? reversed} has ${parts.length}`);
  }
  return { prefix: parts.slice(0, -2).join("."), region: parts.at(-2) ?? "", service: parts.at(-1) ?? "" };
}

function backwards(name: string): string {
  return name.split(".").reverse().join(".");
}

/** Endpoint prefixes of the services of each partition. */
function serviceIds(): { readonly [partition: string]: readonly string[] } {
  return JSON.parse(readFileSync(dataFile("service-ids.json"), "utf8"));
}
