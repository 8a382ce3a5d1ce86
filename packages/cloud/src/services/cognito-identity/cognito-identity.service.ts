import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import * as credentials from "./operations/credentials.ts";
import * as identities from "./operations/identities.ts";
import * as pools from "./operations/pools.ts";
import { jwks } from "./signing.ts";

/** Cognito identity pools: the table of operations. */

type Handler = Operation["handler"];

const onPool = (ctx: Ctx, input: { readonly IdentityPoolId?: string }): IamRequest => ({
  resources: [`arn:aws:cognito-identity:${ctx.region}:${ctx.account}:identitypool/${input.IdentityPoolId ?? "*"}`],
});
const onArn = (_ctx: Ctx, input: { readonly ResourceArn?: string }): IamRequest => ({ resources: [input.ResourceArn ?? "*"] });
const writes = (handler: Handler, missing?: string): Operation => ({
  handler,
  iam: onPool,
  ...(missing === undefined ? {} : { missing }),
});
const reads = (handler: Handler): Operation => ({ handler, readonly: true, iam: onPool });

export const service: ServiceDefinition = {
  name: "cognito-identity",
  operations: {
    CreateIdentityPool: {
      handler: pools.createIdentityPool,
      missing: "sign-in through public providers (Google, Facebook, Apple, Amazon) and SAML",
    },
    DescribeIdentityPool: reads(pools.describeIdentityPool),
    UpdateIdentityPool: writes(pools.updateIdentityPool),
    DeleteIdentityPool: writes(pools.deleteIdentityPool),
    ListIdentityPools: { handler: pools.listIdentityPools, readonly: true },
    SetIdentityPoolRoles: writes(pools.setIdentityPoolRoles),
    GetIdentityPoolRoles: reads(pools.getIdentityPoolRoles),
    SetPrincipalTagAttributeMap: writes(pools.setPrincipalTagAttributeMap),
    GetPrincipalTagAttributeMap: reads(pools.getPrincipalTagAttributeMap),
    TagResource: { handler: pools.tagResource, iam: onArn },
    UntagResource: { handler: pools.untagResource, iam: onArn },
    ListTagsForResource: { handler: pools.listTagsForResource, readonly: true, iam: onArn },
    GetId: { handler: identities.getId, waits: true, anonymous: true },
    GetCredentialsForIdentity: {
      handler: credentials.getCredentialsForIdentity,
      waits: true,
      anonymous: true,
      missing: "ServerSideTokenCheck",
    },
    GetOpenIdToken: { handler: credentials.getOpenIdToken, waits: true, anonymous: true },
    GetOpenIdTokenForDeveloperIdentity: {
      handler: identities.getOpenIdTokenForDeveloperIdentity,
      waits: true,
      iam: onPool,
      missing: "logins of other providers beside the developer's",
    },
    LookupDeveloperIdentity: reads(identities.lookupDeveloperIdentity),
    MergeDeveloperIdentities: writes(identities.mergeDeveloperIdentities),
    UnlinkDeveloperIdentity: writes(identities.unlinkDeveloperIdentity),
    UnlinkIdentity: { handler: identities.unlinkIdentity, waits: true, anonymous: true },
    DescribeIdentity: { handler: identities.describeIdentity, readonly: true },
    ListIdentities: reads(identities.listIdentities),
    DeleteIdentities: { handler: identities.deleteIdentities },
  },
  internal: { jwks },
  inventory: (ctx) => ({ pools: [...ctx.store.keys({ prefix: ["pool-of", ctx.account] })].length }),
};
