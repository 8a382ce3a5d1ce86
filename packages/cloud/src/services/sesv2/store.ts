/**
 * Records of SES, by account and region; both versions of its API share them. The only file here that touches storage.
 * `["identity", …, name]`, `["set", …, name]`, `["template", …, name]`, `["suppressed", …, address]`, `["account", …]`, `["sent", …, quarter]`.
 */
import { arn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface IdentityRecord {
  readonly name: string;
  readonly kind: "EMAIL_ADDRESS" | "DOMAIN";
  readonly createdAtMs: number;
  readonly configurationSetName?: string;
  readonly dkimTokens: readonly string[];
  readonly tags: readonly Tag[];
  readonly policies?: { readonly [name: string]: string };
  readonly isDkimOff?: boolean;
  /** Bring your own DKIM: the selector, and that AWS_SES no longer signs. */
  readonly dkimSelector?: string;
  readonly keyLength?: string;
  readonly isForwardingOff?: boolean;
  readonly mailFrom?: { readonly domain: string; readonly onMxFailure: string };
  /** v1: topics by `Bounce`, `Complaint`, `Delivery`. */
  readonly topics?: { readonly [type: string]: string };
}

export interface Destination {
  readonly name: string;
  readonly enabled: boolean;
  /** v2's names: `SEND`, `BOUNCE`, … */
  readonly types: readonly string[];
  readonly topicArn?: string;
  readonly busArn?: string;
  readonly dimensions?: readonly { readonly name: string; readonly source: string; readonly fallback: string }[];
}

export interface SetRecord {
  readonly name: string;
  readonly createdAtMs: number;
  readonly tags: readonly Tag[];
  readonly destinations: readonly Destination[];
  /** As given: Delivery-, Reputation-, Sending-, Suppression-, Tracking-, Vdm-, ArchivingOptions. */
  readonly options: { readonly [name: string]: object };
}

export interface TemplateRecord {
  readonly name: string;
  readonly createdAtMs: number;
  readonly subject?: string;
  readonly text?: string;
  readonly html?: string;
  readonly tags?: readonly Tag[];
}

export interface SuppressedRecord {
  readonly address: string;
  readonly reason: string;
  readonly atMs: number;
}

export interface AccountRecord {
  readonly isSendingOff?: boolean;
  readonly suppressedReasons?: readonly string[];
  readonly isWarmupOn?: boolean;
  readonly details?: object;
  readonly vdm?: object;
}

export interface Quarter {
  readonly attempts: number;
  readonly bounces: number;
  readonly complaints: number;
  readonly rejects: number;
}

const QUARTER_MS = 900_000;
const STATISTICS_MS = 14 * 86_400_000;

type Collection = "identity" | "set" | "template" | "suppressed";

function key(ctx: Ctx, collection: Collection, name: string): readonly string[] {
  const found = collection === "identity" || collection === "suppressed" ? name.toLowerCase() : name;
  return [collection, ctx.account, ctx.region, found];
}

export function identityArn(ctx: Ctx, name: string): string {
  return arn("ses", ctx.region, ctx.account, `identity/${name}`);
}

export function setArn(ctx: Ctx, name: string): string {
  return arn("ses", ctx.region, ctx.account, `configuration-set/${name}`);
}

export function templateArn(ctx: Ctx, name: string): string {
  return arn("ses", ctx.region, ctx.account, `template/${name}`);
}

export function findIdentity(ctx: Ctx, name: string): IdentityRecord | undefined {
  return ctx.store.get<IdentityRecord>(key(ctx, "identity", name));
}

function notFound(message: string): ServiceError {
  return new ServiceError("NotFoundException", 404, message);
}

/** Throws NotFoundException as SES does. */
export function requireIdentity(ctx: Ctx, name: string): IdentityRecord {
  const found = findIdentity(ctx, name);
  if (found === undefined) throw notFound(`Email identity ${name} does not exist.`);
  return found;
}

export function putIdentity(ctx: Ctx, record: IdentityRecord): void {
  ctx.store.put(key(ctx, "identity", record.name), record);
}

export function removeIdentity(ctx: Ctx, name: string): void {
  ctx.store.remove(key(ctx, "identity", name));
}

/** In order of name, after `after`, at most `limit`. */
export function listIdentities(ctx: Ctx, after: string | undefined, limit: number): readonly IdentityRecord[] {
  return all<IdentityRecord>(ctx, "identity")
    .filter((each) => after === undefined || each.name.toLowerCase() > after.toLowerCase())
    .slice(0, limit);
}

function all<T>(ctx: Ctx, collection: Collection): T[] {
  return [...ctx.store.range<T>({ prefix: [collection, ctx.account, ctx.region] })].map(({ value }) => value);
}

export const setsOf = (ctx: Ctx): SetRecord[] => all<SetRecord>(ctx, "set");
export const templatesOf = (ctx: Ctx): TemplateRecord[] => all<TemplateRecord>(ctx, "template");
export const suppressedOf = (ctx: Ctx): SuppressedRecord[] => all<SuppressedRecord>(ctx, "suppressed");

export function findSet(ctx: Ctx, name: string): SetRecord | undefined {
  return ctx.store.get<SetRecord>(key(ctx, "set", name));
}

/** Throws NotFoundException. */
export function requireSet(ctx: Ctx, name: string | undefined): SetRecord {
  const found = findSet(ctx, name ?? "");
  if (found === undefined) throw notFound(`Configuration set <${name}> does not exist.`);
  return found;
}

export function putSet(ctx: Ctx, record: SetRecord): void {
  ctx.store.put(key(ctx, "set", record.name), record);
}

export function removeSet(ctx: Ctx, name: string): void {
  ctx.store.remove(key(ctx, "set", name));
}

export function findTemplate(ctx: Ctx, name: string): TemplateRecord | undefined {
  return ctx.store.get<TemplateRecord>(key(ctx, "template", name));
}

/** Throws NotFoundException. */
export function requireTemplate(ctx: Ctx, name: string | undefined): TemplateRecord {
  const found = findTemplate(ctx, name ?? "");
  if (found === undefined) throw notFound(`Template ${name} does not exist`);
  return found;
}

export function putTemplate(ctx: Ctx, record: TemplateRecord): void {
  ctx.store.put(key(ctx, "template", record.name), record);
}

export function removeTemplate(ctx: Ctx, name: string): void {
  ctx.store.remove(key(ctx, "template", name));
}

export function findSuppressed(ctx: Ctx, address: string): SuppressedRecord | undefined {
  return ctx.store.get<SuppressedRecord>(key(ctx, "suppressed", address));
}

export function putSuppressed(ctx: Ctx, record: SuppressedRecord): void {
  ctx.store.put(key(ctx, "suppressed", record.address), record);
}

export function removeSuppressed(ctx: Ctx, address: string): void {
  ctx.store.remove(key(ctx, "suppressed", address));
}

export function getAccount(ctx: Ctx): AccountRecord {
  return ctx.store.get<AccountRecord>(["account", ctx.account, ctx.region]) ?? {};
}

export function changeAccount(ctx: Ctx, change: AccountRecord): void {
  ctx.store.put(["account", ctx.account, ctx.region], { ...getAccount(ctx), ...change });
}

/** Adds to the quarter of an hour's counts; what is older than 14 days goes. */
export function count(ctx: Ctx, added: Partial<Quarter>): void {
  const now = ctx.now();
  const base = ["sent", ctx.account, ctx.region];
  const at = [...base, Math.floor(now / QUARTER_MS) * QUARTER_MS];
  const { attempts = 0, bounces = 0, complaints = 0, rejects = 0 } = ctx.store.get<Quarter>(at) ?? {};
  const sum: Quarter = {
    attempts: attempts + (added.attempts ?? 0),
    bounces: bounces + (added.bounces ?? 0),
    complaints: complaints + (added.complaints ?? 0),
    rejects: rejects + (added.rejects ?? 0),
  };
  ctx.store.put(at, sum);
  ctx.store.removeRange({ prefix: base, end: [...base, now - STATISTICS_MS] });
}

/** Counts by quarter of an hour, from `sinceMs` on. */
export function countsSince(ctx: Ctx, sinceMs: number): { readonly atMs: number; readonly quarter: Quarter }[] {
  const base = ["sent", ctx.account, ctx.region];
  return [...ctx.store.range<Quarter>({ prefix: base, start: [...base, sinceMs - QUARTER_MS] })].map(({ key: at, value }) => ({
    atMs: Number(at.at(-1)),
    quarter: value,
  }));
}
