import type {
  CreateDomainNameCommandInput,
  EndpointConfiguration,
  MutualTlsAuthenticationInput,
  PatchOperation,
} from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
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
import { conflicts, isArn, isJson, oneOf, runChecks } from "../checks.ts";
import { sameJson } from "../json-text.ts";
import { rfc3339 } from "../timestamp.ts";
import { gatewayArn, MISSING, replacements, updateTags, withNormalText } from "./patches.ts";
import { policyText } from "./rest-api.resource.ts";

/** The hosted zone of CloudFront, whose distributions serve edge domains. */
const CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2";

const endpoint = rowsOf<EndpointConfiguration>();
const trust = rowsOf<MutualTlsAuthenticationInput>();
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
  row(
    "mutual_tls_authentication",
    "mutualTlsAuthentication",
    block([trust("truststore_uri", "truststoreUri", text()), trust("truststore_version", "truststoreVersion", text())]),
  ),
  row("ownership_verification_certificate_arn", "ownershipVerificationCertificateArn", text()),
  row("regional_certificate_arn", "regionalCertificateArn", text()),
  row("regional_certificate_name", "regionalCertificateName", text()),
  row("security_policy", "securityPolicy", text()),
];

/** Not answered, or not in the form in which it is sent. */
const ONLY_SENT = [
  row("certificate_body", "certificateBody", text()),
  row("certificate_chain", "certificateChain", text()),
  row("certificate_private_key", "certificatePrivateKey", text()),
  row("policy", "policy", text()),
];

const UPLOADED = ["certificate_body", "certificate_chain", "certificate_private_key"];
/** One certificate alone, for the edge or for the region. */
const CONFLICTS: { readonly [name: string]: readonly string[] } = {
  certificate_arn: [
    "certificate_body",
    "certificate_chain",
    "certificate_name",
    "certificate_private_key",
    "regional_certificate_arn",
    "regional_certificate_name",
  ],
  ...Object.fromEntries(UPLOADED.map((name) => [name, ["certificate_arn", "regional_certificate_arn"]])),
  certificate_name: ["certificate_arn", "regional_certificate_arn", "regional_certificate_name"],
  regional_certificate_arn: [
    "certificate_arn",
    "certificate_body",
    "certificate_chain",
    "certificate_name",
    "certificate_private_key",
    "regional_certificate_name",
  ],
  regional_certificate_name: ["certificate_arn", "certificate_name", "regional_certificate_arn"],
};

const CHECKS = [
  ...Object.entries(CONFLICTS).map(([name, others]) => conflicts(name, others)),
  isArn("ownership_verification_certificate_arn"),
  isJson("policy"),
  oneOf("endpoint_configuration.types", ["REGIONAL", "EDGE", "PRIVATE"]),
  oneOf("security_policy", ["TLS_1_0", "TLS_1_2"]),
];

const PATCHED = [
  ["certificate_arn", "/certificateArn"],
  ["certificate_name", "/certificateName"],
  ["ownership_verification_certificate_arn", "/ownershipVerificationCertificateArn"],
  ["policy", "/policy"],
  ["regional_certificate_arn", "/regionalCertificateArn"],
  ["regional_certificate_name", "/regionalCertificateName"],
  ["security_policy", "/securityPolicy"],
] as const;

/** A private domain name is known by its name and its id. */
function keyOf(state: ValueObject): { domainName: string; domainNameId?: string } {
  const id = textAt(state, "domain_name_id");
  const name = { domainName: requiredText(state, "domain_name") };
  return id === undefined ? name : { ...name, domainNameId: id };
}

const idOf = ({ domainName, domainNameId }: { domainName: string; domainNameId?: string }) =>
  domainNameId === undefined ? domainName : `${domainName}/${domainNameId}`;

const arnOf = (aws: AwsContext, state: ValueObject) => {
  const { domainName, domainNameId } = keyOf(state);
  return gatewayArn(aws, `/domainnames/${domainNameId === undefined ? domainName : `${domainName}+${domainNameId}`}`);
};

/** aws_api_gateway_domain_name. Behaviour: `internal/service/apigateway/domain_name.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_domain_name",
  noun: "API Gateway Domain Name",
  unsupported: {
    endpoint_access_mode: "TLS policies and endpoint access modes of edition 6 are not carried out",
    routing_mode: "routing rules are not carried out",
  },
  forceNew: ["domain_name", ...UPLOADED],
  equivalence: { policy: "policy" },
  computedBlocks: { endpoint_configuration: true },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (prior, planned) => ({ planned: withNormalText("policy", prior, planned) }),
  async create(aws, planned, onCreated) {
    const tags = textMapAt(planned, "tags_all");
    const made = await aws.clients.apigateway.createDomainName({
      ...expand([...DOMAIN, ...ONLY_SENT], planned),
      ...(Object.keys(tags).length > 0 ? { tags } : {}),
    });
    const domainName = requiredText(planned, "domain_name");
    const domain_name_id = made.domainNameId ?? "";
    await onCreated({
      id: idOf({ domainName, ...(domain_name_id === "" ? {} : { domainNameId: domain_name_id }) }),
      domain_name_id,
    });
  },
  async read(aws, state) {
    const key = keyOf(state);
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getDomainName(key));
    if (found === undefined) return null;
    return {
      ...state,
      ...flatten(DOMAIN, found as Partial<CreateDomainNameCommandInput>),
      id: idOf(key),
      arn: arnOf(aws, state),
      certificate_upload_date: found.certificateUploadDate === undefined ? "" : rfc3339(found.certificateUploadDate),
      cloudfront_domain_name: found.distributionDomainName ?? "",
      cloudfront_zone_id: CLOUDFRONT_ZONE,
      domain_name_id: found.domainNameId ?? "",
      ownership_verification_certificate_arn: found.ownershipVerificationCertificateArn ?? "",
      policy: policyOf(found.policy, state),
      regional_domain_name: found.regionalDomainName ?? "",
      regional_zone_id: found.regionalHostedZoneId ?? "",
      tags_all: { ...found.tags },
    };
  },
  async update(aws, prior, planned, changed) {
    const patchOperations = [
      ...replacements(PATCHED, planned, changed),
      ...endpointPatches(prior, planned),
      ...(changed("mutual_tls_authentication") ? trustPatches(planned) : []),
    ];
    if (patchOperations.length > 0) await aws.clients.apigateway.updateDomainName({ ...keyOf(prior), patchOperations });
    await updateTags(aws, arnOf(aws, prior), prior, planned);
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteDomainName(keyOf(state)));
  },
  importId(id) {
    const [, domain_name = id, domain_name_id] = /^([^/]+)\/(.+)$/s.exec(id) ?? [];
    return { id, domain_name, ...(domain_name_id === undefined ? {} : { domain_name_id }) };
  },
};

/** Mutual TLS ends when its trust store is taken away. */
function trustPatches(planned: ValueObject): PatchOperation[] {
  const store = blockAt(planned, "mutual_tls_authentication");
  const [uri, version] = ["truststore_uri", "truststore_version"].map((name) => textAt(store ?? {}, name));
  return [
    { op: "replace", path: "/mutualTlsAuthentication/truststoreUri", value: uri ?? "" },
    ...(version === undefined
      ? []
      : [{ op: "replace" as const, path: "/mutualTlsAuthentication/truststoreVersion", value: version }]),
  ];
}

function policyOf(answered: string | undefined, state: ValueObject): string {
  const policy = policyText(answered);
  const before = textAt(state, "policy");
  return before !== undefined && policy !== "" && sameJson(before, policy) ? before : policy;
}

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
