/**
 * IAM's records as the gateway needs them on each request (the IAM service writes them): roles, users and groups by account and name,
 * managed policies by ARN. Keyed below the service `iam`: `["role" | "user" | "group", account, name]`, `["policy", account, arn]`,
 * `["access-key", id]`, `["instance-profile", account, name]`.
 */
import { managedPolicyDocument } from "./managed-policies.ts";
import type { NamedPolicy } from "./policy/evaluate.ts";
import type { Principal } from "./service.ts";
import type { StoreRead } from "./store.ts";

export type EntityKind = "role" | "user" | "group";

export interface EntityRecord {
  readonly kind: EntityKind;
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly path: string;
  readonly account: string;
  readonly createdMs: number;
  readonly inline: { readonly [policyName: string]: string };
  /** ARNs of managed policies, in order of attachment. */
  readonly attached: readonly string[];
  readonly tags: { readonly [key: string]: string };
  readonly boundary?: string;
  /** Roles. */
  readonly trust?: string;
  readonly description?: string;
  readonly maxSessionSeconds?: number;
  /** Users. */
  readonly groups?: readonly string[];
}

export interface PolicyVersionRecord {
  readonly id: string;
  readonly document: string;
  readonly createdMs: number;
}

export interface PolicyRecord {
  readonly arn: string;
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly account: string;
  readonly description?: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly defaultVersion: string;
  readonly nextVersion: number;
  readonly versions: readonly PolicyVersionRecord[];
  readonly tags: { readonly [key: string]: string };
}

export interface AccessKeyRecord {
  readonly id: string;
  readonly secret: string;
  readonly account: string;
  readonly userName: string;
  readonly status: "Active" | "Inactive";
  readonly createdMs: number;
}

export function getEntity(iam: StoreRead, kind: EntityKind, account: string, name: string): EntityRecord | undefined {
  return iam.get<EntityRecord>([kind, account, name]);
}

/** The text of a policy's default version, of the account's or AWS's own. */
export function policyText(iam: StoreRead, arn: string): string | undefined {
  if (arn.startsWith("arn:aws:iam::aws:")) return managedPolicyDocument(arn);
  const policy = iam.get<PolicyRecord>(["policy", arn.split(":")[4] ?? "", arn]);
  return policy?.versions.find((version) => version.id === policy.defaultVersion)?.document;
}

function policiesOf(iam: StoreRead, entity: EntityRecord): NamedPolicy[] {
  const inline = Object.entries(entity.inline).map(([name, document]) => ({
    name: `${entity.kind}/${entity.name} inline ${name}`,
    document,
  }));
  const attached = entity.attached.flatMap((arn) => {
    const document = policyText(iam, arn);
    return document === undefined ? [] : [{ name: arn, document }];
  });
  return [...inline, ...attached];
}

export interface Identity {
  readonly policies: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** undefined: the entity was deleted meanwhile, or lives in an account this cloud doesn't hold. */
  readonly entity: EntityRecord | undefined;
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** Everything that is attached to an entity, groups' policies included. */
export function identityOf(iam: StoreRead, entity: EntityRecord): Identity {
  const groups = (entity.groups ?? []).flatMap((name) => {
    const group = getEntity(iam, "group", entity.account, name);
    return group === undefined ? [] : policiesOf(iam, group);
  });
  const boundary = entity.boundary === undefined ? undefined : policyText(iam, entity.boundary);
  return {
    entity,
    policies: [...policiesOf(iam, entity), ...groups],
    ...(boundary === undefined || entity.boundary === undefined
      ? {}
      : { boundary: { name: entity.boundary, document: boundary } }),
  };
}

export function identityPolicies(iam: StoreRead, principal: Principal): Identity {
  const entity =
    principal.kind === "role-session"
      ? getEntity(iam, "role", principal.accountId, nameOf(principal.roleArn))
      : principal.kind === "user"
        ? getEntity(iam, "user", principal.accountId, nameOf(principal.userArn))
        : undefined;
  return entity === undefined ? { policies: [], entity: undefined } : identityOf(iam, entity);
}
