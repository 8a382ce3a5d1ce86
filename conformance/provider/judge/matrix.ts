/**
 * The same objects four ways: validated, made, read again, planned again, taken over by their ids, destroyed and gone. What the other ways
 * say, store and leave in their cloud is held against terraform with the real provider.
 */
import type { BlockSchema, ValueObject } from "@dovetail/model";
import { createSchemaStore } from "@dovetail/provider-aws";
import { compareStates } from "../leaves.ts";
import type { Group } from "../life.ts";
import type { Difference } from "./compare.ts";
import { type MatrixRow, madeFrom, matrixRows } from "./matrix-rows.ts";
import { EDITIONS, openEditions, openWays, type Way } from "./matrix-ways.ts";
import { EDITION } from "./parties.ts";
import type { Judged } from "./report.ts";

/** What one way answered at each step. */
interface Answers {
  readonly way: Way;
  readonly steps: ReadonlyMap<string, readonly string[]>;
  readonly objects: ReadonlyMap<string, ValueObject>;
  readonly held: Readonly<Record<string, number>>;
  readonly left: Readonly<Record<string, number>>;
  /** Addresses that are still in the state after all was destroyed. */
  readonly remaining: readonly string[];
}

/**
 * {our engine, terraform} × {ours, the real provider}. One judged row an object and way, and one a way for the whole: `aws_sqs_queue`,
 * `our engine, real provider: queue`. `tell`: hears how long each step took.
 */
export function judgeMatrix(
  binary: string,
  groups: readonly Group[],
  tell: (text: string) => void = () => undefined,
): Promise<readonly Judged[]> {
  const schemas = createSchemaStore(EDITION);
  const known = (type: string) => [schemas.get("resource", type) ?? {}];
  return judgeWays({ open: () => openWays(binary, groups), groups, known, tell });
}

/** Our provider's two editions under our engine, in the same rows: what both have is the same. */
export function judgeEditions(groups: readonly Group[]): Promise<readonly Judged[]> {
  const stores = EDITIONS.map(createSchemaStore);
  const known = (type: string) => stores.map((store) => store.get("resource", type) ?? {});
  return judgeWays({ open: () => openEditions(groups), groups, known, tell: () => undefined });
}

interface Ways {
  open(): Promise<readonly Way[]>;
  readonly groups: readonly Group[];
  /** Schemas of a type: an attribute that one of them has not is not compared. */
  known(type: string): readonly BlockSchema[];
  tell(text: string): void;
}

async function judgeWays({ open, groups, known, tell }: Ways): Promise<readonly Judged[]> {
  const rows = matrixRows(groups);
  const ways = await open();
  try {
    const [first, ...others] = await Promise.all(ways.map((way) => liveThrough(way, rows, tell)));
    if (first === undefined) return [];
    return [first, ...others].flatMap((each) => [
      ...rows.map((row) => ({
        type: row.type,
        row: `${each.way.name}: ${row.name}`,
        differences: [...stepsOf(row, first, each), ...(each === first ? [] : stateOf(row, known(row.type), first, each))],
      })),
      { type: "cloud", row: each.way.name, differences: cloudOf(first, each) },
    ]);
  } finally {
    await Promise.all(ways.map((way) => way.close()));
  }
}

async function liveThrough(way: Way, rows: readonly MatrixRow[], tell: (text: string) => void): Promise<Answers> {
  const steps = new Map<string, readonly string[]>();
  const step = async (name: string, work: () => Promise<readonly string[]>) => {
    const from = performance.now();
    steps.set(name, await work().catch((cause: unknown) => [`: ${String(cause)}`]));
    tell(`${way.name}: ${name} took ${((performance.now() - from) / 1000).toFixed(1)} s`);
  };
  await step("validate", () => way.validate());
  await step("apply", () => way.apply());
  await step("refresh", () => way.refresh());
  await step("second plan", () => way.changes());
  const objects = await way.objects();
  const held = await way.cloud.inventory();
  await step("import", () => way.imported(idsOf(rows, way, objects)));
  await step("destroy", () => way.destroy());
  return { way, steps, objects, held, left: await way.cloud.inventory(), remaining: [...(await way.objects()).keys()] };
}

function idsOf(
  rows: readonly MatrixRow[],
  { things }: Way,
  objects: ReadonlyMap<string, ValueObject>,
): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap((row): [string, string][] => {
      const object = objects.get(row.address);
      if (object === undefined || row.life.importId === null) return [];
      const made = madeFrom(row, new Map([...things, ...objects]));
      return [[row.address, row.life.importId?.(made) ?? String(object.id)]];
    }),
  );
}

/** What a step said of the row, beside what it said of it with terraform and the real provider; of that one itself every error of a step. */
function stepsOf({ address }: MatrixRow, first: Answers, each: Answers): readonly Difference[] {
  const about = (answers: Answers, step: string) =>
    (answers.steps.get(step) ?? [])
      .filter((text) => text.startsWith(`${address}:`))
      .map((text) => text.slice(address.length + 2).replace(/\brequest id [0-9a-f-]{36}/, "request id …"));
  return ["validate", "apply", "refresh", "second plan", "import", "destroy"].flatMap((step) => {
    const [ours, real] = [about(each, step), about(first, step)].map((texts) => texts.join(" | "));
    const isSame = each === first ? step === "second plan" || step === "import" || ours === "" : ours === real;
    return isSame ? [] : [{ aspect: step, path: "", ours: ours ?? "", real: each === first ? "" : (real ?? "") }];
  });
}

function knownTo({ way, objects }: Answers): ReadonlyMap<string, ValueObject> {
  return new Map([...way.things, ...objects]);
}

/** What one of the schemas has not is left out. */
function within(schemas: readonly BlockSchema[], object: ValueObject): ValueObject {
  const isKnown = (name: string) =>
    schemas.every(({ attributes = {}, blocks = {} }) => Object.hasOwn(attributes, name) || Object.hasOwn(blocks, name));
  return Object.fromEntries(Object.entries(object).filter(([name]) => isKnown(name)));
}

function stateOf(row: MatrixRow, schemas: readonly BlockSchema[], first: Answers, each: Answers): readonly Difference[] {
  const [real, ours] = [first.objects.get(row.address), each.objects.get(row.address)];
  if (real === undefined && ours === undefined) return [];
  if (real === undefined || ours === undefined)
    return [
      { aspect: "state", path: "", ours: ours === undefined ? "no object" : "", real: real === undefined ? "no object" : "" },
    ];
  const given = {
    real: row.life.config(madeFrom(row, knownTo(first))),
    ours: row.life.config(madeFrom(row, knownTo(each))),
  };
  const [schema = {}] = schemas;
  return compareStates(schema, within(schemas, real), within(schemas, ours), given, row.life.differs).map((text) => ({
    aspect: "state",
    path: "",
    ours: text,
    real: "",
  }));
}

/** Errors that name no row, what each cloud holds, what it is left with, and what a state has after the end. */
function cloudOf(first: Answers, each: Answers): readonly Difference[] {
  const loose = [...each.steps].flatMap(([step, texts]) =>
    texts.filter((text) => !/^aws_\w+\.\S+:/.test(text)).map((ours) => ({ aspect: step, path: "", ours, real: "" })),
  );
  return [
    ...loose,
    ...countsOf("held", each.held, first.held),
    ...countsOf("left", each.left, first.left),
    ...each.remaining.map((address) => ({ aspect: "gone", path: address, ours: "in the state", real: "" })),
  ];
}

function countsOf(aspect: string, ours: Readonly<Record<string, number>>, real: Readonly<Record<string, number>>): Difference[] {
  return [...new Set([...Object.keys(ours), ...Object.keys(real)])]
    .filter((name) => (ours[name] ?? 0) !== (real[name] ?? 0))
    .map((path) => ({ aspect, path, ours: String(ours[path] ?? 0), real: String(real[path] ?? 0) }));
}
