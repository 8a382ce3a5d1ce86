import { parseState } from "@dovetail/engine";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { ModuleTree, NeededProvider } from "@dovetail/terraform";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { OPTIONS, STATE_OPTIONS } from "../../option-definitions.ts";
import { usageError } from "../../parse.ts";
import { openSession, type Session } from "../../session.ts";
import { treeLines } from "../../views/tree-lines.ts";
import { providerSchemaJson } from "./schema-json.ts";

export const providersCommand: Command = {
  name: "providers",
  summary: "Show which providers a Terraform root, its modules and its state need",
  options: STATE_OPTIONS,
  run: (invocation) => inRoot(invocation, providersCommand, showProviders),
};

export const providersSchemaCommand: Command = {
  name: "providers schema",
  summary: "Print the schemas of the providers that a Terraform root needs, as Terraform's JSON",
  options: { ...STATE_OPTIONS, json: OPTIONS.json },
  run: (invocation) => inRoot(invocation, providersSchemaCommand, printSchemas),
};

/** Terraform's verbs about copies of providers: Dovetail brings its own, and hosts those of others from where they are. */
export function refusedProvidersCommand(name: "lock" | "mirror"): Command {
  const what = name === "lock" ? "writes no hashes of providers into .terraform.lock.hcl" : "downloads no providers";
  return {
    name: `providers ${name}`,
    summary: `Not there: Dovetail ${what}`,
    isPlanned: true,
    positionals: { usage: "[ARGUMENTS …]", min: 0, max: Number.POSITIVE_INFINITY },
    options: {},
    async run() {
      throw new DiagnosticError(
        errorDiagnostic("DVT7006", "Not implemented", {
          detail: `dovetail providers ${name} is not implemented: Dovetail ${what}, its AWS and utility providers are part of it, and others are hosted from where terraform keeps them.`,
          fix: `Run terraform's own command, with the network:\n    terraform providers ${name}`,
        }),
      );
    },
  };
}

async function inRoot(
  invocation: Invocation,
  command: Command,
  work: (invocation: Invocation, session: Session, tree: ModuleTree) => Promise<void>,
): Promise<number> {
  const session = await openSession(invocation, { command: "providers", startCloud: false, looking: true });
  try {
    if (session.configuration === undefined) throw usageError(command, "this folder is no Terraform root");
    await work(invocation, session, session.configuration.tree);
    return EXIT.done;
  } finally {
    await session.close();
  }
}

async function showProviders({ terminal }: Invocation, session: Session, tree: ModuleTree): Promise<void> {
  const { neededProviders } = await import("@dovetail/terraform");
  const branches = ({ config, children }: ModuleTree) => [
    ...neededProviders(config).map(({ source, constraint }) => ({
      label: `provider[${source}]${constraint === undefined ? "" : ` ${constraint}`}`,
      below: undefined,
    })),
    ...[...children].map(([name, below]) => ({ label: `module.${name}`, below })),
  ];
  for (const line of ["", "Providers required by configuration:", ".", ...treeLines(tree, branches), ""]) terminal.out(line);
  const { instances } = parseState(Buffer.from(await session.engine.state.pull()), "the state");
  const inState = new Set([...instances.values()].map(({ provider }) => sourceIn(provider)));
  if (inState.size === 0) return;
  terminal.out("Providers required by state:\n");
  for (const source of [...inState].sort()) terminal.out(`    provider[${source}]\n`);
}

/** `provider["registry.terraform.io/hashicorp/aws"].west` -> `registry.terraform.io/hashicorp/aws`. */
function sourceIn(provider: string): string {
  return /\["([^"]+)"\]/.exec(provider)?.[1] ?? provider;
}

async function printSchemas({ report, terminal }: Invocation, session: Session, tree: ModuleTree): Promise<void> {
  const { neededProviders } = await import("@dovetail/terraform");
  const all = (at: ModuleTree): readonly NeededProvider[] => [
    ...neededProviders(at.config),
    ...[...at.children.values()].flatMap(all),
  ];
  const needed = new Map(all(tree).map((each) => [each.source, each]));
  const schemas: { [source: string]: object } = {};
  for (const { source, name } of [...needed.values()].sort((a, b) => (a.source < b.source ? -1 : 1))) {
    const { providers } = session;
    const provider = (await providers.unconfigured?.(name, "provider", name)) ?? (await providers.provider(name)).provider;
    schemas[source] = providerSchemaJson(provider, name);
  }
  const text = JSON.stringify({ format_version: "1.0", provider_schemas: schemas });
  if (report.json) report.document(text);
  else terminal.out(text);
}
