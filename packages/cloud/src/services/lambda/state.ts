import type { Ctx } from "../../core/service.ts";
import { SandboxPool } from "./runtime/pool.ts";

/** What one cloud's Lambda holds in memory: sandboxes, running counts, pollers. Nothing here survives a restart. */
export class LambdaState {
  /** The machine's PATH is only used to find a python3. */
  readonly pool: SandboxPool;
  /** Running invocations by unqualified function ARN. */
  readonly running = new Map<string, number>();
  readonly pollers = new Map<string, { stop(): void }>();
  /** Hot reload: what changes when a file of the folder does. */
  readonly watched = new Map<string, { stamp: number; close(): void }>();

  /** Functions whose role was found unable to write logs, to say it once. */
  readonly warnedAboutLogs = new Set<string>();

  /** `folder`: the service's own. */
  constructor(folder: string) {
    this.pool = new SandboxPool(process.env.PATH ?? "", folder);
  }

  close(): void {
    for (const poller of this.pollers.values()) poller.stop();
    for (const watcher of this.watched.values()) watcher.close();
    this.pollers.clear();
    this.watched.clear();
    this.pool.close();
  }
}

export function lambdaState(ctx: Ctx): LambdaState {
  return ctx.memory(() => new LambdaState(ctx.folder));
}
