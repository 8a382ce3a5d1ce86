import type { Random } from "@dovetail/model";
import type { UtilityModule } from "./utility.ts";

/** `null_resource` and `null_data_source`. */
export const module: UtilityModule = {
  resources: [
    {
      type: "null_resource",
      create: async ({ random }) => ({ id: positiveInteger(random) }),
      importState: (id) => ({ id }),
    },
  ],
  dataSources: [
    {
      type: "null_data_source",
      read: async ({ random }, config) => ({
        id: "static",
        outputs: config.inputs ?? null,
        random: positiveInteger(random),
        has_computed_default: config.has_computed_default ?? "default",
      }),
    },
  ],
};

/** A number below 2^63 as a text. */
function positiveInteger(random: Random): string {
  return (Buffer.from(random.bytes(8)).readBigUInt64BE() >> 1n).toString();
}
