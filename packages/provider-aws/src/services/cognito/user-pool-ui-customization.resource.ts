import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { atLeastOneOf, runChecks } from "../checks.ts";
import { importParts, onePartOnly } from "../import-id.ts";
import { rfc3339 } from "../timestamp.ts";

const MISSING = ["ResourceNotFoundException"];
const EVERY_CLIENT = "ALL";

/** aws_cognito_user_pool_ui_customization; id is `pool,client`. Behaviour: `internal/service/cognitoidp/user_pool_ui_customization.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_cognito_user_pool_ui_customization",
  noun: "Cognito User Pool UI Customization",
  defaults: { client_id: EVERY_CLIENT },
  updatable: ["user_pool_id"],
  validate: (config) => runChecks([atLeastOneOf(["css", "image_file"])], config),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    const { UserPoolId, ClientId } = keyOf(planned);
    await onCreated({ id: `${UserPoolId},${ClientId}` });
  },
  async read(aws, state) {
    const answer = await unlessMissing(MISSING, () => aws.clients.cognito.getUICustomization(keyOf(state)));
    const found = answer?.UICustomization;
    // A client without a look of its own is answered with everybody's.
    if (found === undefined || (found.CSS === undefined && found.ImageUrl === undefined)) return null;
    return {
      id: requiredText(state, "id"),
      client_id: found.ClientId ?? EVERY_CLIENT,
      creation_date: rfc3339(found.CreationDate),
      css: found.CSS ?? "",
      css_version: found.CSSVersion ?? "",
      image_file: state.image_file ?? null,
      image_url: found.ImageUrl ?? "",
      last_modified_date: rfc3339(found.LastModifiedDate),
      user_pool_id: found.UserPoolId ?? "",
    };
  },
  update: (aws, _prior, planned) => put(aws, planned),
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.cognito.setUICustomization(keyOf(state)));
  },
  importId(id) {
    const [user_pool_id = "", client_id = ""] = importParts(id, "USER-POOL-ID,CLIENT-ID", ",", onePartOnly);
    return { id, user_pool_id, client_id };
  },
  async find(_aws, planned) {
    const [pool, client] = [textAt(planned, "user_pool_id"), textAt(planned, "client_id") ?? EVERY_CLIENT];
    return pool === undefined ? null : { id: `${pool},${client}`, user_pool_id: pool, client_id: client };
  },
};

function keyOf(state: ValueObject): { UserPoolId: string; ClientId: string } {
  return { UserPoolId: requiredText(state, "user_pool_id"), ClientId: textAt(state, "client_id") ?? EVERY_CLIENT };
}

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  const css = textAt(planned, "css");
  const image = textAt(planned, "image_file");
  await aws.clients.cognito.setUICustomization({
    ...keyOf(planned),
    ...(css === undefined ? {} : { CSS: css }),
    ...(image === undefined ? {} : { ImageFile: Buffer.from(image, "base64") }),
  });
}
