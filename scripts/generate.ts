/**
 * Generates the pages that are made from code: docs/commands.md and docs/diagnostics.md here, docs/coverage.md by its own script.
 * `--check` writes nothing and fails when a page is not fresh.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CODES, type DiagnosticCode } from "@dovetail/model";
import { EXPLANATIONS } from "../packages/cli/src/commands/explain/explanations.ts";
import { COMMANDS } from "../packages/cli/src/commands.ts";
import { usageLine } from "../packages/cli/src/parse.ts";
import { coveragePage } from "./generate-coverage.ts";
import { functionsPage } from "./generate-functions.ts";
import { languagePage } from "./generate-language.ts";
import { typesPage } from "./generate-types.ts";

const root = join(import.meta.dirname, "..");

/** docs/commands.md: every command with its options. */
export async function commandsPage(): Promise<string> {
  const lines = [
    "# Commands",
    "",
    "Generated from the command table by `npm run gen`. Exit codes: 0 done, 1 failed, 2 usage (or changes, with `--detailed-exitcode`), 130 interrupted.",
    "",
  ];
  const aliases = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const [name, row] of Object.entries(COMMANDS)) {
    const command = await row.load();
    if (command.name !== name) aliases.set(command.name, [...(aliases.get(command.name) ?? []), name]);
  }
  for (const [name, row] of Object.entries(COMMANDS)) {
    const command = await row.load();
    if (command.name !== name || seen.has(name) || row.isPlanned === true) continue;
    seen.add(name);
    lines.push(`## dovetail ${name}`, "", `${command.summary}.`, "", "```", usageLine(command), "```", "");
    const also = aliases.get(name);
    if (also !== undefined) lines.push(`Also: ${also.map((alias) => `\`${alias}\``).join(", ")}.`, "");
    const options = Object.entries(command.options);
    if (options.length > 0) lines.push("| option | meaning |", "| --- | --- |");
    for (const [option, definition] of options) {
      const value = definition.type === "string" ? ` ${(definition.value ?? "VALUE").replaceAll("|", "\\|")}` : "";
      lines.push(`| \`--${option}${value}\` | ${definition.help}${definition.multiple === true ? " (repeatable)" : ""} |`);
    }
    if (options.length > 0) lines.push("");
  }
  lines.push(
    "## Not implemented yet",
    "",
    "Each answers `DVT7006 Not implemented` and exits with 1.",
    "",
    "| command | will |",
    "| --- | --- |",
  );
  for (const [name, row] of Object.entries(COMMANDS))
    if (row.isPlanned === true) lines.push(`| \`dovetail ${name}\` | ${row.summary} |`);
  return `${lines.join("\n").trimEnd()}\n`;
}

/** docs/diagnostics.md: every code. */
export function diagnosticsPage(): string {
  const rows = Object.entries(CODES).map(
    ([code, title]) => `## ${code}: ${title}\n\n${EXPLANATIONS[code as DiagnosticCode] ?? "(not explained yet)"}\n`,
  );
  return `# Diagnostics\n\nGenerated from the table of codes by \`npm run gen\`. \`dovetail explain CODE\` prints the same. 1xxx app and program, 3xxx plan, 4xxx apply and provider, 5xxx state and locks, 6xxx cloud, 7xxx command line, 9xxx bugs of ours.\n\n${rows.join("\n")}`;
}

/** Page -> its text, freshly made. */
export async function generatedPages(): Promise<{ readonly [path: string]: string }> {
  return {
    "docs/commands.md": await commandsPage(),
    "docs/diagnostics.md": diagnosticsPage(),
    "docs/coverage.md": await coveragePage(),
    "docs/functions.md": functionsPage(),
    "docs/terraform-language.md": languagePage(),
    "docs/types.md": typesPage(),
  };
}

if (import.meta.main) {
  const stale: string[] = [];
  for (const [path, text] of Object.entries(await generatedPages())) {
    let before = "";
    try {
      before = readFileSync(join(root, path), "utf8");
    } catch {
      // Not there yet.
    }
    if (before === text) continue;
    if (process.argv.includes("--check")) stale.push(path);
    else writeFileSync(join(root, path), text);
  }
  if (stale.length > 0) {
    console.error(`not fresh: ${stale.join(", ")}; run npm run gen`);
    process.exitCode = 1;
  }
}
