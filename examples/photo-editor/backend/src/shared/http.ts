/** What the handlers share of REST API proxy events (payload 1.0): path parameters, body, answers. */

export interface ApiEvent {
  readonly pathParameters: Readonly<Record<string, string | undefined>> | null;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
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

export function jobIdOf(event: ApiEvent): string {
  const id = event.pathParameters?.id;
  if (id === undefined || id === "") throw new HttpError(400, "The job's id is missing");
  return id;
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

/** Wraps a handler: its HttpErrors become answers; anything else is thrown, so that Lambda counts an error. */
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
