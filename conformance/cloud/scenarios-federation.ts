/**
 * IAM's providers, profiles and devices, STS's sessions, Cognito identity pools, user pools' devices, links and settings.
 * Expectations: the services' API references ("Errors", "Response Elements").
 */
import { type Scenario, stepsOf } from "./case.ts";

const iam = stepsOf("iam");
const sts = stepsOf("sts");
const pools = stepsOf("cognito-identity");
const idp = stepsOf("cognito-idp");

const ACCOUNT = "000000000000";
const GITHUB = "https://token.actions.githubusercontent.com";
const GITHUB_ARN = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
const METADATA = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example/${"x".repeat(1_000)}"></EntityDescriptor>`;
const TAGS = [{ Key: "team", Value: "blue" }];
const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement });
const ALLOW = document({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
const TRUST = document({ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" });

/** Without a text where AWS documents none. */
const MALFORMED: readonly (readonly [policy: object, message?: string])[] = [
  [{ Effect: "Allow", Action: "GetObject", Resource: "*" }, "Actions/Conditions must be prefaced by a vendor"],
  [{ Effect: "Allow", Action: "s3:GetObject", Resource: "photos" }, 'Resource photos must be in ARN format or "*".'],
  [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:oops:s3:::photos" }, 'Partition "oops" is not valid for resource'],
  [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3" }],
  [{ Effect: "Allow", Action: "s3:GetObject" }, "Policy statement must contain resources."],
  [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*", Principal: "*" }, "Policy document should not specify a principal."],
  [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*", Condition: { StringEqual: { "aws:a": "b" } } }],
  [
    { Effect: "Allow", Action: "s3:GetObject", Resource: "*", Condition: { StringEquals: { a: "b" } } },
    "must be prefaced by a vendor",
  ],
];

const NO_POOL = { IdentityPoolId: "eu-west-1:00000000-0000-4000-8000-000000000000" };
const NO_IDENTITY = { IdentityId: "eu-west-1:00000000-0000-4000-8000-000000000001" };

const ON_NO_IDENTITY_POOL: readonly (readonly [operation: string, input: object])[] = [
  ["DescribeIdentityPool", {}],
  ["DeleteIdentityPool", {}],
  ["UpdateIdentityPool", { IdentityPoolName: "p", AllowUnauthenticatedIdentities: false }],
  ["GetIdentityPoolRoles", {}],
  ["SetIdentityPoolRoles", { Roles: {} }],
  ["ListIdentities", { MaxResults: 10 }],
  ["GetId", {}],
  ["GetOpenIdTokenForDeveloperIdentity", { Logins: { a: "b" } }],
  ["LookupDeveloperIdentity", { DeveloperUserIdentifier: "a" }],
  ["SetPrincipalTagAttributeMap", { IdentityProviderName: "a" }],
  ["GetPrincipalTagAttributeMap", { IdentityProviderName: "a" }],
];

const ON_NO_USER_POOL: readonly (readonly [operation: string, input: object])[] = [
  ["DescribeRiskConfiguration", {}],
  ["GetUICustomization", {}],
  ["GetCSVHeader", {}],
  ["GetLogDeliveryConfiguration", {}],
  ["GetIdentityProviderByIdentifier", { IdpIdentifier: "a" }],
  ["AdminListDevices", { Username: "a" }],
  ["AdminGetDevice", { Username: "a", DeviceKey: "eu-west-1_00000000-0000-4000-8000-000000000000" }],
  ["ListUserPoolClientSecrets", { ClientId: "abc" }],
];

const iamScenarios: readonly Scenario[] = [
  {
    name: "iam: policy documents that AWS calls malformed",
    steps: MALFORMED.map(([policy, message]) =>
      iam.fails("CreatePolicy", { PolicyName: "p", PolicyDocument: document(policy) }, "MalformedPolicyDocument", 400, message),
    ),
  },
  {
    name: "iam: a trust policy may only name STS's actions",
    steps: [
      iam.fails(
        "CreateRole",
        {
          RoleName: "wrong",
          AssumeRolePolicyDocument: document({ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "s3:GetObject" }),
        },
        "MalformedPolicyDocument",
        400,
        "AssumeRole policy may only specify STS AssumeRole actions.",
      ),
    ],
  },
  {
    name: "iam: OpenID Connect providers",
    steps: [
      iam.ok(
        "CreateOpenIDConnectProvider",
        { Url: GITHUB, ClientIDList: ["sts.amazonaws.com"], ThumbprintList: ["a".repeat(40)], Tags: TAGS },
        { output: { OpenIDConnectProviderArn: GITHUB_ARN, Tags: TAGS } },
      ),
      iam.fails("CreateOpenIDConnectProvider", { Url: GITHUB }, "EntityAlreadyExists", 409, "already exists"),
      iam.fails("CreateOpenIDConnectProvider", { Url: "http://example.com" }, "ValidationError", 400),
      iam.ok("AddClientIDToOpenIDConnectProvider", { OpenIDConnectProviderArn: GITHUB_ARN, ClientID: "second" }),
      iam.ok(
        "GetOpenIDConnectProvider",
        { OpenIDConnectProviderArn: GITHUB_ARN },
        { output: { Url: "token.actions.githubusercontent.com", ClientIDList: ["sts.amazonaws.com", "second"] } },
      ),
      iam.ok("RemoveClientIDFromOpenIDConnectProvider", { OpenIDConnectProviderArn: GITHUB_ARN, ClientID: "second" }),
      iam.ok("UpdateOpenIDConnectProviderThumbprint", {
        OpenIDConnectProviderArn: GITHUB_ARN,
        ThumbprintList: ["b".repeat(40)],
      }),
      iam.ok("TagOpenIDConnectProvider", { OpenIDConnectProviderArn: GITHUB_ARN, Tags: [{ Key: "b", Value: "c" }] }),
      iam.ok("UntagOpenIDConnectProvider", { OpenIDConnectProviderArn: GITHUB_ARN, TagKeys: ["team"] }),
      iam.ok(
        "ListOpenIDConnectProviderTags",
        { OpenIDConnectProviderArn: GITHUB_ARN },
        { output: { Tags: [{ Key: "b", Value: "c" }] } },
      ),
      iam.ok("ListOpenIDConnectProviders", {}, { output: { OpenIDConnectProviderList: [{ Arn: GITHUB_ARN }] } }),
      iam.ok("DeleteOpenIDConnectProvider", { OpenIDConnectProviderArn: GITHUB_ARN }),
      iam.fails("GetOpenIDConnectProvider", { OpenIDConnectProviderArn: GITHUB_ARN }, "NoSuchEntity", 404),
    ],
  },
  {
    name: "iam: SAML providers",
    steps: [
      iam.ok("CreateSAMLProvider", { Name: "corp", SAMLMetadataDocument: METADATA }, { keep: { saml: "SAMLProviderArn" } }),
      iam.fails("CreateSAMLProvider", { Name: "corp", SAMLMetadataDocument: METADATA }, "EntityAlreadyExists", 409),
      iam.fails("CreateSAMLProvider", { Name: "bad", SAMLMetadataDocument: "x".repeat(1_000) }, "InvalidInput", 400),
      iam.ok("GetSAMLProvider", { SAMLProviderArn: "@{saml}" }, { output: { SAMLMetadataDocument: METADATA } }),
      iam.ok("ListSAMLProviders", {}, { output: { SAMLProviderList: [{ Arn: `arn:aws:iam::${ACCOUNT}:saml-provider/corp` }] } }),
      iam.ok("DeleteSAMLProvider", { SAMLProviderArn: "@{saml}" }),
      iam.fails("DeleteSAMLProvider", { SAMLProviderArn: "@{saml}" }, "NoSuchEntity", 404),
    ],
  },
  {
    name: "iam: console passwords and their rules",
    steps: [
      iam.fails("GetAccountPasswordPolicy", {}, "NoSuchEntity", 404),
      iam.ok("UpdateAccountPasswordPolicy", { MinimumPasswordLength: 12, RequireNumbers: true }),
      iam.ok(
        "GetAccountPasswordPolicy",
        {},
        { output: { PasswordPolicy: { MinimumPasswordLength: 12, RequireNumbers: true, ExpirePasswords: false } } },
      ),
      iam.ok("CreateUser", { UserName: "typist" }),
      iam.fails("GetLoginProfile", { UserName: "typist" }, "NoSuchEntity", 404),
      iam.fails("CreateLoginProfile", { UserName: "typist", Password: "short" }, "PasswordPolicyViolation", 400),
      iam.fails("CreateLoginProfile", { UserName: "typist", Password: "longbutnodigits" }, "PasswordPolicyViolation", 400),
      iam.ok("CreateLoginProfile", { UserName: "typist", Password: "long-enough-1", PasswordResetRequired: true }),
      iam.fails("CreateLoginProfile", { UserName: "typist", Password: "long-enough-1" }, "EntityAlreadyExists", 409),
      iam.ok("UpdateLoginProfile", { UserName: "typist", PasswordResetRequired: false }),
      iam.ok("GetLoginProfile", { UserName: "typist" }, { output: { LoginProfile: { PasswordResetRequired: false } } }),
      iam.fails("DeleteUser", { UserName: "typist" }, "DeleteConflict", 409, "must delete login profile first"),
      iam.ok("DeleteLoginProfile", { UserName: "typist" }),
      iam.ok("DeleteUser", { UserName: "typist" }),
      iam.ok("DeleteAccountPasswordPolicy"),
      iam.fails("DeleteAccountPasswordPolicy", {}, "NoSuchEntity", 404),
    ],
  },
  {
    name: "iam: virtual MFA devices",
    steps: [
      iam.ok("CreateVirtualMFADevice", { VirtualMFADeviceName: "d" }, { keep: { serial: "VirtualMFADevice.SerialNumber" } }),
      iam.fails("CreateVirtualMFADevice", { VirtualMFADeviceName: "d" }, "EntityAlreadyExists", 409),
      iam.ok("CreateUser", { UserName: "careful" }),
      iam.fails(
        "EnableMFADevice",
        { UserName: "careful", SerialNumber: "@{serial}", AuthenticationCode1: "000000", AuthenticationCode2: "000000" },
        "InvalidAuthenticationCode",
        403,
      ),
      iam.ok("ListMFADevices", { UserName: "careful" }, { output: { MFADevices: [], IsTruncated: false } }),
      iam.ok("ListVirtualMFADevices", { AssignmentStatus: "Unassigned" }, { output: { IsTruncated: false } }),
      iam.fails("DeactivateMFADevice", { UserName: "careful", SerialNumber: "@{serial}" }, "NoSuchEntity", 404),
      iam.ok("DeleteVirtualMFADevice", { SerialNumber: "@{serial}" }),
      iam.fails("DeleteVirtualMFADevice", { SerialNumber: "@{serial}" }, "NoSuchEntity", 404),
      iam.ok("DeleteUser", { UserName: "careful" }),
    ],
  },
  {
    name: "iam: reports, context keys, simulation, service-linked roles",
    steps: [
      iam.ok("GenerateCredentialReport", {}, { output: { State: "STARTED" } }),
      iam.ok("GetCredentialReport", {}, { output: { ReportFormat: "text/csv" } }),
      iam.ok(
        "GetContextKeysForCustomPolicy",
        {
          PolicyInputList: [
            document({
              Effect: "Allow",
              Action: "s3:*",
              // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
              Resource: "arn:aws:s3:::b/${aws:username}/*",
              Condition: { StringEquals: { "aws:PrincipalTag/a": "b" } },
            }),
          ],
        },
        { output: { ContextKeyNames: ["aws:PrincipalTag/a", "aws:username"] } },
      ),
      iam.ok(
        "SimulateCustomPolicy",
        {
          PolicyInputList: [ALLOW],
          ActionNames: ["s3:GetObject", "s3:PutObject"],
          ResourceArns: ["arn:aws:s3:::b/k"],
          MaxItems: 1,
        },
        {
          output: {
            IsTruncated: true,
            EvaluationResults: [
              {
                EvalDecision: "allowed",
                MatchedStatements: [{ SourcePolicyId: "PolicyInputList.1" }],
                ResourceSpecificResults: [{ EvalResourceName: "arn:aws:s3:::b/k", EvalResourceDecision: "allowed" }],
              },
            ],
          },
          keep: { marker: "Marker" },
        },
      ),
      iam.ok(
        "SimulateCustomPolicy",
        {
          PolicyInputList: [ALLOW],
          ActionNames: ["s3:GetObject", "s3:PutObject"],
          ResourceArns: ["arn:aws:s3:::b/k"],
          Marker: "@{marker}",
        },
        { output: { IsTruncated: false, EvaluationResults: [{ EvalActionName: "s3:PutObject", EvalDecision: "implicitDeny" }] } },
      ),
      iam.ok("CreateServiceLinkedRole", { AWSServiceName: "events.amazonaws.com" }, { keep: { linked: "Role.RoleName" } }),
      iam.fails("DeleteRole", { RoleName: "@{linked}" }, "UnmodifiableEntity", 400),
      iam.ok("DeleteServiceLinkedRole", { RoleName: "@{linked}" }, { keep: { task: "DeletionTaskId" } }),
      iam.ok("GetServiceLinkedRoleDeletionStatus", { DeletionTaskId: "@{task}" }, { output: { Status: "SUCCEEDED" } }),
      iam.ok("CreateUser", { UserName: "listed" }),
      iam.ok(
        "GetAccountAuthorizationDetails",
        { Filter: ["User"] },
        { output: { UserDetailList: [{ UserName: "listed" }], RoleDetailList: [], IsTruncated: false } },
      ),
      iam.ok("DeleteUser", { UserName: "listed" }),
    ],
  },
];

const stsScenarios: readonly Scenario[] = [
  {
    name: "sts: sessions with policies, tags and a source identity",
    steps: [
      iam.ok("CreateRole", { RoleName: "worker", AssumeRolePolicyDocument: TRUST }, { keep: { role: "Role.Arn" } }),
      sts.ok(
        "AssumeRole",
        {
          RoleArn: "@{role}",
          RoleSessionName: "session",
          Policy: ALLOW,
          PolicyArns: [{ arn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" }],
        },
        { output: { AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/worker/session` } } },
      ),
      sts.fails("AssumeRole", { RoleArn: "@{role}", RoleSessionName: "session", Policy: "{" }, "MalformedPolicyDocument", 400),
      sts.fails(
        "AssumeRole",
        { RoleArn: "@{role}", RoleSessionName: "session", Tags: TAGS },
        "AccessDenied",
        403,
        "sts:TagSession",
      ),
      sts.fails("AssumeRole", { RoleArn: "@{role}", RoleSessionName: "session", SourceIdentity: "ada" }, "AccessDenied", 403),
      sts.fails(
        "AssumeRole",
        { RoleArn: "@{role}", RoleSessionName: "session", DurationSeconds: 7_200 },
        "ValidationError",
        400,
        "exceeds the MaxSessionDuration",
      ),
      sts.fails(
        "AssumeRole",
        { RoleArn: "@{role}", RoleSessionName: "session", SerialNumber: `arn:aws:iam::${ACCOUNT}:mfa/none`, TokenCode: "123456" },
        "AccessDenied",
        403,
        "MultiFactorAuthentication failed",
      ),
      sts.ok("GetSessionToken", {}, { keep: { session: "Credentials.SessionToken" } }),
      sts.ok(
        "GetFederationToken",
        { Name: "guest", Policy: ALLOW },
        { output: { FederatedUser: { Arn: `arn:aws:sts::${ACCOUNT}:federated-user/guest` } } },
      ),
      sts.fails(
        "AssumeRoleWithWebIdentity",
        { RoleArn: "@{role}", RoleSessionName: "session", WebIdentityToken: "not.a.token" },
        "InvalidIdentityToken",
        400,
      ),
      iam.ok("DeleteRole", { RoleName: "worker" }),
    ],
  },
];

const cognitoScenarios: readonly Scenario[] = [
  {
    name: "cognito-identity: what is not there",
    steps: [
      ...ON_NO_IDENTITY_POOL.map(([operation, input]) =>
        pools.fails(operation, { ...NO_POOL, ...input }, "ResourceNotFoundException", 400, "not found"),
      ),
      ...["DescribeIdentity", "GetCredentialsForIdentity", "GetOpenIdToken"].map((operation) =>
        pools.fails(operation, NO_IDENTITY, "ResourceNotFoundException", 400, `Identity '${NO_IDENTITY.IdentityId}' not found.`),
      ),
    ],
  },
  {
    name: "cognito-identity: a pool, its guests and developer identities",
    steps: [
      pools.ok(
        "CreateIdentityPool",
        {
          IdentityPoolName: "p",
          AllowUnauthenticatedIdentities: true,
          DeveloperProviderName: "login.example",
          IdentityPoolTags: { a: "b" },
        },
        { keep: { pool: "IdentityPoolId" }, output: { IdentityPoolName: "p", AllowUnauthenticatedIdentities: true } },
      ),
      pools.ok("GetId", { IdentityPoolId: "@{pool}" }, { keep: { guest: "IdentityId" } }),
      pools.fails(
        "GetCredentialsForIdentity",
        { IdentityId: "@{guest}" },
        "InvalidIdentityPoolConfigurationException",
        400,
        "Check assigned IAM roles for this pool.",
      ),
      pools.fails(
        "GetOpenIdToken",
        { IdentityId: "@{guest}" },
        "InvalidParameterException",
        400,
        "Basic (classic) flow is not enabled",
      ),
      pools.fails(
        "GetId",
        { IdentityPoolId: "@{pool}", Logins: { "graph.facebook.com": "token" } },
        "NotAuthorizedException",
        400,
        "Token is not from a supported provider of this identity pool.",
      ),
      pools.ok(
        "GetOpenIdTokenForDeveloperIdentity",
        { IdentityPoolId: "@{pool}", Logins: { "login.example": "ada" } },
        { keep: { ada: "IdentityId" } },
      ),
      pools.ok(
        "LookupDeveloperIdentity",
        { IdentityPoolId: "@{pool}", DeveloperUserIdentifier: "ada" },
        { output: { DeveloperUserIdentifierList: ["ada"] } },
      ),
      pools.ok("DescribeIdentity", { IdentityId: "@{ada}" }, { output: { Logins: ["login.example"] } }),
      pools.ok("ListIdentities", { IdentityPoolId: "@{pool}", MaxResults: 1 }, { keep: { next: "NextToken" } }),
      pools.ok("SetIdentityPoolRoles", {
        IdentityPoolId: "@{pool}",
        Roles: { unauthenticated: `arn:aws:iam::${ACCOUNT}:role/guest` },
      }),
      pools.ok(
        "GetIdentityPoolRoles",
        { IdentityPoolId: "@{pool}" },
        { output: { Roles: { unauthenticated: `arn:aws:iam::${ACCOUNT}:role/guest` } } },
      ),
      pools.ok("ListIdentityPools", { MaxResults: 10 }, { output: { IdentityPools: [{ IdentityPoolName: "p" }] } }),
      pools.ok("DeleteIdentities", { IdentityIdsToDelete: ["@{ada}"] }, { output: { UnprocessedIdentityIds: [] } }),
      pools.fails("DescribeIdentity", { IdentityId: "@{ada}" }, "ResourceNotFoundException", 400),
      pools.ok("DeleteIdentityPool", { IdentityPoolId: "@{pool}" }),
    ],
  },
  {
    name: "cognito-idp: settings beside a pool that is not there",
    steps: ON_NO_USER_POOL.map(([operation, input]) =>
      idp.fails(operation, { UserPoolId: "eu-west-1_abcdefghi", ...input }, "ResourceNotFoundException", 400),
    ),
  },
  {
    name: "cognito-idp: secrets, look, CSV header, linked identities",
    steps: [
      idp.ok("CreateUserPool", { PoolName: "linked" }, { keep: { pool: "UserPool.Id" } }),
      idp.ok(
        "CreateUserPoolClient",
        { UserPoolId: "@{pool}", ClientName: "c", GenerateSecret: true },
        { keep: { client: "UserPoolClient.ClientId" } },
      ),
      idp.ok("GetCSVHeader", { UserPoolId: "@{pool}" }),
      idp.fails(
        "SetUICustomization",
        { UserPoolId: "@{pool}", CSS: ".a{}" },
        "InvalidParameterException",
        400,
        "existing domain",
      ),
      idp.ok("CreateUserPoolDomain", { UserPoolId: "@{pool}", Domain: "linked-people" }),
      idp.fails("CreateUserPoolDomain", { UserPoolId: "@{pool}", Domain: "linked-people" }, "InvalidParameterException", 400),
      idp.ok(
        "SetUICustomization",
        { UserPoolId: "@{pool}", CSS: ".a{}" },
        { output: { UICustomization: { CSS: ".a{}", ClientId: "ALL" } } },
      ),
      idp.ok("CreateIdentityProvider", {
        UserPoolId: "@{pool}",
        ProviderName: "Corp",
        ProviderType: "OIDC",
        ProviderDetails: {
          client_id: "a",
          oidc_issuer: "https://idp.example",
          authorize_scopes: "openid",
          attributes_request_method: "GET",
        },
        IdpIdentifiers: ["corp.example"],
      }),
      idp.ok(
        "GetIdentityProviderByIdentifier",
        { UserPoolId: "@{pool}", IdpIdentifier: "corp.example" },
        { output: { IdentityProvider: { ProviderName: "Corp" } } },
      ),
      idp.ok("AdminCreateUser", { UserPoolId: "@{pool}", Username: "ada", MessageAction: "SUPPRESS" }),
      idp.ok("AdminLinkProviderForUser", {
        UserPoolId: "@{pool}",
        DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: "ada" },
        SourceUser: { ProviderName: "Corp", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "42" },
      }),
      idp.fails(
        "AdminLinkProviderForUser",
        {
          UserPoolId: "@{pool}",
          DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: "ada" },
          SourceUser: { ProviderName: "Corp", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "42" },
        },
        "AliasExistsException",
        400,
      ),
      idp.ok("AdminListDevices", { UserPoolId: "@{pool}", Username: "ada" }, { output: { Devices: [] } }),
      idp.ok(
        "AddUserPoolClientSecret",
        { UserPoolId: "@{pool}", ClientId: "@{client}" },
        { keep: { secret: "ClientSecretDescriptor.ClientSecretId" } },
      ),
      idp.fails("AddUserPoolClientSecret", { UserPoolId: "@{pool}", ClientId: "@{client}" }, "LimitExceededException", 400),
      idp.ok("DeleteUserPoolClientSecret", { UserPoolId: "@{pool}", ClientId: "@{client}", ClientSecretId: "@{secret}" }),
      idp.fails("DeleteUserPool", { UserPoolId: "@{pool}" }, "InvalidParameterException", 400, "domain configured"),
      idp.ok("DeleteUserPoolDomain", { UserPoolId: "@{pool}", Domain: "linked-people" }),
      idp.ok("DeleteUserPool", { UserPoolId: "@{pool}" }),
    ],
  },
];

export const federationScenarios: readonly Scenario[] = [...iamScenarios, ...stsScenarios, ...cognitoScenarios];
