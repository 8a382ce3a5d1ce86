import type { DescribeVpcEndpointServicesCommandInput, Tag } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { select } from "../describe.ts";
import { type EndpointService, endpointServices } from "../endpoint-services.ts";
import { invalidParameter, refusal } from "../errors.ts";
import { zonesOf } from "../regions.ts";

/** Services that VPC endpoints lead to. Source: AWS PrivateLink Guide, "AWS services that integrate with AWS PrivateLink" (read 2026-11). */

export function describeVpcEndpointServices(ctx: Ctx, input: DescribeVpcEndpointServicesCommandInput) {
  const region = input.ServiceRegions?.[0] ?? ctx.region;
  if (region !== ctx.region) throw invalidParameter("ServiceRegion", region);
  const details = endpointServices(ctx.region).map((service) => ({
    ServiceName: service.name,
    ServiceId: service.id,
    ServiceType: [{ ServiceType: service.type }],
    ServiceRegion: ctx.region,
    AvailabilityZones: zonesOf(ctx.region).map((zone) => zone.name),
    Owner: "amazon",
    BaseEndpointDnsNames: [baseName(service, ctx.region)],
    ...privateNamesOf(service),
    SupportedIpAddressTypes: ["ipv4" as const],
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    Tags: [] as Tag[],
  }));
  const names = input.ServiceNames ?? [];
  const strange = names.find((name) => !details.some(({ ServiceName }) => ServiceName === name));
  if (strange !== undefined) throw refusal("InvalidServiceName", `The Vpc Endpoint Service '${strange}' does not exist`);
  const asked = details.filter(({ ServiceName }) => names.length === 0 || names.includes(ServiceName));
  const { items, ...next } = select(asked, input, {
    owner: ({ Owner }) => [Owner],
    "service-name": ({ ServiceName }) => [ServiceName],
    "service-region": ({ ServiceRegion }) => [ServiceRegion],
    "service-type": ({ ServiceType }) => ServiceType.map((each) => each.ServiceType),
  });
  return { ServiceNames: [...new Set(items.map(({ ServiceName }) => ServiceName))], ServiceDetails: items, ...next };
}

/** Gateways are called as the service is, interfaces by names below `vpce.amazonaws.com`. */
function baseName({ name, type }: EndpointService, region: string): string {
  const service = name.split(".").slice(3).reverse().join(".");
  return type === "Gateway" ? `${service}.${region}.amazonaws.com` : `${service}.${region}.vpce.amazonaws.com`;
}

function privateNamesOf({ privateNames }: EndpointService) {
  const [PrivateDnsName] = privateNames;
  if (PrivateDnsName === undefined) return {};
  return {
    PrivateDnsName,
    PrivateDnsNames: privateNames.map((each) => ({ PrivateDnsName: each })),
    PrivateDnsNameVerificationState: "verified" as const,
  };
}
