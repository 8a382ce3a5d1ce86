import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Layer } from "@aws-sdk/client-lambda";
import type { Ctx } from "../../core/service.ts";
import { storeArchive } from "./code.ts";
import { invalidParameter } from "./errors.ts";
import { lambdaDate } from "./function-config.ts";
import { parseLayerArn } from "./names.ts";
import { keys, type LayerRecord } from "./store.ts";

type Place = NonNullable<ReturnType<typeof parseLayerArn>>;

/** The `Layers` of a configuration from the ARNs that a request names. Throws when a version isn't there. */
export async function layerReferences(ctx: Ctx, arns: readonly string[]): Promise<Layer[]> {
  const layers: Layer[] = [];
  for (const arn of arns) {
    const place = parseLayerArn(arn);
    const known =
      place === undefined
        ? undefined
        : ctx.snapshot((store) => store.get<LayerRecord>(keys.layer(place, place.name, place.version)));
    const record = known ?? (place === undefined ? undefined : await otherAccounts(ctx, arn, place));
    if (record === undefined) throw invalidParameter(`Layer version ${arn} does not exist.`);
    layers.push({ Arn: arn, CodeSize: record.codeBytes });
  }
  return layers;
}

const NAME = /^[A-Za-z0-9_-]{1,140}$/;

/**
 * A layer that AWS or somebody else publishes: its archive is taken from `layers/ACCOUNT/NAME/VERSION.zip` in the cloud's data folder, where
 * the user has put it. Throws InvalidParameterValueException that names the place where it would be.
 */
async function otherAccounts(ctx: Ctx, arn: string, place: Place): Promise<LayerRecord | undefined> {
  if (place.account === ctx.account || !NAME.test(place.name) || !/^\d{12}$/.test(place.account)) return undefined;
  const path = join(ctx.folder, "..", "..", "layers", place.account, place.name, `${place.version}.zip`);
  let archive: Buffer;
  try {
    archive = await readFile(path);
  } catch {
    throw invalidParameter(
      `Layer version ${arn} does not exist. It is another account's, which this cloud has no way to ask: put its archive at ${path}.`,
    );
  }
  const stored = await storeArchive(ctx, archive);
  const record: LayerRecord = {
    version: place.version,
    arn,
    description: "",
    createdDate: lambdaDate(ctx.now()),
    code: stored.code,
    codeBytes: stored.bytes,
    codeSha256: stored.sha256,
  };
  ctx.transact((store) => store.put(keys.layer(place, place.name, place.version), record));
  return record;
}
