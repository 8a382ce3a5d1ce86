import { type Diagnostic, DiagnosticError, errorDiagnostic, UNKNOWN, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { each, runChecks } from "../checks.ts";
import { goPattern } from "../go-pattern.ts";
import {
  CLIENT,
  clientDiagnostics,
  clientOfImportId,
  findClient,
  listClients,
  toState,
  UNITS_OF_A_CLIENT,
  updateClient,
} from "./user-pool-client.resource.ts";

const PREFIX = each("name_prefix", (value, key) =>
  typeof value !== "string" || /[\w\s+=,.@-]/.test(value)
    ? undefined
    : `Attribute ${key} can include any letter, number, space, tab, or one of "+=,.@-", got: ${value}`,
);

/**
 * `aws_cognito_managed_user_pool_client`: a client that another service made (OpenSearch, say). It is found by its name and set up, and never
 * deleted. Behaviour: `internal/service/cognitoidp/managed_user_pool_client.go` (read 2026-11).
 */
export const resource: NativeResource = {
  type: "aws_cognito_managed_user_pool_client",
  noun: "Cognito Managed User Pool Client",
  defaults: UNITS_OF_A_CLIENT,
  forceNew: ["user_pool_id"],
  validate: (config) => [...whichClient(config), ...runChecks([PREFIX], config), ...clientDiagnostics(config)],
  async create(aws, planned, onCreated) {
    const start = await theClient(aws, planned);
    const client = await findClient(aws, start);
    if (client === undefined) throw failure(`Cognito User Pool Client (${requiredText(start, "id")}) is gone`);
    await onCreated(start);
    const before = toState(client, planned);
    const asked = CLIENT.map(({ attribute }) => attribute).filter((name) => isAsked(planned[name]));
    if (asked.every((name) => JSON.stringify(planned[name]) === JSON.stringify(before[name]))) return;
    await updateClient(aws, start, { ...before, ...Object.fromEntries(asked.map((name) => [name, planned[name] ?? null])) });
  },
  async read(aws, state) {
    const client = await findClient(aws, state);
    if (client === undefined) return null;
    const { generate_secret: _secret, ...shown } = toState(client, state);
    return { ...state, ...shown };
  },
  update: updateClient,
  // It is another service's to delete.
  delete: async () => {},
  importId: clientOfImportId,
  find: async () => null,
};

/** In the words of terraform-plugin-framework-validators. */
function whichClient(config: ValueObject): Diagnostic[] {
  const named = ["name_pattern", "name_prefix"].filter((name) => (config[name] ?? null) !== null);
  if (named.length === 1) return [];
  const how = named.length === 0 ? "No attribute specified" : "2 attributes specified";
  const choice = "[name_pattern.<.name_prefix,name_pattern.<.name_pattern]";
  const detail = `${how} when one (and only one) of ${choice} is required`;
  return [errorDiagnostic("DVT3001", "Invalid Attribute Combination", { detail, attribute: "name_pattern" })];
}

const isAsked = (value: ValueObject[string] | undefined) =>
  value !== undefined && value !== null && value !== UNKNOWN && !(Array.isArray(value) && value.length === 0);

async function theClient(aws: AwsContext, planned: ValueObject): Promise<ValueObject> {
  const UserPoolId = requiredText(planned, "user_pool_id");
  const [prefix, pattern] = [textAt(planned, "name_prefix"), textAt(planned, "name_pattern")];
  const named = pattern === undefined ? undefined : goPattern("name_pattern", pattern);
  const is = (name: string) => (named === undefined ? name.startsWith(prefix ?? "") : named.test(name));
  const [only, ...more] = (await listClients(aws, UserPoolId)).filter(({ ClientName = "" }) => is(ClientName));
  if (only === undefined) throw failure("acquiring Cognito User Pool Client: couldn't find resource");
  if (more.length > 0) throw failure(`acquiring Cognito User Pool Client: too many results: wanted 1, got ${1 + more.length}`);
  return { id: only.ClientId ?? "", user_pool_id: UserPoolId };
}

function failure(detail: string): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("DVT4001", "Provider operation failed", { detail }));
}
