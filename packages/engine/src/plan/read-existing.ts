import { type Clock, DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { OnEvent } from "../events.ts";
import type { ExistingRegistration, RegisteredObject } from "../front-end.ts";
import { conform } from "../values/conform.ts";
import { placed } from "../walk/diagnostics.ts";
import type { Gate } from "../walk/gate.ts";
import type { Walk } from "../walk/walk.ts";
import { placeOf } from "./change-parts.ts";
import { registeredParts } from "./identity.ts";
import { idOf, withEvents } from "./plan-context.ts";
import { importObject } from "./read-object.ts";
import type { Types } from "./typed.ts";
import { unknownObject } from "./unknown-object.ts";

interface Reading {
  readonly types: Types;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly emit: OnEvent;
}

/**
 * Reads an object that exists and is not managed here; it comes into no plan and no state. Unknown while its id is.
 * Rejects with DVT4006 when there is none.
 */
export function readExisting(walk: Walk, context: Reading, registration: ExistingRegistration): Promise<RegisteredObject> {
  const { address } = registeredParts(registration, "managed");
  const { dependencies, range, id } = registration;
  const place = placeOf(registration, address);
  return walk.add({ address, dependencies, ...(range === undefined ? {} : { range }) }, `reading ${address}`, async () => {
    const typed = await context.types.find({ mode: "managed", ...registration, address });
    if (typeof id === "symbol") return { value: unknownObject(typed.schema, conform(typed.schema, {}).value), sensitive: [] };
    if (typeof id !== "string" || id === "") {
      const detail = "An object that exists is read by its id, a string that is not empty.";
      throw new DiagnosticError(placed([errorDiagnostic("DVT4006", "Import failed", { detail })], place));
    }
    const read = await context.gate.run(() =>
      withEvents(
        context,
        address,
        "read",
        () => importObject(typed, id, place),
        (found) => idOf(found.live),
      ),
    );
    walk.report(...read.diagnostics);
    return { value: read.live.value, sensitive: read.live.sensitive };
  });
}
