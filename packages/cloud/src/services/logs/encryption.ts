/**
 * AssociateKmsKey and CreateLogGroup with a key: CloudWatch Logs itself must be let by the key's policy, with the group's ARN as
 * encryption context. CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS KMS".
 */
import { requireKeyUse } from "../../core/key-use.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { groupArn } from "./store.ts";

const ACTIONS = ["Encrypt", "Decrypt", "GenerateDataKey"] as const;

async function serves(ctx: Ctx, keyId: string, arn: string, service: string): Promise<boolean> {
  const as = { kind: "service", accountId: ctx.account, service, sourceArn: arn, sourceAccount: ctx.account } as const;
  try {
    await requireKeyUse(ctx, keyId, ACTIONS, { "aws:logs:arn": arn }, as);
    return true;
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}

/** Throws AccessDeniedException in AWS's words, InvalidParameterException for what is no key's ARN. */
export async function requireLogsKey(ctx: Ctx, group: string, keyId: string): Promise<void> {
  const arn = groupArn(ctx, group);
  for (const service of [`logs.${ctx.region}.amazonaws.com`, "logs.amazonaws.com"])
    if (await serves(ctx, keyId, arn, service)) return;
  throw new ServiceError(
    "AccessDeniedException",
    400,
    `The specified KMS key does not exist or is not allowed to be used with Arn '${arn}'`,
  );
}
