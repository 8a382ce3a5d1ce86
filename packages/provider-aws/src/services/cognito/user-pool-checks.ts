/** What is wrong with a user pool before Cognito is asked. */
import { type Diagnostic, errorDiagnostic, isList, UNKNOWN, type ValueObject } from "@dovetail/model";
import { blocksAt } from "../attribute-map.ts";
import { between, type Check, conflicts, each, isArn, lengthBetween, oneOf, runChecks } from "../checks.ts";

const CODE = /\{####\}/;
const LINK = /\{##[\s\S]*?##\}/;

/** A message of a certain length that must hold the code (or the link). */
function messageWith(path: string, min: number, max: number, pattern: RegExp, shown: string): Check[] {
  return [
    each(path, (value, key) =>
      typeof value === "string" && (value.length < min || value.length > max)
        ? `"${key}" cannot be ${value.length < min ? `less than ${min} UTF-8` : `longer than ${max}`} characters`
        : undefined,
    ),
    each(path, (value, key) =>
      typeof value === "string" && !pattern.test(value) ? `"${key}" does not contain ${shown}` : undefined,
    ),
  ];
}

const LAMBDAS = [
  "create_auth_challenge",
  "custom_message",
  "define_auth_challenge",
  "kms_key_id",
  "post_authentication",
  "post_confirmation",
  "pre_authentication",
  "pre_sign_up",
  "pre_token_generation",
  "user_migration",
  "verify_auth_challenge_response",
];

const CHECKS = [
  oneOf("account_recovery_setting.recovery_mechanism.name", ["verified_email", "verified_phone_number", "admin_only"]),
  oneOf("alias_attributes", ["phone_number", "email", "preferred_username"]),
  oneOf("auto_verified_attributes", ["phone_number", "email"]),
  oneOf("username_attributes", ["phone_number", "email"]),
  conflicts("alias_attributes", ["username_attributes"]),
  conflicts("username_attributes", ["alias_attributes"]),
  oneOf("deletion_protection", ["ACTIVE", "INACTIVE"]),
  oneOf("email_configuration.email_sending_account", ["COGNITO_DEFAULT", "DEVELOPER"]),
  isArn("email_configuration.source_arn"),
  ...messageWith("email_verification_message", 6, 20_000, CODE, "{####}"),
  each("email_verification_subject", (value, key) =>
    /[\p{L}\p{M}\p{S}\p{N}\p{P}\s]/u.test(String(value))
      ? undefined
      : `"${key}" can be composed of any kind of letter, symbols, numeric character, punctuation and whitespaces`,
  ),
  ...messageWith("sms_verification_message", 6, 140, CODE, "{####}"),
  ...messageWith("sms_authentication_message", 6, 140, CODE, "{####}"),
  oneOf("verification_message_template.default_email_option", ["CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE"]),
  ...messageWith("verification_message_template.email_message", 6, 20_000, CODE, "{####}"),
  each("verification_message_template.email_message_by_link", (value, key) =>
    typeof value === "string" && !LINK.test(value)
      ? `"${key}" must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*\\{##[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*##\\}[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*`
      : undefined,
  ),
  ...messageWith("verification_message_template.sms_message", 6, 140, CODE, "{####}"),
  ...LAMBDAS.map((name) => isArn(`lambda_config.${name}`)),
  isArn("lambda_config.custom_email_sender.lambda_arn"),
  isArn("lambda_config.custom_sms_sender.lambda_arn"),
  isArn("lambda_config.pre_token_generation_config.lambda_arn"),
  oneOf("lambda_config.custom_email_sender.lambda_version", ["V1_0"]),
  oneOf("lambda_config.custom_sms_sender.lambda_version", ["V1_0"]),
  oneOf("lambda_config.pre_token_generation_config.lambda_version", ["V1_0", "V2_0", "V3_0"]),
  oneOf("mfa_configuration", ["OFF", "ON", "OPTIONAL"]),
  lengthBetween("name", 1, 128, { code: "DVT3007" }),
  each(
    "name",
    (v) =>
      typeof v === "string" && !/^[\w\s+=,.@-]+$/.test(v)
        ? `must satisfy regular expression pattern: [\\w\\s+=,.@-]+`
        : undefined,
    {
      code: "DVT3007",
    },
  ),
  between("password_policy.minimum_length", 6, 99),
  between("password_policy.password_history_size", 0, 24),
  between("password_policy.temporary_password_validity_days", 0, 365),
  oneOf("schema.attribute_data_type", ["String", "Number", "DateTime", "Boolean"]),
  each("schema.name", (value, key) =>
    typeof value === "string" && value.length > 20 ? `"${key}" cannot be longer than 20 characters` : undefined,
  ),
  oneOf("sign_in_policy.allowed_first_auth_factors", ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]),
  isArn("sms_configuration.sns_caller_arn"),
  oneOf("user_attribute_update_settings.attributes_require_verification_before_update", ["phone_number", "email"]),
  oneOf("user_pool_add_ons.advanced_security_mode", ["OFF", "AUDIT", "ENFORCED"]),
  oneOf("user_pool_add_ons.advanced_security_additional_flows.custom_auth_mode", ["AUDIT", "ENFORCED"]),
  oneOf("user_pool_tier", ["LITE", "ESSENTIALS", "PLUS"]),
  oneOf("web_authn_configuration.user_verification", ["required", "preferred"]),
];

export function userPoolDiagnostics(config: ValueObject): readonly Diagnostic[] {
  return [...runChecks(CHECKS, config), ...senderKey(config), ...mfaFactors(config)];
}

function senderKey(config: ValueObject): Diagnostic[] {
  return blocksAt(config, "lambda_config").flatMap((lambdas) =>
    ["custom_email_sender", "custom_sms_sender"].flatMap((sender) => {
      if (blocksAt(lambdas, sender).length === 0 || (lambdas.kms_key_id ?? null) !== null) return [];
      const detail = `"lambda_config.0.${sender}": all of \`lambda_config.0.${sender},lambda_config.0.kms_key_id\` must be specified`;
      return [errorDiagnostic("DVT3001", "Missing required argument", { detail, attribute: `lambda_config.0.${sender}` })];
    }),
  );
}

const FACTORS = ["software_token_mfa_configuration", "sms_configuration", "email_mfa_configuration"];

/** Cognito's answer to SetUserPoolMfaConfig: see aws/aws-sdk-js#4186 and sst/sst#5177. */
function mfaFactors(config: ValueObject): Diagnostic[] {
  const wanted = config.mfa_configuration;
  if (wanted !== "ON" && wanted !== "OPTIONAL") return [];
  const isThere = (name: string) =>
    config[name] === UNKNOWN || (isList(config[name] ?? null) && blocksAt(config, name).length > 0);
  const [token] = blocksAt(config, "software_token_mfa_configuration");
  const onlyDisabledToken = token?.enabled === false && !isThere("sms_configuration") && !isThere("email_mfa_configuration");
  if (FACTORS.some(isThere) && !onlyDisabledToken) return [];
  return [
    errorDiagnostic("DVT3009", "Setting refused or without effect on AWS", {
      detail:
        "InvalidParameterException: Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration. " +
        `mfa_configuration is ${wanted}, and no factor is configured.`,
      fix: "Add a factor, for example authenticator apps; in a program\n    softwareTokenMfaConfiguration: { enabled: true },\nin HCL\n    software_token_mfa_configuration {\n      enabled = true\n    }\nor an SMS or e-mail configuration, or set the MFA configuration to OFF.",
      attribute: "mfa_configuration",
    }),
  ];
}
