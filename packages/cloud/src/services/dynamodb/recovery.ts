/**
 * Point-in-time recovery: while it is on, the first write to an item in a second keeps what the item was before that second.
 * What a table held at the end of a second is what it holds now with all later seconds undone.
 */
import type { Ctx } from "../../core/service.ts";
import type { Key } from "../../core/store.ts";
import type { StoreKey } from "./key.ts";
import { packItem, type StoredItem } from "./store.ts";
import type { TableRecord } from "./table.ts";

const DAY_MS = 24 * 3600 * 1000;
/** How far the latest restorable time lies behind (Developer Guide, "Point-in-time recovery"). */
const LAG_MS = 5 * 60 * 1000;

/** Keeps an item's state for the second that is now. `before` undefined: it was not there. */
export function recordUndo(ctx: Ctx, table: TableRecord, key: StoreKey, before: StoredItem | undefined): void {
  if (table.recovery === undefined) return;
  const place: Key = ["undo", table.id, Math.floor(ctx.now() / 1000), key.hash, key.range];
  if (!ctx.store.has(place)) ctx.store.put(place, before === undefined ? "" : packItem(before.bytes, before.json));
}

export interface Window {
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** Times to which a table can be restored; undefined while recovery is off. */
export function restorable(ctx: Ctx, { recovery }: TableRecord): Window | undefined {
  if (recovery === undefined) return undefined;
  return {
    earliestMs: Math.max(recovery.enabledMs, ctx.now() - recovery.days * DAY_MS),
    latestMs: Math.max(recovery.enabledMs, ctx.now() - LAG_MS),
  };
}

function placeOf(hash: unknown, range: unknown): string {
  const text = (part: unknown) => (part instanceof Uint8Array ? Buffer.from(part).toString("base64") : "");
  return `${text(hash)} ${text(range)}`;
}

/** The table's items as they were at the end of the second of `atMs`, as the store keeps them (`<bytes>:<JSON>`). */
export function* itemsAt(ctx: Ctx, table: TableRecord, atMs: number): Iterable<string> {
  const undone = new Map<string, string>();
  const start: Key = ["undo", table.id, Math.floor(atMs / 1000) + 1];
  for (const { key, value } of ctx.store.range<string>({ prefix: ["undo", table.id], start })) {
    const place = placeOf(key[3], key[4]);
    if (!undone.has(place)) undone.set(place, value);
  }
  for (const { key, value } of ctx.store.range<string>({ prefix: ["item", table.id] }))
    if (!undone.has(placeOf(key[2], key[3]))) yield value;
  for (const value of undone.values()) if (value !== "") yield value;
}

/** An item that was written to in a period: as it was before and at its end (`<bytes>:<JSON>`, undefined: not there), and when. */
export interface Change {
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The last second of the period in which it was written to. */
  readonly second: number;
}

/** Items written to after the second of `fromMs` and until that of `toMs`. */
export function* changesBetween(ctx: Ctx, table: TableRecord, fromMs: number, toMs: number): Iterable<Change> {
  const [from, to] = [Math.floor(fromMs / 1000), Math.floor(toMs / 1000)];
  const changed = new Map<string, { key: Key; before: string; second: number }>();
  const later = new Map<string, string>();
  for (const { key, value } of ctx.store.range<string>({ prefix: ["undo", table.id], start: ["undo", table.id, from + 1] })) {
    const [second, place] = [Number(key[2]), placeOf(key[3], key[4])];
    const known = changed.get(place);
    if (second > to) {
      if (!later.has(place)) later.set(place, value);
    } else changed.set(place, known === undefined ? { key, before: value, second } : { ...known, second });
  }
  for (const [place, { key, before, second }] of changed) {
    const now = later.get(place) ?? ctx.store.get<string>(["item", table.id, key[3] ?? null, key[4] ?? null]) ?? "";
    const [old, fresh] = [before, now].map((text) => (text === "" ? undefined : text));
    if (old !== undefined || fresh !== undefined) yield { before: old, after: fresh, second };
  }
}

function forgetTimer(ctx: Ctx, table: TableRecord): void {
  ctx.schedule("recovery", table.id, ctx.now() + DAY_MS, { name: table.name, id: table.id });
}

/** Recovery was turned on. */
export function startRecovery(ctx: Ctx, table: TableRecord): void {
  forgetTimer(ctx, table);
}

/** Recovery was turned off, or the table is gone. */
export function stopRecovery(ctx: Ctx, table: TableRecord): void {
  ctx.unschedule("recovery", table.id);
  ctx.store.removeRange({ prefix: ["undo", table.id] });
}

/** Once a day: forgets what lies before the recovery period. */
export function trimRecovery(ctx: Ctx, table: TableRecord): void {
  const window = restorable(ctx, table);
  if (window === undefined) return;
  const end: Key = ["undo", table.id, Math.floor(window.earliestMs / 1000)];
  ctx.store.removeRange({ prefix: ["undo", table.id], end });
  forgetTimer(ctx, table);
}
