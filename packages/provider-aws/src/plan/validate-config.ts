import type { ResourceSchema } from "@dovetail/model";
import {
  CODES,
  type Diagnostic,
  errorDiagnostic,
  formatPath,
  isList,
  isObject,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import { places, shapeObject } from "@dovetail/provider";
import type { Operation } from "../lifecycle/operation.ts";
import type { NativeResource } from "../resource.ts";

/** What a type itself has to say about a config: its own checks, and arguments that it does not carry out. */
export function validateByResource(
  { schema, resource }: Pick<Operation, "schema" | "resource">,
  config: ValueObject,
): readonly Diagnostic[] {
  const shaped = shapeObject(schema, config);
  return [...validateUnsupported(schema, resource, shaped), ...(resource.validate?.(shaped) ?? [])];
}

/** Refuses by name every argument that is set and that the type does not carry out. `config` is a whole object. */
export function validateUnsupported(
  schema: ResourceSchema,
  resource: NativeResource,
  config: ValueObject,
): readonly Diagnostic[] {
  const { unsupported } = resource;
  if (unsupported === undefined) return [];
  const found: Diagnostic[] = [];
  for (const place of places(schema, config)) {
    const reason = Object.hasOwn(unsupported, place.schemaPath) ? unsupported[place.schemaPath] : undefined;
    if (reason === undefined || !isSet(place.value)) continue;
    found.push(
      errorDiagnostic("DVT3006", CODES.DVT3006, {
        detail: `${resource.type} does not carry out "${place.schemaPath}": ${reason}`,
        attribute: formatPath(place.path),
        fix: "Leave it out. Dovetail refuses what it would otherwise have to ignore.",
      }),
    );
  }
  return found;
}

function isSet(value: Value): boolean {
  if (value === null || value === UNKNOWN) return value === UNKNOWN;
  if (isList(value)) return value.length > 0;
  return isObject(value) ? Object.keys(value).length > 0 : true;
}
