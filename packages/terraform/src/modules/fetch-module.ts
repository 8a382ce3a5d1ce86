import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ModuleSource } from "./source.ts";
import { ARCHIVE_NAME, unpackArchive } from "./unpack-archive.ts";

/** Fetching a module's package: repositories by the git on PATH, archives and folders (Terraform: "Module Sources"). */

export interface Fetching {
  readonly env: { readonly [name: string]: string | undefined };
  /** The bytes behind an http(s) address. Throws where it cannot be had. */
  download(url: string): Promise<Uint8Array>;
  /** An object of S3. Throws where it cannot be had. */
  readObject(place: S3Place): Promise<Uint8Array>;
}

export interface S3Place {
  readonly bucket: string;
  readonly key: string;
  readonly region?: string;
}

export interface Fetched {
  /** What was there: a repository's commit. */
  readonly commit?: string;
}

type RemoteSource = Extract<ModuleSource, { readonly kind: "git" | "remote" }>;

const GIT_MS_MAX = 600_000;
const GIT_OUTPUT_MAX = 16 * 1024 * 1024;

/**
 * Puts a package into a folder that is not there yet.
 * @param commit of a repository: that one, whatever its branch has by now
 * @throws Error with what went wrong, as one reads it behind "error downloading '…': "
 */
export async function fetchModule(source: RemoteSource, folder: string, around: Fetching, commit?: string): Promise<Fetched> {
  if (source.kind === "git") return { commit: await clone(source, folder, around, commit) };
  const { url } = source;
  const forced = /^([a-z0-9]+)::(.*)$/s.exec(url);
  const [, getter, address = url] = forced ?? [];
  if (getter === "s3") return unpacked(await around.readObject(s3Place(address)), folder);
  if (getter !== undefined && getter !== "file" && getter !== "http" && getter !== "https")
    throw new Error(`download not supported for scheme '${getter}'`);
  const path = localPath(address);
  if (path !== undefined) return copied(path, folder);
  if (!/^https?:\/\//.test(address)) throw new Error(`download not supported for '${address}'`);
  return unpacked(await around.download(archiveUrl(address)), folder);
}

/** The path of `file:///x` and `/x`. */
function localPath(address: string): string | undefined {
  if (address.startsWith("file://")) return fileURLToPath(address.replace(/\?.*$/s, ""));
  return address.startsWith("/") ? address.replace(/\?.*$/s, "") : undefined;
}

function copied(path: string, folder: string): Fetched {
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new Error(`source path error: stat ${path}: no such file or directory`);
  if (statSync(path).isDirectory()) cpSync(path, folder, { recursive: true, verbatimSymlinks: true });
  else if (ARCHIVE_NAME.test(path)) return unpacked(readFileSync(path), folder);
  else throw new Error("source path must be a directory or an archive");
  return {};
}

function unpacked(bytes: Uint8Array, folder: string): Fetched {
  mkdirSync(folder, { recursive: true });
  unpackArchive(bytes, folder);
  return {};
}

/** Without go-getter's own settings, which are for the fetching side. */
function archiveUrl(address: string): string {
  const url = new URL(address);
  const archive = url.searchParams.get("archive");
  if (archive === null && !ARCHIVE_NAME.test(url.pathname))
    throw new Error(`the address names no archive: it ends with .zip, .tar, .tar.gz or .tgz, or says "archive=zip"`);
  for (const own of ["archive", "checksum"]) url.searchParams.delete(own);
  return url.href;
}

/** `https://s3-eu-west-1.amazonaws.com/bucket/key`, `https://bucket.s3.eu-west-1.amazonaws.com/key`, `https://s3.amazonaws.com/bucket/key`. */
function s3Place(address: string): S3Place {
  const url = new URL(address);
  const path = decodeURIComponent(url.pathname.slice(1));
  const virtual = /^(.+)\.s3[.-](?:([a-z0-9-]+)\.)?amazonaws\.com$/.exec(url.hostname);
  const region = virtual?.[2] ?? /^s3[.-]([a-z0-9-]+)\.amazonaws\.com$/.exec(url.hostname)?.[1] ?? url.searchParams.get("region");
  const [first = "", ...rest] = path.split("/");
  const place = virtual?.[1] === undefined ? { bucket: first, key: rest.join("/") } : { bucket: virtual[1], key: path };
  if (place.bucket === "" || place.key === "") throw new Error(`'${address}' names no object of a bucket`);
  return { ...place, ...(region === null || region === undefined ? {} : { region }) };
}

async function clone(
  { url, ref, depth }: RemoteSource & { readonly kind: "git" },
  folder: string,
  { env }: Fetching,
  commit: string | undefined,
): Promise<string> {
  if (/^-/.test(url) || /^-/.test(ref ?? "")) throw new Error(`'${url}' with ref '${ref ?? ""}' is no repository's address`);
  const wanted = commit ?? ref;
  const shallow =
    depth === undefined || commit !== undefined
      ? []
      : ["--depth", String(depth), ...(ref === undefined ? [] : ["--branch", ref])];
  await git(["clone", ...shallow, "--", url, folder], env);
  if (wanted !== undefined && shallow.length === 0) await git(["-C", folder, "checkout", wanted, "--"], env);
  await git(["-C", folder, "submodule", "update", "--init", "--recursive"], env);
  return (await git(["-C", folder, "rev-parse", "HEAD"], env)).trim();
}

function git(args: readonly string[], env: Fetching["env"]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...env, GIT_TERMINAL_PROMPT: "0" }, timeout: GIT_MS_MAX, maxBuffer: GIT_OUTPUT_MAX };
    execFile("git", [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === "ENOENT") reject(new Error("git must be available and on the PATH"));
      else reject(new Error(`git exited with ${error.code ?? error.signal}: ${stderr.trim()}`));
    });
  });
}
