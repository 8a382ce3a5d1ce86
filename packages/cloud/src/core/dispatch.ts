/** From a decoded input to an output: authorization, transaction, handler. The same for requests and for calls from inside. */
import type { OperationModel } from "../gateway/model.ts";
import { decodeJson, encodeJson } from "../gateway/protocols/json.ts";
import type { CloudCore, LoadedService } from "./cloud-core.ts";
import type { ServiceContext } from "./context.ts";
import { type Operation, ServiceError, WireJson } from "./service.ts";

/** What AWS doesn't have answers `UnknownOperationException`; what only this cloud lacks answers this. */
export function notImplemented(service: string, operation: string): ServiceError {
  return new ServiceError(
    "NotImplemented",
    501,
    `NotImplemented: ${service}.${operation} is not emulated by this cloud (docs/coverage.md lists what is)`,
  );
}

export function findOperation(service: LoadedService, name: string): Operation {
  const { operations } = service.definition;
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) throw notImplemented(service.row.name, name);
  return operation;
}

/** Runs the handler. Synchronous handlers answer synchronously. */
export function runHandler(ctx: ServiceContext, operation: Operation, input: unknown): unknown {
  // The input was decoded by the operation's own schema: what the table's type cannot say.
  const decoded = input as never;
  if (operation.waits === true || operation.readonly === true) return operation.handler(ctx, decoded);
  return ctx.runInTransaction(() => operation.handler(ctx, decoded));
}

/** Calls a `wire` operation with an input as the SDK types it, and types its answer; `ask` is given what the handler is. */
export async function callWire(
  { operation, input }: { readonly operation: Operation; readonly input: object },
  ctx: ServiceContext,
  shape: OperationModel | undefined,
  ask: (wire: unknown) => void,
): Promise<unknown> {
  const wire = shape?.input === undefined ? {} : encodeJson(shape.input, input);
  ask(wire);
  const output = await runHandler(ctx, operation, wire);
  const data: unknown = output instanceof WireJson ? JSON.parse(output.text) : (output ?? {});
  return shape?.output === undefined ? {} : decodeJson(shape.output, data);
}

/** Metrics still in memory are CloudWatch's before it is asked anything. */
export async function settleFor(cloud: CloudCore, service: string): Promise<void> {
  if (service === "cloudwatch" && cloud.metrics.size > 0) await cloud.flushMetrics();
}
