import type * as Http from "node:http";
import type * as Https from "node:https";
import type { HttpRequest } from "@smithy/types";

/** An HTTP answer, wholly read. Header names are lower case. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** Sends requests over kept-alive connections. */
export interface HttpSender {
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

const CONNECTIONS_MAX = 64;
const RESPONSE_TIMEOUT_MS = 120_000;
const RESPONSE_BYTES_MAX = 256 * 1024 * 1024;

/** One agent per scheme, made on first use. The modules load with the first request. */
export function createHttpSender(): HttpSender {
  const agents = new Map<string, Http.Agent>();
  return {
    async send(request) {
      const secure = request.protocol === "https:";
      const http: typeof Http | typeof Https = secure ? await import("node:https") : await import("node:http");
      let agent = agents.get(request.protocol);
      if (agent === undefined) {
        agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX, maxFreeSockets: CONNECTIONS_MAX });
        agents.set(request.protocol, agent);
      }
      return exchange(http, agent, request);
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

function exchange(http: typeof Http | typeof Https, agent: Http.Agent, request: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      {
        agent,
        host: request.hostname.replace(/^\[|\]$/g, ""),
        port: request.port,
        method: request.method,
        path: requestTarget(request),
        headers: request.headers,
        timeout: RESPONSE_TIMEOUT_MS,
      },
      (incoming) => collect(incoming).then(resolve, reject),
    );
    outgoing.on("timeout", () => outgoing.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" })));
    outgoing.on("error", reject);
    outgoing.end(request.body);
  });
}

async function collect(incoming: Http.IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > RESPONSE_BYTES_MAX) throw new Error(`an answer of more than ${RESPONSE_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return { statusCode: incoming.statusCode ?? 0, headers, body: Buffer.concat(chunks) };
}

/** Path with query, escaped as SigV4's canonical query wants it. */
export function requestTarget(request: Pick<HttpRequest, "path" | "query">): string {
  const pairs: string[] = [];
  for (const name of Object.keys(request.query ?? {}).sort()) {
    const value = request.query?.[name];
    for (const one of Array.isArray(value) ? value : [value ?? ""]) pairs.push(`${encode(name)}=${encode(one)}`);
  }
  return pairs.length > 0 ? `${request.path}?${pairs.join("&")}` : request.path;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
