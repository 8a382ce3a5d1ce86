import type {
  Account,
  ApiKey,
  Authorizer,
  Deployment,
  GatewayResponse,
  Model,
  RequestValidator,
  Resource,
  RestApi,
  Stage,
  UsagePlan,
  VpcLink,
} from "@aws-sdk/client-api-gateway";
import { type Ctx, ServiceError } from "../../core/service.ts";
import type { StoreRead } from "../../core/store.ts";
import { badRequest, keyOf, type Owner, type Timed } from "../apigatewayv2/store.ts";

/** Records of REST APIs, in the shape that AWS answers them in; times are kept as milliseconds beside it. They lie beside the HTTP APIs' own. */

/** A usage plan's key: the key's id is the plan key's. */
export interface PlanKey {
  readonly keyId: string;
  readonly planId: string;
}

/** A base path below a domain name, which the HTTP APIs' mappings share. */
export interface Collections {
  readonly "rest-api": Timed<RestApi>;
  readonly "rest-resource": Timed<Resource>;
  readonly "rest-deployment": Timed<Deployment>;
  readonly "rest-stage": Timed<Stage>;
  readonly "rest-authorizer": Timed<Authorizer>;
  readonly "rest-model": Timed<Model>;
  readonly "rest-validator": Timed<RequestValidator>;
  readonly "rest-response": Timed<GatewayResponse>;
  readonly "rest-account": Timed<Account>;
  readonly "api-key": Timed<ApiKey>;
  readonly "usage-plan": Timed<UsagePlan>;
  readonly "usage-plan-key": Timed<PlanKey>;
  readonly "rest-vpc-link": Timed<VpcLink>;
}

export type Collection = keyof Collections;

/** What a deployment froze: everything of an API that requests go by. */
export interface Frozen {
  readonly api: RestApi;
  readonly resources: readonly Resource[];
  readonly authorizers: readonly Authorizer[];
  readonly models: readonly Model[];
  readonly validators: readonly RequestValidator[];
  readonly responses: readonly GatewayResponse[];
}

export const frozenKey = (o: Owner, apiId: string, deploymentId: string) => keyOf(o, "rest-frozen", apiId, deploymentId);

export const missing = (message: string) => new ServiceError("NotFoundException", 404, message);

const MISSING: { readonly [collection in Collection]: string } = {
  "rest-api": "Invalid API identifier specified",
  "rest-resource": "Invalid Resource identifier specified",
  "rest-deployment": "Invalid Deployment identifier specified",
  "rest-stage": "Invalid stage identifier specified",
  "rest-authorizer": "Invalid Authorizer identifier specified",
  "rest-model": "Invalid Model Name specified",
  "rest-validator": "Invalid Request Validator identifier specified",
  "rest-response": "Invalid Gateway Response type specified",
  "rest-account": "Invalid account",
  "api-key": "Invalid API Key identifier specified",
  "usage-plan": "Invalid Usage Plan ID specified",
  "usage-plan-key": "Invalid API Key identifier specified",
  "rest-vpc-link": "Invalid Vpc Link identifier specified",
};

export function find<C extends Collection>(
  store: StoreRead,
  o: Owner,
  collection: C,
  ...ids: readonly string[]
): Collections[C] | undefined {
  return store.get<Collections[C]>(keyOf(o, collection, ...ids));
}

/** Throws NotFoundException in AWS's words. */
export function need<C extends Collection>(store: StoreRead, o: Owner, collection: C, ...ids: readonly string[]): Collections[C] {
  const record = find(store, o, collection, ...ids);
  if (record !== undefined) return record;
  throw missing(collection === "rest-api" ? `${MISSING[collection]} ${o.account}:${ids.join(":")}` : MISSING[collection]);
}

export function list<C extends Collection>(
  store: StoreRead,
  o: Owner,
  collection: C,
  ...ids: readonly string[]
): Collections[C][] {
  return [...store.range<Collections[C]>({ prefix: keyOf(o, collection, ...ids) })].map(({ value }) => value);
}

/** Writes a changed value over a record. */
export function save<C extends Collection>(
  ctx: Ctx,
  collection: C,
  ids: readonly string[],
  before: Collections[C],
  value: Collections[C]["value"],
): Collections[C] {
  const record = { ...before, value, updatedMs: ctx.now() };
  ctx.store.put(keyOf(ctx, collection, ...ids), record);
  return record;
}

export interface Paging {
  readonly limit?: number | undefined;
  readonly position?: string | undefined;
}

/** A page of a collection; `position` is opaque to clients. At most 500 items, 25 unless asked for more. */
export function paged<T>(all: readonly T[], input: Paging): { items: T[]; position?: string } {
  const size = Math.min(input.limit === undefined || input.limit <= 0 ? 25 : input.limit, 500);
  const start = input.position === undefined ? 0 : Number(Buffer.from(input.position, "base64").toString("utf8"));
  if (!Number.isInteger(start) || start < 0) throw badRequest("Invalid position parameter");
  const items = all.slice(start, start + size);
  return start + size < all.length ? { items, position: Buffer.from(String(start + size)).toString("base64") } : { items };
}
