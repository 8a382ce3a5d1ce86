/** Policies of the account: which of them hold for a group. API reference, "PutAccountPolicy" (read 2026-11-21). */
import type { Ctx } from "../../core/service.ts";
import { invalid, type Owner } from "./store.ts";

export const POLICY_TYPES = ["DATA_PROTECTION_POLICY", "SUBSCRIPTION_FILTER_POLICY", "FIELD_INDEX_POLICY"] as const;
export type PolicyType = (typeof POLICY_TYPES)[number];

export interface AccountPolicyRecord {
  readonly policyName: string;
  readonly policyType: PolicyType;
  readonly policyDocument: string;
  readonly selectionCriteria?: string;
  readonly updatedMs: number;
}

export const accountPolicyKey = (o: Owner, type: string, name: string) => ["account-policy", o.account, o.region, type, name];

export function policiesOfType(ctx: Ctx, type: PolicyType): AccountPolicyRecord[] {
  const prefix = ["account-policy", ctx.account, ctx.region, type];
  return [...ctx.store.range<AccountPolicyRecord>({ prefix })].map(({ value }) => value);
}

/** Those that hold for the group. */
export function accountPolicies(ctx: Ctx, type: PolicyType, group: string): AccountPolicyRecord[] {
  return policiesOfType(ctx, type).filter(({ selectionCriteria }) => isSelected(selectionCriteria, group));
}

const EXCLUDED = /^LogGroupName NOT IN (\[.*\])$/s;
const PREFIXED = /^LogGroupNamePrefix IN (\[.*\])$/s;

function isSelected(criteria: string | undefined, group: string): boolean {
  if (criteria === undefined) return true;
  const excluded = EXCLUDED.exec(criteria)?.[1];
  if (excluded !== undefined) return !namesIn(excluded).includes(group);
  return namesIn(PREFIXED.exec(criteria)?.[1] ?? "[]").some((prefix) => group.startsWith(prefix));
}

function namesIn(list: string): readonly string[] {
  const names: unknown = JSON.parse(list);
  if (!Array.isArray(names) || !names.every((each) => typeof each === "string")) throw new SyntaxError("no list of names");
  return names;
}

/** Subscriptions leave groups out by name, indexes choose them by prefix. Throws InvalidParameterException. */
export function checkCriteria(type: PolicyType, criteria: string | undefined): void {
  if (criteria === undefined) return;
  const form = type === "SUBSCRIPTION_FILTER_POLICY" ? EXCLUDED : type === "FIELD_INDEX_POLICY" ? PREFIXED : undefined;
  const list = form?.exec(criteria)?.[1];
  try {
    if (list !== undefined) namesIn(list);
  } catch {
    throw invalid("Invalid selectionCriteria");
  }
  if (list === undefined) throw invalid(`selectionCriteria is not supported in this form for ${type}`);
}
