/** Values that one step of a scenario keeps for a later one. */

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path such as `Messages.0.Body`; undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((at, part) => {
    if (Array.isArray(at)) return at[Number(part)];
    return isRecord(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }, value);
}

/** `"@{name}"` replaced by what was kept under the name, whole values and parts of texts, in keys too. */
export function withKept(value: unknown, kept: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === "string") {
    const whole = /^@\{(\w+)\}$/.exec(value)?.[1];
    if (whole !== undefined && kept.has(whole)) return kept.get(whole);
    return value.replaceAll(/@\{(\w+)\}/g, (text, name: string) => (kept.has(name) ? String(kept.get(name)) : text));
  }
  if (Array.isArray(value)) return value.map((each) => withKept(each, kept));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [String(withKept(key, kept)), withKept(each, kept)]));
  return value;
}
