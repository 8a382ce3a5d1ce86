import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, numberAt, requiredText, textAt } from "../attribute-map.ts";
import { importParts, onePartOnly } from "../import-id.ts";
import { LAMBDA_MISSING } from "./find.ts";

/** aws_lambda_layer_version_permission; id is `layer,version`. Behaviour: `internal/service/lambda/layer_version_permission.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_lambda_layer_version_permission",
  noun: "Lambda Layer Version Permission",
  defaults: { skip_destroy: false },
  forceNew: ["action", "layer_name", "organization_id", "principal", "skip_destroy", "statement_id", "version_number"],
  async create(aws, planned, onCreated) {
    const key = keyOf(planned);
    const organization = textAt(planned, "organization_id");
    await aws.clients.lambda.addLayerVersionPermission({
      ...key,
      Action: requiredText(planned, "action"),
      Principal: requiredText(planned, "principal"),
      StatementId: requiredText(planned, "statement_id"),
      ...(organization === undefined ? {} : { OrganizationId: organization }),
    });
    await onCreated({ id: `${key.LayerName},${key.VersionNumber}` });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const { LayerName, VersionNumber } = keyOf({ ...state, ...partsOf(id) });
    const found = await unlessMissing(LAMBDA_MISSING, () =>
      aws.clients.lambda.getLayerVersionPolicy({ LayerName, VersionNumber }),
    );
    if (found?.Policy === undefined) return null;
    return {
      id,
      layer_name: LayerName,
      version_number: VersionNumber,
      skip_destroy: state.skip_destroy ?? null,
      policy: found.Policy,
      revision_id: found.RevisionId ?? "",
      ...statementState(found.Policy, state),
    };
  },
  async delete(aws, state) {
    if (isTrue(state, "skip_destroy")) return;
    await unlessMissing(LAMBDA_MISSING, () =>
      aws.clients.lambda.removeLayerVersionPermission({ ...keyOf(state), StatementId: requiredText(state, "statement_id") }),
    );
  },
  importId: (id) => ({ id, ...partsOf(id) }),
  async find(_aws, planned) {
    const version = numberAt(planned, "version_number");
    const name = textAt(planned, "layer_name");
    return name === undefined || version === undefined ? null : { ...planned, id: `${name},${version}` };
  },
};

function keyOf(state: ValueObject): { LayerName: string; VersionNumber: number } {
  return { LayerName: requiredText(state, "layer_name"), VersionNumber: numberAt(state, "version_number") ?? 0 };
}

function partsOf(id: string): ValueObject {
  const [layer_name = "", version = ""] = importParts(id, "layer_name,version_number", ",", onePartOnly);
  return { layer_name, version_number: Number(version) };
}

interface Statement {
  readonly Sid?: string;
  readonly Action?: string | readonly string[];
  readonly Principal?: string | { readonly AWS?: string };
  readonly Condition?: { readonly StringEquals?: { readonly [key: string]: string } };
}

/** The object's statement; an imported object's is the first. */
function statementState(policy: string, state: ValueObject): ValueObject {
  const parsed: { readonly Statement?: readonly Statement[] } = JSON.parse(policy);
  const statements = parsed.Statement ?? [];
  const statement = statements.find(({ Sid }) => Sid === state.statement_id) ?? statements[0];
  const principal = statement?.Principal;
  const arn = typeof principal === "string" ? principal : (principal?.AWS ?? "");
  const { Action: action = "" } = statement ?? {};
  return {
    statement_id: statement?.Sid ?? "",
    action: typeof action === "string" ? action : (action[0] ?? ""),
    organization_id: statement?.Condition?.StringEquals?.["aws:PrincipalOrgID"] ?? "",
    principal: /^arn:[^:]+:iam::(\d{12}):root$/.exec(arn)?.[1] ?? arn,
  };
}
