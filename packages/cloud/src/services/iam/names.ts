/** Names, errors, tags and paging that IAM's families share. IAM API reference. */

import { checkPolicy, MalformedPolicy, type PolicyKind } from "../../core/policy/document.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface PageInput {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

const PAGE = 100;
const TAGS_MAX = 50;

export function noSuchEntity(message: string): ServiceError {
  return new ServiceError("NoSuchEntityException", 404, message);
}

export function alreadyExists(message: string): ServiceError {
  return new ServiceError("EntityAlreadyExistsException", 409, message);
}

export function conflict(message: string): ServiceError {
  return new ServiceError("DeleteConflictException", 409, message);
}

export function limit(message: string): ServiceError {
  return new ServiceError("LimitExceededException", 409, message);
}

/** Answers percent-encode documents (RFC 3986). */
export function encoded(document: string): string {
  return encodeURIComponent(document).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function needPolicyText(text: string, kind: PolicyKind): void {
  try {
    checkPolicy(text, kind);
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    throw new ServiceError("MalformedPolicyDocumentException", 400, error.message);
  }
}

export function tagList(tags: { readonly [key: string]: string }): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** `{ Tags }`, left out when there are none, as IAM does. */
export function shownTags(tags: { readonly [key: string]: string }): { Tags?: Tag[] } {
  return Object.keys(tags).length === 0 ? {} : { Tags: tagList(tags) };
}

export function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map((tag) => [tag.Key, tag.Value]));
}

export function withTags(current: { readonly [key: string]: string }, added: readonly Tag[]): Record<string, string> {
  const out = { ...current, ...tagsOf(added) };
  if (Object.keys(out).length > TAGS_MAX) throw limit("Cannot exceed quota for TagsPerResource: 50");
  return out;
}

export function withoutTags(current: { readonly [key: string]: string }, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(current).filter(([key]) => !keys.includes(key)));
}

/** A page of what is in order of `nameOf`; the marker is the last name. */
export function paged<T>(
  items: readonly T[],
  input: PageInput,
  nameOf: (item: T) => string,
): { page: T[]; rest: { IsTruncated: boolean; Marker?: string } } {
  const after = input.Marker === undefined ? undefined : Buffer.from(input.Marker, "base64").toString("utf8");
  const start = after === undefined ? 0 : items.findIndex((item) => nameOf(item) === after) + 1;
  if (after !== undefined && start === 0) throw new ServiceError("ValidationError", 400, "Invalid Marker.");
  const size = input.MaxItems ?? PAGE;
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  const more = start + size < items.length && last !== undefined;
  return {
    page,
    rest: more ? { IsTruncated: true, Marker: Buffer.from(nameOf(last)).toString("base64") } : { IsTruncated: false },
  };
}

export function entityArn(ctx: Ctx, kind: string, path: string, name: string): string {
  return `arn:aws:iam::${ctx.account}:${kind}${path}${name}`;
}
