import type {
  Api,
  ApiMapping,
  Authorizer,
  Deployment,
  DomainName,
  Integration,
  IntegrationResponse,
  Model,
  Route,
  RouteResponse,
  Stage,
  VpcLink,
} from "@aws-sdk/client-apigatewayv2";
import { randomString } from "@dovetail/model";
import { type Ctx, ServiceError } from "../../core/service.ts";
import type { Key, StoreRead } from "../../core/store.ts";

/** Records of APIs and what hangs on them, in the shape that AWS answers them in; times are kept as milliseconds beside it. */
export type Owner = { readonly account: string; readonly region: string };

export interface Timed<T> {
  readonly value: T;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** What a deployment froze: stages without automatic deployment serve this. */
export interface DeploymentRecord extends Timed<Deployment> {
  readonly frozen: Frozen;
}

export interface Frozen {
  readonly routes: readonly Route[];
  readonly integrations: readonly Integration[];
  readonly authorizers: readonly Authorizer[];
}

export interface Collections {
  readonly api: Timed<Api>;
  readonly stage: Timed<Stage>;
  readonly route: Timed<Route>;
  readonly "route-response": Timed<RouteResponse>;
  readonly integration: Timed<Integration>;
  readonly "integration-response": Timed<IntegrationResponse>;
  readonly authorizer: Timed<Authorizer>;
  readonly deployment: DeploymentRecord;
  readonly model: Timed<Model>;
  readonly domain: Timed<DomainName>;
  readonly mapping: Timed<ApiMapping>;
  readonly "vpc-link": Timed<VpcLink>;
}

export type Collection = keyof Collections;

export const keyOf = (o: Owner, collection: string, ...ids: readonly string[]): Key => [collection, o.account, o.region, ...ids];
/** Where an API lives, for requests that know only its id. */
export const ownerKey = (apiId: string): Key => ["api-owner", apiId];

/** The same of a REST API, whose records lie beside these (`apigateway`). */
export const restOwnerKey = (apiId: string): Key => ["rest-owner", apiId];

export const badRequest = (message: string) => new ServiceError("BadRequestException", 400, message);
export const conflict = (message: string) => new ServiceError("ConflictException", 409, message);
export const notFound = (message: string) => new ServiceError("NotFoundException", 404, message, { ResourceType: "Api" });

const NAMES: { readonly [collection in Collection]: string } = {
  api: "API",
  stage: "stage",
  route: "Route",
  "route-response": "Route response",
  integration: "Integration",
  "integration-response": "Integration response",
  authorizer: "Authorizer",
  deployment: "Deployment",
  model: "Model",
  domain: "domain name",
  mapping: "API mapping",
  "vpc-link": "VPC link",
};

/** Throws NotFoundException in AWS's words. */
export function need<C extends Collection>(store: StoreRead, o: Owner, collection: C, ...ids: readonly string[]): Collections[C] {
  const record = store.get<Collections[C]>(keyOf(o, collection, ...ids));
  if (record !== undefined) return record;
  throw notFound(
    `Invalid ${NAMES[collection]} identifier specified ${collection === "api" ? `${o.account}:${ids.join(":")}` : (ids.at(-1) ?? "")}`,
  );
}

export function list<C extends Collection>(
  store: StoreRead,
  o: Owner,
  collection: C,
  ...ids: readonly string[]
): Collections[C][] {
  return [...store.range<Collections[C]>({ prefix: keyOf(o, collection, ...ids) })].map(({ value }) => value);
}

export const newId = (ctx: Ctx, length: number): string =>
  randomString(ctx.random, length, "abcdefghijklmnopqrstuvwxyz0123456789");

export function timed<T>(ctx: Ctx, value: T): Timed<T> {
  return { value, createdMs: ctx.now(), updatedMs: ctx.now() };
}

/** Members that were given, without those left out. */
export function given<T extends object>(input: T): Partial<T> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** A page of a collection. */
export function paged<T>(
  all: readonly T[],
  input: { readonly MaxResults?: string | undefined; readonly NextToken?: string | undefined },
): { Items: T[]; NextToken?: string } {
  const size = input.MaxResults === undefined ? 500 : Number(input.MaxResults);
  if (!Number.isInteger(size) || size < 1) throw badRequest("Invalid value for maxResults");
  const start = input.NextToken === undefined ? 0 : Number(Buffer.from(input.NextToken, "base64").toString("utf8"));
  if (!Number.isInteger(start) || start < 0) throw badRequest("Invalid value for nextToken");
  const Items = all.slice(start, start + size);
  return start + size < all.length ? { Items, NextToken: Buffer.from(String(start + size)).toString("base64") } : { Items };
}
