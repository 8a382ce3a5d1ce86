import type { CreateVpcLinkRequest, PatchOperation, VpcLink } from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import { badRequest, given, keyOf, newId, timed } from "../../apigatewayv2/store.ts";
import { patched, text } from "../patch.ts";
import { list, need, type Paging, paged, save } from "../store.ts";

/** VPC links: kept; nothing is routed through them. */
type Id = { readonly vpcLinkId?: string | undefined };

export function createVpcLink(ctx: Ctx, input: CreateVpcLinkRequest): VpcLink {
  if ((input.name ?? "") === "") throw badRequest("VpcLink name cannot be blank");
  if ((input.targetArns ?? []).length !== 1) throw badRequest("Exactly one target ARN is required");
  const value: VpcLink = {
    tags: {},
    ...given(input),
    id: newId(ctx, 6),
    status: "AVAILABLE",
    statusMessage: "Your vpc link is ready for use",
  };
  ctx.store.put(keyOf(ctx, "rest-vpc-link", value.id ?? ""), timed(ctx, value));
  return value;
}

export const getVpcLink = (ctx: Ctx, input: Id): VpcLink => need(ctx.store, ctx, "rest-vpc-link", input.vpcLinkId ?? "").value;

export const getVpcLinks = (ctx: Ctx, input: Paging) =>
  paged(
    list(ctx.store, ctx, "rest-vpc-link").map(({ value }) => value),
    input,
  );

export function updateVpcLink(ctx: Ctx, input: Id & { readonly patchOperations?: PatchOperation[] | undefined }): VpcLink {
  const { vpcLinkId = "" } = input;
  const before = need(ctx.store, ctx, "rest-vpc-link", vpcLinkId);
  const value = patched(before.value, input.patchOperations, [text("/name", "name"), text("/description", "description")]);
  return save(ctx, "rest-vpc-link", [vpcLinkId], before, value).value;
}

export function deleteVpcLink(ctx: Ctx, input: Id): object {
  need(ctx.store, ctx, "rest-vpc-link", input.vpcLinkId ?? "");
  ctx.store.remove(keyOf(ctx, "rest-vpc-link", input.vpcLinkId ?? ""));
  return {};
}
