/** Managed policies and their versions. */
import { createHash } from "node:crypto";
import { identifier } from "../../../core/credentials.ts";
import type { EntityKind, PolicyRecord } from "../../../core/identities.ts";
import { type ManagedPolicy, managedPolicies, managedPolicy, managedPolicyDocument } from "../../../core/managed-policies.ts";
import { type Ctx, type IamRequest, ServiceError } from "../../../core/service.ts";
import { listEntities } from "../entities.ts";
import {
  alreadyExists,
  conflict,
  encoded,
  entityArn,
  limit,
  needPolicyText,
  noSuchEntity,
  type PageInput,
  paged,
  shownTags,
  type Tag,
  tagList,
  tagsOf,
  withoutTags,
  withTags,
} from "../names.ts";

const VERSIONS_MAX = 5;
const DOCUMENT_BYTES_MAX = 6_144;
const KINDS: readonly EntityKind[] = ["role", "user", "group"];

interface PolicyInput {
  readonly PolicyArn: string;
}

function key(ctx: Ctx, arn: string): readonly string[] {
  return ["policy", ctx.account, arn];
}

function missing(arn: string): ServiceError {
  return noSuchEntity(`Policy ${arn} was not found.`);
}

/** AWS's own policies as records with their default version; undefined for what isn't AWS's. */
function awsPolicy(arn: string): PolicyRecord | undefined {
  const policy = managedPolicy(arn);
  const document = managedPolicyDocument(arn);
  return policy === undefined || document === undefined ? undefined : awsRecord(policy, document);
}

function awsRecord({ arn, name, path, version, createdMs, updatedMs }: ManagedPolicy, document: string): PolicyRecord {
  return {
    arn,
    name,
    path,
    id: `ANPA${createHash("sha256").update(arn).digest("hex").toUpperCase().slice(0, 17)}`,
    account: "aws",
    createdMs,
    updatedMs,
    defaultVersion: version,
    nextVersion: Number(version.slice(1)) + 1,
    versions: [{ id: version, document, createdMs: updatedMs }],
    tags: {},
  };
}

function need(ctx: Ctx, arn: string): PolicyRecord {
  const policy = arn.startsWith("arn:aws:iam::aws:") ? awsPolicy(arn) : ctx.store.get<PolicyRecord>(key(ctx, arn));
  if (policy === undefined) throw missing(arn);
  return policy;
}

function own(ctx: Ctx, arn: string): PolicyRecord {
  if (arn.startsWith("arn:aws:iam::aws:"))
    throw new ServiceError("AccessDenied", 403, `User is not authorized to perform this action on resource: ${arn}`);
  return need(ctx, arn);
}

function put(ctx: Ctx, policy: PolicyRecord): void {
  ctx.store.put(key(ctx, policy.arn), policy);
}

export function policyIam(ctx: Ctx, input: { readonly PolicyArn?: string; readonly PolicyName?: string }): IamRequest {
  return { resources: [input.PolicyArn ?? entityArn(ctx, "policy", "/", input.PolicyName ?? "*")] };
}

function attachments(ctx: Ctx, arn: string): { attached: number; boundaries: number } {
  let attached = 0;
  let boundaries = 0;
  for (const kind of KINDS)
    for (const entity of listEntities(ctx, kind)) {
      if (entity.attached.includes(arn)) attached++;
      if (entity.boundary === arn) boundaries++;
    }
  return { attached, boundaries };
}

function shown(ctx: Ctx, policy: PolicyRecord): Record<string, unknown> {
  const { attached, boundaries } = attachments(ctx, policy.arn);
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: boundaries,
    IsAttachable: true,
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    CreateDate: new Date(policy.createdMs),
    UpdateDate: new Date(policy.updatedMs),
    ...shownTags(policy.tags),
  };
}

function checkDocument(text: string): void {
  needPolicyText(text, "identity");
  if (text.replace(/\s/g, "").length > DOCUMENT_BYTES_MAX)
    throw limit(`Cannot exceed quota for PolicySize: ${DOCUMENT_BYTES_MAX}`);
}

interface CreatePolicyInput {
  readonly PolicyName: string;
  readonly Path?: string;
  readonly PolicyDocument: string;
  readonly Description?: string;
  readonly Tags?: readonly Tag[];
}

export function createPolicy(ctx: Ctx, input: CreatePolicyInput) {
  const path = input.Path ?? "/";
  const arn = entityArn(ctx, "policy", path, input.PolicyName);
  checkDocument(input.PolicyDocument);
  const isTaken = [...ctx.store.range<PolicyRecord>({ prefix: ["policy", ctx.account] })].some(
    ({ value }) => value.name === input.PolicyName,
  );
  if (isTaken) throw alreadyExists(`A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`);
  const createdMs = ctx.now();
  const policy: PolicyRecord = {
    arn,
    name: input.PolicyName,
    id: identifier(ctx.random, "ANPA"),
    path,
    account: ctx.account,
    createdMs,
    updatedMs: createdMs,
    defaultVersion: "v1",
    nextVersion: 2,
    versions: [{ id: "v1", document: input.PolicyDocument, createdMs }],
    tags: tagsOf(input.Tags),
    ...(input.Description === undefined ? {} : { description: input.Description }),
  };
  put(ctx, policy);
  return { Policy: shown(ctx, policy) };
}

export function getPolicy(ctx: Ctx, input: PolicyInput) {
  return { Policy: shown(ctx, need(ctx, input.PolicyArn)) };
}

export function deletePolicy(ctx: Ctx, input: PolicyInput): void {
  const policy = own(ctx, input.PolicyArn);
  const { attached, boundaries } = attachments(ctx, policy.arn);
  if (attached + boundaries > 0) throw conflict("Cannot delete a policy attached to entities.");
  if (policy.versions.length > 1)
    throw conflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    );
  ctx.store.remove(key(ctx, policy.arn));
}

interface ListPoliciesInput extends PageInput {
  readonly Scope?: "All" | "AWS" | "Local";
  readonly OnlyAttached?: boolean;
  readonly PathPrefix?: string;
}

export function listPolicies(ctx: Ctx, input: ListPoliciesInput) {
  const local = [...ctx.store.range<PolicyRecord>({ prefix: ["policy", ctx.account] })].map(({ value }) => value);
  const aws = managedPolicies().map((policy) => awsRecord(policy, ""));
  const chosen = [...(input.Scope === "AWS" ? [] : local), ...(input.Scope === "Local" ? [] : aws)].filter(
    (policy) =>
      policy.path.startsWith(input.PathPrefix ?? "/") &&
      (input.OnlyAttached !== true || attachments(ctx, policy.arn).attached > 0),
  );
  const { page, rest } = paged(chosen, input, (policy) => policy.arn);
  const Policies = page.map((policy) => {
    const { Tags: _tags, Description: _description, ...each } = shown(ctx, policy);
    return each;
  });
  return { Policies, ...rest };
}

export function createPolicyVersion(
  ctx: Ctx,
  input: PolicyInput & { readonly PolicyDocument: string; readonly SetAsDefault?: boolean },
) {
  const policy = own(ctx, input.PolicyArn);
  checkDocument(input.PolicyDocument);
  if (policy.versions.length >= VERSIONS_MAX)
    throw limit(
      "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
    );
  const version = { id: `v${policy.nextVersion}`, document: input.PolicyDocument, createdMs: ctx.now() };
  const isDefault = input.SetAsDefault === true;
  put(ctx, {
    ...policy,
    versions: [...policy.versions, version],
    nextVersion: policy.nextVersion + 1,
    defaultVersion: isDefault ? version.id : policy.defaultVersion,
    updatedMs: ctx.now(),
  });
  return { PolicyVersion: { VersionId: version.id, IsDefaultVersion: isDefault, CreateDate: new Date(version.createdMs) } };
}

interface VersionInput extends PolicyInput {
  readonly VersionId: string;
}

function needVersion(policy: PolicyRecord, id: string) {
  const version = policy.versions.find((each) => each.id === id);
  if (version === undefined) throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  return version;
}

export function getPolicyVersion(ctx: Ctx, input: VersionInput) {
  const policy = need(ctx, input.PolicyArn);
  const version = needVersion(policy, input.VersionId);
  return {
    PolicyVersion: {
      Document: encoded(version.document),
      VersionId: version.id,
      IsDefaultVersion: version.id === policy.defaultVersion,
      CreateDate: new Date(version.createdMs),
    },
  };
}

export function listPolicyVersions(ctx: Ctx, input: PolicyInput & PageInput) {
  const policy = need(ctx, input.PolicyArn);
  const { page, rest } = paged([...policy.versions].reverse(), input, (version) => version.id);
  const Versions = page.map(({ id, createdMs }) => ({
    VersionId: id,
    IsDefaultVersion: id === policy.defaultVersion,
    CreateDate: new Date(createdMs),
  }));
  return { Versions, ...rest };
}

export function deletePolicyVersion(ctx: Ctx, input: VersionInput): void {
  const policy = own(ctx, input.PolicyArn);
  const { id } = needVersion(policy, input.VersionId);
  if (id === policy.defaultVersion) throw conflict("Cannot delete the default version of a policy.");
  put(ctx, { ...policy, versions: policy.versions.filter((version) => version.id !== id) });
}

export function setDefaultPolicyVersion(ctx: Ctx, input: VersionInput): void {
  const policy = own(ctx, input.PolicyArn);
  put(ctx, { ...policy, defaultVersion: needVersion(policy, input.VersionId).id, updatedMs: ctx.now() });
}

export function tagPolicy(ctx: Ctx, input: PolicyInput & { readonly Tags: readonly Tag[] }): void {
  const policy = own(ctx, input.PolicyArn);
  put(ctx, { ...policy, tags: withTags(policy.tags, input.Tags) });
}

export function untagPolicy(ctx: Ctx, input: PolicyInput & { readonly TagKeys: readonly string[] }): void {
  const policy = own(ctx, input.PolicyArn);
  put(ctx, { ...policy, tags: withoutTags(policy.tags, input.TagKeys) });
}

export function listPolicyTags(ctx: Ctx, input: PolicyInput & PageInput) {
  const { page, rest } = paged(tagList(need(ctx, input.PolicyArn).tags), input, (tag) => tag.Key);
  return { Tags: page, ...rest };
}

interface EntitiesInput extends PolicyInput, PageInput {
  readonly EntityFilter?: string;
  readonly PathPrefix?: string;
  readonly PolicyUsageFilter?: "PermissionsPolicy" | "PermissionsBoundary";
}

const FILTERS: { readonly [kind in EntityKind]: string } = { role: "Role", user: "User", group: "Group" };

/** Users, groups and roles in one order, paged together. */
export function listEntitiesForPolicy(ctx: Ctx, input: EntitiesInput) {
  need(ctx, input.PolicyArn);
  const asBoundary = input.PolicyUsageFilter === "PermissionsBoundary";
  const found = (["group", "user", "role"] as const).flatMap((kind) => {
    if (input.EntityFilter !== undefined && input.EntityFilter !== FILTERS[kind]) return [];
    return listEntities(ctx, kind, input.PathPrefix).filter((entity) =>
      asBoundary ? entity.boundary === input.PolicyArn : entity.attached.includes(input.PolicyArn),
    );
  });
  const { page, rest } = paged(found, input, (entity) => entity.arn);
  const of = (kind: EntityKind) => page.filter((entity) => entity.kind === kind);
  return {
    PolicyGroups: of("group").map(({ name, id }) => ({ GroupName: name, GroupId: id })),
    PolicyUsers: of("user").map(({ name, id }) => ({ UserName: name, UserId: id })),
    PolicyRoles: of("role").map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    ...rest,
  };
}

export function policyCount(ctx: Ctx): number {
  return [...ctx.store.keys({ prefix: ["policy", ctx.account] })].length;
}

/** As GetAccountAuthorizationDetails shows it. */
export function policyDetail(ctx: Ctx, policy: PolicyRecord) {
  const { Tags: _tags, ...details } = shown(ctx, policy);
  const PolicyVersionList = policy.versions.map((version) => ({
    VersionId: version.id,
    Document: encoded(version.document),
    IsDefaultVersion: version.id === policy.defaultVersion,
    CreateDate: new Date(version.createdMs),
  }));
  return { ...details, PolicyVersionList };
}

/** The account's own, then those of AWS that are attached to something. */
export function policiesInUse(ctx: Ctx): { readonly own: PolicyRecord[]; readonly aws: PolicyRecord[] } {
  const own = [...ctx.store.range<PolicyRecord>({ prefix: ["policy", ctx.account] })].map(({ value }) => value);
  const attached = new Set(KINDS.flatMap((kind) => listEntities(ctx, kind).flatMap((entity) => entity.attached)));
  return { own, aws: [...attached].sort().flatMap((arn) => awsPolicy(arn) ?? []) };
}
