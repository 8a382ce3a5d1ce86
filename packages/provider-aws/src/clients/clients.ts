import { type Clock, DiagnosticError, errorDiagnostic, type Random, randomUuid } from "@dovetail/model";
import type { AwsClients } from "../resource.ts";
import { type EndpointSource, type ResolvedEndpoint, refuseOtherHosts, resolveEndpoint } from "./endpoint.ts";
import { createHttpSender } from "./http.ts";
import { createProtocol, type ServiceProtocol } from "./protocol.ts";
import type { HttpAnswer, HttpRequest, HttpSender } from "./request.ts";
import { isAnswerLost, isRetryable, makesAnew, retryDelayMs, sleep } from "./retries.ts";
import { finishS3Request } from "./s3-request.ts";
import { type Credentials, nameRequester, signRequest } from "./signer.ts";
import { loadWire, type Operation, type ServiceName, type Wire } from "./wire.ts";

/** What every client of one provider shares. */
export interface ClientSettings {
  readonly endpoints: EndpointSource;
  readonly credentials: () => Promise<Credentials>;
  /** Default true. false: the other side checks no signature of these credentials. */
  readonly signs?: boolean;
  readonly clock: Clock;
  readonly random: Random;
  /** How often a request is made at most. */
  readonly attemptsMax: number;
  /** Path-style S3 addresses on AWS too (`s3_use_path_style`). */
  readonly s3PathStyle: boolean;
  /** Products that are named in `user-agent`; none: no such header. */
  readonly userAgent?: readonly string[];
  readonly sender?: HttpSender;
}

export interface ClientPool {
  /** Clients of a region. Operation methods only: `clients.sqs.createQueue(input)`. */
  forRegion(region: string): AwsClients;
  close(): void;
}

interface Service {
  readonly wire: Wire;
  readonly protocol: ServiceProtocol;
  /** By region. */
  readonly endpoints: Map<string, ResolvedEndpoint>;
}

/** Makes lean clients: nothing of a service is loaded before its first request. */
export function createClientPool(settings: ClientSettings): ClientPool {
  const sender = settings.sender ?? createHttpSender();
  const services = new Map<ServiceName, Service>();
  const token = () => randomUuid(settings.random);
  const serviceOf = (name: ServiceName): Service => {
    let service = services.get(name);
    if (service === undefined) {
      const wire = loadWire(name);
      service = { wire, protocol: createProtocol(wire, token), endpoints: new Map() };
      services.set(name, service);
    }
    return service;
  };
  const regions = new Map<string, AwsClients>();
  return {
    forRegion(region) {
      let clients = regions.get(region);
      if (clients === undefined) {
        clients = clientsProxy(async (service, operation, input) =>
          callOperation(settings, sender, serviceOf(service), region, operation, input),
        );
        regions.set(region, clients);
      }
      return clients;
    },
    close: () => sender.close(),
  };
}

type Call = (service: ServiceName, operation: string, input: unknown) => Promise<unknown>;

/** `clients.sqs.createQueue(input)` -> `call("sqs", "CreateQueue", input)`. The SDK's types describe what the proxies answer. */
function clientsProxy(call: Call): AwsClients {
  const serviceProxy = (service: ServiceName) =>
    new Proxy(
      {},
      {
        get: (_, method) => {
          if (typeof method !== "string" || method === "then") return undefined;
          const operation = method.charAt(0).toUpperCase() + method.slice(1);
          return (input: unknown = {}) => call(service, operation, input);
        },
      },
    );
  const made = new Map<string, object>();
  return new Proxy({} as AwsClients, {
    get: (_, service) => {
      if (typeof service !== "string" || service === "then") return undefined;
      let proxy = made.get(service);
      if (proxy === undefined) {
        proxy = serviceProxy(service as ServiceName);
        made.set(service, proxy);
      }
      return proxy;
    },
  });
}

async function callOperation(
  settings: ClientSettings,
  sender: HttpSender,
  service: Service,
  region: string,
  name: string,
  input: unknown,
): Promise<unknown> {
  const operation = service.wire.operation(name);
  if (operation === undefined) {
    throw new DiagnosticError(
      errorDiagnostic("DVT9001", "This is a bug in Dovetail", { detail: `${service.wire.serviceId} has no operation ${name}.` }),
    );
  }
  const endpoint = endpointOf(settings, service, region);
  // Once for all attempts: they have the same idempotency token.
  const request = requestOf(settings, service, endpoint, operation, input);
  let wasLost = false;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await sendOnce(settings, sender, service, endpoint, request);
      return service.protocol.deserialize(operation, answer);
    } catch (error) {
      if (error instanceof Error) Object.assign(error, { $service: service.wire.serviceId, $operation: name });
      // What is refused now may be so because an attempt before, of which nobody heard, was carried out.
      if (wasLost && error instanceof Error) Object.assign(error, { $answerLost: true });
      wasLost ||= isAnswerLost(error);
      const isFinal = attempt >= settings.attemptsMax || (wasLost && makesAnew(operation));
      if (isFinal || !isRetryable(service.wire.service, error)) throw error;
      await sleep(settings.clock, retryDelayMs(attempt, settings.random));
    }
  }
}

function endpointOf(settings: ClientSettings, { endpoints, wire }: Service, region: string): ResolvedEndpoint {
  let endpoint = endpoints.get(region);
  if (endpoint === undefined) {
    endpoint = resolveEndpoint(settings.endpoints, wire, region);
    endpoints.set(region, endpoint);
  }
  return endpoint;
}

function requestOf(
  settings: ClientSettings,
  { wire, protocol }: Service,
  endpoint: ResolvedEndpoint,
  operation: Operation,
  input: unknown,
): HttpRequest {
  const request = protocol.serialize(operation, input, endpoint.url);
  if (wire.service === "s3") {
    const custom = settings.endpoints.kind === "local" || !endpoint.url.hostname.startsWith("s3.");
    finishS3Request(request, bucketOf(input), { pathStyle: custom || settings.s3PathStyle });
  }
  prepareHeaders(request);
  if (settings.userAgent !== undefined && settings.userAgent.length > 0)
    request.headers["user-agent"] = ["dovetail", ...settings.userAgent].join(" ").replace(/[^\x20-\x7e]/g, "");
  if (settings.endpoints.kind === "local") refuseOtherHosts(request.hostname, `${wire.serviceId} ${operation.name}`);
  return request;
}

/** Signs and sends: credentials may be others at each attempt, and signatures are of their moment. */
async function sendOnce(
  settings: ClientSettings,
  sender: HttpSender,
  { wire }: Service,
  endpoint: ResolvedEndpoint,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const credentials = await settings.credentials();
  const scope = { service: wire.signingName, region: endpoint.signingRegion, credentials };
  if (settings.signs === false) nameRequester(request, scope);
  else signRequest(request, { ...scope, nowMs: settings.clock.now() });
  return sender.send(request);
}

function bucketOf(input: unknown): string | undefined {
  const bucket = typeof input === "object" && input !== null && "Bucket" in input ? input.Bucket : undefined;
  return typeof bucket === "string" ? bucket : undefined;
}

function prepareHeaders(request: HttpRequest): void {
  request.headers.host = request.port === undefined ? request.hostname : `${request.hostname}:${request.port}`;
  const { body } = request;
  const bytes = typeof body === "string" ? Buffer.byteLength(body) : (body?.byteLength ?? 0);
  if (bytes > 0 || !["GET", "HEAD", "DELETE"].includes(request.method)) request.headers["content-length"] = String(bytes);
}
