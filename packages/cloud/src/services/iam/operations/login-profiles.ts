/** Console passwords of users and the account's rules for them. */
import { scryptSync, timingSafeEqual } from "node:crypto";
import type { EntityRecord } from "../../../core/identities.ts";
import { type Ctx, type Operation, ServiceError } from "../../../core/service.ts";
import { entityIam, needEntity } from "../entities.ts";
import { alreadyExists, noSuchEntity } from "../names.ts";

interface LoginProfile {
  readonly user: string;
  readonly salt: string;
  readonly hash: string;
  readonly resetRequired: boolean;
  readonly createdMs: number;
}

interface PasswordRules {
  readonly MinimumPasswordLength?: number;
  readonly RequireSymbols?: boolean;
  readonly RequireNumbers?: boolean;
  readonly RequireUppercaseCharacters?: boolean;
  readonly RequireLowercaseCharacters?: boolean;
  readonly AllowUsersToChangePassword?: boolean;
  readonly MaxPasswordAge?: number;
  readonly PasswordReusePrevention?: number;
  readonly HardExpiry?: boolean;
}

const keyOf = (account: string, user: string) => ["login-profile", account, user];
const rulesKey = (ctx: Ctx) => ["password-policy", ctx.account];
const HASH_BYTES = 32;

export const hasLoginProfile = (ctx: Ctx, user: string) => ctx.store.has(keyOf(ctx.account, user));

function hashed(password: string, salt: string): Buffer {
  return scryptSync(password, Buffer.from(salt, "base64"), HASH_BYTES, { N: 1024 });
}

/** The rule that a password breaks, in AWS's words. IAM user guide, "Setting an account password policy". */
function checkPassword(ctx: Ctx, password: string): void {
  const rules = ctx.store.get<PasswordRules>(rulesKey(ctx));
  const minimum = rules?.MinimumPasswordLength ?? 8;
  const rows: readonly (readonly [boolean, string])[] = [
    [password.length >= minimum, `Password should have a minimum length of ${minimum}`],
    [rules?.RequireSymbols !== true || /[!@#$%^&*()_+\-=[\]{}|']/.test(password), "Password should have at least one symbol"],
    [rules?.RequireNumbers !== true || /\d/.test(password), "Password should have at least one number"],
    [rules?.RequireUppercaseCharacters !== true || /[A-Z]/.test(password), "Password should have at least one uppercase letter"],
    [rules?.RequireLowercaseCharacters !== true || /[a-z]/.test(password), "Password should have at least one lowercase letter"],
  ];
  const broken = rows.find(([holds]) => !holds);
  if (broken !== undefined) throw new ServiceError("PasswordPolicyViolationException", 400, broken[1]);
}

function put(ctx: Ctx, user: string, password: string, resetRequired: boolean, createdMs: number): LoginProfile {
  const salt = Buffer.from(ctx.random.bytes(16)).toString("base64");
  const profile: LoginProfile = { user, salt, hash: hashed(password, salt).toString("base64"), resetRequired, createdMs };
  ctx.store.put(keyOf(ctx.account, user), profile);
  return profile;
}

interface ProfileInput {
  readonly UserName?: string;
  readonly Password?: string;
  readonly PasswordResetRequired?: boolean;
}

function userOf(ctx: Ctx, input: ProfileInput): EntityRecord {
  const own = ctx.principal.kind === "user" ? ctx.principal.userArn.slice(ctx.principal.userArn.lastIndexOf("/") + 1) : "";
  return needEntity(ctx, "user", input.UserName ?? own);
}

function need(ctx: Ctx, user: string): LoginProfile {
  const profile = ctx.store.get<LoginProfile>(keyOf(ctx.account, user));
  if (profile === undefined) throw noSuchEntity(`Login Profile for User ${user} cannot be found.`);
  return profile;
}

const shown = (profile: LoginProfile) => ({
  LoginProfile: {
    UserName: profile.user,
    CreateDate: new Date(profile.createdMs),
    PasswordResetRequired: profile.resetRequired,
  },
});

function create(ctx: Ctx, input: ProfileInput) {
  const { name } = userOf(ctx, input);
  if (hasLoginProfile(ctx, name)) throw alreadyExists(`Login Profile for user ${name} already exists.`);
  checkPassword(ctx, input.Password ?? "");
  return shown(put(ctx, name, input.Password ?? "", input.PasswordResetRequired === true, ctx.now()));
}

function update(ctx: Ctx, input: ProfileInput): void {
  const profile = need(ctx, userOf(ctx, input).name);
  const resetRequired = input.PasswordResetRequired ?? profile.resetRequired;
  if (input.Password === undefined) {
    ctx.store.put(keyOf(ctx.account, profile.user), { ...profile, resetRequired });
    return;
  }
  checkPassword(ctx, input.Password);
  put(ctx, profile.user, input.Password, resetRequired, profile.createdMs);
}

function changePassword(ctx: Ctx, input: { readonly OldPassword: string; readonly NewPassword: string }): void {
  if (ctx.principal.kind !== "user")
    throw new ServiceError("InvalidUserTypeException", 400, "Only IAM Users can change their own password");
  const profile = need(ctx, userOf(ctx, {}).name);
  if (!timingSafeEqual(hashed(input.OldPassword, profile.salt), Buffer.from(profile.hash, "base64")))
    throw new ServiceError("AccessDenied", 403, "The old password was incorrect.");
  checkPassword(ctx, input.NewPassword);
  put(ctx, profile.user, input.NewPassword, false, profile.createdMs);
}

/** Sets every rule anew: what a request leaves out goes back to its default. */
function setRules(ctx: Ctx, input: PasswordRules): void {
  ctx.store.put(rulesKey(ctx), Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)));
}

function needRules(ctx: Ctx): PasswordRules {
  const rules = ctx.store.get<PasswordRules>(rulesKey(ctx));
  if (rules === undefined) throw noSuchEntity(`The Password Policy with domain name ${ctx.account} cannot be found.`);
  return rules;
}

function getRules(ctx: Ctx) {
  const rules = needRules(ctx);
  return {
    PasswordPolicy: {
      MinimumPasswordLength: rules.MinimumPasswordLength ?? 6,
      RequireSymbols: rules.RequireSymbols ?? false,
      RequireNumbers: rules.RequireNumbers ?? false,
      RequireUppercaseCharacters: rules.RequireUppercaseCharacters ?? false,
      RequireLowercaseCharacters: rules.RequireLowercaseCharacters ?? false,
      AllowUsersToChangePassword: rules.AllowUsersToChangePassword ?? false,
      ExpirePasswords: (rules.MaxPasswordAge ?? 0) > 0,
      ...(rules.MaxPasswordAge === undefined ? {} : { MaxPasswordAge: rules.MaxPasswordAge }),
      ...(rules.PasswordReusePrevention === undefined ? {} : { PasswordReusePrevention: rules.PasswordReusePrevention }),
      HardExpiry: rules.HardExpiry ?? false,
    },
  };
}

const iam = entityIam("user");

export const loginProfileOperations: { [operation: string]: Operation } = {
  CreateLoginProfile: { iam, handler: create },
  GetLoginProfile: { iam, readonly: true, handler: (ctx: Ctx, input: ProfileInput) => shown(need(ctx, userOf(ctx, input).name)) },
  UpdateLoginProfile: { iam, handler: update },
  DeleteLoginProfile: {
    iam,
    handler: (ctx: Ctx, input: ProfileInput) => ctx.store.remove(keyOf(ctx.account, need(ctx, userOf(ctx, input).name).user)),
  },
  ChangePassword: { iam, handler: changePassword },
  UpdateAccountPasswordPolicy: { handler: setRules, missing: "age and reuse are kept, not enforced" },
  GetAccountPasswordPolicy: { readonly: true, handler: getRules },
  DeleteAccountPasswordPolicy: {
    handler(ctx: Ctx): void {
      needRules(ctx);
      ctx.store.remove(rulesKey(ctx));
    },
  },
};
