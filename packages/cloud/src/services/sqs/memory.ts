/** What SQS keeps in memory of one cloud: who waits, and the queues that were read before. */
import type { Ctx } from "../../core/service.ts";

/** A queue as the store has it. */
export interface QueueRecord {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly attributes: { readonly [name: string]: string };
  readonly tags: { readonly [key: string]: string };
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly purgedMs?: number;
}

/** The last sequence given, and the last that the store knows to be given. */
export interface Sequences {
  last: number;
  reserved: number;
}

export interface Memory {
  readonly waiting: Map<string, Set<() => void>>;
  /** By account, region and name: every request needs its queue. */
  readonly queues: Map<string, QueueRecord>;
  /** By queue id. */
  readonly sequences: Map<string, Sequences>;
  /** Queues that are counted once a minute, by id, with the time of their last use. */
  readonly active: Map<string, number>;
  /** How many pollers wait at a queue without receiving, by its id. */
  readonly parked: Map<string, number>;
  stopped: boolean;
}

export function memory(ctx: Ctx): Memory {
  return ctx.memory<Memory>(() => ({
    waiting: new Map(),
    queues: new Map(),
    sequences: new Map(),
    active: new Map(),
    parked: new Map(),
    stopped: false,
  }));
}
