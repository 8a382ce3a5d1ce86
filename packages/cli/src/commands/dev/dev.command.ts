import { relative } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { diagnosticsOf } from "../../command-line.ts";
import { formatDuration } from "../../duration.ts";
import { showOutputs, writeOutputsFile } from "../../outcome.ts";
import { openSession, type Session } from "../../session.ts";
import { progressView } from "../../views/progress.ts";
import { deployOptions } from "../deploy/arguments.ts";
import { deploy } from "../deploy/deploy.command.ts";
import {
  devFile,
  type HotFunction,
  hotFunctions,
  removeDevRecord,
  restoreAfterDeadWatch,
  runDeployedCode,
  runFromFolders,
  writeDevRecord,
} from "./hot-reload.ts";
import { createWatcher, isBelow, watchRoots } from "./watch.ts";

export const devCommand: Command = {
  name: "dev",
  summary: "Deploy, watch the program and the packaged code: functions reload as they change, the rest is deployed again",
  options: { ...deployOptions, once: { type: "boolean", help: "deploy in dev mode and end" } },
  async run(invocation) {
    const watcher = createWatcher();
    let watch: Watch = { hot: [], inputs: undefined, assets: [], roots: [invocation.cwd], rounds: 0 };
    try {
      for (;;) {
        watch = await deployOnce(invocation, watch);
        if (invocation.interrupt.aborted) return EXIT.interrupted;
        if (watch.refused === true) return EXIT.failed;
        if (invocation.options.flag("once")) return watch.inputs === undefined || watch.failed === true ? EXIT.failed : EXIT.done;
        watcher.watchOnly(watch.roots);
        invocation.terminal.note(invocation.terminal.style.dim("Watching for changes; Ctrl-C ends, what is deployed stays."));
        if (!(await nextDeploy(invocation, watcher, watch))) return EXIT.interrupted;
      }
    } finally {
      watcher.close();
      await leave(invocation, watch);
    }
  },
};

/** What the last round found out. */
interface Watch {
  readonly hot: readonly HotFunction[];
  readonly endpoint?: string;
  readonly record?: string;
  /** Files of the program; undefined where it could not be loaded: then any file may be the one that mends it. */
  readonly inputs: ReadonlySet<string> | undefined;
  readonly assets: readonly string[];
  readonly roots: readonly string[];
  readonly rounds: number;
  readonly failed?: boolean;
  /** No change of a file will make it work. */
  readonly refused?: boolean;
}

/** Reloads functions as their files change; true when something changed that wants a deploy, false at an interrupt. */
async function nextDeploy(invocation: Invocation, watcher: ReturnType<typeof createWatcher>, watch: Watch): Promise<boolean> {
  const { terminal, interrupt, cwd } = invocation;
  for (;;) {
    const changed = await watcher.next(interrupt);
    if (changed === undefined) return false;
    const startedAt = performance.now();
    const { hot, deploy } = sortChanges(changed, watch);
    const files = (paths: readonly string[]) =>
      `${paths
        .slice(0, 3)
        .map((path) => relative(cwd, path))
        .join(", ")}${paths.length > 3 ? ` and ${paths.length - 3} more` : ""}`;
    if (deploy.length > 0) {
      terminal.note(terminal.style.dim(`Changed: ${files(deploy)}`));
      return true;
    }
    if (hot.length === 0 || watch.endpoint === undefined) continue;
    try {
      await runFromFolders(watch.endpoint, hot);
      const took = formatDuration(performance.now() - startedAt);
      terminal.note(`${terminal.style.green("↻ Reloaded")} ${names(hot)} ${terminal.style.dim(`(${files(changed)}, ${took})`)}`);
    } catch (error) {
      await invocation.report.show(diagnosticsOf(error));
    }
  }
}

function names(functions: readonly HotFunction[]): string {
  const all = functions.map(({ address }) => address.slice(address.indexOf(".") + 1));
  return all.length > 4 ? `${all.slice(0, 3).join(", ")} and ${all.length - 3} more functions` : all.join(", ");
}

/** Which functions a change reloads, and which files want a deploy. A change of anything else is none. */
export function sortChanges(
  changed: readonly string[],
  watch: Pick<Watch, "hot" | "inputs" | "assets">,
): { readonly hot: readonly HotFunction[]; readonly deploy: readonly string[] } {
  const { inputs } = watch;
  const folders = new Set(watch.hot.map(({ folder }) => folder));
  const others = watch.assets.filter((asset) => !folders.has(asset));
  const isProgram = (path: string) => (inputs === undefined ? true : inputs.has(path) || others.some((a) => isBelow(path, a)));
  const isHot = (path: string) => [...folders].some((folder) => isBelow(path, folder));
  return {
    hot: watch.hot.filter(({ folder }) => changed.some((path) => isBelow(path, folder))),
    deploy: changed.filter((path) => (inputs === undefined ? !isHot(path) : isProgram(path))),
  };
}

/** As SST does: a stage that is in use is not changed with every file that is saved. */
function refuseProtected({ app, stage }: Session): void {
  if (!app.protect) return;
  const range = app.optionPlace("protect");
  throw new DiagnosticError(
    errorDiagnostic("DVT7005", "Stage is protected", {
      detail: `The app protects stage ${stage}: its app() returns protect: true, and dovetail dev changes a stage as its files change.`,
      fix: "Watch another stage:\n    dovetail dev --stage dev",
      ...(range ? { range } : {}),
    }),
  );
}

/** One round: a failure is shown and the watch goes on with what it knew before. */
async function deployOnce(invocation: Invocation, before: Watch): Promise<Watch> {
  const { terminal, report } = invocation;
  const startedAt = performance.now();
  const isFirst = before.rounds === 0;
  let session: Session | undefined;
  try {
    session = await openSession(invocation, {
      command: "dev",
      dev: true,
      onEvent: progressView(terminal, { quiet: false, verbose: false }),
    });
    const open = session;
    refuseProtected(open);
    if (isFirst) terminal.note(terminal.style.bold(open.title));
    const record = devFile(open.root, open.stage);
    if (isFirst && open.endpoint !== undefined) await restoreAfterDeadWatch(record, open.endpoint);
    const done = await open.engine.withLock("dev", () => deploy(invocation, open), { lockTimeoutMs: open.lockTimeoutMs });
    const known = watchOf(open, before);
    if (done === undefined) return { ...known, failed: true };
    if (!done.result.ok) {
      terminal.note(terminal.style.red("✕ Not all of it was deployed; the next change tries again."));
      return { ...known, failed: true };
    }
    writeOutputsFile(open.root, done.result.outputs);
    const hot = open.endpoint === undefined ? [] : hotFunctions(done.result.state, open.app.folderOf);
    if (open.endpoint !== undefined && !invocation.options.flag("once")) {
      writeDevRecord(record, hot);
      await runFromFolders(open.endpoint, hot);
    }
    terminal.note(terminal.style.green(`✓ Deployed in ${formatDuration(performance.now() - startedAt)}`));
    if (isFirst) showOutputs(done.result.outputs, terminal, terminal.style);
    return { ...known, hot, record };
  } catch (error) {
    await report.show(diagnosticsOf(error));
    if (session === undefined) return { ...before, inputs: undefined, failed: true, rounds: before.rounds + 1 };
    const refused = diagnosticsOf(error).some(({ code }) => code === "DVT7005");
    return { ...watchOf(session, before), failed: true, refused };
  } finally {
    await session?.close();
  }
}

function watchOf({ app, endpoint }: Session, before: Watch): Watch {
  // A round that stopped early has not looked at its assets.
  const assets = app.assetPaths.length > 0 ? app.assetPaths : before.assets;
  return {
    hot: before.hot,
    ...(before.record === undefined ? {} : { record: before.record }),
    ...(endpoint === undefined ? {} : { endpoint }),
    inputs: new Set(app.inputFiles),
    assets,
    roots: watchRoots(app.inputFiles, assets),
    rounds: before.rounds + 1,
  };
}

/** Functions run what they were deployed with again. */
async function leave({ terminal }: Invocation, { endpoint, hot, record }: Watch): Promise<void> {
  if (endpoint === undefined || record === undefined) return;
  const arns = hot.map(({ arn }) => arn);
  await runDeployedCode(endpoint, arns);
  removeDevRecord(record);
  if (arns.length > 0) terminal.note("The functions run their deployed code again; dovetail deploy brings the changes in.");
}
