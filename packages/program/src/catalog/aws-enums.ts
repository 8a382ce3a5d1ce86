/**
 * Constants of `@pulumi/aws`. Values are AWS's own; names follow the package's spelling (a `d` for a dot in runtimes).
 * Sources: Lambda runtimes, regions and AWS managed policies in AWS's documentation; the package's reference pages (read 2026-11).
 */

const RUNTIMES = {
  Dotnet6: "dotnet6",
  Dotnet8: "dotnet8",
  Dotnet10: "dotnet10",
  Java11: "java11",
  Java17: "java17",
  Java21: "java21",
  Java25: "java25",
  Java8AL2: "java8.al2",
  NodeJS18dX: "nodejs18.x",
  NodeJS20dX: "nodejs20.x",
  NodeJS22dX: "nodejs22.x",
  NodeJS24dX: "nodejs24.x",
  CustomAL2: "provided.al2",
  CustomAL2023: "provided.al2023",
  Python3d9: "python3.9",
  Python3d10: "python3.10",
  Python3d11: "python3.11",
  Python3d12: "python3.12",
  Python3d13: "python3.13",
  Python3d14: "python3.14",
  Ruby3d2: "ruby3.2",
  Ruby3d3: "ruby3.3",
  Ruby3d4: "ruby3.4",
  Go1dx: "go1.x",
  Java8: "java8",
  NodeJS12dX: "nodejs12.x",
  NodeJS14dX: "nodejs14.x",
  NodeJS16dX: "nodejs16.x",
  Custom: "provided",
  Python3d7: "python3.7",
  Python3d8: "python3.8",
} as const;

const REGION_CODES =
  "af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2";

/** `eu-central-1` -> `EUCentral1`; the package writes Canada's first one without its number. */
function regionName(code: string): string {
  const [area = "", ...rest] = code.split("-");
  const words = rest.map((word) =>
    word === "gov"
      ? "Gov"
      : (word[0] ?? "").toUpperCase() + word.slice(1).replace(/(south|north)(east|west)/, (_all, a: string, b: string) => a + b),
  );
  return code === "ca-central-1" ? "CACentral" : `${area.toUpperCase()}${words.join("")}`;
}

const REGIONS = Object.fromEntries(REGION_CODES.split(" ").map((code) => [regionName(code), code]));

/** AWS managed policies by the path they stand under. */
const POLICIES: { readonly [path: string]: string } = {
  "": `AdministratorAccess PowerUserAccess ReadOnlyAccess SecurityAudit IAMFullAccess IAMReadOnlyAccess IAMUserChangePassword AmazonAPIGatewayAdministrator
    AmazonAPIGatewayInvokeFullAccess AmazonAthenaFullAccess AmazonBedrockFullAccess AmazonBedrockReadOnly AmazonCognitoDeveloperAuthenticatedIdentities
    AmazonCognitoPowerUser AmazonCognitoReadOnly AmazonDynamoDBFullAccess AmazonDynamoDBReadOnlyAccess AmazonEC2ContainerRegistryFullAccess
    AmazonEC2ContainerRegistryPowerUser AmazonEC2ContainerRegistryReadOnly AmazonEC2FullAccess AmazonEC2ReadOnlyAccess AmazonECS_FullAccess AmazonEKSCNIPolicy
    AmazonEKSClusterPolicy AmazonEKSServicePolicy AmazonEKSVPCResourceController AmazonEKSWorkerNodePolicy AmazonEKS_CNI_Policy AmazonElastiCacheFullAccess
    AmazonEventBridgeFullAccess AmazonEventBridgeSchedulerFullAccess AmazonElasticFileSystemClientFullAccess AmazonElasticFileSystemFullAccess
    AmazonElasticFileSystemClientReadWriteAccess AmazonKinesisFirehoseFullAccess AmazonKinesisFullAccess AmazonKinesisReadOnlyAccess
    AmazonOpenSearchServiceFullAccess AmazonPollyFullAccess AmazonRDSDataFullAccess AmazonRDSFullAccess AmazonRDSReadOnlyAccess AmazonRekognitionFullAccess
    AmazonRekognitionReadOnlyAccess AmazonRoute53FullAccess AmazonRoute53ReadOnlyAccess AmazonS3FullAccess AmazonS3ReadOnlyAccess AmazonSESFullAccess
    AmazonSNSFullAccess AmazonSNSReadOnlyAccess AmazonSQSFullAccess AmazonSQSReadOnlyAccess AmazonSSMFullAccess AmazonSSMManagedInstanceCore AmazonSSMReadOnlyAccess
    AmazonTextractFullAccess AmazonTranscribeFullAccess AmazonVPCFullAccess AmazonVPCReadOnlyAccess AWSAppSyncAdministrator AWSAppSyncInvokeFullAccess
    AWSCertificateManagerFullAccess AWSCertificateManagerReadOnly AWSCloudFormationFullAccess AWSCloudFormationReadOnlyAccess AWSCloudMapFullAccess
    AWSCodeBuildAdminAccess AWSCodeBuildDeveloperAccess AWSCodeDeployFullAccess AWSKeyManagementServicePowerUser AWSLambda_FullAccess AWSLambda_ReadOnlyAccess
    AWSStepFunctionsConsoleFullAccess AWSStepFunctionsFullAccess AWSStepFunctionsReadOnlyAccess AWSXRayDaemonWriteAccess AWSXrayFullAccess AWSXrayReadOnlyAccess
    AWSXrayWriteOnlyAccess AWSWAFFullAccess AWSWAFReadOnlyAccess CloudFrontFullAccess CloudFrontReadOnlyAccess CloudWatchAgentAdminPolicy CloudWatchAgentServerPolicy
    CloudWatchEventsFullAccess CloudWatchEventsReadOnlyAccess CloudWatchFullAccess CloudWatchFullAccessV2 CloudWatchLambdaInsightsExecutionRolePolicy
    CloudWatchLogsFullAccess CloudWatchLogsReadOnlyAccess CloudWatchReadOnlyAccess ComprehendFullAccess SecretsManagerReadWrite TranslateFullAccess TranslateReadOnly`,
  "service-role/": `AWSLambdaBasicExecutionRole AWSLambdaDynamoDBExecutionRole AWSLambdaENIManagementAccess AWSLambdaKinesisExecutionRole AWSLambdaMSKExecutionRole
    AWSLambdaRole AWSLambdaSQSQueueExecutionRole AWSLambdaVPCAccessExecutionRole AmazonAPIGatewayPushToCloudWatchLogs AWSAppSyncPushToCloudWatchLogs
    AmazonEC2ContainerServiceEventsRole AmazonEC2ContainerServiceforEC2Role AmazonECSTaskExecutionRolePolicy AmazonEC2ContainerServiceRole
    AmazonRDSEnhancedMonitoringRole AmazonS3ObjectLambdaExecutionRolePolicy AmazonSNSRole AWSBatchServiceRole AWSCodeDeployRole AWSCodeDeployRoleForLambda
    AWSConfigRole AWS_ConfigRole AWSGlueServiceRole AmazonEBSCSIDriverPolicy AmazonCognitoIdpEmailServiceRolePolicy CloudWatchEventsInvocationAccess
    AWSBackupServiceRolePolicyForBackup AWSBackupServiceRolePolicyForRestores AWSAppRunnerServicePolicyForECRAccess AmazonDMSVPCManagementRole AWSQuicksightAthenaAccess`,
  "aws-service-role/":
    "AWSApplicationAutoscalingDynamoDBTablePolicy AWSApplicationAutoscalingECSServicePolicy AWSApplicationAutoscalingLambdaConcurrencyPolicy",
  "job-function/":
    "Billing DatabaseAdministrator DataScientist NetworkAdministrator SupportUser SystemAdministrator ViewOnlyAccess",
};

/** Where the package's name is not the policy's. */
const POLICY_NAMES: { readonly [policy: string]: string } = {
  AWSLambda_FullAccess: "LambdaFullAccess",
  AWSLambda_ReadOnlyAccess: "LambdaReadOnlyAccess",
  AmazonECS_FullAccess: "ECSFullAccess",
};

function managedPolicies(): { [name: string]: string } {
  const found: [string, string][] = [];
  for (const [path, names] of Object.entries(POLICIES)) {
    for (const name of names.split(/\s+/)) {
      const arn = `arn:aws:iam::aws:policy/${path}${name}`;
      found.push([name, arn]);
      const other = POLICY_NAMES[name];
      if (other !== undefined) found.push([other, arn]);
    }
  }
  return Object.fromEntries(found);
}

const INSTANCE_SIZES = [
  "Nano",
  "Micro",
  "Small",
  "Medium",
  "Large",
  "XLarge",
  "Metal",
  ...[2, 3, 4, 6, 8, 9, 10, 12, 16, 18, 24, 32, 48].map((n) => `${n}XLarge`),
];
const INSTANCE_FAMILIES =
  "T2 T3 T3a T4g M4 M5 M5a M5d M6a M6g M6gd M6i M7a M7g M7i C4 C5 C5a C5d C5n C6a C6g C6gd C6gn C6i C7a C7g C7i R4 R5 R5a R5d R6a R6g R6gd R6i R7g R7i I3 I3en I4i P2 P3 P4d P5 G3 G4ad G4dn G5 G5g G6 X1 X1e X2gd D2 D3 H1 Inf1 Inf2 Trn1".split(
    " ",
  );
const DATABASE_FAMILIES = "T2 T3 T4G M3 M4 M5 M6G M6I M7G R3 R4 R5 R6G R6I R7G X1 X1E X2G".split(" ");

/** `T3_Micro` -> `t3.micro`. */
function instanceTypes(families: readonly string[], prefix: string): { [name: string]: string } {
  return Object.fromEntries(
    families.flatMap((family) => INSTANCE_SIZES.map((size) => [`${family}_${size}`, `${prefix}${family}.${size}`.toLowerCase()])),
  );
}

const TABLES: { readonly [path: string]: () => { readonly [name: string]: string } } = {
  Region: () => REGIONS,
  "lambda.Runtime": () => RUNTIMES,
  "iam.ManagedPolicy": managedPolicies,
  "iam.ManagedPolicies": managedPolicies,
  "s3.CannedAcl": () => ({
    Private: "private",
    PublicRead: "public-read",
    PublicReadWrite: "public-read-write",
    AwsExecRead: "aws-exec-read",
    AuthenticatedRead: "authenticated-read",
    BucketOwnerRead: "bucket-owner-read",
    BucketOwnerFullControl: "bucket-owner-full-control",
    LogDeliveryWrite: "log-delivery-write",
  }),
  "ssm.ParameterType": () => ({ String: "String", StringList: "StringList", SecureString: "SecureString" }),
  "route53.RecordType": () =>
    Object.fromEntries("A AAAA CNAME CAA MX NAPTR NS PTR SOA SPF SRV TXT".split(" ").map((name) => [name, name])),
  "alb.IpAddressType": () => ({ Ipv4: "ipv4", Dualstack: "dualstack" }),
  "alb.LoadBalancerType": () => ({ Application: "application", Network: "network" }),
  "ec2.ProtocolType": () => ({ All: "all", TCP: "tcp", UDP: "udp", ICMP: "icmp" }),
  "ec2.Tenancy": () => ({ Default: "default", Dedicated: "dedicated" }),
  "ec2.PlacementStrategy": () => ({ Spread: "spread", Cluster: "cluster" }),
  "ec2.InstanceType": () => instanceTypes(INSTANCE_FAMILIES, ""),
  "rds.InstanceType": () => instanceTypes(DATABASE_FAMILIES, "db."),
  "rds.EngineType": () => ({ Aurora: "aurora", AuroraMysql: "aurora-mysql", AuroraPostgresql: "aurora-postgresql" }),
  "rds.EngineMode": () => ({
    Provisioned: "provisioned",
    Serverless: "serverless",
    ParallelQuery: "parallelquery",
    Global: "global",
  }),
  "rds.StorageType": () => ({ Standard: "standard", GP2: "gp2", GP3: "gp3", IO1: "io1" }),
};

/** The package's constants: `lambda.Runtime`, `Region`. */
export const AWS_ENUMS: readonly string[] = Object.keys(TABLES);

/** The members of one (`("lambda", "Runtime")`, `("", "Region")`), undefined when there is none. */
export function awsEnumMembers(namespace: string, name: string): { readonly [name: string]: string } | undefined {
  const path = namespace === "" ? name : `${namespace}.${name}`;
  return Object.hasOwn(TABLES, path) ? TABLES[path]?.() : undefined;
}
