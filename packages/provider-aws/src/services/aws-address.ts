import type { ValueObject } from "@dovetail/model";
import type { AwsContext } from "../resource.ts";

/**
 * Whether the state has AWS's own address of an API's stage though the stage is in the embedded cloud: the real provider puts it together
 * by itself, whatever cloud it talks to. It stays as it is, or the two providers would change each other's states for ever.
 */
export function isAwsAddress(aws: Pick<AwsContext, "isLocal">, { invoke_url: url }: ValueObject): boolean {
  return aws.isLocal && typeof url === "string" && /^(https|wss):\/\/\w+\.execute-api\.[\w-]+\.amazonaws\.com(\.cn)?\//.test(url);
}
