/** Prefix lists: AWS's own of the services with gateways. Own ones are refused by name. */
import type { Ctx } from "../../core/service.ts";
import { type GatewayService, gatewayServices } from "./endpoint-services.ts";
import { refusal } from "./errors.ts";

export interface PrefixList extends Pick<GatewayService, "name" | "blocks"> {
  readonly id: string;
}

/** In order of their names. */
export const prefixLists = (ctx: Ctx): readonly PrefixList[] =>
  gatewayServices(ctx.region).map(({ name, blocks, prefixListId }) => ({ id: prefixListId, name, blocks }));

/** Throws InvalidPrefixListID.NotFound. */
export function needPrefixList(ctx: Ctx, id: string): PrefixList {
  const found = prefixLists(ctx).find((list) => list.id === id);
  if (found === undefined) throw refusal("InvalidPrefixListID.NotFound", `The prefix list ID '${id}' does not exist`);
  return found;
}

/** The lists of the IDs, all where there are none. */
export function chosenLists(ctx: Ctx, ids: readonly string[] | undefined): readonly PrefixList[] {
  return ids === undefined || ids.length === 0 ? prefixLists(ctx) : ids.map((id) => needPrefixList(ctx, id));
}
