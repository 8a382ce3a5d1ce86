/** `init` of a Terraform root's backend: which one the folder is for is recorded, and states are copied where it changes. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { type Backend, nodeFiles, STATE_TERRAFORM_VERSION } from "@dovetail/engine";
import { DiagnosticError, errorDiagnostic, warningDiagnostic } from "@dovetail/model";
import type { BackendRecord, SelectedBackend } from "@dovetail/terraform";
import type { Invocation } from "../../command.ts";
import type { OpenedRootBackend } from "../../opened.ts";
import { copyStates } from "./copy-states.ts";

export const BACKEND_OPTIONS = {
  "backend-config": { type: "string", multiple: true, value: "FILE|NAME=VALUE", help: "arguments of the root's backend" },
  reconfigure: { type: "boolean", help: "use the backend as it is configured, and leave the states where they are" },
  "migrate-state": { type: "boolean", help: "copy the states to the backend as it is configured" },
  "force-copy": { type: "boolean", help: "the same, without asking" },
} as const;

const NO_BLOCK = warningDiagnostic("DVT5009", "Missing backend configuration", {
  detail: '-backend-config was used without a "backend" block in the configuration.',
  fix: 'Name the backend, if only by its type:\n    terraform {\n      backend "s3" {}\n    }',
});

/** Makes the backend that the root's files configure the one that the folder is for. Throws DiagnosticError. */
export async function initBackend(invocation: Invocation, root: OpenedRootBackend): Promise<void> {
  const { terminal, options } = invocation;
  const { configured, record } = root;
  if (configured === undefined && options.texts("backend-config").length > 0) await invocation.report.show([NO_BLOCK]);
  if (configured === undefined && record === undefined) return;
  refuseBoth(invocation);
  terminal.out("Initializing the backend...");
  const { DEFAULT_BACKEND, checkRequiredArguments } = await import("@dovetail/terraform");
  const kept = recordedAs(invocation, root);
  const missing = configured === undefined || kept !== undefined ? [] : checkRequiredArguments(configured);
  if (missing.length > 0) throw new DiagnosticError(missing);
  const next: SelectedBackend = kept ?? configured ?? DEFAULT_BACKEND;
  const before = record ?? DEFAULT_BACKEND;
  const backend = await root.open(next);
  try {
    // Says at once what is wrong with it: a bucket that is not there, keys that are not good.
    if (next.type !== "http") await backend.workspaces();
    if (!options.flag("reconfigure") && (await isChange(invocation, root)))
      await moveStates(invocation, { from: await root.open(before), to: backend, isSame: isSamePlace(before, next) });
  } finally {
    backend.close();
  }
  await writeRecord(root, kept ?? configured);
  if (configured === undefined)
    terminal.out(`Successfully unset the backend "${before.type}". The states are kept in the root's folder.`);
  else
    terminal.out(
      `Successfully configured the backend "${configured.type}"! It is used from here on, unless the backend configuration changes.`,
    );
}

/** The record, where it is of this very block and nothing is given beside it: what `-backend-config` gave once is in it. */
function recordedAs({ options }: Invocation, { configured, record }: OpenedRootBackend): BackendRecord | undefined {
  const isGiven = options.texts("backend-config").length > 0 || options.flag("reconfigure");
  return !isGiven && configured?.type === record?.type && configured?.hash === record?.hash ? record : undefined;
}

function refuseBoth({ options }: Invocation): void {
  if (!options.flag("reconfigure") || !options.flag("migrate-state")) return;
  throw new DiagnosticError(
    errorDiagnostic("DVT7001", "Invalid init options", {
      detail: "The -migrate-state and -reconfigure options are mutually-exclusive.",
    }),
  );
}

/** Throws DVT5009 where states would have to be moved and nobody said that they shall be. */
async function isChange({ options }: Invocation, { configured, record }: OpenedRootBackend): Promise<boolean> {
  if (record === undefined) return true;
  const { backendChange } = await import("@dovetail/terraform");
  const isGiven = options.texts("backend-config").length > 0;
  // The hash is of the files alone: what the command line gives is told by its values.
  const reason =
    configured === undefined ? "unset" : backendChange(isGiven ? { ...configured, hash: Number.NaN } : configured, record);
  if (reason === undefined) return false;
  if (options.flag("migrate-state") || options.flag("force-copy")) return true;
  throw new DiagnosticError(
    errorDiagnostic("DVT5009", "Backend configuration changed", {
      detail: "A change in the backend configuration has been detected, which may require migrating existing state.",
      fix: "If you wish to attempt automatic migration of the state:\n    dovetail init -migrate-state\nIf you wish to store the current configuration with no changes to the state:\n    dovetail init -reconfigure",
    }),
  );
}

function isSamePlace(a: SelectedBackend, b: SelectedBackend): boolean {
  const names = ["path", "workspace_dir", "bucket", "key", "workspace_key_prefix", "endpoint", "endpoints", "address"];
  const place = ({ type, config }: SelectedBackend) => JSON.stringify([type, ...names.map((name) => config[name] ?? null)]);
  return place(a) === place(b);
}

async function moveStates(
  invocation: Invocation,
  { from, to, isSame }: { readonly from: Backend; readonly to: Backend; readonly isSame: boolean },
): Promise<void> {
  try {
    if (!isSame) await copyStates(invocation, from, to);
  } finally {
    from.close();
  }
}

async function writeRecord({ dataFolder, record }: OpenedRootBackend, configured: BackendRecord | undefined): Promise<void> {
  if (configured === undefined && record === undefined) return;
  const { backendRecordFile, formatBackendRecord } = await import("@dovetail/terraform");
  const file = backendRecordFile(dataFolder);
  const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  mkdirSync(dataFolder, { recursive: true });
  await nodeFiles().replace(file, Buffer.from(formatBackendRecord(configured, STATE_TERRAFORM_VERSION, before)));
}
