/** Metrics by operation: what a service is told of its ended operations, and the counts of calls that AWS keeps of some services itself. */

import type { LoadedService } from "./cloud-core.ts";
import type { ServiceContext } from "./context.ts";

/**
 * Services whose user guides list `CallCount` in AWS/Usage (dimensions Service, Class, Type and Resource), and how they are called there:
 * CloudWatch user guide, "CloudWatch usage metrics" and "CloudWatch Logs usage metrics"; KMS, Secrets Manager and Scheduler, "usage metrics".
 */
const USAGE: { readonly [service: string]: string } = {
  cloudwatch: "CloudWatch",
  logs: "Logs",
  kms: "KMS",
  scheduler: "Scheduler",
  secretsmanager: "Secrets Manager",
};

function countUse(ctx: ServiceContext, service: string, operation: string): void {
  ctx.metric("AWS/Usage", "CallCount", { Service: service, Class: "None", Type: "API", Resource: operation }, 1, "None");
}

/** Whether anybody wants to know. */
export function isObserved(service: LoadedService): boolean {
  return service.definition.observe !== undefined || USAGE[service.row.name] !== undefined;
}

/** Runs the operation and tells of it. What `work` answers at once is answered at once; throws or rejects as `work` does. */
export function observed(
  { service, name, input }: { readonly service: LoadedService; readonly name: string; readonly input: unknown },
  ctx: ServiceContext,
  work: () => unknown,
): unknown {
  const began = performance.now();
  const tell = (output: unknown, error: unknown) => {
    const usage = USAGE[service.row.name];
    if (usage !== undefined) countUse(ctx, usage, name);
    const latencyMs = Math.round((performance.now() - began) * 100) / 100;
    service.definition.observe?.(ctx, { operation: name, input: input as object, output, error, latencyMs });
  };
  const done = (output: unknown) => {
    tell(output, undefined);
    return output;
  };
  const failed = (error: unknown) => {
    tell(undefined, error);
    throw error;
  };
  let output: unknown;
  try {
    output = work();
  } catch (error) {
    return failed(error);
  }
  return output instanceof Promise ? output.then(done, failed) : done(output);
}
