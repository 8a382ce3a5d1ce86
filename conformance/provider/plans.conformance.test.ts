/**
 * Our provider against the real one, 5.100.0, offline: planned values and unknowns, refusals, policy documents.
 * One root with all cases, since the real provider takes seconds and hundreds of megabytes to start.
 */
import { isList, isObject, manualClock, seededRandom, UNKNOWN, type Value, type ValueObject } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { createAwsProvider } from "@dovetail/provider-aws";
import { beforeAll, describe, expect, it } from "vitest";
import { CASES as BASE_CASES, REFUSED as BASE_REFUSED, type Case, REFUSED_IN_PLAN } from "./cases.ts";
import { COMPUTE_CASES } from "./cases-compute.ts";
import { MESSAGING_CASES } from "./cases-messaging.ts";
import { REFUSED_MORE } from "./cases-refused.ts";
import { POLICY_DOCUMENTS } from "./policy-documents.ts";
import { createRoot, resourcesOf, whyMissing } from "./real-provider.ts";

const CASES = [...BASE_CASES, ...MESSAGING_CASES, ...COMPUTE_CASES];
const REFUSED = [...BASE_REFUSED, ...REFUSED_MORE];

const missing = whyMissing();

interface Change {
  readonly address: string;
  readonly change: { readonly after: unknown; readonly after_unknown: unknown };
}

let changes: readonly Change[] = [];
let refusals: readonly { readonly address: string; readonly text: string }[] = [];
let documents: { readonly [name: string]: { readonly value: string } } = {};
let ours: Provider;

beforeAll(async () => {
  ours = createAwsProvider({
    edition: "5.100.0",
    target: { kind: "local", endpoint: "http://127.0.0.1:1" },
    env: {},
    clock: manualClock(),
    random: seededRandom(1),
  });
  await ours.configure({});
  if (missing !== undefined) return;
  const named = POLICY_DOCUMENTS.map((config, i) => [`d${i}`, config] as const);
  const root = createRoot({
    ...resourcesOf(CASES),
    data: { aws_iam_policy_document: Object.fromEntries(named) },
    output: Object.fromEntries(
      named.flatMap(([name]) => [
        [name, { value: `\${data.aws_iam_policy_document.${name}.json}` }],
        [`${name}m`, { value: `\${data.aws_iam_policy_document.${name}.minified_json}` }],
      ]),
    ),
  });
  const plan = root.run("plan", "-out=p", "-input=false", "-no-color");
  if (plan.status !== 0) throw new Error(plan.stderr);
  const shown = JSON.parse(root.run("show", "-json", "p").stdout) as {
    resource_changes: Change[];
    planned_values: { outputs: typeof documents };
  };
  changes = shown.resource_changes;
  documents = shown.planned_values.outputs;
  root.remove();
  refusals = [...refusalsOf(REFUSED), ...refusalsOf(REFUSED_IN_PLAN)];
}, 180_000);

function refusalsOf(cases: readonly Case[]): { address: string; text: string }[] {
  const root = createRoot(resourcesOf(cases));
  const lines = root
    .run("plan", "-json", "-input=false")
    .stdout.split("\n")
    .filter((line) => line !== "");
  root.remove();
  return lines.flatMap((line) => {
    const { diagnostic } = JSON.parse(line) as { diagnostic?: { address?: string; summary: string; detail?: string } };
    return diagnostic?.address === undefined
      ? []
      : [{ address: diagnostic.address, text: `${diagnostic.summary}\n${diagnostic.detail ?? ""}` }];
  });
}

/** Leaves by path; unset and empty count as the same, since the plan's JSON leaves both out in places. */
function leaves(value: unknown, unknown: unknown, path: string, out: Map<string, string>): void {
  if (unknown === true) out.set(path, "(known after apply)");
  else if (Array.isArray(value))
    value.forEach((item, i) => void leaves(item, Array.isArray(unknown) ? unknown[i] : undefined, `${path}[${i}]`, out));
  else if (typeof value === "object" && value !== null) {
    const inner = typeof unknown === "object" && unknown !== null ? unknown : {};
    for (const key of new Set([...Object.keys(value), ...Object.keys(inner)]))
      leaves(Reflect.get(value, key), Reflect.get(inner, key), `${path}.${key}`, out);
  } else if (value !== null && value !== undefined) out.set(path, JSON.stringify(value));
}

function ourLeaves(value: Value, path: string, out: Map<string, string>): void {
  if (value === UNKNOWN) out.set(path, "(known after apply)");
  else if (isList(value)) value.forEach((item, i) => void ourLeaves(item, `${path}[${i}]`, out));
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) ourLeaves(item, `${path}.${key}`, out);
  else if (value !== null) out.set(path, JSON.stringify(value));
}

async function plan({ type, config }: Case) {
  return ours.planChange({ type, prior: null, proposed: config, config });
}

describe.skipIf(missing !== undefined)(`real provider 5.100.0${missing === undefined ? "" : ` (skipped: ${missing})`}`, () => {
  it.each(CASES.map((row) => [`${row.type}.${row.name}`, row] as const))(
    "%s: is planned with the same values and unknowns",
    async (address, row) => {
      const real = changes.find((change) => change.address === address)?.change;
      const [wanted, found] = [new Map<string, string>(), new Map<string, string>()];
      leaves(real?.after, real?.after_unknown, "", wanted);
      const { planned, diagnostics } = await plan(row);
      expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
      ourLeaves(planned, "", found);
      expect(Object.fromEntries([...found].sort())).toEqual(Object.fromEntries([...wanted].sort()));
    },
  );

  it.each([...REFUSED, ...REFUSED_IN_PLAN].map((row) => [`${row.type}.${row.name}`, row] as const))(
    "%s: is refused in the same words",
    async (address, row) => {
      const texts = refusals.filter((refusal) => refusal.address === address).map((refusal) => refusal.text);
      expect(texts).not.toEqual([]);
      const { diagnostics } = await plan(row);
      const said = diagnostics.map((d) => d.detail ?? "");
      expect(said).not.toEqual([]);
      const known = said.filter((text) => texts.some((other) => other.includes(text)));
      expect(known, `real: ${texts.join(" / ")} ours: ${said.join(" / ")}`).not.toEqual([]);
    },
  );

  it.each(POLICY_DOCUMENTS.map((config, i) => [i, config] as const))(
    "aws_iam_policy_document %i: has the same bytes",
    async (i, config: ValueObject) => {
      const { state, diagnostics } = await ours.readData("aws_iam_policy_document", config);
      expect(diagnostics).toEqual([]);
      expect([state.json, state.minified_json]).toEqual([documents[`d${i}`]?.value, documents[`d${i}m`]?.value]);
    },
  );
});
