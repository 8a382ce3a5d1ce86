import { isObject, isWhollyKnown, UNKNOWN, type Value, type ValueObject, valuesEqual } from "@dovetail/model";

/** Tags as the provider's configuration treats them. */
export interface TagSettings {
  readonly defaults: { readonly [key: string]: string };
  readonly ignoreKeys: readonly string[];
  readonly ignorePrefixes: readonly string[];
}

/** True when the provider is told to leave the tag alone. */
export function isIgnoredTag(settings: Pick<TagSettings, "ignoreKeys" | "ignorePrefixes">, key: string): boolean {
  return settings.ignoreKeys.includes(key) || settings.ignorePrefixes.some((prefix) => key.startsWith(prefix));
}

/** Planned `tags_all`: default tags under the resource's own. Without any tag it is known only after apply, as the real provider plans it. */
export function plannedTagsAll(settings: TagSettings, tags: Value, prior: ValueObject | null): Value {
  if (tags !== null && !isWhollyKnown(tags)) return UNKNOWN;
  const merged: { [key: string]: Value } = {};
  const own = isObject(tags) ? tags : {};
  for (const key of [...new Set([...Object.keys(settings.defaults), ...Object.keys(own)])].sort()) {
    if (isIgnoredTag(settings, key)) continue;
    merged[key] = Object.hasOwn(own, key) ? (own[key] ?? null) : (settings.defaults[key] ?? null);
  }
  if (Object.keys(merged).length > 0) return merged;
  if (prior === null) return UNKNOWN;
  const before = prior.tags_all ?? null;
  return isObject(before) && Object.keys(before).length === 0 ? before : before === null ? before : {};
}

/**
 * `tags` and `tags_all` of a state, from the tags that the service has: ignored ones left out, default ones in `tags` only where the
 * resource's own tags had them.
 */
export function stateTags(
  settings: TagSettings,
  remote: Value,
  before: Value,
): { readonly tags: Value; readonly tags_all: Value } {
  const all: { [key: string]: Value } = {};
  const own: { [key: string]: Value } = {};
  const had = isObject(before) ? before : {};
  const found = isObject(remote) ? remote : {};
  for (const key of Object.keys(found).sort()) {
    if (isIgnoredTag(settings, key) || key.startsWith("aws:")) continue;
    const value = found[key] ?? null;
    all[key] = value;
    const isDefault = Object.hasOwn(settings.defaults, key) && valuesEqual(settings.defaults[key] ?? null, value);
    if (!isDefault || Object.hasOwn(had, key)) own[key] = value;
  }
  return { tags: Object.keys(own).length === 0 && before === null ? null : own, tags_all: all };
}
