import type { AwsContext } from "../../resource.ts";
import { decodePolicy } from "./policy-text.ts";

/** An inline policy of a role. */
export interface InlinePolicy {
  readonly name: string;
  readonly policy: string;
}

/** ARNs of the managed policies attached to a role. */
export async function listAttachedPolicies(aws: AwsContext, role: string): Promise<string[]> {
  const found: string[] = [];
  for (let marker: string | undefined; ; ) {
    const page = await aws.clients.iam.listAttachedRolePolicies({
      RoleName: role,
      ...(marker === undefined ? {} : { Marker: marker }),
    });
    for (const { PolicyArn } of page.AttachedPolicies ?? []) if (PolicyArn !== undefined) found.push(PolicyArn);
    marker = page.IsTruncated === true ? page.Marker : undefined;
    if (marker === undefined) return found;
  }
}

export async function listInlinePolicyNames(aws: AwsContext, role: string): Promise<string[]> {
  const found: string[] = [];
  for (let marker: string | undefined; ; ) {
    const page = await aws.clients.iam.listRolePolicies({ RoleName: role, ...(marker === undefined ? {} : { Marker: marker }) });
    found.push(...(page.PolicyNames ?? []));
    marker = page.IsTruncated === true ? page.Marker : undefined;
    if (marker === undefined) return found;
  }
}

/** The role's inline policies with their documents. */
export async function readInlinePolicies(aws: AwsContext, role: string): Promise<InlinePolicy[]> {
  const names = await listInlinePolicyNames(aws, role);
  return Promise.all(
    names.map(async (name) => {
      const { PolicyDocument } = await aws.clients.iam.getRolePolicy({ RoleName: role, PolicyName: name });
      return { name, policy: decodePolicy(PolicyDocument) };
    }),
  );
}

/** Takes everything from a role that stands in the way of its deletion. */
export async function emptyRole(
  aws: AwsContext,
  role: string,
  what: { readonly attached: boolean; readonly inline: boolean },
): Promise<void> {
  const { InstanceProfiles = [] } = await aws.clients.iam.listInstanceProfilesForRole({ RoleName: role });
  for (const { InstanceProfileName } of InstanceProfiles) {
    await aws.clients.iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName: role });
  }
  if (what.attached) {
    for (const arn of await listAttachedPolicies(aws, role))
      await aws.clients.iam.detachRolePolicy({ RoleName: role, PolicyArn: arn });
  }
  if (what.inline) {
    for (const name of await listInlinePolicyNames(aws, role))
      await aws.clients.iam.deleteRolePolicy({ RoleName: role, PolicyName: name });
  }
}
