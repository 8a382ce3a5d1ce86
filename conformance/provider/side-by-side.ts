/** Groups of lives that share one process of the real provider and wait beside each other. */
import { shapeObject } from "@dovetail/provider";
import { proposedNew } from "../../packages/engine/src/values/proposed.ts";
import { leavesOf, sayings, unequal } from "./leaves.ts";
import { end, type Group, type Life, live, look, put, type World } from "./life.ts";

type Outcome = readonly [what: string, problems: readonly string[]];

/** Every group at once: the real provider waits seconds for what AWS does slowly. Answers what each row's problems were. */
export async function liveSideBySide(world: World, groups: readonly Group[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = await Promise.all(groups.map((group) => liveThrough({ ...world, states: new Map() }, group)));
  return new Map(found.flat());
}

/** Everything of one group, in order. A row that throws has that as its problem. */
async function liveThrough(world: World, { name, things, rows, looks }: Group): Promise<Outcome[]> {
  const found: Outcome[] = [];
  await put(world, things ?? {});
  const note = async (what: string, problems: () => Promise<string[]>) => {
    found.push([`${name}: ${what}`, await problems().catch((error: unknown) => [String(error)])]);
  };
  for (const row of rows)
    await note(`made ${row.name}`, async () => [...(await live(world, row)), ...(await planOnly(world, row))]);
  for (const row of looks) await note(`read ${row.data} ${row.name}`, () => look(world, row));
  for (const row of [...rows].reverse()) await note(`ended ${row.name}`, () => end(world, row));
  return found;
}

/** Plans further changes of the real one's object with both, without making them. */
async function planOnly(world: World, row: Life): Promise<string[]> {
  const problems: string[] = [];
  const prior = world.states.get(row.name)?.real;
  if (prior === undefined) return problems;
  const { type } = row;
  const made: Parameters<Life["config"]>[0] = (name, path) => world.states.get(name)?.real[path] ?? null;
  for (const [i, change] of (row.plans ?? []).entries()) {
    const plans = [];
    for (const provider of [world.real, world.beside]) {
      const schema = provider.getSchema("resource", type) ?? {};
      const config = shapeObject(schema, change(made));
      plans.push(await provider.planChange({ type, prior, proposed: proposedNew(schema, prior, config), config }));
    }
    const [real, ours] = plans;
    if (real === undefined || ours === undefined) continue;
    const differences = unequal("plan", leavesOf(real.planned), leavesOf(ours.planned), row.differs);
    const paths = ({ requiresReplace }: typeof real) =>
      [...new Set(requiresReplace.map(([first]) => String(first)))]
        .filter((name) => name !== "id")
        .sort()
        .join();
    if (paths(real) !== paths(ours)) differences.push(`replaces because of [${paths(real)}], ours [${paths(ours)}]`);
    problems.push(
      ...[...differences, ...sayings(real.diagnostics), ...sayings(ours.diagnostics)].map((text) => `plan ${i}: ${text}`),
    );
  }
  return problems;
}
