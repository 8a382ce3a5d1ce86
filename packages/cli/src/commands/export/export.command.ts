import { basename, join, resolve } from "node:path";
import type { Plan } from "@dovetail/engine";
import { type Diagnostic, hasErrors, systemClock, systemRandom, warningDiagnostic } from "@dovetail/model";
import type { ExportedFile, Imports, Recording } from "@dovetail/terraform";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { usageError } from "../../parse.ts";
import { openSession, type Session } from "../../session.ts";
import { progressView } from "../../views/progress.ts";
import { providersOf, regionsOf, schemaOf } from "./provider-facts.ts";
import { checkFolder, writeExport } from "./write-export.ts";

export const exportCommand: Command = {
  name: "export tofu",
  summary: "Write the app as a Terraform or OpenTofu root, whose plan has no changes",
  options: {
    stage: OPTIONS.stage,
    config: OPTIONS.config,
    target: OPTIONS.target,
    json: OPTIONS.json,
    parallelism: OPTIONS.parallelism,
    "lock-timeout": OPTIONS["lock-timeout"],
    "no-backend": OPTIONS["no-backend"],
    var: OPTIONS.var,
    "var-file": OPTIONS["var-file"],
    out: { type: "string", value: "DIR", help: "the folder to write (needed); it must be empty or not there" },
    force: { type: "boolean", help: "write into a folder that is not empty; files of the same names are replaced" },
    imports: { type: "boolean", help: "write import blocks instead of moving the state along" },
    "with-secrets": { type: "boolean", help: "write the values of secrets into secrets.auto.tfvars" },
  },
  async run(invocation) {
    const { options, terminal } = invocation;
    const out = options.text("out");
    if (out === undefined) throw usageError(exportCommand, "--out names the folder to write");
    const folder = resolve(invocation.cwd, out);
    checkFolder(folder, options.flag("force"));
    const session = await openSession(invocation, {
      command: "export",
      onEvent: progressView(terminal, { quiet: true, verbose: false }),
    });
    try {
      terminal.note(terminal.style.bold(session.title));
      return await exportApp(session, folder, invocation);
    } finally {
      await session.close();
    }
  },
};

async function exportApp(session: Session, folder: string, invocation: Invocation): Promise<number> {
  const { recordingFrontEnd } = await import("@dovetail/terraform");
  const { report, terminal } = invocation;
  const recorder = recordingFrontEnd(session.app.frontEnd, { isFollowed: session.kind === "program" });
  const plan = await session.engine.plan({
    frontEnd: recorder.frontEnd,
    lock: false,
    parallelism: session.parallelism,
    lockTimeoutMs: session.lockTimeoutMs,
    signal: invocation.interrupt,
  });
  const recording = recorder.recording();
  await report.show([...session.app.diagnostics, ...plan.diagnostics]);
  if (invocation.interrupt.aborted) return EXIT.interrupted;
  if (plan.isErrored || recording === undefined || hasErrors(session.app.diagnostics)) {
    if (report.json) report.result({ ok: false, files: [] });
    return EXIT.failed;
  }
  const write = session.kind === "program" ? writeProgram : writeRoot;
  const files = (await write({ session, folder, invocation, recording, plan })).map(({ path }) => path).sort();
  if (report.json) report.result({ ok: true, folder, files });
  else for (const path of files) terminal.out(`written  ${path}`);
  return EXIT.done;
}

interface Exporting {
  readonly session: Session;
  readonly folder: string;
  readonly invocation: Invocation;
  readonly recording: Recording;
  readonly plan: Plan;
}

async function writeProgram({ session, folder, invocation, recording, plan }: Exporting): Promise<readonly ExportedFile[]> {
  const { exportProgram, jsonByMeaning, nodeModuleFiles, rereadExport } = await import("@dovetail/terraform");
  const made = exportProgram({
    recording,
    plan,
    root: session.root,
    entryFiles: new Set(session.app.inputFiles.slice(0, 1).map((file) => basename(file))),
    configurations: session.providerConfigurations,
    providers: await providersOf(recording, session),
    regionOf: await regionsOf(recording, session),
    files: nodeModuleFiles(),
    folderOf: (archive) => session.app.folderOf(archive),
    isJsonByMeaning: await jsonByMeaning(recording, plan, session.providers),
    withSecrets: invocation.options.flag("with-secrets"),
    imports: await importsOf(invocation, session, plan),
  });
  await invocation.report.show(made.diagnostics);
  writeExport(folder, made.files);
  const around = { clock: systemClock(), random: systemRandom(), schema: schemaOf(session) };
  const reread = await rereadExport(folder, recording, made.variables, around);
  const state = made.state(reread?.outputs ?? {});
  if (state === undefined) return made.files;
  writeExport(folder, [state]);
  return [...made.files, state];
}

async function importsOf({ options }: Invocation, session: Session, plan: Plan): Promise<Imports | undefined> {
  if (!options.flag("imports")) return undefined;
  const { importItems } = await import("@dovetail/terraform");
  return await importItems(plan, session.providers);
}

async function writeRoot({ session, folder, invocation, recording, plan }: Exporting): Promise<readonly ExportedFile[]> {
  const { exportRoot, nodeModuleFiles } = await import("@dovetail/terraform");
  const { configuration, root, stage } = session;
  if (configuration === undefined) throw new Error("a Terraform root without a configuration");
  const made = exportRoot({
    ...configuration,
    recording,
    plan,
    root,
    workspace: stage,
    files: nodeModuleFiles(),
    withSecrets: invocation.options.flag("with-secrets"),
    imports: await importsOf(invocation, session, plan),
  });
  const isEncrypted = session.ciphers !== undefined && made.state !== undefined;
  await invocation.report.show([...made.diagnostics, ...(isEncrypted ? [encryptedState()] : [])]);
  const files = [...made.files, ...(made.state === undefined || isEncrypted ? [] : [made.state])];
  writeExport(folder, files);
  if (made.folder !== ".") invocation.terminal.note(`The root module is ${join(folder, made.folder)}.`);
  return files;
}

/** In clear it must not lie about, and only who has the key can move it. */
function encryptedState(): Diagnostic {
  return warningDiagnostic("DVT7008", "Not in the export", {
    detail: "The root's state is encrypted. It was not moved along, since it would have to be written in clear.",
    fix: "Copy the state file as it is to the same place in the export.",
  });
}
