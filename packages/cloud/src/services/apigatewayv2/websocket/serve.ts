import { randomUuid } from "@dovetail/model";
import type { RawData } from "ws";
import type { Ctx } from "../../../core/service.ts";
import { type Connection, FRAME_BYTES_MAX } from "./connection.ts";
import { answersClient, choose, dispatch, stageOf } from "./dispatch.ts";
import type { Occasion } from "./events.ts";
import { selectRoute } from "./expressions.ts";
import { FrameScanner } from "./frame-scanner.ts";
import { close, sendBytes, watch } from "./lifetime.ts";

/** An open connection: messages to routes, answers back, and $disconnect at its end. */
const TOO_BIG = 1009;
const NO_STATUS = 1005;
const ABNORMAL = 1006;

const REASONS: { readonly [code: number]: string } = {
  [NO_STATUS]: "Client-side close frame status not set",
  [ABNORMAL]: "Connection Closed Abnormally",
};

export function serveConnection(ctx: Ctx, connection: Connection): void {
  const unwatch = watch(ctx, connection);
  const { socket } = connection;
  const scanner = new FrameScanner(FRAME_BYTES_MAX);
  const raw = rawSocketOf(socket);
  const scan = (chunk: Buffer) => {
    if (!scanner.push(chunk)) return;
    raw?.off("data", scan);
    close(connection, TOO_BIG, "Frame size exceeds limit");
  };
  raw?.prependListener("data", scan);
  socket.on("message", (data, isBinary) => {
    connection.lastActiveMs = ctx.now();
    if (connection.closing === undefined) ctx.after((after) => receive(after, connection, data, isBinary));
  });
  socket.on("ping", () => {
    connection.lastActiveMs = ctx.now();
  });
  // A frame over the limit or against the protocol: ws closes it by itself, with the code that AWS has for it.
  socket.on("error", () => {});
  socket.on("close", (code, reason) => {
    unwatch();
    raw?.off("data", scan);
    const end = connection.closing ?? { code, reason: reason.toString("utf8") || (REASONS[code] ?? "") };
    ctx.after((after) => disconnected(after, connection, end));
  });
}

/** The socket below, for what ws doesn't tell. */
function rawSocketOf(socket: object): NodeJS.ReadableStream | undefined {
  const raw: unknown = Reflect.get(socket, "_socket");
  return typeof raw === "object" && raw !== null && "prependListener" in raw ? (raw as NodeJS.ReadableStream) : undefined;
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

async function receive(ctx: Ctx, connection: Connection, data: RawData, isBinary: boolean): Promise<void> {
  const stage = stageOf(ctx, connection);
  if (stage === undefined) return close(connection, 1001, "Going away");
  const bytes = bytesOf(data);
  const requestId = randomUuid(ctx.random);
  const body = { text: bytes.toString(isBinary ? "base64" : "utf8"), isBase64: isBinary };
  const draft: Occasion = { type: "MESSAGE", routeKey: "$default", requestId, atMs: ctx.now(), stage, caller: connection, body };
  const key = selectRoute(connection.api.RouteSelectionExpression ?? "", draft);
  const isReserved = key === "$connect" || key === "$disconnect";
  const chosen =
    (key === undefined || isReserved ? undefined : choose(ctx, connection, stage, key)) ??
    choose(ctx, connection, stage, "$default");
  if (chosen === undefined) return complain(ctx, connection, requestId, "Forbidden");
  const occasion = { ...draft, routeKey: chosen.route.RouteKey ?? "$default" };
  const outcome = await dispatch(ctx, occasion, chosen);
  if (outcome.kind === "throttled") complain(ctx, connection, requestId, "Too Many Requests");
  else if (outcome.kind === "failed") complain(ctx, connection, requestId, "Internal server error");
  else if (outcome.kind === "answer" && outcome.answer.body !== "" && answersClient(ctx, connection, chosen.route))
    sendBytes(ctx, connection, Buffer.from(outcome.answer.body));
}

function complain(ctx: Ctx, connection: Connection, requestId: string, message: string): void {
  sendBytes(ctx, connection, Buffer.from(JSON.stringify({ message, connectionId: connection.id, requestId })));
}

/** Best effort, as on AWS: nobody hears of its failure. */
async function disconnected(ctx: Ctx, connection: Connection, end: { code: number; reason: string }): Promise<void> {
  const stage = stageOf(ctx, connection);
  const chosen = stage === undefined ? undefined : choose(ctx, connection, stage, "$disconnect");
  if (stage === undefined || chosen === undefined) return;
  const requestId = randomUuid(ctx.random);
  const occasion: Occasion = {
    type: "DISCONNECT",
    routeKey: "$disconnect",
    requestId,
    atMs: ctx.now(),
    stage,
    caller: connection,
    end,
  };
  await dispatch(ctx, occasion, chosen);
}
