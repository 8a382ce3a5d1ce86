import type { AdminGetUserCommandOutput, AttributeType } from "@aws-sdk/client-cognito-identity-provider";
import { UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, requiredText, textAt, textMapAt, textsAt } from "../attribute-map.ts";
import { conflicts, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { importParts } from "../import-id.ts";
import { rfc3339 } from "../timestamp.ts";

const MISSING = ["UserNotFoundException", "ResourceNotFoundException"];

const CHECKS = [
  oneOf("desired_delivery_mediums", ["SMS", "EMAIL"]),
  oneOf("message_action", ["RESEND", "SUPPRESS"]),
  lengthBetween("password", 6, 256),
  conflicts("password", ["temporary_password"]),
  lengthBetween("temporary_password", 6, 256),
  conflicts("temporary_password", ["password"]),
  lengthBetween("username", 1, 128),
];

/** Attributes that nobody can set. */
const SERVICES_OWN = new Set(["sub"]);

/** aws_cognito_user; id is `pool/username`. Behaviour: `internal/service/cognitoidp/user.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_cognito_user",
  noun: "Cognito User",
  defaults: { enabled: true },
  forceNew: ["user_pool_id", "username"],
  suppressDiff: (path, prior, config) => path === "attributes" && sameAttributes(prior, config),
  validate: (config) => runChecks(CHECKS, config),
  customizePlan: (prior, planned) => ({ planned: withSub(prior, planned) }),
  async create(aws, planned, onCreated) {
    const key = keyOf(planned);
    const temporary = textAt(planned, "temporary_password");
    const action = textAt(planned, "message_action");
    const media = textsAt(planned, "desired_delivery_mediums").map((name) => (name === "SMS" ? "SMS" : "EMAIL"));
    const ClientMetadata = textMapAt(planned, "client_metadata");
    await aws.clients.cognito.adminCreateUser({
      ...key,
      ...(Object.keys(ClientMetadata).length === 0 ? {} : { ClientMetadata }),
      ...(media.length === 0 ? {} : { DesiredDeliveryMediums: media }),
      ...(isTrue(planned, "force_alias_creation") ? { ForceAliasCreation: true } : {}),
      ...(action === undefined ? {} : { MessageAction: action === "RESEND" ? "RESEND" : "SUPPRESS" }),
      ...(temporary === undefined ? {} : { TemporaryPassword: temporary }),
      UserAttributes: attributeList(textMapAt(planned, "attributes")),
      ValidationData: attributeList(textMapAt(planned, "validation_data")),
    });
    await onCreated({ id: `${key.UserPoolId}/${key.Username}` });
    if (planned.enabled === false) await aws.clients.cognito.adminDisableUser(key);
    await setPassword(aws, planned, "password", true);
  },
  async read(aws, state) {
    const user = await unlessMissing(MISSING, () => aws.clients.cognito.adminGetUser(keyOf(state)));
    return user === undefined ? null : { ...kept(state), ...toState(user, state) };
  },
  update,
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.cognito.adminDeleteUser(keyOf(state)));
  },
  importId(id) {
    const [user_pool_id = "", username = ""] = importParts(id, "UserPoolID/Username");
    return { id, user_pool_id, username };
  },
  async find(_aws, planned) {
    const [pool, name] = [textAt(planned, "user_pool_id"), textAt(planned, "username")];
    return pool === undefined || name === undefined ? null : { id: `${pool}/${name}`, user_pool_id: pool, username: name };
  },
};

function keyOf(state: ValueObject): { UserPoolId: string; Username: string } {
  return { UserPoolId: requiredText(state, "user_pool_id"), Username: requiredText(state, "username") };
}

/** The user's `sub` stays among the attributes, whatever config says. */
function withSub(prior: ValueObject | null, planned: ValueObject): ValueObject {
  const sub = prior === null ? undefined : textMapAt(prior, "attributes").sub;
  if (sub === undefined || planned.attributes === UNKNOWN) return planned;
  return { ...planned, attributes: { ...textMapAt(planned, "attributes"), sub } };
}

/** Arguments that the service does not tell. */
function kept(state: ValueObject): ValueObject {
  const names = ["client_metadata", "desired_delivery_mediums", "force_alias_creation", "message_action", "password"];
  return Object.fromEntries([...names, "temporary_password", "validation_data"].map((name) => [name, state[name] ?? null]));
}

function toState(user: AdminGetUserCommandOutput, state: ValueObject): ValueObject {
  const attributes = Object.fromEntries((user.UserAttributes ?? []).map(({ Name = "", Value = "" }) => [Name, Value]));
  return {
    id: requiredText(state, "id"),
    user_pool_id: requiredText(state, "user_pool_id"),
    username: user.Username ?? "",
    attributes,
    creation_date: rfc3339(user.UserCreateDate),
    enabled: user.Enabled ?? false,
    last_modified_date: rfc3339(user.UserLastModifiedDate),
    mfa_setting_list: user.UserMFASettingList ?? [],
    preferred_mfa_setting: user.PreferredMfaSetting ?? "",
    status: user.UserStatus ?? "",
    sub: attributes.sub ?? "",
  };
}

function attributeList(attributes: Record<string, string>): AttributeType[] {
  return Object.entries(attributes).map(([Name, Value]) => ({ Name: fullName(Name), Value }));
}

const STANDARD = new Set(
  "address birthdate email email_verified gender given_name family_name locale middle_name name nickname phone_number phone_number_verified picture preferred_username profile sub updated_at website zoneinfo".split(
    " ",
  ),
);

/** Attributes of a pool's own are written with their prefix. */
function fullName(name: string): string {
  return STANDARD.has(name) || /^(custom|dev):/.test(name) ? name : `custom:${name}`;
}

function sameAttributes(prior: unknown, config: unknown): boolean {
  const own = (value: unknown) =>
    Object.entries(typeof value === "object" && value !== null ? value : {})
      .map(([name, item]) => [fullName(name), item])
      .filter(([name]) => !SERVICES_OWN.has(String(name)))
      .sort();
  return JSON.stringify(own(prior)) === JSON.stringify(own(config));
}

async function setPassword(aws: AwsContext, planned: ValueObject, name: string, Permanent: boolean): Promise<void> {
  const Password = textAt(planned, name);
  if (Password !== undefined) await aws.clients.cognito.adminSetUserPassword({ ...keyOf(planned), Password, Permanent });
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const key = keyOf(prior);
  if (changed("attributes")) await updateAttributes(aws, prior, planned);
  if (changed("enabled")) {
    if (isTrue(planned, "enabled")) await aws.clients.cognito.adminEnableUser(key);
    else await aws.clients.cognito.adminDisableUser(key);
  }
  if (changed("temporary_password")) await setPassword(aws, planned, "temporary_password", false);
  if (changed("password")) await setPassword(aws, planned, "password", true);
}

async function updateAttributes(aws: AwsContext, prior: ValueObject, planned: ValueObject): Promise<void> {
  const [before, after] = [textMapAt(prior, "attributes"), textMapAt(planned, "attributes")];
  const key = keyOf(prior);
  const wanted = attributeList(after).filter(({ Name = "" }) => !SERVICES_OWN.has(Name));
  const gone = attributeList(before).filter(
    ({ Name = "" }) => !SERVICES_OWN.has(Name) && !wanted.some((other) => other.Name === Name),
  );
  const ClientMetadata = textMapAt(planned, "client_metadata");
  if (wanted.length > 0)
    await aws.clients.cognito.adminUpdateUserAttributes({
      ...key,
      UserAttributes: wanted,
      ...(Object.keys(ClientMetadata).length === 0 ? {} : { ClientMetadata }),
    });
  if (gone.length > 0)
    await aws.clients.cognito.adminDeleteUserAttributes({ ...key, UserAttributeNames: gone.map(({ Name = "" }) => Name) });
}
