import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { refusedImport } from "../import-id.ts";
import { MISSING, replacements } from "./patches.ts";

/** How the API writes that there is no base path. */
const NONE = "(none)";

/** Private domain names have an id of their own. */
function keyOf(state: ValueObject): { domainName: string; basePath: string; domainNameId?: string } {
  const domainNameId = textAt(state, "domain_name_id");
  const name = { domainName: requiredText(state, "domain_name"), basePath: textAt(state, "base_path") ?? NONE };
  return domainNameId === undefined ? name : { ...name, domainNameId };
}

function idOf(state: ValueObject): string {
  const id = textAt(state, "domain_name_id");
  return [requiredText(state, "domain_name"), textAt(state, "base_path") ?? "", ...(id === undefined ? [] : [id])].join("/");
}

/** aws_api_gateway_base_path_mapping; its id is `DOMAIN/PATH`, with the id of a private domain name behind it. Behaviour: `internal/service/apigateway/base_path_mapping.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_api_gateway_base_path_mapping",
  noun: "API Gateway Base Path Mapping",
  forceNew: ["domain_name", "domain_name_id"],
  updatable: ["api_id", "base_path", "stage_name"],
  async create(aws, planned, onCreated) {
    const [basePath, stage] = [textAt(planned, "base_path"), textAt(planned, "stage_name")];
    const { domainName, domainNameId } = keyOf(planned);
    await aws.clients.apigateway.createBasePathMapping({
      domainName,
      ...(domainNameId === undefined ? {} : { domainNameId }),
      restApiId: requiredText(planned, "api_id"),
      ...(basePath === undefined ? {} : { basePath }),
      ...(stage === undefined ? {} : { stage }),
    });
    await onCreated({ id: idOf(planned) });
  },
  async read(aws, state) {
    const found = await unlessMissing(MISSING, () => aws.clients.apigateway.getBasePathMapping(keyOf(state)));
    if (found === undefined) return null;
    const { basePath = "", restApiId = "", stage = "" } = found;
    const base_path = basePath === NONE ? "" : basePath;
    return { ...state, id: idOf({ ...state, base_path }), api_id: restApiId, base_path, stage_name: stage };
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
      id: idOf(planned),
    };
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.apigateway.deleteBasePathMapping(keyOf(state)));
  },
  importId(id) {
    const [, domain_name, base_path = "", , domain_name_id] = /^([^/]+)\/([^/]*)(\/(.+))?$/s.exec(id) ?? [];
    if (domain_name === undefined)
      throw refusedImport(
        `unexpected format of ID (${id}), expected DOMAIN-NAME/BASEPATH or DOMAIN-NAME/BASEPATH/DOMAIN-NAME-ID`,
      );
    return { id, domain_name, base_path, ...(domain_name_id === undefined ? {} : { domain_name_id }) };
  },
};
