import type { Ctx } from "../../../core/service.ts";
import { liveState } from "../live.ts";
import type { Connection } from "./connection.ts";

/** A connection's limits of time, ten minutes idle and two hours in all by the cloud's clock (API Gateway quotas, read 2026-11-21), and what is done to it. */
const IDLE_MS = 10 * 60_000;
const LIFE_MS = 2 * 3_600_000;
const GOING_AWAY = { code: 1001, reason: "Going away" };

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
