import type { Diagnostic, Random } from "@dovetail/model";
import type { Expression } from "../syntax/body.ts";

/** What functions need of the world around the language. */
export interface FunctionHost {
  /** The absolute folder against which relative paths are read: the one where the run was started, not the module's. */
  readonly baseFolder: string;
  /** What `~` stands for. */
  readonly homeFolder?: string;
  /** Without it no file can be read. */
  readonly files?: FunctionFiles;
  /** Milliseconds since the epoch. */
  now(): number;
  /** When the plan was made, RFC 3339; `plantimestamp` is unknown before that. */
  readonly planTimestamp?: string;
  readonly random: Random;
  /** `timestamp`, `uuid` and `bcrypt` are unknown until the plan is carried out. */
  readonly isPlanning?: boolean;
  /** Whose edition of the functions; Terraform's where it is not said. */
  readonly language?: "terraform" | "opentofu";
  /** Parses a text as a template (syntax/parse.ts); without it there is no `templatefile` and `templatestring`. */
  readonly parseTemplate?: (source: string, file: string) => ParsedTemplate;
}

export interface ParsedTemplate {
  readonly expression: Expression;
  readonly diagnostics: readonly Diagnostic[];
}

/** The files that functions may read; paths are absolute. */
export interface FunctionFiles {
  /** undefined where there is no such file. @throws Error with the system's words where it cannot be read */
  read(path: string): Uint8Array | undefined;
  /** undefined where nothing is there; links are followed. @throws Error where that cannot be told */
  kind(path: string): "file" | "folder" | "device" | "pipe" | "socket" | "other" | undefined;
  /** The names in a folder; undefined where there is no such folder. */
  list(path: string): readonly string[] | undefined;
}
