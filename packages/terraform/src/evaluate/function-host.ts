import type { EvaluationHost } from "@dovetail/engine";
import { type FunctionHost, parseTemplate } from "@dovetail/hcl";
import type { Clock, Random } from "@dovetail/model";
import { nodeFunctionFiles } from "../files.ts";

export interface FunctionSettings {
  readonly root: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly homeFolder?: string;
}

/** What the language's functions work with in one pass. */
export function functionHost(
  { root, clock, random, homeFolder }: FunctionSettings,
  host: Pick<EvaluationHost, "pass" | "plannedAtMs">,
): FunctionHost {
  const planned = host.plannedAtMs ?? clock.now();
  return {
    baseFolder: root,
    ...(homeFolder === undefined ? {} : { homeFolder }),
    files: nodeFunctionFiles(),
    now: () => clock.now(),
    planTimestamp: new Date(planned).toISOString().replace(/\.\d+Z$/, "Z"),
    random,
    isPlanning: host.pass === "plan",
    parseTemplate,
  };
}
