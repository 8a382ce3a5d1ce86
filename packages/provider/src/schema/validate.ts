import {
  attributesOf,
  type BlockSchema,
  blocksOf,
  CODES,
  type Diagnostic,
  type DiagnosticCode,
  errorDiagnostic,
  formatPath,
  isList,
  isObject,
  type NestedBlockSchema,
  type Path,
  type ResourceSchema,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";
import { coerce } from "./coerce.ts";
import { attributeType } from "./shape.ts";

/** A config checked against its schema, in the words of Terraform's core. */
export function validateAgainstSchema(schema: ResourceSchema, config: ValueObject): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  validateBlock(schema, config, [], found);
  return found;
}

function problem(code: DiagnosticCode, path: Path, detail: string, fix?: string): Diagnostic {
  return errorDiagnostic(code, CODES[code], { detail, attribute: formatPath(path), ...(fix === undefined ? {} : { fix }) });
}

function validateBlock(schema: BlockSchema, config: ValueObject, path: Path, found: Diagnostic[]): void {
  const attributes = schema.attributes ?? {};
  const blocks = schema.blocks ?? {};
  for (const name of Object.keys(config)) {
    if (config[name] === undefined || Object.hasOwn(attributes, name) || Object.hasOwn(blocks, name)) continue;
    found.push(unsupported(schema, [...path, name], name));
  }
  for (const { name, attribute } of attributesOf(schema)) {
    const value = config[name] ?? null;
    if (value === null) {
      if (attribute.required === true)
        found.push(problem("DVT1007", [...path, name], `The argument "${name}" is required, but no definition was found.`));
      continue;
    }
    if (attribute.required !== true && attribute.optional !== true) {
      found.push(
        problem(
          "DVT1005",
          [...path, name],
          `Can't configure a value for "${formatPath([...path, name])}": its value will be decided automatically based on the result of applying this configuration.`,
        ),
      );
      continue;
    }
    coerce(attributeType(attribute), value, (mismatch) => {
      const at = [...path, name, ...mismatch.path];
      const where = mismatch.path.length === 0 ? "" : `element ${formatPath(mismatch.path)}: `;
      found.push(problem("DVT1006", at, `Inappropriate value for attribute "${name}": ${where}${mismatch.message}.`));
    });
  }
  for (const { name, block } of blocksOf(schema)) validateNested(name, block, config[name] ?? null, path, found);
}

function validateNested(name: string, block: NestedBlockSchema, value: Value, path: Path, found: Diagnostic[]): void {
  if (value === UNKNOWN) return;
  if (block.nesting === "single") {
    if (isObject(value)) validateBlock(block, value, [...path, name], found);
    return;
  }
  const items = isList(value) ? value : value === null ? [] : [value];
  const least = block.min ?? block.min_hint ?? 0;
  const most = block.max ?? block.max_hint ?? Number.POSITIVE_INFINITY;
  if (items.length < least) found.push(problem("DVT1007", [...path, name], `At least ${least} "${name}" blocks are required.`));
  if (items.length > most) {
    // Without a limit that core knows, the provider's own plugin framework says it.
    const detail =
      block.max === undefined
        ? `Attribute ${formatPath([...path, name])} ${block.nesting} must contain at most ${most} elements, got: ${items.length}`
        : `No more than ${most} "${name}" blocks are allowed.`;
    found.push(problem("DVT3001", [...path, name], detail));
  }
  for (const [i, item] of items.entries()) {
    if (item === UNKNOWN) continue;
    if (isObject(item)) validateBlock(block, item, [...path, name, i], found);
    else found.push(problem("DVT1006", [...path, name, i], `Inappropriate value for block "${name}": object required.`));
  }
}

function unsupported(schema: BlockSchema, path: Path, name: string): Diagnostic {
  const names = [...Object.keys(schema.attributes ?? {}), ...Object.keys(schema.blocks ?? {})];
  const near = nearest(name, names);
  return problem(
    "DVT1005",
    path,
    `An argument named "${name}" is not expected here.`,
    near === undefined ? undefined : `Did you mean "${near}"?`,
  );
}

/** The candidate within a third of the name's length in edits; undefined when none is near. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3));
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate);
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
