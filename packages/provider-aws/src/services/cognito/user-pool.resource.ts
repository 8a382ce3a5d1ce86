import type {
  CreateUserPoolCommandInput,
  SetUserPoolMfaConfigCommandInput,
  UpdateUserPoolCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import {
  DiagnosticError,
  errorDiagnostic,
  isList,
  type MutableValueObject,
  type Value,
  type ValueObject,
  valuesEqual,
} from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, blocksAt, expand, flatten, isTrue, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { changedTags } from "../tags.ts";
import { rfc3339 } from "../timestamp.ts";
import { userPoolDiagnostics } from "./user-pool-checks.ts";
import { FIXED, POOL, policiesOf, policiesState, SMS_BLOCK, schemaOf, schemaState } from "./user-pool-map.ts";

export const COGNITO_MISSING = ["ResourceNotFoundException"];

const MFA = [
  "email_mfa_configuration",
  "mfa_configuration",
  "sms_authentication_message",
  "sms_configuration",
  "software_token_mfa_configuration",
  "web_authn_configuration",
];
const UPDATED = [...POOL.map((row) => row.attribute), "name", "password_policy", "sign_in_policy"];
/** Blocks that Cognito fills in by itself: leaving them out is no change. */
const FILLED_IN = ["account_recovery_setting", "email_configuration"];

const ROLE_NOT_READY = {
  codes: ["InvalidSmsRoleTrustRelationshipException", "InvalidSmsRoleAccessPolicyException"],
  message: /Role does not have (a trust relationship allowing Cognito to assume the role|permission to publish with SNS)/,
  timeoutMs: 120_000,
  why: "IAM has not yet told Cognito of the new role",
  source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html",
};

/** aws_cognito_user_pool. */
export const resource: NativeResource = {
  type: "aws_cognito_user_pool",
  noun: "Cognito User Pool",
  defaults: {
    deletion_protection: "INACTIVE",
    mfa_configuration: "OFF",
    "email_configuration.email_sending_account": "COGNITO_DEFAULT",
    "verification_message_template.default_email_option": "CONFIRM_WITH_CODE",
  },
  forceNew: ["alias_attributes", "name", "username_attributes", "username_configuration.case_sensitive"],
  computedBlocks: {
    admin_create_user_config: true,
    "account_recovery_setting.recovery_mechanism": true,
    "lambda_config.pre_token_generation_config": true,
    password_policy: true,
    sign_in_policy: true,
    sms_configuration: true,
    username_configuration: true,
    verification_message_template: true,
  },
  tagged: true,
  suppressDiff: (path, _prior, config) =>
    FILLED_IN.includes(path) && (config === null || (isList(config) && config.length === 0)),
  validate: userPoolDiagnostics,
  async create(aws, planned, onCreated) {
    const items = blocksAt(planned, "schema");
    const input: CreateUserPoolCommandInput = {
      ...expand([...POOL, ...FIXED], planned),
      ...policiesOf(planned),
      PoolName: requiredText(planned, "name"),
      UserPoolTags: textMapAt(planned, "tags_all"),
      ...(items.length > 0 ? { Schema: schemaOf(items) } : {}),
    };
    const answer = await aws.retry(ROLE_NOT_READY, () => aws.clients.cognito.createUserPool(input));
    const id = answer.UserPool?.Id ?? "";
    await onCreated({ id });
    if (planned.mfa_configuration !== "OFF" || blocksAt(planned, "web_authn_configuration").length > 0)
      await setMfa(aws, id, planned);
  },
  read,
  update,
  async delete(aws, state) {
    await unlessMissing(COGNITO_MISSING, () => aws.clients.cognito.deleteUserPool({ UserPoolId: requiredText(state, "id") }));
  },
  find,
};

/** With MFA off no factor may be named beside it: Cognito refuses the two together. */
async function setMfa(aws: AwsContext, UserPoolId: string, planned: ValueObject): Promise<void> {
  const mode = textAt(planned, "mfa_configuration") ?? "OFF";
  const token = blockAt(planned, "software_token_mfa_configuration");
  const email = blockAt(planned, "email_mfa_configuration");
  const webAuthn = blockAt(planned, "web_authn_configuration");
  const sms = SMS_BLOCK.expand(planned.sms_configuration ?? null);
  const input: SetUserPoolMfaConfigCommandInput = {
    UserPoolId,
    MfaConfiguration: mode === "ON" || mode === "OPTIONAL" ? mode : "OFF",
  };
  if (mode !== "OFF") {
    const SmsAuthenticationMessage = textAt(planned, "sms_authentication_message");
    if (token) input.SoftwareTokenMfaConfiguration = { Enabled: isTrue(token, "enabled") };
    if (email) input.EmailMfaConfiguration = optional({ Message: textAt(email, "message"), Subject: textAt(email, "subject") });
    if (sms) input.SmsMfaConfiguration = optional({ SmsConfiguration: sms, SmsAuthenticationMessage });
  } else if (token && !isTrue(token, "enabled")) {
    input.SoftwareTokenMfaConfiguration = { Enabled: false };
  }
  if (webAuthn) {
    const verification = webAuthn.user_verification;
    input.WebAuthnConfiguration = optional({
      RelyingPartyId: textAt(webAuthn, "relying_party_id"),
      UserVerification: verification === "required" || verification === "preferred" ? verification : undefined,
    });
  }
  await aws.retry(ROLE_NOT_READY, () => aws.clients.cognito.setUserPoolMfaConfig(input));
}

/** The object without its undefined members. */
function optional<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const pool = (await unlessMissing(COGNITO_MISSING, () => aws.clients.cognito.describeUserPool({ UserPoolId: id })))?.UserPool;
  if (pool === undefined) return null;
  const mfa = await unlessMissing(COGNITO_MISSING, () => aws.clients.cognito.getUserPoolMfaConfig({ UserPoolId: id }));
  const values: MutableValueObject = flatten([...POOL, ...FIXED], pool as Partial<CreateUserPoolCommandInput>);
  // Cognito answers an empty Lambda configuration where there is none.
  if (Object.values(pool.LambdaConfig ?? {}).every((value) => value === undefined)) values.lambda_config = [];
  if ((pool.AccountRecoverySetting?.RecoveryMechanisms ?? []).length === 0) values.account_recovery_setting = [];
  // Once switched off again it is an empty list, which is none.
  if ((pool.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? []).length === 0)
    values.user_attribute_update_settings = [];
  const email = mfa?.EmailMfaConfiguration;
  const token = mfa?.SoftwareTokenMfaConfiguration;
  const webAuthn = mfa?.WebAuthnConfiguration;
  return {
    ...state,
    ...values,
    ...policiesState(pool),
    id,
    arn: pool.Arn ?? "",
    creation_date: rfc3339(pool.CreationDate),
    custom_domain: pool.CustomDomain ?? "",
    domain: pool.Domain ?? "",
    email_mfa_configuration: email === undefined ? [] : [{ message: email.Message ?? "", subject: email.Subject ?? "" }],
    endpoint: `cognito-idp.${aws.region}.${aws.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}/${id}`,
    estimated_number_of_users: pool.EstimatedNumberOfUsers ?? 0,
    last_modified_date: rfc3339(pool.LastModifiedDate),
    mfa_configuration: mfa?.MfaConfiguration ?? "OFF",
    name: pool.Name ?? "",
    schema: schemaState(pool, state),
    software_token_mfa_configuration: token === undefined ? [] : [{ enabled: token.Enabled ?? false }],
    tags_all: { ...pool.UserPoolTags },
    web_authn_configuration:
      webAuthn === undefined
        ? []
        : [{ relying_party_id: webAuthn.RelyingPartyId ?? "", user_verification: webAuthn.UserVerification ?? "" }],
  };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const UserPoolId = requiredText(prior, "id");
  if (MFA.some(changed)) await setMfa(aws, UserPoolId, planned);
  if (UPDATED.some(changed)) {
    const mode = planned.mfa_configuration;
    const input: UpdateUserPoolCommandInput = {
      // What UpdateUserPool is not told it sets back: everything is sent.
      ...expand(POOL, agreeing(planned, changed)),
      ...policiesOf(planned),
      UserPoolId,
      MfaConfiguration: mode === "ON" || mode === "OPTIONAL" ? mode : "OFF",
      UserPoolTags: textMapAt(planned, "tags_all"),
    };
    if (changed("user_attribute_update_settings")) {
      input.UserAttributeUpdateSettings ??= { AttributesRequireVerificationBeforeUpdate: [] };
    }
    await aws.retry(ROLE_NOT_READY, () => aws.clients.cognito.updateUserPool(input));
  }
  if (changed("schema")) await addAttributes(aws, UserPoolId, prior, planned);
  const { removed, added } = changedTags(prior, planned);
  const ResourceArn = requiredText(prior, "arn");
  if (removed.length > 0) await aws.clients.cognito.untagResource({ ResourceArn, TagKeys: removed });
  if (Object.keys(added).length > 0) await aws.clients.cognito.tagResource({ ResourceArn, Tags: added });
}

const TWINS = [
  ["email_verification_message", "email_message"],
  ["email_verification_subject", "email_subject"],
  ["sms_verification_message", "sms_message"],
] as const;

/** Three messages stand in two places, and one trigger has two forms: what changed in one place is carried over to the other. */
function agreeing(planned: ValueObject, changed: (path: string) => boolean): ValueObject {
  const next: MutableValueObject = { ...planned };
  const template = blockAt(planned, "verification_message_template");
  if (template !== undefined) {
    const twin: MutableValueObject = { ...template };
    for (const [outer, inner] of TWINS) {
      if (changed(outer)) twin[inner] = planned[outer] ?? null;
      else if (changed("verification_message_template")) next[outer] = twin[inner] ?? null;
    }
    next.verification_message_template = [twin];
  }
  const lambdas = blockAt(planned, "lambda_config");
  if (lambdas !== undefined) next.lambda_config = [withOneTrigger(lambdas, changed)];
  return next;
}

function withOneTrigger(lambdas: ValueObject, changed: (path: string) => boolean): ValueObject {
  const versioned = blockAt(lambdas, "pre_token_generation_config");
  const plain = textAt(lambdas, "pre_token_generation");
  if (changed("lambda_config.pre_token_generation_config") && versioned !== undefined) {
    return { ...lambdas, pre_token_generation: versioned.lambda_arn ?? null };
  }
  if (!changed("lambda_config.pre_token_generation") || plain === undefined) return lambdas;
  return {
    ...lambdas,
    pre_token_generation_config: [{ lambda_arn: plain, lambda_version: versioned?.lambda_version ?? "V1_0" }],
  };
}

/** Attributes can be added; none can be changed or removed. */
async function addAttributes(aws: AwsContext, UserPoolId: string, prior: ValueObject, planned: ValueObject): Promise<void> {
  const before = blocksAt(prior, "schema").map(withoutZeros);
  const after = blocksAt(planned, "schema");
  const isIn = (item: Value, list: readonly Value[]) => list.some((other) => valuesEqual(item, other));
  const kept = after.map(withoutZeros);
  if (!before.every((item) => isIn(item, kept))) {
    const detail = `updating Cognito User Pool (${UserPoolId}): cannot modify or remove schema items`;
    throw new DiagnosticError(errorDiagnostic("DVT4001", "Provider operation failed", { detail, attribute: "schema" }));
  }
  const added = after.filter((item) => !isIn(withoutZeros(item), before));
  if (added.length > 0) await aws.clients.cognito.addCustomAttributes({ UserPoolId, CustomAttributes: schemaOf(added) });
}

function withoutZeros(item: ValueObject): ValueObject {
  const isZero = (value: Value) => value === null || value === false || value === "" || (isList(value) && value.length === 0);
  return Object.fromEntries(Object.entries(item).filter(([, value]) => !isZero(value)));
}

const PAGES_MAX = 1000;

/** The only pool of the name: names need not be unique, so two of them say nothing. */
async function find(aws: AwsContext, planned: ValueObject, isFree: (start: ValueObject) => boolean): Promise<ValueObject | null> {
  const ids: string[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await aws.clients.cognito.listUserPools({ MaxResults: 60, ...(NextToken ? { NextToken } : {}) });
    for (const pool of answer.UserPools ?? []) {
      if (pool.Name === planned.name && pool.Id !== undefined && isFree({ id: pool.Id })) ids.push(pool.Id);
    }
    NextToken = answer.NextToken;
    if (NextToken === undefined) break;
  }
  const [id, ...more] = ids;
  return id === undefined || more.length > 0 ? null : { id };
}
