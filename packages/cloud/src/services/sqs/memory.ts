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

export interface Memory {
  readonly waiting: Map<string, Set<() => void>>;
  /** By account, region and name: every request needs its queue. */
  readonly queues: Map<string, QueueRecord>;
  stopped: boolean;
}

export function memory(ctx: Ctx): Memory {
  return ctx.memory<Memory>(() => ({ waiting: new Map(), queues: new Map(), stopped: false }));
}
