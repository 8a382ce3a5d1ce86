import {
  attributesOf,
  type BlockSchema,
  blocksOf,
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  formatPath,
  hasErrors,
  isList,
  isObject,
  type Path,
  type ResourceSchema,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type { DataRegistration, ResourceRegistration } from "../front-end.ts";
import { conform, type Misfit } from "../values/conform.ts";
import { type Place, placed } from "../walk/diagnostics.ts";
import { placeOf } from "./change-parts.ts";
import type { Typed } from "./typed.ts";

/** A registration's config as the provider gets it: whole, converted, validated. */
export interface PreparedConfig {
  readonly config: ValueObject;
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Throws DiagnosticError with everything that is wrong with the config. `name` is the physical name to fill in where none is given. */
export function prepareConfig(
  typed: Typed,
  kind: "resource" | "data",
  registration: ResourceRegistration | DataRegistration,
  address: string,
  name: { readonly attribute: string; readonly value: string } | undefined,
): PreparedConfig {
  const place = placeOf(registration, address);
  const given = withTimeouts(typed, registration);
  const { value, misfits } = conform(typed.schema, given);
  const isNameFree = name !== undefined && value[name.attribute] === null;
  const config: ValueObject = isNameFree ? { ...value, [name.attribute]: name.value } : value;
  const found = [...misfits.map(tellMisfit), ...missingRequired(typed.schema, config, [])];
  if (found.length > 0) throw new DiagnosticError(placed(found, place));
  const validation = placed(typed.provider.validateConfig(kind, typed.type, config), place);
  if (hasErrors(validation)) throw new DiagnosticError(validation);
  return { config, diagnostics: validation };
}

/** A config in the schema's shape, its values converted. Throws DiagnosticError with everything that does not fit. */
export function wellFormed(schema: ResourceSchema, given: ValueObject, place: Place): ValueObject {
  const { value, misfits } = conform(schema, given);
  const found = [...misfits.map(tellMisfit), ...missingRequired(schema, value, [])];
  if (found.length > 0) throw new DiagnosticError(placed(found, place));
  return value;
}

function withTimeouts(typed: Typed, registration: ResourceRegistration | DataRegistration): ValueObject {
  const timeouts = "timeouts" in registration ? registration.timeouts : undefined;
  const block = typed.schema.blocks?.timeouts;
  if (timeouts === undefined || block === undefined || registration.config.timeouts !== undefined) return registration.config;
  const known = Object.entries(timeouts).filter(([key]) => block.attributes?.[key] !== undefined);
  return { ...registration.config, timeouts: Object.fromEntries(known) };
}

function tellMisfit(misfit: Misfit): Diagnostic {
  const summary = misfit.kind === "unsupported" ? "Unsupported argument" : "Incorrect attribute value type";
  return errorDiagnostic("DVT3001", summary, { detail: misfit.detail, attribute: formatPath(misfit.path) });
}

function missingRequired(schema: BlockSchema, value: ValueObject, path: Path): readonly Diagnostic[] {
  const own = attributesOf(schema)
    .filter(({ name, attribute }) => attribute.required === true && value[name] === null)
    .map(({ name }) =>
      errorDiagnostic("DVT3001", "Missing required argument", {
        detail: `The argument "${name}" is required, but no definition was found.`,
        attribute: formatPath([...path, name]),
      }),
    );
  const nested = blocksOf(schema).flatMap(({ name, block }) => {
    const items: Value = value[name] ?? null;
    const list = isList(items) ? items : items === null || items === UNKNOWN ? [] : [items];
    return list.flatMap((item, i) => (isObject(item) ? missingRequired(block, item, [...path, name, i]) : []));
  });
  return [...own, ...nested];
}
