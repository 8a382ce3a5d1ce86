import { request as httpRequest } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { CreateStreamCommand, KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { type Cloud, startCloud } from "../cloud.ts";
import type { HttpRoutes, ServiceDefinition } from "./service.ts";

/** A stand-in for the service whose hosts are `….execute-api.…`: it echoes what a WebSocket sends. */
const sockets = new WebSocketServer({ noServer: true });
const http: HttpRoutes = {
  matches: ({ host }) => host.startsWith("abcdefghij.execute-api."),
  handle(ctx, _request, response, key) {
    response.end(JSON.stringify({ host: ctx.http?.host, key }));
  },
  upgrade(_ctx, request, socket, head, key) {
    sockets.handleUpgrade(request, socket, head, (peer) => peer.on("message", (data) => peer.send(`${key ?? "main"}: ${data}`)));
  },
  ownsHost: (_ctx, host) => host === "api.example.com",
};
const service: ServiceDefinition = {
  name: "apigatewayv2",
  operations: {},
  http,
  internal: { open: (ctx) => ctx.endpointPort("api:one") },
};

let cloud: Cloud;
let ownPort: number;
beforeAll(async () => {
  cloud = await startCloud({ services: { apigatewayv2: service } });
  ({ port: ownPort } = await cloud.internal<{ port: number }>("apigatewayv2", "open", {}));
});
afterAll(() => cloud.stop());

/** What the echo says, or the status of a refusal. */
function handshake(url: string, headers: Record<string, string> = {}): Promise<string | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on("open", () => socket.send("hi"));
    socket.on("message", (data) => {
      resolve(String(data));
      socket.close();
    });
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    socket.on("error", reject);
  });
}

const main = () => `ws://127.0.0.1:${cloud.port}/dev`;
const host = "abcdefghij.execute-api.us-east-1.localhost.localstack.cloud";

describe("WebSocket handshakes", () => {
  test("reach the service that its host names", async () => {
    expect(await handshake(main(), { host: `${host}:4566` })).toBe("main: hi");
  });
  test("reach the owner of the endpoint's port", async () => {
    expect(await handshake(`ws://127.0.0.1:${ownPort}/`)).toBe("api:one: hi");
  });
  test("reach the owner of a registered domain", async () => {
    expect(await handshake(main(), { host: "API.example.com" })).toBe("main: hi");
  });
  test.each([
    ["nobody's address", {}, 400],
    ["a host that is not this machine's", { host: "evil.example" }, 403],
    ["a page of another origin", { host, origin: "https://evil.example" }, 403],
    ["a sandboxed page", { host, origin: "null" }, 403],
  ])("%s is refused", async (_name, headers, status) => {
    expect(await handshake(main(), headers)).toBe(status);
  });
  test("a foreign host and a foreign page are refused on the endpoint's port", async () => {
    expect(await handshake(`ws://127.0.0.1:${ownPort}/`, { host: "evil.example" })).toBe(403);
    expect(await handshake(`ws://127.0.0.1:${ownPort}/`, { origin: "http://evil.example" })).toBe(403);
  });
  test("a page of this machine may", async () => {
    expect(await handshake(main(), { host, origin: "http://localhost:5173" })).toBe("main: hi");
  });
});

function get(port: number, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: "127.0.0.1", port, path: "/x", headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += String(chunk);
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on("error", reject)
      .end();
  });
}

describe("hosts that are no loopback names", () => {
  test("a registered domain is served, on the main port and the endpoint's", async () => {
    expect(await get(cloud.port, { host: "api.example.com" })).toMatchObject({ status: 200 });
    expect(await get(ownPort, { host: "api.example.com:443" })).toMatchObject({ status: 200 });
  });
  test("any other is refused on both", async () => {
    expect(await get(cloud.port, { host: "rebound.example" })).toMatchObject({ status: 403 });
    expect(await get(ownPort, { host: "rebound.example" })).toMatchObject({ status: 403 });
  });
  test("a wish for HTTP/2 (Upgrade: h2c) is answered by HTTP/1.1", async () => {
    const headers = { host, connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABkAAQCAAAAAAIAAAAA" };
    expect(await get(cloud.port, headers)).toMatchObject({ status: 200 });
  });
});

describe("HTTP/2 without TLS", () => {
  test("an unmodified KinesisClient works", async () => {
    const client = new KinesisClient({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    });
    await client.send(new CreateStreamCommand({ StreamName: "s", ShardCount: 1 }));
    expect((await client.send(new ListStreamsCommand({}))).StreamNames).toEqual(["s"]);
    await expect(client.send(new CreateStreamCommand({ StreamName: "s", ShardCount: 1 }))).rejects.toMatchObject({
      name: "ResourceInUseException",
    });
    client.destroy();
  });

  test("many requests at once, bodies larger than a window, streams down", async () => {
    const session = connectHttp2(cloud.endpoint, { maxSessionMemory: 100 });
    const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request";
    const ask = (method: string, path: string, body?: Buffer): Promise<{ status: unknown; bytes: number }> =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ":method": method, ":path": path, authorization });
        let status: unknown;
        let bytes = 0;
        stream.on("response", (headers) => {
          status = headers[":status"];
        });
        stream.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        stream.on("end", () => resolve({ status, bytes }));
        stream.on("error", reject);
        stream.end(body);
      });
    await ask("PUT", "/bucket");
    const body = Buffer.alloc(3_000_000, 7);
    const put = await Promise.all(Array.from({ length: 5 }, (_value, at) => ask("PUT", `/bucket/${at}`, body)));
    expect(put.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const got = await Promise.all(Array.from({ length: 5 }, (_value, at) => ask("GET", `/bucket/${at}`)));
    expect(got).toEqual(Array.from({ length: 5 }, () => ({ status: 200, bytes: body.length })));
    session.close();
  });

  test("Host rules hold there, too", async () => {
    const session = connectHttp2(cloud.endpoint);
    const stream = session.request({ ":path": "/", ":authority": "evil.example" });
    const status = await new Promise((resolve) => stream.on("response", (headers) => resolve(headers[":status"])));
    expect(status).toBe(403);
    session.destroy();
  });

  test.each([
    ["a preface that goes wrong", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"],
    ["a preface and then noise", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\xff\xff\xff\xff\xff\xff\xff\xff\xff"],
    ["no HTTP at all", "\x16\x03\x01\x02\0\x01\0\x01"],
  ])("%s ends the connection, nothing else", async (_name, bytes) => {
    await new Promise<void>((resolve) => {
      const socket = connect(cloud.port, "127.0.0.1", () => socket.write(Buffer.from(bytes, "latin1")));
      socket
        .on("close", () => resolve())
        .on("error", () => {})
        .resume();
    });
    expect(await get(cloud.port, { host })).toMatchObject({ status: 200 });
  });
});

test("the cloud stops with sockets of every kind open", async () => {
  const other = await startCloud({ services: { apigatewayv2: service } });
  const socket = new WebSocket(`ws://127.0.0.1:${other.port}/`, { headers: { host } });
  await new Promise((resolve) => socket.on("open", resolve));
  const session = connectHttp2(other.endpoint);
  session.on("error", () => {});
  await new Promise((resolve) => session.on("remoteSettings", resolve));
  const closed = new Promise((resolve) => socket.on("close", resolve));
  await other.stop();
  await closed;
});
