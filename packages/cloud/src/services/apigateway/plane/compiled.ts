import type { Resource } from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import { forget, liveState } from "../../apigatewayv2/live.ts";
import { type RouteTable, routeTable } from "../../apigatewayv2/plane/route-table.ts";
import type { Owner } from "../../apigatewayv2/store.ts";
import { type Frozen, frozenKey } from "../store.ts";

/** What a stage serves, made ready for matching; kept in memory until the API changes. */
export interface Compiled {
  readonly frozen: Frozen;
  readonly table: RouteTable;
  readonly byId: ReadonlyMap<string, Resource>;
}

/** After a change of an API or its stages: the next request reads it anew. */
export const forgetRest = (ctx: Ctx, apiId: string): void => forget(ctx, apiId);

interface CompiledTable extends RouteTable {
  readonly compiled?: Compiled;
}

/** undefined when the stage's deployment is gone. */
export function compiledStage(
  ctx: Ctx,
  owner: Owner,
  apiId: string,
  stageName: string,
  deploymentId: string,
): Compiled | undefined {
  const { tables } = liveState(ctx);
  const key = `${apiId}/${stageName}/${deploymentId}`;
  const known = (tables.get(key) as CompiledTable | undefined)?.compiled;
  if (known !== undefined) return known;
  const frozen = ctx.store.get<Frozen>(frozenKey(owner, apiId, deploymentId));
  if (frozen === undefined) return undefined;
  const made = compile(frozen);
  const entry: CompiledTable = { ...made.table, compiled: made };
  tables.set(key, entry);
  return made;
}

export function compile(frozen: Frozen): Compiled {
  const routes = frozen.resources.flatMap((resource) =>
    Object.keys(resource.resourceMethods ?? {}).map((method) => ({
      RouteKey: `${method} ${resource.path ?? "/"}`,
      Target: resource.id ?? "",
    })),
  );
  return {
    frozen,
    table: routeTable(routes),
    byId: new Map(frozen.resources.map((resource) => [resource.id ?? "", resource])),
  };
}
