import { resolve } from "node:path";
import { lockFolder } from "@dovetail/cloud";
import { appRoot, cloudFolder } from "../../cloud-folder.ts";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { askCloud } from "../../json-http.ts";
import { runningCloud } from "./running.ts";

interface Snapshot {
  readonly folder: string;
  readonly accountId: string;
  readonly saved: string;
  readonly files: number;
  readonly bytes: number;
}

/** A cloud that does not run is opened in this process for as long as it takes; its folder's lock keeps others away. */
async function onSleeping(invocation: Invocation, what: "save" | "load", folder: string): Promise<Snapshot> {
  const dataDir = cloudFolder(appRoot(invocation.cwd), invocation.env);
  const lock = lockFolder(dataDir);
  try {
    // The whole cloud: no other command loads it, and the build keeps it in a file of its own.
    const { startCloud } = await import("@dovetail/cloud");
    const cloud = await startCloud({ dataDir, listen: false });
    try {
      const { files, ...about } = await (what === "save" ? cloud.saveSnapshot(folder) : cloud.loadSnapshot(folder));
      const sizes = Object.values(files).map(({ bytes }) => bytes);
      return { ...about, folder, files: sizes.length, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
    } finally {
      await cloud.stop();
    }
  } finally {
    lock.release();
  }
}

async function carryOut(invocation: Invocation, what: "save" | "load"): Promise<number> {
  const folder = resolve(invocation.cwd, invocation.positionals[0] ?? "");
  const running = await runningCloud(invocation);
  const snapshot =
    running === undefined
      ? await onSleeping(invocation, what, folder)
      : await askCloud<Snapshot>(running.endpoint, "POST", `snapshot/${what}`, { folder });
  const { terminal, options } = invocation;
  if (options.flag("json")) terminal.out(JSON.stringify(snapshot));
  else if (what === "save") terminal.out(`Saved to ${folder} (${snapshot.files} files, ${snapshot.bytes} bytes)`);
  else terminal.out(`Loaded ${folder}, saved at ${snapshot.saved}`);
  return EXIT.done;
}

const json = { json: { type: "boolean", help: "print folder, accountId, saved, files and bytes as JSON" } } as const;
const positionals = { usage: "DIR", min: 1, max: 1 };

export const cloudSnapshotSaveCommand: Command = {
  name: "cloud snapshot save",
  summary: "Save everything that this app's embedded AWS holds to a folder, also while it runs",
  positionals,
  options: json,
  run: (invocation) => carryOut(invocation, "save"),
};

export const cloudSnapshotLoadCommand: Command = {
  name: "cloud snapshot load",
  summary: "Put a saved folder in the place of everything that this app's embedded AWS holds",
  positionals,
  options: json,
  run: (invocation) => carryOut(invocation, "load"),
};
