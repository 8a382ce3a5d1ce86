import type { Ctx } from "../../../core/service.ts";
import type { MappingRecord } from "../store.ts";
import { mappingRole, type PollLoop, pollLoop } from "./poll-loop.ts";
import { checkpointOf, hasCheckpoints, saveCheckpoint } from "./progress.ts";
import { ShardWorker } from "./shard-worker.ts";
import { type SourceShard, type StreamSource, streamSource } from "./stream-source.ts";

/** Finds the shards of one mapping's stream and has each worked on, children after their parents. AWS developer guide, "Using Lambda with Kinesis", "with DynamoDB". */
/** The end of a shard ends this wait. */
const LOOK_MS = 60_000;

export class StreamPoller {
  readonly #ctx: Ctx;
  readonly #uuid: string;
  readonly #workers = new Map<string, ShardWorker>();
  readonly #loop: PollLoop;
  #source: StreamSource | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(ctx: Ctx, uuid: string) {
    this.#ctx = ctx;
    this.#uuid = uuid;
    this.#loop = pollLoop(
      ctx,
      uuid,
      (mapping) => this.#round(mapping),
      () => this.#stopAll(),
    );
  }

  stop(): void {
    this.#loop.stop();
  }

  #stopAll(): void {
    this.#unsubscribe?.();
    for (const worker of this.#workers.values()) worker.stop();
  }

  async #round(mapping: MappingRecord): Promise<number> {
    this.#source ??= streamSource(this.#ctx, mapping);
    const as = mappingRole(this.#ctx, mapping);
    const shards = await this.#source.shards(as);
    await this.#begin(mapping, this.#source, shards);
    const known = new Set(shards.map((shard) => shard.id));
    const isDone = (id: string) => !known.has(id) || checkpointOf(this.#ctx, this.#uuid, id) === "end";
    for (const shard of shards) {
      if (this.#loop.isStopped) break;
      if (this.#workers.has(shard.id) || isDone(shard.id) || !shard.parents.every(isDone)) continue;
      // When a shard is at its end, its children are looked for at once.
      const worker = new ShardWorker(this.#ctx, this.#uuid, this.#source, shard, () => this.#loop.wake());
      this.#workers.set(shard.id, worker);
    }
    if (this.#unsubscribe === undefined) await this.#subscribe(this.#source);
    return LOOK_MS;
  }

  /** LATEST is a place in each shard at the first look; shards that come later are read from their beginning. */
  async #begin(mapping: MappingRecord, source: StreamSource, shards: readonly SourceShard[]): Promise<void> {
    if (mapping.config.StartingPosition !== "LATEST" || hasCheckpoints(this.#ctx, this.#uuid)) return;
    for (const shard of shards) {
      if (shard.isClosed) saveCheckpoint(this.#ctx, this.#uuid, shard.id, "end");
      else {
        const place = await source.latest(shard.id);
        if (place.kind === "at" || place.kind === "after")
          saveCheckpoint(this.#ctx, this.#uuid, shard.id, `${place.kind}:${place.sequence}`);
      }
    }
  }

  /** Every write to the stream ends the wait, so that a change is seen at once and an idle stream costs next to nothing. */
  async #subscribe(source: StreamSource): Promise<void> {
    const stop = await source.subscribe(() => {
      for (const worker of this.#workers.values()) worker.wake();
    });
    if (this.#loop.isStopped) stop();
    else this.#unsubscribe = stop;
    // What was written before the subscription is not waited for.
    for (const worker of this.#workers.values()) worker.wake();
  }
}
