/** ACLs, public policies and what the public access block forbids. */
import type { Principal } from "../../core/service.ts";
import { aclsDisabled, type BucketRecord, owner, publicAccessBlock } from "./bucket.ts";
import { accessDenied, invalidArgument, s3Error } from "./errors.ts";
import type { ObjectRecord } from "./object.ts";

const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";

export interface Grant {
  readonly Grantee?:
    | { readonly Type?: string; readonly ID?: string; readonly URI?: string; readonly DisplayName?: string }
    | undefined;
  readonly Permission?: string | undefined;
}

/** An ACL as kept: a canned one by its name, or grants. */
export interface Acl {
  readonly canned?: string;
  readonly grants?: readonly Grant[];
}

const CANNED: Readonly<Record<string, readonly (readonly [uri: string, permission: string])[]>> = {
  private: [],
  "public-read": [[ALL_USERS, "READ"]],
  "public-read-write": [
    [ALL_USERS, "READ"],
    [ALL_USERS, "WRITE"],
  ],
  "authenticated-read": [[AUTHENTICATED, "READ"]],
  "log-delivery-write": [
    [LOG_DELIVERY, "WRITE"],
    [LOG_DELIVERY, "READ_ACP"],
  ],
  "aws-exec-read": [],
  "bucket-owner-read": [],
  "bucket-owner-full-control": [],
};

function isAcl(value: unknown): value is Acl {
  return typeof value === "object" && value !== null;
}

export function grantsOf(bucket: BucketRecord, acl: unknown): readonly Grant[] {
  const given = isAcl(acl) ? acl : {};
  if (given.grants !== undefined) return given.grants;
  const full: Grant = { Grantee: { ...owner(bucket.account), Type: "CanonicalUser" }, Permission: "FULL_CONTROL" };
  return [
    full,
    ...(CANNED[given.canned ?? "private"] ?? []).map(([URI, Permission]) => ({ Grantee: { URI, Type: "Group" }, Permission })),
  ];
}

function isPublicGrant({ Grantee }: Grant): boolean {
  return Grantee?.URI === ALL_USERS || Grantee?.URI === AUTHENTICATED;
}

interface AclInput {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
  readonly AccessControlPolicy?: { readonly Grants?: readonly Grant[] | undefined } | undefined;
}

const GRANT_HEADERS = {
  GrantFullControl: "FULL_CONTROL",
  GrantRead: "READ",
  GrantWrite: "WRITE",
  GrantReadACP: "READ_ACP",
  GrantWriteACP: "WRITE_ACP",
} as const;

const GRANT_ROWS = Object.entries(GRANT_HEADERS) as readonly (readonly [
  member: keyof typeof GRANT_HEADERS,
  permission: string,
])[];

function headerGrants(input: AclInput): readonly Grant[] {
  const grants: Grant[] = [];
  for (const [member, permission] of GRANT_ROWS)
    for (const each of input[member]?.split(",") ?? []) grants.push(headerGrant(each, permission));
  return grants;
}

function headerGrant(text: string, Permission: string): Grant {
  const match = /^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*)"?\s*$/i.exec(text);
  if (match === null) throw invalidArgument("Argument format not recognized", `x-amz-grant-${Permission.toLowerCase()}`, text);
  return match[1]?.toLowerCase() === "uri"
    ? { Grantee: { Type: "Group", URI: match[2] ?? "" }, Permission }
    : { Grantee: { Type: "CanonicalUser", ID: match[2] ?? "" }, Permission };
}

/** The ACL that a request gives; undefined when it gives none. */
export function readAcl(input: AclInput): Acl | undefined {
  if (input.ACL !== undefined) {
    if (!Object.hasOwn(CANNED, input.ACL)) throw invalidArgument("", "x-amz-acl", input.ACL);
    return { canned: input.ACL };
  }
  const grants = input.AccessControlPolicy?.Grants ?? headerGrants(input);
  if (grants.length > 0) return { grants };
  return input.AccessControlPolicy === undefined ? undefined : { grants: [] };
}

/** Throws where ACLs are disabled, or where public ones are blocked. */
export function checkAcl(bucket: BucketRecord, acl: Acl | undefined): void {
  if (acl === undefined) return;
  if (aclsDisabled(bucket) && !isOwnersOnly(bucket, acl))
    throw s3Error("AccessControlListNotSupported", 400, "The bucket does not allow ACLs");
  if (publicAccessBlock(bucket).BlockPublicAcls === true && grantsOf(bucket, acl).some(isPublicGrant)) throw accessDenied();
}

function isOwnersOnly(bucket: BucketRecord, acl: Acl): boolean {
  if (acl.canned !== undefined) return acl.canned === "bucket-owner-full-control" || acl.canned === "private";
  const [only, ...more] = acl.grants ?? [];
  return more.length === 0 && only?.Permission === "FULL_CONTROL" && only.Grantee?.ID === owner(bucket.account).ID;
}

export function checkObjectAcl(bucket: BucketRecord, input: AclInput): void {
  checkAcl(bucket, readAcl(input));
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

function statements(policy: string): Statement[] {
  const parsed: unknown = JSON.parse(policy);
  const found: unknown = typeof parsed === "object" && parsed !== null && "Statement" in parsed ? parsed.Statement : [];
  return (Array.isArray(found) ? found : [found]) as Statement[];
}

function isEveryone(principal: unknown): boolean {
  if (principal === "*") return true;
  if (typeof principal !== "object" || principal === null || !("AWS" in principal)) return false;
  return principal.AWS === "*" || (Array.isArray(principal.AWS) && principal.AWS.includes("*"));
}

/** Condition keys that pin a statement to somebody (User Guide, "The meaning of public"). */
const FIXING =
  /^(aws:(SourceArn|SourceVpc|SourceVpce|SourceOwner|SourceAccount|userid|PrincipalOrgID|PrincipalAccount|PrincipalArn|SourceIp)|s3:(x-amz-server-side-encryption-aws-kms-key-id|DataAccessPointArn|DataAccessPointAccount))$/i;

/** Does the policy let in somebody who is not named? */
export function isPublicPolicy(policy: string): boolean {
  return statements(policy).some(
    ({ Effect, Principal, Condition }) =>
      Effect === "Allow" &&
      isEveryone(Principal) &&
      !Object.values(Condition ?? {}).some((rows) =>
        Object.entries(rows).some(([key, value]) => FIXING.test(key) && !String(value).includes("*")),
      ),
  );
}

function policyOf(bucket: BucketRecord): string | undefined {
  const { policy } = bucket.settings;
  return typeof policy === "string" ? policy : undefined;
}

/** Does a grant mean this principal? An owner's own account needs none. */
function reaches({ Grantee }: Grant, principal: Principal): boolean {
  if (Grantee?.URI === ALL_USERS) return true;
  if (principal.kind === "anonymous" || principal.kind === "service") return false;
  return Grantee?.URI === AUTHENTICATED || Grantee?.ID === owner(principal.accountId).ID;
}

/** What ACLs let a principal of no account or another one do (User Guide, "Mapping of ACL permissions and access policy permissions"). */
const BUCKET_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  READ: ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"],
  READ_ACP: ["s3:GetBucketAcl"],
  WRITE_ACP: ["s3:PutBucketAcl"],
};
const OBJECT_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  READ: ["s3:GetObject", "s3:GetObjectVersion"],
  READ_ACP: ["s3:GetObjectAcl", "s3:GetObjectVersionAcl"],
  WRITE_ACP: ["s3:PutObjectAcl", "s3:PutObjectVersionAcl"],
};

function aclStatements(bucket: BucketRecord, object: ObjectRecord | undefined, principal: Principal): object[] {
  if (principal.kind !== "anonymous" && (principal.kind === "service" || principal.accountId === bucket.account)) return [];
  if (aclsDisabled(bucket)) return [];
  const ignoresPublic = publicAccessBlock(bucket).IgnorePublicAcls === true;
  const granted = (acl: unknown) => {
    const grants = grantsOf(bucket, acl).filter((grant) => reaches(grant, principal) && !(ignoresPublic && isPublicGrant(grant)));
    return new Set(grants.map(({ Permission }) => Permission));
  };
  const allow = (
    permissions: ReadonlySet<string | undefined>,
    actions: Readonly<Record<string, readonly string[]>>,
    resource: string,
  ) => {
    const Action = Object.entries(actions).flatMap(([permission, names]) =>
      permissions.has(permission) || permissions.has("FULL_CONTROL") ? names : [],
    );
    if (Action.length === 0) return [];
    return [{ Effect: "Allow", Principal: "*", Action, Resource: `arn:aws:s3:::${bucket.name}${resource}` }];
  };
  const own = granted(bucket.settings.acl);
  return [
    ...allow(own, BUCKET_ACTIONS, ""),
    ...allow(own, { WRITE: ["s3:PutObject", "s3:DeleteObject"] }, "/*"),
    ...(object === undefined ? [] : allow(granted(object.acl), OBJECT_ACTIONS, `/${object.key}`)),
  ];
}

/** The policy that IAM looks at beside the caller's own: the bucket's, and what its ACLs grant to nobody and other accounts. */
export function resourcePolicyFor(
  bucket: BucketRecord,
  object: ObjectRecord | undefined,
  principal: Principal,
): string | undefined {
  const policy = policyOf(bucket);
  const isOutside = principal.kind === "anonymous" || (principal.kind !== "service" && principal.accountId !== bucket.account);
  const shut = isOutside && publicAccessBlock(bucket).RestrictPublicBuckets === true;
  const own = policy === undefined || (shut && isPublicPolicy(policy)) ? [] : statements(policy);
  const granted = aclStatements(bucket, object, principal);
  if (own.length + granted.length === 0) return undefined;
  return JSON.stringify({ Version: "2012-10-17", Statement: [...own, ...granted] });
}

/** Throws MalformedPolicy, or AccessDenied where a public policy is blocked. */
export function checkBucketPolicy(bucket: BucketRecord, policy: string): void {
  const malformed = (message: string) => s3Error("MalformedPolicy", 400, message);
  let rows: Statement[];
  try {
    rows = statements(policy);
  } catch {
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  }
  if (rows.length === 0) throw malformed("Missing required field Statement");
  for (const row of rows) {
    if (typeof row !== "object" || row === null) throw malformed("Statement must be an object");
    if (row.Effect !== "Allow" && row.Effect !== "Deny") throw malformed(`Invalid effect: ${String(row.Effect)}`);
    if (row.Principal === undefined && !("NotPrincipal" in row)) throw malformed("Missing required field Principal");
    if (!("Action" in row) && !("NotAction" in row)) throw malformed("Missing required field Action");
    checkResources(bucket, "Resource" in row ? row.Resource : "NotResource" in row ? row.NotResource : undefined, malformed);
  }
  if (publicAccessBlock(bucket).BlockPublicPolicy === true && isPublicPolicy(policy)) throw accessDenied();
}

function checkResources(bucket: BucketRecord, resources: unknown, malformed: (message: string) => Error): void {
  if (resources === undefined) throw malformed("Missing required field Resource");
  for (const resource of Array.isArray(resources) ? resources : [resources]) {
    const text = String(resource);
    if (!/^arn:[^:]+:s3:::/.test(text) && text !== "*") throw malformed("Policy has invalid resource");
    const name = text.split(":::")[1]?.split("/")[0] ?? "*";
    const pattern = new RegExp(
      `^${name
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".")}$`,
    );
    if (!pattern.test(bucket.name)) throw malformed("Policy has invalid resource");
  }
}
