import { type Diagnostic, DiagnosticError, errorDiagnostic, hasErrors } from "@dovetail/model";
import { mergePaths } from "../values/sensitive-paths.ts";
import { schemaSensitivePaths } from "../values/state-attributes.ts";
import { type Place, placed } from "../walk/diagnostics.ts";
import type { LiveObject } from "./live-object.ts";
import { callProvider, shaped } from "./plan-object.ts";
import type { Typed } from "./typed.ts";

export interface ReadObject {
  /** null: it is gone. */
  readonly live: LiveObject | null;
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What an object is now. Throws DiagnosticError. */
export async function readObject(typed: Typed, known: LiveObject, place: Place): Promise<ReadObject> {
  const response = await callProvider(`reading ${place.address ?? typed.type}`, place, () =>
    typed.provider.read({
      type: typed.type,
      state: known.value,
      ...(known.private === undefined ? {} : { private: known.private }),
    }),
  );
  const diagnostics = placed(response.diagnostics, place);
  if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
  if (response.state === null) return { live: null, diagnostics };
  const value = shaped(typed, response.state, place);
  const privateData = response.private ?? known.private;
  return {
    live: {
      value,
      sensitive: mergePaths(known.sensitive, schemaSensitivePaths(typed.schema, value)),
      ...(privateData === undefined ? {} : { private: privateData }),
    },
    diagnostics,
  };
}

/** The existing object `id`, read whole. Throws DiagnosticError, DVT4006 when there is none. */
export async function importObject(typed: Typed, id: string, place: Place): Promise<ReadObject & { readonly live: LiveObject }> {
  const response = await callProvider(`importing ${place.address ?? typed.type}`, place, () =>
    typed.provider.importState(typed.type, id),
  );
  const diagnostics = placed(response.diagnostics, place);
  if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
  const found = response.imported.find((entry) => entry.type === typed.type);
  if (found === undefined) throw notImported(typed, id, place);
  const value = shaped(typed, found.state, place);
  const read = await readObject(
    typed,
    { value, sensitive: [], ...(found.private === undefined ? {} : { private: found.private }) },
    place,
  );
  if (read.live === null) throw notImported(typed, id, place);
  return { live: read.live, diagnostics: [...diagnostics, ...read.diagnostics] };
}

function notImported(typed: Typed, id: string, place: Place): DiagnosticError {
  return new DiagnosticError(
    placed(
      [
        errorDiagnostic("DVT4006", "Import failed", {
          detail: `There is no ${typed.type} with the ID "${id}".`,
          fix: "Check the ID's form in the type's documentation, and the account and region that the provider is configured for.",
        }),
      ],
      place,
    ),
  );
}
