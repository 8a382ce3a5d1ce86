import type { Ctx } from "../../../core/service.ts";
import { lambdaState } from "../state.ts";
import { keys, type MappingRecord } from "../store.ts";
import { SqsPoller } from "./sqs.ts";
import { StreamPoller } from "./stream.ts";

/** Starts and stops the pollers of event source mappings; a changed mapping's poller starts anew. */
export function startPoller(ctx: Ctx, record: MappingRecord): void {
  const uuid = record.config.UUID ?? "";
  stopPoller(ctx, uuid);
  if (record.config.State !== "Enabled") return;
  const own = ctx.with({ account: record.account, region: record.region });
  const isQueue = (record.config.EventSourceArn ?? "").includes(":sqs:");
  lambdaState(ctx).pollers.set(uuid, isQueue ? new SqsPoller(own, uuid) : new StreamPoller(own, uuid));
}

export function stopPoller(ctx: Ctx, uuid: string): void {
  const { pollers } = lambdaState(ctx);
  pollers.get(uuid)?.stop();
  pollers.delete(uuid);
}

/** After a restart. */
export function startAllPollers(ctx: Ctx): void {
  const all = ctx.snapshot((store) => [...store.range<MappingRecord>({ prefix: keys.mappings() })].map(({ value }) => value));
  for (const record of all) startPoller(ctx, record);
}
