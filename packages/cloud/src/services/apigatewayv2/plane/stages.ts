import type { Api, Stage } from "@aws-sdk/client-apigatewayv2";
import type { Ctx } from "../../../core/service.ts";
import { type Collections, type Frozen, keyOf, list, type Owner } from "../store.ts";
import { decode } from "./route-table.ts";

/** Which stage an address means, and what that stage serves. */
export interface Addressed {
  readonly apiId: string;
  /** When the address itself names the stage; else the path's first segment may. */
  readonly stage?: string;
  /** Still encoded, with the query. */
  readonly url: string;
  /** Came in by a custom domain name: what its mapping cut off the path. */
  readonly domainPath?: string;
}

export const splitOnce = (url: string): [string, string] => {
  const at = url.indexOf("?");
  return at < 0 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
};

/** The stage, and the path below it. undefined when the path leads to none. */
export function findStage(
  ctx: Ctx,
  addressed: Addressed,
  owner: Owner,
  path: string,
): { stage: Collections["stage"]; path: string } | undefined {
  const get = (name: string) => ctx.store.get<Collections["stage"]>(keyOf(owner, "stage", addressed.apiId, name));
  if (addressed.stage !== undefined) {
    const stage = get(addressed.stage);
    return stage === undefined ? undefined : { stage, path };
  }
  const [, first = "", rest = ""] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
  const named = first === "" || first === "$default" ? undefined : get(decode(first));
  if (named !== undefined) return { stage: named, path: rest === "" ? "/" : rest };
  const fallback = get("$default");
  return fallback === undefined ? undefined : { stage: fallback, path };
}

/** A stage serves what stands now when it deploys by itself, else what its deployment froze. */
export function served(ctx: Ctx, owner: Owner, api: Api, stage: Stage): Frozen {
  const ApiId = api.ApiId ?? "";
  const values = <C extends "route" | "integration" | "authorizer">(collection: C) =>
    list(ctx.store, owner, collection, ApiId).map((item) => item.value);
  if (stage.AutoDeploy === true)
    return { routes: values("route"), integrations: values("integration"), authorizers: values("authorizer") } as Frozen;
  const deployment = ctx.store.get<Collections["deployment"]>(keyOf(owner, "deployment", ApiId, stage.DeploymentId ?? ""));
  return deployment?.frozen ?? { routes: [], integrations: [], authorizers: [] };
}
