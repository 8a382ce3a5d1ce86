/** IAM, STS, Cognito user pools. Expectations: the services' API references ("Errors", "Response Elements"). */
import { type Scenario, stepsOf } from "./case.ts";

const iam = stepsOf("iam");
const sts = stepsOf("sts");
const cognito = stepsOf("cognito-idp");

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const ALLOW = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }] });
const POLICY = { PolicyArn: "arn:aws:iam::000000000000:policy/none" };
const ROLE = { RoleName: "none" };
const USER = { UserName: "none" };
const GROUP = { GroupName: "none" };
const PROFILE = { InstanceProfileName: "none" };

const ON_NOTHING: readonly (readonly [operation: string, input: object])[] = [
  ["GetRole", ROLE],
  ["DeleteRole", ROLE],
  ["UpdateRole", ROLE],
  ["UpdateAssumeRolePolicy", { ...ROLE, PolicyDocument: TRUST }],
  ["ListRolePolicies", ROLE],
  ["ListAttachedRolePolicies", ROLE],
  ["ListRoleTags", ROLE],
  ["TagRole", { ...ROLE, Tags: [{ Key: "a", Value: "b" }] }],
  ["UntagRole", { ...ROLE, TagKeys: ["a"] }],
  ["PutRolePolicy", { ...ROLE, PolicyName: "p", PolicyDocument: ALLOW }],
  ["GetRolePolicy", { ...ROLE, PolicyName: "p" }],
  ["DeleteRolePolicy", { ...ROLE, PolicyName: "p" }],
  ["AttachRolePolicy", { ...ROLE, PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
  ["DetachRolePolicy", { ...ROLE, ...POLICY }],
  ["ListInstanceProfilesForRole", ROLE],
  ["GetUser", USER],
  ["DeleteUser", USER],
  ["UpdateUser", USER],
  ["ListUserPolicies", USER],
  ["ListAttachedUserPolicies", USER],
  ["ListGroupsForUser", USER],
  ["ListUserTags", USER],
  ["CreateAccessKey", USER],
  ["ListAccessKeys", USER],
  ["PutUserPolicy", { ...USER, PolicyName: "p", PolicyDocument: ALLOW }],
  ["GetUserPolicy", { ...USER, PolicyName: "p" }],
  ["GetGroup", GROUP],
  ["DeleteGroup", GROUP],
  ["ListGroupPolicies", GROUP],
  ["ListAttachedGroupPolicies", GROUP],
  ["AddUserToGroup", { ...GROUP, ...USER }],
  ["RemoveUserFromGroup", { ...GROUP, ...USER }],
  ["GetPolicy", POLICY],
  ["DeletePolicy", POLICY],
  ["GetPolicyVersion", { ...POLICY, VersionId: "v1" }],
  ["ListPolicyVersions", POLICY],
  ["ListPolicyTags", POLICY],
  ["ListEntitiesForPolicy", POLICY],
  ["CreatePolicyVersion", { ...POLICY, PolicyDocument: ALLOW }],
  ["GetInstanceProfile", PROFILE],
  ["DeleteInstanceProfile", PROFILE],
  ["AddRoleToInstanceProfile", { ...PROFILE, ...ROLE }],
];

const BAD_POLICIES = [
  "{",
  "[]",
  '{"Version":"2012-10-17"}',
  '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}',
];

const POOL = { UserPoolId: "eu-west-1_abcdefghi" };
const NAME = { Username: "a" };
const ON_POOLS: readonly (readonly [operation: string, input: object])[] = [
  ["DescribeUserPool", {}],
  ["DeleteUserPool", {}],
  ["UpdateUserPool", {}],
  ["GetUserPoolMfaConfig", {}],
  ["CreateUserPoolClient", { ClientName: "c" }],
  ["ListUserPoolClients", {}],
  ["DescribeUserPoolClient", { ClientId: "abc" }],
  ["DeleteUserPoolClient", { ClientId: "abc" }],
  ["CreateGroup", { GroupName: "g" }],
  ["GetGroup", { GroupName: "g" }],
  ["ListGroups", {}],
  ["DeleteGroup", { GroupName: "g" }],
  ["ListUsers", {}],
  ["ListUsersInGroup", { GroupName: "g" }],
  ["AdminCreateUser", NAME],
  ["AdminGetUser", NAME],
  ["AdminDeleteUser", NAME],
  ["AdminDisableUser", NAME],
  ["AdminEnableUser", NAME],
  ["AdminConfirmSignUp", NAME],
  ["AdminSetUserPassword", { ...NAME, Password: "Abcdef1!" }],
  ["AdminUpdateUserAttributes", { ...NAME, UserAttributes: [{ Name: "name", Value: "a" }] }],
  ["AdminListGroupsForUser", NAME],
  ["AdminAddUserToGroup", { ...NAME, GroupName: "g" }],
  ["AdminUserGlobalSignOut", NAME],
  ["ListResourceServers", { MaxResults: 10 }],
  ["DescribeResourceServer", { Identifier: "a" }],
  ["ListIdentityProviders", {}],
  ["DescribeIdentityProvider", { ProviderName: "a" }],
];
const IN_POOL: readonly (readonly [operation: string, input: object])[] = [
  ["AdminGetUser", NAME],
  ["AdminDeleteUser", NAME],
  ["AdminDisableUser", NAME],
  ["AdminEnableUser", NAME],
  ["AdminConfirmSignUp", NAME],
  ["AdminSetUserPassword", { ...NAME, Password: "Abcdef1!" }],
  ["AdminUserGlobalSignOut", NAME],
  ["AdminListGroupsForUser", NAME],
];

export const identityScenarios: readonly Scenario[] = [
  {
    name: "iam: what is not there",
    steps: ON_NOTHING.map(([operation, input]) => iam.fails(operation, input, "NoSuchEntity", 404)),
  },
  {
    name: "iam: roles, users and policies",
    steps: [
      iam.fails("GetRole", ROLE, "NoSuchEntity", 404, "The role with name none cannot be found."),
      iam.fails("GetUser", USER, "NoSuchEntity", 404, "The user with name none cannot be found."),
      ...BAD_POLICIES.map((document) =>
        iam.fails("CreatePolicy", { PolicyName: "p", PolicyDocument: document }, "MalformedPolicyDocument", 400),
      ),
      ...BAD_POLICIES.map((document) =>
        iam.fails("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: document }, "MalformedPolicyDocument", 400),
      ),
      iam.ok(
        "CreateRole",
        { RoleName: "r", AssumeRolePolicyDocument: TRUST },
        {
          output: { Role: { RoleName: "r", Path: "/", Arn: "arn:aws:iam::000000000000:role/r" } },
        },
      ),
      iam.fails(
        "CreateRole",
        { RoleName: "r", AssumeRolePolicyDocument: TRUST },
        "EntityAlreadyExists",
        409,
        "Role with name r already exists.",
      ),
      iam.ok("CreatePolicy", { PolicyName: "p", PolicyDocument: ALLOW }, { keep: { policy: "Policy.Arn" } }),
      iam.fails("CreatePolicy", { PolicyName: "p", PolicyDocument: ALLOW }, "EntityAlreadyExists", 409),
      iam.ok("AttachRolePolicy", { RoleName: "r", PolicyArn: "@{policy}" }),
      iam.ok("ListAttachedRolePolicies", { RoleName: "r" }, { output: { AttachedPolicies: [{ PolicyName: "p" }] } }),
      iam.fails("DeleteRole", { RoleName: "r" }, "DeleteConflict", 409, "Cannot delete entity, must detach all policies first."),
      iam.fails("DeletePolicy", { PolicyArn: "@{policy}" }, "DeleteConflict", 409),
      iam.ok(
        "SimulatePrincipalPolicy",
        { PolicySourceArn: "arn:aws:iam::000000000000:role/r", ActionNames: ["s3:GetObject", "s3:PutObject"] },
        {
          output: { EvaluationResults: [{ EvalDecision: "allowed" }, { EvalDecision: "implicitDeny" }] },
        },
      ),
      iam.ok("DetachRolePolicy", { RoleName: "r", PolicyArn: "@{policy}" }),
      iam.ok("DeletePolicy", { PolicyArn: "@{policy}" }),
      iam.ok("PutRolePolicy", { RoleName: "r", PolicyName: "i", PolicyDocument: ALLOW }),
      iam.fails("DeleteRole", { RoleName: "r" }, "DeleteConflict", 409, "Cannot delete entity, must delete policies first."),
      iam.ok("DeleteRolePolicy", { RoleName: "r", PolicyName: "i" }),
      iam.ok("DeleteRole", { RoleName: "r" }),
      iam.ok("CreateUser", { UserName: "u" }, { output: { User: { UserName: "u" } } }),
      iam.fails("CreateUser", { UserName: "u" }, "EntityAlreadyExists", 409, "User with name u already exists."),
      iam.ok("CreateAccessKey", { UserName: "u" }, { keep: { key: "AccessKey.AccessKeyId" } }),
      iam.fails("DeleteUser", { UserName: "u" }, "DeleteConflict", 409),
      iam.ok("DeleteAccessKey", { UserName: "u", AccessKeyId: "@{key}" }),
      iam.ok("DeleteUser", { UserName: "u" }),
      sts.ok("GetCallerIdentity", {}, { output: { Account: "000000000000", Arn: "arn:aws:iam::000000000000:root" } }),
      sts.fails("AssumeRole", { RoleArn: "arn:aws:iam::000000000000:role/none", RoleSessionName: "s1" }, "AccessDenied", 403),
    ],
  },
  {
    name: "cognito-idp: what is not there",
    steps: ON_POOLS.map(([operation, input]) =>
      cognito.fails(operation, { ...POOL, ...input }, "ResourceNotFoundException", 400),
    ),
  },
  {
    name: "cognito-idp: a pool and its people",
    steps: [
      cognito.ok("CreateUserPool", { PoolName: "p" }, { keep: { pool: "UserPool.Id" } }),
      cognito.ok(
        "CreateUserPoolClient",
        {
          UserPoolId: "@{pool}",
          ClientName: "c",
          ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        },
        {
          keep: { client: "UserPoolClient.ClientId" },
        },
      ),
      ...IN_POOL.map(([operation, input]) =>
        cognito.fails(operation, { UserPoolId: "@{pool}", ...input }, "UserNotFoundException", 400, "User does not exist."),
      ),
      cognito.fails("GetGroup", { UserPoolId: "@{pool}", GroupName: "g" }, "ResourceNotFoundException", 400, "Group not found."),
      cognito.ok("CreateGroup", { UserPoolId: "@{pool}", GroupName: "g" }),
      cognito.fails("CreateGroup", { UserPoolId: "@{pool}", GroupName: "g" }, "GroupExistsException", 400),
      cognito.fails("DescribeUserPoolClient", { UserPoolId: "@{pool}", ClientId: "abc" }, "ResourceNotFoundException", 400),
      cognito.ok(
        "AdminCreateUser",
        { UserPoolId: "@{pool}", ...NAME, MessageAction: "SUPPRESS" },
        { output: { User: { UserStatus: "FORCE_CHANGE_PASSWORD" } } },
      ),
      cognito.fails(
        "AdminCreateUser",
        { UserPoolId: "@{pool}", ...NAME },
        "UsernameExistsException",
        400,
        "User account already exists",
      ),
      cognito.fails(
        "AdminSetUserPassword",
        { UserPoolId: "@{pool}", ...NAME, Password: "short" },
        "InvalidPasswordException",
        400,
      ),
      cognito.ok("AdminSetUserPassword", { UserPoolId: "@{pool}", ...NAME, Password: "Abcdef1!", Permanent: true }),
      cognito.fails(
        "AdminInitiateAuth",
        {
          UserPoolId: "@{pool}",
          ClientId: "@{client}",
          AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: "a", PASSWORD: "wrong" },
        },
        "NotAuthorizedException",
        400,
        "Incorrect username or password.",
      ),
      cognito.ok(
        "AdminInitiateAuth",
        {
          UserPoolId: "@{pool}",
          ClientId: "@{client}",
          AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: "a", PASSWORD: "Abcdef1!" },
        },
        {
          output: { AuthenticationResult: { TokenType: "Bearer", ExpiresIn: 3600 } },
          keep: { token: "AuthenticationResult.AccessToken" },
        },
      ),
      cognito.ok("GetUser", { AccessToken: "@{token}" }, { output: { Username: "a" } }),
      cognito.fails("GetUser", { AccessToken: "nonsense" }, "NotAuthorizedException", 400, "Invalid Access Token"),
      cognito.fails(
        "InitiateAuth",
        { ClientId: "@{client}", AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: "a", PASSWORD: "b" } },
        "InvalidParameterException",
        400,
        "USER_PASSWORD_AUTH flow not enabled for this client",
      ),
      cognito.ok("AdminDisableUser", { UserPoolId: "@{pool}", ...NAME }),
      cognito.ok("ListUsers", { UserPoolId: "@{pool}" }, { output: { Users: [{ Username: "a", Enabled: false }] } }),
      cognito.ok("DeleteUserPool", { UserPoolId: "@{pool}" }),
    ],
  },
];
