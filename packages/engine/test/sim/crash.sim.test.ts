import { seededRandom } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import { actions, TestStage } from "../support/harness.ts";
import type { Fault } from "../support/world.ts";
import {
  changedNodes,
  Dice,
  deploy,
  inProcess,
  inventory,
  type Life,
  mustHold,
  type Node,
  newLife,
  programOf,
  randomNodes,
} from "./simulation.ts";

/** A second or two of work; a machine that does other things beside may need far longer. */
const SLOW_MS = 600_000;

const first: readonly Node[] = [
  { name: "A", after: [], value: "1", kind: "1", isCreateFirst: false, isAutonamed: false },
  { name: "B", after: ["A"], value: "1", kind: "1", isCreateFirst: false, isAutonamed: true },
  { name: "C", after: ["A"], value: "1", kind: "1", isCreateFirst: false, isAutonamed: false },
  { name: "D", after: [], value: "1", kind: "1", isCreateFirst: true, isAutonamed: true },
  { name: "E", after: ["D"], value: "1", kind: "1", isCreateFirst: false, isAutonamed: false },
  { name: "F", after: ["C"], value: "1", kind: "1", isCreateFirst: false, isAutonamed: false },
];
/** Update, delete-first replacement with a dependent replaced too, create-first replacement, removal, addition. */
const second: readonly Node[] = [
  { name: "A", after: [], value: "2", kind: "2", isCreateFirst: false, isAutonamed: false },
  { name: "B", after: ["A"], value: "1", kind: "2", isCreateFirst: false, isAutonamed: true },
  { name: "C", after: ["A"], value: "2", kind: "1", isCreateFirst: false, isAutonamed: false },
  { name: "D", after: [], value: "1", kind: "2", isCreateFirst: true, isAutonamed: true },
  { name: "E", after: ["D"], value: "1", kind: "1", isCreateFirst: false, isAutonamed: false },
  { name: "G", after: ["E"], value: "1", kind: "1", isCreateFirst: false, isAutonamed: true },
];

async function deployedLife(nodes: readonly Node[]): Promise<Life> {
  const life = newLife();
  await inProcess(life, new Dice(1), undefined, (stage) => deploy(stage, programOf(nodes)));
  return life;
}

async function copyOf(nodes: readonly Node[] | undefined): Promise<Life> {
  return nodes === undefined ? newLife() : await deployedLife(nodes);
}

/** Kills the deploy of `to` at every write, with none, half and all of the write's bytes on the disk, then deploys again. */
async function killEverywhere(from: readonly Node[] | undefined, to: readonly Node[]): Promise<number> {
  const reference = await copyOf(from);
  await inProcess(reference, new Dice(1), undefined, (stage) => deploy(stage, programOf(to)));
  const wanted = inventory(reference.world);
  let kills = 0;
  for (let write = 0; ; write++) {
    let wasKilled = false;
    for (const share of [0, 0.5, 1]) {
      const life = await copyOf(from);
      const isKilled = await inProcess(life, new Dice(1), { write, share }, (stage) => deploy(stage, programOf(to)));
      if (!isKilled) continue;
      wasKilled = true;
      kills += 1;
      try {
        await inProcess(life, new Dice(2), undefined, (stage) => deploy(stage, programOf(to)));
        expect(inventory(life.world)).toEqual(wanted);
        await mustHold(life, new Dice(3), programOf(to));
      } catch (error) {
        throw new Error(`killed at write ${write}, ${share} of its bytes`, { cause: error });
      }
    }
    if (!wasKilled) return kills;
  }
}

describe("kill -9 at every write, then deploy again", { timeout: SLOW_MS }, () => {
  it("of a first deploy ends where a run that was never killed ends", async () => {
    expect(await killEverywhere(undefined, first)).toBeGreaterThan(40);
  });

  it("of an update with replacements in both orders likewise", async () => {
    expect(await killEverywhere(first, second)).toBeGreaterThan(60);
  });

  it("of a remove leaves nothing, and nothing goes before its dependents", async () => {
    expect(await killEverywhere(first, [])).toBeGreaterThan(30);
  });
});

describe("seeded simulation", { timeout: SLOW_MS }, () => {
  const count = Number(process.env.SIM_SEEDS ?? 80);
  const seeds =
    process.env.SIM_SEED === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(process.env.SIM_SEED)];
  it(`programs, changes, crashes (also of recoveries) and order of work from seeds; replay one with SIM_SEED=n`, async () => {
    for (const seed of seeds) {
      try {
        await simulate(seed);
      } catch (error) {
        throw new Error(`seed ${seed}: SIM_SEED=${seed} npx vitest run --project unit packages/engine/test/sim`, {
          cause: error,
        });
      }
    }
  });
});

function randomFault(dice: Dice, nodes: readonly Node[]): Fault {
  return {
    operation: (["create", "update", "delete", "read"] as const)[dice.roll(4)] ?? "create",
    name: dice.chance(50) ? "*" : (nodes[dice.roll(Math.max(1, nodes.length))]?.name.toLowerCase() ?? "*"),
    when: (["before", "after", "partial"] as const)[dice.roll(3)] ?? "before",
    kind: dice.chance(50) ? "error" : "throw",
  };
}

async function simulate(seed: number): Promise<void> {
  const dice = new Dice(seed);
  const life = newLife();
  let nodes = randomNodes(dice, 1 + dice.roll(8));
  for (let version = 0; version < 3; version++) {
    const program = programOf(nodes);
    for (let failures = dice.roll(3); failures > 0; failures--) {
      life.world.faults.push(randomFault(dice, nodes));
      await inProcess(life, dice, undefined, async (stage) => {
        await stage.deploy(program).catch(() => undefined);
      });
    }
    life.world.faults = [];
    for (let crashes = dice.roll(4); crashes > 0; crashes--) {
      const crashAt = { write: dice.roll(40), share: dice.roll(5) / 4 };
      await inProcess(life, dice, crashAt, (stage) => deploy(stage, program));
    }
    await inProcess(life, dice, undefined, (stage) => deploy(stage, program));
    await mustHold(life, dice, program);
    nodes = version === 1 ? [] : changedNodes(dice, nodes);
  }
  expect(life.world.things.size).toBe(0);
}

describe("ten deployers of one stage at once", { timeout: SLOW_MS }, () => {
  it("one works, nine are told who holds the lock, and the state is the one's", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const dice = new Dice(seed);
      const first = new TestStage();
      first.world.pause = async () => {
        for (let i = dice.roll(5); i > 0; i--) await Promise.resolve();
      };
      const rest = Array.from(
        { length: 9 },
        (_, i) =>
          new TestStage({
            files: first.files,
            world: first.world,
            pid: 200 + i,
            alive: () => true,
            random: seededRandom(200 + i),
          }),
      );
      const program = programOf(randomNodes(dice, 6));
      const told = await Promise.allSettled([first, ...rest].map((stage) => stage.deployed(program)));
      expect(
        told.filter((t) => t.status === "fulfilled"),
        `seed ${seed}`,
      ).toHaveLength(1);
      for (const t of told) if (t.status === "rejected") expect(String(t.reason)).toContain("DVT5001");
      expect(actions(await first.plan(program))).toEqual([]);
      expect(first.world.created).toBe(first.world.things.size);
    }
  });
});
