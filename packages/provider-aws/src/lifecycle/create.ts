import { DiagnosticError, type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { ApplyRequest, ApplyResponse } from "@dovetail/provider";
import { shapeObject } from "@dovetail/provider";
import { isAnswerLost } from "../clients/retries.ts";
import { awsDiagnostics } from "./aws-diagnostic.ts";
import { finishState } from "./finish-state.ts";
import { describe, finishRules, internalError, knownText, type Operation } from "./operation.ts";
import { DEFAULT_NAME_PREFIX } from "./unique-name.ts";

/** How long AWS may take until it shows an object that it has just made. Source: terraform-provider-aws, `propagationTimeout` (2 minutes). */
const VISIBLE_TIMEOUT_MS = 120_000;

/** Makes the object, journals its id as soon as it has one, and reads it back. On failure what exists of it is the state. */
export async function createObject(operation: Operation, planned: ValueObject, request: ApplyRequest): Promise<ApplyResponse> {
  const { aws, resource } = operation;
  const named = completeName(operation, planned);
  const priv = request.plannedPrivate;
  let partial: ValueObject | undefined;
  let known: ValueObject = {};
  const doing = `creating ${describe(operation, named)}`;
  try {
    await resource.create(
      aws,
      named,
      async (given) => {
        known = given;
        partial = finishState(finishRules(operation), given, named);
        await request.onPartial?.(partial, priv);
      },
      shapeObject(operation.schema, request.config ?? {}),
    );
    if (partial === undefined) throw new DiagnosticError(internalError(`${operation.type} was created and gave no id.`));
    const made: ValueObject = partial;
    const row = {
      what: describe(operation, named),
      timeoutMs: VISIBLE_TIMEOUT_MS,
      isConsistency: true,
      source: "terraform-provider-aws",
    };
    const raw = await aws.wait(row, async () => (await resource.read(aws, made)) ?? undefined);
    return { state: finishState(finishRules(operation), raw, { ...named, ...known }), diagnostics: [], ...privateOf(priv) };
  } catch (error) {
    const lost = isAnswerLost(error) ? { isAnswerLost: true } : {};
    return { state: partial ?? null, diagnostics: awsDiagnostics(error, doing), ...lost, ...privateOf(priv) };
  }
}

function privateOf(priv: string | undefined): { readonly private?: string } {
  return priv === undefined ? {} : { private: priv };
}

/** Fills in the name where config left it to the provider. */
export function completeName(operation: Operation, planned: ValueObject): ValueObject {
  const { naming } = operation.resource;
  if (naming === undefined) return planned;
  const name = planned[naming.attribute] ?? null;
  if (name !== null && name !== UNKNOWN && name !== "") return planned;
  const prefix = naming.prefix === undefined ? undefined : knownText(planned[naming.prefix]);
  const out: MutableValueObject = { ...planned };
  out[naming.attribute] = operation.makeName(prefix ?? naming.fallback ?? DEFAULT_NAME_PREFIX);
  return out;
}
