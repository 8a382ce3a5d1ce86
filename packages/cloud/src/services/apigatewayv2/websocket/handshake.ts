import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Api } from "@aws-sdk/client-apigatewayv2";
import { type WebSocket, WebSocketServer } from "ws";
import { refuseUpgrade } from "../../../core/refuse-upgrade.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { headersOf } from "../../lambda/http-event.ts";
import { isDisabled } from "../plane/custom-domains.ts";
import { callAuthorizer } from "../plane/functions.ts";
import { readAnswer } from "../plane/lambda-authorizer.ts";
import { type Addressed, findStage, splitOnce } from "../plane/stages.ts";
import { type Collections, keyOf, type Owner, ownerKey } from "../store.ts";
import { type Caller, PAYLOAD_BYTES_MAX } from "./connection.ts";
import { type Chosen, choose, dispatch } from "./dispatch.ts";
import { authorizerEvent, type Occasion } from "./events.ts";
import { expressionValue } from "./expressions.ts";
import { routeArn } from "./integrate.ts";
import { serveConnection } from "./serve.ts";

/** A WebSocket handshake: stage, $connect's authorizer and integration, then the connection. Developer guide, "Manage connected users and client apps: $connect and $disconnect routes". */
export interface Handshake {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Ends a handshake with an HTTP answer. */
class RefusedHandshake extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function openConnection(edge: Ctx, addressed: Addressed, handshake: Handshake): Promise<void> {
  try {
    await open(edge, addressed, handshake);
  } catch (error) {
    if (!(error instanceof RefusedHandshake)) throw error;
    refuseUpgrade(handshake.socket, error.status, JSON.stringify({ message: error.message }), {
      "x-amzn-RequestId": edge.requestId,
    });
  }
}

async function open(edge: Ctx, addressed: Addressed, handshake: Handshake): Promise<void> {
  const owner = edge.snapshot((store) => store.get<Owner>(ownerKey(addressed.apiId)));
  if (owner === undefined) throw new RefusedHandshake(403, "Forbidden");
  const ctx = edge.with(owner);
  const api = ctx.store.get<Collections["api"]>(keyOf(owner, "api", addressed.apiId))?.value;
  const [path, rawQuery] = splitOnce(addressed.url);
  const found = findStage(ctx, addressed, owner, path);
  if (api?.ProtocolType !== "WEBSOCKET" || found === undefined || isDisabled(ctx, owner, addressed))
    throw new RefusedHandshake(403, "Forbidden");
  const stage = found.stage.value;
  const caller = callerOf(ctx, owner, api, stage.StageName ?? "", handshake.request);
  const occasion: Occasion = {
    type: "CONNECT",
    routeKey: "$connect",
    requestId: ctx.requestId,
    atMs: ctx.now(),
    stage,
    caller,
    rawHeaders: handshake.request.rawHeaders,
    rawQuery,
  };
  const chosen = choose(ctx, caller, stage, "$connect");
  const authorizer = chosen === undefined ? undefined : await authorize(edge, ctx, occasion, chosen);
  const protocol =
    chosen === undefined ? undefined : await connect(ctx, { ...occasion, ...(authorizer && { authorizer }) }, chosen);
  const socket = await accept(handshake, protocol);
  serveConnection(ctx, { ...caller, socket, ...(authorizer === undefined ? {} : { authorizer }) });
}

/** Events name the host as AWS does: functions build the management API's address from it, which leads to this cloud. */
function callerOf(ctx: Ctx, owner: Owner, api: Api, stageName: string, request: IncomingMessage): Caller {
  const headers = headersOf(request);
  const now = ctx.now();
  return {
    ...owner,
    id: `${Buffer.from(ctx.random.bytes(11)).toString("base64url")}=`,
    api,
    stageName,
    connectedMs: now,
    lastActiveMs: now,
    sourceIp: (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, ""),
    userAgent: headers["user-agent"] ?? "",
    domainName: `${api.ApiId}.execute-api.${owner.region}.amazonaws.com`,
    headers,
  };
}

/** The authorizer's context for events; undefined where the route is open. Throws RefusedHandshake. */
async function authorize(edge: Ctx, ctx: Ctx, occasion: Occasion, { route, authorizer }: Chosen) {
  const type = route.AuthorizationType ?? "NONE";
  if (type === "NONE") return undefined;
  if (type === "AWS_IAM") {
    try {
      ctx.authorize(edge.identify(), { action: "execute-api:Invoke", resource: routeArn(occasion) });
      return undefined;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new RefusedHandshake(403, error.message === "" ? "Forbidden" : error.message);
    }
  }
  const missing = (authorizer?.IdentitySource ?? []).some((source) => (expressionValue(occasion, source) ?? "") === "");
  if (missing) throw new RefusedHandshake(401, "Unauthorized");
  const began = performance.now();
  const placed = { ...occasion.caller, stage: occasion.stage };
  const arn = routeArn(occasion);
  const outcome = await callAuthorizer(ctx, placed, authorizer, authorizerEvent(occasion, arn));
  if (outcome.kind === "unauthorized") throw new RefusedHandshake(401, "Unauthorized");
  const answer = outcome.kind === "answer" ? readAnswer(outcome.text, false) : undefined;
  if (answer === undefined) {
    ctx.hint(`API ${occasion.caller.api.ApiId}: authorizer ${authorizer?.Name} failed or gave no policy; $connect answers 500`);
    throw new RefusedHandshake(500, "Internal server error");
  }
  if (!answer.allows(arn))
    throw new RefusedHandshake(403, "User is not authorized to access this resource with an explicit deny");
  return {
    ...answer.context,
    principalId: answer.principalId,
    integrationLatency: Math.round(performance.now() - began),
  };
}

/** The subprotocol that $connect's integration chose. Throws RefusedHandshake when it says no. */
async function connect(ctx: Ctx, occasion: Occasion, chosen: Chosen): Promise<string | undefined> {
  const outcome = await dispatch(ctx, occasion, chosen);
  switch (outcome.kind) {
    case "nothing":
      return undefined;
    case "throttled":
      throw new RefusedHandshake(429, "Too Many Requests");
    case "failed":
      throw new RefusedHandshake(outcome.status, "Internal server error");
    case "answer": {
      const { status, headers } = outcome.answer;
      if (status < 200 || status > 299) throw new RefusedHandshake(status, outcome.answer.body || "Forbidden");
      return headers["sec-websocket-protocol"];
    }
  }
}

function accept({ request, socket, head }: Handshake, protocol: string | undefined): Promise<WebSocket> {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: PAYLOAD_BYTES_MAX,
    clientTracking: false,
    handleProtocols: (offered) => (protocol !== undefined && offered.has(protocol) ? protocol : false),
  });
  return new Promise((resolve, reject) => {
    socket.once("close", () => reject(new RefusedHandshake(400, "the client went away")));
    server.on("wsClientError", (error) => reject(new RefusedHandshake(400, error.message)));
    server.handleUpgrade(request, socket, head, resolve);
  });
}
