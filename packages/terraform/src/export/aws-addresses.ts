import type { JsonObject, StateInstance } from "@dovetail/engine";

/**
 * Addresses that the AWS provider does not ask AWS for but puts together by itself. The embedded cloud's stages answer elsewhere, and
 * Dovetail's provider says where; the state that goes along has what the real provider would say.
 */

export interface Readdressed {
  readonly attribute: string;
  readonly from: string;
  readonly to: string;
}

/** Types with such an address, and its parts in their attributes. */
const ADDRESSES: { readonly [type: string]: (attributes: JsonObject) => string | undefined } = {
  aws_apigatewayv2_stage: ({ api_id: api, name, execution_arn: arn }) => address(api, name === "$default" ? "" : name, arn),
  aws_api_gateway_stage: ({ rest_api_id: api, stage_name: name, execution_arn: arn }) => address(api, name, arn),
  aws_api_gateway_deployment: ({ rest_api_id: api, stage_name: name, execution_arn: arn }) => address(api, name ?? "", arn),
};

const ATTRIBUTE = "invoke_url";

/** What an instance of the embedded cloud says of its address, and what AWS's provider would; undefined where that is the same. */
export function readdressed({ type, current }: StateInstance): Readdressed | undefined {
  const attributes = current?.attributes;
  const from = attributes?.[ATTRIBUTE];
  if (attributes === undefined || typeof from !== "string" || !/^\w+:\/\/(127\.0\.0\.1|localhost)[:/]/.test(from))
    return undefined;
  const to = Object.hasOwn(ADDRESSES, type) ? ADDRESSES[type]?.(attributes) : undefined;
  return to === undefined ? undefined : { attribute: ATTRIBUTE, from, to };
}

/** The region stands in the ARN of what is called: `arn:aws:execute-api:REGION:…`. */
function address(api: unknown, stage: unknown, arn: unknown): string | undefined {
  const [, partition, , region] = typeof arn === "string" ? arn.split(":") : [];
  if (typeof api !== "string" || typeof stage !== "string" || region === undefined) return undefined;
  return `https://${api}.execute-api.${region}.${partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}/${stage}`;
}
