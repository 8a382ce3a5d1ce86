/** A folder of Terraform files as an app: its workspace is the stage, its state lies where Terraform keeps it. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { DiagnosticError, errorDiagnostic, systemClock, systemRandom } from "@dovetail/model";
import type { SelectedBackend } from "@dovetail/terraform";
import { appRoot } from "./cloud-folder.ts";
import type { Invocation } from "./command.ts";
import { editionOfRoot } from "./edition.ts";
import { findCloud } from "./local-cloud.ts";
import { localEnvironment } from "./local-environment.ts";
import type { Opened, SessionOptions } from "./opened.ts";
import { backendTitle, livesInCloud, needsKms, openBackend, openCiphers } from "./root-backend.ts";
import { parseTarget } from "./target.ts";

const DEFAULT_WORKSPACE = "default";

/** Loads the root module in a folder. Throws DiagnosticError with everything that is wrong with it. */
export async function openTerraform(invocation: Invocation, sessionOptions: SessionOptions, root: string): Promise<Opened> {
  const { options, env, cwd, terminal } = invocation;
  const { dataFolderOf, loadTerraformApp } = await import("@dovetail/terraform");
  const target = parseTarget(options.text("target"));
  const workspace = readWorkspace(options.text("stage"), env, dataFolderOf(root, env));
  let commandEnvironment = () => env;
  const app = loadTerraformApp({
    root,
    cwd,
    workspace,
    env,
    variables: options.inOrder(["var", "var-file"]).map(({ name, value }) => ({ option: name, text: value })),
    ...(sessionOptions.variables === undefined ? {} : { planned: sessionOptions.variables }),
    commandEnvironment: () => commandEnvironment(),
    isValidation: sessionOptions.validating === true || sessionOptions.looking === true,
    isStateOnly: sessionOptions.stateOnly === true,
    isBackendIgnored: options.flag("no-backend"),
    ...(sessionOptions.backendArguments === undefined ? {} : { backendArguments: sessionOptions.backendArguments }),
    homeFolder: homedir(),
    clock: systemClock(),
    random: systemRandom(),
  });
  const { configured, record, selected } = app.backend;
  const isStateInCloud = [selected, configured, record].some((each) => each !== undefined && livesInCloud(each, target));
  const needsCloud = app.needsCloud || isStateInCloud || needsKms(app.encryption);
  const start = isStateInCloud || needsKms(app.encryption) || sessionOptions.startCloud !== false;
  const cloud = { root: appRoot(root), env, start, note: terminal.note };
  const endpoint =
    target.kind === "aws" || (target.kind === "local" && !needsCloud)
      ? undefined
      : target.kind === "url"
        ? target.endpoint
        : await findCloud(cloud);
  // Its commands reach the embedded cloud like everything else.
  if (target.kind !== "aws" && endpoint !== undefined)
    commandEnvironment = () => ({ ...env, ...localEnvironment(endpoint, env) });
  const ciphers = await openCiphers(app.encryption, { env, target, endpoint });
  const around = { root, env, target, endpoint, ...(ciphers === undefined ? {} : { ciphers }) };
  const open = (backend: SelectedBackend) => openBackend(backend, around);
  const title = backendTitle(selected, { target });
  return {
    app: { ...app, protect: false, assetPaths: [], folderOf: () => undefined, optionPlace: () => undefined },
    providerConfigurations: app.providerConfigurations,
    edition: () => editionOfRoot(root),
    stage: workspace,
    root,
    target,
    endpoint,
    // A root is the same one in whatever folder it was checked out.
    engineApp: "terraform",
    // While it is initialised, and where nothing but the configuration is looked at, none is in use.
    ...(sessionOptions.validating === true ? {} : { backend: await open(selected) }),
    rootBackend: { ...app.backend, dataFolder: dataFolderOf(root, env), open },
    ...(title === undefined ? {} : { stateTitle: title }),
    ...(ciphers === undefined ? {} : { ciphers }),
    console: app.console,
    generate: app.generate,
    configuration: { tree: app.tree, read: app.readByFunctions },
    isOffline: !app.needsCloud,
  };
}

/** `--stage`, TF_WORKSPACE, what `terraform workspace select` chose, `default`. Throws DVT7002. */
export function readWorkspace(flag: string | undefined, env: NodeJS.ProcessEnv, dataFolder: string): string {
  const named = flag ?? (env.TF_WORKSPACE || selected(dataFolder) || DEFAULT_WORKSPACE);
  if (/^[\w.~-]+$/.test(named) && named !== "." && named !== "..") return named;
  throw new DiagnosticError(
    errorDiagnostic("DVT7002", "Invalid stage name", {
      detail: `The workspace name "${named.slice(0, 80)}" is not allowed. The name must contain only URL safe characters, and no path separators.`,
      fix: "Choose a name of letters, digits and hyphens.",
    }),
  );
}

function selected(dataFolder: string): string | undefined {
  try {
    return readFileSync(join(dataFolder, "environment"), "utf8").trim();
  } catch {
    return undefined;
  }
}
