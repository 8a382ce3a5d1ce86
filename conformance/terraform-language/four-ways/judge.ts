/**
 * {Dovetail's engine, terraform} × {our AWS provider, the real one} on one root made of many pieces: the same plans, states and messages in
 * every phase, nothing to do after it, nothing to do on another way's state, nothing left after the destroy.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { systemClock, systemRandom } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { createAwsProvider } from "@dovetail/provider-aws";
import { hostProvider } from "@dovetail/provider-plugin";
import { ACCOUNT, EDITION } from "../../provider/judge/parties.ts";
import type { Json } from "../both.ts";
import { objectOf, type Parts, partsOfPlan, partsOfState, pieceOf } from "./documents.ts";
import { engineWay } from "./engine-way.ts";
import type { Phase } from "./phases.ts";
import { awsEnvironment, type RealPool, startRealPool } from "./real-pool.ts";
import { Comparison } from "./same.ts";
import { terraformWay } from "./terraform-way.ts";
import type { Planned, Way } from "./way.ts";

export const REFERENCE = "terraform, real provider";
export const OURS = "our engine, our provider";
export const WAYS = [REFERENCE, "terraform, our provider", "our engine, real provider", OURS] as const;

export interface Difference {
  readonly way: string;
  readonly phase: string;
  readonly piece: string;
  readonly what: string;
  readonly ours: string;
  readonly real: string;
}

/** What one way said in one phase. */
interface Said {
  readonly plan: Parts;
  readonly state: Parts;
  readonly told: readonly string[];
  readonly again: readonly string[];
}

interface Lived {
  readonly name: string;
  readonly said: ReadonlyMap<string, Said>;
  /** What plans on this way's state would change, by the way that plans. */
  readonly swapped: ReadonlyMap<string, readonly string[]>;
  readonly destroyed: readonly string[];
  readonly left: readonly string[];
}

export interface JudgeOptions {
  /** The real provider's; only needed by ways that have it. */
  readonly binary?: string;
  readonly phases: readonly Phase[];
  readonly ways?: readonly string[];
  /** The configuration has one AWS provider configuration only: one process serves all. */
  readonly hasOneProvider?: boolean;
  readonly tell?: (line: string) => void;
}

export async function judgeFourWays({
  binary,
  phases,
  ways = WAYS,
  hasOneProvider = false,
  tell = () => undefined,
}: JudgeOptions): Promise<readonly Difference[]> {
  const before = process.cwd();
  const scratch = mkdtempSync(join(tmpdir(), "dovetail-four-"));
  const folder = join(scratch, "root");
  mkdirSync(folder);
  const cloud = await startCloud({ volatile: true, accountId: ACCOUNT });
  const pool =
    binary !== undefined && ways.some((name) => name.endsWith("real provider"))
      ? await startRealPool({ binary, endpoint: cloud.endpoint, cwd: folder, isShared: hasOneProvider })
      : undefined;
  const open: Way[] = [];
  try {
    process.chdir(folder);
    for (const name of ways) open.push(await openWay(name, folder, cloud, name.endsWith("real provider") ? pool : undefined));
    const lives: Lived[] = [];
    for (const way of open) lives.push(await live(way, open, phases, cloud, tell));
    const [real, ...others] = lives;
    if (real === undefined) return [];
    return [...lives.flatMap((each) => troublesOf(each, phases)), ...others.flatMap((each) => differences(each, real))];
  } finally {
    for (const way of open) await way.close();
    await pool?.close();
    await cloud.stop();
    process.chdir(before);
    rmSync(scratch, { recursive: true, force: true });
  }
}

function ourProvider(endpoint: string): Provider {
  return createAwsProvider({
    edition: EDITION,
    target: { kind: "local", endpoint, accountId: ACCOUNT },
    env: awsEnvironment(endpoint),
    clock: systemClock(),
    random: systemRandom(),
  });
}

/** With a pool the provider is the real one. */
async function openWay(name: string, folder: string, { endpoint }: Cloud, pool: RealPool | undefined): Promise<Way> {
  const make = () => ourProvider(endpoint);
  if (name.startsWith("terraform")) return terraformWay({ name, folder, endpoint, aws: pool ?? { make } });
  if (pool === undefined) return engineWay({ name, folder, aws: async () => make() });
  const env = { PATH: process.env.PATH };
  const aws = async () =>
    hostProvider({ source: "registry.terraform.io/hashicorp/aws", version: EDITION, binary: await pool.binary(), env });
  return engineWay({ name, folder, aws });
}

async function live(
  way: Way,
  all: readonly Way[],
  phases: readonly Phase[],
  cloud: Cloud,
  tell: (line: string) => void,
): Promise<Lived> {
  await cloud.reset();
  for (const entry of readdirSync(".")) rmSync(entry, { recursive: true, force: true });
  const said = new Map<string, Said>();
  for (const phase of phases) {
    tell(`${way.name}: ${phase.name}`);
    way.write(phase.files ?? {});
    const stopped = await phase.hands?.(cloud, process.cwd()).catch((cause: unknown) => `error : by hand: ${String(cause)}`);
    for (const address of phase.taints ?? []) await way.taint(address);
    const planned = await way.plan(phase.run);
    const told = planned.document === undefined ? [] : await way.apply();
    const again = phase.leaves === "undecided" ? [] : changesIn(await way.plan());
    said.set(phase.name, {
      plan: partsOfPlan(planned.document ?? null),
      state: partsOfState((await way.state()) || "{}"),
      told: [...(stopped === undefined ? [] : [stopped]), ...planned.told, ...told],
      again,
    });
    for (const text of said.get(phase.name)?.told ?? []) tell(text);
  }
  const swapped = new Map<string, readonly string[]>();
  const state = await way.state();
  for (const other of all) {
    if (other === way) continue;
    tell(`${other.name} on the state of ${way.name}`);
    other.write({});
    await other.setState(state);
    swapped.set(other.name, changesIn(await other.plan()));
  }
  await way.setState(state);
  tell(`${way.name}: destroy`);
  const planned = await way.plan({ mode: "destroy" });
  const destroyed = [...planned.told, ...(planned.document === undefined ? [] : await way.apply())].filter((text) =>
    text.startsWith("error"),
  );
  // A key is deleted after its days.
  const left = Object.entries(await cloud.inventory()).flatMap(([what, count]) =>
    what === "kms keys" ? [] : [`${count} ${what}`],
  );
  return { name: way.name, said, swapped, destroyed, left };
}

/** What a plan would change: `update module.a.aws_sqs_queue.b`; errors too. */
function changesIn({ document, told }: Planned): readonly string[] {
  const { resource_changes, output_changes } = objectOf(document);
  const errors = told.filter((text) => text.startsWith("error"));
  const changes = (Array.isArray(resource_changes) ? (resource_changes as readonly Json[]) : []).flatMap((item) => {
    const { address, mode, change, previous_address } = objectOf(item);
    const { actions, importing } = objectOf(change);
    const text = String(actions);
    const isNothing = mode === "data" || (text === "no-op" && importing === undefined && previous_address === undefined);
    return isNothing ? [] : [`${text} ${String(address)}`];
  });
  const outputs = Object.entries(objectOf(output_changes)).flatMap(([name, change]) => {
    const text = String(objectOf(change).actions);
    return text === "no-op" ? [] : [`${text} output ${name}`];
  });
  return [...errors, ...changes, ...outputs];
}

/** What no way may say, whatever the others do. */
function troublesOf({ name, said, swapped, destroyed, left }: Lived, phases: readonly Phase[]): readonly Difference[] {
  const trouble = (phase: string, what: string, text: string): Difference => ({
    way: name,
    phase,
    piece: pieceOf(text.replace(/^.*?(?=module\.)/, "")),
    what,
    ours: text,
    real: "",
  });
  return [
    ...phases.flatMap((phase) => {
      const leaves = phase.leaves ?? [];
      const again = said.get(phase.name)?.again ?? [];
      const unwanted = again.filter((text) => !leaves.includes(pieceOf(text.replace(/^.*?(?=module\.)/, ""))));
      return unwanted.map((text) => trouble(phase.name, "second plan", text));
    }),
    ...[...swapped].flatMap(([other, changes]) =>
      changes.map((text) => trouble(`planned by ${other}`, "plan on its state", text)),
    ),
    ...destroyed.map((text) => trouble("destroy", "destroy", text)),
    ...left.map((text) => trouble("destroy", "left in the cloud", text)),
  ];
}

function differences(each: Lived, real: Lived): readonly Difference[] {
  const comparison = new Comparison();
  const found: Difference[] = [];
  for (const [phase, theirs] of real.said) {
    const ours = each.said.get(phase);
    const add = (piece: string, what: string, one: string, other: string) =>
      found.push({ way: each.name, phase, piece, what, ours: one, real: other });
    for (const [what, mine, other] of [
      ["plan", ours?.plan, theirs.plan],
      ["state", ours?.state, theirs.state],
    ] as const) {
      for (const piece of new Set([...(mine?.keys() ?? []), ...other.keys()])) {
        const [a, b] = [mine?.get(piece) ?? {}, other.get(piece) ?? {}];
        for (const { path, ours: one, real: two } of comparison.unequal(a, b)) add(piece, `${what}: ${path}`, one, two);
      }
    }
    const told = [ours?.told ?? [], theirs.told].map((texts) => new Set(texts));
    for (const text of told[0] ?? []) if (told[1]?.has(text) !== true) add("", "told", text, "");
    for (const text of told[1] ?? []) if (told[0]?.has(text) !== true) add("", "told", "", text);
  }
  return found;
}
