/**
 * VPC links, kept as they are asked for. There is no VPC here, so a link is AVAILABLE at once, and says in its message that nothing goes through:
 * a route that uses it answers 503 with a hint.
 */
import type { CreateVpcLinkRequest, UpdateVpcLinkRequest, VpcLink } from "@aws-sdk/client-apigatewayv2";
import type { Ctx } from "../../../core/service.ts";
import { badRequest, given, keyOf, list, need, newId, paged, type Timed, timed } from "../store.ts";

interface LinkId {
  readonly VpcLinkId?: string;
}

const MESSAGE = "VPC link is kept; this cloud has no VPC, so nothing is routed through it";
const NAME_CHARACTERS_MAX = 128;

function checkName(name: string | undefined): void {
  if (name === undefined || name === "") throw badRequest("VPC link name must be specified");
  if (name.length > NAME_CHARACTERS_MAX) throw badRequest(`VPC link name must be at most ${NAME_CHARACTERS_MAX} characters`);
}

const shown = ({ value, createdMs }: Timed<VpcLink>): VpcLink => ({ ...value, CreatedDate: new Date(createdMs) });

export function createVpcLink(ctx: Ctx, input: CreateVpcLinkRequest): VpcLink {
  checkName(input.Name);
  if ((input.SubnetIds ?? []).length === 0) throw badRequest("At least one subnet must be specified");
  const value = {
    SecurityGroupIds: [],
    Tags: {},
    ...given(input),
    VpcLinkId: newId(ctx, 6),
    VpcLinkStatus: "AVAILABLE",
    VpcLinkStatusMessage: MESSAGE,
    VpcLinkVersion: "V2",
  } as VpcLink;
  const record = timed(ctx, value);
  ctx.store.put(keyOf(ctx, "vpc-link", value.VpcLinkId ?? ""), record);
  ctx.hint(`VPC link ${value.Name}: ${MESSAGE}`);
  return shown(record);
}

export const getVpcLink = (ctx: Ctx, input: LinkId): VpcLink => shown(need(ctx.store, ctx, "vpc-link", input.VpcLinkId ?? ""));

export const getVpcLinks = (ctx: Ctx, input: { readonly MaxResults?: string; readonly NextToken?: string }) =>
  paged(list(ctx.store, ctx, "vpc-link").map(shown), input);

export function updateVpcLink(ctx: Ctx, input: UpdateVpcLinkRequest): VpcLink {
  const before = need(ctx.store, ctx, "vpc-link", input.VpcLinkId ?? "");
  if (input.Name !== undefined) checkName(input.Name);
  const record = { ...before, value: { ...before.value, ...given(input) }, updatedMs: ctx.now() };
  ctx.store.put(keyOf(ctx, "vpc-link", input.VpcLinkId ?? ""), record);
  return shown(record);
}

export function deleteVpcLink(ctx: Ctx, input: LinkId): object {
  need(ctx.store, ctx, "vpc-link", input.VpcLinkId ?? "");
  ctx.store.remove(keyOf(ctx, "vpc-link", input.VpcLinkId ?? ""));
  return {};
}
