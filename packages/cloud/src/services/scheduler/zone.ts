/** Wall-clock time in IANA time zones, by the ICU data that Node carries. Pure. */

const formatters = new Map<string, Intl.DateTimeFormat>();
const ZONES_MAX = 1000;

/** True for a zone that ICU knows by this name (`Europe/Berlin`, `UTC`); offsets such as `+01:00` are none of AWS's zones. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone) || zone.length > 50) return false;
  try {
    formatter(zone);
    return true;
  } catch {
    return false;
  }
}

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  if (formatters.size < ZONES_MAX) formatters.set(zone, made);
  return made;
}

/** What the zone's clocks show at `utcMs`, as if it were UTC: milliseconds since the epoch of that wall time. */
export function wallTime(utcMs: number, zone: string): number {
  if (zone === "UTC") return utcMs;
  const part: Record<string, number> = {};
  for (const { type, value } of formatter(zone).formatToParts(utcMs)) part[type] = Number(value);
  const wall = Date.UTC(
    part.year ?? 1970,
    (part.month ?? 1) - 1,
    part.day ?? 1,
    part.hour ?? 0,
    part.minute ?? 0,
    part.second ?? 0,
  );
  return wall + (((utcMs % 1000) + 1000) % 1000);
}

const DAY_MS = 86_400_000;

/** The first instant at which the zone's clocks show `wallMs`; undefined when they skip it (clocks put forward). */
export function instantOf(wallMs: number, zone: string): number | undefined {
  if (zone === "UTC") return wallMs;
  const before = wallTime(wallMs - DAY_MS, zone) - (wallMs - DAY_MS);
  const after = wallTime(wallMs + DAY_MS, zone) - (wallMs + DAY_MS);
  const candidates = [wallMs - before, wallMs - after].sort((a, b) => a - b);
  return candidates.find((instant) => wallTime(instant, zone) === wallMs);
}
