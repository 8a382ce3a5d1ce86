import type {
  AdminDisableProviderForUserCommandInput,
  AdminLinkProviderForUserCommandInput,
  GetIdentityProviderByIdentifierCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Ctx } from "../../../core/service.ts";
import { aliasExists, invalidParameter, noSuchUser, resourceNotFound } from "../errors.ts";
import { identitiesOf, linkKey, withIdentities } from "../federated-user.ts";
import { keys, type UserRecord } from "../store.ts";
import { findPool } from "../user-pool.ts";
import { findUser, lookUpUser, putUser, removeUser } from "../users.ts";
import { findProviderByIdentifier, needProvider } from "./pool-parts.ts";

/** Users of the pool who are the same people as a provider's users. */

const LINKS_MAX = 5;

export function adminLinkProviderForUser(ctx: Ctx, input: AdminLinkProviderForUserCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const source = input.SourceUser ?? {};
  const name = source.ProviderName ?? "";
  if (source.ProviderAttributeName === undefined || source.ProviderAttributeValue === undefined || name === "")
    throw invalidParameter("SourceUser needs ProviderName, ProviderAttributeName and ProviderAttributeValue.");
  const provider = needProvider(ctx, pool, name);
  const destination = lookUpUser(ctx.store, pool, input.DestinationUser?.ProviderAttributeValue);
  if (destination === undefined) throw noSuchUser();
  const key = linkKey(pool.id, name, source.ProviderAttributeName, source.ProviderAttributeValue);
  if (ctx.store.has(key)) throw aliasExists("SourceUser is already linked to DestinationUser");
  const existing = ctx.store.get<UserRecord>(keys.user(pool.id, `${name}_${source.ProviderAttributeValue}`));
  if (existing !== undefined)
    throw invalidParameter(
      "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
    );
  const identities = identitiesOf(destination);
  if (identities.length >= LINKS_MAX) throw invalidParameter(`A user can have at most ${LINKS_MAX} linked identities.`);
  ctx.store.put(key, destination.username);
  const identity = {
    userId: source.ProviderAttributeValue,
    providerName: name,
    providerType: provider.ProviderType ?? "OIDC",
    issuer: null,
    primary: false,
    dateCreated: ctx.now(),
  };
  putUser(ctx.store, pool, withIdentities(destination, [...identities, identity]));
  return {};
}

export function adminDisableProviderForUser(ctx: Ctx, input: AdminDisableProviderForUserCommandInput): object {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const { ProviderName = "", ProviderAttributeName = "", ProviderAttributeValue = "" } = input.User ?? {};
  const key = linkKey(pool.id, ProviderName, ProviderAttributeName, ProviderAttributeValue);
  const linked = ctx.store.get<string>(key);
  if (linked !== undefined) {
    const user = findUser(ctx.store, pool, linked);
    const rest = identitiesOf(user).filter(
      (each) => each.providerName !== ProviderName || each.userId !== ProviderAttributeValue,
    );
    ctx.store.remove(key);
    putUser(ctx.store, pool, withIdentities(user, rest));
    return {};
  }
  const own = ctx.store.get<UserRecord>(keys.user(pool.id, `${ProviderName}_${ProviderAttributeValue}`));
  if (own === undefined) throw noSuchUser();
  removeUser(ctx.store, pool, own);
  return {};
}

export function getIdentityProviderByIdentifier(ctx: Ctx, input: GetIdentityProviderByIdentifierCommandInput) {
  const pool = findPool(ctx, ctx.store, input.UserPoolId);
  const provider = findProviderByIdentifier(ctx, pool, input.IdpIdentifier ?? "");
  if (provider === undefined) throw resourceNotFound(`Identity provider with identifier ${input.IdpIdentifier} does not exist.`);
  return { IdentityProvider: provider };
}
