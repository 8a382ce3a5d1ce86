import { readFileSync } from "node:fs";
import type { LoadedApp } from "@dovetail/program";
import { cloudAhead, findCloud, type LocalCloudOptions } from "./local-cloud.ts";
import { parseTarget, type Target } from "./target.ts";

export interface OpenAppOptions {
  /** `--target`. */
  readonly asked: string | undefined;
  readonly stage: string;
  readonly configFile: string;
  readonly load: (target: Target) => Promise<LoadedApp>;
  readonly cloud: LocalCloudOptions;
}

export interface OpenedApp {
  readonly app: LoadedApp;
  readonly target: Target;
  /** Of a local target; undefined where its cloud does not run. */
  readonly endpoint: string | undefined;
}

/**
 * The app with the target that the command line, or else the app itself, names, and that target's cloud. Loading the program and
 * starting the cloud take equally long, so both are done at once where the target is sure to be local.
 */
export async function openApp({ asked, stage, configFile, load, cloud }: OpenAppOptions): Promise<OpenedApp> {
  const first = parseTarget(asked);
  const mayDeclareAnother = asked === undefined && mentionsTargets(configFile);
  const ahead = first.kind === "local" && !mayDeclareAnother ? cloudAhead(cloud) : undefined;
  try {
    let app = await load(first);
    // `targets: { production: "aws" }` beside app() stands where the command line says nothing.
    const declared = asked === undefined ? app.targets?.[stage] : undefined;
    if (declared === undefined || declared === "local") {
      const endpoint = ahead === undefined ? await endpointOf(first, cloud) : await ahead.found();
      return { app, target: first, endpoint };
    }
    await ahead?.abandon();
    const target = parseTarget(declared);
    app = await load(target);
    return { app, target, endpoint: await endpointOf(target, cloud) };
  } catch (error) {
    await ahead?.abandon();
    throw error;
  }
}

async function endpointOf(target: Target, cloud: LocalCloudOptions): Promise<string | undefined> {
  if (target.kind === "aws") return undefined;
  return target.kind === "url" ? target.endpoint : await findCloud(cloud);
}

/** Where the config file has no such word, it hardly has the property; where it has it after all, the cloud was started for nothing. */
function mentionsTargets(configFile: string): boolean {
  try {
    return /\btargets\b/.test(readFileSync(configFile, "utf8"));
  } catch {
    return true;
  }
}
