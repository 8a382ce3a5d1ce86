/** OpenID Connect providers of the account: whose tokens AssumeRoleWithWebIdentity takes. */
import { type Ctx, type Operation, ServiceError } from "../../../core/service.ts";
import { isLoopback } from "../../../core/web-identity.ts";
import { alreadyExists, limit, noSuchEntity, shownTags, type Tag, tagsOf } from "../names.ts";
import { tagOperations } from "../tagged.ts";

interface OpenIdProvider {
  readonly arn: string;
  /** Without its scheme. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly createdMs: number;
  readonly tags: { readonly [key: string]: string };
}

const CLIENTS_MAX = 100;
const PROVIDERS_MAX = 100;

const keyOf = (account: string, arn: string) => ["oidc-provider", account, arn];
const arnOf = (account: string, url: string) => `arn:aws:iam::${account}:oidc-provider/${url}`;

function need(ctx: Ctx, arn: string): OpenIdProvider {
  const provider = ctx.store.get<OpenIdProvider>(keyOf(ctx.account, arn));
  if (provider === undefined) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return provider;
}

const put = (ctx: Ctx, provider: OpenIdProvider) => ctx.store.put(keyOf(ctx.account, provider.arn), provider);

const all = (ctx: Ctx) =>
  [...ctx.store.range<OpenIdProvider>({ prefix: ["oidc-provider", ctx.account] })].map(({ value }) => value);

/** AWS wants HTTPS; a provider on this machine may do without. */
function checkedUrl(url: string): string {
  if (!url.startsWith("https://") && !isLoopback(url))
    throw new ServiceError("ValidationError", 400, "Invalid Open ID Connect Provider URL");
  return url.replace(/^https?:\/\//, "").replace(/\/$/, "");
}

function checkThumbprints(thumbprints: readonly string[]): void {
  const wrong = thumbprints.find((each) => !/^[0-9a-fA-F]{40}$/.test(each));
  if (wrong !== undefined)
    throw new ServiceError("InvalidInputException", 400, `Thumbprint must contain only hexadecimal characters: ${wrong}`);
}

interface CreateInput {
  readonly Url: string;
  readonly ClientIDList?: readonly string[];
  readonly ThumbprintList?: readonly string[];
  readonly Tags?: readonly Tag[];
}

function create(ctx: Ctx, input: CreateInput) {
  const url = checkedUrl(input.Url);
  const arn = arnOf(ctx.account, url);
  if (ctx.store.has(keyOf(ctx.account, arn))) throw alreadyExists(`Provider with url ${input.Url} already exists.`);
  if (all(ctx).length >= PROVIDERS_MAX) throw limit(`Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${PROVIDERS_MAX}`);
  const clientIds = [...new Set(input.ClientIDList ?? [])];
  if (clientIds.length > CLIENTS_MAX) throw limit(`Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${CLIENTS_MAX}`);
  checkThumbprints(input.ThumbprintList ?? []);
  const tags = tagsOf(input.Tags);
  put(ctx, { arn, url, clientIds, thumbprints: input.ThumbprintList ?? [], createdMs: ctx.now(), tags });
  return { OpenIDConnectProviderArn: arn, ...shownTags(tags) };
}

interface ArnInput {
  readonly OpenIDConnectProviderArn: string;
}

function get(ctx: Ctx, input: ArnInput) {
  const provider = need(ctx, input.OpenIDConnectProviderArn);
  return {
    Url: provider.url,
    ClientIDList: provider.clientIds,
    ThumbprintList: provider.thumbprints,
    CreateDate: new Date(provider.createdMs),
    ...shownTags(provider.tags),
  };
}

function addClient(ctx: Ctx, input: ArnInput & { readonly ClientID: string }): void {
  const provider = need(ctx, input.OpenIDConnectProviderArn);
  const clientIds = [...new Set([...provider.clientIds, input.ClientID])];
  if (clientIds.length > CLIENTS_MAX) throw limit(`Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${CLIENTS_MAX}`);
  put(ctx, { ...provider, clientIds });
}

function removeClient(ctx: Ctx, input: ArnInput & { readonly ClientID: string }): void {
  const provider = need(ctx, input.OpenIDConnectProviderArn);
  put(ctx, { ...provider, clientIds: provider.clientIds.filter((each) => each !== input.ClientID) });
}

function updateThumbprint(ctx: Ctx, input: ArnInput & { readonly ThumbprintList: readonly string[] }): void {
  const provider = need(ctx, input.OpenIDConnectProviderArn);
  checkThumbprints(input.ThumbprintList);
  put(ctx, { ...provider, thumbprints: input.ThumbprintList });
}

const iam = (_ctx: Ctx, input: Partial<ArnInput>) => ({ resources: [input.OpenIDConnectProviderArn ?? "*"] });

export const openIdProviderOperations: { [operation: string]: Operation } = {
  CreateOpenIDConnectProvider: { iam, handler: create, missing: "the thumbprint that AWS fetches when none is given" },
  GetOpenIDConnectProvider: { iam, readonly: true, handler: get },
  ListOpenIDConnectProviders: {
    readonly: true,
    handler: (ctx: Ctx) => ({ OpenIDConnectProviderList: all(ctx).map(({ arn }) => ({ Arn: arn })) }),
  },
  DeleteOpenIDConnectProvider: {
    iam,
    handler: (ctx: Ctx, input: ArnInput) => ctx.store.remove(keyOf(ctx.account, input.OpenIDConnectProviderArn)),
  },
  AddClientIDToOpenIDConnectProvider: { iam, handler: addClient },
  RemoveClientIDFromOpenIDConnectProvider: { iam, handler: removeClient },
  UpdateOpenIDConnectProviderThumbprint: { iam, handler: updateThumbprint },
  ...tagOperations({ title: "OpenIDConnectProvider", member: "OpenIDConnectProviderArn", need, put }),
};

/** For STS and identity pools: the account's provider of an issuer (without scheme). */
export function openIdProvider(
  ctx: Ctx,
  input: { readonly account: string; readonly provider: string },
): { arn: string; clientIds: readonly string[] } | undefined {
  return ctx.store.get<OpenIdProvider>(keyOf(input.account, arnOf(input.account, input.provider.replace(/\/$/, ""))));
}
