/** GetResourcePolicy, PutResourcePolicy, DeleteResourcePolicy: of tables and of their streams. */
import type {
  DeleteResourcePolicyCommandInput,
  GetResourcePolicyCommandInput,
  PutResourcePolicyCommandInput,
} from "@aws-sdk/client-dynamodb";
import { randomUuid } from "@dovetail/model";
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { invalid, notFound } from "../errors.ts";
import { type ResourcePolicy, readPolicy, refuseLockingOut } from "../resource-policy.ts";
import { putTable } from "../store.ts";
import { tableOfArn } from "./table-settings.ts";

/** What a policy hangs on: a table, or the stream that it has now. Indexes have none of their own. */
interface PolicyHolder {
  readonly policy: ResourcePolicy | undefined;
  keep(policy: ResourcePolicy | undefined): void;
}

function policyHolder(ctx: Ctx, resource: string | undefined): PolicyHolder {
  const table = tableOfArn(ctx, resource);
  const [, , kind, label] = parseArn(resource ?? "")?.resource.split("/") ?? [];
  if (kind === undefined) {
    const { policy, ...rest } = table;
    return { policy, keep: (fresh) => putTable(ctx, fresh === undefined ? rest : { ...rest, policy: fresh }) };
  }
  if (kind !== "stream") throw invalid(`Invalid ResourceArn: Resource policies are not supported on: ${resource}`);
  if (table.stream === undefined || table.stream.label !== label)
    throw notFound(`Requested resource not found: Stream: ${resource} not found`);
  const { policy, ...stream } = table.stream;
  return {
    policy,
    keep: (fresh) => putTable(ctx, { ...table, stream: fresh === undefined ? stream : { ...stream, policy: fresh } }),
  };
}

export function getResourcePolicy(ctx: Ctx, input: GetResourcePolicyCommandInput): object {
  const { policy } = policyHolder(ctx, input.ResourceArn);
  if (policy === undefined)
    throw new ServiceError(
      "PolicyNotFoundException",
      400,
      `Resource-based policy not found for the provided ResourceArn: ${input.ResourceArn}`,
    );
  return { Policy: policy.document, RevisionId: policy.revision };
}

function checkRevision({ policy }: PolicyHolder, expected: string | undefined): void {
  if (expected === undefined || expected === (policy?.revision ?? "NO_POLICY")) return;
  throw new ServiceError("PolicyNotFoundException", 400, "The RevisionId provided does not match the one of the current policy");
}

/** The same document once more keeps its revision. */
export function putResourcePolicy(ctx: Ctx, input: PutResourcePolicyCommandInput): object {
  const { ResourceArn: resource = "", Policy: given = "" } = input;
  const holder = policyHolder(ctx, resource);
  checkRevision(holder, input.ExpectedRevisionId);
  const document = readPolicy(given);
  if (input.ConfirmRemoveSelfResourceAccess !== true) refuseLockingOut(ctx, resource, document);
  const { policy } = holder;
  if (policy?.document === document) return { RevisionId: policy.revision };
  const revision = randomUuid(ctx.random);
  holder.keep({ document, revision });
  return { RevisionId: revision };
}

export function deleteResourcePolicy(ctx: Ctx, input: DeleteResourcePolicyCommandInput): object {
  const holder = policyHolder(ctx, input.ResourceArn);
  checkRevision(holder, input.ExpectedRevisionId);
  if (holder.policy === undefined) return {};
  holder.keep(undefined);
  return { RevisionId: holder.policy.revision };
}
