import {
  type BlockSchema,
  isList,
  isObject,
  type Path,
  pathStartsWith,
  UNKNOWN,
  type Value,
  type ValueObject,
  valueAt,
  valuesEqual,
} from "@dovetail/model";

/** Differences between whole objects, and what lifecycle options make of them. Pure. */

/** Paths where the two differ, as deep as both have the same shape; at most `limit`. */
export function changedPaths(before: Value, after: Value, limit = 1000): readonly Path[] {
  const found: Path[] = [];
  collect(before, after, [], found, limit);
  return found;
}

function collect(before: Value, after: Value, path: Path, found: Path[], limit: number): void {
  if (found.length >= limit || before === after) return;
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const a = Object.hasOwn(before, key) ? (before[key] ?? null) : null;
      const b = Object.hasOwn(after, key) ? (after[key] ?? null) : null;
      collect(a, b, [...path, key], found, limit);
    }
    return;
  }
  if (isList(before) && isList(after) && before.length === after.length) {
    before.forEach((item, i) => {
      collect(item, after[i] ?? null, [...path, i], found, limit);
    });
    return;
  }
  if (before === UNKNOWN || after === UNKNOWN || !valuesEqual(before, after)) found.push(path);
}

/** `value` with `path` set to `to`; unchanged where a step before the last does not exist. `undefined` removes a map key. */
export function withValueAt(value: Value, path: Path, to: Value | undefined): Value {
  const [step, ...rest] = path;
  if (step === undefined) return to ?? null;
  if (typeof step === "number") {
    if (!isList(value) || step >= value.length) return value;
    return value.map((item, i) => (i === step ? withValueAt(item, rest, to) : item));
  }
  if (!isObject(value)) return value;
  const isLast = rest.length === 0;
  const entries = Object.entries(value).filter(([key]) => !(isLast && to === undefined && key === step));
  if (isLast && to === undefined) return Object.fromEntries(entries);
  if (!Object.hasOwn(value, step)) return isLast ? Object.fromEntries([...entries, [step, to ?? null]]) : value;
  return Object.fromEntries(entries.map(([key, item]) => [key, key === step ? withValueAt(item, rest, to) : item]));
}

/** Config as `ignore_changes` sees it: ignored paths have the prior value. After Terraform's `processIgnoreChanges`. */
export function ignoreChanges(
  schema: BlockSchema,
  prior: ValueObject,
  config: ValueObject,
  ignore: readonly Path[] | "all",
): ValueObject {
  if (ignore === "all") return ignoreAll(schema, prior, config);
  let out: Value = config;
  for (const path of ignore) {
    const was = valueAt(prior, path);
    const isAttribute = path.length === 1;
    // A parent that config does not set (a whole map) is taken from the prior object only as far as the path reaches.
    out = withValueAt(parentPresent(out, prior, path), path, was ?? (isAttribute ? null : undefined));
  }
  return isObject(out) ? out : config;
}

function parentPresent(config: Value, prior: Value, path: Path): Value {
  const parent = path.slice(0, -1);
  if (parent.length === 0 || valueAt(prior, path) === undefined) return config;
  const here = valueAt(config, parent);
  return here === null && isObject(valueAt(prior, parent)) ? withValueAt(config, parent, {}) : config;
}

/** Prior as config: what only the provider sets stays unset. */
function ignoreAll(schema: BlockSchema, prior: ValueObject, config: ValueObject): ValueObject {
  const kept = Object.entries(config).map(([name, value]): [string, Value] => {
    const attribute = schema.attributes?.[name];
    const isOnlyComputed = attribute !== undefined && attribute.optional !== true && attribute.required !== true;
    const isUnsetComputed = value === null && attribute?.computed === true;
    return [name, isOnlyComputed || isUnsetComputed ? value : (prior[name] ?? null)];
  });
  return Object.fromEntries(kept);
}

/** Those of `paths` (as a provider reports them) under which the object really changes. Steps through a set end at the set. */
export function effectivePaths(before: Value, after: Value, paths: readonly Path[]): readonly Path[] {
  return paths.filter((path) => {
    const a = valueAt(before, path);
    const b = valueAt(after, path);
    if (a === undefined && b === undefined) {
      const reach = path.slice(0, -1);
      return reach.length > 0 && effectivePaths(before, after, [reach]).length > 0;
    }
    return a === undefined || b === undefined || a === UNKNOWN || b === UNKNOWN || !valuesEqual(a, b);
  });
}

/** Changed paths that lie under one of `wanted`; "all" for any. */
export function changesUnder(before: Value, after: Value, wanted: readonly Path[] | "all"): readonly Path[] {
  const changed = changedPaths(before, after);
  if (wanted === "all") return changed;
  return changed.filter((path) => wanted.some((want) => pathStartsWith(path, want) || pathStartsWith(want, path)));
}

/** First path where `actual` contradicts what `planned` knew; undefined when it only fills unknowns in. */
export function contradiction(planned: Value, actual: Value, path: Path = []): Path | undefined {
  if (planned === UNKNOWN || planned === actual) return undefined;
  if (isObject(planned) && isObject(actual)) {
    for (const key of new Set([...Object.keys(planned), ...Object.keys(actual)])) {
      const found = contradiction(planned[key] ?? null, actual[key] ?? null, [...path, key]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isList(planned) && isList(actual)) {
    const hasUnknown = planned.some((item) => !isKnownDeep(item));
    if (planned.length !== actual.length) return hasUnknown && mayCollapse(planned, actual) ? undefined : path;
    if (hasUnknown && looksLikeSet(planned, actual)) return undefined;
    for (let i = 0; i < planned.length; i++) {
      const found = contradiction(planned[i] ?? null, actual[i] ?? null, [...path, i]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return valuesEqual(planned, actual) ? undefined : path;
}

function isKnownDeep(value: Value): boolean {
  if (value === UNKNOWN) return false;
  if (isList(value)) return value.every(isKnownDeep);
  return isObject(value) ? Object.values(value).every(isKnownDeep) : true;
}

/** Elements of a set that differed only by unknowns may turn out to be the same one. */
function mayCollapse(planned: readonly Value[], actual: readonly Value[]): boolean {
  return planned.includes(UNKNOWN) || (actual.length < planned.length && looksLikeSet(planned, actual));
}

/** With unknowns inside, a set's order may change once they are known: each planned element needs some actual one to fit. */
function looksLikeSet(planned: readonly Value[], actual: readonly Value[]): boolean {
  return planned.every((want) => actual.some((have) => contradiction(want, have) === undefined));
}
