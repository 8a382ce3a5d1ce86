/** What the two providers make of what is there already: their schemas, states of older versions of them, and ids to import by. */
import { type BlockSchema, DiagnosticError, type ResourceSchema, type Value, type ValueObject } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { compareObjects, compareRefusals, errorsOf } from "./compare.ts";
import type { Row } from "./generated-rows.ts";
import { existing, schemaOf } from "./judge-plans.ts";
import type { Parties } from "./parties.ts";
import type { Judged } from "./report.ts";

type Sides = Pick<Parties, "ours" | "real">;

/** All of it for a type; states are made of the first of its rows that plans. */
export async function judgeAdopting(sides: Sides, type: string, rows: readonly Row[]): Promise<readonly Judged[]> {
  const first = rows.find(({ before }) => before === undefined);
  return [
    judgeSchema(sides, type),
    ...(first === undefined ? [] : await judgeUpgrades(sides, first)),
    ...(await judgeImports(sides, type)),
  ];
}

/** Each attribute and block with what is said of it, in words; the schema's version too. */
function judgeSchema({ ours, real }: Sides, type: string): Judged {
  const [mine, theirs] = [wordsOf(schemaOf(ours, type)), wordsOf(schemaOf(real, type))];
  const differences = [...new Set([...mine.keys(), ...theirs.keys()])]
    .filter((path) => mine.get(path) !== theirs.get(path))
    .map((path) => ({ aspect: "schema", path, ours: mine.get(path) ?? "(none)", real: theirs.get(path) ?? "(none)" }));
  return { type, row: "schema", differences };
}

function wordsOf(schema: ResourceSchema): Map<string, string> {
  const out = new Map([["version", String(schema.version ?? 0)]]);
  const walk = (block: BlockSchema, prefix: string): void => {
    for (const [name, attribute] of Object.entries(block.attributes ?? {})) {
      const marks = (["required", "optional", "computed", "sensitive", "write_only"] as const).filter(
        (mark) => attribute[mark] === true,
      );
      out.set(prefix + name, `${JSON.stringify(attribute.type)} ${marks.join(" ")}`);
    }
    for (const [name, inner] of Object.entries(block.blocks ?? {})) {
      out.set(prefix + name, `block ${inner.nesting} ${inner.min ?? 0}-${inner.max ?? 0}`);
      walk(inner, `${prefix}${name}.`);
    }
  };
  walk(schema, "");
  return out;
}

/** The same object as every older version of the type's schema would have stored it. */
async function judgeUpgrades(sides: Sides, { type, name, config }: Row): Promise<readonly Judged[]> {
  const schema = schemaOf(sides.real, type);
  const found = await existing(sides.real, type, schema, config);
  if (found === undefined) return [];
  const object = withZeros(schema, found);
  const versions = Array.from({ length: schema.version ?? 0 }, (_, i) => i);
  const judged: Judged[] = [];
  for (const version of versions) {
    const [ours, real] = [await upgraded(sides.ours, type, version, object), await upgraded(sides.real, type, version, object)];
    const refused = compareRefusals(ours.errors, real.errors);
    const differences =
      refused.length > 0 || real.errors.length > 0 ? refused : compareObjects("upgrade", schema, ours.state, real.state);
    judged.push({ type, row: `upgrade of ${name} from version ${version}`, differences });
  }
  return judged;
}

/** As old versions stored what nobody set: some of their upgrades fall over nulls. */
function withZeros(schema: ResourceSchema, object: ValueObject): ValueObject {
  const zeros: { readonly [type: string]: Value } = { string: "", number: 0, bool: false };
  return Object.fromEntries(
    Object.entries(object).map(([name, value]): [string, Value] => {
      const { type } = schema.attributes?.[name] ?? {};
      return [name, value ?? (typeof type === "string" ? (zeros[type] ?? null) : null)];
    }),
  );
}

async function upgraded(provider: Provider, type: string, version: number, object: ValueObject) {
  const { state, diagnostics } = await provider.upgradeState(type, version, object).catch(asAnswer);
  return { state: state ?? null, errors: errorsOf(diagnostics) };
}

function asAnswer(cause: unknown) {
  if (!(cause instanceof DiagnosticError)) throw cause;
  return { state: null, imported: [], diagnostics: cause.diagnostics };
}

/** Forms that ids have with one type or another; most are malformed for any one of them. */
const IDS = ["abc", "a/b", "a/b/c", "a:b", "a,b", "a|b", "a_b", "arn:aws:sqs:us-east-1:123456789012:q"];

/**
 * Which forms of an id are refused, and in which words. What the real one takes, it leaves to the reading that follows; ours reads at once,
 * so that an object that is not there, or that AWS refuses to look for, is no refusal of the form.
 */
async function judgeImports({ ours, real }: Sides, type: string): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const id of IDS) {
    const [mine, theirs] = [await formErrors(ours, type, id, "at once"), await formErrors(real, type, id, "at once")];
    const isLater = mine.length > 0 && theirs.length === 0;
    const told = isLater ? await formErrors(real, type, id, "with its reading") : theirs;
    judged.push({ type, row: `import of ${id}`, differences: compareRefusals(mine, told) });
  }
  return judged;
}

async function formErrors(provider: Provider, type: string, id: string, when: "at once" | "with its reading") {
  const { imported, diagnostics } = await provider.importState(type, id).catch(asAnswer);
  const [first] = imported;
  const read = when === "at once" || first === undefined ? [] : (await provider.read({ type, state: first.state })).diagnostics;
  return errorsOf([...diagnostics, ...read]).filter(
    ({ summary, detail = "" }) =>
      !/no object exists with the given ID|operation error |couldn't find resource/.test(`${summary} ${detail}`),
  );
}
