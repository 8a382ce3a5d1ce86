import type { Budget, Notification, Subscriber } from "@aws-sdk/client-budgets";
import { type Ctx, ServiceError } from "../../core/service.ts";
import type { Key } from "../../core/store.ts";

/** A budget with what hangs on it. Budgets belong to an account, not to a region. */
export interface BudgetRecord {
  readonly budget: Budget;
  readonly notifications: readonly { readonly notification: Notification; readonly subscribers: readonly Subscriber[] }[];
  readonly tags: { readonly [key: string]: string };
}

const keyOf = (account: string, name: string): Key => ["budget", account, name];

export const invalid = (message: string) => new ServiceError("InvalidParameterException", 400, message);
export const notFound = (message: string) => new ServiceError("NotFoundException", 400, message);
export const duplicate = (message: string) => new ServiceError("DuplicateRecordException", 400, message);

/** An account reads and changes its own budgets only. Throws AccessDeniedException. */
export function requireOwnAccount(ctx: Ctx, accountId: string | undefined): void {
  if (accountId !== ctx.account)
    throw new ServiceError(
      "AccessDeniedException",
      400,
      `Account ${ctx.account} is not authorized to access budgets of account ${accountId}.`,
    );
}

/** Throws NotFoundException. */
export function needBudget(ctx: Ctx, name: string | undefined, doing = "get"): BudgetRecord {
  const record = ctx.store.get<BudgetRecord>(keyOf(ctx.account, name ?? ""));
  if (record === undefined) throw notFound(`Unable to ${doing} budget: ${name} - the budget doesn't exist.`);
  return record;
}

export function findBudget(ctx: Ctx, name: string): BudgetRecord | undefined {
  return ctx.store.get<BudgetRecord>(keyOf(ctx.account, name));
}

export function putBudget(ctx: Ctx, record: BudgetRecord): void {
  ctx.store.put(keyOf(ctx.account, record.budget.BudgetName ?? ""), record);
}

export function removeBudget(ctx: Ctx, name: string): void {
  ctx.store.remove(keyOf(ctx.account, name));
}

/** In the order of their names. */
export function allBudgets(ctx: Ctx): BudgetRecord[] {
  return [...ctx.store.range<BudgetRecord>({ prefix: ["budget", ctx.account] })].map(({ value }) => value);
}

/** A page of a list; the token is the position. Throws InvalidNextTokenException. */
export function page<T>(
  all: readonly T[],
  input: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
): { readonly items: T[]; readonly NextToken?: string } {
  const position = input.NextToken === undefined ? "0" : Buffer.from(input.NextToken, "base64url").toString();
  const from = Number(position);
  if (!/^\d{1,9}$/.test(position) || from > all.length)
    throw new ServiceError("InvalidNextTokenException", 400, "The provided next token is invalid.");
  const to = from + (input.MaxResults ?? 100);
  const items = all.slice(from, to);
  return to < all.length ? { items, NextToken: Buffer.from(String(to)).toString("base64url") } : { items };
}
