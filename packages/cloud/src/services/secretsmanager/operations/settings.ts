/** DeleteSecret, RestoreSecret, tags, resource policies, GetRandomPassword. */
import { randomString } from "@dovetail/model";
import { checkPolicy, MalformedPolicy } from "../../../core/policy/document.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { anySecret, invalidParameter, invalidRequest, liveSecret, type Named, type Tag, tagsFrom } from "../secret.ts";
import { findSecret, putSecret, removeSecret, type SecretRecord } from "../store.ts";

const DAY_MS = 86_400_000;

function named(secret: SecretRecord) {
  return { ARN: secret.arn, Name: secret.name };
}

interface DeleteInput extends Named {
  readonly RecoveryWindowInDays?: number;
  readonly ForceDeleteWithoutRecovery?: boolean;
}

/** Replicas go first, by RemoveRegionsFromReplication. */
function refuseReplicated(secret: SecretRecord | undefined): void {
  const regions = (secret?.replicas ?? []).map(({ region }) => region);
  if (secret !== undefined && regions.length > 0)
    throw invalidRequest(`You can't delete secret ${secret.name} that still has replica regions [${regions.join(", ")}]`);
}

export function deleteSecret(ctx: Ctx, input: DeleteInput) {
  const { RecoveryWindowInDays: days = 30, ForceDeleteWithoutRecovery: isForced } = input;
  if (isForced === true && input.RecoveryWindowInDays !== undefined)
    throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  if (days < 7 || days > 30) throw invalidParameter("RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  const nowMs = ctx.now();
  refuseReplicated(findSecret(ctx, input.SecretId));
  if (isForced === true) {
    const secret = findSecret(ctx, input.SecretId);
    // Forced deletion of what is not there succeeds (API reference, ForceDeleteWithoutRecovery).
    if (secret !== undefined) removeSecret(ctx, secret);
    return { ARN: secret?.arn ?? input.SecretId, Name: secret?.name ?? input.SecretId, DeletionDate: new Date(nowMs) };
  }
  const secret = liveSecret(ctx, input.SecretId);
  const atMs = nowMs + days * DAY_MS;
  putSecret(ctx, { ...secret, deletion: { deletedMs: nowMs, atMs } });
  ctx.schedule("delete-secret", secret.arn, atMs, { arn: secret.arn });
  return { ...named(secret), DeletionDate: new Date(atMs) };
}

/** The timer's end. */
export function deleteDueSecret(ctx: Ctx, payload: unknown): void {
  const secret = findSecret(ctx, (payload as { readonly arn: string }).arn);
  if (secret?.deletion !== undefined) removeSecret(ctx, secret);
}

export function restoreSecret(ctx: Ctx, input: Named) {
  const { deletion: _gone, ...secret } = anySecret(ctx, input.SecretId);
  ctx.unschedule("delete-secret", secret.arn);
  putSecret(ctx, secret);
  return named(secret);
}

export function tagResource(ctx: Ctx, input: Named & { readonly Tags: readonly Tag[] }): void {
  const secret = liveSecret(ctx, input.SecretId);
  putSecret(ctx, { ...secret, tags: tagsFrom(input.Tags, secret.tags) });
}

export function untagResource(ctx: Ctx, input: Named & { readonly TagKeys: readonly string[] }): void {
  const secret = liveSecret(ctx, input.SecretId);
  const left = Object.entries(secret.tags).filter(([key]) => !input.TagKeys.includes(key));
  putSecret(ctx, { ...secret, tags: Object.fromEntries(left) });
}

function wrongPolicy(text: string): string | undefined {
  try {
    checkPolicy(text, "resource");
    return undefined;
  } catch (error) {
    if (error instanceof MalformedPolicy || error instanceof SyntaxError) return error.message;
    throw error;
  }
}

export function putResourcePolicy(
  ctx: Ctx,
  input: Named & { readonly ResourcePolicy: string; readonly BlockPublicPolicy?: boolean },
) {
  const secret = liveSecret(ctx, input.SecretId);
  const wrong = wrongPolicy(input.ResourcePolicy);
  if (wrong !== undefined)
    throw new ServiceError("MalformedPolicyDocumentException", 400, `This resource policy contains invalid Json: ${wrong}`);
  if (input.BlockPublicPolicy === true && /"(AWS|Principal)"\s*:\s*\[?\s*"\*"/.test(input.ResourcePolicy))
    throw new ServiceError(
      "PublicPolicyException",
      400,
      "The BlockPublicPolicy parameter is set to true, and the resource policy is public.",
    );
  putSecret(ctx, { ...secret, policy: input.ResourcePolicy });
  return named(secret);
}

export function getResourcePolicy(ctx: Ctx, input: Named) {
  const secret = liveSecret(ctx, input.SecretId);
  return { ...named(secret), ...(secret.policy === undefined ? {} : { ResourcePolicy: secret.policy }) };
}

export function deleteResourcePolicy(ctx: Ctx, input: Named) {
  const { policy: _gone, ...secret } = liveSecret(ctx, input.SecretId);
  putSecret(ctx, secret);
  return named(secret);
}

export function validateResourcePolicy(_ctx: Ctx, input: { readonly ResourcePolicy: string }) {
  const wrong = wrongPolicy(input.ResourcePolicy);
  return {
    PolicyValidationPassed: wrong === undefined,
    ValidationErrors: wrong === undefined ? [] : [{ CheckName: "VALID_POLICY_SYNTAX", ErrorMessage: wrong }],
  };
}

interface PasswordInput {
  readonly PasswordLength?: number;
  readonly ExcludeCharacters?: string;
  readonly ExcludeNumbers?: boolean;
  readonly ExcludePunctuation?: boolean;
  readonly ExcludeUppercase?: boolean;
  readonly ExcludeLowercase?: boolean;
  readonly IncludeSpace?: boolean;
  readonly RequireEachIncludedType?: boolean;
}

const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/** One character, also of an alphabet of one. */
function pick(ctx: Ctx, length: number, alphabet: string): string {
  return alphabet.length === 1 ? alphabet.repeat(length) : randomString(ctx.random, length, alphabet);
}

export function getRandomPassword(ctx: Ctx, input: PasswordInput) {
  const length = input.PasswordLength ?? 32;
  const classes = [
    input.ExcludeLowercase === true ? "" : "abcdefghijklmnopqrstuvwxyz",
    input.ExcludeUppercase === true ? "" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    input.ExcludeNumbers === true ? "" : "0123456789",
    input.ExcludePunctuation === true ? "" : PUNCTUATION,
    input.IncludeSpace === true ? " " : "",
  ]
    .map((each) => [...each].filter((letter) => input.ExcludeCharacters?.includes(letter) !== true).join(""))
    .filter((each) => each !== "");
  const alphabet = classes.join("");
  if (alphabet === "") throw invalidParameter("No characters are left to make a password of.");
  if (input.RequireEachIncludedType === false) return { RandomPassword: pick(ctx, length, alphabet) };
  if (length < classes.length)
    throw invalidParameter("Password length is too short to include one character of each required type.");
  // Drawn again until each kind is there: every such password is as likely as another.
  for (;;) {
    const RandomPassword = pick(ctx, length, alphabet);
    if (classes.every((each) => [...RandomPassword].some((letter) => each.includes(letter)))) return { RandomPassword };
  }
}
