/** A request as it goes over the wire. Header names are lower case. */
export interface HttpRequest {
  readonly protocol: string;
  hostname: string;
  readonly port?: number;
  readonly method: string;
  /** Escaped. */
  path: string;
  /** Not escaped; several values of one name as a list. */
  readonly query: { readonly [name: string]: string | readonly string[] };
  readonly headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** An HTTP answer, wholly read. Header names are lower case. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Sends requests over kept-alive connections. */
export interface HttpSender {
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

/** A body's text. */
export function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

export const RESPONSE_TIMEOUT_MS = 120_000;
export const RESPONSE_BYTES_MAX = 256 * 1024 * 1024;
