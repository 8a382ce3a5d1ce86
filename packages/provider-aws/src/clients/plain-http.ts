import { connect, type Socket } from "node:net";
import { type HttpAnswer, type HttpRequest, type HttpSender, RESPONSE_TIMEOUT_MS } from "./request.ts";
import { responseReader } from "./response-reader.ts";
import { requestTarget } from "./signer.ts";

/**
 * HTTP/1.1 without TLS, which is how the embedded cloud is reached. `node:http` does much more than is needed between two processes
 * of one machine: a request costs a third of it here, and what it consists of need not be loaded.
 */

/** More would only queue up in the cloud, which answers in turn. */
const CONNECTIONS_MAX = 16;

interface Exchange {
  readonly request: HttpRequest;
  readonly head: string;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Connection {
  readonly socket: Socket;
  run(exchange: Exchange): void;
}

export function createPlainSender(): HttpSender {
  const pools = new Map<string, Pool>();
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        const head = requestHead(request);
        const host = request.hostname.replace(/^\[|\]$/g, "");
        const port = request.port ?? 80;
        let pool = pools.get(`${host}:${port}`);
        if (pool === undefined) {
          pool = new Pool(host, port);
          pools.set(`${host}:${port}`, pool);
        }
        pool.add({ request, head, resolve, reject });
      }),
    close() {
      for (const pool of pools.values()) pool.close();
      pools.clear();
    },
  };
}

/** Connections to one address. An idle one does not keep the process alive. */
class Pool {
  readonly #host: string;
  readonly #port: number;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #waiting: Exchange[] = [];

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  add(exchange: Exchange): void {
    const connection = this.#idle.pop() ?? (this.#all.size < CONNECTIONS_MAX ? this.#open() : undefined);
    if (connection === undefined) this.#waiting.push(exchange);
    else start(connection, exchange);
  }

  close(): void {
    for (const { socket } of this.#all) socket.destroy();
  }

  #open(): Connection {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    const connection: Connection = openConnection(socket, {
      free: () => {
        const next = this.#waiting.shift();
        if (next !== undefined) return connection.run(next);
        socket.unref();
        this.#idle.push(connection);
      },
      gone: () => {
        this.#all.delete(connection);
        const at = this.#idle.indexOf(connection);
        if (at >= 0) this.#idle.splice(at, 1);
        const next = this.#waiting.shift();
        if (next !== undefined) this.add(next);
      },
    });
    this.#all.add(connection);
    return connection;
  }
}

function start(connection: Connection, exchange: Exchange): void {
  connection.socket.ref();
  connection.run(exchange);
}

function openConnection(socket: Socket, owner: { free(): void; gone(): void }): Connection {
  let current: Exchange | undefined;
  let reader: ReturnType<typeof responseReader> | undefined;
  const fail = (error: Error) => {
    const failed = current;
    current = undefined;
    socket.destroy();
    failed?.reject(error);
  };
  const finish = (answer: HttpAnswer, isKept: boolean) => {
    const done = current;
    current = undefined;
    if (isKept) owner.free();
    else socket.destroy();
    done?.resolve(answer);
  };
  const take = (read: () => ReturnType<NonNullable<typeof reader>["push"]>) => {
    try {
      const found = read();
      if (found !== undefined) finish(found.answer, found.isKept);
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
  socket.setTimeout(RESPONSE_TIMEOUT_MS, () => fail(broken("no answer in time", "ETIMEDOUT")));
  socket.on("data", (chunk) => {
    // What comes without having been asked for ends the connection: nobody can say whose answer it is.
    if (current === undefined) socket.destroy();
    else take(() => reader?.push(chunk));
  });
  socket.on("end", () => {
    if (current !== undefined) take(() => reader?.end());
    socket.destroy();
  });
  socket.on("error", fail);
  socket.on("close", () => {
    fail(broken("the connection was closed before the answer", "ECONNRESET"));
    owner.gone();
  });
  return {
    socket,
    run(exchange) {
      current = exchange;
      reader = responseReader(exchange.request.method);
      const { head } = exchange;
      const { body } = exchange.request;
      if (body === undefined || typeof body === "string") socket.write(head + (body ?? ""));
      else {
        socket.cork();
        socket.write(head, "latin1");
        socket.write(body);
        socket.uncork();
      }
    },
  };
}

function broken(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Throws Error for a header that would end its line: nothing that a value says may become a header of its own. */
function requestHead(request: HttpRequest): string {
  const lines = [`${request.method} ${requestTarget(request)} HTTP/1.1`];
  for (const [name, value] of Object.entries(request.headers)) lines.push(`${name}: ${value}`);
  const head = lines.join("\r\n");
  if (head.split("\n").length !== lines.length || head.includes("\0")) throw new Error("a line break in a header's value");
  return `${head}\r\n\r\n`;
}
