/** What an account has in a region: the store of all kinds. */
import { createHash } from "node:crypto";
import type { Ctx } from "../../core/service.ts";
import type { Key } from "../../core/store.ts";
import { defaultNetwork, type Placed } from "./default-network.ts";
import { invalidValue, refusal } from "./errors.ts";
import type { Kind } from "./kinds.ts";

const ID_BYTES = 9;

/** `vpc-0` and sixteen hexadecimal digits. */
export function newId(ctx: Ctx, prefix: string): string {
  return `${prefix}-0${Buffer.from(ctx.random.bytes(ID_BYTES)).toString("hex").slice(0, 16)}`;
}

const keyOf = <T>(ctx: Ctx, { type }: Kind<T>, id: string): Key => [type, ctx.account, ctx.region, id];

export function find<T>(ctx: Ctx, kind: Kind<T>, id: string | undefined): T | undefined {
  if (id === undefined) return undefined;
  return ctx.store.get<T>(keyOf(ctx, kind, id)) ?? given(ctx, kind).find((record) => kind.idOf(record) === id);
}

const touchedKey = (ctx: Ctx): Key => ["touched", ctx.account, ctx.region];

/** What is there without having been made, of one kind: nothing once the region was changed, for then it is kept like everything else. */
function given<T>(ctx: Ctx, kind: Kind<T>): T[] {
  if (ctx.store.get(touchedKey(ctx)) !== undefined) return [];
  return belongings(ctx)
    .filter((each) => each.kind.type === kind.type)
    .map(({ record }) => record as T)
    .sort((a, b) => ((kind.idOf(a) ?? "") < (kind.idOf(b) ?? "") ? -1 : 1));
}

/** The ID of what an account's region came with: the same each time. */
export function originalId({ account, region }: Ctx, prefix: string, name: string): string {
  return `${prefix}-0${createHash("sha256").update(`${account} ${region} ${prefix} ${name}`).digest("hex").slice(0, 16)}`;
}

/** The default VPC and what belongs to it. */
function belongings(ctx: Ctx) {
  return defaultNetwork({
    account: ctx.account,
    region: ctx.region,
    idOf: (prefix, name) => originalId(ctx, prefix, name),
  });
}

/** Before the first change of a region: keeps what was there without having been made. */
function touch(ctx: Ctx): void {
  if (ctx.store.get(touchedKey(ctx)) !== undefined) return;
  for (const { kind, record } of belongings(ctx)) ctx.store.put(keyOf(ctx, kind, kind.idOf(record as never) ?? ""), record);
  ctx.store.put(touchedKey(ctx), true);
}

/** Throws `….Malformed` for what is no ID, `….NotFound` for one that nothing has. */
export function need<T>(ctx: Ctx, kind: Kind<T>, id: string | undefined): T {
  const found = find(ctx, kind, id);
  if (found !== undefined) return found;
  if (!new RegExp(`^${kind.prefix}-[0-9a-f]{8,17}$`).test(id ?? ""))
    throw refusal(kind.malformed, `Invalid id: "${id}" (expecting "${kind.prefix}-...")`);
  throw refusal(kind.missing[0], kind.missing[1](id ?? ""));
}

export function put<T>(ctx: Ctx, kind: Kind<T>, record: T): T {
  touch(ctx);
  ctx.store.put(keyOf(ctx, kind, kind.idOf(record) ?? ""), record);
  return record;
}

/** Keeps what was made together. */
export function place(ctx: Ctx, things: readonly Placed[]): void {
  for (const { kind, record } of things) put(ctx, kind, record);
}

export function remove<T>(ctx: Ctx, kind: Kind<T>, id: string | undefined): void {
  touch(ctx);
  ctx.store.remove(keyOf(ctx, kind, id ?? ""));
}

/** In order of the IDs. */
export function all<T>(ctx: Ctx, kind: Kind<T>): T[] {
  const kept = [...ctx.store.range<T>({ prefix: [kind.type, ctx.account, ctx.region] })].map(({ value }) => value);
  return kept.length > 0 ? kept : given(ctx, kind);
}

/** How many of the kind the account has in all regions. */
export function count<T>(ctx: Ctx, kind: Kind<T>, counts: (record: T) => boolean = () => true): number {
  return [...ctx.store.range<T>({ prefix: [kind.type, ctx.account] })].filter(({ value }) => counts(value)).length;
}

export const arnOf = <T>(ctx: Ctx, { type }: Kind<T>, id: string) => `arn:aws:ec2:${ctx.region}:${ctx.account}:${type}/${id}`;

/** The records of the IDs, all where there are none. Throws for the first ID that nothing has. */
export function chosen<T>(ctx: Ctx, kind: Kind<T>, ids: readonly string[] | undefined): T[] {
  if (ids === undefined || ids.length === 0) return all(ctx, kind);
  return ids.map((id) => need(ctx, kind, id));
}

const PAGE_DEFAULT = 1000;

/** A page of a list; the token is the position. */
export function page<T>(
  items: readonly T[],
  { MaxResults, NextToken }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
): { readonly items: T[]; readonly NextToken?: string } {
  const position = NextToken === undefined ? "0" : Buffer.from(NextToken, "base64url").toString();
  const from = Number(position);
  if (!/^\d{1,9}$/.test(position) || from > items.length) throw invalidValue("Unable to parse pagination token");
  const to = from + (MaxResults ?? PAGE_DEFAULT);
  const part = items.slice(from, to);
  return to < items.length ? { items: part, NextToken: Buffer.from(String(to)).toString("base64url") } : { items: part };
}
