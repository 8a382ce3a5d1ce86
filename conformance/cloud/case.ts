/** A case of the suite: one call of one operation, and what AWS's documentation says of its answer. */

/** Code and HTTP status as the client sees them; a part of the message where AWS documents it. */
export interface ExpectedError {
  readonly code: string;
  readonly status: number;
  readonly message?: string;
}

export interface Step {
  readonly service: string;
  readonly operation: string;
  /** `"@{name}"` stands for what an earlier step of the scenario kept; `{ $bytes: base64 }` for bytes. */
  readonly input: object;
  /** Name → path in the output, for later steps. */
  readonly keep?: { readonly [name: string]: string };
  /** Part of the output, compared as `toMatchObject` does. Without it and without `error`: the call must succeed. */
  readonly output?: object;
  readonly error?: ExpectedError;
}

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
}

export type Outcome =
  | { readonly output: unknown }
  | { readonly error: { readonly code: string; readonly message: string; readonly status: number } }
  | { readonly refused: string };

/** Writes one service's steps shortly. */
export function stepsOf(service: string) {
  return {
    ok: (operation: string, input: object = {}, more: Pick<Step, "keep" | "output"> = {}): Step => ({
      service,
      operation,
      input,
      ...more,
    }),
    fails: (operation: string, input: object, code: string, status: number, message?: string): Step => ({
      service,
      operation,
      input,
      error: { code, status, ...(message === undefined ? {} : { message }) },
    }),
  };
}
