import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { FileSystem } from "../files/file-system.ts";
import type { DeletionFacts } from "../plan/plan.ts";
import { isJsonObject } from "../values/state-attributes.ts";
import type { Json, JsonObject } from "./state.ts";
import { guardWrite } from "./state-store.ts";

/** What Terraform's state has no room for. Losing it loses no resource. */
export interface Sidecar {
  readonly app: string;
  readonly stage: string;
  /** Of the state that it belongs to; empty before the first write. */
  readonly lineage: string;
  readonly resources: { readonly [address: string]: SidecarResource };
  /** Anything that a front end wants kept (asset hashes, links); the engine never looks inside. */
  readonly extra: JsonObject;
}

export interface SidecarResource {
  readonly component?: readonly { readonly type: string; readonly name: string }[];
  readonly generation?: number;
  readonly retainOnDelete?: boolean;
  readonly preventDestroy?: boolean;
  readonly deletion?: DeletionFacts;
  readonly trigger?: string;
}

export interface SidecarFile {
  readonly sidecar: Sidecar;
  /** false: there was none, or it could not be read. */
  readonly isPresent: boolean;
}

/** Reads the sidecar. A damaged one counts as lost. Throws DVT5003 when it belongs to another app or stage. */
export async function readSidecar(files: FileSystem, path: string, app: string, stage: string): Promise<SidecarFile> {
  const empty: Sidecar = { app, stage, lineage: "", resources: {}, extra: {} };
  const bytes = await files.read(path);
  const json = bytes === undefined ? undefined : parse(bytes);
  if (json === undefined) return { sidecar: empty, isPresent: false };
  if (json.app !== app || json.stage !== stage) {
    throw new DiagnosticError(
      errorDiagnostic("DVT5003", "State belongs to something else", {
        detail: `${path} was written for app "${String(json.app)}", stage "${String(json.stage)}"; this is app "${app}", stage "${stage}". Deploying would delete that one's resources. Nothing was changed.`,
        fix: `If the app was renamed and its resources shall go on under the new name, remove that file:\n    rm ${path}`,
      }),
    );
  }
  const resources = isJsonObject(json.resources) ? json.resources : {};
  return {
    isPresent: true,
    sidecar: {
      app,
      stage,
      lineage: typeof json.lineage === "string" ? json.lineage : "",
      resources: Object.fromEntries(Object.entries(resources).map(([address, entry]) => [address, parseEntry(entry)])),
      extra: isJsonObject(json.extra) ? json.extra : {},
    },
  };
}

function parse(bytes: Uint8Array): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return isJsonObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function parseEntry(entry: Json): SidecarResource {
  if (!isJsonObject(entry)) return {};
  const component = Array.isArray(entry.component)
    ? entry.component.filter(isJsonObject).map((c) => ({ type: String(c.type), name: String(c.name) }))
    : undefined;
  return {
    ...(component === undefined ? {} : { component }),
    ...(typeof entry.generation === "number" ? { generation: entry.generation } : {}),
    ...(entry.retainOnDelete === true ? { retainOnDelete: true } : {}),
    ...(entry.preventDestroy === true ? { preventDestroy: true } : {}),
    ...(isJsonObject(entry.deletion) ? { deletion: parseDeletion(entry.deletion) } : {}),
    ...(typeof entry.trigger === "string" ? { trigger: entry.trigger } : {}),
  };
}

function parseDeletion({ deletedWith, hooks }: JsonObject): DeletionFacts {
  const names = (point: string): readonly string[] => {
    const list = isJsonObject(hooks) ? hooks[point] : undefined;
    return Array.isArray(list) ? list.filter((name) => typeof name === "string") : [];
  };
  const [beforeDelete, afterDelete] = [names("beforeDelete"), names("afterDelete")];
  return {
    ...(typeof deletedWith === "string" ? { deletedWith } : {}),
    ...(beforeDelete.length + afterDelete.length > 0 ? { hooks: { beforeDelete, afterDelete } } : {}),
  };
}

/** Writes the sidecar where it differs from the file. Throws DVT5005. */
export async function writeSidecar(files: FileSystem, path: string, sidecar: Sidecar): Promise<void> {
  const { resources, ...rest } = sidecar;
  const sorted = Object.fromEntries(Object.entries(resources).sort(([a], [b]) => (a < b ? -1 : 1)));
  const bytes = Buffer.from(`${JSON.stringify({ version: 1, ...rest, resources: sorted }, null, 2)}\n`);
  await guardWrite(path, async () => {
    const before = await files.read(path);
    if (before !== undefined && Buffer.compare(before, bytes) === 0) return;
    await files.replace(path, bytes);
  });
}
