/** The raw request as services see it; nothing is parsed before it is asked for. */
import type { IncomingMessage } from "node:http";
import type { HttpRequestView } from "../core/service.ts";

/** Most requests have no query; nobody writes to one. */
const NO_QUERY = new URLSearchParams();

export class RequestView implements HttpRequestView {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly host: string;
  readonly secure: boolean;
  /** The request itself: signature checks need it. */
  readonly request: IncomingMessage;
  private parameters: URLSearchParams | undefined;

  constructor(request: IncomingMessage) {
    const url = request.url ?? "/";
    const at = url.indexOf("?");
    this.request = request;
    this.method = request.method ?? "GET";
    this.path = at < 0 ? url : url.slice(0, at);
    this.search = at < 0 ? "" : url.slice(at + 1);
    this.host = request.headers.host ?? "";
    this.secure = "encrypted" in request.socket;
  }

  get query(): URLSearchParams {
    this.parameters ??= this.search === "" ? NO_QUERY : new URLSearchParams(this.search);
    return this.parameters;
  }

  get headers(): { readonly [name: string]: string } {
    return this.request.headers as { readonly [name: string]: string };
  }
}
