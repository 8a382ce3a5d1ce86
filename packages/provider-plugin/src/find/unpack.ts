/** Unpacks a packed provider into a folder of ours, once. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { unzipSync } from "fflate";
import { nodeFileReader } from "./files.ts";
import { binaryIn, type FoundProvider, targetName } from "./find-provider.ts";
import { typeOf } from "./sources.ts";

/** The largest provider there is unpacks to less. */
const ARCHIVE_BYTES_MAX = 1024 ** 3;
const UNPACKED_BYTES_MAX = 1.5 * 1024 ** 3;
const ENTRIES_MAX = 1000;

/**
 * The binary of a found provider. A packed one is unpacked under `folder` (`.dovetail/plugins`) in a mirror's layout, under a name of
 * its own first, so that two runs at once never see half of one.
 * Throws DVT4011 for an archive that is none, holds paths that lead out of it, or has no binary in it.
 */
export function unpackedBinary(found: FoundProvider, folder: string): string {
  if (!found.isPacked) return found.path;
  const target = join(folder, ...found.source.split("/"), found.version, targetName(process.platform, process.arch));
  const type = typeOf(found.source);
  const known = binaryIn(nodeFileReader(), target, type);
  if (known !== undefined) return known;
  mkdirSync(dirname(target), { recursive: true });
  const half = mkdtempSync(`${target}.`);
  try {
    for (const [name, bytes] of Object.entries(entriesOf(found))) {
      mkdirSync(dirname(join(half, name)), { recursive: true });
      writeFileSync(join(half, name), bytes);
    }
    const binary = binaryIn(nodeFileReader(), half, type);
    if (binary === undefined) throw refused(found, `It holds no file whose name begins with terraform-provider-${type}`);
    chmodSync(binary, 0o755);
    moveInto(half, target);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  const binary = binaryIn(nodeFileReader(), target, type);
  if (binary === undefined) throw refused(found, "What was unpacked is not there any more");
  return binary;
}

function moveInto(half: string, target: string): void {
  try {
    renameSync(half, target);
  } catch (error) {
    // Another run was faster.
    if (statSync(target, { throwIfNoEntry: false }) === undefined) throw error;
  }
}

function entriesOf(found: FoundProvider): { readonly [name: string]: Uint8Array } {
  const { size } = statSync(found.path);
  if (size > ARCHIVE_BYTES_MAX) throw refused(found, `It has ${size} bytes, more than a provider has`);
  let bytes = 0;
  let entries = 0;
  try {
    return unzipSync(readFileSync(found.path), {
      filter({ name, originalSize }) {
        if (name.endsWith("/")) return false;
        bytes += originalSize;
        entries += 1;
        if (!isInside(name)) throw refused(found, `It holds ${JSON.stringify(name)}, which leads out of it`);
        if (bytes > UNPACKED_BYTES_MAX || entries > ENTRIES_MAX) throw refused(found, "It unpacks to more than a provider has");
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof DiagnosticError) throw cause;
    throw refused(found, `It is no ZIP archive (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}

/** Stays below the folder it is unpacked into, on every system. */
function isInside(name: string): boolean {
  return !/^[/\\]|^[a-zA-Z]:|\0/.test(name) && !name.split(/[/\\]/).includes("..");
}

function refused({ source, version, path }: FoundProvider, why: string): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic("DVT4011", "Provider process failed", {
      detail: `${source} ${version} cannot be unpacked from ${path}. ${why}.`,
      fix: "Download it again, or put the unpacked binary there.",
    }),
  );
}
