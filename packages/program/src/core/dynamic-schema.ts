import type { ResourceSchema } from "@dovetail/model";
import { type Descriptor, makeDescriptor } from "../catalog/descriptor.ts";

export const DYNAMIC_TOKEN = "pulumi-nodejs:dynamic:Resource";
/** Their type in plan and state. */
export const DYNAMIC_TYPE = "dovetail_dynamic_resource";

/** Inputs and outputs are kept as JSON texts: what a program's functions take and give has no schema. */
export const DYNAMIC_SCHEMA: ResourceSchema = {
  version: 0,
  attributes: {
    id: { type: "string", computed: true },
    resource: { type: "string", required: true },
    inputs: { type: "string", required: true },
    outputs: { type: "string", computed: true },
  },
};

export const DYNAMIC_DESCRIPTOR: Descriptor = makeDescriptor({
  kind: "resource",
  package: "pulumi",
  token: DYNAMIC_TOKEN,
  path: "dynamic.Resource",
  map: { tf: DYNAMIC_TYPE, js: "dynamic.Resource", object_ok: { inputs: "json" } },
  schema: DYNAMIC_SCHEMA,
});
