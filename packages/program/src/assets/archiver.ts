import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DiagnosticError, errorDiagnostic, type SourceRange } from "@dovetail/model";
import { AssetArchive, FileArchive, FileAsset, RemoteArchive, RemoteAsset, StringAsset } from "../core/asset.ts";
import type { ArchivedFile, Archiver } from "../evaluate/evaluation.ts";
import { keepArtifact } from "./artifacts.ts";
import { download } from "./download.ts";
import { collectFolder, type FolderListing, ZipCache } from "./zip-cache.ts";

/** What the functions below work with. */
interface Workshop {
  readonly root: string;
  readonly outDir: string;
  readonly cache: ZipCache;
  /** Archive made here -> the one folder that it was packed from. */
  readonly folders: Map<string, string>;
  /** The absolute path of what is there, noted as read. @throws DiagnosticError DVT1010 */
  existing(path: string, range: SourceRange | undefined): string;
  /** What is below a folder; looked up once in an evaluation. */
  folder(path: string): FolderListing;
  /** What an address answers: asked once, so that plan and apply have the same. */
  remote(uri: string, range: SourceRange | undefined): Promise<Uint8Array>;
}

/**
 * Makes files out of assets and archives, in `<outDir>/artifacts`, named by their content. One archiver serves both passes and all functions:
 * a folder is packed once for each content that it has.
 */
export function createArchiver(root: string, outDir: string, isLocal: boolean): Archiver {
  const paths = new Set<string>();
  const listings = new Map<string, FolderListing>();
  const downloads = new Map<string, Promise<Uint8Array>>();
  const workshop: Workshop = {
    root,
    outDir,
    cache: new ZipCache(outDir),
    folders: new Map(),
    existing(path, range) {
      const found = existingPath(root, path, range);
      paths.add(found);
      return found;
    },
    folder(path) {
      const listing = listings.get(path) ?? collectFolder(path);
      listings.set(path, listing);
      return listing;
    },
    remote(uri, range) {
      const running = downloads.get(uri) ?? download(uri, isLocal, range);
      downloads.set(uri, running);
      return running;
    },
  };
  return {
    begin() {
      paths.clear();
      listings.clear();
      workshop.folders.clear();
    },
    file: (asset, range) => toFile(workshop, asset, range),
    paths: () => [...paths],
    folderOf: (archive) => workshop.folders.get(archive),
  };
}

async function toFile(workshop: Workshop, asset: unknown, range: SourceRange | undefined): Promise<ArchivedFile> {
  if (asset instanceof FileArchive) return archiveOfPath(workshop, await asset.path, range);
  if (asset instanceof AssetArchive) return assembled(workshop, asset, range);
  if (asset instanceof FileAsset) return plainFile(workshop, await asset.path, range);
  if (asset instanceof StringAsset) return written(workshop, Buffer.from(await asset.text));
  const uri = await (asset as RemoteAsset | RemoteArchive).uri;
  if (uri.startsWith("file:")) {
    return asset instanceof RemoteArchive
      ? archiveOfPath(workshop, fileURLToPath(uri), range)
      : plainFile(workshop, fileURLToPath(uri), range);
  }
  const content = await workshop.remote(uri, range);
  if (asset instanceof RemoteArchive) checkZip(uri, content, range);
  return written(workshop, content, asset instanceof RemoteArchive ? ".zip" : "");
}

/** A zip begins with a local file's header, an empty one with the end of its directory. */
function checkZip(name: string, content: Uint8Array, range: SourceRange | undefined): void {
  const head = Buffer.from(content.subarray(0, 4)).toString("latin1");
  if (head === "PK\u0003\u0004" || head === "PK\u0005\u0006") return;
  throw new DiagnosticError(
    errorDiagnostic("DVT1006", "Wrong argument type", {
      detail: `${name} is no zip, and an archive must be one; tar files are not taken.`,
      ...(range ? { range } : {}),
    }),
  );
}

function plainFile(workshop: Workshop, given: string, range: SourceRange | undefined): ArchivedFile {
  const path = workshop.existing(given, range);
  return { path: relative(workshop.root, path), sha256Base64: hashOf(readFileSync(path)) };
}

async function archiveOfPath(workshop: Workshop, given: string, range: SourceRange | undefined): Promise<ArchivedFile> {
  const path = workshop.existing(given, range);
  if (statSync(path).isDirectory()) {
    const archive = await packed(workshop, workshop.folder(path));
    workshop.folders.set(archive.path, path);
    return archive;
  }
  if ([".zip", ".jar"].includes(extname(path))) return plainFile(workshop, path, range);
  throw new DiagnosticError(
    errorDiagnostic("DVT1006", "Wrong argument type", {
      detail: `${given} is a file, and neither a .zip nor a .jar; an archive is one of these, or a folder.`,
      ...(range ? { range } : {}),
    }),
  );
}

/** The zip of a listing; its path is relative to the app's folder, so that a state reads the same on every machine. */
async function packed({ root, cache }: Workshop, listing: FolderListing): Promise<ArchivedFile> {
  const zip = await cache.zip(listing);
  const entries = listing.files.map((file) => file.name);
  return { path: relative(root, zip.path), sha256Base64: zip.sha256Base64, entries, read: (name) => listing.read(name) };
}

/** The files of an AssetArchive: each asset at its name, an archive's files below its name. */
async function assembled(workshop: Workshop, archive: AssetArchive, range: SourceRange | undefined): Promise<ArchivedFile> {
  const listings = await partsOf(workshop, archive, range);
  const owner = new Map(listings.flatMap((listing) => listing.files.map((file) => [file.name, listing] as const)));
  return packed(workshop, {
    files: listings.flatMap((listing) => listing.files).sort((a, b) => (a.name < b.name ? -1 : 1)),
    read: (name) => owner.get(name)?.read(name),
  });
}

async function partsOf(workshop: Workshop, archive: AssetArchive, range: SourceRange | undefined): Promise<FolderListing[]> {
  const parts: FolderListing[] = [];
  for (const [name, item] of Object.entries(await archive.assets)) {
    if (item instanceof StringAsset) parts.push(single(name, Buffer.from(await item.text)));
    else if (item instanceof FileAsset) parts.push(singleFile(name, workshop.existing(await item.path, range)));
    else if (item instanceof AssetArchive)
      parts.push(...(await partsOf(workshop, item, range)).map((inner) => below(name, inner)));
    else if (item instanceof FileArchive) parts.push(below(name, await pathListing(workshop, await item.path, range)));
    else if (item instanceof RemoteArchive) parts.push(below(name, await remoteListing(workshop, await item.uri, range)));
    else if (item instanceof RemoteAsset) parts.push(await remoteFile(workshop, name, await item.uri, range));
    else throw notAnAsset(name, range);
  }
  return parts;
}

/** A folder's files, or those of a zip. */
async function pathListing(workshop: Workshop, given: string, range: SourceRange | undefined): Promise<FolderListing> {
  const path = workshop.existing(given, range);
  return statSync(path).isDirectory() ? workshop.folder(path) : zipListing(given, readFileSync(path), range);
}

async function remoteListing(workshop: Workshop, uri: string, range: SourceRange | undefined): Promise<FolderListing> {
  if (uri.startsWith("file:")) return pathListing(workshop, fileURLToPath(uri), range);
  return zipListing(uri, await workshop.remote(uri, range), range);
}

async function remoteFile(workshop: Workshop, name: string, uri: string, range: SourceRange | undefined): Promise<FolderListing> {
  if (uri.startsWith("file:")) return singleFile(name, workshop.existing(fileURLToPath(uri), range));
  return single(name, await workshop.remote(uri, range));
}

async function zipListing(name: string, content: Uint8Array, range: SourceRange | undefined): Promise<FolderListing> {
  checkZip(name, content, range);
  const { unzipSync } = await import("fflate");
  const entries = Object.entries(unzipSync(content)).filter(([path]) => !path.endsWith("/"));
  const files = new Map(entries);
  // What may be executed is not told; a file that need not be does no harm.
  return {
    files: entries.map(([path, bytes]) => ({ name: path, fingerprint: hashOf(bytes), isExecutable: true })),
    read: (path) => files.get(path),
  };
}

function singleFile(name: string, path: string): FolderListing {
  return single(name, readFileSync(path), statSync(path).mode);
}

function single(name: string, content: Uint8Array, mode = 0o644): FolderListing {
  const fingerprint = createHash("sha256").update(content).digest("hex");
  return {
    files: [{ name, fingerprint, isExecutable: (mode & 0o111) !== 0 }],
    read: (wanted) => (wanted === name ? content : undefined),
  };
}

function below(prefix: string, listing: FolderListing): FolderListing {
  const folder = prefix === "" || prefix === "." ? "" : `${prefix.replace(/\/$/, "")}/`;
  return {
    files: listing.files.map((file) => ({ ...file, name: `${folder}${file.name}` })),
    read: (name) => (name.startsWith(folder) ? listing.read(name.slice(folder.length)) : undefined),
  };
}

function written({ root, outDir }: Workshop, content: Uint8Array, extension = ""): ArchivedFile {
  const path = join(outDir, "artifacts", `${createHash("sha256").update(content).digest("hex").slice(0, 32)}${extension}`);
  keepArtifact(path, () => content);
  return { path: relative(root, path), sha256Base64: hashOf(content) };
}

function hashOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("base64");
}

/** @throws DiagnosticError DVT1010 where nothing is at the path, with the build command where a package.json near it has one. */
function existingPath(root: string, given: string, range: SourceRange | undefined): string {
  const path = isAbsolute(given) ? given : resolve(root, given);
  if (existsSync(path)) return path;
  const build = buildCommand(root, path);
  throw new DiagnosticError(
    errorDiagnostic("DVT1010", "Missing build artefact", {
      detail: `${given} does not exist (looked at ${path}; relative paths start in the folder of the config file).`,
      fix: build === undefined ? "Build it first, or correct the path." : `Build it first:\n    ${build}`,
      ...(range ? { range } : {}),
    }),
  );
}

function buildCommand(root: string, missing: string): string | undefined {
  for (let folder = dirname(missing); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (!existsSync(manifest)) continue;
    const { scripts } = JSON.parse(readFileSync(manifest, "utf8")) as { scripts?: { [name: string]: string } };
    const script = ["build", "bundle", "package", "compile"].find((name) => scripts?.[name] !== undefined);
    return script && `npm --prefix ${relative(root, folder) || "."} run ${script}`;
  }
  return undefined;
}

function notAnAsset(name: string, range: SourceRange | undefined): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT1006", "Wrong argument type", {
      detail: `"${name}" of the AssetArchive is neither an asset nor an archive.`,
      fix: "Use new pulumi.asset.StringAsset(...), FileAsset, FileArchive and their like.",
      ...(range ? { range } : {}),
    }),
  );
}
