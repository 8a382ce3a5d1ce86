/** What the real provider checks and adjusts in a plan of `aws_dynamodb_table`. Source: internal/service/dynamodb/{table,validate}.go (read 2026-11). */
import {
  type Diagnostic,
  isList,
  isObject,
  type MutableValueObject,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import type { CustomPlan } from "../../resource.ts";
import { blocksAt, textAt } from "../attribute-map.ts";
import { atLeast, between, type Check, configError, each, isArn, lengthBetween, matches, oneOf, runChecks } from "../checks.ts";
import { rfc3339Problem } from "../timestamp.ts";

const PROJECTIONS = ["ALL", "KEYS_ONLY", "INCLUDE"];
const NAME = /^[a-zA-Z0-9_.-]+$/;
const NAME_MESSAGE = "must only include alphanumeric, underscore, period, or hyphen characters";

const CHECKS: readonly Check[] = [
  lengthBetween("name", 3, 255, { code: "DVT3007" }),
  matches("name", NAME, NAME_MESSAGE, { code: "DVT3007" }),
  oneOf("attribute.type", ["S", "N", "B"]),
  oneOf("billing_mode", ["PROVISIONED", "PAY_PER_REQUEST"]),
  oneOf("global_secondary_index.projection_type", PROJECTIONS),
  oneOf("global_secondary_index.key_schema.key_type", ["HASH", "RANGE"]),
  oneOf("local_secondary_index.projection_type", PROJECTIONS),
  between("point_in_time_recovery.recovery_period_in_days", 1, 35),
  isArn("server_side_encryption.kms_key_arn"),
  each("stream_view_type", (value, key) =>
    ["", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"].includes(String(value))
      ? undefined
      : `expected ${key} to be one of ["" "NEW_IMAGE" "OLD_IMAGE" "NEW_AND_OLD_IMAGES" "KEYS_ONLY"], got ${String(value)}`,
  ),
  each("restore_date_time", (value) => {
    const why = typeof value === "string" ? rfc3339Problem(value) : undefined;
    return why && `must be in RFC3339 time format "2006-01-02T15:04:05Z07:00". Example: ${why}`;
  }),
  oneOf("table_class", ["STANDARD", "STANDARD_INFREQUENT_ACCESS"]),
  atLeast("warm_throughput.read_units_per_second", 1),
  atLeast("warm_throughput.write_units_per_second", 1),
];

/** Checks that need no prior state. */
export function validateTable(config: ValueObject): readonly Diagnostic[] {
  return [...runChecks(CHECKS, config), ...ttlProblems(config)];
}

/** What the real provider looks at once all else is valid. */
export function checkTablePlan(config: ValueObject, prior: ValueObject | null): readonly Diagnostic[] {
  return [...(prior === null ? keyProblems(config) : []), ...capacityProblems(config, prior)];
}

/** AWS takes any attribute as a hash key but wants one. */
function keyProblems(config: ValueObject): Diagnostic[] {
  if (config.hash_key !== null || restores(config)) return [];
  return [configError('"hash_key" must be set, unless the table is restored or imported', "hash_key")];
}

function restores(config: ValueObject): boolean {
  const sources = ["restore_source_name", "restore_source_table_arn", "restore_backup_arn"];
  return sources.some((name) => (config[name] ?? null) !== null) || blocksAt(config, "import_table").length > 0;
}

function ttlProblems(config: ValueObject): Diagnostic[] {
  const [ttl] = blocksAt(config, "ttl");
  if (ttl === undefined) return [];
  const name = ttl.attribute_name ?? null;
  if (ttl.enabled === true && (name === null || name === "")) {
    return [
      configError(
        'Attribute "ttl[0].attribute_name" must be specified when "ttl[0].enabled" is "true".',
        "ttl[0].attribute_name",
      ),
    ];
  }
  return [];
}

/** Throughput is needed where it is provisioned, and refused where it is on demand. */
function capacityProblems(config: ValueObject, prior: ValueObject | null): Diagnostic[] {
  if (config.billing_mode === UNKNOWN || restores(config)) return [];
  const onDemand = config.billing_mode === "PAY_PER_REQUEST";
  const holders: readonly (readonly [string, ValueObject])[] = [
    ["", config],
    ...blocksAt(config, "global_secondary_index").map((index, i) => [`global_secondary_index[${i}].`, index] as const),
  ];
  return holders.flatMap(([prefix, holder]) =>
    ["write_capacity", "read_capacity"].flatMap((name) => {
      const value = holder[name] ?? null;
      if (value === UNKNOWN) return [];
      const isSet = typeof value === "number" && value > 0;
      if (onDemand && typeof value === "number" && value !== 0) {
        return [configError(`${name} can not be set when billing_mode is "PAY_PER_REQUEST"`, `${prefix}${name}`)];
      }
      // A table that exists keeps what it has.
      if (onDemand || isSet || prior !== null) return [];
      return [configError(`${name} must be at least 1 when billing_mode is "PROVISIONED"`, `${prefix}${name}`)];
    }),
  );
}

/** The real provider's CustomizeDiff. */
export function customizeTable(prior: ValueObject | null, planned: ValueObject, config: ValueObject): CustomPlan {
  const out: MutableValueObject = { ...planned };
  if (typeof out.stream_view_type === "string") out.stream_view_type = out.stream_view_type.toUpperCase();
  if (prior === null && out.table_class === "STANDARD") out.table_class = null;
  out.ttl = plannedTtl(prior, out.ttl ?? null);
  if (prior !== null) {
    for (const name of ["server_side_encryption", "point_in_time_recovery"]) {
      if (isOff(prior[name] ?? null) && isOff(out[name] ?? null)) out[name] = prior[name] ?? [];
    }
    out.point_in_time_recovery = plannedRecovery(prior, out.point_in_time_recovery ?? null, config);
    if (isOn(out) !== isOn(prior) || viewOf(out) !== viewOf(prior)) {
      out.stream_arn = UNKNOWN;
      out.stream_label = UNKNOWN;
    }
  }
  const sources = ["restore_source_name", "restore_source_table_arn"].filter((name) => (out[name] ?? "") !== "");
  return {
    planned: out,
    requiresReplace: sources,
    diagnostics: [...streamProblems(prior, planned, config), ...attributeProblems({ ...planned, ...emptied(config) })],
  };
}

const isOn = ({ stream_enabled: enabled }: ValueObject) => enabled ?? false;
const viewOf = ({ stream_view_type: view }: ValueObject) => (typeof view === "string" ? view.toUpperCase() : view);

/** The attribute of a time to live that is off means nothing: no change is planned of it. */
function plannedTtl(prior: ValueObject | null, ttl: Value): Value {
  if (!isList(ttl)) return ttl;
  const before = prior === null ? null : (blocksAt(prior, "ttl")[0]?.attribute_name ?? null);
  return ttl.map((item) => {
    if (!isObject(item) || item.enabled !== false) return item;
    const { attribute_name: given = null } = item;
    return { ...item, attribute_name: before ?? (given === UNKNOWN || given === "" ? given : null) };
  });
}

/** Turning recovery on lets DynamoDB choose the days, unless config says how many. */
function plannedRecovery(prior: ValueObject, recovery: Value, config: ValueObject): Value {
  const before = blocksAt(prior, "point_in_time_recovery")[0]?.enabled === true;
  const days = blocksAt(config, "point_in_time_recovery")[0]?.recovery_period_in_days ?? null;
  if (!isList(recovery) || days !== null) return recovery;
  return recovery.map((item) =>
    isObject(item) && item.enabled === true && !before ? { ...item, recovery_period_in_days: UNKNOWN } : item,
  );
}

function isOff(value: Value): boolean {
  if (!isList(value)) return false;
  const [first] = value;
  return first === undefined || (isObject(first) && first.enabled !== true);
}

function streamProblems(prior: ValueObject | null, planned: ValueObject, config: ValueObject): Diagnostic[] {
  const view = config.stream_view_type ?? prior?.stream_view_type ?? null;
  if (planned.stream_enabled !== true || (view !== null && view !== "")) return [];
  return [configError("stream_view_type is required when stream_enabled = true", "stream_view_type")];
}

/** A key that config empties is no key. */
function emptied(config: ValueObject): ValueObject {
  return config.hash_key === "" ? { hash_key: "" } : {};
}

/** Every attribute is a key of the table or an index, and every key is an attribute. Texts as the real provider's. */
function attributeProblems(planned: ValueObject): Diagnostic[] {
  if (!isList(planned.attribute ?? null) || planned.global_secondary_index === UNKNOWN) return [];
  const attributes = blocksAt(planned, "attribute");
  if (attributes.some((item) => item.name === UNKNOWN)) return [];
  const holders = [planned, ...blocksAt(planned, "local_secondary_index"), ...blocksAt(planned, "global_secondary_index")];
  const used = new Set<string>();
  for (const holder of holders) {
    const keys = blocksAt(holder, "key_schema").map((key) => key.attribute_name ?? null);
    for (const key of [holder.hash_key ?? null, holder.range_key ?? null, ...keys]) {
      if (key === UNKNOWN && !keys.length) return [];
      if (typeof key === "string" && key !== "") used.add(key);
    }
  }
  const defined = new Set(attributes.map((item) => textAt(item, "name") ?? ""));
  const unmatched = [...used].filter((name) => !defined.has(name)).sort();
  const unused = [...defined].filter((name) => !used.has(name)).sort();
  const quoted = (names: readonly string[]) => `[${names.map((name) => JSON.stringify(name)).join(" ")}]`;
  if (unmatched.length > 0) {
    return [configError(`all indexes must match a defined attribute. Unmatched indexes: ${quoted(unmatched)}`, "attribute")];
  }
  if (unused.length === 0) return [];
  const fix = "Define only attributes that are keys: DynamoDB items may hold any others without a definition.";
  return [configError(`all attributes must be indexed. Unused attributes: ${quoted(unused)}`, "attribute", { fix })];
}
