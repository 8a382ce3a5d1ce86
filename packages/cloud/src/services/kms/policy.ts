/** Key policies and what IAM is asked about keys. KMS developer guide, "Key policies in AWS KMS" and "Condition keys for AWS KMS". */
import { callerOf, globalContext } from "../../core/policy/context.ts";
import { evaluate } from "../../core/policy/evaluate.ts";
import { principalArn } from "../../core/principal.ts";
import { type Ctx, type IamRequest, ServiceError } from "../../core/service.ts";
import type { EncryptionContext } from "./ciphertext.ts";
import { grantsFor } from "./grants.ts";
import { aliasesOf, type KeyRecord, keyArn } from "./store.ts";

/** What a key gets that is made without a policy through the API: the account decides, by IAM. */
export function defaultPolicy(account: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });
}

/** Everybody in the account may use it through the service it belongs to. */
export function awsManagedPolicy(ctx: Ctx, service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: `auto-${service}-1`,
    Statement: [
      {
        Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"],
        Resource: "*",
        Condition: {
          StringEquals: { "kms:CallerAccount": ctx.account, "kms:ViaService": `${service}.${ctx.region}.amazonaws.com` },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${ctx.account}:root` },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        Resource: "*",
      },
    ],
  });
}

interface Asked {
  readonly action: string;
  readonly context?: EncryptionContext | undefined;
  readonly alias?: string | undefined;
  readonly more?: { readonly [key: string]: string | readonly string[] } | undefined;
}

function conditionsOf(ctx: Ctx, key: KeyRecord, asked: Asked): Record<string, string | readonly string[]> {
  const context = asked.context ?? {};
  const aliases = [...aliasesOf(ctx, key)].filter((alias) => alias.keyId === key.id).map((alias) => alias.name);
  const out: Record<string, string | readonly string[]> = {
    // AWS's services call from accounts of AWS's own: what belongs to the account only is not theirs.
    ...(ctx.principal.kind === "service" ? {} : { "kms:CallerAccount": ctx.principal.accountId }),
    "kms:KeySpec": key.spec,
    "kms:KeyUsage": key.usage,
    "kms:KeyOrigin": "AWS_KMS",
    "kms:MultiRegion": String(key.multiRegion),
    "kms:ResourceAliases": aliases,
    "kms:EncryptionContextKeys": Object.keys(context),
    ...asked.more,
  };
  for (const [name, value] of Object.entries(context)) out[`kms:EncryptionContext:${name}`] = value;
  for (const [name, value] of Object.entries(key.tags)) out[`aws:ResourceTag/${name}`] = value;
  if (ctx.via !== undefined) out["kms:ViaService"] = `${ctx.via}.${key.region}.amazonaws.com`;
  if (asked.alias !== undefined) out["kms:RequestAlias"] = asked.alias;
  return out;
}

/** The key's policy, with a statement more when a grant lets the caller do it. */
function policyWithGrant(ctx: Ctx, key: KeyRecord, asked: Asked): string {
  if (!grantsFor(ctx, key, asked.action.slice("kms:".length), asked.context ?? {})) return key.policy;
  const document = JSON.parse(key.policy) as { Statement: unknown };
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  const granted = { Effect: "Allow", Principal: { AWS: principalArn(ctx.principal) }, Action: asked.action, Resource: "*" };
  return JSON.stringify({ ...document, Statement: [...statements, granted] });
}

/** What the key policy alone says to the caller. */
function policyAnswer(
  ctx: Ctx,
  key: KeyRecord,
  action: string,
  resourcePolicy: string,
  conditions: Record<string, string | readonly string[]>,
) {
  const context = globalContext(ctx, {});
  for (const [name, value] of Object.entries(conditions))
    context[name.toLowerCase()] = typeof value === "string" ? [value] : value;
  // With an identity that may everything, and as if from outside the account: only the key policy's own answer is left.
  return evaluate({
    caller: { ...callerOf(ctx.principal), isRoot: true },
    action,
    resource: keyArn(key),
    resourceAccount: "",
    context,
    identityPolicies: [],
    resourcePolicy,
  });
}

/** Whether the caller could change the policy again once it is this one. Developer guide, "Policy lockout safety check". */
export function locksOut(ctx: Ctx, key: KeyRecord, policy: string): boolean {
  const action = "kms:PutKeyPolicy";
  const { reason } = policyAnswer(ctx, key, action, policy, conditionsOf(ctx, key, { action }));
  return reason === "no-resource-allow" || reason === "resource-deny";
}

/**
 * The question about one key. Other than with every other resource, an identity's own policies count only when the key policy gives
 * the account the say ("Default key policy", Allows access to the AWS account); so a key policy that says nothing refuses here.
 */
export function askAbout(ctx: Ctx, key: KeyRecord, asked: Asked): IamRequest {
  const conditions = conditionsOf(ctx, key, asked);
  const resourcePolicy = policyWithGrant(ctx, key, asked);
  const answer = policyAnswer(ctx, key, asked.action, resourcePolicy, conditions);
  if (answer.reason === "no-resource-allow")
    throw new ServiceError(
      "AccessDeniedException",
      400,
      `User: ${principalArn(ctx.principal)} is not authorized to perform: ${asked.action} on resource: ${keyArn(key)} because no resource-based policy allows the ${asked.action} action`,
    );
  return { action: asked.action, resources: [keyArn(key)], conditions, resourcePolicy };
}
