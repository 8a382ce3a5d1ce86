import { request as httpRequest, type IncomingMessage } from "node:http";
import type { HttpAnswer } from "../../lambda/http-event.ts";

/** HTTP integrations: a request to another server of this machine. */
const ANSWER_BYTES_MAX = 10 * 1024 * 1024;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Nothing leaves this machine: only such addresses are asked. */
export const isOnThisMachine = (url: URL): boolean => LOOPBACK.has(url.hostname) && url.protocol === "http:";

export interface Forwarded {
  readonly method: string;
  /** With its question mark, or empty. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
}

/** The server's answer; undefined where it can't be reached or answers more than is taken. */
export function sendOn(url: URL, forwarded: Forwarded): Promise<HttpAnswer | undefined> {
  const {
    "content-length": _length,
    connection: _connection,
    host: _host,
    "transfer-encoding": _encoding,
    ...headers
  } = forwarded.headers;
  return new Promise((resolve) => {
    const failed = () => resolve(undefined);
    const options = {
      host: url.hostname,
      port: url.port,
      path: `${url.pathname}${forwarded.query}`,
      method: forwarded.method,
      headers: { ...headers, "content-length": forwarded.body.length },
    };
    const sent = httpRequest(options, (response) => {
      collected(response, ANSWER_BYTES_MAX).then((body) => {
        const answerHeaders = Object.fromEntries(
          Object.entries(response.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
        );
        resolve({ status: response.statusCode ?? 502, headers: answerHeaders, body });
      }, failed);
    });
    sent.on("error", failed);
    sent.end(forwarded.body);
  });
}

/** The whole body of an integration's answer. Rejects where it breaks off or is larger than `bytesMax`. */
export function collected(response: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) response.destroy(new Error("too large"));
      else chunks.push(chunk);
    });
    response.on("error", reject);
    response.on("end", () => resolve(Buffer.concat(chunks)));
  });
}
