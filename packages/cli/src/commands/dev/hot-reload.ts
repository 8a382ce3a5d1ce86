/** Functions of a stage that run from the folder they are packaged from while `dovetail dev` watches it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isAlive } from "@dovetail/cloud";
import type { State } from "@dovetail/engine";
import { askCloud } from "../../json-http.ts";

export interface HotFunction {
  readonly address: string;
  /** Names account and region too. */
  readonly arn: string;
  /** The folder that its archive is packed from, absolute. */
  readonly folder: string;
}

/** The functions of a state whose archive was packed from one folder. */
export function hotFunctions(state: State, folderOf: (archive: string) => string | undefined): readonly HotFunction[] {
  const found: HotFunction[] = [];
  for (const [address, instance] of state.instances) {
    if (instance.mode !== "managed" || instance.type !== "aws_lambda_function") continue;
    const { filename, arn } = instance.current?.attributes ?? {};
    const folder = typeof filename === "string" ? folderOf(filename) : undefined;
    if (folder !== undefined && typeof arn === "string") found.push({ address, arn, folder });
  }
  return found;
}

/** From now on each runs from its folder. Done again after a change: then the next invocation is sure to see it. */
export async function runFromFolders(endpoint: string, functions: readonly HotFunction[]): Promise<void> {
  await Promise.all(functions.map(({ arn, folder }) => askCloud(endpoint, "PUT", route(arn), { path: folder })));
}

/** Each runs again what it was deployed with; one that is gone by now is no failure. */
export async function runDeployedCode(endpoint: string, arns: readonly string[]): Promise<void> {
  await Promise.allSettled(arns.map((arn) => askCloud(endpoint, "DELETE", route(arn))));
}

function route(arn: string): string {
  return `lambda/${encodeURIComponent(arn)}/hot-reload`;
}

interface DevRecord {
  readonly pid: number;
  readonly functions: readonly string[];
}

/** Beside the state: which process watches, and which functions run from folders because of it. */
export function devFile(root: string, stage: string): string {
  return join(root, ".dovetail", `${stage}.dev.json`);
}

export function writeDevRecord(file: string, functions: readonly HotFunction[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify({ pid: process.pid, functions: functions.map(({ arn }) => arn) } satisfies DevRecord)}\n`,
  );
}

export function removeDevRecord(file: string): void {
  rmSync(file, { force: true });
}

/** Puts back what a watch that was killed left running from folders. Answers how many functions. */
export async function restoreAfterDeadWatch(file: string, endpoint: string): Promise<number> {
  const record = readDevRecord(file);
  if (record === undefined || isAlive(record.pid)) return 0;
  await runDeployedCode(endpoint, record.functions);
  removeDevRecord(file);
  return record.functions.length;
}

function readDevRecord(file: string): DevRecord | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof json !== "object" || json === null || !("pid" in json) || !("functions" in json)) return undefined;
    const { pid, functions } = json;
    if (typeof pid !== "number" || !Array.isArray(functions)) return undefined;
    return { pid, functions: functions.filter((arn): arn is string => typeof arn === "string") };
  } catch {
    return undefined;
  }
}
