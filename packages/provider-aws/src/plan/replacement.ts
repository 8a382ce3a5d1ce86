import {
  type BlockSchema,
  isList,
  isObject,
  type Path,
  pathStartsWith,
  type Value,
  type ValueObject,
  valuesEqual,
} from "@dovetail/model";
import { setKey } from "@dovetail/provider";
import type { NativeResource } from "../resource.ts";

/** Paths whose change from prior to planned makes a new object necessary. */
export function replacementPaths(
  schema: BlockSchema,
  resource: NativeResource,
  prior: ValueObject,
  planned: ValueObject,
): readonly Path[] {
  const forced = new Set(resource.forceNew ?? []);
  const updatable = new Set(resource.updatable ?? []);
  const found: Path[] = [];
  const forces = (schemaPath: string, hint: string | boolean | undefined) =>
    forced.has(schemaPath) || (isForcing(hint) && !updatable.has(schemaPath));
  const walk = (
    block: BlockSchema,
    before: ValueObject | null,
    after: ValueObject | null,
    schemaPath: string,
    path: Path,
  ): void => {
    for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
      const was = before?.[name] ?? null;
      const is = after?.[name] ?? null;
      if (!valuesEqual(was, is) && forces(schemaPath + name, attribute.force_new)) found.push([...path, name]);
    }
    for (const [name, inner] of Object.entries(block.blocks ?? {})) {
      const was = before?.[name] ?? null;
      const is = after?.[name] ?? null;
      if (valuesEqual(was, is)) continue;
      if (forces(schemaPath + name, inner.force_new)) {
        found.push([...path, name]);
        continue;
      }
      for (const [a, b, step] of pairs(inner.nesting, was, is))
        walk(inner, a, b, `${schemaPath}${name}.`, [...path, name, ...step]);
    }
  };
  walk(schema, prior, planned, "", []);
  return found.filter((path, i) => !found.some((other, j) => j < i && pathStartsWith(path, other)));
}

/** Only flags that are certain: what the documentation merely says is left to the resource's own list. */
function isForcing(hint: string | boolean | undefined): boolean {
  return hint === true || hint === "2020" || hint === "known" || hint === "both";
}

type Pair = readonly [before: ValueObject | null, after: ValueObject | null, step: Path];

/** Elements that belong together: by position in lists; of sets only those without an equal on the other side. */
function pairs(nesting: string, was: Value, is: Value): readonly Pair[] {
  if (nesting === "single") return [[isObject(was) ? was : null, isObject(is) ? is : null, []]];
  const before = objects(was);
  const after = objects(is);
  if (nesting === "set") {
    const keysBefore = new Set(before.map(setKey));
    const keysAfter = new Set(after.map(setKey));
    return [
      ...before.filter((item) => !keysAfter.has(setKey(item))).map((item): Pair => [item, null, [before.indexOf(item)]]),
      ...after.filter((item) => !keysBefore.has(setKey(item))).map((item): Pair => [null, item, [after.indexOf(item)]]),
    ];
  }
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, i): Pair => [before[i] ?? null, after[i] ?? null, [i]]);
}

function objects(value: Value): readonly ValueObject[] {
  return isList(value) ? value.filter(isObject) : [];
}
