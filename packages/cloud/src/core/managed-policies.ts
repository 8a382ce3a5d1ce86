/**
 * AWS managed policies that functions, APIs and people commonly use, with the actions of their public documents
 * (AWS managed policy reference guide). One row a policy; a row that is missing here does not exist for AttachRolePolicy.
 */

interface Row {
  /** Path and name behind `arn:aws:iam::aws:policy/`. */
  readonly name: string;
  readonly actions: readonly string[];
  readonly resource?: string | readonly string[];
  /** `NotAction` instead of `Action`. */
  readonly not?: true;
  readonly more?: readonly { readonly actions: readonly string[]; readonly resource: string | readonly string[] }[];
}

const LOG_WRITE = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

const ROWS: readonly Row[] = [
  { name: "AdministratorAccess", actions: ["*"] },
  {
    name: "PowerUserAccess",
    not: true,
    actions: ["iam:*", "organizations:*", "account:*"],
    more: [
      {
        actions: [
          "account:GetAccountInformation",
          "account:GetPrimaryEmail",
          "account:ListRegions",
          "iam:CreateServiceLinkedRole",
          "iam:DeleteServiceLinkedRole",
          "iam:ListRoles",
          "organizations:DescribeEffectivePolicy",
          "organizations:DescribeOrganization",
        ],
        resource: "*",
      },
    ],
  },
  {
    name: "ReadOnlyAccess",
    actions: [
      "*:Get*",
      "*:List*",
      "*:Describe*",
      "*:BatchGet*",
      "dynamodb:Query",
      "dynamodb:Scan",
      "dynamodb:PartiQLSelect",
      "s3:Get*",
      "s3:List*",
      "logs:FilterLogEvents",
      "logs:StartQuery",
      "logs:StopQuery",
      "logs:TestMetricFilter",
      "events:TestEventPattern",
      "iam:Generate*",
      "iam:Simulate*",
    ],
  },
  {
    name: "job-function/ViewOnlyAccess",
    actions: [
      "*:List*",
      "*:Describe*",
      "s3:ListAllMyBuckets",
      "s3:ListBucket",
      "lambda:List*",
      "logs:Describe*",
      "iam:List*",
      "iam:GetAccountSummary",
    ],
  },
  { name: "service-role/AWSLambdaBasicExecutionRole", actions: LOG_WRITE },
  {
    name: "service-role/AWSLambdaVPCAccessExecutionRole",
    actions: [
      ...LOG_WRITE,
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
  },
  {
    name: "service-role/AWSLambdaENIManagementAccess",
    actions: [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
  },
  {
    name: "service-role/AWSLambdaSQSQueueExecutionRole",
    actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", ...LOG_WRITE],
  },
  {
    name: "service-role/AWSLambdaDynamoDBExecutionRole",
    actions: [
      "dynamodb:DescribeStream",
      "dynamodb:GetRecords",
      "dynamodb:GetShardIterator",
      "dynamodb:ListStreams",
      ...LOG_WRITE,
    ],
  },
  {
    name: "service-role/AWSLambdaKinesisExecutionRole",
    actions: [
      "kinesis:DescribeStream",
      "kinesis:DescribeStreamSummary",
      "kinesis:GetRecords",
      "kinesis:GetShardIterator",
      "kinesis:ListShards",
      "kinesis:ListStreams",
      "kinesis:SubscribeToShard",
      ...LOG_WRITE,
    ],
  },
  { name: "service-role/AWSLambdaRole", actions: ["lambda:InvokeFunction"] },
  {
    name: "AWSLambdaExecute",
    actions: ["logs:*"],
    resource: "arn:aws:logs:*:*:*",
    more: [{ actions: ["s3:GetObject", "s3:PutObject"], resource: "arn:aws:s3:::*" }],
  },
  {
    name: "AWSLambdaInvocation-DynamoDB",
    actions: ["lambda:InvokeFunction"],
    more: [
      {
        actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
        resource: "*",
      },
    ],
  },
  {
    name: "AWSLambda_FullAccess",
    actions: [
      "lambda:*",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
      "logs:GetLogEvents",
      "logs:FilterLogEvents",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
      "iam:ListRoles",
      "iam:PassRole",
      "cloudwatch:GetMetricData",
      "cloudwatch:ListMetrics",
      "states:DescribeStateMachine",
      "states:ListStateMachines",
      "tag:GetResources",
      "xray:GetTraceSummaries",
      "xray:BatchGetTraces",
    ],
  },
  {
    name: "AWSLambda_ReadOnlyAccess",
    actions: [
      "lambda:Get*",
      "lambda:List*",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
      "logs:GetLogEvents",
      "logs:FilterLogEvents",
      "cloudwatch:GetMetricData",
      "cloudwatch:ListMetrics",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
      "iam:ListRoles",
    ],
  },
  {
    name: "AWSXRayDaemonWriteAccess",
    actions: [
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:GetSamplingStatisticSummaries",
    ],
  },
  {
    name: "AWSXrayWriteOnlyAccess",
    actions: [
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:GetSamplingStatisticSummaries",
    ],
  },
  {
    name: "CloudWatchLambdaInsightsExecutionRolePolicy",
    actions: LOG_WRITE,
    resource: "arn:aws:logs:*:*:log-group:/aws/lambda-insights:*",
  },
  { name: "CloudWatchLogsFullAccess", actions: ["logs:*", "cloudwatch:GenerateQuery"] },
  {
    name: "CloudWatchLogsReadOnlyAccess",
    actions: [
      "logs:Describe*",
      "logs:Get*",
      "logs:List*",
      "logs:StartQuery",
      "logs:StopQuery",
      "logs:TestMetricFilter",
      "logs:FilterLogEvents",
      "logs:StartLiveTail",
      "logs:StopLiveTail",
    ],
  },
  {
    name: "CloudWatchFullAccess",
    actions: [
      "autoscaling:Describe*",
      "cloudwatch:*",
      "logs:*",
      "sns:*",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:GetRole",
      "oam:ListSinks",
    ],
  },
  {
    name: "CloudWatchReadOnlyAccess",
    actions: [
      "autoscaling:Describe*",
      "cloudwatch:BatchGet*",
      "cloudwatch:Describe*",
      "cloudwatch:Get*",
      "cloudwatch:List*",
      "logs:Get*",
      "logs:List*",
      "logs:Describe*",
      "logs:StartQuery",
      "logs:StopQuery",
      "logs:FilterLogEvents",
      "sns:Get*",
      "sns:List*",
    ],
  },
  {
    name: "CloudWatchAgentServerPolicy",
    actions: [
      "cloudwatch:PutMetricData",
      "ec2:DescribeVolumes",
      "ec2:DescribeTags",
      "logs:PutLogEvents",
      "logs:PutRetentionPolicy",
      "logs:DescribeLogStreams",
      "logs:DescribeLogGroups",
      "logs:CreateLogStream",
      "logs:CreateLogGroup",
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:GetSamplingStatisticSummaries",
    ],
    more: [{ actions: ["ssm:GetParameter"], resource: "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*" }],
  },
  {
    name: "service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    actions: [
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
      "logs:PutLogEvents",
      "logs:GetLogEvents",
      "logs:FilterLogEvents",
    ],
  },
  { name: "AmazonAPIGatewayAdministrator", actions: ["apigateway:*"], resource: "arn:aws:apigateway:*::/*" },
  {
    name: "AmazonAPIGatewayInvokeFullAccess",
    actions: ["execute-api:Invoke", "execute-api:ManageConnections"],
    resource: "arn:aws:execute-api:*:*:*",
  },
  { name: "AmazonS3FullAccess", actions: ["s3:*", "s3-object-lambda:*"] },
  {
    name: "AmazonS3ReadOnlyAccess",
    actions: ["s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"],
  },
  {
    name: "AmazonDynamoDBFullAccess",
    actions: [
      "dynamodb:*",
      "dax:*",
      "application-autoscaling:*",
      "cloudwatch:DeleteAlarms",
      "cloudwatch:DescribeAlarmHistory",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:DescribeAlarmsForMetric",
      "cloudwatch:GetMetricStatistics",
      "cloudwatch:ListMetrics",
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:GetMetricData",
      "sns:CreateTopic",
      "sns:DeleteTopic",
      "sns:ListSubscriptions",
      "sns:ListSubscriptionsByTopic",
      "sns:ListTopics",
      "sns:Subscribe",
      "sns:Unsubscribe",
      "sns:SetTopicAttributes",
      "lambda:CreateFunction",
      "lambda:ListFunctions",
      "lambda:ListEventSourceMappings",
      "lambda:CreateEventSourceMapping",
      "lambda:DeleteEventSourceMapping",
      "lambda:GetFunctionConfiguration",
      "lambda:DeleteFunction",
      "iam:GetRole",
      "iam:ListRoles",
      "kms:DescribeKey",
      "kms:ListAliases",
      "tag:GetResources",
    ],
  },
  {
    name: "AmazonDynamoDBReadOnlyAccess",
    actions: [
      "dynamodb:BatchGetItem",
      "dynamodb:Describe*",
      "dynamodb:List*",
      "dynamodb:GetAbacStatus",
      "dynamodb:GetItem",
      "dynamodb:GetResourcePolicy",
      "dynamodb:Query",
      "dynamodb:Scan",
      "dynamodb:PartiQLSelect",
      "dax:Describe*",
      "dax:List*",
      "dax:GetItem",
      "dax:BatchGetItem",
      "dax:Query",
      "dax:Scan",
      "cloudwatch:Describe*",
      "cloudwatch:Get*",
      "cloudwatch:ListMetrics",
      "tag:GetResources",
    ],
  },
  { name: "AmazonSQSFullAccess", actions: ["sqs:*"] },
  {
    name: "AmazonSQSReadOnlyAccess",
    actions: [
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:ListDeadLetterSourceQueues",
      "sqs:ListQueues",
      "sqs:ListMessageMoveTasks",
      "sqs:ListQueueTags",
    ],
  },
  { name: "AmazonSNSFullAccess", actions: ["sns:*"] },
  {
    name: "AmazonSNSReadOnlyAccess",
    actions: [
      "sns:GetTopicAttributes",
      "sns:List*",
      "sns:CheckIfPhoneNumberIsOptedOut",
      "sns:GetEndpointAttributes",
      "sns:GetDataProtectionPolicy",
      "sns:GetPlatformApplicationAttributes",
      "sns:GetSMSAttributes",
      "sns:GetSMSSandboxAccountStatus",
      "sns:GetSubscriptionAttributes",
    ],
  },
  {
    name: "AmazonSSMFullAccess",
    actions: [
      "cloudwatch:PutMetricData",
      "ds:CreateComputer",
      "ds:DescribeDirectories",
      "ec2:DescribeInstanceStatus",
      "logs:*",
      "ssm:*",
      "ec2messages:*",
    ],
  },
  { name: "AmazonSSMReadOnlyAccess", actions: ["ssm:Describe*", "ssm:Get*", "ssm:List*"] },
  {
    name: "AmazonSSMManagedInstanceCore",
    actions: [
      "ssm:DescribeAssociation",
      "ssm:GetDeployablePatchSnapshotForInstance",
      "ssm:GetDocument",
      "ssm:DescribeDocument",
      "ssm:GetManifest",
      "ssm:GetParameter",
      "ssm:GetParameters",
      "ssm:ListAssociations",
      "ssm:ListInstanceAssociations",
      "ssm:PutInventory",
      "ssm:PutComplianceItems",
      "ssm:PutConfigurePackageResult",
      "ssm:UpdateAssociationStatus",
      "ssm:UpdateInstanceAssociationStatus",
      "ssm:UpdateInstanceInformation",
      "ssmmessages:*",
      "ec2messages:*",
    ],
  },
  {
    name: "AmazonCognitoPowerUser",
    actions: [
      "cognito-identity:*",
      "cognito-idp:*",
      "cognito-sync:*",
      "iam:ListRoles",
      "iam:ListOpenIdConnectProviders",
      "iam:GetRole",
      "iam:ListSAMLProviders",
      "iam:GetSAMLProvider",
      "kinesis:ListStreams",
      "lambda:GetPolicy",
      "lambda:ListFunctions",
      "sns:GetSMSSandboxAccountStatus",
      "sns:ListPlatformApplications",
      "ses:ListIdentities",
      "ses:GetIdentityVerificationAttributes",
      "mobiletargeting:GetApps",
      "acm:ListCertificates",
    ],
  },
  {
    name: "AmazonCognitoReadOnly",
    actions: [
      "cognito-identity:Describe*",
      "cognito-identity:Get*",
      "cognito-identity:List*",
      "cognito-idp:Describe*",
      "cognito-idp:AdminGet*",
      "cognito-idp:AdminList*",
      "cognito-idp:List*",
      "cognito-idp:Get*",
      "cognito-sync:Describe*",
      "cognito-sync:Get*",
      "cognito-sync:List*",
      "iam:ListOpenIdConnectProviders",
      "iam:ListRoles",
      "sns:ListPlatformApplications",
    ],
  },
  { name: "AmazonEventBridgeFullAccess", actions: ["events:*", "schemas:*", "scheduler:*", "pipes:*"] },
  { name: "AmazonEventBridgeSchedulerFullAccess", actions: ["scheduler:*"] },
  {
    name: "IAMFullAccess",
    actions: [
      "iam:*",
      "organizations:DescribeAccount",
      "organizations:DescribeOrganization",
      "organizations:DescribeOrganizationalUnit",
      "organizations:DescribePolicy",
      "organizations:ListChildren",
      "organizations:ListParents",
      "organizations:ListPoliciesForTarget",
      "organizations:ListRoots",
      "organizations:ListPolicies",
      "organizations:ListTargetsForPolicy",
    ],
  },
  {
    name: "IAMReadOnlyAccess",
    actions: [
      "iam:GenerateCredentialReport",
      "iam:GenerateServiceLastAccessedDetails",
      "iam:Get*",
      "iam:List*",
      "iam:SimulateCustomPolicy",
      "iam:SimulatePrincipalPolicy",
    ],
  },
  {
    name: "service-role/AmazonECSTaskExecutionRolePolicy",
    actions: [
      "ecr:GetAuthorizationToken",
      "ecr:BatchCheckLayerAvailability",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchGetImage",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ],
  },
  {
    name: "SecretsManagerReadWrite",
    actions: [
      "secretsmanager:*",
      "cloudformation:CreateChangeSet",
      "cloudformation:DescribeChangeSet",
      "cloudformation:DescribeStackResource",
      "cloudformation:DescribeStacks",
      "cloudformation:ExecuteChangeSet",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
      "kms:DescribeKey",
      "kms:ListAliases",
      "kms:ListKeys",
      "lambda:ListFunctions",
      "rds:DescribeDBInstances",
      "tag:GetResources",
    ],
  },
];

const PREFIX = "arn:aws:iam::aws:policy/";
const byArn = new Map(ROWS.map((row) => [PREFIX + row.name, row]));

function documentOf(row: Row): string {
  const first = { Effect: "Allow", [row.not === true ? "NotAction" : "Action"]: row.actions, Resource: row.resource ?? "*" };
  const more = (row.more ?? []).map(({ actions, resource }) => ({ Effect: "Allow", Action: actions, Resource: resource }));
  return JSON.stringify({ Version: "2012-10-17", Statement: [first, ...more] });
}

/** undefined for an ARN that has no row. */
export function managedPolicyDocument(arn: string): string | undefined {
  const row = byArn.get(arn);
  return row === undefined ? undefined : documentOf(row);
}

export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
}

export function managedPolicies(): ManagedPolicy[] {
  return ROWS.map(({ name }) => {
    const slash = name.lastIndexOf("/");
    return { arn: PREFIX + name, name: name.slice(slash + 1), path: `/${name.slice(0, slash + 1)}` };
  });
}
