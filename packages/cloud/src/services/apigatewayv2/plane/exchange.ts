import type { Api, Authorizer, Integration, Route, Stage } from "@aws-sdk/client-apigatewayv2";
import type { Principal } from "../../../core/service.ts";
import type { HttpAnswer, HttpInput } from "../../lambda/http-event.ts";

/** One request to an HTTP API on its way through the data plane. */
export interface Exchange {
  readonly api: Api;
  readonly stage: Stage;
  readonly account: string;
  readonly region: string;
  readonly input: HttpInput;
  /** As the client spelled them, for payload format 1.0. */
  readonly rawHeaders: readonly string[];
  readonly protocol: string;
  readonly requestId: string;
  readonly timeMs: number;
  readonly domainName: string;
  /** What a custom domain's mapping cut off the path; events show it in place of the stage. */
  readonly domainPath?: string;
  /** Who signed the request; throws ServiceError. */
  readonly identify: () => Principal;
  route?: Route;
  parameters: { readonly [name: string]: string };
  integration?: Integration;
  authorizer?: Authorizer;
  authorization?: Authorization;
  /** For access logs and metrics. */
  integrationLatencyMs?: number;
  integrationStatus?: number;
  integrationError?: string;
  authorizerError?: string;
}

/** What an authorizer found out about the caller. */
export type Authorization =
  | { readonly kind: "jwt"; readonly claims: { readonly [name: string]: string }; readonly scopes: readonly string[] | null }
  | { readonly kind: "lambda"; readonly context: { readonly [name: string]: unknown }; readonly principalId?: string };

/** Ends a request with the gateway's own answer. */
export class Refused extends Error {
  readonly answer: HttpAnswer;
  constructor(answer: HttpAnswer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

export function refuse(status: number, message: string, headers: { readonly [name: string]: string } = {}): Refused {
  return new Refused({
    status,
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.from(JSON.stringify({ message })),
  });
}

export const routeKeyOf = (exchange: Exchange): string => exchange.route?.RouteKey ?? "$default";

/** The path as events show it: with the stage in front, unless it is $default; by a custom domain with the mapping's path. */
export function pathWithStage(exchange: Exchange): string {
  if (exchange.domainPath !== undefined) return exchange.domainPath + exchange.input.path;
  const stage = exchange.stage.StageName ?? "$default";
  return stage === "$default" ? exchange.input.path : `/${stage}${exchange.input.path}`;
}

/** `arn:aws:execute-api:R:A:API/STAGE/METHOD/PATH`, of the request as it was made. */
export function requestArn(exchange: Exchange): string {
  const { region, account, api, stage, input } = exchange;
  return `arn:aws:execute-api:${region}:${account}:${api.ApiId}/${stage.StageName}/${input.method}${input.path}`;
}

/** The same with the route's path, which is what function policies are asked about: `…/STAGE/METHOD/pets/{id}`. */
export function routeArn(exchange: Exchange): string {
  const { region, account, api, stage } = exchange;
  const key = routeKeyOf(exchange);
  const rest =
    key === "$default" ? "$default" : `${key.split(" ")[0] === "ANY" ? "*" : key.split(" ")[0]}${key.split(" ")[1] ?? "/"}`;
  return `arn:aws:execute-api:${region}:${account}:${api.ApiId}/${stage.StageName}/${rest}`;
}
