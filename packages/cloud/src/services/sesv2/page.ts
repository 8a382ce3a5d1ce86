/** Pages of named things, in order of name. */
import type { ServiceError } from "../../core/service.ts";

export interface PageInput {
  readonly NextToken?: string | undefined;
  readonly PageSize?: number | undefined;
}

/** Throws what `refuse` gives for a token that is none. */
export function cut<T>(
  input: PageInput,
  items: readonly T[],
  nameOf: (item: T) => string,
  refuse: () => ServiceError,
  size = 100,
): { shown: readonly T[]; more: { NextToken?: string } } {
  const after = input.NextToken === undefined ? undefined : Buffer.from(input.NextToken, "base64url").toString();
  if (after !== undefined && Buffer.from(after).toString("base64url") !== input.NextToken) throw refuse();
  const rest = after === undefined ? items : items.filter((item) => nameOf(item) > after);
  const limit = input.PageSize ?? size;
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return {
    shown,
    more: rest.length > limit && last !== undefined ? { NextToken: Buffer.from(nameOf(last)).toString("base64url") } : {},
  };
}
