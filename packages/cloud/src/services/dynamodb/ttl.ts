/** Time to live: items whose attribute says so go when the cloud's clock passes it, deleted by the service itself. */
import type { Ctx } from "../../core/service.ts";
import { getAttribute, type Item } from "./attribute-value.ts";
import { keyAttributes, keyOfItem, primaryDigest, type StoreKey } from "./key.ts";
import { parseItem, unpackItem } from "./store.ts";
import type { TableRecord } from "./table.ts";

/** Older times are taken for mistakes and left alone (Developer Guide, "Using time to live"). */
const AGE_SECONDS_MAX = 5 * 365 * 24 * 3600;

/** The second at which an item goes; undefined where it stays. */
export function expiryOf(table: TableRecord, item: Item | undefined): number | undefined {
  if (item === undefined || table.ttl?.enabled !== true) return undefined;
  const value = getAttribute(item, table.ttl.attribute);
  if (value === undefined || !("N" in value)) return undefined;
  const seconds = Math.floor(Number(value.N));
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds : undefined;
}

function firstExpiry(ctx: Ctx, table: TableRecord): number | undefined {
  for (const key of ctx.store.keys({ prefix: ["ttl", table.id], limit: 1 })) return Number(key[2]);
  return undefined;
}

/** Sets the timer to the first expiry there is. */
export function arm(ctx: Ctx, table: TableRecord): void {
  const first = firstExpiry(ctx, table);
  if (first === undefined) return;
  // An item has expired once the current second is past the one it names.
  const atMs = Math.max((first + 1) * 1000, ctx.now());
  ctx.with({ account: table.account, region: table.region }).schedule("ttl", table.id, atMs, { name: table.name, id: table.id });
}

/** Keeps the order of expiry in step with a write. */
export function trackExpiry(
  ctx: Ctx,
  table: TableRecord,
  key: StoreKey,
  before: Item | undefined,
  after: Item | undefined,
): void {
  if (table.ttl?.enabled !== true) return;
  const old = expiryOf(table, before);
  const fresh = expiryOf(table, after);
  if (old === fresh) return;
  const primary = primaryDigest(key);
  if (old !== undefined) ctx.store.remove(["ttl", table.id, old, primary]);
  if (fresh === undefined || after === undefined) return;
  if (fresh * 1000 < ctx.now() - AGE_SECONDS_MAX * 1000) return;
  const first = firstExpiry(ctx, table);
  ctx.store.put(["ttl", table.id, fresh, primary], JSON.stringify(keyAttributes(after, table.keys)));
  if (first === undefined || fresh < first) arm(ctx, table);
}

/** For a table that has just got its TTL attribute: puts every item it holds in order of expiry. */
export function trackAll(ctx: Ctx, table: TableRecord): void {
  for (const { value } of [...ctx.store.range<string>({ prefix: ["item", table.id] })]) {
    const item = parseItem(unpackItem(value).json);
    if (expiryOf(table, item) !== undefined) trackExpiry(ctx, table, keyOfItem(table, item), undefined, item);
  }
}
