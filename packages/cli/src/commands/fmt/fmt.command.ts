import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type Diagnostic, DiagnosticError, errorDiagnostic, hasErrors } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "../../command.ts";

/** As `terraform fmt -check` ends where a file is not formatted. */
const UNFORMATTED = 3;
const FORMATTED = /\.(tf|tofu|tfvars|tftest\.hcl|tofutest\.hcl)$/;
const FOLDERS_SKIPPED = /^\.|^node_modules$/;

export const fmtCommand: Command = {
  name: "fmt",
  summary: "Rewrite Terraform files in the canonical format, as terraform fmt does",
  positionals: { usage: "[FILE-OR-FOLDER …]", min: 0, max: Number.POSITIVE_INFINITY },
  options: {
    check: { type: "boolean", help: "only say which files are not formatted; exits with 3 where one is" },
    recursive: { type: "boolean", help: "folders inside the folders, too" },
    diff: { type: "boolean", help: "print the lines that change" },
    "no-write": { type: "boolean", help: "do not write the files" },
    "no-list": { type: "boolean", help: "do not print the names of the files that change" },
  },
  async run(invocation) {
    const { positionals, cwd, options, terminal } = invocation;
    if (positionals.includes("-")) return await formatStandardInput(invocation);
    const { formatSource } = await import("@dovetail/terraform");
    const isRecursive = options.flag("recursive");
    const paths = (positionals.length === 0 ? ["."] : positionals).flatMap((each) =>
      filesAt(resolve(cwd, each), isRecursive, true),
    );
    const problems: Diagnostic[] = [];
    let changed = 0;
    for (const path of paths) {
      const before = readFileSync(path, "utf8");
      const { text, diagnostics } = formatSource(before, path);
      problems.push(...diagnostics);
      if (text === before) continue;
      changed += 1;
      if (!options.flag("no-list")) terminal.out(relative(cwd, path));
      if (options.flag("diff")) for (const line of changedLines(before, text)) terminal.out(line);
      if (!options.flag("check") && !options.flag("no-write")) writeFileSync(path, text);
    }
    await invocation.report.show(problems);
    if (hasErrors(problems)) return EXIT.usage;
    return changed > 0 && options.flag("check") ? UNFORMATTED : EXIT.done;
  },
};

async function formatStandardInput({ terminal, options, report }: Invocation): Promise<number> {
  const { formatSource } = await import("@dovetail/terraform");
  const before = readFileSync(0, "utf8");
  const { text, diagnostics } = formatSource(before);
  await report.show(diagnostics);
  if (hasErrors(diagnostics)) return EXIT.usage;
  if (!options.flag("check")) terminal.out(text.replace(/\n$/, ""));
  return text !== before && options.flag("check") ? UNFORMATTED : EXIT.done;
}

function filesAt(path: string, isRecursive: boolean, isNamed: boolean): readonly string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw noSuchFile(path);
  if (!stats.isDirectory()) {
    if (FORMATTED.test(path)) return [path];
    if (isNamed) throw notFormatted(path);
    return [];
  }
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): readonly string[] => {
      if (entry.isDirectory())
        return isRecursive && !FOLDERS_SKIPPED.test(entry.name) ? filesAt(join(path, entry.name), true, false) : [];
      return FORMATTED.test(entry.name) && !entry.name.startsWith(".") ? [join(path, entry.name)] : [];
    });
}

function noSuchFile(path: string): DiagnosticError {
  const detail = `No file or directory at ${path}.`;
  return new DiagnosticError(errorDiagnostic("DVT7001", "Usage", { detail }));
}

function notFormatted(path: string): DiagnosticError {
  const detail = `${path} is none of the files that are formatted: .tf, .tfvars, .tftest.hcl.`;
  return new DiagnosticError(errorDiagnostic("DVT7001", "Usage", { detail }));
}

/** Lines of the one that the other has not at that place; the formatter keeps the order of lines. */
function changedLines(before: string, after: string): readonly string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const lines: string[] = [];
  for (let i = 0; i < Math.max(old.length, now.length); i++) {
    if (old[i] === now[i]) continue;
    if (old[i] !== undefined) lines.push(`-${old[i]}`);
    if (now[i] !== undefined) lines.push(`+${now[i]}`);
  }
  return lines;
}
