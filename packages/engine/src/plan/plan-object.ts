import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  formatPath,
  hasErrors,
  type Path,
  type ValueObject,
  valuesEqual,
} from "@dovetail/model";
import type { Lifecycle } from "../front-end.ts";
import { changesUnder, effectivePaths, ignoreChanges } from "../values/changes.ts";
import { conform } from "../values/conform.ts";
import { pathText } from "../values/cty-text.ts";
import { proposedNew } from "../values/proposed.ts";
import { planBreaches } from "../values/provider-conduct.ts";
import { mergePaths } from "../values/sensitive-paths.ts";
import { schemaSensitivePaths } from "../values/state-attributes.ts";
import { diagnosticsOf, type Place, placed } from "../walk/diagnostics.ts";
import type { LiveObject } from "./live-object.ts";
import type { Typed } from "./typed.ts";

/** What a provider plans for one object. */
export interface ObjectPlan {
  readonly planned: ValueObject;
  readonly sensitive: readonly Path[];
  readonly plannedPrivate?: string;
  /** Paths whose change replaces the object; empty when it can be updated in place. */
  readonly replacePaths: readonly Path[];
  /** The object stays as it is. */
  readonly isNoop: boolean;
  readonly config: ValueObject;
  readonly diagnostics: readonly Diagnostic[];
  readonly legacyTypeSystem: boolean;
}

/** Plans a new object. Throws DiagnosticError. */
export async function planCreate(
  typed: Typed,
  config: ValueObject,
  sensitive: readonly Path[],
  place: Place,
): Promise<ObjectPlan> {
  return await plan(typed, null, config, sensitive, place);
}

/** Plans what becomes of an existing object. Throws DiagnosticError. */
export async function planUpdate(
  typed: Typed,
  prior: LiveObject,
  config: ValueObject,
  lifecycle: Lifecycle,
  sensitive: readonly Path[],
  place: Place,
): Promise<ObjectPlan> {
  const ignored = lifecycle.ignoreChanges;
  const kept = ignored === undefined ? config : ignoreChanges(typed.schema, prior.value, config, ignored);
  const result = await plan(typed, prior, kept, sensitive, place, config);
  const wanted = lifecycle.replaceOnChanges;
  if (wanted === undefined || result.isNoop) return result;
  const forced = changesUnder(prior.value, result.planned, wanted);
  return { ...result, replacePaths: mergePaths(result.replacePaths, forced) };
}

async function plan(
  typed: Typed,
  prior: LiveObject | null,
  config: ValueObject,
  sensitive: readonly Path[],
  place: Place,
  written: ValueObject = config,
): Promise<ObjectPlan> {
  const proposed = proposedNew(typed.schema, prior?.value ?? null, config);
  const response = await callProvider(`planning ${place.address ?? typed.type}`, place, () =>
    typed.provider.planChange({
      type: typed.type,
      prior: prior?.value ?? null,
      proposed,
      config,
      written,
      ...(prior?.private === undefined ? {} : { priorPrivate: prior.private }),
    }),
  );
  const diagnostics = placed(response.diagnostics, place);
  if (hasErrors(diagnostics)) throw new DiagnosticError(diagnostics);
  if (response.planned === null) throw inconsistent(typed, place, "It planned no object where one is wanted.");
  const planned = shaped(typed, response.planned, place);
  if (response.legacyTypeSystem !== true) assertPlan(typed, prior?.value ?? null, config, planned, place);
  return {
    planned,
    sensitive: mergePaths(sensitive, schemaSensitivePaths(typed.schema, planned)),
    ...(response.plannedPrivate === undefined ? {} : { plannedPrivate: response.plannedPrivate }),
    replacePaths: prior === null ? [] : effectivePaths(prior.value, planned, response.requiresReplace),
    isNoop: prior !== null && valuesEqual(prior.value, planned),
    config,
    diagnostics,
    legacyTypeSystem: response.legacyTypeSystem === true,
  };
}

/** DVT4003 where a plan is not what config says, in Terraform's words. */
function assertPlan(typed: Typed, prior: ValueObject | null, config: ValueObject, planned: ValueObject, place: Place): void {
  const breaches = planBreaches(typed.schema, prior, config, planned);
  if (breaches.length === 0) return;
  throw new DiagnosticError(
    breaches.flatMap(({ path, text }) => {
      const where = `${place.address ?? typed.type}${pathText(path)}`;
      const detail = `Provider "${typed.provider.source}" planned an invalid value for ${where}: ${text}.`;
      return inconsistent(typed, place, detail, formatPath(path), "Provider produced invalid plan").diagnostics;
    }),
  );
}

/** A provider's object in the schema's shape; DVT4003 where it does not fit. */
export function shaped(typed: Typed, value: ValueObject, place: Place): ValueObject {
  const { value: whole, misfits } = conform(typed.schema, value);
  const [first] = misfits;
  if (first === undefined) return whole;
  throw inconsistent(
    typed,
    place,
    `It gave an object that does not fit its own schema: ${formatPath(first.path)}: ${first.detail}`,
  );
}

/** DVT4003: the provider broke the contract. */
export function inconsistent(
  typed: Typed,
  place: Place,
  detail: string,
  attribute?: string,
  summary = "Provider produced inconsistent result after apply",
): DiagnosticError {
  return new DiagnosticError(
    placed(
      [
        errorDiagnostic("DVT4003", summary, {
          detail: detail.includes(typed.provider.source)
            ? detail
            : `${detail} (provider ${typed.provider.source} ${typed.provider.version})`,
          fix: "This is a bug in the provider, which should be reported in the provider's own issue tracker.",
          ...(attribute === undefined ? {} : { attribute }),
        }),
      ],
      place,
    ),
  );
}

/** Calls a provider; what it throws becomes a placed DiagnosticError. */
export async function callProvider<T>(doing: string, place: Place, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new DiagnosticError(diagnosticsOf(error, doing, place), { cause: error });
  }
}
