import { type Command, EXIT, type Invocation } from "../../command.ts";
import { diagnosticsOf, showDiagnostics } from "../../command-line.ts";
import { formatDuration } from "../../duration.ts";
import { showOutputs, writeOutputsFile } from "../../outcome.ts";
import { openSession, type Session } from "../../session.ts";
import { progressView } from "../../views/progress.ts";
import { deployOptions } from "../deploy/arguments.ts";
import { deploy } from "../deploy/deploy.command.ts";
import { createWatcher, watchRoots } from "./watch.ts";

export const devCommand: Command = {
  name: "dev",
  summary: "Deploy, watch the program and the packaged code, deploy again at every change",
  options: { ...deployOptions, once: { type: "boolean", help: "deploy in dev mode and end" } },
  async run(invocation) {
    const { terminal, interrupt, options } = invocation;
    const watcher = createWatcher();
    let deployedOnce = false;
    try {
      for (;;) {
        const roots = await deployOnce(invocation, deployedOnce);
        deployedOnce = true;
        if (options.flag("once")) return EXIT.done;
        if (roots.length > 0) watcher.watchOnly(roots);
        terminal.note(terminal.style.dim("Watching for changes; Ctrl-C ends. What is deployed stays."));
        const changed = await watcher.next(interrupt);
        if (changed === undefined) return EXIT.done;
        terminal.note(
          terminal.style.dim(
            `Changed: ${changed.slice(0, 3).join(", ")}${changed.length > 3 ? ` and ${changed.length - 3} more` : ""}`,
          ),
        );
      }
    } finally {
      watcher.close();
    }
  },
};

/** One round: a failure is shown and the watch goes on. Answers the folders to watch; none when the app could not be loaded. */
async function deployOnce(invocation: Invocation, again: boolean): Promise<readonly string[]> {
  const { terminal, cwd } = invocation;
  const startedAt = performance.now();
  let session: Session | undefined;
  try {
    session = await openSession(invocation, {
      command: "dev",
      dev: true,
      onEvent: progressView(terminal, { quiet: false, verbose: false }),
    });
    const open = session;
    if (!again) terminal.note(terminal.style.bold(open.title));
    const done = await open.engine.withLock("dev", () => deploy(invocation, open), { lockTimeoutMs: open.lockTimeoutMs });
    if (done !== undefined) {
      await showDiagnostics(done.result.diagnostics, terminal, cwd);
      if (done.result.ok) {
        writeOutputsFile(open.root, done.result.outputs);
        terminal.note(terminal.style.green(`✓ Deployed in ${formatDuration(performance.now() - startedAt)}`));
        if (!again) showOutputs(done.result.outputs, terminal, terminal.style);
      }
    }
    return watchRoots(open.app.inputFiles, open.app.assetPaths);
  } catch (error) {
    await showDiagnostics(diagnosticsOf(error), terminal, cwd);
    return session === undefined ? [] : watchRoots(session.app.inputFiles, session.app.assetPaths);
  } finally {
    await session?.close();
  }
}
