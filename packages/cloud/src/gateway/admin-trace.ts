/** The trace and the record of IAM actions over the admin API. */
import type { Runtime } from "../core/runtime.ts";
import { TRACE_EVENTS_MAX, type TraceEvent } from "../core/trace.ts";
import { type AdminTable, queryNumber } from "./admin-route.ts";

const WAIT_MS_MAX = 30_000;

/** Everything with the same first cause as the request or span that is named. */
function ofRequest(events: readonly TraceEvent[], id: string): TraceEvent[] {
  const named = events.find((event) => event.requestId === id || event.id === id);
  return named === undefined ? [] : events.filter((event) => event.root === named.root);
}

/** Resolves with the next completed span, or when the time is over. */
function next(runtime: Runtime, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      cancel();
      resolve();
    };
    const timer = setTimeout(done, Math.min(waitMs, WAIT_MS_MAX));
    const cancel = runtime.trace.onNext(done);
  });
}

export function traceRoutes(runtime: Runtime): AdminTable {
  const { trace } = runtime;
  return {
    "GET /_dovetail/trace": async ({ view }) => {
      const since = queryNumber(view, "since") ?? 0;
      const wait = queryNumber(view, "wait") ?? 0;
      if (wait > 0 && trace.last <= since) await next(runtime, wait);
      const id = view.query.get("request");
      const all = trace.events(id === null ? since : 0);
      const events = id === null ? all : ofRequest(all, id).filter((event) => event.order > since);
      if (view.query.get("format") === "ndjson") return { ndjson: events };
      return { json: { last: trace.last, limit: trace.limit, events } };
    },
    "POST /_dovetail/trace": ({ body }) => {
      const { limit } = body;
      if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 0 || limit > TRACE_EVENTS_MAX)
        return { status: 400, json: { message: `Give {"limit": number}, 0 to ${TRACE_EVENTS_MAX}` } };
      trace.limit = limit;
      return { json: { limit } };
    },
    "DELETE /_dovetail/trace": () => {
      trace.clear();
      return { json: { last: trace.last, limit: trace.limit, events: [] } };
    },
    "GET /_dovetail/iam/usage": () => ({ json: { principals: runtime.iamUsage.list() } }),
    "DELETE /_dovetail/iam/usage": () => {
      runtime.iamUsage.clear();
      return { json: { principals: [] } };
    },
  };
}
