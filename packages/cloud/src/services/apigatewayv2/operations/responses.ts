import type { Ctx } from "../../../core/service.ts";
import { forget } from "../live.ts";
import { badRequest, conflict, given, keyOf, list, need, newId, timed } from "../store.ts";
import { getterOf, listerOf } from "./children.ts";

/** Route responses and integration responses of WebSocket APIs: five operations each, the same but for their names. */
interface Kind {
  readonly collection: "route-response" | "integration-response";
  readonly parent: "route" | "integration";
  readonly parentId: "RouteId" | "IntegrationId";
  readonly id: "RouteResponseId" | "IntegrationResponseId";
  readonly key: "RouteResponseKey" | "IntegrationResponseKey";
}

type Input = { readonly [name: string]: unknown };
const textOf = (input: Input, name: string): string => String(input[name] ?? "");

function checkParent(ctx: Ctx, kind: Kind, input: Input): { apiId: string; parentId: string } {
  const apiId = textOf(input, "ApiId");
  const parentId = textOf(input, kind.parentId);
  const api = need(ctx.store, ctx, "api", apiId).value;
  if (api.ProtocolType !== "WEBSOCKET") throw badRequest("Responses are only supported for WEBSOCKET protocol");
  need(ctx.store, ctx, kind.parent, apiId, parentId);
  return { apiId, parentId };
}

function checkKey(ctx: Ctx, kind: Kind, ids: { apiId: string; parentId: string }, key: unknown, except?: string): void {
  if (kind.collection === "route-response" && key !== "$default")
    throw badRequest("Invalid route response key. Only $default is supported");
  const all = list(ctx.store, ctx, kind.collection, ids.apiId, ids.parentId).map(({ value }): Input => ({ ...value }));
  if (all.some((other) => other[kind.key] === key && other[kind.id] !== except))
    throw conflict(`Response with key ${key} already exists`);
}

function operationsOf(kind: Kind) {
  return {
    create(ctx: Ctx, input: Input): object {
      const ids = checkParent(ctx, kind, input);
      checkKey(ctx, kind, ids, input[kind.key]);
      const { ApiId: _api, [kind.parentId]: _parent, ...members } = given(input);
      const id = newId(ctx, 7);
      const value = { ...members, [kind.id]: id };
      ctx.store.put(keyOf(ctx, kind.collection, ids.apiId, ids.parentId, id), timed(ctx, value));
      forget(ctx, ids.apiId);
      return value;
    },
    get: getterOf(kind.collection, kind.id, [kind.parentId]),
    list: listerOf(kind.collection, [kind.parentId]),
    update(ctx: Ctx, input: Input): object {
      const ids = checkParent(ctx, kind, input);
      const id = textOf(input, kind.id);
      const before = need(ctx.store, ctx, kind.collection, ids.apiId, ids.parentId, id);
      const { ApiId: _api, [kind.parentId]: _parent, ...changes } = given(input);
      if (changes[kind.key] !== undefined) checkKey(ctx, kind, ids, changes[kind.key], id);
      const value = { ...before.value, ...changes };
      ctx.store.put(keyOf(ctx, kind.collection, ids.apiId, ids.parentId, id), { ...before, value, updatedMs: ctx.now() });
      forget(ctx, ids.apiId);
      return value;
    },
    remove(ctx: Ctx, input: Input): object {
      const ids = checkParent(ctx, kind, input);
      const id = textOf(input, kind.id);
      need(ctx.store, ctx, kind.collection, ids.apiId, ids.parentId, id);
      ctx.store.remove(keyOf(ctx, kind.collection, ids.apiId, ids.parentId, id));
      forget(ctx, ids.apiId);
      return {};
    },
  };
}

export const routeResponses = operationsOf({
  collection: "route-response",
  parent: "route",
  parentId: "RouteId",
  id: "RouteResponseId",
  key: "RouteResponseKey",
});

export const integrationResponses = operationsOf({
  collection: "integration-response",
  parent: "integration",
  parentId: "IntegrationId",
  id: "IntegrationResponseId",
  key: "IntegrationResponseKey",
});
