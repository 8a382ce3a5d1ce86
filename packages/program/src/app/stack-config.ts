import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DiagnosticError, errorDiagnostic, type SourceRange } from "@dovetail/model";
import type { Environment } from "./dot-env.ts";
import { type Decrypt, decrypterOf } from "./passphrase.ts";

/** Turns a YAML text into a value. */
export type ParseYaml = (text: string) => unknown;

/** The configuration of a stage; keys are `namespace:key`. */
export interface StackConfig {
  /** @throws DiagnosticError DVT1018 where the value is encrypted and cannot be decrypted */
  get(key: string): ConfigValue | undefined;
  /** Every key of a namespace, without it. */
  keys(namespace: string): readonly string[];
}

export interface ConfigValue {
  readonly value: unknown;
  readonly isSecret: boolean;
}

/** The YAML parser, loaded where the stage has a configuration file: asking for a value later cannot wait. */
export async function yamlFor(root: string, stage: string): Promise<ParseYaml | undefined> {
  const files = [configFile(root, stage), projectFile(root)];
  return files.some((file) => existsSync(file)) ? (await import("yaml")).parse : undefined;
}

function configFile(root: string, stage: string): string {
  return join(root, `Pulumi.${stage}.yaml`);
}

function projectFile(root: string): string {
  const other = join(root, "Pulumi.yml");
  return existsSync(other) ? other : join(root, "Pulumi.yaml");
}

/** Files that a stage's configuration is read from, whether or not they exist. */
export function configFiles(root: string, stage: string): readonly string[] {
  return [configFile(root, stage), projectFile(root)];
}

type Json = { readonly [name: string]: unknown };

/**
 * What `config` of `Pulumi.yaml` sets for all stages, over it `config` of `Pulumi.<stage>.yaml`, and over it the variable PULUMI_CONFIG (a JSON
 * object; PULUMI_CONFIG_SECRET_KEYS lists its secret ones). A key without a namespace belongs to the app. Values under `secure:` are decrypted
 * when they are asked for.
 * @throws DiagnosticError DVT1018 when one of them cannot be read
 */
export function readStackConfig(
  root: string,
  app: { readonly name: string; readonly stage: string },
  environment: Environment,
  parse: ParseYaml | undefined,
): StackConfig {
  const values = new Map<string, { readonly given: unknown; readonly isSecret?: boolean; readonly file?: string }>();
  const fullKey = (key: string) => (key.includes(":") ? key : `${app.name}:${key}`);
  let salt: unknown;
  let provider: unknown;
  if (parse !== undefined && existsSync(projectFile(root))) {
    for (const [key, given] of Object.entries(configOf(projectFile(root), parse).config)) {
      const value = projectValue(given);
      if (value !== undefined) values.set(fullKey(key), { given: value, file: projectFile(root) });
    }
  }
  const file = configFile(root, app.stage);
  if (parse !== undefined && existsSync(file)) {
    const { config, document } = configOf(file, parse);
    for (const [key, given] of Object.entries(config)) values.set(fullKey(key), { given, file });
    salt = document.encryptionsalt;
    provider = document.secretsprovider ?? (document.encryptedkey === undefined ? undefined : "one with an encryptedkey");
  }
  const secretKeys = listOf(environment.PULUMI_CONFIG_SECRET_KEYS).map(fullKey);
  for (const [key, given] of Object.entries(parseJson(environment.PULUMI_CONFIG)))
    values.set(fullKey(key), { given, isSecret: secretKeys.includes(fullKey(key)) });
  let decrypter: Decrypt | undefined;
  const decrypt: Decrypt = (text) => {
    decrypter ??= decrypterFor(salt, provider, environment, root);
    return decrypter(text);
  };
  return {
    keys: (namespace) =>
      [...values.keys()].filter((key) => key.startsWith(`${namespace}:`)).map((key) => key.slice(namespace.length + 1)),
    get(key) {
      const entry = values.get(key);
      if (entry === undefined) return undefined;
      if (!holdsSecure(entry.given)) return { value: entry.given, isSecret: entry.isSecret === true };
      try {
        return { value: decrypted(entry.given, decrypt), isSecret: true };
      } catch (error) {
        throw undecryptable(key, entry.file ?? file, error);
      }
    },
  };
}

/** In a project's file a value stands for itself, or under `value`; `default` is what a stage may leave out. */
function projectValue(given: unknown): unknown {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  const { value, default: fallback } = given as Json;
  return value ?? fallback;
}

function decrypterFor(salt: unknown, provider: unknown, environment: Environment, root: string): Decrypt {
  if (typeof provider === "string" && provider !== "passphrase" && provider !== "default")
    throw new Error(`its secrets provider is ${provider}; Dovetail has the one with a passphrase`);
  if (typeof salt !== "string") throw new Error('the file has no "encryptionsalt"');
  return decrypterOf(salt, environment, root);
}

function isSecure(value: unknown): value is { readonly secure: string } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.keys(value).length === 1 && typeof (value as Json).secure === "string";
}

function holdsSecure(value: unknown): boolean {
  if (isSecure(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecure);
}

function decrypted(value: unknown, decrypt: Decrypt): unknown {
  if (isSecure(value)) return decrypt(value.secure);
  if (Array.isArray(value)) return value.map((item) => decrypted(item, decrypt));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decrypted(item, decrypt)]));
}

function configOf(file: string, parse: ParseYaml): { readonly config: Json; readonly document: Json } {
  let document: unknown;
  try {
    document = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw unreadable(`${file} is not valid YAML: ${(error as Error).message}`, file);
  }
  if (document === null || document === undefined) return { config: {}, document: {} };
  if (typeof document !== "object" || Array.isArray(document))
    throw unreadable(`${file} must be a mapping of keys to values.`, file);
  const config = (document as Json).config ?? {};
  if (typeof config !== "object" || Array.isArray(config))
    throw unreadable(`"config" of ${file} must be a mapping of keys to values.`, file);
  return { config: config as Json, document: document as Json };
}

function parseJson(json: string | undefined): Json {
  if (json === undefined || json === "") return {};
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Json;
  } catch {
    // Told below, like any other text that is no JSON object.
  }
  throw unreadable("The variable PULUMI_CONFIG does not hold a JSON object.");
}

function listOf(json: string | undefined): readonly string[] {
  if (json === undefined || json === "") return [];
  try {
    const parsed: unknown = JSON.parse(json);
    if (Array.isArray(parsed)) return parsed.filter((item) => typeof item === "string");
  } catch {
    // Told below.
  }
  throw unreadable("The variable PULUMI_CONFIG_SECRET_KEYS does not hold a JSON list of keys.");
}

function unreadable(detail: string, file?: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT1018", "Missing stack configuration", {
      detail,
      fix: "Mend it, or set the values through the variable PULUMI_CONFIG.",
      ...(file === undefined ? {} : { range: { file, line: 1, column: 1 } }),
    }),
  );
}

/** The place of the key in its file, as far as a line shows it. */
function placeOf(key: string, file: string): SourceRange {
  const lines = readFileSync(file, "utf8").split("\n");
  const names = [key, key.slice(key.indexOf(":") + 1)];
  const line = lines.findIndex((text) => names.some((name) => text.trimStart().startsWith(`${name}:`)));
  return { file, line: Math.max(line, 0) + 1, column: (lines[line] ?? "").search(/\S/) + 1 || 1 };
}

function undecryptable(key: string, file: string, error: unknown): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT1018", "Missing stack configuration", {
      detail: `The value of "${key}" is encrypted and cannot be decrypted: ${reasonOf(error)}.`,
      fix: "Set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to the passphrase that `pulumi config set --secret` was given, or set the value in plain form through PULUMI_CONFIG.",
      range: placeOf(key, file),
    }),
    { cause: error },
  );
}

/** OpenSSL's words for a tag that does not fit tell a user nothing. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /authenticate data/.test(message) ? "it was encrypted with another key, or is damaged" : message;
}
