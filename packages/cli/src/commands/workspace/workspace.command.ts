/** Workspaces of a Terraform root: its stages, each with a state of its own (Terraform: "Workspaces"). */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Backend, DEFAULT_WORKSPACE, parseState } from "@dovetail/engine";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { OPTIONS, STATE_OPTIONS } from "../../option-definitions.ts";
import { usageError } from "../../parse.ts";
import { openSession } from "../../session.ts";
import { readWorkspace } from "../../terraform-app.ts";
import { findTerraformRoot } from "../../terraform-root.ts";

interface Root {
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
  return { dataFolder, current: readWorkspace(undefined, env, dataFolder) };
}

/** With the root's backend, which knows the workspaces. */
async function withBackend(invocation: Invocation, work: (backend: Backend, root: Root) => Promise<number>): Promise<number> {
  const root = await rootOf(invocation);
  const session = await openSession(invocation, { command: "workspace", startCloud: false, stateOnly: true });
  try {
    if (session.backend === undefined) throw new Error("a root without a backend");
    return await work(session.backend, root);
  } finally {
    await session.close();
  }
}

function select({ dataFolder }: Root, name: string): void {
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(join(dataFolder, "environment"), name);
}

const { stage: _, ...options } = STATE_OPTIONS;

export const workspaceListCommand: Command = {
  name: "workspace list",
  summary: "List the workspaces of a Terraform root",
  options,
  run: (invocation) =>
    withBackend(invocation, async (backend, { current }) => {
      for (const name of await backend.workspaces()) invocation.terminal.out(`${name === current ? "*" : " "} ${name}`);
      return EXIT.done;
    }),
};

export const workspaceShowCommand: Command = {
  name: "workspace show",
  summary: "Print the selected workspace",
  options: { config: OPTIONS.config },
  async run(invocation) {
    invocation.terminal.out((await rootOf(invocation)).current);
    return EXIT.done;
  },
};

export const workspaceNewCommand: Command = {
  name: "workspace new",
  summary: "Make a workspace and select it",
  positionals: { usage: "NAME", min: 1, max: 1 },
  options,
  run: (invocation) =>
    withBackend(invocation, async (backend, root) => {
      const name = named(invocation, root);
      if ((await backend.workspaces()).includes(name))
        throw usageError(workspaceNewCommand, `Workspace "${name}" already exists`);
      await backend.addWorkspace(name);
      select(root, name);
      invocation.terminal.out(`Created and switched to workspace "${name}"!`);
      return EXIT.done;
    }),
};

export const workspaceSelectCommand: Command = {
  name: "workspace select",
  summary: "Select a workspace",
  positionals: { usage: "NAME", min: 1, max: 1 },
  options: { ...options, "or-create": { type: "boolean", help: "make it where it is not there" } },
  run: (invocation) =>
    withBackend(invocation, async (backend, root) => {
      const name = named(invocation, root);
      if (!(await backend.workspaces()).includes(name)) {
        if (!invocation.options.flag("or-create")) throw usageError(workspaceSelectCommand, `Workspace "${name}" doesn't exist`);
        await backend.addWorkspace(name);
      }
      select(root, name);
      invocation.terminal.out(`Switched to workspace "${name}".`);
      return EXIT.done;
    }),
};

export const workspaceDeleteCommand: Command = {
  name: "workspace delete",
  summary: "Delete an empty workspace",
  positionals: { usage: "NAME", min: 1, max: 1 },
  options: { ...options, force: { type: "boolean", help: "also where its state has resources" } },
  run: (invocation) =>
    withBackend(invocation, async (backend, root) => {
      const name = named(invocation, root);
      if (name === DEFAULT_WORKSPACE) throw usageError(workspaceDeleteCommand, 'The workspace "default" cannot be deleted');
      if (name === root.current) throw usageError(workspaceDeleteCommand, `Workspace "${name}" is your active workspace`);
      if (!(await backend.workspaces()).includes(name))
        throw usageError(workspaceDeleteCommand, `Workspace "${name}" doesn't exist`);
      if (!invocation.options.flag("force") && (await hasResources(backend, name)))
        throw usageError(workspaceDeleteCommand, `Workspace "${name}" is tracking resources; remove them first, or pass -force`);
      await backend.removeWorkspace(name);
      invocation.terminal.out(`Deleted workspace "${name}"!`);
      return EXIT.done;
    }),
};

/** Throws DVT7002 for a name that is none. */
function named({ positionals, env }: Invocation, { dataFolder }: Root): string {
  return readWorkspace(positionals[0] ?? "", env, dataFolder);
}

async function hasResources(backend: Backend, name: string): Promise<boolean> {
  const storage = backend.storage(name);
  const bytes = await storage.read();
  return bytes !== undefined && parseState(bytes, storage.place).instances.size > 0;
}
