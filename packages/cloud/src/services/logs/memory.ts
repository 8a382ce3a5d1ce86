/** What Logs holds in memory: compiled patterns and policies by their text, and who tails. */
import type { Ctx } from "../../core/service.ts";
import type { FilterPattern } from "./pattern/filter-pattern.ts";
import type { Protection } from "./protection/policy.ts";
import type { NewEvent } from "./store.ts";

/** A session of StartLiveTail. */
export interface Tail {
  /** Takes what arrived; the tail chooses. */
  take(owner: string, group: string, stream: string, events: readonly NewEvent[], nowMs: number): void;
  end(): void;
}

export interface LogsMemory {
  readonly patterns: Map<string, FilterPattern>;
  readonly protections: Map<string, Protection>;
  readonly tails: Set<Tail>;
}

export function logsMemory(ctx: Ctx): LogsMemory {
  return ctx.memory(() => ({ patterns: new Map(), protections: new Map(), tails: new Set() }));
}
