import type { Api, Stage } from "@aws-sdk/client-apigatewayv2";
import type { WebSocket } from "ws";
import type { Ctx } from "../../../core/service.ts";
import { liveState } from "../live.ts";
import type { Owner } from "../store.ts";

/** One WebSocket connection and its limits of time: ten minutes idle, two hours in all, by the cloud's clock (API Gateway quotas, read 2026-11-21). */
export interface Connection extends Owner {
  readonly id: string;
  readonly api: Api;
  readonly stageName: string;
  readonly connectedMs: number;
  lastActiveMs: number;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly domainName: string;
  readonly headers: { readonly [name: string]: string };
  readonly authorizer?: { readonly [name: string]: unknown };
  readonly socket: WebSocket;
  /** Why the gateway itself closes it, for the $disconnect event. */
  closing?: { readonly code: number; readonly reason: string };
}

export const PAYLOAD_BYTES_MAX = 128 * 1024;
export const FRAME_BYTES_MAX = 32 * 1024;
const IDLE_MS = 10 * 60_000;
const LIFE_MS = 2 * 3_600_000;
const GOING_AWAY = { code: 1001, reason: "Going away" };

/** What a handler has of a connection before its socket is open. */
export type Caller = Omit<Connection, "socket">;

export function close(connection: Connection, code: number, reason: string): void {
  connection.closing ??= { code, reason };
  connection.socket.close(code, reason);
}

/** Registers an open connection and starts its clocks; answers what ends both. */
export function watch(ctx: Ctx, connection: Connection): () => void {
  const { connections } = liveState(ctx);
  connections.set(connection.id, connection);
  let cancelIdle = () => {};
  const cancelLife = ctx.clock.at(connection.connectedMs + LIFE_MS, () => close(connection, GOING_AWAY.code, GOING_AWAY.reason));
  const armIdle = () => {
    cancelIdle = ctx.clock.at(connection.lastActiveMs + IDLE_MS, () => {
      if (ctx.now() - connection.lastActiveMs >= IDLE_MS) close(connection, GOING_AWAY.code, GOING_AWAY.reason);
      else armIdle();
    });
  };
  armIdle();
  return () => {
    cancelIdle();
    cancelLife();
    connections.delete(connection.id);
  };
}

/** Text where the bytes are text, else a binary message. */
export function sendBytes(ctx: Ctx, connection: Connection, bytes: Uint8Array): void {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(buffer);
  connection.lastActiveMs = ctx.now();
  connection.socket.send(isText ? text : buffer, { binary: !isText });
}

/** Where a stage's connections live, for events and ARNs. */
export const stageOf = (connection: Pick<Connection, "stageName">): Pick<Stage, "StageName"> => ({
  StageName: connection.stageName,
});
