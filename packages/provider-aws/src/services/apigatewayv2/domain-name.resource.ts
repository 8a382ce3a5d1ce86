import type { CreateDomainNameCommandInput, DomainNameConfiguration } from "@aws-sdk/client-apigatewayv2";
import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, blockAt, expand, requiredText, rowsOf, text, textAt, textMapAt } from "../attribute-map.ts";
import { isArn, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { changedTags } from "../tags.ts";
import { timed } from "../timeouts.ts";
import { API_MISSING } from "./find.ts";

const SOURCE = "terraform-provider-aws, internal/service/apigatewayv2/domain_name.go (read 2026-11)";
const AVAILABLE: WaitRow = { what: "the domain name", timeoutMs: 600_000, source: SOURCE };
const CONFIGURATION = "domain_name_configuration";

const configuration = rowsOf<DomainNameConfiguration>();
const row = rowsOf<CreateDomainNameCommandInput>();
const DOMAIN = [row("domain_name", "DomainName", text()), row("routing_mode", "RoutingMode", text())];
const CONFIGURED = [
  configuration("certificate_arn", "CertificateArn", text()),
  configuration("endpoint_type", "EndpointType", text()),
  configuration("ip_address_type", "IpAddressType", text()),
  configuration("ownership_verification_certificate_arn", "OwnershipVerificationCertificateArn", text()),
  configuration("security_policy", "SecurityPolicy", text()),
];
const TRUST = block([
  rowsOf<{ TruststoreUri: string; TruststoreVersion: string }>()("truststore_uri", "TruststoreUri", text()),
  rowsOf<{ TruststoreUri: string; TruststoreVersion: string }>()("truststore_version", "TruststoreVersion", text()),
]);

const CHECKS = [
  lengthBetween("domain_name", 1, 512),
  isArn(`${CONFIGURATION}.certificate_arn`),
  isArn(`${CONFIGURATION}.ownership_verification_certificate_arn`),
  oneOf(`${CONFIGURATION}.endpoint_type`, ["REGIONAL"]),
  oneOf(`${CONFIGURATION}.security_policy`, ["TLS_1_2"]),
];

/** aws_apigatewayv2_domain_name; id is the name. Behaviour: `internal/service/apigatewayv2/domain_name.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_apigatewayv2_domain_name",
  noun: "API Gateway v2 Domain Name",
  forceNew: ["domain_name"],
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const tags = textMapAt(planned, "tags_all");
    const { DomainName = "" } = await aws.clients.apigatewayv2.createDomainName({
      ...inputOf(planned),
      ...(Object.keys(tags).length === 0 ? {} : { Tags: tags }),
    });
    await onCreated({ id: DomainName });
    await untilAvailable(aws, planned, "create");
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const found = await unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.getDomainName({ DomainName: id }));
    if (found === undefined) return null;
    const [domain] = found.DomainNameConfigurations ?? [];
    const prior = blockAt(state, CONFIGURATION) ?? {};
    const out: MutableValueObject = {
      id,
      api_mapping_selection_expression: found.ApiMappingSelectionExpression ?? "",
      arn: `arn:${aws.partition}:apigateway:${aws.region}::/domainnames/${id}`,
      domain_name: found.DomainName ?? "",
      [CONFIGURATION]: domain === undefined ? [] : [configurationState(aws, domain, prior)],
      mutual_tls_authentication: TRUST.flatten(
        found.MutualTlsAuthentication as { TruststoreUri: string; TruststoreVersion: string } | undefined,
      ),
      tags_all: found.Tags ?? {},
    };
    if (aws.edition !== "5.100.0") out.routing_mode = found.RoutingMode ?? "";
    return out;
  },
  async update(aws, prior, planned, changed) {
    if ([CONFIGURATION, "mutual_tls_authentication", "routing_mode"].some(changed)) {
      const { DomainName, ...input } = inputOf(planned);
      const { MutualTlsAuthentication: trust, ...others } = input;
      await aws.clients.apigatewayv2.updateDomainName({
        ...others,
        DomainName,
        ...(changed("mutual_tls_authentication") ? { MutualTlsAuthentication: trust ?? { TruststoreUri: "" } } : {}),
      });
      await untilAvailable(aws, planned, "update");
    }
    const { removed, added } = changedTags(prior, planned);
    const ResourceArn = requiredText(prior, "arn");
    if (removed.length > 0) await aws.clients.apigatewayv2.untagResource({ ResourceArn, TagKeys: removed });
    if (Object.keys(added).length > 0) await aws.clients.apigatewayv2.tagResource({ ResourceArn, Tags: added });
  },
  async delete(aws, state) {
    await unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.deleteDomainName({ DomainName: requiredText(state, "id") }));
  },
  async find(_aws, planned) {
    const name = textAt(planned, "domain_name");
    return name === undefined ? null : { id: name };
  },
};

function inputOf(planned: ValueObject): CreateDomainNameCommandInput {
  const configured = blockAt(planned, CONFIGURATION);
  const trust = TRUST.expand(planned.mutual_tls_authentication ?? null);
  return {
    ...expand<CreateDomainNameCommandInput>(DOMAIN, planned),
    DomainNameConfigurations: configured === undefined ? [] : [expand<DomainNameConfiguration>(CONFIGURED, configured)],
    ...(trust === undefined ? {} : { MutualTlsAuthentication: trust }),
  };
}

function configurationState(aws: AwsContext, domain: DomainNameConfiguration, prior: ValueObject): ValueObject {
  const ip = domain.IpAddressType ?? (aws.edition === "5.100.0" ? undefined : prior.ip_address_type);
  return {
    certificate_arn: domain.CertificateArn ?? "",
    endpoint_type: domain.EndpointType ?? "",
    hosted_zone_id: domain.HostedZoneId ?? "",
    ...(ip === undefined ? {} : { ip_address_type: ip }),
    ownership_verification_certificate_arn: domain.OwnershipVerificationCertificateArn ?? "",
    security_policy: domain.SecurityPolicy ?? "",
    target_domain_name: domain.ApiGatewayDomainName ?? "",
  };
}

async function untilAvailable(aws: AwsContext, object: ValueObject, phase: "create" | "update"): Promise<void> {
  await aws.wait(timed(AVAILABLE, object, phase), async () => {
    const found = await aws.clients.apigatewayv2.getDomainName({ DomainName: requiredText(object, "domain_name") });
    return found.DomainNameConfigurations?.every(({ DomainNameStatus }) => DomainNameStatus === "AVAILABLE") === true
      ? true
      : undefined;
  });
}
