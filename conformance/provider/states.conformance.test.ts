/**
 * The real provider 5.100.0 creates everything in the embedded cloud; then ours takes its state over: what we read must be what it stored,
 * attribute by attribute, the same configuration must plan no change, and a changed one the same values, unknowns and replacements.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { isList, isObject, systemClock, systemRandom, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { createAwsProvider } from "@dovetail/provider-aws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CASES, type Case } from "./cases.ts";
import { CHANGES } from "./changes.ts";
import { createRoot, resourcesOf, rootConfiguration, whyMissing } from "./real-provider.ts";

const missing = whyMissing();

/** Needs a queue of another service. */
const LEFT_OUT = new Set(["aws_s3_bucket_notification.n"]);
const LOGS: Case = { type: "aws_s3_bucket", name: "logs", config: { bucket: "dovetail-conformance-logs" } };
/** One lifecycle configuration a bucket. */
const OWN_BUCKET = new Map([
  ["aws_s3_bucket_lifecycle_configuration.rich", "dovetail-conformance-rich"],
  ["aws_s3_bucket_lifecycle_configuration.filters", "dovetail-conformance-filters"],
]);

const cases: readonly Case[] = [
  LOGS,
  ...[...OWN_BUCKET.values()].map((bucket): Case => ({ type: "aws_s3_bucket", name: bucket, config: { bucket } })),
  ...CASES.filter(({ type, name }) => !LEFT_OUT.has(`${type}.${name}`)).map((row) => {
    const bucket = OWN_BUCKET.get(`${row.type}.${row.name}`);
    return bucket === undefined ? row : { ...row, config: { ...row.config, bucket } };
  }),
];

/** Order of creation, which the names in the configurations do not tell terraform. */
function withDependencies(row: Case): Case {
  const depends: string[] = [];
  if (typeof row.config.bucket === "string" && row.type !== "aws_s3_bucket") {
    const owner = cases.find((other) => other.type === "aws_s3_bucket" && other.config.bucket === row.config.bucket);
    if (owner !== undefined) depends.push(`aws_s3_bucket.${owner.name}`);
  }
  if (row.type === "aws_s3_bucket_logging") depends.push("aws_s3_bucket.logs");
  // An object written before its bucket was versioned gets the version "null" later.
  if (row.type === "aws_s3_object") depends.push("aws_s3_bucket_versioning.on");
  if (typeof row.config.role === "string") depends.push("aws_iam_role.named");
  return depends.length === 0 ? row : { ...row, config: { ...row.config, depends_on: depends } };
}

/** Where we differ on purpose, by address and path. */
const DELIBERATE: readonly (readonly [address: RegExp, path: RegExp, why: string])[] = [
  [
    /^aws_s3_bucket\./,
    /^\.(versioning|cors_rule|lifecycle_rule|logging|website|policy|server_side_encryption|acceleration_status|request_payer|grant)/,
    "deprecated copies of what has resources of its own are left as they are",
  ],
  [/^aws_iam_role\.named/, /^\.(inline_policy|managed_policy_arns)/, "policies that other resources attach are left to them"],
  [/^aws_s3_object\.o/, /^\.etag$/, "the real provider plans the old ETag for new content and then stores another"],
  [/^aws_dynamodb_table\.plain/, /^\.stream_label$/, "the real provider plans no label for a new stream and then stores one"],
];

/** Leaves without those that differ on purpose; the empty text counts as unset, which the SDK mixes in sets. */
function compared(address: string, found: Map<string, string>): object {
  const kept = [...found].filter(
    ([path, value]) => value !== '""' && !DELIBERATE.some(([of, at]) => of.test(address) && at.test(path)),
  );
  return Object.fromEntries(kept.sort());
}

interface StateFile {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: ValueObject }[];
  }[];
}

interface Change {
  readonly address: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly after: unknown;
    readonly after_unknown: unknown;
    readonly replace_paths?: unknown;
  };
}

let cloud: Cloud;
let ours: Provider;
let states = new Map<string, ValueObject>();
let changes: readonly Change[] = [];

beforeAll(async () => {
  if (missing !== undefined) return;
  cloud = await startCloud({ volatile: true });
  ours = createAwsProvider({
    edition: "5.100.0",
    target: { kind: "local", endpoint: cloud.endpoint },
    env: {},
    clock: systemClock(),
    random: systemRandom(),
  });
  await ours.configure({});
  const root = createRoot(resourcesOf(cases.map(withDependencies)), cloud.endpoint);
  const applied = await root.runAsync("apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=8");
  if (applied.status !== 0) throw new Error(applied.stderr);
  const file = JSON.parse(readFileSync(join(root.folder, "terraform.tfstate"), "utf8")) as StateFile;
  states = new Map(file.resources.map(({ type, name, instances }) => [`${type}.${name}`, instances[0]?.attributes ?? {}]));
  const changed = cases.map((row) => ({ ...row, config: CHANGES[`${row.type}.${row.name}`] ?? row.config }));
  writeFileSync(
    join(root.folder, "main.tf.json"),
    JSON.stringify(rootConfiguration(resourcesOf(changed.map(withDependencies)), cloud.endpoint)),
  );
  const planned = await root.runAsync("plan", "-out=p", "-input=false", "-no-color", "-parallelism=8");
  if (planned.status !== 0) throw new Error(planned.stderr);
  changes = (JSON.parse((await root.runAsync("show", "-json", "p")).stdout) as { resource_changes: Change[] }).resource_changes;
  root.remove();
}, 240_000);
afterAll(async () => {
  await ours?.close();
  await cloud?.stop();
});

/** Leaves by path; unset ones and empty collections left out. */
function leaves(value: unknown, unknown: unknown, path: string, out: Map<string, string>): Map<string, string> {
  if (unknown === true || value === UNKNOWN) out.set(path, "(known after apply)");
  else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) leaves(item, Array.isArray(unknown) ? unknown[i] : undefined, `${path}[${i}]`, out);
  } else if (typeof value === "object" && value !== null) {
    const inner = typeof unknown === "object" && unknown !== null ? unknown : {};
    for (const key of new Set([...Object.keys(value), ...Object.keys(inner)]))
      leaves(Reflect.get(value, key), Reflect.get(inner, key), `${path}.${key}`, out);
  } else if (value !== null && value !== undefined) out.set(path, JSON.stringify(value));
  return out;
}

const sorted = (map: Map<string, string>) => Object.fromEntries([...map].sort());

/** The state without what our read leaves to the state it is given, so that every attribute is really read. */
function forgetful(state: ValueObject, kept: readonly string[]): ValueObject {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]): [string, Value] => [name, kept.includes(name) ? value : emptied(value)]),
  );
}

function emptied(value: Value): Value {
  return isList(value) ? [] : isObject(value) ? null : null;
}

describe.skipIf(missing !== undefined)(
  `state of the real provider 5.100.0${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () => {
    it.each(cases.map((row) => [`${row.type}.${row.name}`, row] as const))(
      "%s: is read as it was stored, and plans no change",
      async (address, { type, config }) => {
        const state = states.get(address) ?? {};
        const read = await ours.read({ type, state });
        expect(read.diagnostics).toEqual([]);
        expect(sorted(leaves(read.state, undefined, "", new Map()))).toEqual(sorted(leaves(state, undefined, "", new Map())));
        const plan = await ours.planChange({ type, prior: read.state, proposed: config, config });
        expect([plan.planned, plan.requiresReplace]).toEqual([read.state, []]);
      },
    );

    it.each([
      "aws_iam_role.named",
      "aws_dynamodb_table.kefir",
      "aws_dynamodb_table.indexes",
      "aws_s3_bucket_cors_configuration.two",
      "aws_ssm_parameter.s",
      "aws_iam_policy.p",
    ])("%s: every stored attribute is really read", async (address) => {
      const state = states.get(address) ?? {};
      const type = address.split(".")[0] ?? "";
      const read = await ours.read({
        type,
        state: forgetful(state, ["id", "role", "bucket", "timeouts", "force_detach_policies", "overwrite"]),
      });
      const [found, wanted] = [leaves(read.state, undefined, "", new Map()), leaves(state, undefined, "", new Map())];
      for (const [path, value] of wanted) if (value.startsWith('"{')) [found, wanted].map((side) => side.delete(path));
      expect(sorted(found)).toMatchObject(sorted(wanted));
    });

    it.each(Object.entries(CHANGES))(
      "%s: a change is planned with the same values, unknowns and replacement",
      async (address, config) => {
        const type = address.split(".")[0] ?? "";
        const prior = (await ours.read({ type, state: states.get(address) ?? {} })).state ?? {};
        const real = changes.find((change) => change.address === address)?.change;
        const replaces = real?.actions.includes("delete") === true;
        const first = await ours.planChange({ type, prior, proposed: config, config });
        expect([first.diagnostics, first.requiresReplace.length > 0]).toEqual([[], replaces]);
        const plan = replaces ? await ours.planChange({ type, prior: null, proposed: config, config }) : first;
        expect(compared(address, leaves(plan.planned, undefined, "", new Map()))).toEqual(
          compared(address, leaves(real?.after, real?.after_unknown, "", new Map())),
        );
      },
    );
  },
);
