import type { CreateResourceRequest, PatchOperation, Resource } from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import type { StoreRead } from "../../../core/store.ts";
import { badRequest, conflict, keyOf, newId, type Owner, timed } from "../../apigatewayv2/store.ts";
import { type PatchRule, patched } from "../patch.ts";
import { list, need, type Paging, paged, save } from "../store.ts";

/** Resources: the tree of a REST API's paths. Methods lie in their resource's record. */
type Ids = { readonly restApiId?: string | undefined; readonly resourceId?: string | undefined };

const PART = /^(\{[A-Za-z0-9._:-]+\+?\}|[A-Za-z0-9._:~$!*-]+)$/;

/** What `GetResource` shows: methods by name only, unless they are asked for. */
export function shown(resource: Resource, embed: readonly string[] | undefined): Resource {
  const { resourceMethods, ...rest } = resource;
  if (resourceMethods === undefined || Object.keys(resourceMethods).length === 0) return rest;
  const isWhole = embed?.includes("methods") === true;
  const methods = Object.entries(resourceMethods).map(([name, method]) => [name, isWhole ? method : {}] as const);
  return { ...rest, resourceMethods: Object.fromEntries(methods) };
}

export const resourcesOf = (store: StoreRead, o: Owner, apiId: string): Resource[] =>
  list(store, o, "rest-resource", apiId).map(({ value }) => value);

export const pathBelow = (parent: string | undefined, part: string): string => `${parent === "/" ? "" : parent}/${part}`;

function checkPart(siblings: readonly Resource[], parent: Resource, part: string): void {
  if (!PART.test(part))
    throw badRequest(
      "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
    );
  if (parent.pathPart?.endsWith("+}") === true)
    throw badRequest(`Cannot create a child of a resource with a greedy path variable: ${parent.path}`);
  if (siblings.some((sibling) => sibling.pathPart === part))
    throw conflict(`Another resource with the same parent already has this name: ${part}`);
  const variable = part.startsWith("{") ? siblings.find((sibling) => sibling.pathPart?.startsWith("{") === true) : undefined;
  // `{id}` and `{proxy+}` may stand side by side; two of a kind would be the same path.
  if (variable !== undefined && variable.pathPart?.endsWith("+}") === part.endsWith("+}"))
    throw badRequest(`A sibling (${variable.id}) of this resource already has a variable path part -- only one is allowed`);
}

export function createResource(ctx: Ctx, input: CreateResourceRequest): Resource {
  const { restApiId = "", parentId = "", pathPart = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  const parent = need(ctx.store, ctx, "rest-resource", restApiId, parentId).value;
  const siblings = resourcesOf(ctx.store, ctx, restApiId).filter((each) => each.parentId === parentId);
  checkPart(siblings, parent, pathPart);
  const value: Resource = { id: newId(ctx, 6), parentId, pathPart, path: pathBelow(parent.path, pathPart) };
  ctx.store.put(keyOf(ctx, "rest-resource", restApiId, value.id ?? ""), timed(ctx, value));
  return value;
}

export function getResource(ctx: Ctx, input: Ids & { readonly embed?: string[] | undefined }): Resource {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  return shown(need(ctx.store, ctx, "rest-resource", input.restApiId ?? "", input.resourceId ?? "").value, input.embed);
}

export function getResources(ctx: Ctx, input: Ids & Paging & { readonly embed?: string[] | undefined }) {
  need(ctx.store, ctx, "rest-api", input.restApiId ?? "");
  const all = resourcesOf(ctx.store, ctx, input.restApiId ?? "");
  return paged(
    all.map((resource) => shown(resource, input.embed)),
    input,
  );
}

type Draft = { -readonly [K in keyof Resource]: Resource[K] };
const RULES: readonly PatchRule<Draft>[] = [
  { path: "/pathPart", ops: ["replace"], apply: (target, value) => Object.assign(target, { pathPart: value }) },
  { path: "/parentId", ops: ["replace"], apply: (target, value) => Object.assign(target, { parentId: value }) },
];

export function updateResource(ctx: Ctx, input: Ids & { readonly patchOperations?: PatchOperation[] | undefined }): Resource {
  const { restApiId = "", resourceId = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  const before = need(ctx.store, ctx, "rest-resource", restApiId, resourceId);
  if (before.value.parentId === undefined) throw badRequest("Root resource cannot be updated.");
  const value = patched(before.value, input.patchOperations, RULES) as Draft;
  const parent = need(ctx.store, ctx, "rest-resource", restApiId, value.parentId ?? "").value;
  const all = resourcesOf(ctx.store, ctx, restApiId);
  if (`${parent.path}/`.startsWith(`${before.value.path}/`)) throw badRequest("Resource cannot be moved below itself");
  checkPart(
    all.filter((each) => each.parentId === value.parentId && each.id !== resourceId),
    parent,
    value.pathPart ?? "",
  );
  value.path = pathBelow(parent.path, value.pathPart ?? "");
  save(ctx, "rest-resource", [restApiId, resourceId], before, value);
  for (const below of all.filter((each) => each.path?.startsWith(`${before.value.path}/`) === true)) {
    const record = need(ctx.store, ctx, "rest-resource", restApiId, below.id ?? "");
    const path = `${value.path}${below.path?.slice(before.value.path?.length ?? 0)}`;
    save(ctx, "rest-resource", [restApiId, below.id ?? ""], record, { ...below, path });
  }
  return shown(value, undefined);
}

export function deleteResource(ctx: Ctx, input: Ids): object {
  const { restApiId = "", resourceId = "" } = input;
  need(ctx.store, ctx, "rest-api", restApiId);
  const { value } = need(ctx.store, ctx, "rest-resource", restApiId, resourceId);
  if (value.parentId === undefined) throw badRequest("Root resource cannot be deleted.");
  for (const below of resourcesOf(ctx.store, ctx, restApiId)) {
    if (below.id === resourceId || below.path?.startsWith(`${value.path}/`) === true)
      ctx.store.remove(keyOf(ctx, "rest-resource", restApiId, below.id ?? ""));
  }
  return {};
}
