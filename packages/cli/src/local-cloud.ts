import { findRunningCloud, startDetachedCloud } from "@dovetail/cloud";
import { cloudFolder, cloudProgram } from "./cloud-folder.ts";
import type { Target } from "./target.ts";

export interface LocalCloudOptions {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly start: boolean;
  readonly note: (line: string) => void;
}

/** The endpoint of a local target: the URL given, or the app's cloud, started when it does not run and `start` says so. */
export async function endpointOf(
  target: Exclude<Target, { kind: "aws" }>,
  options: LocalCloudOptions,
): Promise<string | undefined> {
  if (target.kind === "url") return target.endpoint;
  const dataDir = cloudFolder(options.root, options.env);
  const running = await findRunningCloud(dataDir);
  if (running !== undefined) return running.endpoint;
  if (!options.start) return undefined;
  const started = await startDetachedCloud({ dataDir, entry: cloudProgram() });
  options.note(`The embedded AWS was started at ${started.endpoint} (pid ${started.pid}); dovetail cloud stop ends it.`);
  return started.endpoint;
}
