import type { Api } from "@aws-sdk/client-apigatewayv2";
import type { WebSocket } from "ws";
import type { Owner } from "../store.ts";

/** One WebSocket connection. */
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
/** What a handler has of a connection before its socket is open. */
export type Caller = Omit<Connection, "socket">;
