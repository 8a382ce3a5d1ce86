/** What a running cloud is inside: the parts that contexts, dispatch and gateway work with. Types only. */
import type { Random } from "@dovetail/model";
import type { ApiModel } from "../gateway/model.ts";
import type { Background } from "./background.ts";
import type { CloudClock } from "./cloud-clock.ts";
import type { Sessions } from "./credentials.ts";
import type { IamUsage } from "./iam-usage.ts";
import type { CloudStore } from "./lmdb-store.ts";
import type { Mailbox } from "./mailbox.ts";
import type { MetricBuffer } from "./metrics.ts";
import type {
  AuthorizationRequest,
  Blobs,
  CallOptions,
  Ctx,
  HttpRequestView,
  Operation,
  Principal,
  ServiceDefinition,
} from "./service.ts";
import type { ServiceRow } from "./services.ts";
import type { StoreWrite } from "./store.ts";
import type { Timers } from "./timers.ts";
import type { Span, Trace } from "./trace.ts";

/** A service whose module is in memory. */
export interface LoadedService {
  readonly row: ServiceRow;
  readonly definition: ServiceDefinition;
  /** Records of its home. */
  readonly store: StoreWrite;
  /** In-memory state of its home; `value` is undefined until first used. */
  readonly memory: { value?: unknown };
  readonly folder: () => string;
  readonly model: () => ApiModel;
}

export interface Coordinates {
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly requestId?: string;
  readonly http?: HttpRequestView;
  /** The service that calls in the principal's place. */
  readonly via?: string;
  /** What the work is part of. */
  readonly span?: Span;
}

export interface Hint {
  readonly atMs: number;
  readonly service: string;
  readonly account: string;
  readonly region: string;
  readonly message: string;
}

export interface CloudCore {
  readonly accountId: string;
  readonly region: string;
  readonly store: CloudStore;
  readonly clock: CloudClock;
  readonly random: Random;
  readonly background: Background;
  readonly timers: Timers;
  readonly metrics: MetricBuffer;
  readonly sessions: Sessions;
  readonly mailbox: Mailbox;
  readonly blobs: Blobs;
  readonly enforceIam: boolean;
  readonly endpoint: string;
  readonly hints: Hint[];
  readonly trace: Trace;
  readonly iamUsage: IamUsage;
  log(line: string): void;
  hint(hint: Omit<Hint, "atMs">): void;
  requestId(): string;
  /** The service if its module is in memory. */
  loaded(name: string): LoadedService | undefined;
  /** Loads it; undefined when this build has no such service. */
  load(name: string): Promise<LoadedService | undefined>;
  context(service: LoadedService, at: Coordinates): Ctx;
  call(service: string, operation: string, input: object, at: Coordinates, options: CallOptions | undefined): Promise<unknown>;
  internal(service: string, name: string, input: object, at: Coordinates): Promise<unknown>;
  /** Hands gathered metrics to CloudWatch. */
  flushMetrics(): Promise<void>;
  appendLog(at: Coordinates, group: string, stream: string, events: readonly LogEvent[]): void;
  identify(service: LoadedService, view: HttpRequestView | undefined, body: Uint8Array | undefined): Principal;
  verifyForm(fields: { readonly [name: string]: string | undefined }): Principal;
  authorize(service: LoadedService, ctx: Ctx, request: AuthorizationRequest): void;
  openEndpoint(service: LoadedService, key: string, at: Coordinates): Promise<{ port: number; url: string }>;
  closeEndpoint(service: LoadedService, key: string): Promise<void>;
}

export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

export interface OperationCall {
  readonly service: LoadedService;
  readonly name: string;
  readonly operation: Operation;
}
