import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { badImportId } from "../import-id.ts";
import { MISSING, replacements } from "./patches.ts";

/** How the API writes that there is no base path. */
const NONE = "(none)";

function keyOf(state: ValueObject): { domainName: string; basePath: string } {
  return { domainName: requiredText(state, "domain_name"), basePath: textAt(state, "base_path") ?? NONE };
}

/** aws_api_gateway_base_path_mapping; its id is `DOMAIN/PATH`. Behaviour: `internal/service/apigateway/base_path_mapping.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_base_path_mapping",
  noun: "API Gateway Base Path Mapping",
  forceNew: ["domain_name", "domain_name_id"],
  updatable: ["api_id", "base_path", "stage_name"],
  unsupported: { domain_name_id: "private domain names are not carried out" },
  async create(aws, planned, onCreated) {
    const [basePath, stage] = [textAt(planned, "base_path"), textAt(planned, "stage_name")];
    const domainName = requiredText(planned, "domain_name");
    await aws.clients.apigateway.createBasePathMapping({
      domainName,
      restApiId: requiredText(planned, "api_id"),
      ...(basePath === undefined ? {} : { basePath }),
      ...(stage === undefined ? {} : { stage }),
    });
    await onCreated({ id: `${domainName}/${basePath ?? ""}` });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getBasePathMapping(keyOf(state)));
    if (found === undefined) return null;
    const { basePath = "", restApiId = "", stage = "" } = found;
    const { domainName } = keyOf(state);
    const base_path = basePath === NONE ? "" : basePath;
    return { ...state, id: `${domainName}/${base_path}`, api_id: restApiId, base_path, stage_name: stage };
  },
  async update(aws, prior, planned, changed) {
    const rows = [
      ["stage_name", "/stage"],
      ["api_id", "/restapiId"],
      ["base_path", "/basePath"],
    ] as const;
    await aws.clients.apigateway.updateBasePathMapping({
      ...keyOf(prior),
      patchOperations: replacements(rows, planned, changed),
    });
    return {
      base_path: planned.base_path ?? "",
      id: `${requiredText(prior, "domain_name")}/${textAt(planned, "base_path") ?? ""}`,
    };
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteBasePathMapping(keyOf(state)));
  },
  importId(id) {
    const [domain_name = "", base_path, ...more] = id.split("/");
    if (domain_name === "" || base_path === undefined || more.length > 0) throw badImportId(id, "DOMAIN/BASEPATH");
    return { id, domain_name, base_path };
  },
};
