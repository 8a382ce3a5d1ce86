/** What EventBridge keeps in memory: parsed patterns, tokens of OAuth connections, calls of API destinations in this second. */

import type { Pattern } from "../../core/event-pattern/rule.ts";
import type { Ctx } from "../../core/service.ts";

export interface Token {
  readonly header: string;
  readonly untilMs: number;
}

export interface Memory {
  readonly patterns: Map<string, Pattern>;
  /** By connection ARN. */
  readonly tokens: Map<string, Token>;
  /** By API destination ARN. */
  readonly calls: Map<string, { second: number; count: number }>;
}

export function memoryOf(ctx: Ctx): Memory {
  return ctx.memory<Memory>(() => ({ patterns: new Map(), tokens: new Map(), calls: new Map() }));
}
