/** Calls of a running plugin, typed by the protocol's tables. */
import type { Client } from "@grpc/grpc-js";
import { type Codec, type MethodName, methodsOf, type Plain, type ProtocolVersion } from "../wire/messages.ts";

/** `decode`: another reading of the answer than the protocol's table has. */
export type Call = (method: MethodName, request: Plain, decode?: Codec) => Promise<Plain>;

/** A failed call: gRPC's status code and text. */
export class CallFailed extends Error {
  readonly code: number;
  constructor(method: string, code: number, text: string) {
    super(`${method}: ${text}`);
    this.name = "CallFailed";
    this.code = code;
  }
}

/** gRPC: the other end is gone. */
export const UNAVAILABLE = 14;

/** Calls over a connection. They reject with `CallFailed` when the other end fails, also by dying. */
export function callsOf(client: Client, version: ProtocolVersion): Call {
  const methods = methodsOf(version);
  return (name, request, decode) => {
    const { path, request: codec, response } = methods[name];
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        (value: Plain) => codec.encode(value),
        (bytes: Buffer) => (decode ?? response).decode(bytes),
        request,
        (error, answer) => {
          if (error !== null) reject(new CallFailed(name, error.code, error.details));
          else resolve(answer ?? {});
        },
      );
    });
  };
}
