import type { CreateUserPoolCommandInput, LambdaConfigType, UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import { type Random, randomString } from "@dovetail/model";
import { arn } from "../../core/arn.ts";
import type { Ctx } from "../../core/service.ts";
import type { StoreRead } from "../../core/store.ts";
import { invalidParameter, notImplemented, resourceNotFound } from "./errors.ts";
import { keys, type PoolRecord, type PoolSettings } from "./store.ts";

/** What a user pool's settings become when AWS keeps them, and how DescribeUserPool shows a pool. */

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function newPoolId(random: Random, region: string): string {
  return `${region}_${randomString(random, 9, ALPHANUMERIC)}`;
}

export function poolArn(pool: Pick<PoolRecord, "id" | "account" | "region">): string {
  return arn("cognito-idp", pool.region, pool.account, `userpool/${pool.id}`);
}

/** `https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC`: `iss` of the pool's tokens. */
export function poolIssuer(pool: Pick<PoolRecord, "id" | "region">): string {
  return `https://cognito-idp.${pool.region}.amazonaws.com/${pool.id}`;
}

/** The pool in the caller's account and region. Throws ResourceNotFoundException. */
export function findPool(ctx: Ctx, store: StoreRead, poolId: string | undefined): PoolRecord {
  const pool = store.get<PoolRecord>(keys.pool(poolId ?? ""));
  if (pool === undefined || pool.account !== ctx.account || pool.region !== ctx.region)
    throw resourceNotFound(`User pool ${poolId} does not exist.`);
  return pool;
}

/** Settings with AWS's defaults, out of a create or update request. Throws InvalidParameterException. */
export function settingsOf(input: Partial<CreateUserPoolCommandInput>): PoolSettings {
  checkLambdaConfig(input.LambdaConfig);
  checkVerification(input);
  const password = input.Policies?.PasswordPolicy;
  const admin = input.AdminCreateUserConfig;
  const unusedDays = admin?.UnusedAccountValidityDays;
  const temporaryDays = password?.TemporaryPasswordValidityDays;
  if (unusedDays !== undefined && unusedDays !== 7 && temporaryDays !== undefined && temporaryDays !== unusedDays)
    throw invalidParameter(
      "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays in AdminCreateUserConfig; they can't differ.",
    );
  const validityDays = temporaryDays ?? unusedDays ?? 7;
  return {
    Policies: {
      PasswordPolicy: {
        MinimumLength: password?.MinimumLength ?? 8,
        RequireUppercase: password === undefined ? true : (password.RequireUppercase ?? false),
        RequireLowercase: password === undefined ? true : (password.RequireLowercase ?? false),
        RequireNumbers: password === undefined ? true : (password.RequireNumbers ?? false),
        RequireSymbols: password === undefined ? true : (password.RequireSymbols ?? false),
        ...(password?.PasswordHistorySize ? { PasswordHistorySize: password.PasswordHistorySize } : {}),
        TemporaryPasswordValidityDays: validityDays,
      },
      SignInPolicy: { AllowedFirstAuthFactors: input.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ["PASSWORD"] },
    },
    DeletionProtection: input.DeletionProtection ?? "INACTIVE",
    LambdaConfig: lambdaConfig(input.LambdaConfig),
    ...present("AutoVerifiedAttributes", input.AutoVerifiedAttributes),
    ...verificationTexts(input),
    ...present("SmsAuthenticationMessage", input.SmsAuthenticationMessage),
    MfaConfiguration: input.MfaConfiguration ?? "OFF",
    UserAttributeUpdateSettings: {
      AttributesRequireVerificationBeforeUpdate:
        input.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [],
    },
    ...present("DeviceConfiguration", input.DeviceConfiguration),
    EmailConfiguration: {
      ...input.EmailConfiguration,
      EmailSendingAccount: input.EmailConfiguration?.EmailSendingAccount ?? "COGNITO_DEFAULT",
    },
    ...present("SmsConfiguration", input.SmsConfiguration),
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: admin?.AllowAdminCreateUserOnly ?? false,
      UnusedAccountValidityDays: validityDays,
      ...present("InviteMessageTemplate", admin?.InviteMessageTemplate),
    },
    ...present("UserPoolAddOns", input.UserPoolAddOns),
    ...present("AccountRecoverySetting", input.AccountRecoverySetting),
    UserPoolTier: input.UserPoolTier ?? "ESSENTIALS",
  };
}

function present<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  const out: { [P in K]?: V } = {};
  if (value !== undefined) out[name] = value;
  return out;
}

function lambdaConfig(config: LambdaConfigType | undefined): LambdaConfigType {
  const given: LambdaConfigType = Object.fromEntries(
    Object.entries(config ?? {}).filter(([, value]) => value !== undefined && value !== ""),
  );
  // The two spellings of the same trigger follow each other.
  if (given.PreTokenGenerationConfig !== undefined && given.PreTokenGeneration === undefined)
    return { ...given, PreTokenGeneration: given.PreTokenGenerationConfig.LambdaArn };
  if (given.PreTokenGeneration !== undefined && given.PreTokenGenerationConfig === undefined)
    return { ...given, PreTokenGenerationConfig: { LambdaVersion: "V1_0", LambdaArn: given.PreTokenGeneration } };
  return given;
}

function checkLambdaConfig(config: LambdaConfigType | undefined): void {
  const pre = config?.PreTokenGeneration;
  const preConfig = config?.PreTokenGenerationConfig;
  if (pre !== undefined && preConfig !== undefined && pre !== preConfig.LambdaArn)
    throw invalidParameter("PreTokenGeneration and PreTokenGenerationConfig must have the same LambdaArn.");
  if (config?.InboundFederation !== undefined) throw notImplemented("LambdaConfig.InboundFederation");
  if ((config?.CustomEmailSender ?? config?.CustomSMSSender) !== undefined && config?.KMSKeyID === undefined)
    throw invalidParameter("KMSKeyID is required when configuring custom email or SMS sender");
}

function checkVerification(input: Partial<CreateUserPoolCommandInput>): void {
  const auto = input.AutoVerifiedAttributes ?? [];
  if (auto.includes("phone_number") && input.SmsConfiguration === undefined)
    throw invalidParameter("SMS configuration is required when phone_number is selected for auto verification");
  for (const attribute of input.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [])
    if (!auto.includes(attribute))
      throw invalidParameter(
        `AttributesRequireVerificationBeforeUpdate can only contain attributes that are auto-verified: ${attribute}`,
      );
  if (input.EmailConfiguration?.EmailSendingAccount === "DEVELOPER" && input.EmailConfiguration.SourceArn === undefined)
    throw invalidParameter("SourceArn is required when EmailSendingAccount is DEVELOPER");
  const template = input.VerificationMessageTemplate;
  for (const text of [input.EmailVerificationMessage, template?.EmailMessage, input.SmsVerificationMessage, template?.SmsMessage])
    if (text !== undefined && !text.includes("{####}")) throw invalidParameter("Verification message must contain {####}");
}

/** The verification texts in both places where AWS keeps them: the old members and VerificationMessageTemplate. */
function verificationTexts(input: Partial<CreateUserPoolCommandInput>): PoolSettings {
  const template = input.VerificationMessageTemplate;
  const sms = template?.SmsMessage ?? input.SmsVerificationMessage;
  const email = template?.EmailMessage ?? input.EmailVerificationMessage;
  const subject = template?.EmailSubject ?? input.EmailVerificationSubject;
  return {
    ...present("SmsVerificationMessage", sms),
    ...present("EmailVerificationMessage", email),
    ...present("EmailVerificationSubject", subject),
    VerificationMessageTemplate: {
      ...present("SmsMessage", sms),
      ...present("EmailMessage", email),
      ...present("EmailSubject", subject),
      ...present("EmailMessageByLink", template?.EmailMessageByLink),
      ...present("EmailSubjectByLink", template?.EmailSubjectByLink),
      DefaultEmailOption: template?.DefaultEmailOption ?? "CONFIRM_WITH_CODE",
    },
  };
}

/** MFA without a factor that could be asked for, as CreateUserPool and UpdateUserPool refuse it. */
export function checkMfa(settings: PoolSettings, hasOtherFactor: boolean): void {
  if (settings.MfaConfiguration === "OFF" || hasOtherFactor) return;
  if (settings.SmsConfiguration === undefined)
    throw invalidParameter("SMS configuration and Auto verification for phone_number are required when MFA is required/optional");
}

/** As DescribeUserPool answers it. */
export function describePool(pool: PoolRecord, userCount: number): UserPoolType {
  return {
    Id: pool.id,
    Name: pool.name,
    ...pool.settings,
    LastModifiedDate: new Date(pool.modifiedMs),
    CreationDate: new Date(pool.createdMs),
    SchemaAttributes: [...pool.schema],
    ...present("AliasAttributes", pool.aliasAttributes as UserPoolType["AliasAttributes"]),
    ...present("UsernameAttributes", pool.usernameAttributes as UserPoolType["UsernameAttributes"]),
    ...(pool.caseSensitive === undefined ? {} : { UsernameConfiguration: { CaseSensitive: pool.caseSensitive } }),
    EstimatedNumberOfUsers: userCount,
    UserPoolTags: { ...pool.tags },
    ...present("Domain", pool.domain),
    ...present("CustomDomain", pool.customDomain),
    Arn: poolArn(pool),
  };
}
