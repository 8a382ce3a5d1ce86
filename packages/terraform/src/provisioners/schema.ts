import type { ResourceSchema } from "@dovetail/model";

/** The arguments of `local-exec`. */
export const LOCAL_EXEC: ResourceSchema = {
  attributes: {
    command: { type: "string", required: true },
    interpreter: { type: ["list", "string"], optional: true },
    working_dir: { type: "string", optional: true },
    environment: { type: ["map", "string"], optional: true },
    quiet: { type: "bool", optional: true },
  },
};
