/**
 * The page `docs/coverage.md`: every operation of every service of the embedded AWS, from the services' own tables.
 * `coveragePage` gives the text; `generate.ts` writes it and a test checks that it is fresh.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importService, SERVICES } from "../packages/cloud/src/core/services.ts";
import { unreadMembers } from "./unread-members.ts";

const services = join(import.meta.dirname, "..", "packages", "cloud", "src", "services");

interface Coverage {
  readonly name: string;
  readonly done: readonly string[];
  readonly partial: readonly (readonly [operation: string, missing: string])[];
  readonly absent: readonly string[];
  /** Members of inputs without effect, each with the operations that take it. */
  readonly unread: ReadonlyMap<string, readonly string[]>;
}

async function coverageOf(name: string): Promise<Coverage> {
  const file = join(services, name, "model.gen.json");
  const model: { operations: Record<string, unknown> } = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"))
    : { operations: {} };
  const table = (await importService(name))?.operations ?? {};
  const names = Object.keys(model.operations).sort();
  return {
    name,
    done: names.filter((each) => Object.hasOwn(table, each) && table[each]?.missing === undefined),
    partial: names.flatMap((each) => {
      const missing = Object.hasOwn(table, each) ? table[each]?.missing : undefined;
      return missing === undefined ? [] : [[each, missing] as const];
    }),
    absent: names.filter((each) => !Object.hasOwn(table, each)),
    unread: unreadMembers(
      join(services, name),
      name,
      names.filter((each) => Object.hasOwn(table, each)),
    ),
  };
}

function section(coverage: Coverage): string {
  const { name, done, partial, absent, unread } = coverage;
  const lines = [`## ${name}`, ""];
  if (done.length > 0) lines.push(`**Done** (${done.length}): ${done.join(", ")}`, "");
  if (partial.length > 0) {
    lines.push(`**Partial** (${partial.length}):`, "", "| Operation | What is missing |", "| --- | --- |");
    for (const [operation, missing] of partial) lines.push(`| ${operation} | ${missing.replaceAll("|", "\\|")} |`);
    lines.push("");
  }
  if (unread.size > 0)
    lines.push(`**Without effect**: ${[...unread].map(([member, by]) => `\`${member}\` (${by.join(", ")})`).join("; ")}`, "");
  if (absent.length > 0)
    lines.push("<details>", `<summary>NotImplemented (${absent.length})</summary>`, "", absent.join(", "), "", "</details>", "");
  return lines.join("\n");
}

export async function coveragePage(): Promise<string> {
  const all: Coverage[] = [];
  for (const { name } of SERVICES) all.push(await coverageOf(name));
  const rows = all.map(
    ({ name, done, partial, absent }) => `| [${name}](#${name}) | ${done.length} | ${partial.length} | ${absent.length} |`,
  );
  return [
    "# What the embedded AWS emulates",
    "",
    "Generated from the services' operation tables by `scripts/generate-coverage.ts`. Do not edit.",
    "",
    "*Done*: inputs, outputs, errors and effects as AWS documents them. *Partial*: what the row names is missing. Everything else answers",
    "`NotImplemented` with the operation's name; nothing pretends to have worked. *Without effect*: members of inputs that are kept and given",
    "back at most (found by `scripts/unread-members.ts`: no line of the service names them).",
    "",
    "| Service | Done | Partial | NotImplemented |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    ...all.map(section),
  ].join("\n");
}

if (import.meta.main) process.stdout.write(await coveragePage());
