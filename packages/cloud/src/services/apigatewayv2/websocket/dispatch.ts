import type { Authorizer, Integration, Route, Stage } from "@aws-sdk/client-apigatewayv2";
import type { Ctx } from "../../../core/service.ts";
import { liveState } from "../live.ts";
import { served } from "../plane/stages.ts";
import { takeToken } from "../plane/throttle.ts";
import { type Collections, keyOf, list } from "../store.ts";
import { logOccasion } from "./access-log.ts";
import type { Caller } from "./connection.ts";
import type { Occasion } from "./events.ts";
import { type IntegrationAnswer, IntegrationFailed, integrate } from "./integrate.ts";

/** From an occasion ($connect, a message, $disconnect) to its route, its integration and what is said of it. */
export interface Chosen {
  readonly route: Route;
  readonly integration?: Integration;
  readonly authorizer?: Authorizer;
}

export type Outcome =
  | { readonly kind: "answer"; readonly answer: IntegrationAnswer; readonly chosen: Chosen }
  /** The route has no integration: nothing to do. */
  | { readonly kind: "nothing" }
  | { readonly kind: "throttled" }
  | { readonly kind: "failed"; readonly status: number };

/** The stage as it is now; undefined when it is gone. */
export function stageOf(ctx: Ctx, caller: Caller): Stage | undefined {
  const key = keyOf(caller, "stage", caller.api.ApiId ?? "", caller.stageName);
  return ctx.store.get<Collections["stage"]>(key)?.value;
}

export function choose(ctx: Ctx, caller: Caller, stage: Stage, routeKey: string): Chosen | undefined {
  const all = served(ctx, caller, caller.api, stage);
  const route = all.routes.find((each) => each.RouteKey === routeKey);
  if (route === undefined) return undefined;
  const integrationId = (route.Target ?? "").replace(/^integrations\//, "");
  const integration = all.integrations.find((each) => each.IntegrationId === integrationId);
  const authorizer = all.authorizers.find((each) => each.AuthorizerId === route.AuthorizerId);
  return { route, ...(integration === undefined ? {} : { integration }), ...(authorizer === undefined ? {} : { authorizer }) };
}

/** True when a route response hands the integration's answer back to the client. */
export function answersClient(ctx: Ctx, caller: Caller, route: Route): boolean {
  if (route.RouteResponseSelectionExpression !== "$default") return false;
  const all = list(ctx.store, caller, "route-response", caller.api.ApiId ?? "", route.RouteId ?? "");
  return all.some(({ value }) => value.RouteResponseKey === "$default");
}

export async function dispatch(ctx: Ctx, occasion: Occasion, chosen: Chosen): Promise<Outcome> {
  const { caller, stage, routeKey } = occasion;
  const { ApiId = "" } = caller.api;
  if (!takeToken(liveState(ctx).buckets, `${ApiId}/${caller.stageName}/${routeKey}`, stage, routeKey, ctx.now())) {
    logOccasion(ctx, occasion, { status: 429 });
    return { kind: "throttled" };
  }
  if (chosen.integration === undefined) {
    logOccasion(ctx, occasion, { status: 200 });
    return { kind: "nothing" };
  }
  const began = performance.now();
  try {
    const answer = await integrate(ctx, chosen.integration, occasion);
    logOccasion(ctx, occasion, { status: answer.status, integrationLatencyMs: performance.now() - began });
    return { kind: "answer", answer, chosen };
  } catch (error) {
    if (!(error instanceof IntegrationFailed)) throw error;
    logOccasion(ctx, occasion, { status: 500, integrationLatencyMs: performance.now() - began, error: error.message });
    return { kind: "failed", status: error.status };
  }
}
