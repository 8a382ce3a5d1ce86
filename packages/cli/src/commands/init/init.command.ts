import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { writeTypes } from "@dovetail/program";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { usageError } from "../../parse.ts";
import { fetchModules } from "../../root-modules.ts";
import { openSession } from "../../session.ts";
import { findTerraformRoot } from "../../terraform-root.ts";
import { BACKEND_OPTIONS, initBackend } from "./init-backend.ts";
import { TEMPLATES } from "./templates.ts";

export const initCommand: Command = {
  name: "init",
  summary: `Make this folder an app: sst.config.ts, tsconfig.json, .gitignore; templates: ${Object.keys(TEMPLATES).join(", ")}`,
  positionals: { usage: "[TEMPLATE]", min: 0, max: 1 },
  options: {
    "no-backend": OPTIONS["no-backend"],
    "no-get": { type: "boolean", help: "leave a Terraform root's modules as they are" },
    upgrade: { type: "boolean", help: "fetch a Terraform root's modules again, the newest versions that fit" },
    ...BACKEND_OPTIONS,
    target: OPTIONS.target,
    config: OPTIONS.config,
    name: { type: "string", value: "NAME", help: "the app's name (default: the folder's)" },
  },
  async run(invocation) {
    const { terminal, cwd, options, positionals } = invocation;
    const root = positionals.length === 0 ? findTerraformRoot(cwd, undefined) : undefined;
    if (root !== undefined) return await initTerraform(invocation, root);
    const chosen = positionals[0] ?? "empty";
    const template = Object.hasOwn(TEMPLATES, chosen) ? TEMPLATES[chosen] : undefined;
    if (template === undefined)
      throw usageError(initCommand, `there is no template "${chosen}"; there are ${Object.keys(TEMPLATES).join(", ")}`);
    if (existsSync(join(cwd, "sst.config.ts"))) throw usageError(initCommand, "this folder has an sst.config.ts already");
    const name = options.text("name") ?? appName(basename(cwd));
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name))
      throw usageError(initCommand, `"${name}" is no name of letters, digits and hyphens`);
    for (const [file, text] of Object.entries(template(name))) {
      if (existsSync(join(cwd, file))) {
        terminal.out(`kept     ${file}`);
        continue;
      }
      writeFileSync(join(cwd, file), text);
      terminal.out(`written  ${file}`);
    }
    if (ignore(join(cwd, ".gitignore"))) terminal.out("written  .gitignore");
    await writeTypes(cwd);
    terminal.note("\nDeploy it to the embedded AWS:\n    dovetail deploy --stage dev");
    return EXIT.done;
  },
};

/** In a Terraform root: fetches its modules, and makes its backend the one that the folder is for. */
async function initTerraform(invocation: Invocation, root: string): Promise<number> {
  const { terminal, options, report } = invocation;
  if (!options.flag("no-get")) await fetchModules(invocation, root, { isUpgrade: options.flag("upgrade") });
  const session = await openSession(invocation, {
    command: "init",
    startCloud: false,
    validating: true,
    backendArguments: options.texts("backend-config"),
  });
  try {
    await report.show(session.app.diagnostics);
    if (session.rootBackend !== undefined && !options.flag("no-backend")) await initBackend(invocation, session.rootBackend);
    terminal.out("Dovetail has been successfully initialized: modules and the backend are in place.");
    return EXIT.done;
  } finally {
    await session.close();
  }
}

function appName(folder: string): string {
  const name = folder.replace(/[^A-Za-z0-9]+/g, "-").replace(/^[^A-Za-z]+|-+$/g, "");
  return name === "" ? "app" : name;
}

/** What Dovetail writes beside the program belongs to this machine. */
const IGNORED = [".dovetail", ".sst", "node_modules"];

/** Adds the lines that are missing; false where none was. */
function ignore(file: string): boolean {
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const lines = new Set(before.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, "")));
  const missing = IGNORED.filter((line) => !lines.has(line));
  if (missing.length === 0) return false;
  appendFileSync(file, `${before === "" || before.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`);
  return true;
}
