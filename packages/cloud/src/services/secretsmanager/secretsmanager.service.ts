import { arn } from "../../core/arn.ts";
import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import * as list from "./operations/list.ts";
import * as rotation from "./operations/rotation.ts";
import * as settings from "./operations/settings.ts";
import * as values from "./operations/values.ts";
import type { Tag } from "./secret.ts";
import { findSecret, secretsOf } from "./store.ts";

interface Asked {
  readonly SecretId?: string;
  readonly Name?: string;
  readonly VersionStage?: string;
  readonly VersionId?: string;
  readonly Tags?: readonly Tag[];
}

/** User guide, "Condition keys": secretsmanager:SecretId, Name, VersionStage, VersionId, ResourceTag. */
function iam(ctx: Ctx, input: Asked): IamRequest {
  const secret = input.SecretId === undefined ? undefined : findSecret(ctx, input.SecretId);
  const name = input.SecretId ?? input.Name ?? "";
  const resource = name.startsWith("arn:") ? name : arn("secretsmanager", ctx.region, ctx.account, `secret:${name}-??????`);
  const conditions: Record<string, string | readonly string[]> = {};
  if (secret !== undefined) conditions["secretsmanager:SecretId"] = secret.arn;
  if (input.Name !== undefined) conditions["secretsmanager:Name"] = input.Name;
  if (input.VersionStage !== undefined) conditions["secretsmanager:VersionStage"] = input.VersionStage;
  if (input.VersionId !== undefined) conditions["secretsmanager:VersionId"] = input.VersionId;
  for (const [key, value] of Object.entries(secret?.tags ?? {})) {
    conditions[`aws:ResourceTag/${key}`] = value;
    conditions[`secretsmanager:ResourceTag/${key}`] = value;
  }
  for (const { Key = "", Value = "" } of input.Tags ?? []) conditions[`aws:RequestTag/${Key}`] = Value;
  if ((input.Tags ?? []).length > 0) conditions["aws:TagKeys"] = (input.Tags ?? []).map((tag) => tag.Key ?? "");
  return {
    resources: [secret?.arn ?? resource],
    conditions,
    ...(secret?.policy === undefined ? {} : { resourcePolicy: secret.policy }),
  };
}

function on(handler: Operation["handler"], more: Partial<Operation> = {}): Operation {
  return { handler, iam, ...more };
}

const waits = { waits: true } as const;
const reads = { readonly: true } as const;

export const service: ServiceDefinition = {
  name: "secretsmanager",
  operations: {
    CreateSecret: on(values.createSecret, { ...waits, missing: "replicas, partners' secrets" }),
    GetSecretValue: on(values.getSecretValue, waits),
    BatchGetSecretValue: { handler: values.batchGetSecretValue, ...waits },
    PutSecretValue: on(values.putSecretValue, { ...waits, missing: "RotationToken is not checked" }),
    UpdateSecret: on(values.updateSecret, waits),
    UpdateSecretVersionStage: on(values.updateSecretVersionStage),
    ListSecretVersionIds: on(values.listSecretVersionIds, reads),
    DescribeSecret: on(list.describeSecret, reads),
    ListSecrets: { handler: list.listSecrets, ...reads },
    DeleteSecret: on(settings.deleteSecret),
    RestoreSecret: on(settings.restoreSecret),
    TagResource: on(settings.tagResource),
    UntagResource: on(settings.untagResource),
    PutResourcePolicy: on(settings.putResourcePolicy),
    GetResourcePolicy: on(settings.getResourcePolicy, reads),
    DeleteResourcePolicy: on(settings.deleteResourcePolicy),
    ValidateResourcePolicy: on(settings.validateResourcePolicy, { ...reads, missing: "only the policy's form is checked" }),
    GetRandomPassword: { handler: settings.getRandomPassword, ...reads },
    RotateSecret: on(rotation.rotateSecret, {
      ...waits,
      missing: "a rotation starts at the beginning of its window; partners' secrets",
    }),
    CancelRotateSecret: on(rotation.cancelRotateSecret),
  },
  timers: { "delete-secret": settings.deleteDueSecret, "rotate-secret": rotation.rotateDueSecret },
  inventory: (ctx) => ({ secrets: secretsOf(ctx).length }),
};
