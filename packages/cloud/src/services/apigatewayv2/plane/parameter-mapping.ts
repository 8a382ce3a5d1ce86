import type { HttpAnswer, HttpInput } from "../../lambda/http-event.ts";
import type { Exchange } from "./exchange.ts";
import { identityValue } from "./identity-source.ts";

/** Parameter mapping of integrations. Pure. Developer guide, "Transform API requests and responses for HTTP APIs" (read 2026-11-21). */

/** Values may mix text and `${...}` or be one `$request...` expression. `$response.*` only in answers. */
export function expand(exchange: Exchange, template: string, answer?: HttpAnswer): string {
  const one = (expression: string): string => {
    const header = /^response\.header\.(.+)$/.exec(expression);
    if (header !== null) return String(answer?.headers[(header[1] ?? "").toLowerCase()] ?? "");
    if (expression === "request.path") return exchange.input.path;
    if (expression === "request.body" || expression === "response.body")
      return (answer?.body ?? exchange.input.body).toString("utf8");
    if (expression.startsWith("request.body.")) return bodyValue(exchange, expression.slice("request.body.".length));
    return identityValue(exchange, `$${expression}`) ?? "";
  };
  if (/^\$[a-zA-Z]/.test(template)) return one(template.slice(1));
  return template.replace(/\$\{([^}]+)\}/g, (_all, expression: string) => one(expression));
}

/** A member of a JSON body, by names and indices with dots; texts as they are, the rest as JSON. */
function bodyValue(exchange: Exchange, path: string): string {
  let at: unknown;
  try {
    at = JSON.parse(exchange.input.body.toString("utf8"));
  } catch {
    return "";
  }
  for (const part of path.split(/[.[\]]+/).filter((each) => each !== "")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return "";
    at = (at as { readonly [name: string]: unknown })[part];
  }
  return typeof at === "string" ? at : JSON.stringify(at);
}

export function mapRequest(exchange: Exchange): HttpInput {
  const rules = Object.entries(exchange.integration?.RequestParameters ?? {});
  if (rules.length === 0) return exchange.input;
  const headers: { [name: string]: string } = { ...exchange.input.headers };
  const query = new URLSearchParams(exchange.input.rawQuery);
  let { path } = exchange.input;
  for (const [rule, template] of rules) {
    const match = /^(append|overwrite|remove):(header|querystring)\.(.+)$/.exec(rule);
    if (rule === "overwrite:path") path = expand(exchange, template);
    if (match === null) continue;
    const [, action, kind, name = ""] = match;
    const value = action === "remove" ? "" : expand(exchange, template);
    if (kind === "header") changeHeader(headers, action ?? "", name.toLowerCase(), value);
    else if (action === "append") query.append(name, value);
    else if (action === "overwrite") query.set(name, value);
    else query.delete(name);
  }
  return { ...exchange.input, path, headers, rawQuery: query.toString() };
}

function changeHeader(headers: { [name: string]: string }, action: string, name: string, value: string): void {
  if (action === "remove") delete headers[name];
  else if (action === "append" && headers[name] !== undefined) headers[name] = `${headers[name]},${value}`;
  else headers[name] = value;
}

export function mapResponse(exchange: Exchange, answer: HttpAnswer): HttpAnswer {
  const rules = exchange.integration?.ResponseParameters?.[String(answer.status)];
  if (rules === undefined) return answer;
  const headers: { [name: string]: string | readonly string[] } = { ...answer.headers };
  let { status } = answer;
  for (const [rule, template] of Object.entries(rules)) {
    const match = /^(append|overwrite|remove):header\.(.+)$/.exec(rule);
    if (rule === "overwrite:statuscode") status = Number(expand(exchange, template, answer)) || status;
    if (match === null) continue;
    const name = (match[2] ?? "").toLowerCase();
    if (match[1] === "remove") delete headers[name];
    else if (match[1] === "append" && headers[name] !== undefined)
      headers[name] = `${String(headers[name])},${expand(exchange, template, answer)}`;
    else headers[name] = expand(exchange, template, answer);
  }
  return { ...answer, status, headers };
}
