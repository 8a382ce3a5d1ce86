/**
 * What a cloud holds, as a folder that can be kept, checked in and loaded elsewhere: `snapshot.json` names the format, the account and each file
 * with its size and SHA-256; `data.mdb` is a compact copy of the records; `blobs/` and `services/` are as in a data folder.
 */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { DATA_FILE } from "./data-file.ts";
import type { CloudStore } from "./lmdb-store.ts";

/** Raised when records of an older cloud can no longer be read by this one, or the other way round. */
export const SNAPSHOT_VERSION = 1;
const FORMAT = "dovetail-cloud-snapshot";
const MANIFEST = "snapshot.json";
const FOLDERS = ["blobs", "services"];
const FILES_MAX = 1_000_000;

export interface SnapshotManifest {
  readonly format: string;
  readonly version: number;
  readonly accountId: string;
  readonly region: string;
  /** The cloud's time when it was saved. */
  readonly saved: string;
  /** By path with `/`. */
  readonly files: { readonly [path: string]: { readonly bytes: number; readonly sha256: string } };
}

function refuse(folder: string, detail: string, fix?: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT6006", "Snapshot not usable", {
      detail: `${folder}: ${detail} Nothing was changed.`,
      ...(fix === undefined ? {} : { fix }),
    }),
  );
}

function filesBelow(folder: string, at = folder, out: string[] = []): string[] {
  for (const entry of readdirSync(at, { withFileTypes: true })) {
    const path = join(at, entry.name);
    if (entry.isDirectory()) filesBelow(folder, path, out);
    else if (entry.isFile() && !entry.name.endsWith(".part") && out.length < FILES_MAX)
      out.push(relative(folder, path).replaceAll("\\", "/"));
  }
  return out.sort();
}

function digest(path: string): { bytes: number; sha256: string } {
  const bytes = readFileSync(path);
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Files that go while they are copied are of nobody any more: an object's blob is removed after its record. */
function copyFile(from: string, to: string): void {
  try {
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
  } catch (error) {
    const isGone = error instanceof Error && "code" in error && error.code === "ENOENT" && !existsSync(from);
    if (!isGone) throw error;
  }
}

/** Copies what is not there yet. */
function copyFolders(from: string, to: string): void {
  for (const name of FOLDERS) {
    if (!existsSync(join(from, name))) continue;
    for (const path of filesBelow(join(from, name))) {
      const target = join(to, name, path);
      if (name !== "blobs" || !existsSync(target)) copyFile(join(from, name, path), target);
    }
  }
}

/** A folder that holds something else is never replaced. */
function checkTarget(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw refuse(folder, "is a file.");
  if (readdirSync(folder).length > 0 && !existsSync(join(folder, MANIFEST)))
    throw refuse(folder, "holds files and is no snapshot.", "Name a folder that is not there yet, or an older snapshot.");
}

/**
 * Saves to a folder, in the place of an older snapshot there. May run while the cloud serves: records are as of one moment; blobs never change,
 * so those copied before and after are all that these records need.
 */
export async function saveSnapshot(
  store: CloudStore,
  target: string,
  about: { readonly accountId: string; readonly region: string; readonly nowMs: number },
): Promise<SnapshotManifest> {
  const folder = resolve(target);
  checkTarget(folder);
  const part = join(dirname(folder), `.${basename(folder)}.part`);
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  try {
    copyFolders(store.folder, part);
    await store.backup(join(part, DATA_FILE));
    copyFolders(store.folder, part);
    for (const name of readdirSync(part)) if (name.endsWith("-lock")) rmSync(join(part, name));
    const files = Object.fromEntries(filesBelow(part).map((path) => [path, digest(join(part, path))]));
    const manifest: SnapshotManifest = {
      format: FORMAT,
      version: SNAPSHOT_VERSION,
      accountId: about.accountId,
      region: about.region,
      saved: new Date(about.nowMs).toISOString(),
      files,
    };
    writeFileSync(join(part, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
    return manifest;
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

function readManifest(folder: string): SnapshotManifest {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8"));
  } catch {
    throw refuse(folder, `is no snapshot: its ${MANIFEST} is missing or no JSON.`);
  }
  const manifest = value as Partial<SnapshotManifest> | null;
  if (typeof manifest !== "object" || manifest?.format !== FORMAT || typeof manifest.version !== "number")
    throw refuse(folder, `is not a snapshot of Dovetail's cloud: its ${MANIFEST} says something else.`);
  if (manifest.version !== SNAPSHOT_VERSION)
    throw refuse(
      folder,
      `has format ${manifest.version}; this Dovetail reads format ${SNAPSHOT_VERSION}.`,
      manifest.version > SNAPSHOT_VERSION ? "Load it with the Dovetail that wrote it, or a newer one." : "Save it again.",
    );
  if (typeof manifest.files !== "object" || manifest.files === null || manifest.files[DATA_FILE] === undefined)
    throw refuse(folder, `its ${MANIFEST} names no ${DATA_FILE}.`);
  return manifest as SnapshotManifest;
}

/** Reads and compares every file. Throws DVT6006 for a foreign, damaged or newer snapshot, and for one of another account. */
export function checkSnapshot(source: string, accountId: string): SnapshotManifest {
  const folder = resolve(source);
  const manifest = readManifest(folder);
  if (manifest.accountId !== accountId)
    throw refuse(
      folder,
      `was saved by account ${manifest.accountId}; this cloud is account ${accountId}.`,
      `Start the cloud as that account:\n\n    dovetail cloud start --account-id ${manifest.accountId}`,
    );
  const present = new Set(filesBelow(folder));
  present.delete(MANIFEST);
  for (const [path, { bytes, sha256 }] of Object.entries(manifest.files)) {
    if (!present.delete(path)) throw refuse(folder, `${path} is missing.`);
    const found = digest(join(folder, path));
    if (found.bytes !== bytes || found.sha256 !== sha256)
      throw refuse(folder, `${path} is not what was saved (${found.bytes} bytes, ${bytes} expected; the hash differs).`);
  }
  const [extra] = [...present].filter((path) => path === DATA_FILE || FOLDERS.some((name) => path.startsWith(`${name}/`)));
  if (extra !== undefined) throw refuse(folder, `${extra} does not belong to it.`);
  return manifest;
}

/** Brings a checked snapshot's records and files into the store's folder. */
export async function restoreSnapshot(store: CloudStore, source: string): Promise<void> {
  const folder = resolve(source);
  await store.replaceWith(join(folder, DATA_FILE));
  for (const name of FOLDERS) rmSync(join(store.folder, name), { recursive: true, force: true });
  copyFolders(folder, store.folder);
}
