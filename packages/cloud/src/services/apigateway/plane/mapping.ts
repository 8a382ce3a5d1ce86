import { decode } from "../../apigatewayv2/plane/route-table.ts";
import type { HttpAnswer } from "../../lambda/http-event.ts";
import { jsonPath } from "../template/json-path.ts";
import { parseTemplate } from "../template/parse.ts";
import { type Rendered, render, type TemplateInput } from "../template/render.ts";
import { TemplateError } from "../template/syntax.ts";
import { contextVariables, flattened } from "./context.ts";
import { type Exchange, misconfigured, Refused } from "./exchange.ts";

/** Parameter mappings and mapping templates between method and integration. Pure. Developer guide, "Data mapping reference" (read 2026-11-21). */

const one = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === "string" ? value : value?.join(",");

function member(body: Buffer, path: string): string | undefined {
  try {
    const found = jsonPath(JSON.parse(body.toString("utf8")), `$.${path}`);
    return found === undefined ? undefined : typeof found === "string" ? found : JSON.stringify(found);
  } catch {
    return undefined;
  }
}

/** The value of one mapping expression; undefined where there is nothing to map. */
export function mapped(exchange: Exchange, source: string, answer?: HttpAnswer): string | undefined {
  if (/^'.*'$/s.test(source)) return source.slice(1, -1);
  const { input, parameters, stage } = exchange;
  const body = answer?.body ?? input.body;
  if (/^(method\.request|integration\.response)\.body$/.test(source)) return body.toString("utf8");
  const [, kind = "", name = ""] =
    /^(method\.request\.[a-z]+|integration\.response\.[a-z]+|context|stageVariables)\.(.+)$/.exec(source) ?? [];
  switch (kind) {
    case "method.request.header":
    case "method.request.multivalueheader":
      return input.headers[name.toLowerCase()];
    case "method.request.querystring":
      return new URLSearchParams(input.rawQuery).get(name) ?? undefined;
    case "method.request.multivaluequerystring": {
      const all = new URLSearchParams(input.rawQuery).getAll(name);
      return all.length === 0 ? undefined : all.join(",");
    }
    case "method.request.path":
      return parameters[name];
    case "method.request.body":
    case "integration.response.body":
      return member(body, name);
    case "integration.response.header":
    case "integration.response.multivalueheader":
      return one(answer?.headers[name.toLowerCase()]);
    case "stageVariables":
      return stage.variables?.[name];
    case "context":
      return flattened(contextVariables(exchange))[name];
    default:
      return undefined;
  }
}

/** What the integration's request is made of. */
export interface Mapped {
  readonly headers: { [name: string]: string };
  readonly query: URLSearchParams;
  readonly path: { [name: string]: string };
}

export function mapParameters(exchange: Exchange): Mapped {
  const out: Mapped = { headers: {}, query: new URLSearchParams(), path: {} };
  for (const [target, source] of Object.entries(exchange.integration?.requestParameters ?? {})) {
    const [, place = "", name = ""] = /^integration\.request\.([a-z]+)\.(.+)$/.exec(target) ?? [];
    const value = mapped(exchange, source);
    if (value === undefined) continue;
    if (place.endsWith("header")) out.headers[name.toLowerCase()] = value;
    else if (place.endsWith("querystring")) out.query.append(name, value);
    else out.path[name] = value;
  }
  return out;
}

/** Stage variables and path parameters in an integration's URI. */
export function filledUri(exchange: Exchange, path: { readonly [name: string]: string }): string {
  const { stage, parameters } = exchange;
  const uri = (exchange.integration?.uri ?? "").replace(
    /\$\{stageVariables\.([A-Za-z0-9_]+)\}/g,
    (_all, name: string) => stage.variables?.[name] ?? "",
  );
  return uri.replace(/\{([^}+]+)\+?\}/g, (_all, name: string) => path[name] ?? parameters[name] ?? "");
}

function templateInput(exchange: Exchange, body: string): TemplateInput {
  const { input, parameters, rawHeaders, stage } = exchange;
  const header: { [name: string]: string } = {};
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) header[rawHeaders[i] ?? ""] = rawHeaders[i + 1] ?? "";
  return {
    body,
    params: {
      path: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, decode(value)])),
      querystring: Object.fromEntries(new URLSearchParams(input.rawQuery)),
      header,
    },
    context: { ...contextVariables(exchange), ...exchange.overrides },
    stageVariables: stage.variables ?? {},
  };
}

/** Runs a template over a body; what it sets in `$context` is kept for what follows. Throws Refused. */
export function fill(exchange: Exchange, template: string, body: string): Rendered {
  try {
    const rendered = render(parseTemplate(template), templateInput(exchange, body));
    const { requestOverride, responseOverride } = rendered.context;
    exchange.overrides = { requestOverride, responseOverride };
    return rendered;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    exchange.lines.push(`Execution failed due to configuration error: Unable to transform: ${error.message}`);
    throw misconfigured();
  }
}

/** The body for the integration: by the template of the content type, else passed through where the integration lets it. */
export function requestBody(exchange: Exchange): string {
  const { input, integration } = exchange;
  const templates = integration?.requestTemplates ?? {};
  const type = (input.headers["content-type"] ?? "application/json").split(";")[0]?.trim() ?? "application/json";
  const template = templates[type] ?? templates[type.toLowerCase()];
  const body = input.body.toString("utf8");
  if (template !== undefined) return fill(exchange, template, body).text;
  const { passthroughBehavior = "WHEN_NO_MATCH" } = integration ?? {};
  const isRefused =
    passthroughBehavior === "NEVER" || (passthroughBehavior === "WHEN_NO_TEMPLATES" && Object.keys(templates).length > 0);
  if (isRefused) throw new Refused("UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type");
  return body;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** `$context.responseOverride.{status,header}`. */
export function responseOverride(exchange: Exchange): { status?: number; headers: { [name: string]: string } } {
  const { responseOverride: override } = exchange.overrides;
  if (!isObject(override)) return { headers: {} };
  const headers = isObject(override.header) ? override.header : {};
  const status = Number(override.status);
  return {
    ...(Number.isInteger(status) && status >= 100 && status <= 599 ? { status } : {}),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
  };
}
