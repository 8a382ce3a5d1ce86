import type { Plan, ProviderRegistry, StateInstance } from "@dovetail/engine";
import { quoteText, type WrittenItem } from "@dovetail/hcl";
import { type Diagnostic, DiagnosticError, valuesEqual, warningDiagnostic } from "@dovetail/model";
import { isUnwritten, localName } from "./record-program.ts";
import { apart, blockItem, sourceItem } from "./written-items.ts";

/** `import` blocks: by which id each object of a state is found again. */

/**
 * Types whose import id is put together from several attributes. Source: the section "Import" of each type's page in the
 * documentation of the AWS provider (read 2026-11). For all others it is the `id`.
 */
const FORMS: { readonly [type: string]: string } = {
  aws_api_gateway_authorizer: "{rest_api_id}/{id}",
  aws_api_gateway_deployment: "{rest_api_id}/{id}",
  aws_api_gateway_gateway_response: "{rest_api_id}/{response_type}",
  aws_api_gateway_integration: "{rest_api_id}/{resource_id}/{http_method}",
  aws_api_gateway_integration_response: "{rest_api_id}/{resource_id}/{http_method}/{status_code}",
  aws_api_gateway_method: "{rest_api_id}/{resource_id}/{http_method}",
  aws_api_gateway_method_response: "{rest_api_id}/{resource_id}/{http_method}/{status_code}",
  aws_api_gateway_method_settings: "{rest_api_id}/{stage_name}/{method_path}",
  aws_api_gateway_model: "{rest_api_id}/{name}",
  aws_api_gateway_request_validator: "{rest_api_id}/{id}",
  aws_api_gateway_resource: "{rest_api_id}/{id}",
  aws_api_gateway_stage: "{rest_api_id}/{stage_name}",
  aws_api_gateway_usage_plan_key: "{usage_plan_id}/{key_id}",
  aws_apigatewayv2_api_mapping: "{id}/{domain_name}",
  aws_apigatewayv2_authorizer: "{api_id}/{id}",
  aws_apigatewayv2_deployment: "{api_id}/{id}",
  aws_apigatewayv2_integration: "{api_id}/{id}",
  aws_apigatewayv2_integration_response: "{api_id}/{integration_id}/{id}",
  aws_apigatewayv2_model: "{api_id}/{id}",
  aws_apigatewayv2_route: "{api_id}/{id}",
  aws_apigatewayv2_route_response: "{api_id}/{route_id}/{id}",
  aws_apigatewayv2_stage: "{api_id}/{name}",
  aws_appautoscaling_policy: "{service_namespace}/{resource_id}/{scalable_dimension}/{name}",
  aws_appautoscaling_target: "{service_namespace}/{resource_id}/{scalable_dimension}",
  aws_cloudwatch_event_permission: "{event_bus_name}/{statement_id}",
  aws_cloudwatch_event_target: "{event_bus_name}/{rule}/{target_id}",
  aws_cloudwatch_log_metric_filter: "{log_group_name}:{name}",
  aws_cloudwatch_log_stream: "{log_group_name}:{name}",
  aws_cloudwatch_log_subscription_filter: "{log_group_name}|{name}",
  aws_cloudwatch_query_definition: "{arn}",
  aws_cognito_identity_provider: "{user_pool_id}:{provider_name}",
  aws_cognito_resource_server: "{user_pool_id}|{identifier}",
  aws_cognito_user: "{user_pool_id}/{username}",
  aws_cognito_user_group: "{user_pool_id}/{name}",
  aws_cognito_user_pool_client: "{user_pool_id}/{id}",
  aws_iam_group_policy_attachment: "{group}/{policy_arn}",
  aws_iam_role_policy_attachment: "{role}/{policy_arn}",
  aws_iam_user_group_membership: "{user}/{groups}",
  aws_iam_user_policy_attachment: "{user}/{policy_arn}",
  aws_lambda_alias: "{function_name}/{name}",
  aws_lambda_layer_version: "{arn}",
  aws_lambda_permission: "{function_name}/{statement_id}",
  aws_route: "{route_table_id}_{destination_cidr_block}",
  aws_route_table_association: "{subnet_id}/{route_table_id}",
  aws_s3_object: "{bucket}/{key}",
  aws_scheduler_schedule: "{group_name}/{name}",
};

/** What is made of chance or time cannot be told from outside: these types have no import, or one that would show a secret. */
const WITHOUT = /^(random|time|tls|null|local|archive)_/;

export interface Imports {
  readonly items: readonly WrittenItem[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The blocks for the objects of a plan's prior state. What provider and cloud do not find by its id is named, and left out. */
export async function importItems(plan: Plan, providers: ProviderRegistry): Promise<Imports> {
  const managed = [...plan.priorState.instances.values()].filter(
    (each) => each.mode === "managed" && each.current !== undefined && !isUnwritten({ registration: each }),
  );
  const blocks: (readonly WrittenItem[])[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const instance of managed) {
    const id = await importId(instance, plan, providers);
    if (id === undefined) diagnostics.push(withoutId(instance));
    else blocks.push([blockItem("import", [], [sourceItem("to", instance.address), sourceItem("id", quoteText(id))])]);
  }
  return { items: apart(blocks), diagnostics };
}

function withoutId({ address, type }: StateInstance): Diagnostic {
  return warningDiagnostic("DVT7008", "Not in the export", {
    detail: `${address} has no import block: an object of the type ${type} is not found by an id. A plan of the export will create it.`,
    fix: "Move the state along instead:\n    dovetail export tofu --out DIR",
    address,
  });
}

/** The first form by which the provider finds the object that the state has. */
async function importId(instance: StateInstance, plan: Plan, providers: ProviderRegistry): Promise<string | undefined> {
  const { type, address, current } = instance;
  if (WITHOUT.test(type) || current === undefined) return undefined;
  const form = Object.hasOwn(FORMS, type) ? FORMS[type] : undefined;
  const forms = [...(form === undefined ? [] : [form]), "{id}", "{arn}", "{name}"];
  const ids = forms.map((each) => filled(each, current.attributes)).filter((each) => each !== undefined);
  const name = plan.changes.find((change) => change.address === address)?.provider ?? localName(type);
  for (const id of new Set(ids)) if (await isFoundBy(id, instance, name, providers)) return id;
  return undefined;
}

function filled(form: string, attributes: { readonly [name: string]: unknown }): string | undefined {
  const parts = [...form.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => attributes[name]);
  if (!parts.every((part) => typeof part === "string" && part !== "")) return undefined;
  return form.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(attributes[name]));
}

async function isFoundBy(id: string, instance: StateInstance, name: string, providers: ProviderRegistry): Promise<boolean> {
  const { type, current } = instance;
  const { provider } = await (providers.providerFor?.(name, "resource", type) ?? providers.provider(name));
  try {
    const { imported } = await provider.importState(type, id);
    const [first] = imported;
    if (first === undefined || first.type !== type) return false;
    const { state } = await provider.read({
      type,
      state: first.state,
      ...(first.private === undefined ? {} : { private: first.private }),
    });
    return state !== null && valuesEqual(state.id ?? null, (current?.attributes.id as string | undefined) ?? null);
  } catch (error) {
    if (error instanceof DiagnosticError) return false;
    throw error;
  }
}
