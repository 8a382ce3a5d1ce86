import { arn } from "../../core/arn.ts";
import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import * as list from "./operations/list.ts";
import * as replication from "./operations/replication.ts";
import * as rotation from "./operations/rotation.ts";
import * as settings from "./operations/settings.ts";
import * as values from "./operations/values.ts";
import { requirePrimary, syncReplicas } from "./replicas.ts";
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

/** A change: refused on a replica, and carried to the replicas once it is kept. */
function change(handler: Operation["handler"], more: Partial<Operation> = {}): Operation {
  const work = handler as (ctx: Ctx, input: Asked) => unknown;
  const changed = (ctx: Ctx, input: Asked) => {
    const secret = findSecret(ctx, input.SecretId ?? "");
    requirePrimary(secret);
    const sync = (output: unknown) => {
      if (secret?.replicas !== undefined) ctx.after((later) => syncReplicas(later, secret.arn));
      return output;
    };
    const output = work(ctx, input);
    return output instanceof Promise ? output.then(sync) : sync(output);
  };
  return on(changed, more);
}

const waits = { waits: true } as const;
const reads = { readonly: true } as const;

export const service: ServiceDefinition = {
  name: "secretsmanager",
  operations: {
    CreateSecret: on(values.createSecret, { ...waits, missing: "partners' secrets" }),
    GetSecretValue: on(values.getSecretValue, waits),
    BatchGetSecretValue: { handler: values.batchGetSecretValue, ...waits },
    PutSecretValue: change(values.putSecretValue, { ...waits, missing: "RotationToken is not checked" }),
    UpdateSecret: change(values.updateSecret, waits),
    UpdateSecretVersionStage: change(values.updateSecretVersionStage),
    ListSecretVersionIds: on(values.listSecretVersionIds, reads),
    DescribeSecret: on(list.describeSecret, reads),
    ListSecrets: { handler: list.listSecrets, ...reads },
    DeleteSecret: change(settings.deleteSecret),
    RestoreSecret: change(settings.restoreSecret),
    TagResource: change(settings.tagResource),
    UntagResource: change(settings.untagResource),
    PutResourcePolicy: change(settings.putResourcePolicy),
    GetResourcePolicy: on(settings.getResourcePolicy, reads),
    DeleteResourcePolicy: change(settings.deleteResourcePolicy),
    ValidateResourcePolicy: on(settings.validateResourcePolicy, { ...reads, missing: "only the policy's form is checked" }),
    GetRandomPassword: { handler: settings.getRandomPassword, ...reads },
    RotateSecret: change(rotation.rotateSecret, {
      ...waits,
      missing: "a rotation starts at the beginning of its window; partners' secrets",
    }),
    ReplicateSecretToRegions: on(replication.replicateSecretToRegions),
    RemoveRegionsFromReplication: on(replication.removeRegionsFromReplication),
    StopReplicationToReplica: on(replication.stopReplicationToReplica),
    CancelRotateSecret: change(rotation.cancelRotateSecret),
  },
  timers: { "delete-secret": settings.deleteDueSecret, "rotate-secret": rotation.rotateDueSecret },
  inventory: (ctx) => ({ secrets: secretsOf(ctx).length }),
};
