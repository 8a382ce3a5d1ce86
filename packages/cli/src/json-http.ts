import { DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** Asks the admin API of a running cloud; throws DVT6003 when it does not answer as it should. */
export async function askCloud<T>(
  endpoint: string,
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${endpoint}/_dovetail/${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new DiagnosticError(
      errorDiagnostic("DVT6003", "Cloud not running", {
        detail: `${endpoint} does not answer.`,
        fix: "    dovetail cloud start",
      }),
      { cause: error },
    );
  }
  const text = await response.text();
  if (!response.ok)
    throw new DiagnosticError(
      errorDiagnostic("DVT6003", "Cloud not running", {
        detail: `${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`,
      }),
    );
  return JSON.parse(text) as T;
}
