import { basename, resolve } from "node:path";
import { hasErrors } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { usageError } from "../../parse.ts";
import type { Session } from "../../session.ts";
import { openSession } from "../../session.ts";
import { progressView } from "../../views/progress.ts";
import { providersOf, regionsOf } from "./provider-facts.ts";
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
    out: { type: "string", value: "DIR", help: "the folder to write (needed); it must be empty or not there" },
    force: { type: "boolean", help: "write into a folder that is not empty; files of the same names are replaced" },
    imports: { type: "boolean", help: "write import blocks instead of moving the state along" },
    "with-secrets": { type: "boolean", help: "write the values of secrets into secrets.auto.tfvars" },
  },
  async run(invocation) {
    const { options, terminal, report } = invocation;
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
      return await exportApp(session, folder, invocation, report.json);
    } finally {
      await session.close();
    }
  },
};

async function exportApp(session: Session, folder: string, invocation: Invocation, isJson: boolean): Promise<number> {
  const { exportProgram, jsonByMeaning, nodeModuleFiles, recordingFrontEnd } = await import("@dovetail/terraform");
  const { options, terminal, report } = invocation;
  const recorder = recordingFrontEnd(session.app.frontEnd);
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
    if (isJson) report.result({ ok: false, files: [] });
    return EXIT.failed;
  }
  const made = exportProgram({
    recording,
    plan,
    root: session.root,
    entryFiles: new Set(session.app.inputFiles.slice(0, 1).map((file) => basename(file))),
    title: session.title,
    configurations: session.providerConfigurations,
    providers: await providersOf(recording, session),
    regionOf: await regionsOf(recording, session),
    files: nodeModuleFiles(),
    folderOf: (archive) => session.app.folderOf(archive),
    isJsonByMeaning: await jsonByMeaning(recording, plan, session.providers),
    withSecrets: options.flag("with-secrets"),
    imports: options.flag("imports"),
  });
  await report.show(made.diagnostics);
  const written = writeExport(folder, made.files);
  if (isJson) report.result({ ok: true, folder, files: written });
  else for (const path of written) terminal.out(`written  ${path}`);
  return EXIT.done;
}
