import type { Cors } from "@aws-sdk/client-apigatewayv2";
import type { HttpAnswer } from "../../lambda/http-event.ts";

/** CORS of HTTP APIs: the gateway answers preflights itself and overrules what the integration says. Pure. */

function allowedOrigin(cors: Cors, origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  const allowed = cors.AllowOrigins ?? [];
  if (allowed.includes("*")) return "*";
  const isAllowed = allowed.some((entry) =>
    entry === "http://*" || entry === "https://*"
      ? origin.startsWith(entry.slice(0, -1))
      : entry.toLowerCase() === origin.toLowerCase(),
  );
  return isAllowed ? origin : undefined;
}

export const isPreflight = (method: string, headers: { readonly [name: string]: string }): boolean =>
  method === "OPTIONS" && headers.origin !== undefined && headers["access-control-request-method"] !== undefined;

export function preflightAnswer(cors: Cors, headers: { readonly [name: string]: string }): HttpAnswer {
  const origin = allowedOrigin(cors, headers.origin);
  const out: { [name: string]: string } = {};
  if (origin !== undefined) {
    out["access-control-allow-origin"] = origin;
    if (cors.AllowCredentials === true) out["access-control-allow-credentials"] = "true";
    if ((cors.AllowMethods ?? []).length > 0) out["access-control-allow-methods"] = (cors.AllowMethods ?? []).join(",");
    if ((cors.AllowHeaders ?? []).length > 0) out["access-control-allow-headers"] = (cors.AllowHeaders ?? []).join(",");
    if (cors.MaxAge !== undefined) out["access-control-max-age"] = String(cors.MaxAge);
    if (origin !== "*") out.vary = "Origin";
  }
  return { status: 204, headers: out, body: Buffer.alloc(0) };
}

const CORS_HEADERS = [
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-expose-headers",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-max-age",
];

export function withCors(answer: HttpAnswer, cors: Cors | undefined, origin: string | undefined): HttpAnswer {
  if (cors === undefined) return answer;
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !CORS_HEADERS.includes(name)));
  const allowed = allowedOrigin(cors, origin);
  if (allowed !== undefined) {
    headers["access-control-allow-origin"] = allowed;
    if (cors.AllowCredentials === true) headers["access-control-allow-credentials"] = "true";
    if ((cors.ExposeHeaders ?? []).length > 0) headers["access-control-expose-headers"] = (cors.ExposeHeaders ?? []).join(",");
    if (allowed !== "*" && headers.vary === undefined) headers.vary = "Origin";
  }
  return { ...answer, headers };
}
