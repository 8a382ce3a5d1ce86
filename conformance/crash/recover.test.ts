/**
 * Every type of kefir, object by object: the result of its create is forgotten, and recovery finds that very object, whatever else of the
 * type there is. The journal that a real deploy writes says what was asked for and what came of it.
 */
import { join } from "node:path";
import { type AppendFile, type FileSystem, nodeFiles } from "@dovetail/engine";
import { isObject, systemClock, systemRandom, type ValueObject } from "@dovetail/model";
import { type Provider, shapeObject } from "@dovetail/provider";
import { createAwsProvider } from "@dovetail/provider-aws";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyKefir, type Deployment } from "../../examples/kefir/deployment.ts";
import { decodeJournal, type IntentRecord } from "../../packages/engine/src/journal/record.ts";
import { objectFromWire } from "../../packages/engine/src/values/wire.ts";
import { runHere } from "../diagnostics/app.ts";

interface Made {
  readonly address: string;
  readonly type: string;
  readonly planned: ValueObject;
  readonly state: ValueObject;
}

let kefir: Deployment;
let provider: Provider;
let made: readonly Made[] = [];

/** The machine's files; what is appended (a journal) is kept. */
function listening(text: string[]): FileSystem {
  const real = nodeFiles();
  const heard = (path: string, file: AppendFile): AppendFile => ({
    append(bytes) {
      if (path.endsWith(".journal")) text.push(Buffer.from(bytes).toString("utf8"));
      return file.append(bytes);
    },
    sync: () => file.sync(),
    truncate: (length) => file.truncate(length),
    close: () => file.close(),
  });
  return {
    read: (path) => real.read(path),
    list: (path) => real.list(path),
    replace(path, bytes) {
      if (path.endsWith(".journal")) text.push(Buffer.from(bytes).toString("utf8"));
      return real.replace(path, bytes);
    },
    createExclusive: (path, bytes) => real.createExclusive(path, bytes),
    remove: (path) => real.remove(path),
    makeDirectory: (path) => real.makeDirectory(path),
    openRewrite: (path) => real.openRewrite(path),
    openAppend: async (path) => heard(path, await real.openAppend(path)),
  };
}

function creates(journal: string): Made[] {
  const { records } = decodeJournal(Buffer.from(journal));
  const intents = new Map<number, IntentRecord>();
  const found: Made[] = [];
  for (const record of records) {
    if (record.kind === "intent") intents.set(record.op, record);
    if (record.kind !== "result" || !isObject(record.object?.attributes)) continue;
    const intent = intents.get(record.op);
    if (intent?.action !== "create" || intent.planned === undefined || intent.slot.localProvider !== "aws") continue;
    const { address, type } = intent.slot;
    found.push({ address, type, planned: objectFromWire(intent.planned) ?? {}, state: record.object.attributes });
  }
  return found;
}

beforeAll(async () => {
  kefir = await copyKefir();
  kefir.succeed("cloud", "start");
  const journal: string[] = [];
  const ran = await runHere(["deploy", "--stage", "prod", "--yes"], {
    cwd: kefir.infra,
    env: { PATH: process.env.PATH, HOME: join(kefir.infra, ".."), NO_COLOR: "1" },
    files: listening(journal),
  });
  expect(ran.code, ran.err).toBe(0);
  made = creates(journal.join(""));
  const target = { kind: "local" as const, endpoint: kefir.endpoint() };
  provider = createAwsProvider({ target, env: {}, clock: systemClock(), random: systemRandom() });
  const schema = provider.getSchema("provider", "aws");
  const region = made.map((object) => object.state.region).find((value) => typeof value === "string") ?? "us-east-1";
  if (schema !== undefined) await provider.configure(shapeObject(schema, { region }));
}, 300_000);
afterAll(async () => {
  await provider?.close();
  kefir?.dispose();
});

test("each object is found when all others are known", { timeout: 300_000 }, async () => {
  expect(made.length).toBeGreaterThan(80);
  expect(new Set(made.map(({ type }) => type)).size).toBeGreaterThan(25);
  const lost: string[] = [];
  for (const { address, type, planned, state } of made) {
    const held = made.filter((other) => other.type === type && other.address !== address).map((other) => other.state);
    const found = await provider.recover?.(type, planned, held);
    if (found?.state.id !== state.id) lost.push(`${address}: found ${String(found?.state.id)}, not ${String(state.id)}`);
  }
  expect(lost).toEqual([]);
});

test("all of a type are found when none is known, each once", { timeout: 300_000 }, async () => {
  const held = new Map<string, ValueObject[]>();
  for (const { type, planned } of made) {
    const known = held.get(type) ?? [];
    held.set(type, known);
    const found = await provider.recover?.(type, planned, known);
    if (found !== null && found !== undefined) known.push(found.state);
  }
  const idsOf = (objects: readonly ValueObject[]) => objects.map(({ id }) => String(id)).sort();
  const found = [...held].map(([type, objects]) => ({ type, ids: idsOf(objects) }));
  expect(found).toEqual(
    [...held.keys()].map((type) => ({ type, ids: idsOf(made.filter((m) => m.type === type).map((m) => m.state)) })),
  );
});

test("none is found a second time when it is known", { timeout: 300_000 }, async () => {
  const twice: string[] = [];
  for (const { address, type, planned } of made) {
    const held = made.filter((other) => other.type === type).map((other) => other.state);
    const found = await provider.recover?.(type, planned, held);
    if (found !== null && found !== undefined) twice.push(`${address}: ${String(found.state.id)}`);
  }
  expect(twice).toEqual([]);
});
