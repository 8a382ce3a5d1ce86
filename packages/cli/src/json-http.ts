import { type Diagnostic, DiagnosticError, errorDiagnostic } from "@dovetail/model";

/** What the cloud itself says is wrong, where its answer is diagnostics. */
function diagnosticsOf(text: string): readonly Diagnostic[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("diagnostics" in value) || !Array.isArray(value.diagnostics))
      return undefined;
    return value.diagnostics;
  } catch {
    return undefined;
  }
}

/** Asks the admin API of a running cloud; throws DVT6003 when it does not answer as it should. */
export async function askCloud<T>(
  endpoint: string,
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
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
  const told = response.ok ? undefined : diagnosticsOf(text);
  if (told !== undefined) throw new DiagnosticError(told);
  if (!response.ok)
    throw new DiagnosticError(
      errorDiagnostic("DVT6003", "Cloud not running", {
        detail: `${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`,
      }),
    );
  return JSON.parse(text) as T;
}
