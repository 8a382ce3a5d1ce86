import { findRunningCloud, startDetachedCloud } from "@dovetail/cloud";
import { cloudFolder, cloudProgram } from "./cloud-folder.ts";

export interface LocalCloudOptions {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Start it when it does not run. */
  readonly start: boolean;
  readonly note: (line: string) => void;
}

interface FoundCloud {
  /** undefined: it does not run, and was not to be started. */
  readonly endpoint: string | undefined;
  /** Of the cloud that was started for this run. */
  readonly startedPid?: number;
}

/** The endpoint of the app's cloud, which is started when it does not run and `start` says so; undefined: it does not run. */
export async function findCloud(options: LocalCloudOptions): Promise<string | undefined> {
  return await cloudAhead(options).found();
}

/** The same, begun at once and waited for later. `abandon` ends a cloud that was started and is not needed after all. */
export function cloudAhead(options: LocalCloudOptions): { found(): Promise<string | undefined>; abandon(): Promise<void> } {
  const finding = find(options);
  // Told where it is waited for.
  finding.catch(() => {});
  return {
    async found() {
      const { endpoint, startedPid } = await finding;
      if (startedPid !== undefined)
        options.note(`The embedded AWS was started at ${endpoint} (pid ${startedPid}); dovetail cloud stop ends it.`);
      return endpoint;
    },
    async abandon() {
      const { startedPid } = await finding.catch((): FoundCloud => ({ endpoint: undefined }));
      if (startedPid !== undefined) process.kill(startedPid, "SIGTERM");
    },
  };
}

async function find({ root, env, start }: LocalCloudOptions): Promise<FoundCloud> {
  const dataDir = cloudFolder(root, env);
  const running = await findRunningCloud(dataDir);
  if (running !== undefined) return { endpoint: running.endpoint };
  if (!start) return { endpoint: undefined };
  const started = await startDetachedCloud({ dataDir, entry: cloudProgram() });
  return { endpoint: started.endpoint, ...(started.alreadyRunning ? {} : { startedPid: started.pid }) };
}
