import type { CreateDomainNameCommandInput, EndpointConfiguration, PatchOperation } from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import {
  block,
  blockAt,
  expand,
  flatten,
  requiredText,
  rowsOf,
  text,
  textAt,
  textMapAt,
  texts,
  textsAt,
} from "../attribute-map.ts";
import { isArn, oneOf, runChecks } from "../checks.ts";
import { rfc3339 } from "../timestamp.ts";
import { gatewayArn, MISSING, replacements, updateTags } from "./patches.ts";

/** The hosted zone of CloudFront, whose distributions serve edge domains. */
const CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2";

const endpoint = rowsOf<EndpointConfiguration>();
const row = rowsOf<CreateDomainNameCommandInput>();
const DOMAIN = [
  row("certificate_arn", "certificateArn", text()),
  row("certificate_name", "certificateName", text()),
  row("domain_name", "domainName", text()),
  row(
    "endpoint_configuration",
    "endpointConfiguration",
    block([endpoint("ip_address_type", "ipAddressType", text()), endpoint("types", "types", texts())]),
  ),
  row("regional_certificate_arn", "regionalCertificateArn", text()),
  row("regional_certificate_name", "regionalCertificateName", text()),
  row("security_policy", "securityPolicy", text()),
];

const CHECKS = [
  isArn("certificate_arn"),
  isArn("regional_certificate_arn"),
  oneOf("endpoint_configuration.types", ["REGIONAL", "EDGE", "PRIVATE"]),
  oneOf("security_policy", ["TLS_1_0", "TLS_1_2"]),
];

const PATCHED = [
  ["certificate_arn", "/certificateArn"],
  ["certificate_name", "/certificateName"],
  ["regional_certificate_arn", "/regionalCertificateArn"],
  ["regional_certificate_name", "/regionalCertificateName"],
  ["security_policy", "/securityPolicy"],
] as const;

const NO_UPLOAD = "certificates are named by their ARN; uploading one to API Gateway is not carried out";
const NO_PRIVATE = "private domain names are not carried out";

const keyOf = (state: ValueObject) => ({ domainName: requiredText(state, "id") });

/** aws_api_gateway_domain_name. Behaviour: `internal/service/apigateway/domain_name.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_domain_name",
  noun: "API Gateway Domain Name",
  forceNew: ["domain_name"],
  unsupported: {
    certificate_body: NO_UPLOAD,
    certificate_chain: NO_UPLOAD,
    certificate_private_key: NO_UPLOAD,
    mutual_tls_authentication: "mutual TLS is not carried out",
    ownership_verification_certificate_arn: "mutual TLS is not carried out",
    policy: NO_PRIVATE,
  },
  computedBlocks: { endpoint_configuration: true },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const tags = textMapAt(planned, "tags_all");
    const { domainName = "" } = await aws.clients.apigateway.createDomainName({
      ...expand(DOMAIN, planned),
      ...(Object.keys(tags).length > 0 ? { tags } : {}),
    });
    await onCreated({ id: domainName });
  },
  async read(aws, state) {
    const key = keyOf(state);
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getDomainName(key));
    if (found === undefined) return null;
    return {
      ...state,
      ...flatten(DOMAIN, found as Partial<CreateDomainNameCommandInput>),
      arn: gatewayArn(aws, `/domainnames/${key.domainName}`),
      certificate_upload_date: found.certificateUploadDate === undefined ? "" : rfc3339(found.certificateUploadDate),
      cloudfront_domain_name: found.distributionDomainName ?? "",
      cloudfront_zone_id: CLOUDFRONT_ZONE,
      domain_name_id: found.domainNameId ?? "",
      ownership_verification_certificate_arn: found.ownershipVerificationCertificateArn ?? "",
      mutual_tls_authentication: [],
      regional_domain_name: found.regionalDomainName ?? "",
      regional_zone_id: found.regionalHostedZoneId ?? "",
      tags_all: { ...found.tags },
    };
  },
  async update(aws, prior, planned, changed) {
    const patchOperations = [...replacements(PATCHED, planned, changed), ...endpointPatches(prior, planned)];
    if (patchOperations.length > 0) await aws.clients.apigateway.updateDomainName({ ...keyOf(prior), patchOperations });
    await updateTags(aws, gatewayArn(aws, `/domainnames/${requiredText(prior, "id")}`), prior, planned);
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteDomainName(keyOf(state)));
  },
};

function endpointPatches(prior: ValueObject, planned: ValueObject): PatchOperation[] {
  const [before, after] = [blockAt(prior, "endpoint_configuration") ?? {}, blockAt(planned, "endpoint_configuration") ?? {}];
  const [[old], [type]] = [textsAt(before, "types"), textsAt(after, "types")];
  const addresses = textAt(after, "ip_address_type");
  return [
    ...(type === undefined || type === old
      ? []
      : [{ op: "replace" as const, path: `/endpointConfiguration/types/${old ?? "0"}`, value: type }]),
    ...(addresses === undefined || addresses === before.ip_address_type
      ? []
      : [{ op: "replace" as const, path: "/endpointConfiguration/ipAddressType", value: addresses }]),
  ];
}
