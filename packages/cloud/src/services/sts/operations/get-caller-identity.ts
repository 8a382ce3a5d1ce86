import { principalArn, principalUserId } from "../../../core/principal.ts";
import type { Ctx } from "../../../core/service.ts";

/** Needs no permission: AWS answers it even to a principal that is denied everything. */
export function getCallerIdentity(ctx: Ctx): { UserId: string; Account: string; Arn: string } {
  const { principal } = ctx;
  return { UserId: principalUserId(principal), Account: principal.accountId, Arn: principalArn(principal) };
}
