/** Circles in a graph of nodes. Pure. */

/** Every group of nodes that depend on each other, in the order they were found; a node that depends on itself alone is one. */
export function findCycles(edges: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly string[])[] {
  const state = new Map<string, { index: number; low: number; isOpen: boolean }>();
  const open: string[] = [];
  const cycles: string[][] = [];
  for (const start of edges.keys()) if (!state.has(start)) visit(start);
  return cycles;

  /** Tarjan's components, without recursion: a chain of a hundred thousand is no deep stack. */
  function visit(start: string): void {
    const frames = [enter(start)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const next = frame.rest.next();
      if (next.done === true) {
        frames.pop();
        leave(frame.node, frames.at(-1)?.node);
      } else if (!state.has(next.value)) frames.push(enter(next.value));
      else lower(frame.node, state.get(next.value)?.isOpen === true ? state.get(next.value)?.index : undefined);
    }
  }

  function enter(node: string): { node: string; rest: Iterator<string> } {
    state.set(node, { index: state.size, low: state.size, isOpen: true });
    open.push(node);
    return { node, rest: (edges.get(node) ?? new Set<string>()).values() };
  }

  function lower(node: string, value: number | undefined): void {
    const own = state.get(node);
    if (own !== undefined && value !== undefined && value < own.low) own.low = value;
  }

  function leave(node: string, above: string | undefined): void {
    const own = state.get(node);
    if (own === undefined) return;
    if (above !== undefined) lower(above, own.low);
    if (own.low !== own.index) return;
    const group = open.splice(open.lastIndexOf(node));
    for (const each of group) {
      const found = state.get(each);
      if (found !== undefined) found.isOpen = false;
    }
    if (group.length > 1 || edges.get(node)?.has(node) === true) cycles.push(group);
  }
}
