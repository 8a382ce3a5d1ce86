/**
 * AWS managed policies that functions, APIs and people commonly use, with the actions of their public documents
 * (AWS managed policy reference guide). One row a policy; a row that is missing here does not exist for AttachRolePolicy.
 */
import { FUNCTION_POLICIES } from "./managed-policies-functions.ts";
import { SERVICE_POLICIES } from "./managed-policies-services.ts";
import type { ManagedPolicyRow } from "./managed-policy-row.ts";

const ROWS: readonly ManagedPolicyRow[] = [...FUNCTION_POLICIES, ...SERVICE_POLICIES];

const PREFIX = "arn:aws:iam::aws:policy/";
const byArn = new Map(ROWS.map((row) => [PREFIX + row.name, row]));

function documentOf(row: ManagedPolicyRow): string {
  const first = { Effect: "Allow", [row.not === true ? "NotAction" : "Action"]: row.actions, Resource: row.resource ?? "*" };
  const more = (row.more ?? []).map(({ actions, resource }) => ({ Effect: "Allow", Action: actions, Resource: resource }));
  return JSON.stringify({ Version: "2012-10-17", Statement: [first, ...more] });
}

/** undefined for an ARN that has no row. */
export function managedPolicyDocument(arn: string): string | undefined {
  const row = byArn.get(arn);
  return row === undefined ? undefined : documentOf(row);
}

export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
}

export function managedPolicies(): ManagedPolicy[] {
  return ROWS.map(({ name }) => {
    const slash = name.lastIndexOf("/");
    return { arn: PREFIX + name, name: name.slice(slash + 1), path: `/${name.slice(0, slash + 1)}` };
  });
}
