/**
 * The request path, from socket to answer: recognise, decode, identify, authorize, run, encode.
 * Protocol code is in `protocols/`, recognition in `routing.ts`; nothing here knows a service.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { crc32 } from "node:zlib";
import type { CloudCore, LoadedService } from "../core/cloud-core.ts";
import { notImplemented } from "../core/dispatch.ts";
import type { EndpointRecord } from "../core/endpoints.ts";
import { EVENT_STREAM_TYPE, EventStream } from "../core/event-stream.ts";
import { ServiceError, WireJson } from "../core/service.ts";
import type { ServiceRow } from "../core/services.ts";
import { authenticate, credentialOf, type Identity } from "./authenticate.ts";
import { openBody, readBody, readUnframed } from "./body.ts";
import { asServiceError, encodeError } from "./errors.ts";
import type { Answer, Exchange } from "./exchange.ts";
import { isApiCall, isInnerPath } from "./foreign.ts";
import { corsHeaders, foreignHost, foreignOrigin, isBlindRead, isForeign, isLocalHost, preflight } from "./guard.ts";
import { RequestView } from "./http-view.ts";
import { type ApiModel, loadModel } from "./model.ts";
import { pageContext, servedByPages, servePage, servePort } from "./pages.ts";
import { type Meant, Performer, type PerformerHooks } from "./performer.ts";
import { decodeCbor, encodeCbor, parseCbor } from "./protocols/cbor.ts";
import { decodeJson, encodeJson } from "./protocols/json.ts";
import { decodeEc2Query, decodeQuery, encodeEc2Query, encodeQuery } from "./protocols/query.ts";
import { decodeRest, encodeRest } from "./protocols/rest.ts";
import { Endings, send } from "./respond.ts";
import { type RestMatch, type RestRouter, restRouter } from "./rest-router.ts";
import * as routing from "./routing.ts";
import { hostOwner, serveUpgrade } from "./upgrade.ts";

export interface GatewayHooks extends PerformerHooks {
  /** `/_dovetail/…`, `/_localstack/…`: answers true when it took the request. */
  admin(view: RequestView, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

const QUERY_TYPE = "application/x-www-form-urlencoded";
const RPC_PATH = /^\/service\/([A-Za-z0-9_.]{1,80})\/operation\/([A-Za-z0-9_]{1,80})$/;

function record(output: unknown): Record<string, unknown> {
  return typeof output === "object" && output !== null ? (output as Record<string, unknown>) : {};
}

function unknownAction(model: ApiModel, action: string): ServiceError {
  const text = model.protocols.includes("ec2")
    ? `The action ${action.slice(0, 100)} is not valid for this web service.`
    : `Could not find operation ${action.slice(0, 100)} for version ${model.apiVersion}`;
  return new ServiceError("InvalidAction", 400, text);
}

export class Gateway {
  private readonly cloud: CloudCore;
  /** Of the answers that a turn of the event loop makes. */
  readonly endings = new Endings();
  private readonly hooks: GatewayHooks;
  private readonly performer: Performer;
  private readonly routers = new Map<string, RestRouter>();

  constructor(cloud: CloudCore, hooks: GatewayHooks) {
    this.cloud = cloud;
    this.hooks = hooks;
    this.performer = new Performer(cloud, hooks);
  }

  /** Serves one request; never throws and never leaves it without an answer. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const exchange: Exchange = {
      request,
      response,
      view: new RequestView(request),
      requestId: this.cloud.requestId(),
      protocol: "json",
      service: "",
      model: undefined,
      span: undefined,
      isForeign: isForeign(request.headers),
      cors: undefined,
    };
    request.on("error", () => {});
    const failed = (error: unknown) => this.fail(exchange, error);
    try {
      this.serve(exchange).catch(failed);
    } catch (error) {
      void failed(error);
    }
  }

  /** Never throws: what cannot be told in the service's words (its model's file is missing) is a plain 500. */
  private fail(exchange: Exchange, thrown: unknown): void | Promise<void> {
    try {
      return this.refuse(exchange, thrown);
    } catch (error) {
      this.logFailure(exchange, error);
      return send(exchange.response, 500, { "x-amzn-RequestId": exchange.requestId }, undefined);
    }
  }

  private refuse(exchange: Exchange, thrown: unknown): void | Promise<void> {
    const error = asServiceError(thrown);
    if (error !== thrown && error.status >= 500) this.logFailure(exchange, thrown);
    if (exchange.span !== undefined) this.cloud.trace.end(exchange.span, error.status, error);
    const model = exchange.model ?? loadModel("s3");
    const { status, headers, body } = encodeError(exchange.protocol, model, error, exchange.requestId);
    return this.answer(exchange, { status, headers, body });
  }

  /** A failure of ours is found in the log by the id that its answer carries. */
  private logFailure({ service, view, requestId }: Exchange, thrown: unknown): void {
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    this.cloud.log(`${service} ${view.method} ${view.path} (request ${requestId}): ${text}`);
  }

  private answer(exchange: Exchange, answer: Answer): void | Promise<void> {
    const { headers } = answer;
    if (exchange.protocol === "rest-xml") {
      headers["x-amz-request-id"] = exchange.requestId;
      headers["x-amz-id-2"] = btoa(exchange.requestId);
    } else headers["x-amzn-RequestId"] = exchange.requestId;
    if (exchange.span !== undefined) this.cloud.trace.end(exchange.span, answer.status);
    if (exchange.cors !== undefined) Object.assign(headers, exchange.cors);
    return send(exchange.response, answer.status, headers, answer.body, exchange.view.method === "HEAD", this.endings);
  }

  private serve(exchange: Exchange): Promise<void> {
    const { request, view } = exchange;
    if (!isLocalHost(view.host)) return this.otherHost(exchange);
    if (exchange.isForeign) return this.serveForeign(exchange);
    const target = request.headers["x-amz-target"];
    if (typeof target === "string" && view.method === "POST") return this.serveJson(exchange, target);
    return view.path.startsWith("/_") ? this.serveInner(exchange) : this.servePageOrApi(exchange);
  }

  private async serveInner(exchange: Exchange): Promise<void> {
    const { request, response, view } = exchange;
    if (!(await this.hooks.admin(view, request, response))) await this.servePageOrApi(exchange);
  }

  private servePageOrApi(exchange: Exchange): Promise<void> {
    const page = servedByPages(this.cloud, exchange);
    return page === false ? this.serveApi(exchange) : page.then((isServed) => (isServed ? undefined : this.serveApi(exchange)));
  }

  private serveApi(exchange: Exchange): Promise<void> {
    const { request, response, view } = exchange;
    const { headers } = request;
    if (headers.origin !== undefined) {
      if (view.method === "OPTIONS") return Promise.resolve(send(response, 200, preflight(headers), undefined));
      exchange.cors = corsHeaders(headers.origin);
    }
    const rpc = headers["smithy-protocol"] === "rpc-v2-cbor" ? RPC_PATH.exec(view.path) : null;
    if (rpc !== null) return this.serveCbor(exchange, rpc[1] ?? "", rpc[2] ?? "");
    if (view.method === "POST" && (headers["content-type"] ?? "").startsWith(QUERY_TYPE))
      return readBody(request).then((body) => this.serveQuery(exchange, body));
    if (view.query.has("Action")) return this.serveQuery(exchange, Buffer.alloc(0));
    return this.serveRest(exchange);
  }

  /** A custom domain is no loopback name either, but the user's own. */
  private async otherHost(exchange: Exchange): Promise<void> {
    const { host } = exchange.view;
    const owner = await hostOwner(this.cloud, host);
    if (owner === undefined) return void send(exchange.response, 403, { "Content-Type": "text/plain" }, foreignHost(host));
    exchange.service = owner.row.name;
    await servePage(this.cloud, exchange, owner, undefined);
  }

  /** `foreign.ts` says what pages of other origins may ask. */
  private async serveForeign(exchange: Exchange): Promise<void> {
    const { request, response, view } = exchange;
    const isInner = isInnerPath(view.path);
    if (isInner && isBlindRead(view.method, request.headers) && (await this.hooks.admin(view, request, response))) return;
    const page = isInner ? false : servedByPages(this.cloud, exchange);
    if (page !== false && (await page)) return;
    if (!isApiCall(exchange) && this.restRow(exchange).name === "s3") return this.serveRest(exchange);
    const origin = request.headers.origin ?? "another site's";
    return void send(response, 403, { "Content-Type": "text/plain" }, foreignOrigin(origin));
  }

  /** A request on an endpoint's own port. */
  servePort(endpoint: EndpointRecord, request: IncomingMessage, response: ServerResponse): void {
    void servePort(this.cloud, endpoint, request, response);
  }

  /** A WebSocket handshake, on the main port or an endpoint's own. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, endpoint?: EndpointRecord): void {
    void serveUpgrade(this.cloud, { request, socket, head, endpoint });
  }

  /** At once where the service was asked before. */
  private load(exchange: Exchange, row: ServiceRow): LoadedService | Promise<LoadedService> {
    exchange.service = row.name;
    exchange.model = loadModel(row.name);
    return this.cloud.loaded(row.name) ?? this.loadNow(row.name);
  }

  private async loadNow(name: string): Promise<LoadedService> {
    const service = await this.cloud.load(name);
    if (service === undefined) throw new ServiceError("NotImplemented", 501, `NotImplemented: ${name} is not part of this build`);
    return service;
  }

  private meant(service: LoadedService, name: string): Meant {
    const shape = service.model().operation(name);
    if (shape === undefined)
      throw new ServiceError("UnknownOperationException", service.model().protocols.includes("query") ? 400 : 404, "");
    const { operations } = service.definition;
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined) throw notImplemented(service.row.name, name);
    return { service, name, shape, operation };
  }

  private identify(exchange: Exchange, meant: Meant, body: Buffer | undefined): Identity {
    return authenticate(this.cloud, exchange.request, exchange.view, body, {
      service: meant.service,
      anonymous: meant.operation.anonymous === true || meant.shape.anonymous || meant.service.row.name === "s3",
    });
  }

  private async serveJson(exchange: Exchange, target: string): Promise<void> {
    const dot = target.lastIndexOf(".");
    const row = routing.rowByTarget(target.slice(0, dot));
    if (row === undefined) {
      exchange.model = loadModel("dynamodb");
      throw new ServiceError("UnknownOperationException", 400, "");
    }
    const origin = exchange.request.headers.origin;
    if (origin !== undefined) exchange.cors = corsHeaders(origin);
    const loaded = this.load(exchange, row);
    const service = loaded instanceof Promise ? await loaded : loaded;
    const body = await readBody(exchange.request);
    const meant = this.meant(service, target.slice(dot + 1));
    const identity = this.identify(exchange, meant, body);
    const performed = this.performer.perform(exchange, meant, identity, this.jsonInput(meant, body));
    const output = performed instanceof Promise ? await performed : performed;
    if (output instanceof EventStream)
      return this.answer(exchange, { status: 200, headers: { "Content-Type": EVENT_STREAM_TYPE }, body: output.messages });
    const text =
      output instanceof WireJson
        ? output.text
        : JSON.stringify(
            meant.operation.wire === true || meant.shape.output === undefined
              ? (output ?? {})
              : encodeJson(meant.shape.output, output ?? {}),
          );
    const sent = meant.shape.output === undefined && meant.operation.wire !== true ? "" : text;
    const headers: Answer["headers"] = { "Content-Type": `application/x-amz-json-${service.model().jsonVersion}` };
    if (row.iamPrefix === "dynamodb") headers["x-amz-crc32"] = crc32(sent);
    return this.answer(exchange, { status: 200, headers, body: sent });
  }

  private jsonInput(meant: Meant, body: Buffer): unknown {
    let value: unknown = {};
    try {
      if (body.length > 0) value = JSON.parse(body.toString("utf8"));
    } catch {
      throw new ServiceError("SerializationException", 400, "");
    }
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new ServiceError("SerializationException", 400, "");
    if (meant.operation.wire === true) return value;
    return meant.shape.input === undefined ? {} : decodeJson(meant.shape.input, value);
  }

  private async serveCbor(exchange: Exchange, prefix: string, name: string): Promise<void> {
    exchange.protocol = "cbor";
    const row = routing.rowByTarget(prefix);
    if (row === undefined) throw new ServiceError("UnknownOperationException", 404, "");
    const loaded = this.load(exchange, row);
    const service = loaded instanceof Promise ? await loaded : loaded;
    const body = await readBody(exchange.request);
    const meant = this.meant(service, name);
    const identity = this.identify(exchange, meant, body);
    const input = meant.shape.input === undefined ? {} : decodeCbor(meant.shape.input, parseCbor(body));
    const output = await this.performer.perform(exchange, meant, identity, input);
    const headers = { "Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" };
    return this.answer(exchange, { status: 200, headers, body: encodeCbor(meant.shape.output, record(output)) });
  }

  private async serveQuery(exchange: Exchange, body: Buffer): Promise<void> {
    exchange.protocol = "query";
    exchange.model = loadModel("sts");
    const { view } = exchange;
    const parameters = new URLSearchParams(body.toString("utf8"));
    for (const [name, value] of view.query) if (!parameters.has(name)) parameters.append(name, value);
    const credential = routing.parseCredential(
      exchange.request.headers.authorization ?? view.query.get("X-Amz-Credential") ?? "",
    );
    const row =
      routing.rowByVersion(parameters.get("Version") ?? "") ??
      (credential === undefined ? routing.rowByHost(view.host) : routing.rowBySigning(credential.service, view.path)) ??
      (/^\/(queue\/)?\d{12}\/[^/]+$/.test(view.path) ? routing.rowByVersion("2012-11-05") : undefined);
    if (row === undefined)
      throw new ServiceError(
        "InvalidAction",
        400,
        "The action or operation requested is invalid. Verify that the action is typed correctly.",
      );
    const loaded = this.load(exchange, row);
    const service = loaded instanceof Promise ? await loaded : loaded;
    const { protocols } = service.model();
    if (protocols.includes("ec2")) exchange.protocol = "ec2";
    else if (!protocols.includes("query"))
      throw new ServiceError("InvalidAction", 400, `${row.name} does not speak the query protocol`);
    const action = parameters.get("Action") ?? "";
    if (service.model().operation(action) === undefined) throw unknownAction(service.model(), action);
    const meant = this.meant(service, action);
    if (row.name === "sqs" && !parameters.has("QueueUrl") && view.path.length > 1)
      parameters.set("QueueUrl", `${this.cloud.endpoint}${view.path}`);
    const identity = this.identify(exchange, meant, body);
    const isEc2 = exchange.protocol === "ec2";
    const input = isEc2 ? decodeEc2Query(meant.shape, parameters) : decodeQuery(meant.shape, parameters);
    const output = record(await this.performer.perform(exchange, meant, identity, input));
    const { xmlNamespace } = service.model();
    const text = isEc2
      ? encodeEc2Query(meant.shape, output, xmlNamespace ?? "", exchange.requestId)
      : encodeQuery(meant.shape, output, xmlNamespace, exchange.requestId);
    return this.answer(exchange, { status: 200, headers: { "Content-Type": "text/xml" }, body: text });
  }

  private restRow(exchange: Exchange): ServiceRow {
    const { request, view } = exchange;
    const credential = credentialOf(request.headers.authorization ?? view.query.get("X-Amz-Credential") ?? "");
    const byScope = credential === undefined ? undefined : routing.rowBySigning(credential.service, view.path);
    if (credential !== undefined && byScope === undefined) {
      exchange.protocol = "rest-json";
      throw new ServiceError(
        "NotImplemented",
        501,
        `NotImplemented: ${credential.service} is not emulated by this cloud (docs/coverage.md lists what is)`,
      );
    }
    const row =
      byScope ??
      (routing.virtualBucket(view.host) === undefined
        ? (routing.rowByPath(view.path) ?? routing.rowByHost(view.host))
        : undefined) ??
      routing.fallbackRow();
    if (row === undefined) throw new Error("no fallback service");
    return row;
  }

  private match(exchange: Exchange, service: LoadedService): RestMatch | undefined {
    const { request, view } = exchange;
    let router = this.routers.get(service.row.name);
    if (router === undefined) {
      router = restRouter(service.model());
      this.routers.set(service.row.name, router);
    }
    const bucket = service.row.name === "s3" ? routing.virtualBucket(view.host) : undefined;
    // The management API stands below its API's stage.
    const below = service.row.name === "apigatewaymanagementapi" ? service.row.paths?.exec(view.path)?.index : undefined;
    const path = bucket === undefined ? view.path.slice(below ?? 0) : `/${bucket}${view.path}`;
    const { operations } = service.definition;
    return router.match({ method: view.method, path, query: view.query, headers: request.headers }, (name) =>
      Object.hasOwn(operations, name),
    );
  }

  private async serveRest(exchange: Exchange): Promise<void> {
    const row = this.restRow(exchange);
    exchange.protocol = row.name === "s3" ? "rest-xml" : "rest-json";
    exchange.model = loadModel(row.name);
    if (!exchange.model.protocols[0]?.startsWith("rest"))
      throw new ServiceError("MissingAuthenticationTokenException", 403, "Missing Authentication Token");
    const loaded = this.load(exchange, row);
    const service = loaded instanceof Promise ? await loaded : loaded;
    if (exchange.request.headers.origin !== undefined && service.definition.cors !== undefined)
      exchange.cors = service.definition.cors(pageContext(this.cloud, exchange, service), exchange.view);
    const found = this.match(exchange, service);
    if (found === undefined)
      throw row.name === "s3"
        ? new ServiceError("MethodNotAllowed", 405, "The specified method is not allowed against this resource.")
        : new ServiceError("UnknownOperationException", 404, "");
    const meant = this.meant(service, found.operation.name);
    const streaming = meant.shape.streamingInput;
    const body = streaming === undefined ? await readUnframed(exchange.request) : undefined;
    const identity = this.identify(exchange, meant, body);
    const input = decodeRest(service.model(), meant.shape, {
      labels: found.labels,
      query: exchange.view.query,
      headers: exchange.request.headers,
      body: body ?? Buffer.alloc(0),
    });
    if (streaming !== undefined) input[streaming.name] = await openBody(exchange.request);
    const output = record(await this.performer.perform(exchange, meant, identity, input));
    const answer = encodeRest(service.model(), meant.shape, output);
    const { $status, $headers } = output;
    if (typeof $headers === "object" && $headers !== null)
      for (const [name, value] of Object.entries($headers)) answer.headers[name] = String(value);
    return this.answer(exchange, {
      status: typeof $status === "number" ? $status : answer.status,
      headers: answer.headers,
      body: answer.body,
    });
  }
}
