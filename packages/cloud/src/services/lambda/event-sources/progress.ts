import type { Ctx } from "../../../core/service.ts";
import type { MappingRecord } from "../store.ts";
import type { Position } from "./stream-source.ts";

/** How far a mapping came, kept so that a restarted cloud goes on from there: places in shards, tumbling windows, the last result. */

/** `after:SEQUENCE`, `at:SEQUENCE`, or `end` of a closed shard that is done. */
export type Checkpoint = `after:${string}` | `at:${string}` | "end";

const place = (uuid: string, shardId: string) => ["checkpoint", uuid, shardId];
const windowKey = (uuid: string, shardId: string) => ["window", uuid, shardId];
const resultKey = (uuid: string) => ["mapping-result", uuid];

export function checkpointOf(ctx: Ctx, uuid: string, shardId: string): Checkpoint | undefined {
  const text = ctx.snapshot((store) => store.get<string>(place(uuid, shardId)));
  if (text === undefined) return undefined;
  // Clouds of the first version kept the bare number.
  return text === "end" || text.includes(":") ? (text as Checkpoint) : `after:${text}`;
}

export function hasCheckpoints(ctx: Ctx, uuid: string): boolean {
  return ctx.snapshot((store) => [...store.keys({ prefix: ["checkpoint", uuid] })].length > 0);
}

export function saveCheckpoint(ctx: Ctx, uuid: string, shardId: string, checkpoint: Checkpoint): void {
  ctx.transact((store) => store.put(place(uuid, shardId), checkpoint));
}

/** Where a shard is read from: its checkpoint, else the mapping's StartingPosition (LATEST is made a checkpoint when a shard is first seen). */
export function startOf(ctx: Ctx, uuid: string, shardId: string, mapping: MappingRecord): Position {
  const checkpoint = checkpointOf(ctx, uuid, shardId);
  const match = /^(after|at):(.*)$/.exec(checkpoint ?? "");
  if (match !== null) return { kind: match[1] === "at" ? "at" : "after", sequence: match[2] ?? "" };
  const at = mapping.config.StartingPositionTimestamp;
  if (mapping.config.StartingPosition === "AT_TIMESTAMP" && at !== undefined)
    return { kind: "time", atMs: Math.min(new Date(at).getTime(), ctx.now()) };
  return { kind: "oldest" };
}

/** A tumbling window that is open, and what the function answered last as its state. */
export interface WindowState {
  readonly startMs: number;
  readonly state: unknown;
}

export function loadWindow(ctx: Ctx, uuid: string, shardId: string): WindowState | undefined {
  return ctx.snapshot((store) => store.get<WindowState>(windowKey(uuid, shardId)));
}

export function saveWindow(ctx: Ctx, uuid: string, shardId: string, window: WindowState | undefined): void {
  ctx.transact((store) =>
    window === undefined ? store.remove(windowKey(uuid, shardId)) : store.put(windowKey(uuid, shardId), window),
  );
}

/** What GetEventSourceMapping answers as LastProcessingResult. */
export function resultOf(ctx: Ctx, uuid: string): string | undefined {
  return ctx.store.get<string>(resultKey(uuid));
}

export function saveResult(ctx: Ctx, uuid: string, result: string): void {
  const before = ctx.snapshot((store) => store.get<string>(resultKey(uuid)));
  if (before !== result) ctx.transact((store) => store.put(resultKey(uuid), result));
}

/** Everything of a mapping that is deleted; inside its transaction. */
export function forgetProgress(ctx: Ctx, uuid: string): void {
  ctx.store.removeRange({ prefix: ["checkpoint", uuid] });
  ctx.store.removeRange({ prefix: ["window", uuid] });
  ctx.store.remove(resultKey(uuid));
}
