/**
 * Our provider for the real terraform and tofu: a gRPC server of protocol 6 on a loopback port, found by them through
 * `TF_REATTACH_PROVIDERS` (go-plugin's reattach: no handshake, no process of theirs to start). They connect once for every
 * `provider` block, so each connection has a provider of its own, with its own configuration.
 */
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { Server, ServerCredentials, type ServerUnaryCall, status } from "@grpc/grpc-js";
import { diagnosticsTo } from "../wire/diagnostics.ts";
import { METHODS, type Method, type MethodName, methodsOf, type Plain } from "../wire/messages.ts";
import { answersOf } from "./answers.ts";
import type { Answers } from "./beyond-resources.ts";

export interface ServedProvider {
  /** The value of one provider in `TF_REATTACH_PROVIDERS`. */
  readonly reattach: {
    readonly Protocol: "grpc";
    readonly ProtocolVersion: 6;
    readonly Pid: number;
    readonly Test: true;
    readonly Addr: { readonly Network: "tcp"; readonly String: string };
  };
  close(): Promise<void>;
}

const MESSAGE_BYTES_MAX = 256 * 1024 * 1024;

/** Serves providers that nobody has configured yet: the callers do, over the wire. `pid`: of the process that serves. */
export async function serveProvider(make: () => Provider, pid: number): Promise<ServedProvider> {
  const server = new Server({
    "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
    "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
  });
  const methods = methodsOf(6);
  const names = Object.keys(METHODS) as MethodName[];
  const connections = new Map<string, { readonly provider: Provider; readonly answers: Answers }>();
  const answersFor = (peer: string): Answers => {
    const known = connections.get(peer);
    if (known !== undefined) return known.answers;
    const provider = make();
    const answers = answersOf(provider);
    connections.set(peer, { provider, answers });
    return answers;
  };
  server.addService(
    Object.fromEntries(names.map((name) => [name, definitionOf(methods[name])])),
    Object.fromEntries(names.map((name) => [name, handlerOf(name, (peer) => answersFor(peer)[name])])),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    reattach: {
      Protocol: "grpc",
      ProtocolVersion: 6,
      Pid: pid,
      Test: true,
      Addr: { Network: "tcp", String: `127.0.0.1:${port}` },
    },
    async close() {
      server.forceShutdown();
      for (const { provider } of connections.values()) await provider.close();
    },
  };
}

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
function handlerOf(name: MethodName, answerFor: (peer: string) => Answers[MethodName]) {
  return (
    call: ServerUnaryCall<Plain, Plain>,
    reply: (error: { code: number; details: string } | null, value?: Plain) => void,
  ): void => {
    const answer = answerFor(call.getPeer());
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
