import { type Diagnostic, errorDiagnostic, type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { UtilityModule, UtilityOptions, UtilityResource } from "../utility.ts";
import { numeric, text } from "../values.ts";

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

function validMoment(attribute: string) {
  return (config: ValueObject): readonly Diagnostic[] => {
    const given = text(config, attribute);
    if (given === undefined || !Number.isNaN(Date.parse(given))) return [];
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
  importState: (id) => ({ id, rfc3339: id, ...parts(Date.parse(id)) }),
};

const sleep: UtilityResource = {
  type: "time_sleep",
  updatable: ["create_duration", "destroy_duration"],
  async create(options, planned) {
    await pause(options, text(planned, "create_duration"));
    return { id: stamp(options.clock.now()) };
  },
  delete: (options, state) => pause(options, text(state, "destroy_duration")),
};

async function pause({ clock }: UtilityOptions, duration: string | undefined): Promise<void> {
  const ms = duration === undefined ? 0 : durationMs(duration);
  if (ms === undefined) throw new Error(`"${duration}" is no duration: a number with ms, s, m or h`);
  if (ms > 0) await new Promise<void>((resolve) => void clock.at(clock.now() + ms, resolve));
}

const offset: UtilityResource = {
  type: "time_offset",
  updatable: ["offset_days", "offset_hours", "offset_minutes", "offset_months", "offset_seconds", "offset_years"],
  validate: validMoment("base_rfc3339"),
  plan: (prior, planned) => recomputed(prior, planned, "offset_"),
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
  updatable: ["rotation_days", "rotation_hours", "rotation_minutes", "rotation_months", "rotation_years", "rotation_rfc3339"],
  validate: validMoment("rfc3339"),
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

/** Where an offset changes, the moment that it leads to is known after apply. */
function recomputed(prior: ValueObject | null, planned: ValueObject, prefix: string): MutableValueObject {
  const out: MutableValueObject = { ...planned };
  if (prior === null) return out;
  const changed = Object.keys(planned).some(
    (name) => name.startsWith(prefix) && name !== "rotation_rfc3339" && planned[name] !== prior[name],
  );
  if (!changed) return out;
  for (const name of prefix === "offset_"
    ? ["rfc3339", "year", "month", "day", "hour", "minute", "second", "unix"]
    : ["rotation_rfc3339"])
    out[name] = UNKNOWN;
  return out;
}

/** The `time` provider. */
export const module: UtilityModule = { resources: [offset, rotating, sleep, still], dataSources: [] };
