/**
 * Everything between a decoded input and an output: trace, faults, validation, authorization, the operation, durability. Where nothing has
 * to be waited for, the output is there at once: a promise more costs as much as a small operation.
 */
import type { CloudCore, LoadedService } from "../core/cloud-core.ts";
import type { ServiceContext } from "../core/context.ts";
import { runHandler, settleFor } from "../core/dispatch.ts";
import { isObserved, observed } from "../core/observed.ts";
import { type Ctx, type Operation, ServiceError } from "../core/service.ts";
import { leftKeys } from "../core/traced-resource.ts";
import type { Identity } from "./authenticate.ts";
import type { Exchange } from "./exchange.ts";
import { checkForeign } from "./foreign.ts";
import type { OperationModel } from "./model.ts";
import { requestSpan } from "./request-span.ts";
import { validateInput } from "./validate.ts";

export interface PerformerHooks {
  /** Decides whether the principal may. Throws the service's AccessDenied. */
  authorize(service: LoadedService, name: string, operation: Operation, ctx: Ctx, input: unknown): void;
  /** A fault that was asked for; undefined mostly. */
  fault(service: string, operation: string, region: string): Promise<ServiceError | undefined> | undefined;
  /** Answer writes only when they are on disk. */
  readonly durable: boolean;
}

/** The operation that a request means. */
export interface Meant {
  readonly service: LoadedService;
  readonly name: string;
  readonly shape: OperationModel;
  readonly operation: Operation;
}

export class Performer {
  private readonly cloud: CloudCore;
  private readonly hooks: PerformerHooks;

  constructor(cloud: CloudCore, hooks: PerformerHooks) {
    this.cloud = cloud;
    this.hooks = hooks;
  }

  private context(exchange: Exchange, service: LoadedService, identity: Identity): ServiceContext {
    return this.cloud.context(service, {
      account: identity.account,
      region: identity.region,
      principal: identity.principal,
      requestId: exchange.requestId,
      http: exchange.view,
      ...(exchange.span === undefined ? {} : { span: exchange.span }),
    }) as ServiceContext;
  }

  /** Everything between a decoded input and an output. */
  perform(exchange: Exchange, meant: Meant, identity: Identity, input: unknown): unknown {
    const { service, name } = meant;
    if (this.cloud.trace.limit > 0) exchange.span = requestSpan(this.cloud, exchange, meant, identity, input);
    const ctx = this.context(exchange, service, identity);
    const work = () => this.performed(exchange, meant, identity.region, ctx, input);
    return isObserved(service) ? observed({ service, name, input }, ctx, work) : work();
  }

  /** Where nothing has to be waited for, the output is there at once: a promise more costs as much as a small operation. */
  private performed(exchange: Exchange, meant: Meant, region: string, ctx: ServiceContext, input: unknown): unknown {
    const { service, name } = meant;
    const fault = this.hooks.fault(service.row.name, name, region);
    const run = () => this.run(exchange, meant, ctx, input);
    if (fault === undefined && service.row.name !== "cloudwatch") return run();
    return this.prepared(service, fault).then(run);
  }

  /** Rejects with the fault that was asked for. */
  private async prepared(service: LoadedService, fault: Promise<ServiceError | undefined> | undefined): Promise<void> {
    const error = await fault;
    if (error !== undefined) throw error;
    await settleFor(this.cloud, service.row.name);
  }

  private run(exchange: Exchange, meant: Meant, ctx: ServiceContext, input: unknown): unknown {
    const { service, name, operation } = meant;
    if (exchange.isForeign) checkForeign(exchange, exchange.cors);
    const validate = operation.validate ?? (operation.wire === true ? false : service.definition.validate);
    validateInput(service.row.name, meant.shape.input, input, validate);
    this.hooks.authorize(service, name, operation, ctx, input);
    const output = this.handled(meant, ctx, input);
    if (output instanceof Promise || (this.hooks.durable && operation.readonly !== true))
      return this.kept(exchange, meant, output);
    this.leave(exchange, meant, output);
    return output;
  }

  private async kept(exchange: Exchange, meant: Meant, pending: unknown): Promise<unknown> {
    const output = await pending;
    if (this.hooks.durable && meant.operation.readonly !== true) await this.cloud.store.flushed();
    this.leave(exchange, meant, output);
    return output;
  }

  private leave({ span }: Exchange, { service, name }: Meant, output: unknown): void {
    if (span === undefined) return;
    for (const key of leftKeys(service.row.name, name, output)) this.cloud.trace.leave(key, span);
  }

  /**
   * A `wire` operation checks what it reads, when it reads it. AWS checks the model's limits before it looks for a table:
   * so where the table is missing, limits are looked at before that is said.
   */
  private handled(meant: Meant, ctx: ServiceContext, input: unknown): unknown {
    const { wire } = meant.operation;
    const failed = (error: unknown) => {
      if (wire === true && error instanceof ServiceError && error.code === "ResourceNotFoundException")
        validateInput(meant.service.row.name, meant.shape.input, input, true);
      throw error;
    };
    let output: unknown;
    try {
      output = runHandler(ctx, meant.operation, input);
    } catch (error) {
      return failed(error);
    }
    return wire === true && output instanceof Promise ? output.catch(failed) : output;
  }
}
