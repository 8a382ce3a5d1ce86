import type { RotateSecretCommandInput, RotationRulesType } from "@aws-sdk/client-secrets-manager";
import { errorDiagnostic, type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, CustomPlan, NativeResource, RetryRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, blocksAt, numberAt, requiredText, textAt } from "../attribute-map.ts";
import { between, conflicts, exactlyOneOf, isArn, matches, runChecks, within } from "../checks.ts";
import { findSecret, SECRET_MISSING } from "./find.ts";

const DAYS = "rotation_rules.0.automatically_after_days";
const SCHEDULE = "rotation_rules.0.schedule_expression";

const CHECKS = [
  isArn("external_secret_rotation_role_arn"),
  isArn("rotation_lambda_arn"),
  between("rotation_rules.automatically_after_days", 1, 1000),
  matches("rotation_rules.duration", /[0-9h]+/, ""),
  matches("rotation_rules.schedule_expression", /[0-9A-Za-z()#?*\-/, ]+/, ""),
  within("rotation_rules.0", conflicts(DAYS, [SCHEDULE]), conflicts(SCHEDULE, [DAYS]), exactlyOneOf([DAYS, SCHEDULE])),
];

/** aws_secretsmanager_secret_rotation. Its id is the secret's ARN. */
export const resource: NativeResource = {
  type: "aws_secretsmanager_secret_rotation",
  defaults: { rotate_immediately: true },
  forceNew: ["secret_id"],
  validate: (config) => runChecks(CHECKS, config),
  customizePlan,
  async create(aws, planned, onCreated, config) {
    await onCreated({ id: await rotate(aws, planned, config) });
  },
  read,
  async update(aws, _prior, planned, changed, config) {
    const names = ["external_secret_rotation_metadata", "external_secret_rotation_role_arn", "rotation_enabled"];
    if ([...names, "rotation_lambda_arn", "rotation_rules"].some(changed)) await rotate(aws, planned, config);
  },
  async delete(aws, state) {
    const SecretId = requiredText(state, "secret_id");
    await unlessMissing(SECRET_MISSING, async () => {
      if ((await findSecret(aws, SecretId)) !== undefined) await aws.clients.secretsmanager.cancelRotateSecret({ SecretId });
    });
  },
  upgrades: { 0: (state) => state },
  async find(aws, planned) {
    const secret = await findSecret(aws, requiredText(planned, "secret_id"));
    const same = secret?.RotationEnabled === true && (secret.RotationLambdaARN ?? "") === (planned.rotation_lambda_arn ?? "");
    return same && secret.ARN !== undefined ? { id: secret.ARN } : null;
  },
};

/** Edition 6 lets a configuration say that there is no rotation. */
function isOff(config: ValueObject): boolean {
  return config.rotation_enabled === false;
}

function customizePlan(_prior: ValueObject | null, planned: ValueObject, config: ValueObject): CustomPlan {
  if (config.rotation_rules === UNKNOWN || !Object.hasOwn(config, "external_secret_rotation_role_arn")) return {};
  const hasRules = blocksAt(planned, "rotation_rules").length > 0;
  const detail =
    isOff(config) && hasRules
      ? "`rotation_rules` cannot be set when `rotation_enabled` is `false`; remove the `rotation_rules` block to disable rotation"
      : !isOff(config) && !hasRules
        ? "`rotation_rules` is required unless `rotation_enabled` is `false`"
        : undefined;
  if (detail === undefined) return {};
  return { diagnostics: [errorDiagnostic("DVT3001", "Invalid configuration", { detail, attribute: "rotation_rules" })] };
}

const RETRY: RetryRow = {
  codes: ["AccessDeniedException", "InvalidRequestException"],
  timeoutMs: 120_000,
  why: "the permission to invoke the rotation function, or the role, was only just made",
  source: "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html",
};

/** Sets or cancels the rotation; answers the secret's ARN. */
async function rotate(aws: AwsContext, planned: ValueObject, config: ValueObject): Promise<string> {
  const SecretId = requiredText(planned, "secret_id");
  if (isOff(config)) return (await aws.clients.secretsmanager.cancelRotateSecret({ SecretId })).ARN ?? "";
  const metadata = blocksAt(planned, "external_secret_rotation_metadata");
  const input: RotateSecretCommandInput = {
    SecretId,
    RotateImmediately: planned.rotate_immediately !== false,
    RotationLambdaARN: textAt(planned, "rotation_lambda_arn"),
    RotationRules: rulesOf(planned),
    ExternalSecretRotationRoleArn: textAt(planned, "external_secret_rotation_role_arn"),
    ExternalSecretRotationMetadata:
      metadata.length > 0 ? metadata.map((item) => ({ Key: textAt(item, "key"), Value: textAt(item, "value") })) : undefined,
  };
  return (await aws.retry(RETRY, () => aws.clients.secretsmanager.rotateSecret(input))).ARN ?? "";
}

function rulesOf(planned: ValueObject): RotationRulesType | undefined {
  const rules = blockAt(planned, "rotation_rules");
  if (rules === undefined) return undefined;
  const schedule = textAt(rules, "schedule_expression");
  const days = numberAt(rules, "automatically_after_days");
  return {
    Duration: textAt(rules, "duration"),
    ...(schedule !== undefined ? { ScheduleExpression: schedule } : days ? { AutomaticallyAfterDays: days } : {}),
  };
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const secret = await findSecret(aws, id);
  if (secret === undefined) return null;
  const on = secret.RotationEnabled === true;
  const values: MutableValueObject = {
    ...state,
    id,
    secret_id: id,
    rotation_enabled: on,
    rotation_lambda_arn: on ? (secret.RotationLambdaARN ?? "") : "",
    rotation_rules: on && secret.RotationRules !== undefined ? [flattenRules(secret.RotationRules)] : [],
  };
  if (aws.edition === "5.100.0") return values;
  const metadata = on ? (secret.ExternalSecretRotationMetadata ?? []) : [];
  values.external_secret_rotation_metadata = metadata.map(({ Key = "", Value = "" }) => ({ key: Key, value: Value }));
  values.external_secret_rotation_role_arn = on ? (secret.ExternalSecretRotationRoleArn ?? "") : "";
  return values;
}

/** With a schedule, the days are what AWS makes of it: they are left out. */
function flattenRules(rules: RotationRulesType): ValueObject {
  const schedule = rules.ScheduleExpression ?? "";
  return {
    schedule_expression: schedule,
    automatically_after_days: schedule === "" ? (rules.AutomaticallyAfterDays ?? 0) : 0,
    duration: rules.Duration ?? "",
  };
}
