import type { ResourceServerScopeType } from "@aws-sdk/client-cognito-identity-provider";
import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blocksAt, expand, flatten, requiredText, rowsOf, text, textAt } from "../attribute-map.ts";
import { importPair } from "./pool-parts.ts";

const MISSING = ["ResourceNotFoundException"];

const row = rowsOf<ResourceServerScopeType>();
const SCOPE = [row("scope_description", "ScopeDescription", text()), row("scope_name", "ScopeName", text())];

/** aws_cognito_resource_server; id is `pool|identifier`. Behaviour: `internal/service/cognitoidp/resource_server.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_cognito_resource_server",
  noun: "Cognito Resource Server",
  forceNew: ["identifier", "name", "user_pool_id"],
  async create(aws, planned, onCreated) {
    const { UserPoolId, Identifier } = keyOf(planned);
    await aws.clients.cognito.createResourceServer({ UserPoolId, Identifier, ...settings(planned) });
    await onCreated({ id: `${UserPoolId}|${Identifier}` });
  },
  async read(aws, state) {
    const answer = await unlessMissing(MISSING, () => aws.clients.cognito.describeResourceServer(keyOf(state)));
    const server = answer?.ResourceServer;
    if (server === undefined) return null;
    const scopes = server.Scopes ?? [];
    return {
      id: requiredText(state, "id"),
      identifier: server.Identifier ?? "",
      name: server.Name ?? "",
      scope: scopes.map((scope) => flatten(SCOPE, scope)),
      scope_identifiers: scopes.map(({ ScopeName }) => `${server.Identifier}/${ScopeName}`),
      user_pool_id: server.UserPoolId ?? "",
    };
  },
  async update(aws, prior, planned) {
    await aws.clients.cognito.updateResourceServer({ ...keyOf(prior), ...settings(planned) });
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.cognito.deleteResourceServer(keyOf(state)));
  },
  importId: (id) => importPair(id, "|", "identifier", "UserPoolID|Identifier"),
  async find(_aws, planned) {
    const [pool, identifier] = [textAt(planned, "user_pool_id"), textAt(planned, "identifier")];
    return pool === undefined || identifier === undefined
      ? null
      : { id: `${pool}|${identifier}`, user_pool_id: pool, identifier };
  },
};

function keyOf(state: ValueObject): { UserPoolId: string; Identifier: string } {
  return { UserPoolId: requiredText(state, "user_pool_id"), Identifier: requiredText(state, "identifier") };
}

function settings(planned: ValueObject) {
  return {
    Name: requiredText(planned, "name"),
    Scopes: blocksAt(planned, "scope").map((scope) => expand<ResourceServerScopeType>(SCOPE, scope)),
  };
}
