import type { Ctx } from "../../../core/service.ts";
import { type Collection, type Collections, list, need, paged } from "../store.ts";

/** Reading what hangs on an API, the same for every collection: the API must be there, then the thing. */
type Named = { readonly [name: string]: unknown };
type Value<C extends Collection> = Collections[C]["value"];

const textOf = (input: object, name: string): string => String((input as Named)[name] ?? "");

/** `parents`: ids between the API and the thing itself (a route's responses). */
export function getterOf<C extends Collection>(collection: C, id: string, parents: readonly string[] = []) {
  return (ctx: Ctx, input: object): Value<C> => {
    need(ctx.store, ctx, "api", textOf(input, "ApiId"));
    const names = ["ApiId", ...parents, id].map((name) => textOf(input, name));
    return need(ctx.store, ctx, collection, ...names).value as Value<C>;
  };
}

export function listerOf<C extends Collection>(collection: C, parents: readonly string[] = []) {
  return (ctx: Ctx, input: { readonly MaxResults?: string | undefined; readonly NextToken?: string | undefined }) => {
    need(ctx.store, ctx, "api", textOf(input, "ApiId"));
    const names = ["ApiId", ...parents].map((name) => textOf(input, name));
    const all = list(ctx.store, ctx, collection, ...names);
    return paged(
      all.map(({ value }) => value as Value<C>),
      input,
    );
  };
}
