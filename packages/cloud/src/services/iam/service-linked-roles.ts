/**
 * Service-linked roles by the service that they belong to: the role's name behind `AWSServiceRoleFor`, and AWS's policy for it.
 * IAM user guide, "AWS services that work with IAM", and the services' own pages of "Using service-linked roles" (from memory of these, 2026-11-21).
 */
interface LinkedRole {
  readonly name: string;
  readonly policy: string;
}

const ROLES: { readonly [service: string]: readonly [name: string, policy: string] } = {
  "access-analyzer": ["AccessAnalyzer", "AccessAnalyzerServiceRolePolicy"],
  acm: ["CertificateManager", "CertificateManagerServiceRolePolicy"],
  "apidestinations.events": ["AmazonEventBridgeApiDestinations", "AmazonEventBridgeApiDestinationsServiceRolePolicy"],
  apprunner: ["AppRunner", "AppRunnerServiceRolePolicy"],
  "networking.apprunner": ["AppRunnerNetworking", "AppRunnerNetworkingServiceRolePolicy"],
  appsync: ["AppSync", "AWSAppSyncServiceRolePolicy"],
  autoscaling: ["AutoScaling", "AutoScalingServiceRolePolicy"],
  backup: ["Backup", "AWSBackupServiceLinkedRolePolicyForBackup"],
  batch: ["Batch", "BatchServiceRolePolicy"],
  budgets: ["Budgets", "BudgetsServiceRolePolicy"],
  cloudtrail: ["CloudTrail", "CloudTrailServiceRolePolicy"],
  "codestar-notifications": ["CodeStarNotifications", "AWSCodeStarNotificationsServiceRolePolicy"],
  "cognito-idp": ["AmazonCognitoIdp", "AmazonCognitoIdpServiceRolePolicy"],
  "email.cognito-idp": ["AmazonCognitoIdpEmail", "AmazonCognitoIdpEmailServiceRolePolicy"],
  config: ["Config", "AWSConfigServiceRolePolicy"],
  dax: ["DAX", "DAXServiceRolePolicy"],
  ecr: ["ECR", "ECRReplicationServiceRolePolicy"],
  "replication.ecr": ["ECRReplication", "ECRReplicationServiceRolePolicy"],
  "pullthroughcache.ecr": ["ECRPullThroughCache", "AWSECRPullThroughCache_ServiceRolePolicy"],
  ecs: ["ECS", "AmazonECSServiceRolePolicy"],
  eks: ["AmazonEKS", "AmazonEKSServiceRolePolicy"],
  "eks-fargate": ["AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"],
  "eks-nodegroup": ["AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"],
  elasticache: ["ElastiCache", "ElastiCacheServiceRolePolicy"],
  elasticbeanstalk: ["ElasticBeanstalk", "AWSElasticBeanstalkServiceRolePolicy"],
  "managedupdates.elasticbeanstalk": ["ElasticBeanstalkManagedUpdates", "AWSElasticBeanstalkManagedUpdatesServiceRolePolicy"],
  elasticfilesystem: ["AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"],
  elasticloadbalancing: ["ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"],
  elasticmapreduce: ["EMRCleanup", "AmazonEMRCleanupPolicy"],
  es: ["AmazonElasticsearchService", "AmazonElasticsearchServiceRolePolicy"],
  fsx: ["AmazonFSx", "AmazonFSxServiceRolePolicy"],
  globalaccelerator: ["GlobalAccelerator", "AWSGlobalAcceleratorSLRPolicy"],
  guardduty: ["AmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"],
  inspector2: ["AmazonInspector2", "AmazonInspector2ServiceRolePolicy"],
  kafka: ["Kafka", "KafkaServiceRolePolicy"],
  "mrk.kms": ["KeyManagementServiceMultiRegionKeys", "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy"],
  "cks.kms": ["KeyManagementServiceCustomKeyStores", "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy"],
  "replicator.lambda": ["LambdaReplicator", "AWSLambdaReplicator"],
  "logger.cloudfront": ["CloudFrontLogger", "AWSCloudFrontLogger"],
  macie: ["AmazonMacie", "AmazonMacieServiceRolePolicy"],
  mq: ["AmazonMQ", "AmazonMQServiceRolePolicy"],
  opensearchservice: ["AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"],
  "observability.aoss": ["AmazonOpenSearchServerless", "AmazonOpenSearchServerlessServiceRolePolicy"],
  "ops.apigateway": ["APIGateway", "APIGatewayServiceRolePolicy"],
  organizations: ["Organizations", "AWSOrganizationsServiceTrustPolicy"],
  rds: ["RDS", "AmazonRDSServiceRolePolicy"],
  redshift: ["Redshift", "AmazonRedshiftServiceLinkedRolePolicy"],
  "replication.dynamodb": ["DynamoDBReplication", "DynamoDBReplicationServiceRolePolicy"],
  "kinesisreplication.dynamodb": ["DynamoDBKinesisDataStreamsReplication", "DynamoDBKinesisReplicationServiceRolePolicy"],
  "contributorinsights.dynamodb": [
    "DynamoDBCloudWatchContributorInsights",
    "DynamoDBCloudWatchContributorInsightsServiceRolePolicy",
  ],
  route53resolver: ["Route53Resolver", "Route53ResolverServiceRolePolicy"],
  securityhub: ["SecurityHub", "AWSSecurityHubServiceRolePolicy"],
  servicequotas: ["ServiceQuotas", "ServiceQuotasServiceRolePolicy"],
  ses: ["AmazonSES", "AmazonSESServiceRolePolicy"],
  shield: ["AWSShield", "AWSShieldServiceRolePolicy"],
  spot: ["EC2Spot", "AWSEC2SpotServiceRolePolicy"],
  spotfleet: ["EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"],
  ssm: ["AmazonSSM", "AmazonSSMServiceRolePolicy"],
  sso: ["SSO", "AWSSSOServiceRolePolicy"],
  support: ["Support", "AWSSupportServiceRolePolicy"],
  transitgateway: ["VPCTransitGateway", "AWSVPCTransitGatewayServiceRolePolicy"],
  trustedadvisor: ["TrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy"],
  "vpc-lattice": ["VpcLattice", "AWSVpcLatticeServiceRolePolicy"],
  wafv2: ["WAFV2Logging", "WAFV2LoggingServiceRolePolicy"],
  "dynamodb.application-autoscaling": ["ApplicationAutoScaling_DynamoDBTable", "AWSApplicationAutoscalingDynamoDBTablePolicy"],
  "ecs.application-autoscaling": ["ApplicationAutoScaling_ECSService", "AWSApplicationAutoscalingECSServicePolicy"],
  "elasticache.application-autoscaling": ["ApplicationAutoScaling_ElastiCacheRG", "AWSApplicationAutoscalingElastiCacheRGPolicy"],
  "kafka.application-autoscaling": ["ApplicationAutoScaling_KafkaCluster", "AWSApplicationAutoscalingKafkaClusterPolicy"],
  "lambda.application-autoscaling": [
    "ApplicationAutoScaling_LambdaConcurrency",
    "AWSApplicationAutoscalingLambdaConcurrencyPolicy",
  ],
  "rds.application-autoscaling": ["ApplicationAutoScaling_RDSCluster", "AWSApplicationAutoscalingRDSClusterPolicy"],
  "sagemaker.application-autoscaling": [
    "ApplicationAutoScaling_SageMakerEndpoint",
    "AWSApplicationAutoscalingSageMakerEndpointPolicy",
  ],
};

/** undefined for services that the table lacks. `service`: `ecs.amazonaws.com`. */
export function linkedRole(service: string): LinkedRole | undefined {
  const prefix = service.replace(/\.amazonaws\.com$/, "");
  const row = Object.hasOwn(ROLES, prefix) ? ROLES[prefix] : undefined;
  return row === undefined ? undefined : { name: row[0], policy: `arn:aws:iam::aws:policy/aws-service-role/${row[1]}` };
}
