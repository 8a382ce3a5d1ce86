/** Connections and API destinations: create, describe, update, delete, list. */
import { randomUuid } from "@dovetail/model";
import type { Ctx } from "../../../core/service.ts";
import {
  type AuthParameters,
  type ConnectionRecord,
  changeSecret,
  connectionArn,
  connectionByArn,
  connectionKey,
  type DestinationRecord,
  destinationArn,
  destinationKey,
  dropSecret,
  keepSecret,
  needConnection,
  needDestination,
  readSecret,
  shownOf,
} from "../connection.ts";
import { alreadyExists, notFound, notImplemented, validation } from "../errors.ts";
import { isLocal } from "../http.ts";
import { memoryOf } from "../memory.ts";

interface ConnectionInput {
  readonly Name: string;
  readonly Description?: string;
  readonly AuthorizationType?: ConnectionRecord["type"];
  readonly AuthParameters?: AuthParameters;
  readonly InvocationConnectivityParameters?: unknown;
  readonly KmsKeyIdentifier?: string;
}

const PARTS: { readonly [type in ConnectionRecord["type"]]: keyof AuthParameters } = {
  BASIC: "BasicAuthParameters",
  API_KEY: "ApiKeyAuthParameters",
  OAUTH_CLIENT_CREDENTIALS: "OAuthParameters",
};

function checkAuth(type: ConnectionRecord["type"], auth: AuthParameters, isNew: boolean): void {
  if (auth.ConnectivityParameters !== undefined) throw notImplemented("private connectivity of connections");
  const given = Object.values(PARTS).filter((part) => auth[part] !== undefined);
  if ((isNew || given.length > 0) && (given.length !== 1 || given[0] !== PARTS[type]))
    throw validation(`Parameter AuthParameters is not valid. Reason: ${PARTS[type]} is required for authorization type ${type}.`);
  const { BodyParameters = [], HeaderParameters = [], QueryStringParameters = [] } = auth.InvocationHttpParameters ?? {};
  if (BodyParameters.length + HeaderParameters.length + QueryStringParameters.length > 100)
    throw validation("Parameter AuthParameters.InvocationHttpParameters is not valid. Reason: too many parameters.");
  const endpoint = auth.OAuthParameters?.AuthorizationEndpoint;
  if (endpoint !== undefined) checkEndpoint(endpoint, "AuthorizationEndpoint");
}

/** AWS takes HTTPS only; this cloud takes plain HTTP to this machine besides. */
function checkEndpoint(text: string, name: string): void {
  let url: URL;
  try {
    url = new URL(text.replaceAll("*", "x"));
  } catch {
    throw validation(`Parameter ${name} is not valid. Reason: the endpoint must be a valid HTTPS URL.`);
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal(url)))
    throw validation(`Parameter ${name} is not valid. Reason: the endpoint must be a valid HTTPS URL.`);
}

function told(ctx: Ctx, record: ConnectionRecord) {
  return {
    ConnectionArn: connectionArn(ctx, record),
    ConnectionState: record.state,
    CreationTime: new Date(record.createdMs),
    LastModifiedTime: new Date(record.modifiedMs),
    LastAuthorizedTime: new Date(record.authorizedMs),
  };
}

export async function createConnection(ctx: Ctx, input: ConnectionInput) {
  const type = input.AuthorizationType ?? "BASIC";
  const auth = input.AuthParameters ?? {};
  if (input.InvocationConnectivityParameters !== undefined) throw notImplemented("private connectivity of connections");
  checkAuth(type, auth, true);
  const isTaken = () => ctx.store.has(connectionKey(ctx, input.Name));
  if (isTaken()) throw alreadyExists(`Connection ${input.Name} already exists.`);
  const id = randomUuid(ctx.random);
  const now = ctx.now();
  const record: ConnectionRecord = {
    name: input.Name,
    id,
    type,
    state: "AUTHORIZED",
    secretArn: await keepSecret(ctx, { name: input.Name, id }, auth),
    shown: shownOf(auth),
    createdMs: now,
    modifiedMs: now,
    authorizedMs: now,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.KmsKeyIdentifier === undefined ? {} : { kmsKey: input.KmsKeyIdentifier }),
  };
  ctx.transact((store) => store.put(connectionKey(ctx, record.name), record));
  return told(ctx, record);
}

/** Parts that are given replace the stored ones; secrets that are not given stay. */
export async function updateConnection(ctx: Ctx, input: ConnectionInput) {
  const record = needConnection(ctx, input.Name);
  const type = input.AuthorizationType ?? record.type;
  const given = input.AuthParameters ?? {};
  checkAuth(type, given, type !== record.type);
  const before: AuthParameters = record.state === "AUTHORIZED" ? await readSecret(ctx, record.secretArn) : {};
  const part = PARTS[type];
  const own = { ...(before[part] as object | undefined), ...(given[part] as object | undefined) };
  const http = given.InvocationHttpParameters ?? before.InvocationHttpParameters;
  const auth: AuthParameters = { [part]: own, ...(http === undefined ? {} : { InvocationHttpParameters: http }) };
  const isKept = record.state === "AUTHORIZED";
  const secretArn = isKept ? record.secretArn : await keepSecret(ctx, record, auth);
  if (isKept) await changeSecret(ctx, secretArn, auth);
  const now = ctx.now();
  const changed: ConnectionRecord = {
    ...record,
    type,
    state: "AUTHORIZED",
    secretArn,
    shown: shownOf(auth),
    modifiedMs: now,
    authorizedMs: now,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.KmsKeyIdentifier === undefined ? {} : { kmsKey: input.KmsKeyIdentifier }),
  };
  memoryOf(ctx).tokens.delete(connectionArn(ctx, record));
  ctx.transact((store) => store.put(connectionKey(ctx, record.name), changed));
  return told(ctx, changed);
}

interface Named {
  readonly Name: string;
}

export function describeConnection(ctx: Ctx, input: Named) {
  const record = needConnection(ctx, input.Name);
  return {
    ...told(ctx, record),
    Name: record.name,
    AuthorizationType: record.type,
    SecretArn: record.secretArn,
    AuthParameters: record.shown,
    ...(record.description === undefined ? {} : { Description: record.description }),
    ...(record.kmsKey === undefined ? {} : { KmsKeyIdentifier: record.kmsKey }),
  };
}

export async function deauthorizeConnection(ctx: Ctx, input: Named) {
  const record = needConnection(ctx, input.Name);
  await dropSecret(ctx, record.secretArn);
  memoryOf(ctx).tokens.delete(connectionArn(ctx, record));
  const changed: ConnectionRecord = { ...record, state: "DEAUTHORIZED", modifiedMs: ctx.now() };
  ctx.transact((store) => store.put(connectionKey(ctx, record.name), changed));
  return told(ctx, changed);
}

export async function deleteConnection(ctx: Ctx, input: Named) {
  const record = needConnection(ctx, input.Name);
  await dropSecret(ctx, record.secretArn);
  memoryOf(ctx).tokens.delete(connectionArn(ctx, record));
  ctx.transact((store) => store.remove(connectionKey(ctx, record.name)));
  return { ...told(ctx, record), ConnectionState: "DELETING" };
}

interface ListInput {
  readonly NamePrefix?: string;
  readonly NextToken?: string;
  readonly Limit?: number;
}

/** A page in order of name; the token is the name that comes next. */
export function pageOf<T extends { readonly name: string }>(all: readonly T[], input: ListInput) {
  const rest = all.filter((each) => each.name.startsWith(input.NamePrefix ?? "") && each.name >= (input.NextToken ?? ""));
  const limit = input.Limit ?? 100;
  const next = rest[limit];
  return { shown: rest.slice(0, limit), more: next === undefined ? {} : { NextToken: next.name } };
}

export function listConnections(ctx: Ctx, input: ListInput & { readonly ConnectionState?: string }) {
  const all = [...ctx.store.range<ConnectionRecord>({ prefix: ["connection", ctx.account, ctx.region] })].map(
    ({ value }) => value,
  );
  const { shown, more } = pageOf(
    all.filter((each) => (input.ConnectionState ?? each.state) === each.state),
    input,
  );
  return { Connections: shown.map((each) => ({ ...told(ctx, each), Name: each.name, AuthorizationType: each.type })), ...more };
}

interface DestinationInput extends Named {
  readonly Description?: string;
  readonly ConnectionArn?: string;
  readonly InvocationEndpoint?: string;
  readonly HttpMethod?: string;
  readonly InvocationRateLimitPerSecond?: number;
}

const RATE_DEFAULT = 300;

function answer(ctx: Ctx, record: DestinationRecord) {
  return {
    ApiDestinationArn: destinationArn(ctx, record),
    ApiDestinationState: connectionByArn(ctx, record.connectionArn)?.state === "AUTHORIZED" ? "ACTIVE" : "INACTIVE",
    CreationTime: new Date(record.createdMs),
    LastModifiedTime: new Date(record.modifiedMs),
  };
}

function checkDestination(ctx: Ctx, input: DestinationInput): void {
  if (input.InvocationEndpoint !== undefined) checkEndpoint(input.InvocationEndpoint, "InvocationEndpoint");
  if (input.ConnectionArn !== undefined && connectionByArn(ctx, input.ConnectionArn) === undefined)
    throw notFound(`Connection '${input.ConnectionArn}' does not exist.`);
}

function put(ctx: Ctx, before: DestinationRecord, input: DestinationInput): DestinationRecord {
  const record: DestinationRecord = {
    ...before,
    connectionArn: input.ConnectionArn ?? before.connectionArn,
    endpoint: input.InvocationEndpoint ?? before.endpoint,
    method: input.HttpMethod ?? before.method,
    rate: input.InvocationRateLimitPerSecond ?? before.rate,
    modifiedMs: ctx.now(),
    ...(input.Description === undefined ? {} : { description: input.Description }),
  };
  ctx.store.put(destinationKey(ctx, record.name), record);
  return record;
}

export function createDestination(ctx: Ctx, input: DestinationInput) {
  checkDestination(ctx, input);
  if (ctx.store.has(destinationKey(ctx, input.Name))) throw alreadyExists(`An api-destination '${input.Name}' already exists.`);
  const now = ctx.now();
  const empty = { connectionArn: "", endpoint: "", method: "POST", rate: RATE_DEFAULT, createdMs: now, modifiedMs: now };
  return answer(ctx, put(ctx, { name: input.Name, id: randomUuid(ctx.random), ...empty }, input));
}

export function updateDestination(ctx: Ctx, input: DestinationInput) {
  const before = needDestination(ctx, input.Name);
  checkDestination(ctx, input);
  return answer(ctx, put(ctx, before, input));
}

function details(record: DestinationRecord) {
  return {
    Name: record.name,
    ConnectionArn: record.connectionArn,
    InvocationEndpoint: record.endpoint,
    HttpMethod: record.method,
    InvocationRateLimitPerSecond: record.rate,
  };
}

export function describeDestination(ctx: Ctx, input: Named) {
  const record = needDestination(ctx, input.Name);
  return {
    ...answer(ctx, record),
    ...details(record),
    ...(record.description === undefined ? {} : { Description: record.description }),
  };
}

export function deleteDestination(ctx: Ctx, input: Named): object {
  ctx.store.remove(destinationKey(ctx, needDestination(ctx, input.Name).name));
  return {};
}

export function listDestinations(ctx: Ctx, input: ListInput & { readonly ConnectionArn?: string }) {
  const all = [...ctx.store.range<DestinationRecord>({ prefix: ["destination", ctx.account, ctx.region] })].map(
    ({ value }) => value,
  );
  const { shown, more } = pageOf(
    all.filter((each) => (input.ConnectionArn ?? each.connectionArn) === each.connectionArn),
    input,
  );
  return { ApiDestinations: shown.map((each) => ({ ...answer(ctx, each), ...details(each) })), ...more };
}
