import { type Diagnostic, isObject, type ValueObject, warningDiagnostic } from "@dovetail/model";
import { atLeast, failure, invalid, isGiven, oneOf } from "../invalid.ts";
import type { UtilityModule, UtilityOptions } from "../utility.ts";
import { numeric, text } from "../values.ts";
import { type Answer, type Asked, ask, TimedOut } from "./request.ts";

/** Defaults of go-retryablehttp, which the real provider asks with (its documentation, read 2026-11). */
const WAIT_MS_MIN = 1_000;
const WAIT_MS_MAX = 30_000;

/** Data source `http`, after terraform-provider-http 3.5. */
async function read(options: UtilityOptions, config: ValueObject): Promise<ValueObject> {
  const asked = askedOf(config);
  const retry = config.retry ?? null;
  const answer = await askWithRetries(options, asked, isObject(retry) ? retry : {});
  const body = answer.body.toString("utf8");
  return {
    id: asked.url.given,
    response_headers: { ...answer.headers },
    response_body: body,
    body,
    response_body_base64: answer.body.toString("base64"),
    status_code: answer.status,
  };
}

function askedOf(config: ValueObject): Asked {
  const given = text(config, "url") ?? "";
  const parsed = URL.canParse(given) ? new URL(given) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    const detail = `Error making request: unsupported protocol scheme ${JSON.stringify(given.split(":")[0] ?? "")} of ${JSON.stringify(given)}`;
    throw failure("Error making request", detail, "url");
  }
  const headers = config.request_headers ?? null;
  return {
    url: { given, parsed },
    method: text(config, "method") || "GET",
    headers: isObject(headers) ? Object.entries(headers).map(([name, value]) => [name, String(value)] as const) : [],
    body: text(config, "request_body"),
    timeoutMs: numeric(config, "request_timeout_ms"),
    tls: {
      rejectUnauthorized: config.insecure !== true,
      ...pemOption(config, "ca_cert_pem", "ca"),
      ...pemOption(config, "client_cert_pem", "cert"),
      ...pemOption(config, "client_key_pem", "key"),
    },
  };
}

function pemOption(config: ValueObject, attribute: string, name: "ca" | "cert" | "key"): { readonly [name: string]: string } {
  const value = text(config, attribute);
  return value === undefined ? {} : { [name]: value };
}

/** Asks anew after connection errors, 429 and 5xx but 501; waits twice as long each time, or what Retry-After says. */
async function askWithRetries(options: UtilityOptions, asked: Asked, retry: ValueObject): Promise<Answer> {
  const attempts = 1 + (numeric(retry, "attempts") ?? 0);
  const [least, most] = [numeric(retry, "min_delay_ms") ?? WAIT_MS_MIN, numeric(retry, "max_delay_ms") ?? WAIT_MS_MAX];
  for (let attempt = 1; ; attempt++) {
    const { answer, error } = await ask(options, asked).then(
      (got) => ({ answer: got, error: undefined }),
      (cause: unknown) => ({ answer: undefined, error: cause }),
    );
    if (answer !== undefined && !isWorthRetry(answer.status)) return answer;
    if (error !== undefined && !(error instanceof Error && "code" in error) && !(error instanceof TimedOut)) throw error;
    if (attempt >= attempts) throw givenUp(asked, attempt, error);
    const wanted = answer === undefined ? undefined : retryAfterMs(answer, options.clock.now());
    const waitMs = wanted ?? Math.min(most, least * 2 ** (attempt - 1));
    await new Promise<void>((resolve) => void options.clock.at(options.clock.now() + waitMs, resolve));
  }
}

function isWorthRetry(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

function retryAfterMs({ status, headers }: Answer, nowMs: number): number | undefined {
  const value = headers["Retry-After"];
  if (value === undefined || (status !== 429 && status !== 503)) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

function givenUp(asked: Asked, attempts: number, error: unknown): Error {
  const what = `${asked.method} ${asked.url.given} giving up after ${attempts} attempt(s)`;
  const why = error instanceof Error ? `: ${error.message}` : "";
  if (error instanceof TimedOut && asked.timeoutMs !== undefined) {
    const detail = `request exceeded the specified timeout: ${asked.timeoutMs}ms, err: ${what}${why}`;
    return failure("Error making request", detail);
  }
  return failure("Error making request", `Error making request: ${what}${why}`);
}

function validate(config: ValueObject): readonly Diagnostic[] {
  const retry = config.retry ?? null;
  return [
    ...oneOf(config, "method", ["GET", "POST", "HEAD"]),
    ...atLeast(config, "request_timeout_ms", 1),
    ...(isGiven(config, "ca_cert_pem") && isGiven(config, "insecure")
      ? [
          invalid(
            "ca_cert_pem",
            'Attribute "insecure" cannot be specified when "ca_cert_pem" is specified',
            "Invalid Attribute Combination",
          ),
        ]
      : []),
    ...together(config, "client_cert_pem", "client_key_pem"),
    ...together(config, "client_key_pem", "client_cert_pem"),
    ...(isObject(retry) ? validateRetry(retry) : []),
  ];
}

function validateRetry(retry: ValueObject): readonly Diagnostic[] {
  const [least, most] = [numeric(retry, "min_delay_ms") ?? 0, numeric(retry, "max_delay_ms")];
  const low = ["attempts", "min_delay_ms", "max_delay_ms"].flatMap((name) => atLeast(retry, name, 0));
  if (low.length > 0 || most === undefined || most >= least) return low;
  const detail = `Attribute retry.max_delay_ms value must be at least sum of retry.min_delay_ms, got: ${most}`;
  return [invalid("retry.max_delay_ms", detail)];
}

function together(config: ValueObject, name: string, other: string): readonly Diagnostic[] {
  if (!isGiven(config, name) || isGiven(config, other)) return [];
  const detail = `Attribute "${other}" must be specified when "${name}" is specified`;
  return [invalid(name, detail, "Invalid Attribute Combination")];
}

/** The `http` provider. */
export const module: UtilityModule = {
  resources: [],
  dataSources: [
    {
      type: "http",
      validate,
      read,
      warn: (state) =>
        Buffer.from(text(state, "response_body_base64") ?? "", "base64").equals(Buffer.from(text(state, "response_body") ?? ""))
          ? []
          : [
              warningDiagnostic("DVT4001", "Response body is not recognized as UTF-8", {
                detail: "Terraform may not properly handle the response_body if the contents are binary.",
              }),
            ],
    },
  ],
};
