/**
 * The command line in a process that kills itself at one write of state, journal or sidecar.
 * Arguments: those of dovetail (`deploy --stage dev`). Environment: CRASH_POINT, the write's number counted from 0 over the run (a journal
 * record, a replaced or removed file); CRASH_SIDE: "before" (nothing of it is on the disk), "after" (all of it is), "torn" (half a record).
 * Ends with SIGKILL there; where the run has fewer writes it goes to its end and prints how many there were.
 */
import { type AppendFile, type FileSystem, nodeFiles } from "@dovetail/engine";
import { runCommandLine } from "../../packages/cli/src/command-line.ts";

const point = Number(process.env.CRASH_POINT ?? Number.POSITIVE_INFINITY);
const side = process.env.CRASH_SIDE ?? "before";
let passed = 0;

/** Counts one write, and dies beside the one that was asked for. */
async function passing(write: () => Promise<void>, torn?: () => Promise<void>): Promise<void> {
  const mine = passed++;
  if (mine === point && side !== "after") {
    if (side === "torn") await torn?.();
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => {});
  }
  await write();
  if (mine === point) {
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => {});
  }
}

function dying(file: AppendFile): AppendFile {
  const put = async (text: string) => {
    await file.append(Buffer.from(text));
    await file.sync();
  };
  return {
    async append(bytes) {
      const lines = Buffer.from(bytes)
        .toString("utf8")
        .split(/(?<=\n)/);
      for (const line of lines.filter((text) => text !== "")) {
        await passing(
          () => put(line),
          () => put(line.slice(0, Math.floor(line.length / 2))),
        );
      }
    },
    sync: () => file.sync(),
    truncate: (length) => file.truncate(length),
    close: () => file.close(),
  };
}

const real = nodeFiles();
const files: FileSystem = {
  read: (path) => real.read(path),
  list: (path) => real.list(path),
  replace: (path, bytes) => passing(() => real.replace(path, bytes)),
  createExclusive: (path, bytes) => real.createExclusive(path, bytes),
  remove: (path) => passing(() => real.remove(path)),
  makeDirectory: (path) => real.makeDirectory(path),
  openRewrite: (path) => real.openRewrite(path),
  openAppend: async (path) => dying(await real.openAppend(path)),
};

const code = await runCommandLine(process.argv.slice(2), { files });
process.stderr.write(`\nPOINTS ${passed}\n`);
process.exit(code);
