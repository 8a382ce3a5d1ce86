import { type ConditionBlock, isConditionOperator } from "./conditions.ts";

/** Policy documents: parsed once, kept by their text. IAM user guide, "Grammar of the IAM JSON policy language". */

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[] | undefined;
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[] | undefined;
  readonly notResources: readonly string[] | undefined;
  /** `*` or type -> names. */
  readonly principals: PrincipalSet | undefined;
  readonly notPrincipals: PrincipalSet | undefined;
  readonly conditions: ConditionBlock;
}

export type PrincipalSet = "*" | { readonly [type: string]: readonly string[] };

export interface PolicyDocument {
  /** Variables are substituted from this version on. */
  readonly hasVariables: boolean;
  readonly statements: readonly Statement[];
}

export type PolicyKind = "identity" | "trust" | "resource";

/** Says what is wrong, in IAM's words. */
export class MalformedPolicy extends Error {}

const VERSIONS = ["2012-10-17", "2008-10-17"];
const MEMBERS = ["Version", "Id", "Statement"];
const STATEMENT_MEMBERS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];
const CACHE_MAX = 2_000;

type Data = { readonly [key: string]: unknown };

function syntax(): never {
  throw new MalformedPolicy("Syntax errors in policy.");
}

function isData(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function texts(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? value : [value];
  return list.map((each) =>
    typeof each === "string" ? each : typeof each === "number" || typeof each === "boolean" ? String(each) : syntax(),
  );
}

function principals(value: unknown): PrincipalSet | undefined {
  if (value === undefined) return undefined;
  if (value === "*") return "*";
  if (!isData(value)) return syntax();
  const out: Record<string, readonly string[]> = {};
  for (const [type, names] of Object.entries(value)) {
    if (!["AWS", "Service", "Federated", "CanonicalUser", "*"].includes(type)) syntax();
    out[type] = texts(names) ?? [];
  }
  return out;
}

function conditions(value: unknown): ConditionBlock {
  if (value === undefined) return {};
  if (!isData(value)) return syntax();
  const out: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, keys] of Object.entries(value)) {
    if (!isData(keys)) return syntax();
    const block: Record<string, readonly string[]> = {};
    for (const [key, values] of Object.entries(keys)) block[key] = texts(values) ?? [];
    out[operator] = block;
  }
  return out;
}

function statement(value: unknown): Statement {
  if (!isData(value)) return syntax();
  for (const key of Object.keys(value)) if (!STATEMENT_MEMBERS.includes(key)) syntax();
  if (value.Effect !== "Allow" && value.Effect !== "Deny") return syntax();
  if ((value.Action === undefined) === (value.NotAction === undefined)) return syntax();
  if (value.Resource !== undefined && value.NotResource !== undefined) return syntax();
  return {
    sid: typeof value.Sid === "string" ? value.Sid : undefined,
    effect: value.Effect,
    actions: texts(value.Action),
    notActions: texts(value.NotAction),
    resources: texts(value.Resource),
    notResources: texts(value.NotResource),
    principals: principals(value.Principal),
    notPrincipals: principals(value.NotPrincipal),
    conditions: conditions(value.Condition),
  };
}

function checkActions(each: Statement): void {
  for (const action of [...(each.actions ?? []), ...(each.notActions ?? [])]) {
    if (action === "*") continue;
    if (!action.includes(":"))
      throw new MalformedPolicy("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    if (!/^[A-Za-z0-9-]+:[A-Za-z0-9*?_-]+$/.test(action) && !/^\*:/.test(action))
      throw new MalformedPolicy("Syntax errors in policy.");
  }
}

/** Operators must be AWS's, keys must have a vendor. */
function checkConditions(each: Statement): void {
  for (const [operator, keys] of Object.entries(each.conditions)) {
    if (!isConditionOperator(operator)) throw new MalformedPolicy(`Invalid Condition type : ${operator}.`);
    for (const key of Object.keys(keys))
      if (!key.includes(":")) throw new MalformedPolicy("Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
}

const PARTITIONS = ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "*"];

/** Resources of identity policies: ARNs, `*`, or what variables make of them. */
function checkResources(each: Statement): void {
  for (const resource of [...(each.resources ?? []), ...(each.notResources ?? [])]) {
    if (resource === "*" || /^\*+$/.test(resource) || resource.startsWith("${")) continue;
    const [first, partition = ""] = resource.split(":");
    if (first !== "arn") throw new MalformedPolicy(`Resource ${resource} must be in ARN format or "*".`);
    if (resource.split(":").length < 6 && !resource.includes("*")) throw new MalformedPolicy("The policy failed legacy parsing");
    if (!PARTITIONS.includes(partition) && !partition.includes("${") && !/[*?]/.test(partition))
      throw new MalformedPolicy(`Partition "${partition}" is not valid for resource "${resource}".`);
  }
}

function checkTrustActions(each: Statement): void {
  for (const action of [...(each.actions ?? []), ...(each.notActions ?? [])])
    if (!/^(sts:|\*)/i.test(action)) throw new MalformedPolicy("AssumeRole policy may only specify STS AssumeRole actions.");
}

function checkKind(each: Statement, kind: PolicyKind): void {
  const named = each.principals !== undefined || each.notPrincipals !== undefined;
  const aimed = each.resources !== undefined || each.notResources !== undefined;
  if (kind === "identity" && named) throw new MalformedPolicy("Policy document should not specify a principal.");
  if (kind === "identity" && !aimed) throw new MalformedPolicy("Policy statement must contain resources.");
  if (kind === "trust" && !named) throw new MalformedPolicy("Missing required field Principal");
  if (kind === "trust" && aimed) throw new MalformedPolicy("Has prohibited field Resource");
}

function parse(text: string): PolicyDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return syntax();
  }
  if (!isData(value)) return syntax();
  for (const key of Object.keys(value)) if (!MEMBERS.includes(key)) syntax();
  if (value.Version !== undefined && !VERSIONS.includes(String(value.Version))) syntax();
  if (value.Statement === undefined) return syntax();
  const list = Array.isArray(value.Statement) ? value.Statement : [value.Statement];
  return { hasVariables: value.Version === "2012-10-17", statements: list.map(statement) };
}

const cache = new Map<string, PolicyDocument>();

/** Throws MalformedPolicy. */
export function parsePolicy(text: string): PolicyDocument {
  let document = cache.get(text);
  if (document === undefined) {
    document = parse(text);
    if (cache.size >= CACHE_MAX) cache.clear();
    cache.set(text, document);
  }
  return document;
}

/** What IAM checks before it stores a document. Throws MalformedPolicy. */
export function checkPolicy(text: string, kind: PolicyKind): void {
  const { statements } = parsePolicy(text);
  const sids = new Set<string>();
  for (const each of statements) {
    checkActions(each);
    checkKind(each, kind);
    checkConditions(each);
    if (kind === "identity") checkResources(each);
    if (kind === "trust") checkTrustActions(each);
    if (each.sid === undefined) continue;
    if (kind === "identity" && !/^[A-Za-z0-9]*$/.test(each.sid))
      throw new MalformedPolicy(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
      );
    if (sids.has(each.sid) && each.sid !== "")
      throw new MalformedPolicy("Statement IDs (SID) in a single policy must be unique.");
    sids.add(each.sid);
  }
}
