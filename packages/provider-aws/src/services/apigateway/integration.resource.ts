import type { PatchOperation, PutIntegrationCommandInput, TlsConfig } from "@aws-sdk/client-api-gateway";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, blockAt, expand, flag, flatten, rowsOf, text, textMap, texts, whole } from "../attribute-map.ts";
import { between, oneOf, runChecks } from "../checks.ts";
import { HTTP_METHODS, importMethod, MISSING, mapPatches, methodKey, replacements, setPatches } from "./patches.ts";

const row = rowsOf<PutIntegrationCommandInput>();
const INTEGRATION = [
  row("cache_key_parameters", "cacheKeyParameters", texts()),
  row("cache_namespace", "cacheNamespace", text()),
  row("connection_id", "connectionId", text()),
  row("connection_type", "connectionType", text()),
  row("content_handling", "contentHandling", text()),
  row("credentials", "credentials", text()),
  row("integration_http_method", "integrationHttpMethod", text()),
  row("passthrough_behavior", "passthroughBehavior", text()),
  row("request_parameters", "requestParameters", textMap()),
  row("request_templates", "requestTemplates", textMap()),
  row("timeout_milliseconds", "timeoutInMillis", whole()),
  row("tls_config", "tlsConfig", block([rowsOf<TlsConfig>()("insecure_skip_verification", "insecureSkipVerification", flag())])),
  row("type", "type", text()),
  row("uri", "uri", text()),
];

const CHECKS = [
  oneOf("http_method", HTTP_METHODS),
  oneOf("integration_http_method", HTTP_METHODS),
  oneOf("type", ["HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY"]),
  oneOf("connection_type", ["INTERNET", "VPC_LINK"]),
  oneOf("content_handling", ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"]),
  oneOf("passthrough_behavior", ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]),
  between("timeout_milliseconds", 50, 300_000),
];

const PATCHED = [
  ["cache_namespace", "/cacheNamespace"],
  ["uri", "/uri"],
  ["content_handling", "/contentHandling"],
  ["connection_type", "/connectionType"],
  ["connection_id", "/connectionId"],
  ["timeout_milliseconds", "/timeoutInMillis"],
] as const;

/** aws_api_gateway_integration. Behaviour: `internal/service/apigateway/integration.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_integration",
  noun: "API Gateway Integration",
  unsupported: {
    integration_target: "private integrations with load balancers are not carried out",
    response_transfer_mode: "responses are not streamed through a REST API",
  },
  defaults: { connection_type: "INTERNET", timeout_milliseconds: 29_000 },
  forceNew: [
    "credentials",
    "http_method",
    "integration_http_method",
    "passthrough_behavior",
    "resource_id",
    "rest_api_id",
    "type",
  ],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const key = methodKey(planned);
    const input = expand(INTEGRATION, planned);
    if (input.cacheKeyParameters !== undefined) input.cacheNamespace ??= key.resourceId;
    await aws.clients.apigateway.putIntegration({ ...input, ...key });
    await onCreated({ id: `agi-${key.restApiId}-${key.resourceId}-${key.httpMethod}` });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getIntegration(methodKey(state)));
    if (found === undefined) return null;
    const { httpMethod, ...members } = found;
    const values = flatten(INTEGRATION, { ...members, integrationHttpMethod: httpMethod } as Partial<PutIntegrationCommandInput>);
    return { ...state, ...values, connection_type: found.connectionType ?? "INTERNET" };
  },
  async update(aws, prior, planned, changed) {
    const patchOperations = patches(prior, planned, changed);
    await aws.clients.apigateway.updateIntegration({ ...methodKey(prior), patchOperations });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteIntegration(methodKey(state)));
  },
  importId: (id) => importMethod("agi", id),
};

function patches(prior: ValueObject, planned: ValueObject, changed: (path: string) => boolean): PatchOperation[] {
  const tls = blockAt(planned, "tls_config");
  return [
    ...mapPatches("/requestTemplates", prior.request_templates, planned.request_templates),
    ...mapPatches("/requestParameters", prior.request_parameters, planned.request_parameters),
    ...setPatches("/cacheKeyParameters", prior.cache_key_parameters, planned.cache_key_parameters, true),
    ...replacements(PATCHED, planned, changed),
    ...(changed("tls_config") && tls !== undefined
      ? [
          {
            op: "replace" as const,
            path: "/tlsConfig/insecureSkipVerification",
            value: String(tls.insecure_skip_verification === true),
          },
        ]
      : []),
  ];
}
