/** Data protection of groups, policies of the account, field indexes. */
import type { Ctx } from "../../../core/service.ts";
import { ServiceError } from "../../../core/service.ts";
import {
  type AccountPolicyRecord,
  accountPolicyKey,
  checkCriteria,
  POLICY_TYPES,
  type PolicyType,
  policiesOfType,
} from "../account-policies.ts";
import { compile } from "../pattern/checked.ts";
import { readProtection } from "../protection/policy.ts";
import { type GroupRecord, groupArn, groupName, invalid, keys, needGroup, notFound } from "../store.ts";

interface OnGroup {
  readonly logGroupIdentifier: string;
}
type Documented = { readonly policyDocument: string };

/** Says which identifiers of a policy nothing here can find. */
function checkProtection(ctx: Ctx, document: string): void {
  const { untold } = readProtection(document);
  if (untold.length > 0)
    ctx.hint(`data protection policy: ${untold.join(", ")} can't be told by their form here and are not masked`);
}

export function putDataProtectionPolicy(ctx: Ctx, input: OnGroup & Documented) {
  const group = needGroup(ctx.store, ctx, groupName(input.logGroupIdentifier));
  checkProtection(ctx, input.policyDocument);
  const protection = { document: input.policyDocument, updatedMs: ctx.now() };
  ctx.store.put(keys.group(ctx, group.name), { ...group, protection } satisfies GroupRecord);
  return { logGroupIdentifier: input.logGroupIdentifier, policyDocument: input.policyDocument, lastUpdatedTime: ctx.now() };
}

export function getDataProtectionPolicy(ctx: Ctx, input: OnGroup) {
  const { protection } = needGroup(ctx.store, ctx, groupName(input.logGroupIdentifier));
  const shown = protection === undefined ? {} : { policyDocument: protection.document, lastUpdatedTime: protection.updatedMs };
  return { logGroupIdentifier: input.logGroupIdentifier, ...shown };
}

export function deleteDataProtectionPolicy(ctx: Ctx, input: OnGroup): void {
  const { protection: _gone, ...group } = needGroup(ctx.store, ctx, groupName(input.logGroupIdentifier));
  ctx.store.put(keys.group(ctx, group.name), group satisfies GroupRecord);
}

interface AccountPolicyInput extends Documented {
  readonly policyName: string;
  readonly policyType: string;
  readonly scope?: string;
  readonly selectionCriteria?: string;
}

function knownType(type: string): PolicyType {
  const known = POLICY_TYPES.find((each) => each === type);
  if (known === undefined) throw new ServiceError("NotImplemented", 501, `NotImplemented: logs account policies of type ${type}`);
  return known;
}

const shown = (ctx: Ctx, { updatedMs, ...record }: AccountPolicyRecord) => ({
  ...record,
  lastUpdatedTime: updatedMs,
  scope: "ALL",
  accountId: ctx.account,
});

export function putAccountPolicy(ctx: Ctx, input: AccountPolicyInput) {
  const type = knownType(input.policyType);
  checkCriteria(type, input.selectionCriteria);
  checkDocument(ctx, type, input.policyDocument);
  const others = policiesOfType(ctx, type).filter(({ policyName }) => policyName !== input.policyName);
  if (type !== "FIELD_INDEX_POLICY" && others.length > 0)
    throw new ServiceError("LimitExceededException", 400, `An account has one policy of type ${type} in a region.`);
  const record: AccountPolicyRecord = {
    policyName: input.policyName,
    policyType: type,
    policyDocument: input.policyDocument,
    updatedMs: ctx.now(),
    ...(input.selectionCriteria === undefined ? {} : { selectionCriteria: input.selectionCriteria }),
  };
  ctx.store.put(accountPolicyKey(ctx, type, record.policyName), record);
  return { accountPolicy: shown(ctx, record) };
}

function checkDocument(ctx: Ctx, type: PolicyType, document: string): void {
  if (type === "DATA_PROTECTION_POLICY") checkProtection(ctx, document);
  else if (type === "FIELD_INDEX_POLICY") readFields(document);
  else {
    const { DestinationArn, FilterPattern } = parsed(document);
    if (typeof DestinationArn !== "string" || typeof FilterPattern !== "string")
      throw invalid("A subscription filter policy has a DestinationArn and a FilterPattern.");
    compile(FilterPattern);
  }
}

function parsed(document: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(document);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Said below.
  }
  throw invalid("The policy document is not a valid JSON object.");
}

export function describeAccountPolicies(ctx: Ctx, input: { readonly policyType: string; readonly policyName?: string }) {
  const all = policiesOfType(ctx, knownType(input.policyType));
  const wanted = all.filter(({ policyName }) => input.policyName === undefined || policyName === input.policyName);
  if (input.policyName !== undefined && wanted.length === 0) throw notFound("The specified account policy does not exist.");
  return { accountPolicies: wanted.map((each) => shown(ctx, each)) };
}

export function deleteAccountPolicy(ctx: Ctx, input: { readonly policyType: string; readonly policyName: string }): void {
  const key = accountPolicyKey(ctx, knownType(input.policyType), input.policyName);
  if (!ctx.store.has(key)) throw notFound("The specified account policy does not exist.");
  ctx.store.remove(key);
}

const FIELDS_MAX = 20;
const FIELD_CHARACTERS_MAX = 100;

function readFields(document: string): void {
  const { Fields, FieldsV2 } = parsed(document);
  const names: unknown = Fields ?? (typeof FieldsV2 === "object" && FieldsV2 !== null ? Object.keys(FieldsV2) : undefined);
  const isList =
    Array.isArray(names) &&
    names.length > 0 &&
    names.length <= FIELDS_MAX &&
    names.every((each) => typeof each === "string" && each !== "" && each.length <= FIELD_CHARACTERS_MAX);
  if (!isList) throw invalid(`A field index policy has 1 to ${FIELDS_MAX} Fields of at most ${FIELD_CHARACTERS_MAX} characters.`);
}

const indexShown = (ctx: Ctx, group: GroupRecord) =>
  group.indexPolicy === undefined
    ? []
    : [
        {
          logGroupIdentifier: groupArn(ctx, group.name),
          lastUpdateTime: group.indexPolicy.updatedMs,
          policyDocument: group.indexPolicy.document,
          source: "LOG_GROUP",
        },
      ];

export function putIndexPolicy(ctx: Ctx, input: OnGroup & Documented) {
  const group = needGroup(ctx.store, ctx, groupName(input.logGroupIdentifier));
  readFields(input.policyDocument);
  const changed: GroupRecord = { ...group, indexPolicy: { document: input.policyDocument, updatedMs: ctx.now() } };
  ctx.store.put(keys.group(ctx, group.name), changed);
  return { indexPolicy: indexShown(ctx, changed)[0] };
}

export function describeIndexPolicies(ctx: Ctx, input: { readonly logGroupIdentifiers: readonly string[] }) {
  const groups = input.logGroupIdentifiers.map((each) => needGroup(ctx.store, ctx, groupName(each)));
  return { indexPolicies: groups.flatMap((group) => indexShown(ctx, group)) };
}

export function deleteIndexPolicy(ctx: Ctx, input: OnGroup): object {
  const { indexPolicy: _gone, ...group } = needGroup(ctx.store, ctx, groupName(input.logGroupIdentifier));
  ctx.store.put(keys.group(ctx, group.name), group satisfies GroupRecord);
  return {};
}
