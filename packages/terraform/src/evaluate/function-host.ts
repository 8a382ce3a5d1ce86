import type { EvaluationHost } from "@dovetail/engine";
import { type FunctionFiles, type FunctionHost, parseTemplate } from "@dovetail/hcl";
import type { Clock, Random } from "@dovetail/model";
import { nodeFunctionFiles } from "../files.ts";

export interface FunctionSettings {
  readonly root: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly homeFolder?: string;
  /** Whose functions there are. Default: Terraform's. */
  readonly language?: "terraform" | "opentofu";
  /** Is told the path of each file that a function reads. */
  readonly noteRead?: (path: string) => void;
}

/** What the language's functions work with in one pass. */
export function functionHost(
  { root, clock, random, homeFolder, language, noteRead }: FunctionSettings,
  host: Pick<EvaluationHost, "pass" | "plannedAtMs">,
): FunctionHost {
  const files = nodeFunctionFiles();
  const planned = host.plannedAtMs ?? clock.now();
  return {
    baseFolder: root,
    ...(homeFolder === undefined ? {} : { homeFolder }),
    ...(language === undefined ? {} : { language }),
    files: noteRead === undefined ? files : { ...files, read: noted(files, noteRead) },
    now: () => clock.now(),
    planTimestamp: new Date(planned).toISOString().replace(/\.\d+Z$/, "Z"),
    random,
    isPlanning: host.pass === "plan",
    parseTemplate,
  };
}

function noted({ read }: FunctionFiles, noteRead: (path: string) => void): FunctionFiles["read"] {
  return (path) => {
    noteRead(path);
    return read(path);
  };
}
