/** Rules about secrets, their refusals in the service's words. Secrets Manager API reference. */
import { type Ctx, ServiceError } from "../../core/service.ts";
import { findSecret, type SecretRecord } from "./store.ts";

export interface Named {
  readonly SecretId: string;
}

export interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

export function invalidParameter(message: string): ServiceError {
  return new ServiceError("InvalidParameterException", 400, message);
}

export function invalidRequest(message: string): ServiceError {
  return new ServiceError("InvalidRequestException", 400, message);
}

export function notFound(message = "Secrets Manager can't find the specified secret."): ServiceError {
  return new ServiceError("ResourceNotFoundException", 400, message);
}

export function exists(message: string): ServiceError {
  return new ServiceError("ResourceExistsException", 400, message);
}

export function notImplemented(what: string): ServiceError {
  return new ServiceError("NotImplemented", 501, `${what} is not emulated`);
}

export function anySecret(ctx: Ctx, reference: string): SecretRecord {
  const secret = findSecret(ctx, reference);
  if (secret === undefined) throw notFound();
  return secret;
}

/** One that is not marked for deletion. */
export function liveSecret(ctx: Ctx, reference: string): SecretRecord {
  const secret = anySecret(ctx, reference);
  if (secret.deletion !== undefined)
    throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
  return secret;
}

export function tagsFrom(tags: readonly Tag[], before: SecretRecord["tags"] = {}): SecretRecord["tags"] {
  const out: Record<string, string> = { ...before };
  for (const { Key, Value } of tags) {
    if (Key === undefined) throw invalidParameter("You must provide a key for each tag.");
    if (Key.startsWith("aws:")) throw invalidParameter("Tag keys can't start with aws:.");
    out[Key] = Value ?? "";
  }
  if (Object.keys(out).length > 50) throw invalidParameter("You can't have more than 50 tags on a secret.");
  return out;
}

export function tagList(secret: SecretRecord): Tag[] {
  return Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value }));
}
