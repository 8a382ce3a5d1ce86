import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** Environment variables by name. */
export type Environment = { readonly [name: string]: string | undefined };

export interface LoadedEnvironment {
  /** What the program sees as `process.env`. */
  readonly environment: Environment;
  /** The files that took part (for watching); those that do not exist included. */
  readonly files: readonly string[];
}

/**
 * `.env` and `.env.<stage>` beside the config file, laid over the given environment.
 * As in SST a variable already set stays, and of the two files the plain `.env` wins.
 */
export function loadDotEnv(root: string, stage: string, base: Environment): LoadedEnvironment {
  const files = [join(root, ".env"), join(root, `.env.${stage}`)];
  let environment: Environment = base;
  for (const file of files) environment = { ...readEnvFile(file), ...environment };
  return { environment, files };
}

function readEnvFile(file: string): Environment {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return {};
  }
  return parseEnv(text);
}

/**
 * Makes `environment` the process's environment; the returned function puts the former one back.
 * `process.env` is one per process: two programs are never evaluated at the same time with different environments.
 */
export function useEnvironment(environment: Environment): () => void {
  const before = { ...process.env };
  assign(environment);
  return () => assign(before);
}

function assign(environment: Environment): void {
  for (const name of Object.keys(process.env)) if (environment[name] === undefined) delete process.env[name];
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && process.env[name] !== value) process.env[name] = value;
  }
}
