/** SAML providers: kept and shown; AssumeRoleWithSAML itself is not there. */
import { randomUuid } from "@dovetail/model";
import { type Ctx, type Operation, ServiceError } from "../../../core/service.ts";
import { alreadyExists, noSuchEntity, shownTags, type Tag, tagsOf } from "../names.ts";
import { tagOperations } from "../tagged.ts";

interface SamlProvider {
  readonly arn: string;
  readonly uuid: string;
  readonly metadata: string;
  readonly createdMs: number;
  readonly tags: { readonly [key: string]: string };
}

const VALID_YEARS_MS = 100 * 365 * 86_400_000;
const keyOf = (ctx: Ctx, arn: string) => ["saml-provider", ctx.account, arn];

function need(ctx: Ctx, arn: string): SamlProvider {
  const provider = ctx.store.get<SamlProvider>(keyOf(ctx, arn));
  if (provider === undefined) throw noSuchEntity(`Manifest not found for arn ${arn}`);
  return provider;
}

const put = (ctx: Ctx, provider: SamlProvider) => ctx.store.put(keyOf(ctx, provider.arn), provider);

function checkMetadata(metadata: string): string {
  if (!/<(\w+:)?EntityDescriptor[\s>]/.test(metadata))
    throw new ServiceError("InvalidInputException", 400, "Could not parse metadata");
  return metadata;
}

interface SamlInput {
  readonly SAMLProviderArn: string;
}

function create(
  ctx: Ctx,
  input: { readonly Name: string; readonly SAMLMetadataDocument: string; readonly Tags?: readonly Tag[] },
) {
  const arn = `arn:aws:iam::${ctx.account}:saml-provider/${input.Name}`;
  const metadata = checkMetadata(input.SAMLMetadataDocument);
  if (ctx.store.has(keyOf(ctx, arn))) throw alreadyExists(`A SAMLProvider with name ${input.Name} already exists.`);
  const tags = tagsOf(input.Tags);
  put(ctx, { arn, uuid: randomUuid(ctx.random), metadata, createdMs: ctx.now(), tags });
  return { SAMLProviderArn: arn, ...shownTags(tags) };
}

const dates = (provider: SamlProvider) => ({
  CreateDate: new Date(provider.createdMs),
  ValidUntil: new Date(provider.createdMs + VALID_YEARS_MS),
});

function get(ctx: Ctx, input: SamlInput) {
  const provider = need(ctx, input.SAMLProviderArn);
  return {
    SAMLProviderUUID: provider.uuid,
    SAMLMetadataDocument: provider.metadata,
    ...dates(provider),
    ...shownTags(provider.tags),
  };
}

function list(ctx: Ctx) {
  const all = [...ctx.store.range<SamlProvider>({ prefix: ["saml-provider", ctx.account] })].map(({ value }) => value);
  return { SAMLProviderList: all.map((provider) => ({ Arn: provider.arn, ...dates(provider) })) };
}

function update(ctx: Ctx, input: SamlInput & { readonly SAMLMetadataDocument?: string }) {
  const provider = need(ctx, input.SAMLProviderArn);
  if (input.SAMLMetadataDocument !== undefined) put(ctx, { ...provider, metadata: checkMetadata(input.SAMLMetadataDocument) });
  return { SAMLProviderArn: provider.arn };
}

const iam = (_ctx: Ctx, input: Partial<SamlInput>) => ({ resources: [input.SAMLProviderArn ?? "*"] });

export const samlProviderOperations: { [operation: string]: Operation } = {
  CreateSAMLProvider: { iam, handler: create, missing: "kept; nobody signs in through it; encryption keys" },
  GetSAMLProvider: { iam, readonly: true, handler: get },
  ListSAMLProviders: { readonly: true, handler: list },
  UpdateSAMLProvider: { iam, handler: update },
  DeleteSAMLProvider: {
    iam,
    handler: (ctx: Ctx, input: SamlInput) => ctx.store.remove(keyOf(ctx, need(ctx, input.SAMLProviderArn).arn)),
  },
  ...tagOperations({ title: "SAMLProvider", member: "SAMLProviderArn", need, put }),
};
