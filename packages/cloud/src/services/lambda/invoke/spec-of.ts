import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Ctx } from "../../../core/service.ts";
import { codeFolder, UNZIPPED_BYTES_MAX } from "../code.ts";
import { hotReloadStamp } from "../hot-reload.ts";
import { type FunctionRef, functionArn, parseLayerArn } from "../names.ts";
import type { EnvironmentSpec } from "../runtime/spec.ts";
import { keys, type LayerRecord, type Target } from "../store.ts";
import { unpackZip } from "../zip.ts";

/** What a version's sandboxes are made of. Unpacked folders that were lost (a copied snapshot) are made again from the archives. */
export async function specOf(ctx: Ctx, ref: FunctionRef, target: Target): Promise<EnvironmentSpec> {
  const arn = functionArn({ account: ref.account, region: ref.region, name: ref.name });
  const { hotReloadPath, sha256Hex, blobKey } = target.code;
  const stamp = hotReloadPath === undefined ? undefined : hotReloadStamp(ctx, hotReloadPath);
  const layers = (target.config.Layers ?? []).flatMap((layer) => layerOf(ctx, layer.Arn ?? ""));
  for (const layer of layers) await ensureUnpacked(ctx, layer.code.sha256Hex, layer.code.blobKey);
  if (hotReloadPath === undefined) await ensureUnpacked(ctx, sha256Hex, blobKey);
  return {
    key: `${arn}:${target.version}#${target.config.RevisionId}#${stamp ?? sha256Hex}`,
    functionName: ref.name,
    version: target.version,
    config: target.config,
    taskRoot: hotReloadPath ?? codeFolder(ctx, sha256Hex),
    layers: layers.map((layer) => codeFolder(ctx, layer.code.sha256Hex)),
    projects: hotReloadPath === undefined ? [] : [hotReloadPath],
    ...(stamp === undefined ? {} : { stamp }),
  };
}

function layerOf(ctx: Ctx, arn: string): LayerRecord[] {
  const parts = parseLayerArn(arn);
  if (parts === undefined) return [];
  const record = ctx.snapshot((store) => store.get<LayerRecord>(keys.layer(parts, parts.name, parts.version)));
  return record === undefined ? [] : [record];
}

async function ensureUnpacked(ctx: Ctx, sha256Hex: string, blobKey: string | undefined): Promise<void> {
  const folder = codeFolder(ctx, sha256Hex);
  if (blobKey === undefined || existsSync(folder)) return;
  await unpackZip(Buffer.from(await ctx.blobs.readAll(blobKey)), join(folder), UNZIPPED_BYTES_MAX);
}
