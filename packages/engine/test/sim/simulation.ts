import type { Random } from "@dovetail/model";
import { seededRandom, type ValueObject } from "@dovetail/model";
import { type MemoryFiles, memoryFiles } from "../../src/index.ts";
import { type App, actions, type Program, TestStage } from "../support/harness.ts";
import { World } from "../support/world.ts";

/** Programs, faults and the order of ready work drawn from one seed; a run that may be killed at any write; what must hold after it. */

export interface Node {
  readonly name: string;
  readonly after: readonly string[];
  readonly value: string;
  readonly kind: string;
  readonly isCreateFirst: boolean;
  readonly isAutonamed: boolean;
}

export class Dice {
  readonly #random: Random;
  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }
  /** 0 to `sides - 1`. */
  roll(sides: number): number {
    const [a = 0, b = 0, c = 0] = this.#random.bytes(3);
    return (a * 65536 + b * 256 + c) % sides;
  }
  chance(percent: number): boolean {
    return this.roll(100) < percent;
  }
}

/** A program of up to `size` things, each depending on some declared before it. */
export function randomNodes(dice: Dice, size: number): readonly Node[] {
  const nodes: Node[] = [];
  for (let i = 0; i < size; i++) {
    const after = nodes.filter(() => dice.chance(30)).map((node) => node.name);
    nodes.push({
      name: `N${i}`,
      after,
      value: String(dice.roll(3)),
      kind: String(dice.roll(2)),
      isCreateFirst: dice.chance(30),
      isAutonamed: dice.chance(50),
    });
  }
  return nodes;
}

/** The next version of a program: things change, leave, come. What is autonamed stays so. */
export function changedNodes(dice: Dice, nodes: readonly Node[]): readonly Node[] {
  const kept = nodes.filter(() => dice.chance(80));
  const names = new Set(kept.map((node) => node.name));
  const changed = kept.map((node) => ({
    ...node,
    after: node.after.filter((name) => names.has(name)),
    value: dice.chance(40) ? String(dice.roll(3)) : node.value,
    kind: dice.chance(40) ? String(dice.roll(3)) : node.kind,
  }));
  return dice.chance(50)
    ? [...changed, { ...(randomNodes(dice, 1)[0] ?? changed[0]), name: `M${dice.roll(1000)}` } as Node]
    : changed;
}

const AUTONAME = { attribute: "name", separator: "-", suffix: "", maxLength: 30, hashLength: 6, charset: "0123456789abcdef" };

/** Create-first replacements need a new name: what has none derived gets one from its kind. */
export function programOf(nodes: readonly Node[]): Program {
  const isFirst = spread(nodes);
  return async (app: App) => {
    const made = new Map<string, Promise<{ value: ValueObject }>>();
    for (const node of nodes) {
      const lifecycle = { createBeforeDestroy: node.isCreateFirst };
      const name = isFirst.has(node.name) ? `${node.name.toLowerCase()}-${node.kind}` : node.name.toLowerCase();
      const naming = node.isAutonamed ? { autoname: { ...AUTONAME, prefix: node.name } } : {};
      made.set(
        node.name,
        (async () => {
          const inputs = await Promise.all(node.after.map((other) => made.get(other)));
          const ids = inputs.map((input) => input?.value.id ?? null);
          const tags: ValueObject = Object.fromEntries(node.after.map((other, i) => [other, ids[i] ?? null]));
          const config: ValueObject = { value: node.value, kind: node.kind, tags, ...(node.isAutonamed ? {} : { name }) };
          return await app.thing(node.name, config, { after: node.after, lifecycle, ...naming });
        })(),
      );
      await Promise.resolve();
    }
    await Promise.all(made.values());
    return {};
  };
}

function spread(nodes: readonly Node[]): ReadonlySet<string> {
  const first = new Set<string>();
  for (const node of [...nodes].reverse()) {
    if (!node.isCreateFirst && !first.has(node.name)) continue;
    first.add(node.name);
    for (const other of node.after) first.add(other);
  }
  return first;
}

export interface Life {
  readonly world: World;
  files: MemoryFiles;
  pid: number;
}

export function newLife(): Life {
  return { world: new World(), files: memoryFiles(), pid: 100 };
}

/** Runs `work` in a process of its own; true when it was killed by `crashAt` (a write's number and how many of its bytes got through). */
export async function inProcess(
  life: Life,
  dice: Dice,
  crashAt: { readonly write: number; readonly share: number } | undefined,
  work: (stage: TestStage) => Promise<void>,
): Promise<boolean> {
  const files = memoryFiles(life.files.snapshot());
  const pid = ++life.pid;
  life.files = files;
  life.world.pause = async () => {
    for (let i = dice.roll(4); i > 0; i--) await Promise.resolve();
    if (files.crashed) await new Promise(() => undefined);
  };
  if (crashAt !== undefined) {
    files.fault = ({ sequence, bytes }) =>
      sequence === crashAt.write ? { kind: "crash", bytesWritten: Math.floor(bytes * crashAt.share) } : undefined;
  }
  const stage = new TestStage({ world: life.world, files, pid, alive: (other) => other === pid, random: seededRandom(pid) });
  let isOver = false;
  const done = work(stage).finally(() => {
    isOver = true;
  });
  return await Promise.race([done.then(() => false), killed(files, () => isOver)]);
}

/** Looks every turn of the event loop whether the process is gone; false when its work ended before. */
async function killed(files: MemoryFiles, isOver: () => boolean): Promise<boolean> {
  while (!files.crashed && !isOver()) await new Promise((resolve) => setImmediate(resolve));
  return files.crashed;
}

export async function deploy(stage: TestStage, program: Program): Promise<void> {
  await stage.deployed(program);
}

/** What the world has, but for what differs from run to run. */
export function inventory(world: World): readonly unknown[] {
  const things = [...world.things.values()].map(({ etag: _, ...rest }) => rest);
  return things.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
}

/** Throws unless state and world agree, nothing is left over, and the next plan is empty. */
export async function mustHold(life: Life, dice: Dice, program: Program): Promise<void> {
  await inProcess(life, dice, undefined, async (stage) => {
    const state = await stage.engine.state.read();
    const recorded = [...state.instances.values()].flatMap((instance) => {
      if (Object.keys(instance.deposed).length > 0) throw new Error(`${instance.address} has deposed objects`);
      if (instance.current?.isTainted === true) throw new Error(`${instance.address} is tainted`);
      return [String(instance.current?.attributes.name)];
    });
    const real = [...life.world.things.keys()];
    if (recorded.sort().join() !== real.sort().join()) throw new Error(`state has ${recorded}, world has ${real}`);
    if (stage.file("journal") !== undefined) throw new Error("a journal is left");
    if (stage.file("lock") !== undefined) throw new Error("a lock is left");
    const plan = await stage.plan(program);
    if (plan.isErrored || actions(plan).length > 0)
      throw new Error(`next plan: ${actions(plan)} ${JSON.stringify(plan.diagnostics)}`);
    const left = [...stage.files.snapshot().keys()].filter((path) => path.includes(".claim"));
    if (left.length > 0) throw new Error(`left: ${left}`);
  });
}
