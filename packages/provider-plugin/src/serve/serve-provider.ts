/**
 * Our provider for the real terraform and tofu: a gRPC server of protocol 6 on a Unix socket, found by them through
 * `TF_REATTACH_PROVIDERS` (go-plugin's reattach: no handshake, no process of theirs to start).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { Server, ServerCredentials, type ServerUnaryCall, status } from "@grpc/grpc-js";
import { diagnosticsTo } from "../wire/diagnostics.ts";
import { METHODS, type Method, type MethodName, methodsOf, type Plain } from "../wire/messages.ts";
import { answersOf } from "./answers.ts";

export interface ServedProvider {
  /** The value of one provider in `TF_REATTACH_PROVIDERS`. */
  readonly reattach: {
    readonly Protocol: "grpc";
    readonly ProtocolVersion: 6;
    readonly Pid: number;
    readonly Test: true;
    readonly Addr: { readonly Network: "unix"; readonly String: string };
  };
  close(): Promise<void>;
}

const MESSAGE_BYTES_MAX = 256 * 1024 * 1024;

/** Serves a provider that nobody has configured yet: the caller does, over the wire. `pid`: of the process that serves. */
export async function serveProvider(provider: Provider, pid: number): Promise<ServedProvider> {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-provider-"));
  const socket = join(folder, "socket");
  const server = new Server({
    "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
    "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
  });
  const methods = methodsOf(6);
  const answers = answersOf(provider);
  const definition = Object.fromEntries(
    (Object.keys(METHODS) as MethodName[]).map((name) => [name, definitionOf(methods[name])]),
  );
  const handlers = Object.fromEntries(
    (Object.keys(METHODS) as MethodName[]).map((name) => {
      const answer = answers[name];
      return [name, handlerOf(name, answer)];
    }),
  );
  server.addService(definition, handlers);
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  return {
    reattach: { Protocol: "grpc", ProtocolVersion: 6, Pid: pid, Test: true, Addr: { Network: "unix", String: socket } },
    async close() {
      server.forceShutdown();
      rmSync(folder, { recursive: true, force: true });
      await provider.close();
    },
  };
}

/** Answers of a call's request; absent where the provider has no such call. */
export type Answer = (request: Plain) => Promise<Plain>;

function definitionOf({ path, request, response }: Method) {
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Plain) => request.encode(value),
    requestDeserialize: (bytes: Buffer) => request.decode(bytes),
    responseSerialize: (value: Plain) => response.encode(value),
    responseDeserialize: (bytes: Buffer) => response.decode(bytes),
  };
}

/** A failure of ours is an error diagnostic of the answer, as terraform shows it; it never ends the server. */
function handlerOf(name: MethodName, answer: Answer | undefined) {
  return (
    call: ServerUnaryCall<Plain, Plain>,
    reply: (error: { code: number; details: string } | null, value?: Plain) => void,
  ): void => {
    if (answer === undefined) {
      reply({ code: status.UNIMPLEMENTED, details: `${name} is not implemented` });
      return;
    }
    answer(call.request).then(
      (value) => reply(null, value),
      (cause: unknown) =>
        reply(null, {
          diagnostics: diagnosticsTo(
            cause instanceof DiagnosticError
              ? cause.diagnostics
              : [errorDiagnostic("DVT9001", "This is a bug in Dovetail", { detail: String(cause) })],
          ),
        }),
    );
  };
}
