import { parseArn } from "../../core/arn.ts";
import type { Ctx, IamRequest } from "../../core/service.ts";

/**
 * The gateway asks an account's root about other accounts' tables and streams where the request itself names them; inside batches,
 * transactions and iterators they are asked about here. The resource's policy decides.
 * Throws AccessDeniedException.
 */
export function askOtherAccounts(ctx: Ctx, operation: string, asks: IamRequest | readonly IamRequest[]): void {
  if (ctx.principal.kind !== "root") return;
  for (const { action = `dynamodb:${operation}`, resources = [], resourcePolicy } of [asks].flat())
    for (const resource of resources) {
      const account = parseArn(resource)?.account ?? ctx.account;
      if (account === ctx.account) continue;
      ctx
        .with({ account })
        .authorize(ctx.principal, { action, resource, ...(resourcePolicy === undefined ? {} : { resourcePolicy }) });
    }
}
