import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock, Random } from "@dovetail/model";
import type { StoreRead, StoreWrite } from "./store.ts";

/**
 * What a service of the cloud is: a folder `services/<name>/` whose `<name>.service.ts` exports one `ServiceDefinition`.
 * Operations see typed input only (the SDK's own types); wire formats, signatures, authorization, limits checks
 * and error encoding happen in the gateway.
 */
export interface ServiceDefinition {
  /** Folder name and name in `ctx.call`: `dynamodb`, `cognito-idp`, `events`, `logs`, `cloudwatch`. */
  readonly name: string;
  /** Rows by the operation's name in AWS's model. A name the model lacks fails a test; a name the table lacks answers NotImplemented. */
  readonly operations: { readonly [operation: string]: Operation };
  /** Handlers of due timers by kind, see `Ctx.schedule`. */
  readonly timers?: { readonly [kind: string]: (ctx: Ctx, payload: unknown) => void | Promise<void> };
  /** In-process functions for other services (no wire form, no IAM): `ctx.internal("logs", "append", …)`. */
  readonly internal?: { readonly [name: string]: (ctx: Ctx, input: never) => unknown };
  /** HTTP that is no AWS API: invoke URLs, JWKS, hosted pages, presented on the main port or an own endpoint port. */
  readonly http?: HttpRoutes;
  /** What user-made things exist, by collection: `{ queues: 3 }`. What the cloud made by itself does not count. */
  inventory?(ctx: Ctx): { readonly [collection: string]: number };
  /** Called once after the service's module is loaded and the store open (re-create pollers, endpoint ports). */
  start?(ctx: Ctx): void | Promise<void>;
  /** Called when the cloud stops or is reset: kill child processes, drop in-memory state. */
  stop?(ctx: Ctx): void | Promise<void>;
  /**
   * Told of every operation that a client or another service asked for, once it has ended, refused ones too: for the metrics that AWS keeps by
   * operation (latencies, errors). On the hot path: cheap, and it doesn't throw.
   */
  observe?(ctx: Ctx, ended: EndedOperation): void;
  /** Headers to put on the answer of an API request that carries an `Origin` (S3's CORS rules). Preflights go to `http`. */
  cors?(ctx: Ctx, request: HttpRequestView): { readonly [header: string]: string };
  /**
   * Whether the gateway checks required members, ranges, patterns and enums of the model before the handler (default true).
   * `"no-enums"`: everything but enums. Message and code follow the service's style (`gateway/validate.ts`).
   */
  readonly validate?: boolean | "no-enums";
}

export interface EndedOperation {
  readonly operation: string;
  /** As the handler got it: of `wire` operations the request's JSON. */
  readonly input: object;
  /** undefined when it was refused. */
  readonly output: unknown;
  /** undefined when it went well. */
  readonly error: unknown;
  /** How long it took, of the machine's time, in steps of a hundredth. */
  readonly latencyMs: number;
}

export interface Operation {
  /**
   * The operation itself. Synchronous functions run inside one store transaction that is rolled back when they throw.
   * Async ones (`waits: true`) run outside and use `ctx.transact` for their writes.
   */
  readonly handler: (ctx: Ctx, input: never) => unknown;
  readonly waits?: boolean;
  /** Only reads: runs in a read snapshot, no write transaction. */
  readonly readonly?: boolean;
  /**
   * awsJson fast path: the handler gets the request's JSON as `JSON.parse` gave it (blobs are base64 text, timestamps numbers; nothing
   * is checked against the model before it, unless the operation says `validate: true`) and answers wire JSON: a plain object, or `new WireJson(text)` with the finished body.
   * `ctx.call` into such an operation converts from and to the SDK's types.
   */
  readonly wire?: boolean;
  /** Overrides the service's `validate` for this operation. */
  readonly validate?: boolean | "no-enums";
  /** AWS lets anybody call it without a signature (cognito-idp InitiateAuth, sts AssumeRoleWithWebIdentity). The model's own marks hold anyway. */
  readonly anonymous?: boolean;
  /**
   * What IAM is asked: the resource ARNs (default `["*"]`), the action where it is not `<prefix>:<Operation>`,
   * and service-specific condition keys; a list where each part needs a permission of its own (TransactWriteItems).
   * Every operation that AWS authorizes on a resource must say so.
   */
  readonly iam?: (ctx: Ctx, input: never) => IamRequest | readonly IamRequest[];
  /** What is not emulated, for docs/coverage.md: the row is then "partial". */
  readonly missing?: string;
}

/**
 * What every output may carry beside its modelled members: another status than the model's (S3's 206), headers that the model lacks.
 * Neither goes into the body. In an error, `ServiceError.fields.$headers` does the same.
 */
export interface OutputExtras {
  readonly $status?: number;
  readonly $headers?: { readonly [name: string]: string };
}

/** A finished awsJson body, answered by a `wire` operation. */
export class WireJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The body of a streaming input (`Body` of PutObject): already without aws-chunked framing. Iterate once. */
export interface StreamingBody extends AsyncIterable<Uint8Array> {
  /** Bytes to come, when the client said (x-amz-decoded-content-length, else content-length). */
  readonly contentLength?: number;
  /** All of it, where it is small and came in one piece: nothing is left to wait for, nor to refuse. */
  readonly bytes?: Uint8Array;
  /** Trailing headers (x-amz-checksum-…), lower case; complete once the iteration has ended. */
  trailers(): { readonly [name: string]: string };
}

/** The HTTP request behind an operation. */
export interface HttpRequestView {
  readonly method: string;
  /** As sent: percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: { readonly [name: string]: string };
  readonly host: string;
  readonly secure: boolean;
}

export interface IamRequest {
  readonly action?: string;
  readonly resources?: readonly string[];
  readonly conditions?: { readonly [key: string]: string | readonly string[] };
  /** The resource's own policy (bucket, queue, topic, key, function), if it has one. */
  readonly resourcePolicy?: string;
  /** The account that the resources belong to, where their ARNs don't say (buckets). */
  readonly owner?: string;
}

/** What was said when temporary credentials were issued; kept with them. */
export interface SessionFacts {
  /** Policies that bound the session; one of them must allow. */
  readonly sessionPolicies?: readonly string[];
  /** Session tags: `aws:PrincipalTag/<key>`, in place of the role's or user's of the same key. */
  readonly tags?: { readonly [key: string]: string };
  /** Keys of the tags that go on to the next role of a chain. */
  readonly transitiveTags?: readonly string[];
  /** Condition keys (lower case) that hold for the whole session: `aws:multifactorauthpresent`, `cognito-identity.amazonaws.com:sub`. */
  readonly context?: { readonly [key: string]: readonly string[] };
  /** GetFederationToken's name: the session is `federated-user/<name>`. */
  readonly federatedName?: string;
}

/** Who makes a request. */
export type Principal =
  | ({ readonly kind: "root"; readonly accountId: string; readonly accessKeyId: string } & SessionFacts)
  | ({
      readonly kind: "role-session";
      readonly accountId: string;
      readonly accessKeyId: string;
      readonly roleArn: string;
      readonly roleId: string;
      readonly sessionName: string;
    } & SessionFacts)
  | ({
      readonly kind: "user";
      readonly accountId: string;
      readonly accessKeyId: string;
      readonly userArn: string;
      readonly userId: string;
    } & SessionFacts)
  /** An AWS service acting for a resource of the account: `events.amazonaws.com` for a rule's ARN. Resource policies decide. */
  | {
      readonly kind: "service";
      readonly accountId: string;
      readonly service: string;
      readonly sourceArn?: string;
      readonly sourceAccount?: string;
    }
  | { readonly kind: "anonymous"; readonly accountId: string };

/** What an operation is handed. One per request. */
export interface Ctx {
  readonly account: string;
  readonly region: string;
  readonly requestId: string;
  readonly principal: Principal;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds since the epoch by the cloud's clock. */
  now(): number;
  /** The HTTP request behind this operation; undefined for calls from inside. */
  readonly http?: HttpRequestView;
  /** The service that called in the principal's place (what `kms:ViaService` is made of); undefined for requests from outside. */
  readonly via?: string;
  /** `X-Amzn-Trace-Id` for a function that this runs: its own requests are then told as caused by it. undefined where nothing is known of a cause. */
  readonly traceId?: string | undefined;
  /**
   * How often the chain of causes that this belongs to has come by `place`, this time counted; over Lambda, SQS, SNS and S3 only, and 1 where
   * nothing is known of causes.
   */
  pass(place: string): number;
  /** Whoever later carries `key` (a stream record's id) to somebody was caused by this. Message and sequence numbers in answers are left by themselves. */
  leaveTrace(key: string): void;
  /** Absolute path of the service's own folder under the data folder; exists. Gone after a reset. */
  readonly folder: string;
  /** In-memory state, one per cloud and service, made on first use, dropped at stop and reset. */
  memory<T>(make: () => T): T;
  /**
   * The transaction (or snapshot) this handler runs in, keyed below the service: other services' records are out of reach.
   * Outside a transaction (handlers that wait, `after`, async timers) each write is a transaction of its own.
   */
  readonly store: StoreWrite;
  /** A write transaction for handlers that wait. */
  transact<T>(work: (store: StoreWrite) => T): T;
  snapshot<T>(work: (store: StoreRead) => T): T;
  /** Work done once the transaction is kept; failures are logged and traced, never given to the caller. */
  after(work: (ctx: Ctx) => void | Promise<void>): void;
  /**
   * Calls an operation of a service in process (also of this one): `await ctx.call("sqs", "SendMessage", {...}, { as })`.
   * Default principal: this request's. Input and output as the SDK types them (streams and blobs as Uint8Array).
   * Throws ServiceError. Account and region default to this request's.
   */
  call<O = Record<string, unknown>>(service: string, operation: string, input: object, options?: CallOptions): Promise<O>;
  /** Calls another service's `internal` function, in this service's place (its own store), loading it if need be. */
  internal<O = unknown>(service: string, name: string, input: object): Promise<O>;
  /**
   * Stores a timer in the same transaction: at `atMs` (cloud's clock) the service's `timers[kind]` gets `payload`.
   * Same service+kind+id replaces. Survives restart. Moving the clock fires everything due, in order of time.
   */
  schedule(
    kind: string,
    id: string,
    atMs: number,
    payload: unknown,
    options?: { /** One that is due by then already stays as it is. */ readonly keepsEarlier?: boolean },
  ): void;
  unschedule(kind: string, id: string): void;
  /** A ctx for other coordinates, for background work (same service). */
  with(overrides: { account?: string; region?: string; principal?: Principal }): Ctx;
  /** Adds to a metric that AWS emits itself; kept in memory by minute and drained by cloudwatch. */
  metric(namespace: string, name: string, dimensions: { readonly [name: string]: string }, value: number, unit?: string): void;
  /** Appends to a log group's stream, made if missing (as the service would). Times by the cloud's clock unless given. */
  log(
    group: string,
    stream: string,
    messages: readonly (string | { readonly timestamp: number; readonly message: string })[],
  ): void;
  /** Puts a message into the cloud's mailbox (e-mail and SMS that AWS would have sent out). */
  mail(message: {
    readonly kind: "email" | "sms" | "push";
    readonly from: string;
    readonly to: string;
    readonly subject?: string;
    /** Plain text where there is one. */
    readonly body: string;
    readonly html?: string;
    readonly service: string;
  }): void;
  /** A hint for the developer (log and console), never part of an answer: "object created, no notification rule matched". */
  hint(message: string): void;
  /** Blobs of the data folder: S3 objects, code archives. */
  readonly blobs: Blobs;
  /** `http://127.0.0.1:4566`: how this cloud is reached. */
  readonly endpoint: string;
  /** Opens (or finds again) a port of its own for a public endpoint; stable for the endpoint's life. Requests reach `http.endpoint`. */
  endpointPort(key: string): Promise<{ readonly port: number; readonly url: string }>;
  closeEndpointPort(key: string): Promise<void>;
  /** Session credentials for the requesting principal itself (STS GetSessionToken, GetFederationToken). */
  issueSessionCredentials(durationSeconds: number, facts?: SessionFacts): ReturnType<Ctx["issueRoleCredentials"]>;
  /** Who signed the HTTP request that `http.handle` was given (header or presigned query). Throws ServiceError for a missing or wrong signature. */
  identify(body?: Uint8Array): Principal;
  /** Throws the service's AccessDenied unless policies let the principal do it. Root of the own account may everything. */
  authorize(principal: Principal, request: AuthorizationRequest): void;
  /** Who signed an S3 POST form's policy (fields in lower case). Throws ServiceError. */
  verifyForm(fields: { readonly [name: string]: string | undefined }): Principal;
  /** Credentials of a role session for a function's process: issued by STS, checked on every later request. */
  issueRoleCredentials(
    roleArn: string,
    sessionName: string,
    durationSeconds: number,
    facts?: SessionFacts,
  ): { accessKeyId: string; secretAccessKey: string; sessionToken: string; expiration: number };
}

/** One question to IAM. */
export interface AuthorizationRequest {
  readonly action: string;
  readonly resource: string;
  readonly conditions?: IamRequest["conditions"];
  readonly resourcePolicy?: string;
  readonly owner?: string;
}

export interface CallOptions {
  /** Who calls: then IAM decides. Default: this request's principal, and no question asked (the caller was authorized for what it does). */
  readonly as?: Principal;
  readonly account?: string;
  readonly region?: string;
}

export interface Blobs {
  /** Writes a blob from bytes or a stream; answers its key and size. Content is on disk before the promise resolves. */
  write(data: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ key: string; bytes: number }>;
  /** Stretches of blobs one after the other; in bytes, `end` exclusive. */
  read(stretches: readonly { readonly key: string; readonly start: number; readonly end: number }[]): AsyncIterable<Uint8Array>;
  readAll(key: string): Promise<Uint8Array>;
  /** Absolute path of the file that holds it. */
  path(key: string): string;
  remove(key: string): Promise<void>;
}

export interface HttpRoutes {
  /** Main port: true when this request (host, path) is the service's; asked before AWS API routing. */
  matches?(request: {
    readonly host: string;
    readonly path: string;
    readonly method: string;
    readonly headers: IncomingMessage["headers"];
  }): boolean;
  /** `endpointKey` is set when the request came in on an endpoint port. */
  handle(ctx: Ctx, request: IncomingMessage, response: ServerResponse, endpointKey?: string): void | Promise<void>;
  /**
   * A WebSocket handshake that `matches` (main port) or the endpoint's key made the service's; the socket is its own from here on
   * (`new WebSocketServer({ noServer: true }).handleUpgrade(request, socket, head, …)`). To refuse: `refuseUpgrade` of core/refuse-upgrade.ts.
   * Foreign hosts and browser pages of other origins have been refused before. Open sockets end with the cloud.
   */
  upgrade?(ctx: Ctx, request: IncomingMessage, socket: Duplex, head: Buffer, endpointKey?: string): void | Promise<void>;
  /**
   * True when a host that is no loopback name is the user's own, registered with the service (custom domains); its requests then reach
   * `handle` and `upgrade`. Asked only of services whose row says `customHosts`. `host` is in lower case, without a port.
   */
  ownsHost?(ctx: Ctx, host: string): boolean;
}

/** An error as AWS gives it. The gateway encodes it for the protocol at hand. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error's shape (`CancellationReasons`, …). */
  readonly fields: Readonly<Record<string, unknown>>;
  constructor(code: string, status: number, message: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}
