import { TemplateError } from "./syntax.ts";

/** JSONPath as `$input.json` and `$input.path` take it: members, indices, `*`, `..`, slices and negative indices. Pure. Throws TemplateError. */
type Selector =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "index"; readonly at: number }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: "all" };
interface Part {
  readonly selector: Selector;
  readonly isDeep: boolean;
}

const FOUND_MAX = 100_000;
const PART =
  /(\.\.?)(\*|[^.[\]()\s]+)|(\.\.)?\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\*)|(-?\d+)|(-?\d*):(-?\d*))\s*\]/y;

function read(path: string): Part[] {
  const parts: Part[] = [];
  let at = path.startsWith("$") ? 1 : 0;
  const source = at === 1 ? path : `.${path}`;
  while (at < source.length) {
    PART.lastIndex = at;
    const match = PART.exec(source);
    if (match === null) throw new TemplateError(`Invalid JSONPath ${path}`);
    at += match[0].length;
    const [, dots, plain, deep, single, double, star, index, from, to] = match;
    const name = plain ?? single?.replace(/\\(.)/g, "$1") ?? double?.replace(/\\(.)/g, "$1");
    const edge = (text: string | undefined) => (text === undefined || text === "" ? undefined : Number(text));
    const selector: Selector =
      plain === "*" || star !== undefined
        ? { kind: "all" }
        : name !== undefined
          ? { kind: "name", name }
          : index !== undefined
            ? { kind: "index", at: Number(index) }
            : { kind: "slice", from: edge(from), to: edge(to) };
    parts.push({ selector, isDeep: dots === ".." || deep !== undefined });
  }
  return parts;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function select(value: unknown, selector: Selector): unknown[] {
  switch (selector.kind) {
    case "all":
      return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    case "name":
      return isObject(value) && Object.hasOwn(value, selector.name) ? [value[selector.name]] : [];
    case "index":
      return Array.isArray(value) && value.at(selector.at) !== undefined ? [value.at(selector.at)] : [];
    default:
      return Array.isArray(value) ? value.slice(selector.from, selector.to) : [];
  }
}

/** The value and everything below it. */
function everything(value: unknown, into: unknown[]): unknown[] {
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    into.push(next);
    if (into.length > FOUND_MAX) throw new TemplateError("A JSONPath finds too much");
    const below = select(next, { kind: "all" });
    for (let i = below.length - 1; i >= 0; i--) if (typeof below[i] === "object" && below[i] !== null) open.push(below[i]);
  }
  return into;
}

/** What a path finds: one value of a definite path (undefined where there is none), else a list. */
export function jsonPath(document: unknown, path: string): unknown {
  const parts = read(path.trim());
  let found: unknown[] = [document];
  for (const { selector, isDeep } of parts) {
    const from = isDeep ? found.reduce<unknown[]>((into, value) => everything(value, into), []) : found;
    found = from.flatMap((value) => select(value, selector));
    if (found.length > FOUND_MAX) throw new TemplateError("A JSONPath finds too much");
  }
  const isDefinite = parts.every(({ selector, isDeep }) => !isDeep && (selector.kind === "name" || selector.kind === "index"));
  return isDefinite ? found[0] : found;
}
