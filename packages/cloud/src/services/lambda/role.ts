import { parseArn } from "../../core/arn.ts";
import { type Ctx, type Principal, ServiceError } from "../../core/service.ts";
import { invalidParameter } from "./errors.ts";

/** A function's execution role. */
const CANNOT_ASSUME = "The role defined for the function cannot be assumed by Lambda.";

/** Throws InvalidParameterValueException unless the role exists and trusts lambda.amazonaws.com. */
export async function checkRole(ctx: Ctx, roleArn: string): Promise<void> {
  const name = parseArn(roleArn)?.resource.split("/").pop() ?? "";
  let policy: string;
  try {
    const { Role } = await ctx.call<{ Role?: { Arn?: string; AssumeRolePolicyDocument?: string } }>("iam", "GetRole", {
      RoleName: name,
    });
    if (Role?.Arn !== roleArn) throw invalidParameter(CANNOT_ASSUME);
    policy = Role.AssumeRolePolicyDocument ?? "{}";
  } catch (error) {
    if (error instanceof ServiceError && error.code.startsWith("NoSuchEntity")) throw invalidParameter(CANNOT_ASSUME);
    throw error;
  }
  if (!trusts(policy, "lambda.amazonaws.com")) throw invalidParameter(CANNOT_ASSUME);
}

function trusts(document: string, service: string): boolean {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document.trimStart().startsWith("%") ? decodeURIComponent(document) : document);
  } catch {
    return false;
  }
  const statements = listOf((parsed as { Statement?: unknown } | null)?.Statement);
  return statements.some((statement) => {
    const { Effect, Principal: who } = statement as { Effect?: string; Principal?: unknown };
    if (Effect !== "Allow") return false;
    return who === "*" || listOf((who as { Service?: unknown } | undefined)?.Service).includes(service);
  });
}

const listOf = (value: unknown): unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

/** Lambda acting with a function's execution role: event sources, dead letters, destinations. */
export function executionRole(account: string, roleArn: string, functionName: string): Principal {
  return { kind: "role-session", accountId: account, accessKeyId: "", roleArn, roleId: "", sessionName: functionName };
}
