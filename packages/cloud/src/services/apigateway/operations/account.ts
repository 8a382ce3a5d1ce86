import type { Account, PatchOperation } from "@aws-sdk/client-api-gateway";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { badRequest, keyOf, timed } from "../../apigatewayv2/store.ts";
import { patched, text } from "../patch.ts";
import { find } from "../store.ts";

/** The account's settings in a region: the role that execution and access logs are written with. */
const UNSET: Account = {
  throttleSettings: { burstLimit: 5000, rateLimit: 10_000 },
  features: ["UsagePlans"],
  apiKeyVersion: "4",
};

export const getAccount = (ctx: Ctx): Account => find(ctx.store, ctx, "rest-account")?.value ?? UNSET;

export async function updateAccount(
  ctx: Ctx,
  input: { readonly patchOperations?: PatchOperation[] | undefined },
): Promise<Account> {
  const before = getAccount(ctx);
  const value = patched(before, input.patchOperations, [text("/cloudwatchRoleArn", "cloudwatchRoleArn")]) as {
    -readonly [K in keyof Account]: Account[K];
  };
  if (value.cloudwatchRoleArn === "") delete value.cloudwatchRoleArn;
  if (value.cloudwatchRoleArn !== undefined && value.cloudwatchRoleArn !== before.cloudwatchRoleArn)
    await checkRole(ctx, value.cloudwatchRoleArn);
  ctx.transact((store) => store.put(keyOf(ctx, "rest-account"), timed(ctx, value)));
  return value;
}

/** The role must be there and let API Gateway assume it. */
async function checkRole(ctx: Ctx, arn: string): Promise<void> {
  const name = /^arn:[^:]+:iam::\d{12}:role\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  if (name === undefined) throw badRequest("Invalid ARN specified in the request");
  try {
    const { Role } = await ctx.call<{ Role?: { AssumeRolePolicyDocument?: string } }>("iam", "GetRole", { RoleName: name });
    if (decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "").includes("apigateway.amazonaws.com")) return;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
  }
  throw badRequest(
    "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.",
  );
}
