/**
 * Where moto answers something else than this suite expects, and who is right. `ours`: AWS's documentation (the page named in the scenario's
 * file, or here) says what we expect. `theirs`: we should change. `unknown`: no document settles it.
 */
import type { Difference, Row } from "./moto-compare.ts";
import { MESSAGING_DIFFERENCES } from "./moto-differences-messaging.ts";

export const DIFFERENCES: readonly Row[] = [
  // --- DynamoDB
  {
    service: "dynamodb",
    operations: "DescribeTable",
    kind: "value",
    input: /"steady"/,
    right: "ours",
    why: "NumberOfDecreasesToday counts the decreases of the day (API reference, ProvisionedThroughputDescription); moto's is always 0",
  },
  {
    service: "dynamodb",
    operations: "PutResourcePolicy GetResourcePolicy DeleteResourcePolicy",
    right: "ours",
    why: "a policy may name the actions of its table alone (Developer Guide, resource-based policies); moto keeps any, and what follows from it",
  },
  {
    service: "dynamodb",
    operations: "ImportTable",
    right: "ours",
    why: "an import is IN_PROGRESS when it is answered, and its table must not be there (API reference)",
  },
  {
    service: "dynamodb",
    operations: "DescribeTimeToLive UpdateTimeToLive TagResource UntagResource",
    right: "ours",
    why: "each operation's reference lists ResourceNotFoundException for a table that is not there",
  },
  {
    service: "dynamodb",
    operations: "CreateTable DeleteTable",
    kind: "value",
    right: "ours",
    why: "the reference: CreateTable answers CREATING, DeleteTable DELETING; moto's tables have no states between",
  },
  {
    service: "dynamodb",
    operations: "DeleteTable",
    kind: "error",
    right: "ours",
    why: "AWS's text for a protected table begins with `Resource cannot be deleted as it is currently protected`",
  },
  {
    service: "dynamodb",
    operations: "UpdateItem",
    right: "ours",
    why: "UPDATED_NEW gives of a map or list only what the update wrote (Getting Started, the incremented info.rating); DynamoDB Local gives all of it",
  },
  {
    service: "dynamodb",
    operations: "ExecuteStatement BatchExecuteStatement ExecuteTransaction",
    right: "ours",
    why: "duplicates are refused, columns and units answered; DynamoDB Local agrees (conformance/dynamodb/statements.txt)",
  },
  {
    service: "dynamodb",
    operations: "CreateBackup RestoreTableFromBackup RestoreTableToPointInTime UpdateTable",
    right: "ours",
    why: "names of 3 characters at least, RestoreSummary, recovery that must be on, warm throughput that cannot fall: the API reference of each",
  },
  // --- S3
  {
    service: "s3",
    operations: "RestoreObject HeadObject",
    input: /more-archive/,
    right: "ours",
    why: "restores take hours: ongoing-request is true meanwhile, and a second request RestoreAlreadyInProgress",
  },
  {
    service: "s3",
    operations: "PutBucketReplication GetBucketReplication",
    right: "ours",
    why: "the user guide: both buckets must have versioning enabled",
  },
  {
    service: "s3",
    operations: "DeleteObjects",
    input: /ETag/,
    right: "ours",
    why: "an entry's ETag is a precondition; one that fails is in Errors (API reference)",
  },
  {
    service: "s3",
    operations: "PutBucketMetricsConfiguration ListBucketMetricsConfigurations GetBucketMetricsConfiguration",
    right: "ours",
    why: "moto takes them for CreateBucket and knows none",
  },
  {
    service: "s3",
    operations: "PutBucketIntelligentTieringConfiguration",
    right: "ours",
    why: "the same",
  },
  {
    service: "s3",
    operations: "PutBucketLogging GetBucketLogging",
    right: "ours",
    why: "the user guide: a bucket whose owner is enforced (every new one) has no grants, its policy lets the logs in, and S3 doesn't look at that in the API",
  },
  {
    service: "s3",
    operations: "GetObject PutObject CreateMultipartUpload",
    input: /more-sealed/,
    right: "ours",
    why: "moto does not ask KMS; keys that are disabled or not there are refused (KMS developer guide, how S3 uses keys)",
  },
  {
    service: "s3",
    operations: "RenameObject",
    right: "ours",
    why: "directory buckets only, which are not here",
  },
  {
    service: "s3",
    input: /ExpectedBucketOwner/,
    right: "ours",
    why: "moto does not look at x-amz-expected-bucket-owner; the user guide: 403 Access Denied when the owner is another",
  },
  {
    service: "s3",
    operations: "GetBucketEncryption GetPublicAccessBlock GetBucketOwnershipControls PutObject",
    right: "ours",
    why: "new buckets have SSE-S3 (since January 2023), all four blocks and BucketOwnerEnforced (since April 2023), and answers name the encryption",
  },
  {
    service: "s3",
    operations: "GetBucketPolicy GetBucketPolicyStatus GetBucketTagging PutBucketPolicy ListBuckets CreateBucket",
    right: "ours",
    why: "the error lists of the user guide: NoSuchBucketPolicy, NoSuchTagSet, MalformedPolicy, InvalidArgument, InvalidBucketName",
  },
  {
    service: "s3",
    operations: "GetObject",
    kind: "error",
    input: /VersionId/,
    right: "ours",
    why: "`Invalid version id specified` (InvalidArgument, 400) for what is no version id; NoSuchVersion for one that isn't there",
  },
  {
    service: "s3",
    operations: "GetBucketRequestPayment ListObjectsV2 ListObjectVersions",
    kind: "value",
    right: "ours",
    why: "members that the reference shows and moto leaves out, and the deleted version with its marker",
  },
  ...MESSAGING_DIFFERENCES,
  // --- SES
  {
    service: "sesv2",
    operations: "DeleteEmailIdentity CreateEmailIdentity",
    right: "ours",
    why: "NotFoundException and AlreadyExistsException are in the operations' error lists",
  },
  {
    service: "sesv2",
    operations: "SendEmail",
    right: "ours",
    why: "AWS's text is `Email address is not verified. The following identities failed the check in region …`",
  },
  {
    service: "sesv2",
    operations: "CreateConfigurationSet GetConfigurationSet ListConfigurationSets GetEmailIdentity",
    right: "ours",
    why: "AlreadyExistsException and BadRequestException of the error lists; sending is on in a new set, and the MAIL FROM domain is read back",
  },
  {
    service: "ses",
    operations: "SendEmail VerifyEmailIdentity",
    right: "ours",
    why: "MessageRejected for a sender that isn't verified, InvalidParameterValue for what is no address; moto checks neither",
  },
  {
    service: "ses",
    operations: "GetSendQuota",
    right: "ours",
    why: "quotas are an account's own: this cloud is out of the sandbox (50,000 a day), moto is in it (200)",
  },
  // --- Lambda
  {
    service: "lambda",
    operations: "ListVersionsByFunction DeleteEventSourceMapping",
    right: "ours",
    why: "ResourceNotFoundException is in both operations' error lists",
  },
  {
    service: "lambda",
    operations: "DeleteLayerVersion",
    right: "ours",
    why: "no ResourceNotFoundException in its error list: deleting what is gone succeeds",
  },
  {
    service: "lambda",
    operations: "CreateFunction",
    right: "ours",
    why: "Runtime has a list of valid values (API reference)",
  },
  // --- API Gateway
  {
    service: "apigateway",
    operations: "CreateResource DeleteDeployment",
    kind: "accepts",
    right: "ours",
    why: "ConflictException is in CreateResource's error list for a name that is taken; AWS keeps a deployment that a stage points to (API Gateway Developer Guide, deployments)",
  },
  {
    service: "apigateway",
    operations: "PutIntegration CreateStage",
    kind: "value",
    right: "ours",
    why: "the reference: timeoutInMillis is 29,000 and passthroughBehavior WHEN_NO_MATCH by default; a stage without a cache answers cacheClusterStatus NOT_AVAILABLE",
  },
  {
    service: "apigateway",
    operations: "GetRestApi",
    kind: "error",
    right: "ours",
    why: "AWS's text names the API identifier, as the provider's issues quote it",
  },
  {
    service: "apigatewayv2",
    operations: "DeleteApi CreateRoute CreateStage CreateApi",
    right: "ours",
    why: "NotFoundException, ConflictException, BadRequestException of the operations' error lists; the model's status 204",
  },
  {
    service: "apigatewayv2",
    operations: "GetApi",
    kind: "error",
    right: "ours",
    why: "AWS's text names the account before the API",
  },
  {
    service: "apigatewaymanagementapi",
    right: "ours",
    why: "GoneException (410) for a connection that is not there; moto has no connections",
  },
  // --- CloudWatch, Logs
  {
    service: "cloudwatch",
    operations: "GetMetricData",
    kind: "accepts",
    right: "ours",
    why: "the user guide gives the grammar of both languages; what does not fit it is a ValidationError",
  },
  {
    service: "cloudwatch",
    operations: "PutMetricData PutMetricAlarm",
    kind: "accepts",
    right: "ours",
    why: "namespaces that begin with AWS/ are reserved; periods are 10, 20, 30 or a multiple of 60; a statistic or a percentile is needed",
  },
  {
    service: "cloudwatch",
    operations: "DescribeAlarms",
    kind: "value",
    right: "ours",
    why: "a new alarm is INSUFFICIENT_DATA; moto takes the bad alarms of the steps before for later versions of it",
  },
  {
    service: "logs",
    right: "ours",
    why: "groups must exist, retention is one of the listed numbers, stream names have no colon, patterns and queries are parsed",
  },
  // --- SSM
  {
    service: "ssm",
    operations: "PutParameter",
    input: /alias\/none/,
    right: "ours",
    why: "InvalidKeyId of the error list for a KMS key that is not there",
  },
  {
    service: "ssm",
    operations: "DeleteParameters",
    right: "ours",
    why: "InvalidParameters: `parameters that weren't deleted because the request isn't valid` – names that aren't there",
  },
  {
    service: "ssm",
    operations: "GetParameter",
    right: "ours",
    why: "Selector is `either the version number or the label used to retrieve the parameter value`",
  },
  // --- IAM, STS
  {
    service: "iam",
    operations: "ListInstanceProfilesForRole ListEntitiesForPolicy CreateRole DeletePolicy DeleteRole DeleteUser",
    right: "ours",
    why: "NoSuchEntity, MalformedPolicyDocument and DeleteConflict of the error lists; later steps meet what moto let pass",
  },
  {
    service: "iam",
    operations: "GetRole CreateUser",
    kind: "error",
    right: "ours",
    why: "AWS's texts: `The role with name … cannot be found.`, `User with name … already exists.`",
  },
  {
    service: "iam",
    operations: "CreatePolicy",
    right: "ours",
    why: "the policy grammar: identity policies have no Principal; later documents meet the policy that moto let pass",
  },
  {
    service: "iam",
    operations: "CreateOpenIDConnectProvider GetOpenIDConnectProvider ListOpenIDConnectProviders",
    right: "ours",
    why: "the reference: the URL must begin with https://, Tags are answered; later steps meet the provider that moto let pass",
  },
  {
    service: "iam",
    operations: "CreateSAMLProvider ListSAMLProviders DeleteSAMLProvider",
    right: "ours",
    why: "error lists: EntityAlreadyExists, InvalidInput for what is no metadata, NoSuchEntity",
  },
  {
    service: "iam",
    operations: "CreateLoginProfile GetLoginProfile DeleteLoginProfile",
    right: "ours",
    why: "PasswordPolicyViolation of the error list; later steps meet the profile that moto made",
  },
  {
    service: "iam",
    operations: "EnableMFADevice ListMFADevices DeactivateMFADevice",
    right: "ours",
    why: "InvalidAuthenticationCode of the error list: moto takes any codes",
  },
  {
    service: "sts",
    right: "ours",
    why: "any credentials are the account's root here, and a role that isn't there cannot be assumed",
  },
  // --- Cognito
  {
    service: "cognito-idp",
    kind: "error",
    right: "ours",
    why: "AWS's texts; moto gives the bare name",
  },
  {
    service: "cognito-idp",
    operations: "CreateUserPoolDomain DeleteUserPool",
    right: "ours",
    why: "a domain is one pool's, and must be gone before its pool; the step after meets the pool that moto deleted",
  },
  {
    service: "cognito-identity",
    right: "ours",
    why: "ResourceNotFound, NotAuthorized and InvalidIdentityPoolConfiguration of the error lists; moto checks no pool, token or role",
  },

  // --- EC2
  {
    service: "ec2",
    operations: "DescribeAvailabilityZones",
    kind: "accepts",
    right: "ours",
    why: "EC2's error codes: a filter that an operation lacks is InvalidParameterValue; moto ignores it",
  },
  {
    service: "ec2",
    operations: "DescribeAccountAttributes",
    kind: "value",
    right: "ours",
    why: "the reference: attributes by name; EC2-Classic, which moto answers beside VPC, was retired in 2022",
  },
  // --- EC2, API Gateway
  {
    service: "ec2",
    operations: "AssociateVpcCidrBlock",
    kind: "accepts",
    right: "ours",
    why: "a block of a VPC must not overlap those it has (VPC user guide, VPC CIDR blocks)",
  },
  {
    service: "apigateway",
    operations: "PutRestApi",
    kind: "refuses",
    right: "ours",
    why: "the API reference takes OpenAPI 2.0 (Swagger) and 3.0 files; moto only 3",
  },
];

/** The table's row for a difference; undefined when it is not explained. */
export function rowOf(difference: Difference): Row | undefined {
  return DIFFERENCES.find(
    ({ service, operations, kind, input }) =>
      service === difference.service &&
      (operations === undefined || operations.split(" ").includes(difference.operation)) &&
      (kind === undefined || kind === difference.kind) &&
      (input === undefined || input.test(difference.input)),
  );
}
