/** Spans of the cloud's trace as lines of a tree. */
export interface TraceEvent {
  readonly order: number;
  readonly id: string;
  readonly parent?: string;
  readonly root: string;
  readonly kind: string;
  readonly service: string;
  readonly operation: string;
  readonly resource?: string;
  readonly principal: string;
  readonly requestId?: string;
  readonly start: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: number;
  readonly error?: { readonly code: string; readonly message: string; readonly missing?: object; readonly deniedBy?: string };
}

const DEPTH_MAX = 100;

/** `12:00:00.000  sqs SendMessage jobs  200  1.2 ms`, and what went wrong on lines below. */
export function traceLines(event: TraceEvent, indent: string): string[] {
  const what = `${event.service} ${event.operation}${event.resource === undefined ? "" : ` ${event.resource}`}`;
  const kind = event.kind === "request" ? "" : ` (${event.kind})`;
  const lines = [`${event.start.slice(11, 23)}  ${indent}${what}${kind}  ${event.status}  ${event.durationMs.toFixed(1)} ms`];
  const { error } = event;
  if (error === undefined) return lines;
  const below = `              ${indent}  `;
  lines.push(`${below}${error.code}: ${error.message}`);
  if (error.missing !== undefined) lines.push(`${below}by ${event.principal}; missing: ${JSON.stringify(error.missing)}`);
  if (error.deniedBy !== undefined) lines.push(`${below}by ${event.principal}; denied by ${error.deniedBy}`);
  return lines;
}

/** Each first cause with what it caused below it, in the order of time. A span whose parent is not there stands for itself. */
export function traceTree(events: readonly TraceEvent[]): string[] {
  const known = new Set(events.map(({ id }) => id));
  const below = new Map<string | undefined, TraceEvent[]>();
  for (const event of [...events].sort((a, b) => a.startMs - b.startMs || (a.id < b.id ? -1 : 1))) {
    const parent = event.parent !== undefined && known.has(event.parent) ? event.parent : undefined;
    const siblings = below.get(parent) ?? [];
    siblings.push(event);
    below.set(parent, siblings);
  }
  const out: string[] = [];
  const write = (parent: string | undefined, depth: number) => {
    if (depth > DEPTH_MAX) return;
    for (const event of below.get(parent) ?? []) {
      out.push(...traceLines(event, "  ".repeat(depth)));
      write(event.id, depth + 1);
    }
  };
  write(undefined, 0);
  return out;
}
