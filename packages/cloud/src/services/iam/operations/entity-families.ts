/** What roles, users and groups have alike: inline policies, attachments, tags, boundaries. One row a kind, see `family`. */
import { type EntityKind, type EntityRecord, policyText } from "../../../core/identities.ts";
import type { Ctx, Operation } from "../../../core/service.ts";
import { entityIam, type Named, nameIn, nameMember, needEntity, needPolicyArn, putEntity } from "../entities.ts";
import {
  encoded,
  limit,
  needPolicyText,
  noSuchEntity,
  type PageInput,
  paged,
  type Tag,
  tagList,
  withoutTags,
  withTags,
} from "../names.ts";

interface InlineInput extends Named {
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

interface AttachInput extends Named {
  readonly PolicyArn: string;
}

const INLINE_BYTES_MAX = { role: 10_240, user: 2_048, group: 5_120 } as const;
const ATTACHED_MAX = 10;

function nameOfPolicy(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

function putInline(ctx: Ctx, kind: EntityKind, input: InlineInput): void {
  const entity = needEntity(ctx, kind, nameIn(kind, input));
  needPolicyText(input.PolicyDocument, "identity");
  const inline = { ...entity.inline, [input.PolicyName]: input.PolicyDocument };
  const bytes = Object.values(inline).reduce((sum, text) => sum + text.replace(/\s/g, "").length, 0);
  if (bytes > INLINE_BYTES_MAX[kind])
    throw limit(`Maximum policy size of ${INLINE_BYTES_MAX[kind]} bytes exceeded for ${kind} ${entity.name}`);
  putEntity(ctx, { ...entity, inline });
}

function needInline(entity: EntityRecord, name: string): string {
  const document = Object.hasOwn(entity.inline, name) ? entity.inline[name] : undefined;
  if (document === undefined) throw noSuchEntity(`The ${entity.kind} policy with name ${name} cannot be found.`);
  return document;
}

function getInline(ctx: Ctx, kind: EntityKind, input: InlineInput) {
  const entity = needEntity(ctx, kind, nameIn(kind, input));
  return {
    [nameMember(kind)]: entity.name,
    PolicyName: input.PolicyName,
    PolicyDocument: encoded(needInline(entity, input.PolicyName)),
  };
}

function deleteInline(ctx: Ctx, kind: EntityKind, input: InlineInput): void {
  const entity = needEntity(ctx, kind, nameIn(kind, input));
  needInline(entity, input.PolicyName);
  putEntity(ctx, { ...entity, inline: withoutTags(entity.inline, [input.PolicyName]) });
}

function listInline(ctx: Ctx, kind: EntityKind, input: Named & PageInput) {
  const entity = needEntity(ctx, kind, nameIn(kind, input));
  const { page, rest } = paged(Object.keys(entity.inline).sort(), input, (name) => name);
  return { PolicyNames: page, ...rest };
}

function attach(ctx: Ctx, kind: EntityKind, input: AttachInput): void {
  const entity = needEntity(ctx, kind, nameIn(kind, input));
  needPolicyArn(ctx, input.PolicyArn);
  if (entity.attached.includes(input.PolicyArn)) return;
  if (entity.attached.length >= ATTACHED_MAX)
    throw limit(`Cannot exceed quota for PoliciesPer${nameMember(kind).slice(0, -4)}: ${ATTACHED_MAX}`);
  putEntity(ctx, { ...entity, attached: [...entity.attached, input.PolicyArn] });
}

function detach(ctx: Ctx, kind: EntityKind, input: AttachInput): void {
  const entity = needEntity(ctx, kind, nameIn(kind, input));
  if (!entity.attached.includes(input.PolicyArn)) throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
  putEntity(ctx, { ...entity, attached: entity.attached.filter((arn) => arn !== input.PolicyArn) });
}

function listAttached(ctx: Ctx, kind: EntityKind, input: Named & PageInput) {
  const entity = needEntity(ctx, kind, nameIn(kind, input));
  const { page, rest } = paged(entity.attached, input, (arn) => arn);
  return { AttachedPolicies: page.map((PolicyArn) => ({ PolicyName: nameOfPolicy(PolicyArn), PolicyArn })), ...rest };
}

function setBoundary(ctx: Ctx, kind: EntityKind, input: Named & { readonly PermissionsBoundary: string }): void {
  const entity = needEntity(ctx, kind, nameIn(kind, input));
  if (policyText(ctx.store, input.PermissionsBoundary) === undefined)
    throw noSuchEntity(`Scope ARN: ${input.PermissionsBoundary} does not exist or is not attachable.`);
  putEntity(ctx, { ...entity, boundary: input.PermissionsBoundary });
}

function dropBoundary(ctx: Ctx, kind: EntityKind, input: Named): void {
  const { boundary: _gone, ...rest } = needEntity(ctx, kind, nameIn(kind, input));
  putEntity(ctx, rest);
}

/** The operations of one kind under their names in the API. Groups have neither tags nor boundaries. */
export function family(kind: EntityKind): { [operation: string]: Operation } {
  const title = nameMember(kind).slice(0, -4);
  const iam = entityIam(kind);
  const shared: { [operation: string]: Operation } = {
    [`Put${title}Policy`]: { iam, handler: (ctx: Ctx, input: InlineInput) => putInline(ctx, kind, input) },
    [`Get${title}Policy`]: { iam, readonly: true, handler: (ctx: Ctx, input: InlineInput) => getInline(ctx, kind, input) },
    [`Delete${title}Policy`]: { iam, handler: (ctx: Ctx, input: InlineInput) => deleteInline(ctx, kind, input) },
    [`List${title}Policies`]: {
      iam,
      readonly: true,
      handler: (ctx: Ctx, input: Named & PageInput) => listInline(ctx, kind, input),
    },
    [`Attach${title}Policy`]: { iam, handler: (ctx: Ctx, input: AttachInput) => attach(ctx, kind, input) },
    [`Detach${title}Policy`]: { iam, handler: (ctx: Ctx, input: AttachInput) => detach(ctx, kind, input) },
    [`ListAttached${title}Policies`]: {
      iam,
      readonly: true,
      handler: (ctx: Ctx, input: Named & PageInput) => listAttached(ctx, kind, input),
    },
  };
  if (kind === "group") return shared;
  return {
    ...shared,
    [`Put${title}PermissionsBoundary`]: {
      iam,
      handler: (ctx: Ctx, input: Named & { readonly PermissionsBoundary: string }) => setBoundary(ctx, kind, input),
    },
    [`Delete${title}PermissionsBoundary`]: { iam, handler: (ctx: Ctx, input: Named) => dropBoundary(ctx, kind, input) },
    [`Tag${title}`]: {
      iam,
      handler(ctx: Ctx, input: Named & { readonly Tags: readonly Tag[] }): void {
        const entity = needEntity(ctx, kind, nameIn(kind, input));
        putEntity(ctx, { ...entity, tags: withTags(entity.tags, input.Tags) });
      },
    },
    [`Untag${title}`]: {
      iam,
      handler(ctx: Ctx, input: Named & { readonly TagKeys: readonly string[] }): void {
        const entity = needEntity(ctx, kind, nameIn(kind, input));
        putEntity(ctx, { ...entity, tags: withoutTags(entity.tags, input.TagKeys) });
      },
    },
    [`List${title}Tags`]: {
      iam,
      readonly: true,
      handler(ctx: Ctx, input: Named & PageInput) {
        const { page, rest } = paged(tagList(needEntity(ctx, kind, nameIn(kind, input)).tags), input, (tag) => tag.Key);
        return { Tags: page, ...rest };
      },
    },
  };
}
