import type { Ctx, Principal } from "../../../core/service.ts";
import { parseFunctionRef } from "../names.ts";
import { executionRole } from "../role.ts";
import { findTarget, keys, type MappingRecord } from "../store.ts";
import { type Filter, filterOf } from "./filter.ts";

/** What every poller of an event source mapping does: rounds until it is stopped, waits by the cloud's clock, troubles told once. */
export interface PollLoop {
  readonly isStopped: boolean;
  /** Ends the wait between two rounds; during a round, the next one follows at once. */
  wake(): void;
  stop(): void;
}

/** One round: answers how many milliseconds to wait before the next one; "stop" ends the loop. */
export type Round = (mapping: MappingRecord, loop: PollLoop) => Promise<number | "stop">;

const RETRY_WAIT_MS = 1000;
const RETRY_WAIT_MS_MAX = 16_000;

/** Begins at once; ends by itself when the mapping is gone. */
export function pollLoop(ctx: Ctx, uuid: string, round: Round, onStop: () => void = () => {}): PollLoop {
  let isStopped = false;
  let isWoken = false;
  let told: string | undefined;
  let failures = 0;
  let endWait: (() => void) | undefined;

  const loop: PollLoop = {
    get isStopped() {
      return isStopped;
    },
    wake() {
      isWoken = true;
      endWait?.();
    },
    stop() {
      if (isStopped) return;
      isStopped = true;
      onStop();
      endWait?.();
    },
  };

  /** A queue or role that is gone stays gone: the same trouble is told once, not every second. */
  const tell = (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    if (text !== told) ctx.hint(`event source mapping ${uuid}: ${text}`);
    told = text;
  };

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = ctx.clock.at(ctx.now() + ms, resolve);
      endWait = () => {
        cancel();
        resolve();
      };
    });

  const once = async (): Promise<number | "stop"> => {
    try {
      const mapping = ctx.snapshot((store) => store.get<MappingRecord>(keys.mapping(ctx, uuid)));
      const waitMs = mapping === undefined ? "stop" : await round(mapping, loop);
      failures = 0;
      return waitMs;
    } catch (error) {
      if (!isStopped) tell(error);
      // A clock that is moved by days goes through all of these waits: they grow.
      return Math.min(RETRY_WAIT_MS_MAX, RETRY_WAIT_MS * 2 ** Math.min(failures++, 10));
    }
  };

  const run = async () => {
    while (!isStopped) {
      isWoken = false;
      const waitMs = await once();
      if (waitMs === "stop") return loop.stop();
      if (!isStopped && !isWoken && waitMs > 0) await pause(waitMs);
      endWait = undefined;
    }
  };
  void run();
  return loop;
}

/** Runs work that counts as the cloud's own: a moved clock and a stopping cloud wait for it. */
export function counted<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => ctx.after(() => work().then(resolve, reject)));
}

/** The role that a mapping reads its source with: its function's. Throws ResourceNotFoundException. */
export function mappingRole(ctx: Ctx, mapping: MappingRecord): Principal {
  const ref = parseFunctionRef(ctx, mapping.config.FunctionArn ?? "");
  const { config } = ctx.snapshot((store) => findTarget(store, ref));
  return executionRole(mapping.account, config.Role ?? "", ref.name);
}

export const filterOfMapping = (mapping: MappingRecord): Filter =>
  filterOf((mapping.config.FilterCriteria?.Filters ?? []).map((filter) => filter.Pattern ?? ""));
