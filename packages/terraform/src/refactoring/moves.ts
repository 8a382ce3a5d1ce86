import { type Diagnostic, errorDiagnostic, type SourceRange } from "@dovetail/model";
import type { ModuleTree } from "../configuration/model.ts";
import { configText, type Endpoint, endpointOf, endpointText, type Step } from "./endpoint.ts";

/** `moved` blocks (Terraform: "Refactor Modules"): under which addresses an object may have been before. Pure. */

interface Move {
  /** The module that says so. */
  readonly path: readonly string[];
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly range: SourceRange;
}

const FORMER_MAX = 100;

export class Moves {
  readonly #moves: readonly Move[];

  constructor(tree: ModuleTree) {
    this.#moves = movesOf(tree);
  }

  /** Earlier addresses of a resource instance, the latest first; without `isRepeated`, also that of the only one of a count, and back. */
  formerAddresses(modules: readonly Step[], resource: NonNullable<Endpoint["resource"]>, canShift: boolean): readonly string[] {
    const own: Endpoint = { modules, resource };
    const found = new Map<string, Endpoint>();
    const open = [own];
    for (let at = open.shift(); at !== undefined && found.size < FORMER_MAX; at = open.shift()) {
      for (const move of this.#moves) {
        const former = undone(move, at);
        const text = former === undefined ? "" : endpointText(former);
        if (former === undefined || found.has(text) || text === endpointText(own)) continue;
        found.set(text, former);
        open.push(former);
      }
    }
    const shifted = canShift ? [own, ...found.values()].flatMap(shiftedKey) : [];
    return [...new Set([...found.keys(), ...shifted.map(endpointText)])].filter((text) => text !== endpointText(own));
  }

  /** What contradicts the configuration or another block. */
  problems(tree: ModuleTree): readonly Diagnostic[] {
    return [...this.#moves.flatMap((move) => problemOf(move, tree) ?? []), ...ambiguous(this.#moves)];
  }
}

/** A resource that gets a count keeps its object as the first one; one that loses it keeps the first. */
function shiftedKey({ modules, resource }: Endpoint): readonly Endpoint[] {
  if (resource === undefined) return [];
  const { key, ...bare } = resource;
  if (key === undefined) return [{ modules, resource: { ...bare, key: 0 } }];
  return key === 0 ? [{ modules, resource: bare }] : [];
}

function movesOf(tree: ModuleTree): readonly Move[] {
  const own = tree.config.moved.flatMap(({ from, to, range }) => {
    const [source, target] = [endpointOf(from), endpointOf(to)];
    return source === undefined || target === undefined ? [] : [{ path: tree.path, from: source, to: target, range }];
  });
  return [...own, ...[...tree.children.values()].flatMap(movesOf)];
}

/** Where the object at an address was before the move; undefined where the move is not about it. */
function undone({ path, from, to }: Move, at: Endpoint): Endpoint | undefined {
  const outer = at.modules.slice(0, path.length);
  if (outer.length < path.length || outer.some(({ name }, i) => name !== path[i])) return undefined;
  const inner = at.modules.slice(path.length);
  return to.resource === undefined ? undoneModule(outer, inner, from, to, at) : undoneResource(outer, inner, from, to, at);
}

function undoneResource(
  outer: readonly Step[],
  inner: readonly Step[],
  from: Endpoint,
  to: Endpoint,
  { resource }: Endpoint,
): Endpoint | undefined {
  const [target, source] = [to.resource, from.resource];
  if (target === undefined || source === undefined || resource === undefined || !sameSteps(inner, to.modules)) return undefined;
  if (resource.mode !== target.mode || resource.type !== target.type || resource.name !== target.name) return undefined;
  const isWhole = target.key === undefined && source.key === undefined;
  if (!isWhole && resource.key !== target.key) return undefined;
  const key = isWhole ? resource.key : source.key;
  const { key: _, ...bare } = source;
  return { modules: [...outer, ...from.modules], resource: { ...bare, ...(key === undefined ? {} : { key }) } };
}

function undoneModule(
  outer: readonly Step[],
  inner: readonly Step[],
  from: Endpoint,
  to: Endpoint,
  { resource }: Endpoint,
): Endpoint | undefined {
  const [target, source] = [to.modules.at(-1), from.modules.at(-1)];
  const own = inner[to.modules.length - 1];
  if (target === undefined || source === undefined || own === undefined) return undefined;
  if (!sameSteps(inner.slice(0, to.modules.length - 1), to.modules.slice(0, -1)) || own.name !== target.name) return undefined;
  const isWhole = target.key === undefined && source.key === undefined;
  if (!isWhole && own.key !== target.key) return undefined;
  const key = isWhole ? own.key : source.key;
  const moved: Step = { name: source.name, ...(key === undefined ? {} : { key }) };
  const modules = [...outer, ...from.modules.slice(0, -1), moved, ...inner.slice(to.modules.length)];
  return { modules, ...(resource === undefined ? {} : { resource }) };
}

function sameSteps(a: readonly Step[], b: readonly Step[]): boolean {
  return a.length === b.length && a.every(({ name, key }, i) => name === b[i]?.name && key === b[i]?.key);
}

function problemOf({ path, from, to, range }: Move, tree: ModuleTree): Diagnostic | undefined {
  const [source, target] = [endpointText(from), endpointText(to)];
  if (source === target) {
    const detail = `This statement declares a move from ${source} to the same address, which is the same as not declaring this move at all.`;
    return errorDiagnostic("DVT2030", "Redundant move statement", { detail, range });
  }
  if ((from.resource === undefined) !== (to.resource === undefined)) {
    const detail = `A move is from a resource to a resource, or from a module to a module; ${source} and ${target} are not of one kind.`;
    return errorDiagnostic("DVT2030", 'Invalid "moved" addresses', { detail, range });
  }
  const hasKey = (from.resource ?? from.modules.at(-1))?.key !== undefined;
  const still = hasKey ? undefined : declaredAt(tree, configText(path, from));
  if (still === undefined || (to.resource?.key !== undefined && configText(path, from) === configText(path, to)))
    return undefined;
  const what = from.resource === undefined ? "module call" : "resource";
  const detail = `This statement declares a move from ${source}, but that ${what} is still declared.\n\nChange your configuration so that this ${what} will be declared as ${target} instead.`;
  return errorDiagnostic("DVT2030", "Moved object still exists", {
    detail,
    range,
    related: [{ range: still, message: "It is declared here." }],
  });
}

/** Where a configuration declares a resource or a module; undefined where it does not. */
export function declaredAt(tree: ModuleTree, address: string): SourceRange | undefined {
  for (const resource of tree.config.resources.values()) {
    if ([...tree.path.map((name) => `module.${name}`), resource.key].join(".") === address) return resource.range;
  }
  for (const call of tree.config.calls.values()) {
    if ([...tree.path, call.name].map((name) => `module.${name}`).join(".") === address) return call.range;
  }
  for (const child of tree.children.values()) {
    const found = declaredAt(child, address);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Two moves to one address, or from one. */
function ambiguous(moves: readonly Move[]): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const side of ["from", "to"] as const) {
    const seen = new Map<string, Move>();
    for (const move of moves) {
      const key = JSON.stringify([move.path, endpointText(move[side])]);
      const first = seen.get(key);
      seen.set(key, first ?? move);
      if (first === undefined) continue;
      const text = endpointText(move[side]);
      const detail =
        side === "from"
          ? `A statement declared that ${text} moved to ${endpointText(first.to)}, but this statement instead declares that it moved to ${endpointText(move.to)}.\n\nEach resource can move to only one destination resource.`
          : `A statement declared that ${endpointText(first.from)} moved to ${text}, but this statement instead declares that ${endpointText(move.from)} moved there.\n\nEach resource can have moved from only one source resource.`;
      const related = [{ range: first.range, message: "The other statement is here." }];
      found.push(errorDiagnostic("DVT2030", "Ambiguous move statements", { detail, range: move.range, related }));
    }
  }
  return found;
}
