import { crc32 } from "node:zlib";
import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { conflicts, runChecks } from "../checks.ts";
import { theOneFound } from "../not-found.ts";
import { arnOf } from "./arn.ts";
import { lookupFilters, shownTags } from "./lookups.ts";

/** `aws_vpc_endpoint_service`. Behaviour: `internal/service/ec2/vpc_endpoint_service_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_vpc_endpoint_service",
  validate: (config) => runChecks([conflicts("service", ["service_name"]), conflicts("service_name", ["service"])], config),
  async read(aws, config) {
    const service = textAt(config, "service");
    const name = textAt(config, "service_name") ?? (service === undefined ? undefined : `com.amazonaws.${aws.region}.${service}`);
    const { ServiceDetails = [] } = await aws.clients.ec2.describeVpcEndpointServices({
      ...(name === undefined ? {} : { ServiceNames: [name] }),
      ...lookupFilters(config, { "service-type": textAt(config, "service_type") }),
    });
    const found = theOneFound(ServiceDetails, "EC2 VPC Endpoint Service");
    const id = found.ServiceId ?? "";
    const names = (found.PrivateDnsNames ?? []).flatMap(({ PrivateDnsName }) => PrivateDnsName ?? []);
    return {
      id: String(crc32(found.ServiceName ?? "")),
      acceptance_required: found.AcceptanceRequired ?? false,
      arn: arnOf(aws, await aws.accountId(), `vpc-endpoint-service/${id}`),
      availability_zones: found.AvailabilityZones ?? [],
      base_endpoint_dns_names: found.BaseEndpointDnsNames ?? [],
      manages_vpc_endpoints: found.ManagesVpcEndpoints ?? false,
      owner: found.Owner ?? "",
      private_dns_name: found.PrivateDnsName ?? "",
      private_dns_names: names,
      region: found.ServiceRegion ?? "",
      service: config.service ?? null,
      service_id: id,
      service_name: found.ServiceName ?? "",
      service_type: found.ServiceType?.[0]?.ServiceType ?? "",
      supported_ip_address_types: found.SupportedIpAddressTypes ?? [],
      tags: shownTags(aws, found.Tags),
      vpc_endpoint_policy_supported: found.VpcEndpointPolicySupported ?? false,
    };
  },
};
