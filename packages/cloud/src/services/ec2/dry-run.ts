/** Rows of the table of operations. */
import type { Ctx, Operation } from "../../core/service.ts";
import { wouldSucceed } from "./errors.ts";

/** A row of the table: `DryRun` ends every operation once IAM has allowed it. */
export function on<I extends { readonly DryRun?: boolean | undefined }>(
  handler: (ctx: Ctx, input: I) => unknown,
  more: Omit<Operation, "handler"> = {},
): Operation {
  return {
    ...more,
    handler: (ctx: Ctx, input: I) => {
      if (input.DryRun === true) throw wouldSucceed();
      return handler(ctx, input);
    },
  };
}

export const reads = { readonly: true } as const;
