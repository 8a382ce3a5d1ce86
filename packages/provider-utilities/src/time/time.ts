import { type Diagnostic, errorDiagnostic, type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import { atLeast, failure, invalid, isGiven } from "../invalid.ts";
import type { UtilityModule, UtilityOptions, UtilityResource } from "../utility.ts";
import { numeric, text } from "../values.ts";
import { timeFunctions } from "./functions.ts";

const UNITS_MS: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `1m30s` -> 90000; undefined for no duration of Go's form. */
export function durationMs(value: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value)) return undefined;
  return [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, n, unit = ""]) => sum + Number(n) * (UNITS_MS[unit] ?? 0),
    0,
  );
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The parts of a moment (UTC). */
function parts(ms: number): ValueObject {
  const at = new Date(ms);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    unix: Math.floor(ms / 1000),
  };
}

/** A moment moved by the offsets that the object names with a prefix (`offset_days`). */
function moved(ms: number, object: ValueObject, prefix: string): number {
  const by = (unit: string) => numeric(object, `${prefix}_${unit}`) ?? 0;
  const at = new Date(ms);
  at.setUTCFullYear(at.getUTCFullYear() + by("years"), at.getUTCMonth() + by("months"), at.getUTCDate() + by("days"));
  return at.getTime() + by("hours") * 3_600_000 + by("minutes") * 60_000 + by("seconds") * 1_000;
}

function startOf({ clock }: UtilityOptions, planned: ValueObject, attribute: string): number {
  const given = text(planned, attribute);
  return given === undefined ? Math.floor(clock.now() / 1000) * 1000 : Date.parse(given);
}

/** RFC 3339, section 5.6. */
function isMoment(given: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(given) && !Number.isNaN(Date.parse(given));
}

/** A moment of an import id. Throws in the real provider's words. */
function importedMoment(given: string): number {
  if (isMoment(given)) return Date.parse(given);
  throw failure("Import time error", `The timestamp that was supplied could not be parsed as RFC3339: ${JSON.stringify(given)}`);
}

/** Parts of an import id. Throws, naming the form, where there are more or fewer, or none says anything. */
function idParts(id: string, form: string): readonly string[] {
  const parts = id.split(",");
  const isRight = parts.length === form.split(",").length && parts.slice(1).some((part) => part !== "");
  if (isRight) return parts;
  throw failure(
    "Unexpected Format of ID",
    `Unexpected format of ID (${JSON.stringify(id.replace(/^,/, ""))}), expected ${form.replace(/^,/, "")} where at least one value is non-empty`,
  );
}

/** The amounts of an import id by their units; an empty one is unset. Throws for what is no whole number. */
function importedAmounts(prefix: string, units: readonly string[], parts: readonly string[]): ValueObject {
  return Object.fromEntries(
    units.map((unit, i) => {
      const part = parts[i] ?? "";
      if (part !== "" && !/^-?\d+$/.test(part)) {
        throw failure("Import time error", `The ${prefix}_${unit} parameter that was supplied could not be parsed as Int64.`);
      }
      return [`${prefix}_${unit}`, part === "" ? null : Number(part)];
    }),
  );
}

/** At least one of the attributes is set. */
function oneSet(config: ValueObject, names: readonly string[]): readonly Diagnostic[] {
  if (names.some((name) => isGiven(config, name))) return [];
  const detail = `At least one of these attributes must be configured: [${names.join(",")}]`;
  return [invalid(names[0] ?? "", detail, "Missing Attribute Configuration")];
}

function validMoment(attribute: string) {
  return (config: ValueObject): readonly Diagnostic[] => {
    const given = text(config, attribute);
    if (given === undefined || isMoment(given)) return [];
    return [errorDiagnostic("DVT3001", "Invalid configuration", { detail: `"${given}" is no RFC 3339 timestamp.`, attribute })];
  };
}

const still: UtilityResource = {
  type: "time_static",
  validate: validMoment("rfc3339"),
  async create(options, planned) {
    const ms = startOf(options, planned, "rfc3339");
    return { id: text(planned, "rfc3339") ?? stamp(ms), rfc3339: text(planned, "rfc3339") ?? stamp(ms), ...parts(ms) };
  },
  importState: (id) => ({ id, rfc3339: id, ...parts(importedMoment(id)) }),
};

const DURATIONS = ["create_duration", "destroy_duration"] as const;

const sleep: UtilityResource = {
  type: "time_sleep",
  updatable: ["create_duration", "destroy_duration"],
  validate: (config) => [
    ...oneSet(config, DURATIONS),
    ...DURATIONS.flatMap((name) => {
      const given = text(config, name);
      if (given === undefined || /^[0-9]+(\.[0-9]+)?(ms|s|m|h)$/.test(given)) return [];
      const detail = `Attribute ${name} must be a number immediately followed by ms (milliseconds), s (seconds), m (minutes), or h (hours). For example, "30s" for 30 seconds., got: ${given}`;
      return [invalid(name, detail, "Invalid Attribute Value Match")];
    }),
  ],
  async create(options, planned) {
    await pause(options, text(planned, "create_duration"));
    return { id: stamp(options.clock.now()) };
  },
  delete: (options, state) => pause(options, text(state, "destroy_duration")),
  update: async (_options, prior) => ({ id: prior.id ?? null }),
  importState(given, { clock }) {
    const [, created = "", destroyed = ""] = idParts(`,${given}`, ",CREATEDURATION,DESTROYDURATION");
    for (const each of [created, destroyed]) {
      if (each !== "" && durationMs(each) === undefined)
        throw failure("Import time sleep error", `${JSON.stringify(each)} cannot be parsed`);
    }
    return { id: stamp(clock.now()), create_duration: created || null, destroy_duration: destroyed || null };
  },
};

async function pause({ clock }: UtilityOptions, duration: string | undefined): Promise<void> {
  const ms = duration === undefined ? 0 : durationMs(duration);
  if (ms === undefined) throw new Error(`"${duration}" is no duration: a number with ms, s, m or h`);
  if (ms > 0) await new Promise<void>((resolve) => void clock.at(clock.now() + ms, resolve));
}

const OFFSETS = ["years", "months", "days", "hours", "minutes", "seconds"] as const;
const ROTATIONS = ["years", "months", "days", "hours", "minutes"] as const;

const offset: UtilityResource = {
  type: "time_offset",
  updatable: OFFSETS.map((unit) => `offset_${unit}`),
  validate: (config) => [
    ...validMoment("base_rfc3339")(config),
    ...oneSet(
      config,
      OFFSETS.map((unit) => `offset_${unit}`),
    ),
  ],
  plan: (prior, planned) => recomputed(prior, planned, "offset_"),
  importState(given) {
    const [base = "", ...amounts] = idParts(given, "BASETIMESTAMP,YEARS,MONTHS,DAYS,HOURS,MINUTES,SECONDS");
    const offsets = importedAmounts("offset", OFFSETS, amounts);
    const ms = moved(importedMoment(base), offsets, "offset");
    return { id: base, base_rfc3339: base, ...offsets, rfc3339: stamp(ms), ...parts(ms) };
  },
  async create(options, planned) {
    const base = startOf(options, planned, "base_rfc3339");
    const ms = moved(base, planned, "offset");
    const given = text(planned, "base_rfc3339") ?? stamp(base);
    return { id: given, base_rfc3339: given, rfc3339: stamp(ms), ...parts(ms) };
  },
  async update(_options, prior, planned) {
    const ms = moved(Date.parse(text(prior, "base_rfc3339") ?? ""), planned, "offset");
    return { id: prior.id ?? null, base_rfc3339: prior.base_rfc3339 ?? null, rfc3339: stamp(ms), ...parts(ms) };
  },
};

const rotating: UtilityResource = {
  type: "time_rotating",
  updatable: [...ROTATIONS.map((unit) => `rotation_${unit}`), "rotation_rfc3339"],
  validate: (config) => [
    ...validMoment("rfc3339")(config),
    ...validMoment("rotation_rfc3339")(config),
    ...oneSet(config, [...ROTATIONS.map((unit) => `rotation_${unit}`), "rotation_rfc3339"]),
    ...ROTATIONS.flatMap((unit) => atLeast(config, `rotation_${unit}`, 1)),
  ],
  importState(given) {
    const [base = "", ...rest] =
      given.split(",").length === 2
        ? idParts(given, "BASETIMESTAMP,ROTATIONTIMESTAMP")
        : idParts(given, "BASETIMESTAMP,YEARS,MONTHS,DAYS,HOURS,MINUTES");
    const ms = importedMoment(base);
    const at = rest.length === 1 ? stamp(importedMoment(rest[0] ?? "")) : undefined;
    const amounts = at === undefined ? importedAmounts("rotation", ROTATIONS, rest) : {};
    return { id: base, rfc3339: base, ...amounts, rotation_rfc3339: at ?? rotationOf(ms, amounts), ...parts(ms) };
  },
  plan: (prior, planned) => recomputed(prior, planned, "rotation_"),
  async create(options, planned) {
    const ms = startOf(options, planned, "rfc3339");
    const given = text(planned, "rfc3339") ?? stamp(ms);
    return { id: given, rfc3339: given, rotation_rfc3339: rotationOf(ms, planned), ...parts(ms) };
  },
  // Once the moment has come the object is gone: the next plan makes a new one.
  read: async ({ clock }, state) => (clock.now() >= Date.parse(text(state, "rotation_rfc3339") ?? "") ? null : state),
  async update(_options, prior, planned) {
    const ms = Date.parse(text(prior, "rfc3339") ?? "");
    return {
      ...prior,
      ...planned,
      id: prior.id ?? null,
      rfc3339: prior.rfc3339 ?? null,
      rotation_rfc3339: rotationOf(ms, planned),
      ...parts(ms),
    };
  },
};

function rotationOf(ms: number, planned: ValueObject): string {
  const isGiven = ["days", "hours", "minutes", "months", "years"].some(
    (unit) => numeric(planned, `rotation_${unit}`) !== undefined,
  );
  return isGiven ? stamp(moved(ms, planned, "rotation")) : (text(planned, "rotation_rfc3339") ?? stamp(ms));
}

/** Where an offset changes, the moment that it leads to follows; unknown while one of them is. */
function recomputed(prior: ValueObject | null, planned: ValueObject, prefix: "offset_" | "rotation_"): MutableValueObject {
  const out: MutableValueObject = { ...planned };
  if (prior === null) return out;
  const names = Object.keys(planned).filter((name) => name.startsWith(prefix) && name !== "rotation_rfc3339");
  if (names.every((name) => planned[name] === prior[name])) return out;
  const base = text(planned, prefix === "offset_" ? "base_rfc3339" : "rfc3339");
  if (base === undefined || names.some((name) => planned[name] === UNKNOWN)) {
    for (const name of prefix === "offset_" ? MOMENT : ["rotation_rfc3339"]) out[name] = UNKNOWN;
    return out;
  }
  if (prefix === "rotation_") return { ...out, rotation_rfc3339: rotationOf(Date.parse(base), planned) };
  const ms = moved(Date.parse(base), planned, "offset");
  return { ...out, rfc3339: stamp(ms), ...parts(ms) };
}

const MOMENT = ["rfc3339", "year", "month", "day", "hour", "minute", "second", "unix"] as const;

/** The `time` provider. */
export const module: UtilityModule = { resources: [offset, rotating, sleep, still], dataSources: [], functions: timeFunctions };
