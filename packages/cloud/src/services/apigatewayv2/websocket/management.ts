import type { IncomingMessage, ServerResponse } from "node:http";
import { type Ctx, type IamRequest, ServiceError } from "../../../core/service.ts";
import { BodyTooLarge, jsonAnswer, readBody, sendAnswer } from "../../lambda/http-event.ts";
import { liveState } from "../live.ts";
import { type Owner, ownerKey } from "../store.ts";
import { type Connection, PAYLOAD_BYTES_MAX } from "./connection.ts";
import { close, sendBytes } from "./lifetime.ts";

/** The operations of the management API, as the service and on an API's own port. https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html (read 2026-11-21) */
interface Id {
  readonly ConnectionId?: string;
}

const gone = () => new ServiceError("GoneException", 410, "");

function need(ctx: Ctx, id: string | undefined): Connection {
  const found = liveState(ctx).connections.get(id ?? "");
  if (found === undefined || found.closing !== undefined) throw gone();
  return found;
}

export function postToConnection(ctx: Ctx, input: Id & { readonly Data?: Uint8Array }): object {
  const data = input.Data ?? new Uint8Array(0);
  if (data.length === 0)
    throw new ServiceError(
      "BadRequestException",
      400,
      "1 validation error detected: Value null at 'data' failed to satisfy constraint: Member must not be null",
    );
  if (data.length > PAYLOAD_BYTES_MAX)
    throw new ServiceError("PayloadTooLargeException", 413, "The data has exceeded the maximum size allowed.");
  const connection = need(ctx, input.ConnectionId);
  ctx.after((after) => sendBytes(after, connection, data));
  return {};
}

export function getConnection(ctx: Ctx, input: Id): object {
  const connection = need(ctx, input.ConnectionId);
  return {
    ConnectedAt: new Date(connection.connectedMs),
    Identity: { SourceIp: connection.sourceIp, UserAgent: connection.userAgent },
    LastActiveAt: new Date(connection.lastActiveMs),
  };
}

export function deleteConnection(ctx: Ctx, input: Id): object {
  const connection = need(ctx, input.ConnectionId);
  ctx.after(() => close(connection, 1000, "Connection Closed Normally"));
  return {};
}

const PATH = /^\/(?:_aws\/execute-api\/([a-z0-9]+)\/)?([^/]+)?\/?@connections\/([^/?]+)/;

/** `execute-api:ManageConnections` on the connection's stage; of one that has gone the address says which API was meant. */
export function manageConnections(method: string) {
  return (ctx: Ctx, input: Id): IamRequest => {
    const connection = liveState(ctx).connections.get(input.ConnectionId ?? "");
    const match = PATH.exec(ctx.http?.path ?? "");
    const apiId = connection?.api.ApiId ?? match?.[1] ?? (ctx.http?.host ?? "").split(".")[0];
    const stage = connection?.stageName ?? match?.[2] ?? "*";
    const { account, region } = connection ?? ctx;
    const resource = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${method}/@connections/${input.ConnectionId}`;
    return { action: "execute-api:ManageConnections", resources: [resource] };
  };
}

const OPERATIONS: { readonly [method: string]: (ctx: Ctx, input: Id & { readonly Data?: Uint8Array }) => object } = {
  POST: postToConnection,
  GET: getConnection,
  DELETE: deleteConnection,
};

/** `/stage/@connections/ID` on an API's own port: the path's connection id, or undefined. */
export const managedConnection = (path: string): string | undefined => {
  const id = PATH.exec(path)?.[3];
  return id === undefined ? undefined : decodeURIComponent(id);
};

/** The same operations where no model speaks for them: signature, policy, answer. */
export async function serveManagement(
  edge: Ctx,
  apiId: string,
  connectionId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const owner = edge.snapshot((store) => store.get<Owner>(ownerKey(apiId)));
    const method = request.method ?? "GET";
    const operation = OPERATIONS[method];
    if (owner === undefined || operation === undefined) throw new ServiceError("ForbiddenException", 403, "Forbidden");
    const body = await readBody(request, PAYLOAD_BYTES_MAX);
    const ctx = edge.with(owner);
    const { action = "", resources = [] } = manageConnections(method)(ctx, { ConnectionId: connectionId });
    ctx.authorize(edge.identify(body), { action, resource: resources[0] ?? "*" });
    const output = operation(ctx, { ConnectionId: connectionId, Data: body }) as Record<string, unknown>;
    if (method === "DELETE") sendAnswer(response, { status: 204, headers: {}, body: Buffer.alloc(0) });
    else sendAnswer(response, jsonAnswer(200, camelCased(output)));
  } catch (error) {
    const known =
      error instanceof BodyTooLarge
        ? new ServiceError("PayloadTooLargeException", 413, "The data has exceeded the maximum size allowed.")
        : error;
    if (!(known instanceof ServiceError)) throw known;
    sendAnswer(response, jsonAnswer(known.status, { message: known.message }, { "x-amzn-errortype": known.code }));
  }
}

/** Member names as they stand on the wire. */
function camelCased(value: Record<string, unknown>): Record<string, unknown> {
  const inner = (each: unknown): unknown =>
    each instanceof Date
      ? each.toISOString()
      : typeof each === "object" && each !== null
        ? camelCased(each as Record<string, unknown>)
        : each;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name[0]?.toLowerCase() + name.slice(1), inner(each)]));
}
