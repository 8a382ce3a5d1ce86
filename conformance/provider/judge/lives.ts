/** Lives of objects under both providers, group by group, in the embedded cloud or on another one. */
import { end, type Group, live, look, openWorld, put } from "../life.ts";
import type { Difference } from "./compare.ts";
import type { Judged } from "./report.ts";

/** Each group of lives in order, then its ends in the reverse; a problem in words is a difference. `start`: another cloud than the embedded one. */
export async function judgeLives(
  binary: string,
  groups: readonly Group[],
  start?: Parameters<typeof openWorld>[1],
): Promise<readonly Judged[]> {
  const world = await openWorld(binary, start);
  const judged: Judged[] = [];
  const say = async (type: string, row: string, work: () => Promise<readonly string[]>) => {
    const problems = await work().catch((cause: unknown) => [String(cause)]);
    judged.push({ type, row, differences: problems.map((ours): Difference => ({ aspect: "life", path: "", ours, real: "" })) });
  };
  // The real provider waits for AWS for seconds at many a step: groups stand alone, so they live at the same time.
  const lives = async ({ name, things = {}, rows, looks }: Group): Promise<void> => {
    const own = { ...world, states: new Map(world.states) };
    if (Object.keys(things).length > 0)
      await say("cloud", `what is put into it for ${name}`, () => put(own, things).then(() => []));
    for (const row of rows) await say(row.type, `life of ${row.name}`, () => live(own, row));
    for (const row of looks) await say(`data ${row.data}`, row.name, () => look(own, row));
    for (const row of [...rows].reverse()) await say(row.type, `end of ${row.name}`, () => end(own, row));
  };
  try {
    await Promise.all(groups.map(lives));
  } finally {
    await world.close();
  }
  return judged;
}
