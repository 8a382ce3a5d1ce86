/** What the gateway carries along a request, and what it answers. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Span } from "../core/trace.ts";
import type { Protocol } from "./errors.ts";
import type { RequestView } from "./http-view.ts";
import type { ApiModel } from "./model.ts";
import type { AnswerBody } from "./respond.ts";

/** One request under way. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly view: RequestView;
  readonly requestId: string;
  protocol: Protocol;
  service: string;
  model: ApiModel | undefined;
  /** What the trace keeps of it; undefined until it is known which operation is meant, and when nothing is traced. */
  span: Span | undefined;
  /** A browser's page of another origin asks: only what answers by rules of its own may serve it. */
  readonly isForeign: boolean;
  cors: { readonly [name: string]: string } | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | number>;
  readonly body: AnswerBody;
}
