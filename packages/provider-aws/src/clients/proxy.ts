/** Requests through a proxy. Rules: Go's `golang.org/x/net/http/httpproxy`, by which the real provider goes (read 2026-11). */
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { HttpRequest } from "./request.ts";

export interface ProxySettings {
  /** For plain requests, and for TLS ones where `https` is not given. */
  readonly http?: string;
  readonly https?: string;
  /** Hosts that are reached directly: `example.com`, `.example.com`, `10.0.0.1`, `*`, with commas between. */
  readonly none?: string;
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[?::1\]?)$/;

/** The proxy that a request goes through; undefined where it goes directly. What is on this machine always does. */
export function proxyOf(
  settings: ProxySettings,
  { protocol, hostname }: Pick<HttpRequest, "protocol" | "hostname">,
): URL | undefined {
  const text = protocol === "https:" ? (settings.https ?? settings.http) : settings.http;
  if (text === undefined || text === "" || LOOPBACK.test(hostname) || isExempt(settings.none ?? "", hostname)) return undefined;
  return new URL(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
}

function isExempt(none: string, hostname: string): boolean {
  return none.split(",").some((each) => {
    const [name = ""] = each.trim().toLowerCase().split(":");
    if (name === "") return false;
    return name === "*" || hostname === name || hostname.endsWith(name.startsWith(".") ? name : `.${name}`);
  });
}

/** `Basic` credentials that stand in a proxy's URL. */
export function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

const CONNECT_MS_MAX = 30_000;

/** A TLS connection to `host` through the proxy (CONNECT). */
export async function tunnel(proxy: URL, host: string, port: number, trust: object): Promise<TLSSocket> {
  const [{ request }, tls] = await Promise.all([import("node:http"), import("node:tls")]);
  const socket = await connected(
    request({
      host: proxy.hostname,
      port: proxy.port === "" ? 80 : Number(proxy.port),
      method: "CONNECT",
      path: `${host}:${port}`,
      headers: { host: `${host}:${port}`, ...proxyAuthorization(proxy) },
      timeout: CONNECT_MS_MAX,
    }),
    proxy,
  );
  return tls.connect({ socket, servername: host, ...trust });
}

function connected(asked: ClientRequest, proxy: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    asked.on("connect", ({ statusCode }, socket) => {
      if (statusCode === 200) return resolve(socket as Socket);
      socket.destroy();
      reject(new Error(`the proxy ${proxy.host} answered ${statusCode}`));
    });
    asked.on("timeout", () =>
      asked.destroy(Object.assign(new Error(`no answer of the proxy ${proxy.host}`), { code: "ETIMEDOUT" })),
    );
    asked.on("error", reject);
    asked.end();
  });
}
