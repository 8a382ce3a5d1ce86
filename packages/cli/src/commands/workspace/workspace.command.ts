/** Workspaces of a Terraform root: its stages, each with a state of its own (Terraform: "Workspaces"). */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { usageError } from "../../parse.ts";
import { readWorkspace } from "../../terraform-app.ts";
import { findTerraformRoot } from "../../terraform-root.ts";

const DEFAULT = "default";

interface Root {
  readonly root: string;
  readonly dataFolder: string;
  readonly current: string;
}

async function rootOf({ cwd, env, options }: Invocation): Promise<Root> {
  const root = findTerraformRoot(cwd, options.text("config"));
  if (root === undefined) {
    const detail =
      "Workspaces are those of a Terraform root, and this folder has no .tf file. A program's stages are named by --stage.";
    throw new DiagnosticError(errorDiagnostic("DVT1001", "No app found", { detail }));
  }
  const { dataFolderOf } = await import("@dovetail/terraform");
  const dataFolder = dataFolderOf(root, env);
  return { root, dataFolder, current: readWorkspace(undefined, env, dataFolder) };
}

function all({ root }: Root): readonly string[] {
  const folder = join(root, "terraform.tfstate.d");
  const named = existsSync(folder) ? readdirSync(folder).sort() : [];
  return [DEFAULT, ...named.filter((name) => name !== DEFAULT)];
}

function select({ dataFolder }: Root, name: string): void {
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(join(dataFolder, "environment"), name);
}

const config = { config: OPTIONS.config };

export const workspaceListCommand: Command = {
  name: "workspace list",
  summary: "List the workspaces of a Terraform root",
  options: config,
  async run(invocation) {
    const root = await rootOf(invocation);
    for (const name of all(root)) invocation.terminal.out(`${name === root.current ? "*" : " "} ${name}`);
    return EXIT.done;
  },
};

export const workspaceShowCommand: Command = {
  name: "workspace show",
  summary: "Print the selected workspace",
  options: config,
  async run(invocation) {
    invocation.terminal.out((await rootOf(invocation)).current);
    return EXIT.done;
  },
};

export const workspaceNewCommand: Command = {
  name: "workspace new",
  summary: "Make a workspace and select it",
  positionals: { usage: "NAME", min: 1, max: 1 },
  options: config,
  async run(invocation) {
    const root = await rootOf(invocation);
    const name = named(invocation, root);
    if (all(root).includes(name)) throw usageError(workspaceNewCommand, `Workspace "${name}" already exists`);
    mkdirSync(join(root.root, "terraform.tfstate.d", name), { recursive: true });
    select(root, name);
    invocation.terminal.out(`Created and switched to workspace "${name}"!`);
    return EXIT.done;
  },
};

export const workspaceSelectCommand: Command = {
  name: "workspace select",
  summary: "Select a workspace",
  positionals: { usage: "NAME", min: 1, max: 1 },
  options: { ...config, "or-create": { type: "boolean", help: "make it where it is not there" } },
  async run(invocation) {
    const root = await rootOf(invocation);
    const name = named(invocation, root);
    if (!all(root).includes(name)) {
      if (!invocation.options.flag("or-create")) throw usageError(workspaceSelectCommand, `Workspace "${name}" doesn't exist`);
      mkdirSync(join(root.root, "terraform.tfstate.d", name), { recursive: true });
    }
    select(root, name);
    invocation.terminal.out(`Switched to workspace "${name}".`);
    return EXIT.done;
  },
};

export const workspaceDeleteCommand: Command = {
  name: "workspace delete",
  summary: "Delete an empty workspace",
  positionals: { usage: "NAME", min: 1, max: 1 },
  options: { ...config, force: { type: "boolean", help: "also where its state has resources" } },
  async run(invocation) {
    const root = await rootOf(invocation);
    const name = named(invocation, root);
    if (name === DEFAULT) throw usageError(workspaceDeleteCommand, 'The workspace "default" cannot be deleted');
    if (name === root.current) throw usageError(workspaceDeleteCommand, `Workspace "${name}" is your active workspace`);
    const folder = join(root.root, "terraform.tfstate.d", name);
    if (!existsSync(folder)) throw usageError(workspaceDeleteCommand, `Workspace "${name}" doesn't exist`);
    if (!invocation.options.flag("force") && (await hasResources(folder))) {
      throw usageError(workspaceDeleteCommand, `Workspace "${name}" is tracking resources; remove them first, or pass -force`);
    }
    rmSync(folder, { recursive: true });
    invocation.terminal.out(`Deleted workspace "${name}"!`);
    return EXIT.done;
  },
};

/** Throws DVT7002 for a name that is none. */
function named({ positionals, env }: Invocation, { dataFolder }: Root): string {
  return readWorkspace(positionals[0] ?? "", env, dataFolder);
}

async function hasResources(folder: string): Promise<boolean> {
  const { nodeFiles, parseState } = await import("@dovetail/engine");
  const file = join(folder, "terraform.tfstate");
  const bytes = await nodeFiles().read(file);
  return bytes !== undefined && parseState(bytes, dirname(file)).instances.size > 0;
}
