import {
  BigFloat,
  convert,
  deepMarks,
  friendlyName,
  intVal,
  isElements,
  isEntries,
  isNull,
  isUnknown,
  NUMBER,
  objectVal,
  stringVal,
  type Type,
  UnknownRaw,
  type Val,
} from "@dovetail/hcl";
import { DiagnosticError, errorDiagnostic, type InstanceKey, type SourceRange } from "@dovetail/model";

/** Which instances `count` and `for_each` make (Terraform: "The count/for_each Meta-Argument"). Pure. */

export interface Instance {
  /** undefined: the only one of a block without `count` and `for_each`. */
  readonly key?: InstanceKey;
  /** What `count` and `each` mean in it. */
  readonly names: ReadonlyMap<string, Val>;
}

const INSTANCES_MAX = 1_000_000;

export const SINGLE: readonly Instance[] = [{ names: new Map() }];

/** The instances of `count = value`; undefined where it is not known yet. Throws DiagnosticError. */
export function countInstances(value: Val, range: SourceRange): readonly Instance[] | undefined {
  const fail = (detail: string) => invalid("count", detail, range);
  if (deepMarks(value).has("ephemeral"))
    throw fail(
      'The given "count" is derived from an ephemeral value, which means that Terraform cannot persist it between plan/apply rounds. Use only non-ephemeral values to specify the number of resource instances.',
    );
  if (deepMarks(value).size > 0) {
    throw fail(
      "Sensitive values, or values derived from sensitive values, cannot be used as count arguments. If used, the sensitive value could be exposed as a resource instance key.",
    );
  }
  if (isNull(value)) throw fail('The given "count" argument value is null. An integer is required.');
  let number: Val;
  try {
    number = convert(value, NUMBER);
  } catch (error) {
    throw fail(`The given "count" argument value is unsuitable: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (isUnknown(number)) return undefined;
  const { raw } = number;
  if (!(raw instanceof BigFloat)) throw fail('The given "count" argument value is unsuitable: a number is required.');
  const count = raw.toNumber();
  if (!Number.isInteger(count))
    throw fail(
      'The given "count" argument value is unsuitable: value must be a whole number, between -9223372036854775808 and 9223372036854775807 inclusive.',
    );
  if (count < 0) throw fail('The given "count" argument value is unsuitable: must be greater than or equal to zero.');
  if (count > INSTANCES_MAX)
    throw fail(`The given "count" argument value is unsuitable: at most ${INSTANCES_MAX} instances are made.`);
  return Array.from({ length: count }, (_, i) => ({ key: i, names: new Map([["count", objectVal({ index: intVal(i) })]]) }));
}

/** The instances of `for_each = value`; undefined where its keys are not known yet. Throws DiagnosticError. */
export function eachInstances(value: Val, range: SourceRange): readonly Instance[] | undefined {
  const fail = (detail: string) => invalid("for_each", detail, range);
  const { type, raw } = value;
  const isSet = type.kind === "set";
  if (value.marks.has("ephemeral"))
    throw fail(
      'The given "for_each" value is derived from an ephemeral value, which means that Terraform cannot persist it between plan/apply rounds. Use only non-ephemeral values to specify a resource\'s instance keys.',
    );
  if (value.marks.size > 0) {
    throw fail(
      "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive value could be exposed as a resource instance key.",
    );
  }
  if (isNull(value))
    throw fail(
      'The given "for_each" argument value is unsuitable: the given "for_each" argument value is null. A map, or set of strings is allowed.',
    );
  if (isUnknown(value) && (type.kind === "dynamic" || isRepeatable(type))) return undefined;
  if (!isRepeatable(type)) {
    throw fail(
      `The given "for_each" argument value is unsuitable: the "for_each" argument must be a map, or set of strings, and you have provided a value of type ${friendlyName(type)}.`,
    );
  }
  if (isSet) checkSet(type.element, raw, fail);
  if (isSet && isElements(raw)) {
    if (raw.some((item) => item.raw instanceof UnknownRaw)) return undefined;
    return raw.map((item) => instance(String(item.raw), item));
  }
  return isEntries(raw) ? [...raw].map(([key, item]) => instance(key, item)) : [];
}

function isRepeatable({ kind }: Type): boolean {
  return kind === "map" || kind === "object" || kind === "set";
}

function checkSet(element: Type, raw: Val["raw"], fail: (detail: string) => DiagnosticError): void {
  if (element.kind !== "string" && !(isElements(raw) && raw.length === 0)) {
    throw fail(
      `The given "for_each" argument value is unsuitable: "for_each" supports maps and sets of strings, but you have provided a set containing type ${friendlyName(element)}.`,
    );
  }
  if (isElements(raw) && raw.some((item) => item.raw === null)) {
    throw fail('The given "for_each" argument value is unsuitable: "for_each" sets must not contain null values.');
  }
}

function instance(key: string, value: Val): Instance {
  return { key, names: new Map([["each", objectVal({ key: stringVal(key), value })]]) };
}

function invalid(argument: "count" | "for_each", detail: string, range: SourceRange): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("DVT2025", `Invalid ${argument} argument`, { detail, range }));
}

/** What is said where the instances are not known in a plan. */
export function unknownInstances(argument: "count" | "for_each", type: Type | undefined, range: SourceRange): DiagnosticError {
  const target =
    "you could use the -target planning option to first apply only the resources that the for_each value depends on, and then apply a second time to fully converge.";
  if (argument === "count") {
    return invalid(
      "count",
      'The "count" value depends on resource attributes that cannot be determined until apply, so Terraform cannot predict how many instances will be created. To work around this, use the -target argument to first apply only the resources that the count depends on.',
      range,
    );
  }
  if (type?.kind === "set") {
    return invalid(
      "for_each",
      `The "for_each" set includes values derived from resource attributes that cannot be determined until apply, and so Terraform cannot determine the full set of keys that will identify the instances of this resource.\n\nWhen working with unknown values in for_each, it's better to use a map value where the keys are defined statically in your configuration and where only the values contain apply-time results.\n\nAlternatively, ${target}`,
      range,
    );
  }
  return invalid(
    "for_each",
    `The "for_each" map includes keys derived from resource attributes that cannot be determined until apply, and so Terraform cannot determine the full set of keys that will identify the instances of this resource.\n\nWhen working with unknown values in for_each, it's better to define the map keys statically in your configuration and place apply-time results only in the map values.\n\nAlternatively, ${target}`,
    range,
  );
}
