import type { ScalableDimension, ServiceNamespace } from "@aws-sdk/client-application-auto-scaling";
import type { ValueObject } from "@dovetail/model";
import { requiredText } from "../attribute-map.ts";
import { refusedImport } from "../import-id.ts";

/** What names a scalable target: one dimension of one resource. */
export interface Scaled {
  readonly ServiceNamespace: ServiceNamespace;
  readonly ResourceId: string;
  readonly ScalableDimension: ScalableDimension;
}

export const MISSING = ["ObjectNotFoundException"];

export function scaledOf(value: ValueObject): Scaled {
  return {
    ServiceNamespace: requiredText(value, "service_namespace") as ServiceNamespace,
    ResourceId: requiredText(value, "resource_id"),
    ScalableDimension: requiredText(value, "scalable_dimension") as ScalableDimension,
  };
}

/**
 * The parts of an import id: the first is the service, the last (or the last two, with a name) end it, and what is between is the resource's
 * id with slashes of its own. Throws DiagnosticError for another form.
 */
export function importScaled(id: string, hasName: boolean): ValueObject {
  const parts = id.split("/");
  const tail = hasName ? 2 : 1;
  const form = `<service-namespace>/<resource-id>/<scalable-dimension>${hasName ? "/<policy-name>" : ""}`;
  const resource_id = parts.slice(1, -tail).join("/");
  const [scalable_dimension = "", name = ""] = parts.slice(-tail);
  const service_namespace = parts[0] ?? "";
  if (parts.length < tail + 2 || [service_namespace, resource_id, scalable_dimension].includes("") || (hasName && name === ""))
    throw refusedImport(`unexpected format (${JSON.stringify(id)}), expected ${form}`);
  return { service_namespace, resource_id, scalable_dimension, ...(hasName ? { id: name, name } : { id: resource_id }) };
}
