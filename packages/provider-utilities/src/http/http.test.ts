import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { gzipSync } from "node:zlib";
import { type Clock, manualClock, seededRandom, type ValueObject } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createUtilityProvider } from "../index.ts";
import { created, dataOf, problemsOf } from "../test-provider.ts";

/** Every wait is over as soon as it begins; what was waited for is noted. */
const waits: number[] = [];
const hasty: Clock = {
  now: () => 0,
  at(atMs, callback) {
    waits.push(atMs);
    const timer = setImmediate(callback);
    return () => clearImmediate(timer);
  },
};
const options = { clock: manualClock(Date.now()), random: seededRandom(1) };
const http = createUtilityProvider("http", options);
const patient = createUtilityProvider("http", { ...options, clock: hasty });

let server: Server;
let secure: TlsServer;
let base = "";
let secureBase = "";
let asked: string[] = [];
let authority: ValueObject = {};

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  const path = request.url ?? "";
  asked.push(`${request.method} ${path} ${request.headers.authorization ?? "-"} ${body}`.trim());
  const routes: { readonly [path: string]: () => unknown } = {
    "/text": () => response.setHeader("x-twice", ["a", "b"]).end("hello"),
    "/bytes": () => response.end(Buffer.from([0xff, 0xfe])),
    "/zipped": () => response.setHeader("content-encoding", "gzip").end(gzipSync("unpacked")),
    "/missing": () => response.writeHead(404).end("no"),
    "/moved": () => response.writeHead(302, { location: "/text" }).end(),
    "/kept": () => response.writeHead(307, { location: "/text" }).end(),
    "/loop": () => response.writeHead(302, { location: "/loop" }).end(),
    "/away": () => response.writeHead(302, { location: "https://example.com/" }).end(),
    "/broken": () => response.writeHead(500).end(),
    "/busy": () => response.writeHead(asked.length < 3 ? 503 : 200, { "retry-after": "7" }).end("done"),
    "/flaky": () => (asked.length < 3 ? request.socket.destroy() : response.end("done")),
    "/silent": () => undefined,
  };
  (routes[path] ?? (() => response.writeHead(404).end()))();
}

const listener = (request: IncomingMessage, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => answer(request, response, Buffer.concat(chunks).toString()));
};

async function listen(each: Server | TlsServer): Promise<number> {
  await new Promise<void>((resolve) => void each.listen(0, "127.0.0.1", () => resolve()));
  const address = each.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

beforeAll(async () => {
  const tls = createUtilityProvider("tls", options);
  const key = await created(tls, "tls_private_key", { algorithm: "ECDSA", ecdsa_curve: "P256" });
  authority = await created(tls, "tls_self_signed_cert", {
    private_key_pem: key.private_key_pem ?? null,
    subject: [{ common_name: "here" }],
    ip_addresses: ["127.0.0.1"],
    validity_period_hours: 24,
    is_ca_certificate: true,
    allowed_uses: ["cert_signing", "digital_signature", "server_auth"],
  });
  server = createServer(listener);
  secure = createTlsServer({ key: String(key.private_key_pem), cert: String(authority.cert_pem) }, listener);
  secure.on("tlsClientError", () => {});
  base = `http://127.0.0.1:${await listen(server)}`;
  secureBase = `https://127.0.0.1:${await listen(secure)}`;
});
afterAll(async () => {
  for (const each of [server, secure]) {
    each.closeAllConnections();
    await new Promise<void>((resolve) => void each.close(() => resolve()));
  }
});

const read = async (config: ValueObject, provider = http) => {
  asked = [];
  return dataOf(provider, "http", config);
};

describe("data http", () => {
  it("has the body, its base64, the status, and headers as Go spells them", async () => {
    const state = await read({ url: `${base}/text` });
    expect(state).toMatchObject({
      id: `${base}/text`,
      status_code: 200,
      response_body: "hello",
      body: "hello",
      response_body_base64: "aGVsbG8=",
      response_headers: { "X-Twice": "a, b", "Content-Length": "5" },
    });
  });

  it("sends method, headers and body", async () => {
    await read({ url: `${base}/text`, method: "POST", request_headers: { Authorization: "Bearer x" }, request_body: "q=1" });
    expect(asked).toEqual(["POST /text Bearer x q=1"]);
  });

  it("a status such as 404 is an answer", async () => {
    expect(await read({ url: `${base}/missing` })).toMatchObject({ status_code: 404, response_body: "no" });
  });

  it("unpacks what it had packed, and hides that it was", async () => {
    const state = await read({ url: `${base}/zipped` });
    expect(state.response_body).toBe("unpacked");
    expect(Object.keys(Object(state.response_headers))).not.toContain("Content-Encoding");
  });

  it.each([
    ["/moved", "POST", ["POST /moved - b", "GET /text -"]],
    ["/kept", "POST", ["POST /kept - b", "POST /text - b"]],
    ["/moved", "HEAD", ["HEAD /moved - b", "HEAD /text -"]],
  ])("follows %s by %s as HTTP wants it", async (path, method, wanted) => {
    expect((await read({ url: base + path, method, request_body: "b" })).status_code).toBe(200);
    expect(asked).toEqual(wanted);
  });

  it("warns of a body that is not UTF-8", async () => {
    const { state, diagnostics } = await http.readData("http", { url: `${base}/bytes` });
    expect(state.response_body_base64).toBe("//4=");
    expect(diagnostics).toEqual([
      expect.objectContaining({ severity: "warning", summary: "Response body is not recognized as UTF-8" }),
    ]);
  });

  it.each([
    ["/busy", [7_000, 7_000]],
    ["/flaky", [10, 20]],
  ])("%s is asked again, after what it wants or twice the time each time", async (path, wanted) => {
    waits.length = 0;
    const retry = { attempts: 2, min_delay_ms: 10, max_delay_ms: 50 };
    expect(await read({ url: base + path, retry }, patient)).toMatchObject({ status_code: 200, response_body: "done" });
    expect(waits).toEqual(wanted);
  });

  it("a server's certificate is verified, unless its authority is given or nothing is to be", async () => {
    expect(await read({ url: `${secureBase}/text`, ca_cert_pem: authority.cert_pem ?? null })).toMatchObject({
      status_code: 200,
    });
    expect(await read({ url: `${secureBase}/text`, insecure: true })).toMatchObject({ status_code: 200 });
    const found = await problemsOf(http, "data", "http", { url: `${secureBase}/text` });
    expect(found).toEqual([
      expect.objectContaining({ summary: "Error making request", detail: expect.stringContaining("certificate") }),
    ]);
  });

  it("ends when its time is over", async () => {
    const found = await problemsOf(patient, "data", "http", { url: `${base}/silent`, request_timeout_ms: 20 });
    expect(found).toEqual([
      expect.objectContaining({ detail: expect.stringContaining("request exceeded the specified timeout: 20ms") }),
    ]);
  });

  it.each<[string, () => ValueObject, string, string]>([
    ["another machine", () => ({ url: "http://example.com/?token=s3cret" }), "DVT7007", "would have connected to example.com"],
    [
      "a name that begins like this machine's",
      () => ({ url: "http://127.0.0.1.example.com/" }),
      "DVT7007",
      "127.0.0.1.example.com",
    ],
    ["a redirect to another machine", () => ({ url: `${base}/away` }), "DVT7007", "would have connected to example.com"],
    ["a loop of redirects", () => ({ url: `${base}/loop` }), "DVT4001", "stopped after 10 redirects"],
    ["a broken server", () => ({ url: `${base}/broken` }), "DVT4001", "giving up after 1 attempt(s)"],
    ["a port where nobody listens", () => ({ url: "http://127.0.0.1:1/" }), "DVT4001", "ECONNREFUSED"],
    ["another scheme", () => ({ url: "ftp://127.0.0.1/" }), "DVT4001", "unsupported protocol scheme"],
    ["no URL at all", () => ({ url: "" }), "DVT4001", "unsupported protocol scheme"],
    ["another method", () => ({ url: base, method: "PUT" }), "DVT3001", 'must be one of: ["GET" "POST" "HEAD"], got: "PUT"'],
    ["no time", () => ({ url: base, request_timeout_ms: 0 }), "DVT3001", "at least 1, got: 0"],
    [
      "insecure with an authority",
      () => ({ url: base, insecure: true, ca_cert_pem: "x" }),
      "DVT3001",
      '"insecure" cannot be specified',
    ],
    [
      "a client's certificate without key",
      () => ({ url: base, client_cert_pem: "x" }),
      "DVT3001",
      '"client_key_pem" must be specified',
    ],
    [
      "delays the wrong way round",
      () => ({ url: base, retry: { min_delay_ms: 2, max_delay_ms: 1 } }),
      "DVT3001",
      "sum of retry.min_delay_ms",
    ],
    [
      "a header that breaks the line",
      () => ({ url: base, request_headers: { a: "b\r\nc: d" } }),
      "DVT4001",
      "Invalid character in header content",
    ],
  ])("refuses %s", async (_what, config, code, detail) => {
    const found = await problemsOf(http, "data", "http", config());
    expect(found).toEqual([expect.objectContaining({ code, detail: expect.stringContaining(detail) })]);
    expect(JSON.stringify(found)).not.toContain("s3cret");
  });
});
