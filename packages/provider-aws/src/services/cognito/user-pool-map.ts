/** The attribute map of a user pool. */
import type {
  AccountRecoverySettingType,
  AdminCreateUserConfigType,
  AdvancedSecurityAdditionalFlowsType,
  CreateUserPoolCommandInput,
  CustomEmailLambdaVersionConfigType,
  CustomSMSLambdaVersionConfigType,
  DeviceConfigurationType,
  EmailConfigurationType,
  LambdaConfigType,
  MessageTemplateType,
  NumberAttributeConstraintsType,
  PasswordPolicyType,
  PreTokenGenerationVersionConfigType,
  RecoveryOptionType,
  SchemaAttributeType,
  SignInPolicyType,
  SmsConfigurationType,
  StringAttributeConstraintsType,
  UserAttributeUpdateSettingsType,
  UsernameConfigurationType,
  UserPoolAddOnsType,
  UserPoolType,
  VerificationMessageTemplateType,
} from "@aws-sdk/client-cognito-identity-provider";
import type { ValueObject } from "@dovetail/model";
import {
  block,
  blockAt,
  blocks,
  blocksAt,
  type Codec,
  clearableText,
  expand,
  flatten,
  nonZero,
  rowsOf,
  text,
  texts,
  whole,
} from "../attribute-map.ts";

const row = rowsOf<CreateUserPoolCommandInput>();
const email = rowsOf<EmailConfigurationType>();
const lambda = rowsOf<LambdaConfigType>();
const emailSender = rowsOf<CustomEmailLambdaVersionConfigType>();
const smsSender = rowsOf<CustomSMSLambdaVersionConfigType>();
const preToken = rowsOf<PreTokenGenerationVersionConfigType>();
const message = rowsOf<MessageTemplateType>();
const template = rowsOf<VerificationMessageTemplateType>();
const device = rowsOf<DeviceConfigurationType>();
const recovery = rowsOf<RecoveryOptionType>();
const password = rowsOf<PasswordPolicyType>();
const addOns = rowsOf<UserPoolAddOnsType>();
const sms = rowsOf<SmsConfigurationType>();
const admin = rowsOf<AdminCreateUserConfigType>();

/** Sent even when false: a policy that is given says everything. */
const sure: Codec<boolean> = { expand: (value) => value === true, flatten: (member) => member ?? false };

export const SMS_BLOCK = block<SmsConfigurationType>([
  sms("external_id", "ExternalId", text()),
  sms("sns_caller_arn", "SnsCallerArn", text()),
  sms("sns_region", "SnsRegion", text()),
]);

/** Members that create and update take and DescribeUserPool gives back. */
export const POOL = [
  row(
    "account_recovery_setting",
    "AccountRecoverySetting",
    block([
      rowsOf<AccountRecoverySettingType>()(
        "recovery_mechanism",
        "RecoveryMechanisms",
        blocks([recovery("name", "Name", text()), recovery("priority", "Priority", whole())]),
      ),
    ]),
  ),
  row(
    "admin_create_user_config",
    "AdminCreateUserConfig",
    block([
      admin("allow_admin_create_user_only", "AllowAdminCreateUserOnly", sure),
      admin(
        "invite_message_template",
        "InviteMessageTemplate",
        block([
          message("email_message", "EmailMessage", text()),
          message("email_subject", "EmailSubject", text()),
          message("sms_message", "SMSMessage", text()),
        ]),
      ),
    ]),
  ),
  row("auto_verified_attributes", "AutoVerifiedAttributes", texts()),
  row("deletion_protection", "DeletionProtection", text()),
  row(
    "device_configuration",
    "DeviceConfiguration",
    block([
      device("challenge_required_on_new_device", "ChallengeRequiredOnNewDevice", sure),
      device("device_only_remembered_on_user_prompt", "DeviceOnlyRememberedOnUserPrompt", sure),
    ]),
  ),
  row(
    "email_configuration",
    "EmailConfiguration",
    block([
      email("configuration_set", "ConfigurationSet", text()),
      email("email_sending_account", "EmailSendingAccount", text()),
      email("from_email_address", "From", text()),
      email("reply_to_email_address", "ReplyToEmailAddress", text()),
      email("source_arn", "SourceArn", text()),
    ]),
  ),
  row("email_verification_message", "EmailVerificationMessage", text()),
  row("email_verification_subject", "EmailVerificationSubject", text()),
  row(
    "lambda_config",
    "LambdaConfig",
    block([
      lambda("create_auth_challenge", "CreateAuthChallenge", text()),
      lambda(
        "custom_email_sender",
        "CustomEmailSender",
        block([emailSender("lambda_arn", "LambdaArn", text()), emailSender("lambda_version", "LambdaVersion", text())]),
      ),
      lambda("custom_message", "CustomMessage", text()),
      lambda(
        "custom_sms_sender",
        "CustomSMSSender",
        block([smsSender("lambda_arn", "LambdaArn", text()), smsSender("lambda_version", "LambdaVersion", text())]),
      ),
      lambda("define_auth_challenge", "DefineAuthChallenge", text()),
      lambda("kms_key_id", "KMSKeyID", text()),
      lambda("post_authentication", "PostAuthentication", text()),
      lambda("post_confirmation", "PostConfirmation", text()),
      lambda("pre_authentication", "PreAuthentication", text()),
      lambda("pre_sign_up", "PreSignUp", text()),
      lambda("pre_token_generation", "PreTokenGeneration", text()),
      lambda(
        "pre_token_generation_config",
        "PreTokenGenerationConfig",
        block([preToken("lambda_arn", "LambdaArn", text()), preToken("lambda_version", "LambdaVersion", text())]),
      ),
      lambda("user_migration", "UserMigration", text()),
      lambda("verify_auth_challenge_response", "VerifyAuthChallengeResponse", text()),
    ]),
  ),
  row("sms_authentication_message", "SmsAuthenticationMessage", text()),
  row("sms_configuration", "SmsConfiguration", SMS_BLOCK),
  row("sms_verification_message", "SmsVerificationMessage", text()),
  row(
    "user_attribute_update_settings",
    "UserAttributeUpdateSettings",
    block([
      rowsOf<UserAttributeUpdateSettingsType>()(
        "attributes_require_verification_before_update",
        "AttributesRequireVerificationBeforeUpdate",
        texts(),
      ),
    ]),
  ),
  row(
    "user_pool_add_ons",
    "UserPoolAddOns",
    block([
      addOns("advanced_security_mode", "AdvancedSecurityMode", text()),
      addOns(
        "advanced_security_additional_flows",
        "AdvancedSecurityAdditionalFlows",
        block([rowsOf<AdvancedSecurityAdditionalFlowsType>()("custom_auth_mode", "CustomAuthMode", text())]),
      ),
    ]),
  ),
  row("user_pool_tier", "UserPoolTier", text()),
  row(
    "verification_message_template",
    "VerificationMessageTemplate",
    block([
      template("default_email_option", "DefaultEmailOption", text()),
      template("email_message", "EmailMessage", text()),
      template("email_message_by_link", "EmailMessageByLink", text()),
      template("email_subject", "EmailSubject", text()),
      template("email_subject_by_link", "EmailSubjectByLink", text()),
      template("sms_message", "SmsMessage", text()),
    ]),
  ),
];

/** Members that only a create takes. */
export const FIXED = [
  row("alias_attributes", "AliasAttributes", texts()),
  row("username_attributes", "UsernameAttributes", texts()),
  row(
    "username_configuration",
    "UsernameConfiguration",
    block([rowsOf<UsernameConfigurationType>()("case_sensitive", "CaseSensitive", sure)]),
  ),
];

const PASSWORD = [
  password("minimum_length", "MinimumLength", nonZero()),
  password("password_history_size", "PasswordHistorySize", nonZero()),
  password("require_lowercase", "RequireLowercase", sure),
  password("require_numbers", "RequireNumbers", sure),
  password("require_symbols", "RequireSymbols", sure),
  password("require_uppercase", "RequireUppercase", sure),
  password("temporary_password_validity_days", "TemporaryPasswordValidityDays", nonZero()),
];
const SIGN_IN = [rowsOf<SignInPolicyType>()("allowed_first_auth_factors", "AllowedFirstAuthFactors", texts())];

/** Both policies are one member of the API. */
export function policiesOf(planned: ValueObject): Pick<CreateUserPoolCommandInput, "Policies"> {
  const passwordPolicy = blockAt(planned, "password_policy");
  const signIn = blockAt(planned, "sign_in_policy");
  if (passwordPolicy === undefined && signIn === undefined) return {};
  return {
    Policies: {
      ...(passwordPolicy ? { PasswordPolicy: expand(PASSWORD, passwordPolicy) } : {}),
      ...(signIn ? { SignInPolicy: expand(SIGN_IN, signIn) } : {}),
    },
  };
}

export function policiesState(pool: UserPoolType): ValueObject {
  const { PasswordPolicy, SignInPolicy } = pool.Policies ?? {};
  return {
    password_policy: PasswordPolicy === undefined ? [] : [flatten(PASSWORD, PasswordPolicy)],
    sign_in_policy: SignInPolicy === undefined ? [] : [flatten(SIGN_IN, SignInPolicy)],
  };
}

const attribute = rowsOf<SchemaAttributeType>();
const numbers = rowsOf<NumberAttributeConstraintsType>();
const strings = rowsOf<StringAttributeConstraintsType>();
const SCHEMA = [
  attribute("attribute_data_type", "AttributeDataType", text()),
  attribute("developer_only_attribute", "DeveloperOnlyAttribute", sure),
  attribute("mutable", "Mutable", sure),
  attribute("name", "Name", clearableText()),
  attribute(
    "number_attribute_constraints",
    "NumberAttributeConstraints",
    block([numbers("max_value", "MaxValue", text()), numbers("min_value", "MinValue", text())]),
  ),
  attribute("required", "Required", sure),
  attribute(
    "string_attribute_constraints",
    "StringAttributeConstraints",
    block([strings("max_length", "MaxLength", text()), strings("min_length", "MinLength", text())]),
  ),
];

export function schemaOf(items: readonly ValueObject[]): SchemaAttributeType[] {
  return items.map((item) => expand(SCHEMA, item));
}

/**
 * The pool's custom attributes, and the standard ones that the state already has: Cognito lists all of a pool's, named `custom:` or `dev:`.
 * Constraints that the state leaves out and Cognito fills in are left out.
 */
export function schemaState(pool: UserPoolType, state: ValueObject): ValueObject[] {
  const known = new Map(blocksAt(state, "schema").map((item) => [item.name, item]));
  return (pool.SchemaAttributes ?? []).flatMap((given) => {
    const full = given.Name ?? "";
    const name = full.replace(/^(dev:)?(custom:)?/, "");
    const before = known.get(name);
    if (before === undefined && full === name) return [];
    const item = flatten(SCHEMA, { ...given, Name: name });
    for (const constraints of ["number_attribute_constraints", "string_attribute_constraints"]) {
      if (before !== undefined && blocksAt(before, constraints).length === 0) item[constraints] = [];
    }
    return [item];
  });
}
