import type { Ctx } from "../../core/service.ts";
import type { RouteTable } from "./plane/route-table.ts";
import type { Connection } from "./websocket/connection.ts";

/** What the data plane keeps in memory: compiled routes by API and stage, authorizer answers, token buckets, signing keys. */
export interface LiveState {
  readonly tables: Map<string, RouteTable>;
  readonly authorizations: Map<string, { readonly untilMs: number; readonly result: unknown }>;
  readonly buckets: Map<string, { tokens: number; atMs: number }>;
  /** Open WebSocket connections, by id. */
  readonly connections: Map<string, Connection>;
  readonly tokens: Map<string, Readonly<Record<string, unknown>>>;
}

export function liveState(ctx: Ctx): LiveState {
  return ctx.memory<LiveState>(() => ({
    tables: new Map(),
    authorizations: new Map(),
    buckets: new Map(),
    connections: new Map(),
    tokens: new Map(),
  }));
}

/** After a change of an API: its routes are compiled anew by the next request, cached authorizations are dropped. */
export function forget(ctx: Ctx, apiId: string): void {
  const drop = () => {
    const { tables, authorizations } = liveState(ctx);
    for (const key of tables.keys()) if (key.startsWith(`${apiId}/`)) tables.delete(key);
    for (const key of authorizations.keys()) if (key.startsWith(`${apiId}/`)) authorizations.delete(key);
  };
  drop();
  ctx.after(drop);
}
