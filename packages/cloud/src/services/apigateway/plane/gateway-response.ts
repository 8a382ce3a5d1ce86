import type { GatewayResponse } from "@aws-sdk/client-api-gateway";
import type { HttpAnswer } from "../../lambda/http-event.ts";
import { contextVariables, flattened } from "./context.ts";
import { type Exchange, GATEWAY_RESPONSES, type Refused } from "./exchange.ts";

/** What the gateway itself answers: AWS's bodies, or those that the API's gateway responses make of them. Pure. Developer guide, "Gateway responses in API Gateway" (read 2026-11-21). */

/** The response that the API set for the type, else for its class. */
function customized(all: readonly GatewayResponse[], refused: Refused): GatewayResponse | undefined {
  const fallback = refused.status >= 500 ? "DEFAULT_5XX" : "DEFAULT_4XX";
  return all.find((each) => each.responseType === refused.type) ?? all.find((each) => each.responseType === fallback);
}

/** AWS's own bodies: a policy's refusal is told with a capital letter, what the integration did with a space. */
function plainBody(refused: Refused): string {
  const text = JSON.stringify(refused.text);
  if (refused.type === "ACCESS_DENIED") return `{"Message":${text}}`;
  return refused.type === "INTEGRATION_FAILURE" || refused.type === "INTEGRATION_TIMEOUT"
    ? `{"message": ${text}}`
    : `{"message":${text}}`;
}

export function gatewayAnswer(exchange: Exchange, refused: Refused): HttpAnswer {
  const headers: { [name: string]: string } = { "x-amzn-errortype": GATEWAY_RESPONSES[refused.type][1] };
  const own = customized(exchange.frozen.responses, refused);
  const variables = flattened(contextVariables({ ...exchange, error: refused }));
  const { status, types, template } = chosenTemplate(own, refused, exchange);
  for (const [target, source] of Object.entries(own?.responseParameters ?? {})) {
    const name = /^gatewayresponse\.header\.(.+)$/.exec(target)?.[1]?.toLowerCase();
    const value = mapped(source, exchange, variables);
    if (name !== undefined && value !== undefined) headers[name] = value;
  }
  const body =
    template === undefined
      ? plainBody(refused)
      : template.replace(/\$(context|stageVariables)\.([A-Za-z0-9_.]+)/g, (_all, kind: string, name: string) =>
          kind === "context" ? (variables[name] ?? "") : (exchange.stage.variables?.[name] ?? ""),
        );
  return { status, headers: { "content-type": types, ...headers }, body: Buffer.from(body) };
}

function chosenTemplate(own: GatewayResponse | undefined, refused: Refused, exchange: Exchange) {
  const templates = Object.entries(own?.responseTemplates ?? {});
  const accepted = exchange.input.headers.accept?.split(",")[0]?.trim();
  const [types, template] =
    templates.find(([type]) => type === accepted) ??
    templates.find(([type]) => type === "application/json") ??
    templates[0] ??
    [];
  return {
    status: own?.statusCode === undefined ? refused.status : Number(own.statusCode),
    types: types ?? "application/json",
    template,
  };
}

function mapped(source: string, exchange: Exchange, variables: { readonly [name: string]: string }): string | undefined {
  if (/^'.*'$/s.test(source)) return source.slice(1, -1);
  const [, kind, name = ""] =
    /^(context|stageVariables|method\.request\.header|method\.request\.querystring|method\.request\.path)\.(.+)$/.exec(source) ??
    [];
  if (kind === "context") return variables[name];
  if (kind === "stageVariables") return exchange.stage.variables?.[name];
  if (kind === "method.request.header") return exchange.input.headers[name.toLowerCase()];
  if (kind === "method.request.querystring") return new URLSearchParams(exchange.input.rawQuery).get(name) ?? undefined;
  return kind === "method.request.path" ? exchange.parameters[name] : undefined;
}
