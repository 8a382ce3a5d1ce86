/** What a judge does with a root, however it is carried out. */
import type { Json } from "../both.ts";

export interface Files {
  /** Absent text: the file goes. */
  readonly [path: string]: string | undefined;
}

export interface RunOptions {
  readonly mode?: "normal" | "destroy" | "refresh-only";
  readonly targets?: readonly string[];
  readonly replace?: readonly string[];
}

/** What was said: `error ADDRESS: SUMMARY`, sorted. */
export type Told = readonly string[];

export interface Planned {
  /** `show -json` of the plan; undefined where there is none. */
  readonly document?: Json;
  readonly told: Told;
}

export interface Way {
  readonly name: string;
  write(files: Files): void;
  plan(options?: RunOptions): Promise<Planned>;
  /** Carries out the last plan. */
  apply(): Promise<Told>;
  /** The state file. */
  state(): Promise<string>;
  setState(text: string): Promise<void>;
  taint(address: string): Promise<void>;
  close(): Promise<void>;
}

/** Environment and `-var` of every run. */
export interface Given {
  readonly env?: { readonly [name: string]: string };
  readonly variables?: readonly string[];
}
