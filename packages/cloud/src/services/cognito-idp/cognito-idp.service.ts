import { arn } from "../../core/arn.ts";
import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import { removeExpired } from "./hosted/records.ts";
import * as admin from "./operations/admin-users.ts";
import * as auth from "./operations/auth.ts";
import * as branding from "./operations/branding.ts";
import * as devices from "./operations/devices.ts";
import * as linked from "./operations/linked-users.ts";
import * as membership from "./operations/membership.ts";
import * as own from "./operations/own-user.ts";
import * as parts from "./operations/pool-parts.ts";
import * as settings from "./operations/pool-settings.ts";
import * as signUp from "./operations/sign-up.ts";
import * as clients from "./operations/user-pool-clients.ts";
import * as pools from "./operations/user-pools.ts";
import { observeRequest } from "./request-metrics.ts";
import { keys } from "./store.ts";
import { jwks, wellKnown } from "./well-known.ts";

/** Cognito user pools: the table of operations. */

type Handler = Operation["handler"];

/** IAM is asked for the pool. */
function onPool(ctx: Ctx, input: { readonly UserPoolId?: string }): IamRequest {
  return { resources: [arn("cognito-idp", ctx.region, ctx.account, `userpool/${input.UserPoolId ?? "*"}`)] };
}

const onArn = (_ctx: Ctx, input: { readonly ResourceArn?: string }): IamRequest => ({ resources: [input.ResourceArn ?? "*"] });

const signed = (handler: Handler, missing?: string): Operation => ({
  handler,
  iam: onPool,
  ...(missing === undefined ? {} : { missing }),
});
const reads = (handler: Handler): Operation => ({ handler, readonly: true, iam: onPool });
const signedWaits = (handler: Handler): Operation => ({ handler, waits: true, iam: onPool });
/** Open to everybody: the client ID, a code or a token is what counts. */
const open = (handler: Handler): Operation => ({ handler, anonymous: true });
const openReads = (handler: Handler): Operation => ({ handler, anonymous: true, readonly: true });
const openWaits = (handler: Handler): Operation => ({ handler, anonymous: true, waits: true });

export const service: ServiceDefinition = {
  name: "cognito-idp",
  operations: {
    CreateUserPool: { handler: pools.createUserPool, missing: "InboundFederation trigger" },
    DescribeUserPool: reads(pools.describeUserPool),
    UpdateUserPool: signed(pools.updateUserPool, "InboundFederation trigger"),
    DeleteUserPool: signed(pools.deleteUserPool),
    ListUserPools: { handler: pools.listUserPools, readonly: true },
    AddCustomAttributes: signed(pools.addCustomAttributes),
    GetUserPoolMfaConfig: reads(pools.getUserPoolMfaConfig),
    SetUserPoolMfaConfig: signed(pools.setUserPoolMfaConfig),
    TagResource: { handler: pools.tagResource, iam: onArn },
    UntagResource: { handler: pools.untagResource, iam: onArn },
    ListTagsForResource: { handler: pools.listTagsForResource, readonly: true, iam: onArn },
    CreateUserPoolClient: signed(clients.createUserPoolClient),
    DescribeUserPoolClient: reads(clients.describeUserPoolClient),
    UpdateUserPoolClient: signed(clients.updateUserPoolClient),
    DeleteUserPoolClient: signed(clients.deleteUserPoolClient),
    ListUserPoolClients: reads(clients.listUserPoolClients),
    CreateUserPoolDomain: signed(parts.createUserPoolDomain),
    DescribeUserPoolDomain: { handler: parts.describeUserPoolDomain, readonly: true },
    UpdateUserPoolDomain: signed(parts.updateUserPoolDomain),
    DeleteUserPoolDomain: signed(parts.deleteUserPoolDomain),
    CreateResourceServer: signed(parts.createResourceServer),
    DescribeResourceServer: reads(parts.describeResourceServer),
    UpdateResourceServer: signed(parts.updateResourceServer),
    DeleteResourceServer: signed(parts.deleteResourceServer),
    ListResourceServers: reads(parts.listResourceServers),
    CreateIdentityProvider: signed(
      parts.createIdentityProvider,
      "sign-in through providers other than OIDC ones on this machine",
    ),
    DescribeIdentityProvider: reads(parts.describeIdentityProvider),
    UpdateIdentityProvider: signed(parts.updateIdentityProvider),
    DeleteIdentityProvider: signed(parts.deleteIdentityProvider),
    ListIdentityProviders: reads(parts.listIdentityProviders),
    GetIdentityProviderByIdentifier: reads(linked.getIdentityProviderByIdentifier),
    AdminLinkProviderForUser: signed(linked.adminLinkProviderForUser),
    AdminDisableProviderForUser: signed(linked.adminDisableProviderForUser),
    CreateGroup: signed(parts.createGroup),
    GetGroup: reads(parts.getGroup),
    UpdateGroup: signed(parts.updateGroup),
    DeleteGroup: signed(parts.deleteGroup),
    ListGroups: reads(parts.listGroups),
    AdminAddUserToGroup: signed(membership.adminAddUserToGroup),
    AdminRemoveUserFromGroup: signed(membership.adminRemoveUserFromGroup),
    AdminListGroupsForUser: reads(membership.adminListGroupsForUser),
    ListUsersInGroup: reads(membership.listUsersInGroup),
    AdminCreateUser: signedWaits(admin.adminCreateUser),
    AdminGetUser: reads(admin.adminGetUser),
    AdminSetUserPassword: signed(admin.adminSetUserPassword),
    AdminUpdateUserAttributes: signedWaits(admin.adminUpdateUserAttributes),
    AdminDeleteUserAttributes: signed(admin.adminDeleteUserAttributes),
    AdminDeleteUser: signed(admin.adminDeleteUser),
    AdminEnableUser: signed(admin.adminEnableUser),
    AdminDisableUser: signed(admin.adminDisableUser),
    AdminConfirmSignUp: signedWaits(admin.adminConfirmSignUp),
    AdminResetUserPassword: signedWaits(admin.adminResetUserPassword),
    AdminSetUserMFAPreference: signed(admin.adminSetUserMfaPreference),
    AdminInitiateAuth: { ...signedWaits(auth.adminInitiateAuth), missing: "WEB_AUTHN" },
    AdminRespondToAuthChallenge: signedWaits(auth.adminRespondToAuthChallenge),
    AdminUserGlobalSignOut: signed(auth.adminUserGlobalSignOut),
    ListUsers: reads(admin.listUsers),
    SignUp: openWaits(signUp.signUp),
    ConfirmSignUp: openWaits(signUp.confirmSignUp),
    ResendConfirmationCode: openWaits(signUp.resendConfirmationCode),
    ForgotPassword: openWaits(signUp.forgotPassword),
    ConfirmForgotPassword: openWaits(signUp.confirmForgotPassword),
    InitiateAuth: { ...openWaits(auth.initiateAuth), missing: "WEB_AUTHN" },
    RespondToAuthChallenge: openWaits(auth.respondToAuthChallenge),
    GetTokensFromRefreshToken: openWaits(auth.getTokensFromRefreshToken),
    RevokeToken: open(auth.revokeToken),
    GlobalSignOut: open(auth.globalSignOut),
    ConfirmDevice: open(devices.confirmDevice),
    GetDevice: openReads(devices.getDevice),
    ListDevices: openReads(devices.listDevices),
    UpdateDeviceStatus: open(devices.updateDeviceStatus),
    ForgetDevice: { ...open(devices.forgetDevice), missing: "without AccessToken" },
    AdminGetDevice: reads(devices.adminGetDevice),
    AdminListDevices: reads(devices.adminListDevices),
    AdminUpdateDeviceStatus: signed(devices.adminUpdateDeviceStatus),
    AdminForgetDevice: signed(devices.adminForgetDevice),
    SetRiskConfiguration: signed(settings.setRiskConfiguration, "kept; no sign-in is judged by it"),
    DescribeRiskConfiguration: reads(settings.describeRiskConfiguration),
    SetLogDeliveryConfiguration: signed(settings.setLogDeliveryConfiguration, "kept; nothing is delivered"),
    GetLogDeliveryConfiguration: reads(settings.getLogDeliveryConfiguration),
    SetUICustomization: signed(settings.setUiCustomization, "kept; the hosted pages keep their own look; ImageFile"),
    GetUICustomization: reads(settings.getUiCustomization),
    CreateManagedLoginBranding: signed(branding.createManagedLoginBranding, "kept; the hosted pages keep their own look"),
    DescribeManagedLoginBranding: reads(branding.describeManagedLoginBranding),
    DescribeManagedLoginBrandingByClient: reads(branding.describeManagedLoginBrandingByClient),
    UpdateManagedLoginBranding: signed(branding.updateManagedLoginBranding),
    DeleteManagedLoginBranding: signed(branding.deleteManagedLoginBranding),
    AddUserPoolClientSecret: signed(settings.addUserPoolClientSecret),
    ListUserPoolClientSecrets: reads(settings.listUserPoolClientSecrets),
    DeleteUserPoolClientSecret: signed(settings.deleteUserPoolClientSecret),
    GetCSVHeader: reads(settings.getCsvHeader),
    GetUser: openReads(own.getUser),
    UpdateUserAttributes: openWaits(own.updateUserAttributes),
    DeleteUserAttributes: open(own.deleteUserAttributes),
    DeleteUser: open(own.deleteUser),
    ChangePassword: open(own.changePassword),
    GetUserAttributeVerificationCode: openWaits(own.getUserAttributeVerificationCode),
    VerifyUserAttribute: openWaits(own.verifyUserAttribute),
    SetUserMFAPreference: open(own.setUserMfaPreference),
    GetUserAuthFactors: openReads(own.getUserAuthFactors),
    AssociateSoftwareToken: open(own.associateSoftwareToken),
    VerifySoftwareToken: open(own.verifySoftwareToken),
  },
  timers: {
    /** A sign-in that nobody went on with. */
    session: (ctx, payload) => {
      const id = typeof payload === "object" && payload !== null && "id" in payload ? payload.id : undefined;
      if (typeof id === "string") ctx.store.remove(keys.session(id));
    },
    hosted: removeExpired,
  },
  observe: observeRequest,
  internal: { jwks },
  inventory: (ctx) => ({ pools: [...ctx.store.keys({ prefix: ["pool-of", ctx.account] })].length }),
  http: wellKnown,
};
