import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Plan, parsePayload, parsePlan } from "@dovetail/engine";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Invocation } from "./command.ts";
import { openSession } from "./session.ts";

/** The plan that `diff --out` kept, where one is named. Throws DVT7001; DVT5011 for one that is encrypted and cannot be opened. */
export async function keptPlan(invocation: Invocation): Promise<Plan | undefined> {
  const file = invocation.positionals[0];
  if (file === undefined) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(invocation.cwd, file));
  } catch (error) {
    throw new DiagnosticError(
      errorDiagnostic("DVT7001", "Usage", {
        detail: `The plan ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
        fix: "Make one:\n    dovetail diff --out FILE",
      }),
      { cause: error },
    );
  }
  const plain = parsePayload(bytes) === undefined ? bytes : await decrypted(invocation, bytes);
  return parsePlan(Buffer.from(plain).toString("utf8"));
}

/** How plans are encrypted is in the root's files. */
async function decrypted(invocation: Invocation, bytes: Uint8Array): Promise<Uint8Array> {
  const session = await openSession(invocation, { command: "show", startCloud: false, stateOnly: true });
  try {
    const cipher = session.ciphers?.plan;
    if (cipher !== undefined) return (await cipher.decrypt(bytes)).plain;
  } finally {
    await session.close();
  }
  throw new DiagnosticError(
    errorDiagnostic("DVT5011", "Plan cannot be decrypted", {
      detail: "The plan is encrypted, and no encryption of plans is configured.",
      fix: "Configure it in the root's terraform block (encryption), or in TF_ENCRYPTION.",
    }),
  );
}
