/** Snapshots over the admin API. Folders are absolute paths: the command line knows where it was called. */
import { isAbsolute } from "node:path";
import { DiagnosticError } from "@dovetail/model";
import type { Runtime } from "../core/runtime.ts";
import type { SnapshotManifest } from "../core/snapshot.ts";
import type { AdminAnswer, AdminRequest, AdminTable } from "./admin-route.ts";

async function carriedOut({ body }: AdminRequest, work: (folder: string) => Promise<SnapshotManifest>): Promise<AdminAnswer> {
  const { folder } = body;
  if (typeof folder !== "string" || !isAbsolute(folder))
    return { status: 400, json: { message: 'Give {"folder": an absolute path}' } };
  try {
    const { files, ...about } = await work(folder);
    const sizes = Object.values(files).map(({ bytes }) => bytes);
    return { json: { ...about, folder, files: sizes.length, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) } };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { status: 409, json: { diagnostics: error.diagnostics } };
  }
}

export function snapshotRoutes(runtime: Runtime): AdminTable {
  return {
    "POST /_dovetail/snapshot/save": (request) => carriedOut(request, (folder) => runtime.saveSnapshot(folder)),
    "POST /_dovetail/snapshot/load": (request) => carriedOut(request, (folder) => runtime.loadSnapshot(folder)),
  };
}
