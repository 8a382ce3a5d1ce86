/** Spans of work that comes from inside: calls between services, timers. */
import type { Coordinates, LoadedService } from "./cloud-core.ts";
import { type Operation, ServiceError } from "./service.ts";
import type { Span, Trace } from "./trace.ts";
import { carriedKey, isPoll, resourceOf } from "./traced-resource.ts";

/** Runs `work` and ends the span with it. */
export function spanned<T>(trace: Trace, span: Span, work: () => T): T {
  const failed = (error: unknown) => trace.end(span, error instanceof ServiceError ? error.status : 500, error);
  try {
    const result = work();
    if (result instanceof Promise) result.then(() => trace.end(span, 200), failed);
    else trace.end(span, 200);
    return result;
  } catch (error) {
    failed(error);
    throw error;
  }
}

interface Called {
  readonly service: LoadedService;
  readonly name: string;
  readonly operation: Operation;
  readonly input: object;
}

/** A function that a poller runs was caused by whoever sent the message or wrote the record. */
export function callSpan(trace: Trace, { service, name, operation, input }: Called, at: Coordinates): Span {
  const carried = name === "Invoke" && "Payload" in input ? carriedKey(input.Payload) : undefined;
  // A poller may still run under the span of the request that made its mapping; the message's sender is the nearer cause.
  const parent = (carried === undefined ? undefined : trace.find(carried)) ?? at.span;
  return trace.begin({
    kind: "call",
    service: service.row.name,
    operation: name,
    resource: resourceOf(operation, input),
    account: at.account,
    region: at.region,
    principal: at.principal,
    parent,
    isQuiet: isPoll(name),
  });
}
