/** Takes away the items whose time to live is over. */
import type { Ctx } from "../../core/service.ts";
import { keyOfItem } from "./key.ts";
import { findTable, parseItem } from "./store.ts";
import { arm } from "./ttl.ts";
import { removeItem } from "./write.ts";

/** Items deleted in one transaction; the rest follows in the next. */
const BATCH_MAX = 500;

/** Timer `ttl`: deletes what is due, and arms itself for the next. */
export function expireItems(ctx: Ctx, payload: unknown): void {
  const { name, id } = payload as { name: string; id: string };
  const table = findTable(ctx, name);
  if (table === undefined || table.id !== id || table.ttl?.enabled !== true) return;
  const nowSeconds = Math.floor(ctx.now() / 1000);
  const due = [...ctx.store.range<string>({ prefix: ["ttl", table.id], end: ["ttl", table.id, nowSeconds], limit: BATCH_MAX })];
  for (const { key, value } of due) {
    ctx.store.remove(key);
    removeItem(ctx, table, keyOfItem(table, parseItem(value)), { byService: true });
  }
  if (due.length > 0) ctx.metric("AWS/DynamoDB", "TimeToLiveDeletedItemCount", { TableName: table.name }, due.length, "Count");
  arm(ctx, table);
}
