import { type Zippable, zipSync } from "fflate";
import type { Entry } from "./entries.ts";

/** The first moment that a zip can hold; it counts local time, so this is the same bytes everywhere. */
const EPOCH = new Date(1980, 0, 1);
/** Upper byte of "version made by": attributes are Unix permissions. */
const UNIX = 3;
const REGULAR_FILE = 0o100000;

/** A zip whose bytes depend on names, contents and permissions only. `mode`: the permissions of every file. */
export function zip(entries: readonly Entry[], mode: number | undefined): Uint8Array {
  const files: Zippable = {};
  for (const entry of entries) {
    const permissions = mode ?? entry.mode ?? 0o644;
    files[entry.name] = [entry.data, { level: 6, mtime: EPOCH, os: UNIX, attrs: (REGULAR_FILE | permissions) << 16 }];
  }
  return zipSync(files);
}
