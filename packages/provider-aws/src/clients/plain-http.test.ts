import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createPlainSender } from "./plain-http.ts";
import type { HttpRequest, HttpSender } from "./request.ts";

const opened: Server[] = [];
const senders: HttpSender[] = [];
afterEach(() => {
  for (const sender of senders.splice(0)) sender.close();
  for (const server of opened.splice(0)) server.close();
});

/** A server that hands each connection to `serve` with its number, from 1; answers how to reach it. */
async function listen(serve: (socket: Socket, connection: number) => void) {
  let connections = 0;
  const server = createServer((socket) => {
    socket.on("error", () => {});
    serve(socket, ++connections);
  });
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const sender = createPlainSender();
  senders.push(sender);
  const send = (path: string, rest: Partial<HttpRequest> = {}) =>
    sender
      .send({ protocol: "http:", hostname: "127.0.0.1", port, method: "GET", path, query: {}, headers: { host: "x" }, ...rest })
      .then(({ body }) => Buffer.from(body).toString());
  return { send, connections: () => connections };
}

const answer = (text: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
/** Answers each request with its first line. */
const echo = (socket: Socket) =>
  socket.on("data", (data) => {
    for (const [line] of data.toString().matchAll(/^(GET|POST) \S+/gm)) socket.write(answer(line));
  });

describe("requests without TLS", () => {
  it("one after the other go over one connection", async () => {
    const { send, connections } = await listen(echo);
    expect([await send("/1"), await send("/2"), await send("/3")]).toEqual(["GET /1", "GET /2", "GET /3"]);
    expect(connections()).toBe(1);
  });

  it("at once are answered each with its own, over a bounded number of connections", async () => {
    const { send, connections } = await listen(echo);
    const paths = Array.from({ length: 100 }, (_, i) => `/${i}`);
    expect(await Promise.all(paths.map((path) => send(path)))).toEqual(paths.map((path) => `GET ${path}`));
    expect(connections()).toBe(16);
  });

  it("carry a body of text or of bytes", async () => {
    const { send } = await listen((socket) => {
      let got = "";
      socket.on("data", (data) => {
        got += data.toString();
        const [, body = ""] = got.split("\r\n\r\n");
        if (!got.endsWith("!")) return;
        got = "";
        socket.write(answer(body));
      });
    });
    expect(await send("/", { method: "POST", body: "ü!" })).toBe("ü!");
    expect(await send("/", { method: "POST", body: Buffer.from("ö!") })).toBe("ö!");
  });

  it("whose connection is closed without an answer fail as a broken connection, the next one goes over another", async () => {
    const { send } = await listen((socket, connection) => {
      if (connection === 1) socket.once("data", () => socket.destroy());
      else echo(socket);
    });
    await expect(send("/lost")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await send("/next")).toBe("GET /next");
  });

  it("that wait for a connection are sent when all others were closed", async () => {
    const { send } = await listen((socket, connection) => {
      if (connection <= 16) socket.once("data", () => socket.destroy());
      else echo(socket);
    });
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => send(`/${i}`)));
    expect(results.filter(({ status }) => status === "rejected").length).toBe(16);
    expect(results.slice(16).map((result) => (result.status === "fulfilled" ? result.value : ""))).toEqual([
      "GET /16",
      "GET /17",
      "GET /18",
      "GET /19",
    ]);
  });

  it("answered with what is no HTTP fail", async () => {
    const { send } = await listen((socket) => socket.once("data", () => socket.end("nonsense\r\n\r\n")));
    await expect(send("/")).rejects.toThrow("no HTTP answer");
  });

  it("to a port where nobody listens fail with the system's code", async () => {
    const { send } = await listen(echo);
    await new Promise((resolve) => opened.pop()?.close(resolve));
    await expect(send("/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("with a line break in a header are not sent", async () => {
    const { send } = await listen(echo);
    await expect(send("/", { headers: { host: "x", a: "b\r\nevil: c" } })).rejects.toThrow("line break");
    expect(await send("/after")).toBe("GET /after");
  });
});
