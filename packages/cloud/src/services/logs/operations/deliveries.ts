/**
 * Vended logs: what a resource's logs are (delivery source), where they go (delivery destination), and that they do (delivery).
 * API Reference, "PutDeliverySource", "PutDeliveryDestination", "CreateDelivery" (read 2026-11-21).
 */
import { randomString } from "@dovetail/model";
import { arn, parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { listPage } from "../paging.ts";
import { notFound } from "../store.ts";

type Tags = { readonly [key: string]: string };
type Kind = "deliverySource" | "deliveryDestination" | "delivery";

interface SourceRecord {
  readonly name: string;
  readonly resourceArn: string;
  readonly service: string;
  readonly logType: string;
  readonly configuration?: Tags;
  readonly tags: Tags;
}

interface DestinationRecord {
  readonly name: string;
  readonly type: "S3" | "CWL" | "FH" | "XRAY";
  readonly resourceArn?: string;
  readonly outputFormat?: string;
  readonly policy?: string;
  readonly tags: Tags;
}

interface S3Configuration {
  readonly suffixPath?: string;
  readonly enableHiveCompatiblePath?: boolean;
}

interface DeliveryRecord {
  readonly id: string;
  readonly source: string;
  readonly destinationArn: string;
  readonly type: DestinationRecord["type"];
  readonly recordFields?: readonly string[];
  readonly fieldDelimiter?: string;
  readonly s3?: S3Configuration;
  readonly tags: Tags;
}

/** As they stand in ARNs; also the collections of the store. */
const KINDS: { readonly [kind in Kind]: string } = {
  deliverySource: "delivery-source",
  deliveryDestination: "delivery-destination",
  delivery: "delivery",
};
/** The log types of resources that this cloud has; of others any is taken. */
const LOG_TYPES: { readonly [service: string]: readonly string[] } = {
  events: ["ERROR_LOGS", "INFO_LOGS", "TRACE_LOGS"],
};
const DESTINATION_TYPES: { readonly [service: string]: DestinationRecord["type"] } = { s3: "S3", logs: "CWL", firehose: "FH" };
const ID_CHARACTERS = 16;
const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const keyOf = (ctx: Ctx, kind: Kind, name: string) => [kind, ctx.account, ctx.region, name];
const arnOf = (ctx: Ctx, kind: Kind, name: string) => arn("logs", ctx.region, ctx.account, `${KINDS[kind]}:${name}`);

function conflict(message: string): ServiceError {
  return new ServiceError("ConflictException", 400, message);
}

function validation(message: string): ServiceError {
  return new ServiceError("ValidationException", 400, message);
}

function need<T>(ctx: Ctx, kind: Kind, name: string): T {
  const found = ctx.store.get<T>(keyOf(ctx, kind, name));
  if (found === undefined) throw notFound("Requested resource not found.");
  return found;
}

function list<T>(ctx: Ctx, kind: Kind): T[] {
  return [...ctx.store.range<T>({ prefix: [kind, ctx.account, ctx.region] })].map(({ value }) => value);
}

/** Members with an empty map or nothing in them are left out of answers. */
function present(members: object): object {
  const isShown = (value: unknown) =>
    value !== undefined && !(typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(members).filter(([, value]) => isShown(value)));
}

function showSource(ctx: Ctx, { name, resourceArn, service, logType, configuration, tags }: SourceRecord): object {
  const resourceArns = [resourceArn];
  return present({
    name,
    arn: arnOf(ctx, "deliverySource", name),
    resourceArns,
    service,
    logType,
    deliverySourceConfiguration: configuration,
    tags,
  });
}

function showDestination(ctx: Ctx, { name, type, resourceArn, outputFormat, tags }: DestinationRecord): object {
  return present({
    name,
    arn: arnOf(ctx, "deliveryDestination", name),
    deliveryDestinationType: type,
    outputFormat,
    deliveryDestinationConfiguration: present({ destinationResourceArn: resourceArn }),
    tags,
  });
}

function showDelivery(ctx: Ctx, each: DeliveryRecord): object {
  return present({
    id: each.id,
    arn: arnOf(ctx, "delivery", each.id),
    deliverySourceName: each.source,
    deliveryDestinationArn: each.destinationArn,
    deliveryDestinationType: each.type,
    recordFields: each.recordFields,
    fieldDelimiter: each.fieldDelimiter,
    s3DeliveryConfiguration: each.s3,
    tags: each.tags,
  });
}

interface PutSource {
  readonly name: string;
  readonly resourceArn: string;
  readonly logType: string;
  readonly deliverySourceConfiguration?: Tags;
  readonly tags?: Tags;
}

export function putDeliverySource(ctx: Ctx, input: PutSource): object {
  const { name, resourceArn, logType } = input;
  const service = parseArn(resourceArn)?.service;
  if (service === undefined) throw validation(`Invalid resourceArn: ${resourceArn}`);
  const types = LOG_TYPES[service];
  if (types !== undefined && !types.includes(logType))
    throw validation(`Log type ${logType} is not supported for this resource. Supported log types: ${types.join(", ")}`);
  const before = ctx.store.get<SourceRecord>(keyOf(ctx, "deliverySource", name));
  if (before !== undefined && (before.resourceArn !== resourceArn || before.logType !== logType))
    throw conflict("A delivery source with this name already exists for another resource or log type.");
  const twin = list<SourceRecord>(ctx, "deliverySource").find(
    (each) => each.name !== name && each.resourceArn === resourceArn && each.logType === logType,
  );
  if (twin !== undefined) throw conflict("A delivery source for this resource and log type already exists.");
  const configuration = input.deliverySourceConfiguration ?? before?.configuration;
  const source: SourceRecord = {
    name,
    resourceArn,
    service,
    logType,
    ...(configuration === undefined ? {} : { configuration }),
    tags: before?.tags ?? input.tags ?? {},
  };
  ctx.store.put(keyOf(ctx, "deliverySource", name), source);
  return { deliverySource: showSource(ctx, source) };
}

interface PutDestination {
  readonly name: string;
  readonly outputFormat?: string;
  readonly deliveryDestinationConfiguration?: { readonly destinationResourceArn?: string };
  readonly deliveryDestinationType?: DestinationRecord["type"];
  readonly tags?: Tags;
}

/** By the ARN of the bucket, group or Firehose stream; X-Ray has none. */
function destinationType(
  resourceArn: string | undefined,
  given: DestinationRecord["type"] | undefined,
): DestinationRecord["type"] {
  if (resourceArn === undefined) {
    if (given === "XRAY") return given;
    throw validation("deliveryDestinationConfiguration is required for this delivery destination type.");
  }
  const type = DESTINATION_TYPES[parseArn(resourceArn)?.service ?? ""];
  if (type === undefined) throw validation(`Invalid destinationResourceArn: ${resourceArn}`);
  if (given !== undefined && given !== type)
    throw validation(`deliveryDestinationType ${given} does not match the destination resource.`);
  return type;
}

export function putDeliveryDestination(ctx: Ctx, input: PutDestination): object {
  const before = ctx.store.get<DestinationRecord>(keyOf(ctx, "deliveryDestination", input.name));
  const resourceArn = input.deliveryDestinationConfiguration?.destinationResourceArn ?? before?.resourceArn;
  const type = destinationType(resourceArn, input.deliveryDestinationType);
  if (before !== undefined && before.type !== type)
    throw conflict("The type of an existing delivery destination can't be changed.");
  if (before?.outputFormat !== undefined && input.outputFormat !== undefined && before.outputFormat !== input.outputFormat)
    throw validation("The output format of an existing delivery destination can't be changed.");
  const outputFormat = input.outputFormat ?? before?.outputFormat;
  const destination: DestinationRecord = {
    name: input.name,
    type,
    ...(resourceArn === undefined ? {} : { resourceArn }),
    ...(outputFormat === undefined ? {} : { outputFormat }),
    ...(before?.policy === undefined ? {} : { policy: before.policy }),
    tags: before?.tags ?? input.tags ?? {},
  };
  ctx.store.put(keyOf(ctx, "deliveryDestination", input.name), destination);
  return { deliveryDestination: showDestination(ctx, destination) };
}

/** The destination that an ARN names, in whatever account. */
function destinationAt(ctx: Ctx, text: string): DestinationRecord | undefined {
  const parts = parseArn(text);
  const prefix = `${KINDS.deliveryDestination}:`;
  if (parts?.service !== "logs" || !parts.resource.startsWith(prefix)) return undefined;
  return ctx.store.get<DestinationRecord>([
    "deliveryDestination",
    parts.account,
    parts.region,
    parts.resource.slice(prefix.length),
  ]);
}

interface Shape {
  readonly recordFields?: readonly string[];
  readonly fieldDelimiter?: string;
  readonly s3DeliveryConfiguration?: S3Configuration;
}

function readShape({ recordFields, fieldDelimiter, s3DeliveryConfiguration: s3 }: Shape, type: DestinationRecord["type"]) {
  if (s3 !== undefined && type !== "S3")
    throw validation("s3DeliveryConfiguration is only supported for delivery destinations of type S3.");
  return {
    ...(recordFields === undefined ? {} : { recordFields }),
    ...(fieldDelimiter === undefined ? {} : { fieldDelimiter }),
    ...(s3 === undefined ? {} : { s3 }),
  };
}

interface Create extends Shape {
  readonly deliverySourceName: string;
  readonly deliveryDestinationArn: string;
  readonly tags?: Tags;
}

export function createDelivery(ctx: Ctx, input: Create): object {
  const source = need<SourceRecord>(ctx, "deliverySource", input.deliverySourceName);
  const destination = destinationAt(ctx, input.deliveryDestinationArn);
  if (destination === undefined) throw notFound("Requested resource not found.");
  const others = list<DeliveryRecord>(ctx, "delivery").filter((each) => each.source === source.name);
  if (others.some((each) => each.destinationArn === input.deliveryDestinationArn))
    throw conflict("A delivery from this delivery source to this delivery destination already exists.");
  const delivery: DeliveryRecord = {
    id: randomString(ctx.random, ID_CHARACTERS, ALPHANUMERIC),
    source: source.name,
    destinationArn: input.deliveryDestinationArn,
    type: destination.type,
    ...readShape(input, destination.type),
    tags: input.tags ?? {},
  };
  ctx.store.put(keyOf(ctx, "delivery", delivery.id), delivery);
  return { delivery: showDelivery(ctx, delivery) };
}

export function updateDeliveryConfiguration(ctx: Ctx, input: Shape & { readonly id: string }): object {
  const delivery = need<DeliveryRecord>(ctx, "delivery", input.id);
  ctx.store.put(keyOf(ctx, "delivery", delivery.id), { ...delivery, ...readShape(input, delivery.type) });
  return {};
}

export const getDeliverySource = (ctx: Ctx, { name }: { readonly name: string }) => ({
  deliverySource: showSource(ctx, need(ctx, "deliverySource", name)),
});
export const getDeliveryDestination = (ctx: Ctx, { name }: { readonly name: string }) => ({
  deliveryDestination: showDestination(ctx, need(ctx, "deliveryDestination", name)),
});
export const getDelivery = (ctx: Ctx, { id }: { readonly id: string }) => ({
  delivery: showDelivery(ctx, need(ctx, "delivery", id)),
});

interface Paged {
  readonly nextToken?: string;
  readonly limit?: number;
}

const PAGE_MAX = 50;

export function describeDeliverySources(ctx: Ctx, { nextToken, limit = PAGE_MAX }: Paged): object {
  const { items, ...more } = listPage(list<SourceRecord>(ctx, "deliverySource"), nextToken, limit, ({ name }) => name);
  return { deliverySources: items.map((each) => showSource(ctx, each)), ...more };
}

export function describeDeliveryDestinations(ctx: Ctx, { nextToken, limit = PAGE_MAX }: Paged): object {
  const { items, ...more } = listPage(list<DestinationRecord>(ctx, "deliveryDestination"), nextToken, limit, ({ name }) => name);
  return { deliveryDestinations: items.map((each) => showDestination(ctx, each)), ...more };
}

export function describeDeliveries(ctx: Ctx, { nextToken, limit = PAGE_MAX }: Paged): object {
  const { items, ...more } = listPage(list<DeliveryRecord>(ctx, "delivery"), nextToken, limit, ({ id }) => id);
  return { deliveries: items.map((each) => showDelivery(ctx, each)), ...more };
}

export function deleteDelivery(ctx: Ctx, { id }: { readonly id: string }): object {
  need(ctx, "delivery", id);
  ctx.store.remove(keyOf(ctx, "delivery", id));
  return {};
}

/** Neither a source nor a destination goes while a delivery needs it. */
function removeUnused(ctx: Ctx, kind: Kind, name: string, isUsed: (delivery: DeliveryRecord) => boolean): object {
  need(ctx, kind, name);
  if (list<DeliveryRecord>(ctx, "delivery").some(isUsed))
    throw conflict(`Requested ${KINDS[kind].replace("-", " ")} is in use by a delivery. Delete the delivery first.`);
  ctx.store.remove(keyOf(ctx, kind, name));
  return {};
}

export const deleteDeliverySource = (ctx: Ctx, { name }: { readonly name: string }) =>
  removeUnused(ctx, "deliverySource", name, ({ source }) => source === name);
export const deleteDeliveryDestination = (ctx: Ctx, { name }: { readonly name: string }) =>
  removeUnused(
    ctx,
    "deliveryDestination",
    name,
    ({ destinationArn }) => destinationArn === arnOf(ctx, "deliveryDestination", name),
  );

interface OfDestination {
  readonly deliveryDestinationName: string;
}

export function putDeliveryDestinationPolicy(
  ctx: Ctx,
  input: OfDestination & { readonly deliveryDestinationPolicy: string },
): object {
  const destination = need<DestinationRecord>(ctx, "deliveryDestination", input.deliveryDestinationName);
  try {
    JSON.parse(input.deliveryDestinationPolicy);
  } catch {
    throw validation("Policy document is not valid JSON.");
  }
  const policy = input.deliveryDestinationPolicy;
  ctx.store.put(keyOf(ctx, "deliveryDestination", destination.name), { ...destination, policy });
  return { policy: { deliveryDestinationPolicy: policy } };
}

export function getDeliveryDestinationPolicy(ctx: Ctx, { deliveryDestinationName: name }: OfDestination): object {
  const { policy } = need<DestinationRecord>(ctx, "deliveryDestination", name);
  return { policy: policy === undefined ? {} : { deliveryDestinationPolicy: policy } };
}

export function deleteDeliveryDestinationPolicy(ctx: Ctx, { deliveryDestinationName: name }: OfDestination): object {
  const { policy, ...destination } = need<DestinationRecord>(ctx, "deliveryDestination", name);
  if (policy === undefined) throw notFound("The delivery destination has no policy.");
  ctx.store.put(keyOf(ctx, "deliveryDestination", name), destination);
  return {};
}

/** What an ARN of one of the three names, with its tags, for the tag operations. */
export function taggedDelivery(ctx: Ctx, text: string): { readonly tags: Tags; put(tags: Tags): void } | undefined {
  const parts = parseArn(text);
  const [word, name = ""] = parts?.resource.split(":") ?? [];
  const kind = (Object.keys(KINDS) as Kind[]).find((each) => KINDS[each] === word);
  if (parts?.service !== "logs" || kind === undefined) return undefined;
  const found = ctx.store.get<{ readonly tags: Tags }>(keyOf(ctx, kind, name));
  return found === undefined
    ? undefined
    : { tags: found.tags, put: (tags) => ctx.store.put(keyOf(ctx, kind, name), { ...found, tags }) };
}

/** What IAM is asked: the source, destination or delivery itself. */
export const onDelivery = {
  source: (ctx: Ctx, { name = "*" }: { readonly name?: string }) => ({ resources: [arnOf(ctx, "deliverySource", name)] }),
  destination: (ctx: Ctx, input: { readonly name?: string; readonly deliveryDestinationName?: string }) => ({
    resources: [arnOf(ctx, "deliveryDestination", input.name ?? input.deliveryDestinationName ?? "*")],
  }),
  delivery: (ctx: Ctx, { id = "*" }: { readonly id?: string }) => ({ resources: [arnOf(ctx, "delivery", id)] }),
  /** A delivery joins two things; both are asked about. */
  both: (ctx: Ctx, input: { readonly deliverySourceName?: string; readonly deliveryDestinationArn?: string }) => ({
    resources: [arnOf(ctx, "deliverySource", input.deliverySourceName ?? "*"), input.deliveryDestinationArn ?? "*"],
  }),
};
