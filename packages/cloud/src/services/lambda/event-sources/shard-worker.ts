import type { Ctx, Principal } from "../../../core/service.ts";
import type { MappingRecord } from "../store.ts";
import { afterFailure, type Batch, backoffMs, cut, laneOf } from "./batch.ts";
import { discard } from "./discarded.ts";
import { counted, filterOfMapping, mappingRole, type PollLoop, pollLoop } from "./poll-loop.ts";
import { loadWindow, saveCheckpoint, saveResult, saveWindow, startOf, type WindowState } from "./progress.ts";
import { callFunction } from "./stream-invoke.ts";
import { isExpired, isTrimmed, type SourceRecord, type SourceShard, type StreamSource } from "./stream-source.ts";

/**
 * Works on one shard of a stream, in order: gathers a batch (size, window), calls the function, retries, splits or gives up, remembers how far
 * it came. With a parallelization factor records are spread over lanes by their key; the lanes of one read are finished before the next read.
 */
/** Writes wake the worker: this is for what nobody tells of, such as a shard's end. */
const IDLE_MS = 60_000;

interface Lane {
  queue: Batch[];
  notBeforeMs: number;
  failures: number;
}

export class ShardWorker {
  readonly #ctx: Ctx;
  readonly #uuid: string;
  readonly #source: StreamSource;
  readonly #shard: SourceShard;
  readonly #onEnd: () => void;
  readonly #loop: PollLoop;
  #iterator: string | undefined;
  /** Read and not yet in a batch, since when. */
  #held: SourceRecord[] = [];
  #heldSinceMs = 0;
  #lastRead: string | undefined;
  #lanes: Lane[] = [];
  #isAtEnd = false;
  #window: WindowState | undefined;

  constructor(ctx: Ctx, uuid: string, source: StreamSource, shard: SourceShard, onEnd: () => void) {
    this.#ctx = ctx;
    this.#uuid = uuid;
    this.#source = source;
    this.#shard = shard;
    this.#onEnd = onEnd;
    this.#window = loadWindow(ctx, uuid, shard.id);
    this.#loop = pollLoop(ctx, uuid, (mapping) => this.#round(mapping));
  }

  wake(): void {
    this.#loop.wake();
  }

  stop(): void {
    this.#loop.stop();
  }

  async #round(mapping: MappingRecord): Promise<number | "stop"> {
    const as = mappingRole(this.#ctx, mapping);
    if (this.#isBusy()) return this.#work(mapping, as);
    await this.#gather(mapping, as);
    const waitMs = this.#untilBatch(mapping);
    if (waitMs > 0) return waitMs;
    this.#makeBatches(mapping);
    if (this.#isBusy()) return this.#work(mapping, as);
    return this.#atRest();
  }

  #isBusy(): boolean {
    return this.#lanes.some((lane) => lane.queue.length > 0);
  }

  /** Nothing left to do for now; a closed shard is done for good. */
  #atRest(): number | "stop" {
    if (this.#lastRead !== undefined) saveCheckpoint(this.#ctx, this.#uuid, this.#shard.id, `after:${this.#lastRead}`);
    this.#lastRead = undefined;
    if (!this.#isAtEnd || this.#window !== undefined) return IDLE_MS;
    saveCheckpoint(this.#ctx, this.#uuid, this.#shard.id, "end");
    this.#onEnd();
    return "stop";
  }

  async #gather(mapping: MappingRecord, as: Principal): Promise<void> {
    const wanted = (mapping.config.BatchSize ?? 100) * lanesOf(mapping);
    const passes = filterOfMapping(mapping);
    while (this.#held.length < wanted && !this.#isAtEnd && !this.#loop.isStopped) {
      const page = await this.#read(mapping, as, Math.min(wanted - this.#held.length, this.#source.pageMax));
      if (page.length === 0) return;
      this.#lastRead = page.at(-1)?.sequence ?? this.#lastRead;
      const passing = page.filter((record) => passes(record.filterable));
      if (this.#held.length === 0) this.#heldSinceMs = this.#ctx.now();
      this.#held.push(...passing);
    }
  }

  async #read(mapping: MappingRecord, as: Principal, limit: number): Promise<readonly SourceRecord[]> {
    try {
      if (this.#iterator === undefined) {
        const position =
          this.#lastRead === undefined
            ? startOf(this.#ctx, this.#uuid, this.#shard.id, mapping)
            : ({ kind: "after", sequence: this.#lastRead } as const);
        this.#iterator = await this.#source.iterator(as, this.#shard.id, position);
      }
      if (this.#iterator === undefined) return [];
      const page = await this.#source.read(as, this.#shard.id, this.#iterator, limit);
      this.#iterator = page.next;
      this.#isAtEnd = page.next === undefined;
      return page.records;
    } catch (error) {
      this.#iterator = undefined;
      if (isTrimmed(error)) this.#iterator = await this.#source.iterator(as, this.#shard.id, { kind: "oldest" });
      else if (!isExpired(error)) throw error;
      return this.#read(mapping, as, limit);
    }
  }

  /** How long the batch may still wait for more records, or the tumbling window for its end. */
  #untilBatch(mapping: MappingRecord): number {
    const now = this.#ctx.now();
    if (this.#held.length === 0) {
      const windowMs = windowOf(mapping);
      if (this.#window === undefined || this.#window.startMs + windowMs <= now) return 0;
      return Math.min(IDLE_MS, this.#window.startMs + windowMs - now);
    }
    if (this.#held.length >= (mapping.config.BatchSize ?? 100) || this.#isAtEnd) return 0;
    const windowMs = (mapping.config.MaximumBatchingWindowInSeconds ?? 0) * 1000;
    return Math.max(0, Math.min(IDLE_MS, this.#heldSinceMs + windowMs - now));
  }

  #makeBatches(mapping: MappingRecord): void {
    const windowMs = windowOf(mapping);
    const lanes = windowMs > 0 ? 1 : lanesOf(mapping);
    const size = mapping.config.BatchSize ?? 100;
    const spread: SourceRecord[][] = Array.from({ length: lanes }, () => []);
    for (const record of this.#held) spread[lanes === 1 ? 0 : laneOf(record.key, lanes)]?.push(record);
    this.#held = [];
    this.#lanes = spread.map((records) => ({ queue: cut(records, size, windowMs), notBeforeMs: 0, failures: 0 }));
    if (windowMs > 0 && this.#lanes[0] !== undefined) this.#closeWindows(this.#lanes[0], windowMs);
  }

  /** Before the first batch of another window, and when its time is over, a window gets its last invocation. */
  #closeWindows(lane: Lane, windowMs: number): void {
    const out: Batch[] = [];
    let open = this.#window?.startMs;
    for (const batch of lane.queue) {
      if (open !== undefined && batch.windowMs !== open) out.push(finalBatch(open));
      open = batch.windowMs;
      out.push(batch);
    }
    if (open !== undefined && open === this.#window?.startMs && lane.queue.length === 0 && open + windowMs <= this.#ctx.now())
      out.push(finalBatch(open));
    lane.queue = out;
  }

  /** All lanes as far as they come; answers when the first of those that wait may go on. */
  async #work(mapping: MappingRecord, as: Principal): Promise<number> {
    await Promise.all(this.#lanes.map((lane) => this.#workLane(mapping, as, lane)));
    const waiting = this.#lanes.filter((lane) => lane.queue.length > 0).map((lane) => lane.notBeforeMs - this.#ctx.now());
    return waiting.length === 0 ? 0 : Math.max(0, Math.min(...waiting));
  }

  async #workLane(mapping: MappingRecord, as: Principal, lane: Lane): Promise<void> {
    while (!this.#loop.isStopped && lane.notBeforeMs <= this.#ctx.now()) {
      const batch = lane.queue[0];
      if (batch === undefined) return;
      // Counted as the cloud's work: a moved clock waits for it, though not for the time between two tries.
      await counted(this.#ctx, () => this.#workBatch(mapping, as, lane, batch));
    }
  }

  async #workBatch(mapping: MappingRecord, as: Principal, lane: Lane, whole: Batch): Promise<void> {
    const batch = await this.#withoutOld(mapping, as, whole);
    if (batch.records.length === 0 && batch.isFinal !== true) return this.#done(lane, []);
    const outcome = await callFunction(this.#ctx, mapping, { batch, shardId: this.#shard.id, window: this.#window });
    if (outcome.kind === "throttled") {
      lane.queue[0] = batch;
      return this.#waitAfterFailure(lane);
    }
    if (outcome.kind === "done") {
      saveResult(this.#ctx, this.#uuid, "OK");
      this.#keepWindow(batch, outcome.state);
      return this.#done(lane, []);
    }
    saveResult(this.#ctx, this.#uuid, "PROBLEM: Function call failed");
    const rules = {
      isBisected: mapping.config.BisectBatchOnFunctionError === true,
      attemptsMax: mapping.config.MaximumRetryAttempts ?? -1,
    };
    const next = afterFailure(batch, outcome.failedAt, rules);
    if (next.kind === "again") {
      lane.queue.splice(0, 1, ...next.batches);
      this.#checkpointBefore(next.batches[0]);
      return this.#waitAfterFailure(lane);
    }
    const failed = { batch: next.batch, condition: "RetryAttemptsExhausted", shardId: this.#shard.id, outcome } as const;
    await discard(this.#ctx, mapping, as, this.#source, failed);
    this.#done(lane, []);
  }

  /** Records over MaximumRecordAgeInSeconds are given up before the function sees them (again). */
  async #withoutOld(mapping: MappingRecord, as: Principal, batch: Batch): Promise<Batch> {
    const seconds = mapping.config.MaximumRecordAgeInSeconds ?? -1;
    if (seconds < 0) return batch;
    const oldestMs = this.#ctx.now() - seconds * 1000;
    const old = batch.records.filter((record) => record.arrivedMs < oldestMs);
    if (old.length === 0) return batch;
    const failed = { batch: { ...batch, records: old }, condition: "RecordAgeExceeded", shardId: this.#shard.id } as const;
    await discard(this.#ctx, mapping, as, this.#source, failed);
    return { ...batch, records: batch.records.filter((record) => record.arrivedMs >= oldestMs) };
  }

  #waitAfterFailure(lane: Lane): void {
    lane.failures++;
    lane.notBeforeMs = this.#ctx.now() + backoffMs(lane.failures);
  }

  #done(lane: Lane, instead: readonly Batch[]): void {
    const [batch] = lane.queue.splice(0, 1, ...instead);
    lane.failures = 0;
    lane.notBeforeMs = 0;
    const last = batch?.records.at(-1)?.sequence;
    // With several lanes only the end of a read is a place to begin anew from.
    if (last !== undefined && this.#lanes.length === 1) saveCheckpoint(this.#ctx, this.#uuid, this.#shard.id, `after:${last}`);
  }

  #checkpointBefore(batch: Batch | undefined): void {
    const first = batch?.records[0]?.sequence;
    if (first !== undefined && this.#lanes.length === 1) saveCheckpoint(this.#ctx, this.#uuid, this.#shard.id, `at:${first}`);
  }

  #keepWindow(batch: Batch, state: unknown): void {
    if (batch.windowMs === undefined) return;
    this.#window = batch.isFinal === true ? undefined : { startMs: batch.windowMs, state };
    saveWindow(this.#ctx, this.#uuid, this.#shard.id, this.#window);
  }
}

const finalBatch = (windowMs: number): Batch => ({ records: [], attempts: 0, invocations: 0, windowMs, isFinal: true });
const lanesOf = (mapping: MappingRecord) => Math.max(1, mapping.config.ParallelizationFactor ?? 1);
const windowOf = (mapping: MappingRecord) => (mapping.config.TumblingWindowInSeconds ?? 0) * 1000;
