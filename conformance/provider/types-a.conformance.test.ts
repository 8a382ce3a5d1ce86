/**
 * KMS, Secrets Manager, Kinesis, Logs, EventBridge, SNS and SES: lives of objects and data sources, ours judged by the real provider.
 * It waits seconds for what AWS does slowly, so the groups live side by side.
 */
import { shapeObject } from "@dovetail/provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { proposedNew } from "../../packages/engine/src/values/proposed.ts";
import { GROUPS } from "./cases-types-a.ts";
import { realBinary } from "./judge/parties.ts";
import { leavesOf, sayings, unequal } from "./leaves.ts";
import { end, type Group, type Life, live, look, openWorld, put, refuse, type World } from "./life.ts";

const binary = realBinary();
const PREPARE_MS_MAX = 240_000;

describe.skipIf(binary === undefined)(
  `beside the real provider 5.100.0${binary === undefined ? " (skipped: DOVETAIL_TF_MIRROR names no mirror with it)" : ""}`,
  () => {
    let world: World;
    let outcomes: ReadonlyMap<string, readonly string[]>;
    beforeAll(async () => {
      if (binary === undefined) return;
      world = await openWorld(binary);
      const found = await Promise.all(GROUPS.map((group) => liveThrough(world, group)));
      outcomes = new Map(found.flat());
    }, PREPARE_MS_MAX);
    afterAll(async () => world?.close());

    describe.each(GROUPS)("$name", ({ rows, looks, refusals }) => {
      it.each(rows.map((row) => [row.type, row.name] as const))(
        "%s.%s: is planned, made, read, changed and imported alike",
        (_type, name) => expect(outcomes.get(`made ${name}`)).toEqual([]),
      );

      it.each(rows.map((row) => [row.type, row.name] as const))("%s.%s: is deleted, and read as gone", (_type, name) =>
        expect(outcomes.get(`ended ${name}`)).toEqual([]),
      );

      it.each(looks.map((row) => [row.data, row.name] as const))("data %s, %s: is read alike", (data, name) =>
        expect(outcomes.get(`read ${data} ${name}`)).toEqual([]),
      );

      it.each(refusals.map((row) => [row.refused, row.name, row] as const))(
        "%s, %s: is refused in the same words",
        async (_type, _name, row) => {
          const [real, ours] = await refuse(world, row);
          expect([real.length > 0, ours.length > 0]).toEqual([true, true]);
          const detail = (text: string) => text.slice(text.indexOf(": ") + 2);
          const known = ours.filter((text) => real.some((other) => other.includes(detail(text))));
          expect(known, `real: ${real.join(" / ")}\nours: ${ours.join(" / ")}`).not.toEqual([]);
        },
      );
    });
  },
);

type Outcome = readonly [what: string, problems: readonly string[]];

/** Everything of one group, in order. A row that throws has that as its problem. */
async function liveThrough(world: World, { things, rows, looks }: Group): Promise<Outcome[]> {
  const found: Outcome[] = [];
  await put(world, things ?? {});
  const note = async (what: string, problems: () => Promise<string[]>) => {
    found.push([what, await problems().catch((error: unknown) => [String(error)])]);
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
