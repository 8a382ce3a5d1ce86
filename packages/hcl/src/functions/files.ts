import { posix } from "node:path";
import { setFrom } from "../values/collections.ts";
import { textOf } from "../values/contents.ts";
import { goQuote } from "../values/go-quote.ts";
import { BOOL, STRING, setOf } from "../values/type.ts";
import { boolVal, type Marks, NO_MARKS, stringVal, type Val, withMarks } from "../values/value.ts";
import { decodeUtf8, encodeBase64 } from "./base64.ts";
import { baseName, expandHome, filePath, folderName } from "./file-paths.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import { isPlain, segmentPattern } from "./glob.ts";
import { DIGESTS, digest } from "./hashing.ts";
import type { FunctionFiles, FunctionHost } from "./host.ts";
import { type FunctionTable, parameter } from "./parameters.ts";
import { redacted } from "./redact.ts";

/** The bytes of a file. @throws FunctionError that blames the first argument */
export function readFile(host: FunctionHost, given: string, marks: Marks): Uint8Array {
  const { shown, absolute } = pathOrBlame(given, host);
  if (host.files?.kind(absolute) === "folder") throw new FunctionError(`failed to read file: read ${shown}: is a directory`, 0);
  const bytes = readOrBlame(host, absolute, 0);
  if (bytes !== undefined) return bytes;
  throw new FunctionError(
    `no file exists at ${redacted(goQuote(given), marks)}; this function works only with files that are distributed as part of the configuration source code, so if this file will be created by a resource in this configuration you must instead obtain this result from an attribute of that resource`,
    0,
  );
}

/** Like `readFile`, only that it must be UTF-8. */
export function readText(host: FunctionHost, given: string, marks: Marks): string {
  const text = decodeUtf8(readFile(host, given, marks));
  if (text !== undefined) return text;
  throw new FunctionError(
    `contents of ${redacted(goQuote(given), marks)} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead`,
  );
}

function pathOrBlame(given: string, host: FunctionHost): ReturnType<typeof filePath> {
  try {
    return filePath(given, host);
  } catch (error) {
    throw error instanceof FunctionError ? new FunctionError(`failed to expand ~: ${error.message}`, 0) : error;
  }
}

function readOrBlame(host: FunctionHost, path: string, argument?: number): Uint8Array | undefined {
  try {
    return host.files?.read(path);
  } catch (error) {
    throw new FunctionError(error instanceof Error ? error.message : String(error), argument);
  }
}

function ofFile(
  host: FunctionHost,
  description: string,
  change: (host: FunctionHost, path: string, marks: Marks) => string,
): LanguageFunction {
  return {
    description,
    parameters: [parameter("path", STRING, "marked")],
    returns: STRING,
    isNeverNull: true,
    implementation([path]) {
      const marks = path?.marks ?? NO_MARKS;
      return withMarks(stringVal(change(host, textOf(path), marks)), marks);
    },
  };
}

function ofPath(description: string, change: (path: string) => string): LanguageFunction {
  return {
    description,
    parameters: [parameter("path", STRING)],
    returns: STRING,
    isNeverNull: true,
    implementation: ([path]) => stringVal(change(textOf(path))),
  };
}

function hashOfFile(host: FunctionHost, name: keyof typeof DIGESTS): LanguageFunction {
  return ofPath(`What ${name} answers to a file's bytes.`, (given) => {
    const { shown, absolute } = filePath(given, host);
    if (host.files?.kind(absolute) === "folder") throw new FunctionError(`read ${shown}: is a directory`);
    const bytes = readOrBlame(host, absolute);
    if (bytes === undefined) throw new FunctionError(`open ${shown}: no such file or directory`);
    return digest(bytes, name);
  });
}

const NO_FILES: { readonly [kind: string]: string } = {
  folder: "is a directory, not a file",
  device: "is a device node, not a regular file",
  pipe: "is a named pipe, not a regular file",
  socket: "is a unix domain socket, not a regular file",
  other: "is not a regular file",
};

function fileExists(host: FunctionHost, given: string, marks: Marks): boolean {
  const { shown, absolute } = pathOrBlame(given, host);
  const kind = kindOrBlame(host, absolute, redacted(goQuote(shown), marks));
  const reason = kind === undefined ? undefined : NO_FILES[kind];
  if (reason !== undefined) throw new FunctionError(`${redacted(goQuote(shown), marks)} ${reason}`);
  return kind === "file";
}

function kindOrBlame(host: FunctionHost, path: string, shown: string): ReturnType<FunctionFiles["kind"]> {
  try {
    return host.files?.kind(path);
  } catch {
    throw new FunctionError(`failed to stat ${shown}`);
  }
}

const FOLDERS_DEEP_MAX = 64;

/** The regular files under a folder whose paths fit a pattern, relative to it. */
function filesMatching(host: FunctionHost, folder: string, pattern: string, marks: Marks): readonly string[] {
  const start = posix.resolve(host.baseFolder, folder);
  const whole = posix.resolve(start, pattern);
  const segments = whole.slice(1).split("/");
  for (const segment of segments) {
    if (segment !== "**" && !isPlain(segment) && segmentPattern(segment) === undefined) {
      const shown = posix.join(folder, pattern);
      throw new FunctionError(`failed to glob pattern ${redacted(goQuote(shown), marks)}: syntax error in pattern`);
    }
  }
  const found = new Set<string>();
  collect(host, "/", segments, 0, found);
  return [...found].map((path) => posix.relative(start, path));
}

function collect(host: FunctionHost, at: string, segments: readonly string[], deep: number, found: Set<string>): void {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    if (host.files?.kind(at) === "file") found.add(at);
    return;
  }
  if (segment !== "**" && isPlain(segment)) {
    collect(host, posix.join(at, segment), rest, deep, found);
    return;
  }
  if (segment === "**") collect(host, at, rest, deep, found);
  const pattern = segment === "**" ? undefined : segmentPattern(segment);
  for (const name of deep < FOLDERS_DEEP_MAX ? (host.files?.list(at) ?? []) : []) {
    const path = posix.join(at, name);
    if (pattern === undefined) {
      if (host.files?.kind(path) === "folder") collect(host, path, segments, deep + 1, found);
      else if (rest.length === 0) collect(host, path, [], deep, found);
    } else if (pattern.test(name)) collect(host, path, rest, deep, found);
  }
}

/** Functions on files, which the host reads. */
export function fileFunctions(host: FunctionHost): FunctionTable {
  const hashes = (Object.keys(DIGESTS) as (keyof typeof DIGESTS)[]).map((name): [string, LanguageFunction] => {
    return [name.startsWith("base64") ? `filebase64${name.slice(6)}` : `file${name}`, hashOfFile(host, name)];
  });
  return {
    ...Object.fromEntries(hashes),
    abspath: ofPath("A path from the root on.", (path) => posix.resolve(host.baseFolder, path)),
    basename: ofPath("The last segment of a path.", baseName),
    dirname: ofPath("A path without its last segment.", folderName),
    file: ofFile(host, "A file's text.", readText),
    filebase64: ofFile(host, "A file's bytes in base64.", (at, path, marks) => encodeBase64(readFile(at, path, marks))),
    fileexists: {
      description: "Whether there is a file at a path.",
      parameters: [parameter("path", STRING, "marked")],
      returns: BOOL,
      isNeverNull: true,
      implementation([path]) {
        const marks = path?.marks ?? NO_MARKS;
        return withMarks(boolVal(fileExists(host, textOf(path), marks)), marks);
      },
    },
    fileset: {
      description: "The files under a folder whose paths fit a pattern.",
      parameters: [parameter("path", STRING, "marked"), parameter("pattern", STRING, "marked")],
      returns: setOf(STRING),
      isNeverNull: true,
      implementation([folder, pattern]) {
        const marked = (value: Val): Val => withMarks(withMarks(value, folder?.marks ?? NO_MARKS), pattern?.marks ?? NO_MARKS);
        const paths = filesMatching(host, textOf(folder), textOf(pattern), marked(stringVal("")).marks);
        return marked(setFrom(STRING, paths.map(stringVal)));
      },
    },
    pathexpand: ofPath("A path with the home folder in place of `~`.", (path) => expandHome(path, host)),
  };
}
