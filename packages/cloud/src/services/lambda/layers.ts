import type { Layer } from "@aws-sdk/client-lambda";
import type { Ctx } from "../../core/service.ts";
import { invalidParameter } from "./errors.ts";
import { parseLayerArn } from "./names.ts";
import { keys, type LayerRecord } from "./store.ts";

/** The `Layers` of a configuration from the ARNs that a request names. Throws when a version isn't there. */
export function layerReferences(ctx: Ctx, arns: readonly string[]): Layer[] {
  return arns.map((arn) => {
    const parts = parseLayerArn(arn);
    const record =
      parts === undefined
        ? undefined
        : ctx.snapshot((store) => store.get<LayerRecord>(keys.layer(parts, parts.name, parts.version)));
    if (record === undefined) {
      throw invalidParameter(`Layer version ${arn} does not exist.`);
    }
    return { Arn: arn, CodeSize: record.codeBytes };
  });
}
