/** Where the trace of a request begins. */
import type { CloudCore, LoadedService } from "../core/cloud-core.ts";
import type { Operation } from "../core/service.ts";
import type { Span } from "../core/trace.ts";
import { resourceOf } from "../core/traced-resource.ts";
import type { Identity } from "./authenticate.ts";
import type { Exchange } from "./exchange.ts";

interface Meant {
  readonly service: LoadedService;
  readonly name: string;
  readonly operation: Operation;
}

/** `X-Amzn-Trace-Id` of a function of this cloud names what caused the request. */
export function requestSpan(cloud: CloudCore, exchange: Exchange, meant: Meant, identity: Identity, input: unknown): Span {
  const header = exchange.request.headers["x-amzn-trace-id"];
  return cloud.trace.begin({
    kind: "request",
    service: meant.service.row.name,
    operation: meant.name,
    resource: resourceOf(meant.operation, input),
    account: identity.account,
    region: identity.region,
    principal: identity.principal,
    requestId: exchange.requestId,
    parent: typeof header === "string" ? cloud.trace.parentOf(header) : undefined,
  });
}
