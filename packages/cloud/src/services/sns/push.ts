/** Mobile push: platform applications and endpoints; what is sent to a device lies in the cloud's mailbox. */
import { randomUuid } from "@dovetail/model";
import { arn, parseArn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { invalid } from "./store.ts";

type Attributes = { readonly [name: string]: string };

interface ApplicationRecord {
  readonly arn: string;
  readonly platform: string;
  readonly attributes: Attributes;
}

export interface EndpointRecord {
  readonly arn: string;
  readonly application: string;
  readonly attributes: Attributes;
}

const PLATFORMS = [
  "ADM",
  "APNS",
  "APNS_SANDBOX",
  "APNS_VOIP",
  "APNS_VOIP_SANDBOX",
  "MACOS",
  "MACOS_SANDBOX",
  "BAIDU",
  "FCM",
  "GCM",
  "MPNS",
  "WNS",
];
const SECRET = /^(PlatformCredential|PlatformPrincipal|ApplePlatformTeamID)$/;

function notFound(what: string): ServiceError {
  return new ServiceError("NotFoundException", 404, `${what} does not exist`);
}

function keyOf(collection: "application" | "endpoint", text: string): readonly string[] {
  const parts = parseArn(text);
  const kind = collection === "application" ? "app/" : "endpoint/";
  if (parts?.service !== "sns" || !parts.resource.startsWith(kind))
    throw invalid(
      `${collection === "application" ? "PlatformApplicationArn" : "EndpointArn"} Reason: Wrong number of slashes in relative portion of the ARN.`,
    );
  return [collection, parts.account, parts.region, parts.resource];
}

function needApplication(ctx: Ctx, text: string): ApplicationRecord {
  const found = ctx.store.get<ApplicationRecord>(keyOf("application", text));
  if (found === undefined) throw notFound("PlatformApplication");
  return found;
}

export function findEndpoint(ctx: Ctx, text: string): EndpointRecord | undefined {
  return ctx.store.get<EndpointRecord>(keyOf("endpoint", text));
}

function needEndpoint(ctx: Ctx, text: string): EndpointRecord {
  const found = findEndpoint(ctx, text);
  if (found === undefined) throw notFound("Endpoint");
  return found;
}

interface CreateInput {
  readonly Name: string;
  readonly Platform: string;
  readonly Attributes: Attributes;
}

export function createApplication(ctx: Ctx, input: CreateInput): object {
  if (!PLATFORMS.includes(input.Platform)) throw invalid(`Platform Reason: ${input.Platform} is not supported`);
  if (!/^[A-Za-z0-9_.-]{1,256}$/.test(input.Name)) throw invalid(`Name Reason: ${input.Name.slice(0, 100)} is not valid`);
  const isToken = input.Attributes.PlatformCredential !== undefined;
  if (!isToken) throw invalid("Attributes Reason: PlatformCredential attribute is required");
  const PlatformApplicationArn = arn("sns", ctx.region, ctx.account, `app/${input.Platform}/${input.Name}`);
  const record: ApplicationRecord = {
    arn: PlatformApplicationArn,
    platform: input.Platform,
    attributes: { Enabled: "true", ...input.Attributes },
  };
  ctx.store.put(keyOf("application", PlatformApplicationArn), record);
  return { PlatformApplicationArn };
}

interface OnApplication {
  readonly PlatformApplicationArn: string;
}

interface OnEndpoint {
  readonly EndpointArn: string;
}

/** What is secret is not shown. */
function shown(record: ApplicationRecord): Attributes {
  return Object.fromEntries(Object.entries(record.attributes).filter(([name]) => !SECRET.test(name)));
}

export function getApplicationAttributes(ctx: Ctx, input: OnApplication): object {
  return { Attributes: shown(needApplication(ctx, input.PlatformApplicationArn)) };
}

export function setApplicationAttributes(ctx: Ctx, input: OnApplication & { readonly Attributes: Attributes }): void {
  const record = needApplication(ctx, input.PlatformApplicationArn);
  ctx.store.put(keyOf("application", record.arn), { ...record, attributes: { ...record.attributes, ...input.Attributes } });
}

export function deleteApplication(ctx: Ctx, input: OnApplication): void {
  const key = keyOf("application", input.PlatformApplicationArn);
  ctx.store.remove(key);
  for (const endpoint of endpointsOf(ctx, input.PlatformApplicationArn)) ctx.store.remove(keyOf("endpoint", endpoint.arn));
}

function page<T extends { readonly arn: string }>(items: readonly T[], token: string | undefined) {
  const after = token === undefined ? "" : Buffer.from(token, "base64").toString();
  const rest = items.filter((item) => item.arn > after);
  const last = rest[99];
  return {
    items: rest.slice(0, 100),
    more: rest.length > 100 && last !== undefined ? { NextToken: Buffer.from(last.arn).toString("base64") } : {},
  };
}

export function listApplications(ctx: Ctx, input: { readonly NextToken?: string }): object {
  const all = [...ctx.store.range<ApplicationRecord>({ prefix: ["application", ctx.account, ctx.region] })].map(
    ({ value }) => value,
  );
  const { items, more } = page(all, input.NextToken);
  return { PlatformApplications: items.map((each) => ({ PlatformApplicationArn: each.arn, Attributes: shown(each) })), ...more };
}

function endpointsOf(ctx: Ctx, application: string): EndpointRecord[] {
  const all = [...ctx.store.range<EndpointRecord>({ prefix: ["endpoint", ctx.account, ctx.region] })];
  return all.map(({ value }) => value).filter((each) => each.application === application);
}

interface EndpointInput extends OnApplication {
  readonly Token: string;
  readonly CustomUserData?: string;
  readonly Attributes?: Attributes;
}

/** The same token with the same attributes is the same endpoint; with others it is refused. */
export function createEndpoint(ctx: Ctx, input: EndpointInput): object {
  const application = needApplication(ctx, input.PlatformApplicationArn);
  const attributes = {
    Enabled: "true",
    Token: input.Token,
    ...(input.CustomUserData === undefined ? {} : { CustomUserData: input.CustomUserData }),
    ...input.Attributes,
  };
  const before = endpointsOf(ctx, application.arn).find((each) => each.attributes.Token === input.Token);
  if (before !== undefined) {
    const isSame = ["Enabled", "CustomUserData"].every(
      (name) => (before.attributes as Attributes)[name] === (attributes as Attributes)[name],
    );
    if (isSame) return { EndpointArn: before.arn };
    throw invalid(`Token Reason: Endpoint ${before.arn} already exists with the same Token, but different attributes.`);
  }
  const name = application.arn.slice(application.arn.indexOf(":app/") + ":app/".length);
  const EndpointArn = arn("sns", ctx.region, ctx.account, `endpoint/${name}/${randomUuid(ctx.random)}`);
  const record: EndpointRecord = { arn: EndpointArn, application: application.arn, attributes };
  ctx.store.put(keyOf("endpoint", EndpointArn), record);
  return { EndpointArn };
}

export function getEndpointAttributes(ctx: Ctx, input: OnEndpoint): object {
  return { Attributes: needEndpoint(ctx, input.EndpointArn).attributes };
}

export function setEndpointAttributes(ctx: Ctx, input: OnEndpoint & { readonly Attributes: Attributes }): void {
  const record = needEndpoint(ctx, input.EndpointArn);
  ctx.store.put(keyOf("endpoint", record.arn), { ...record, attributes: { ...record.attributes, ...input.Attributes } });
}

export function deleteEndpoint(ctx: Ctx, input: OnEndpoint): void {
  ctx.store.remove(keyOf("endpoint", input.EndpointArn));
}

export function listEndpoints(ctx: Ctx, input: OnApplication & { readonly NextToken?: string }): object {
  needApplication(ctx, input.PlatformApplicationArn);
  const { items, more } = page(endpointsOf(ctx, input.PlatformApplicationArn), input.NextToken);
  return { Endpoints: items.map((each) => ({ EndpointArn: each.arn, Attributes: each.attributes })), ...more };
}

/** Puts a message for a device into the mailbox. Throws EndpointDisabled, PlatformApplicationDisabled, NotFound. */
export function push(ctx: Ctx, endpointArn: string, bodies: { readonly [protocol: string]: string }, subject?: string): void {
  const endpoint = findEndpoint(ctx, endpointArn);
  if (endpoint === undefined) throw invalid("TargetArn Reason: No endpoint found for the target arn specified");
  if (endpoint.attributes.Enabled !== "true") throw new ServiceError("EndpointDisabledException", 400, "Endpoint is disabled");
  const application = needApplication(ctx, endpoint.application);
  if (application.attributes.Enabled !== "true")
    throw new ServiceError("PlatformApplicationDisabledException", 400, "Platform application is disabled");
  ctx.mail({
    kind: "push",
    from: application.arn,
    to: endpoint.attributes.Token ?? endpoint.arn,
    body: bodies[application.platform] ?? bodies.default ?? "",
    ...(subject === undefined ? {} : { subject }),
    service: "sns",
  });
}
