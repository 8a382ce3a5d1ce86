import type { BlockSchema, ResourceSchema } from "@dovetail/model";
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
import { type PlanRequest, places, shapeObject } from "@dovetail/provider";
import type { Operation } from "../lifecycle/operation.ts";
import type { NativeResource } from "../resource.ts";
import type { Edition } from "../schema/load-schema.ts";
import { mergeChecks, validateByFacts } from "./fact-checks.ts";
import { misfitsOf } from "./provider-words.ts";
import { placedSteps, toldBySdk } from "./sdk-order.ts";

/** What a type itself has to say when a change is planned: its own checks of what was written, and then of what is planned with. */
export function validateByResource(
  { schema, resource, aws }: Pick<Operation, "schema" | "resource" | "aws">,
  { config, written = config, prior }: Pick<PlanRequest, "config" | "written" | "prior">,
): readonly Diagnostic[] {
  const found = written === null ? [] : checkConfig(schema, resource, written, aws.edition);
  // What the real provider looks at while it plans, it looks at only in what is valid.
  return found.length > 0 || config === null
    ? found
    : (resource.checkPlan?.(shapeObject(schema, config), prior) ?? []).map((each) => withPath(each, {}));
}

/** Where a config does not fit its schema. */
export function checkAgainstSchema(schema: ResourceSchema, config: ValueObject): readonly Diagnostic[] {
  return misfitsOf(schema, config).map((each) => withPath(each, schema));
}

/** All that can be said without a plan: where it does not fit, what is refused by name, by the type itself, and by the facts of its arguments. */
export function checkConfig(
  schema: ResourceSchema,
  resource: NativeResource,
  config: ValueObject,
  edition: Edition,
): readonly Diagnostic[] {
  const shaped = shapeObject(schema, config);
  const isSdk = schema.plugin !== "framework";
  const merged = mergeChecks(resource.validate?.(shaped) ?? [], validateByFacts(resource.type, shaped, edition));
  const whole = [...misfitsOf(schema, config), ...merged];
  const told = isSdk ? toldBySdk(shaped, whole) : whole;
  const found = [...validateUnsupported(schema, resource, shaped), ...validateId(schema, shaped)];
  found.push(...told.map((each) => withPath(each, schema)));
  return found;
}

/** The SDK lists `id` as an argument in every schema, and refuses it (schemaMap.Validate, read 2026-11). */
function validateId(schema: ResourceSchema, config: ValueObject): readonly Diagnostic[] {
  const { id } = schema.attributes ?? {};
  const isImplicit = schema.plugin !== "framework" && id?.optional === true && id.computed === true;
  if (!isImplicit || (config.id ?? null) === null) return [];
  return [errorDiagnostic("DVT1005", CODES.DVT1005, { detail: "Invalid or unknown key", attribute: "id" })];
}

/** Checks name places as the SDK's keys do, `a.0.b`; diagnostics as paths, `a[0].b`, as far as `schema` has a place. */
function withPath(found: Diagnostic, schema: BlockSchema): Diagnostic {
  return found.attribute === undefined ? found : { ...found, attribute: formatPath(placedSteps(schema, found.attribute)) };
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
