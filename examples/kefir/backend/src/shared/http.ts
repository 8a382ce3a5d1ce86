/** What the handlers share of HTTP API payload 2.0: the caller, the body, the answers. */

export interface ApiEvent {
  readonly rawPath: string;
  readonly routeKey: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly pathParameters?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: {
    readonly requestId: string;
    readonly http: { readonly method: string; readonly path: string };
    readonly authorizer?: { readonly jwt?: { readonly claims?: Readonly<Record<string, string>> } };
  };
}

export interface ApiResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer that ends the request: thrown anywhere below a handler, caught once by `answering`. */
export class HttpError extends Error {
  readonly statusCode: number;
  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

export function json(statusCode: number, value: unknown): ApiResult {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

export function html(statusCode: number, body: string): ApiResult {
  return { statusCode, headers: { "content-type": "text/html; charset=utf-8" }, body };
}

/** The signed-in user's id: the `sub` claim that the JWT authorizer verified. */
export function callerId(event: ApiEvent): string {
  const sub = event.requestContext.authorizer?.jwt?.claims?.sub;
  if (sub === undefined) throw new HttpError(401, "Unauthorized");
  return sub;
}

export function pathParameter(event: ApiEvent, name: string): string {
  const value = event.pathParameters?.[name];
  if (value === undefined || value === "") throw new HttpError(400, `${name} is missing`);
  return value;
}

export function bodyOf(event: ApiEvent): Record<string, unknown> {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? "", "base64").toString() : (event.body ?? "");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new HttpError(400, "The body is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new HttpError(400, "The body is not an object");
  return value as Record<string, unknown>;
}

export function textField(body: Record<string, unknown>, name: string, maxLength: number): string {
  const value = body[name];
  if (typeof value !== "string" || value.trim() === "") throw new HttpError(400, `${name} is missing`);
  if (value.length > maxLength) throw new HttpError(400, `${name} is longer than ${maxLength} characters`);
  return value;
}

/** Wraps a handler: its HttpErrors become answers; anything else is logged and thrown, so that Lambda counts an error. */
export function answering(work: (event: ApiEvent) => Promise<ApiResult>): (event: ApiEvent) => Promise<ApiResult> {
  return async (event) => {
    try {
      return await work(event);
    } catch (error) {
      if (error instanceof HttpError) return json(error.statusCode, { message: error.message });
      throw error;
    }
  };
}
