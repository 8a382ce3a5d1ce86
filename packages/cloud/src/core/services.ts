/**
 * The cloud's services, a row each: how their requests are recognised, and where their code lies
 * (`services/<name>/<name>.service.ts`, loaded on first use). Adding a service is adding a row and the folder.
 */
import type { IncomingMessage } from "node:http";
import type { ServiceDefinition } from "./service.ts";

export interface ServiceRow {
  readonly name: string;
  /** In the credential scope of signatures. */
  readonly signingNames: readonly string[];
  /** Service part of IAM actions. */
  readonly iamPrefix: string;
  /** Whose records and memory it shares; its own when missing. */
  readonly home?: string;
  /** Before the dot of `X-Amz-Target`. */
  readonly targetPrefix?: string;
  /** `Version` parameter of the query protocol. */
  readonly queryVersion?: string;
  /** First label of its host names (`sqs.us-east-1.localhost`). */
  readonly hosts: readonly string[];
  /** REST paths for requests without a signature or target; also what splits services that share a signing name. */
  readonly paths?: RegExp;
  /** Cheap look at a request that may be for the service's `http`; only then the service is loaded and asked. */
  readonly http?: (host: string, path: string, headers: IncomingMessage["headers"], method: string) => boolean;
  /** Its `http.ownsHost` is asked about hosts that are no loopback names. */
  readonly customHosts?: boolean;
  /** True: unsigned or foreign GET and HEAD go here when nothing else matches. */
  readonly fallback?: boolean;
}

const COGNITO_PAGES =
  /^\/([a-z]{2}(-[a-z]+)+-\d_[A-Za-z0-9]+\/\.well-known\/|oauth2\/|(login|logout|signup|confirm|confirmUser|resendcode|mfa|newpassword|forgotPassword|confirmForgotPassword|error)$|saml2\/|_aws\/cognito-idp)/;

export const SERVICES: readonly ServiceRow[] = [
  {
    name: "dynamodb",
    signingNames: ["dynamodb"],
    iamPrefix: "dynamodb",
    targetPrefix: "DynamoDB_20120810",
    hosts: ["dynamodb"],
  },
  {
    name: "dynamodbstreams",
    home: "dynamodb",
    signingNames: ["dynamodb"],
    iamPrefix: "dynamodb",
    targetPrefix: "DynamoDBStreams_20120810",
    hosts: ["streams.dynamodb"],
  },
  {
    name: "sqs",
    signingNames: ["sqs"],
    iamPrefix: "sqs",
    targetPrefix: "AmazonSQS",
    queryVersion: "2012-11-05",
    hosts: ["sqs"],
    http: (_host, path) => path.startsWith("/_aws/sqs/"),
  },
  {
    name: "sns",
    signingNames: ["sns"],
    iamPrefix: "sns",
    queryVersion: "2010-03-31",
    hosts: ["sns"],
    http: (_host, path) => path.startsWith("/_aws/sns/"),
  },
  { name: "iam", signingNames: ["iam"], iamPrefix: "iam", queryVersion: "2010-05-08", hosts: ["iam"] },
  { name: "sts", home: "iam", signingNames: ["sts"], iamPrefix: "sts", queryVersion: "2011-06-15", hosts: ["sts"] },
  { name: "ssm", signingNames: ["ssm"], iamPrefix: "ssm", targetPrefix: "AmazonSSM", hosts: ["ssm"] },
  {
    name: "lambda",
    signingNames: ["lambda"],
    iamPrefix: "lambda",
    hosts: ["lambda"],
    paths: /^\/20\d\d-\d\d-\d\d\/(functions|event-source-mappings|layers|account-settings|tags|code-signing-configs)/,
    http: (host, path) =>
      host.includes(".lambda-url.") || path.startsWith("/_aws/lambda") || path.startsWith("/_dovetail/lambda/"),
  },
  {
    name: "apigatewayv2",
    signingNames: ["apigateway"],
    iamPrefix: "apigateway",
    hosts: ["apigateway"],
    customHosts: true,
    paths: /^\/v2\//,
    http: (host, path) =>
      (host.includes(".execute-api.") && !path.includes("/@connections/")) ||
      (path.startsWith("/_aws/execute-api/") && !path.includes("/@connections/")) ||
      (path.startsWith("/restapis/") && path.includes("/_user_request_")),
  },
  {
    name: "apigateway",
    home: "apigatewayv2",
    signingNames: ["apigateway"],
    iamPrefix: "apigateway",
    hosts: ["apigateway"],
    paths:
      /^\/((restapis|apikeys|usageplans|domainnames|vpclinks|clientcertificates|sdktypes|domainnameaccessassociations)(\/|$)|account$|tags\/arn(:|%3A)[^/]*apigateway)/i,
  },
  {
    name: "apigatewaymanagementapi",
    home: "apigatewayv2",
    signingNames: ["execute-api"],
    iamPrefix: "execute-api",
    hosts: ["execute-api"],
    paths: /\/@connections\//,
  },
  {
    name: "cognito-idp",
    signingNames: ["cognito-idp"],
    iamPrefix: "cognito-idp",
    targetPrefix: "AWSCognitoIdentityProviderService",
    hosts: ["cognito-idp"],
    http: (host, path) => host.includes(".auth.") || COGNITO_PAGES.test(path),
    customHosts: true,
  },
  {
    name: "cognito-identity",
    signingNames: ["cognito-identity"],
    iamPrefix: "cognito-identity",
    targetPrefix: "AWSCognitoIdentityService",
    hosts: ["cognito-identity"],
  },
  { name: "sesv2", signingNames: ["ses"], iamPrefix: "ses", hosts: ["email"], paths: /^\/v2\/email\// },
  {
    name: "ses",
    home: "sesv2",
    signingNames: ["ses"],
    iamPrefix: "ses",
    queryVersion: "2010-12-01",
    hosts: ["email"],
  },
  { name: "events", signingNames: ["events"], iamPrefix: "events", targetPrefix: "AWSEvents", hosts: ["events"] },
  {
    name: "scheduler",
    signingNames: ["scheduler"],
    iamPrefix: "scheduler",
    hosts: ["scheduler"],
    paths: /^\/(schedules|schedule-groups)(\/|$)/,
  },
  {
    name: "cloudwatch",
    signingNames: ["monitoring"],
    iamPrefix: "cloudwatch",
    targetPrefix: "GraniteServiceVersion20100801",
    queryVersion: "2010-08-01",
    hosts: ["monitoring"],
    http: (_host, path) => path.startsWith("/_aws/cloudwatch/"),
  },
  { name: "kms", signingNames: ["kms"], iamPrefix: "kms", targetPrefix: "TrentService", hosts: ["kms"] },
  {
    name: "secretsmanager",
    signingNames: ["secretsmanager"],
    iamPrefix: "secretsmanager",
    targetPrefix: "secretsmanager",
    hosts: ["secretsmanager"],
  },
  { name: "kinesis", signingNames: ["kinesis"], iamPrefix: "kinesis", targetPrefix: "Kinesis_20131202", hosts: ["kinesis"] },
  {
    name: "budgets",
    signingNames: ["budgets"],
    iamPrefix: "budgets",
    targetPrefix: "AWSBudgetServiceGateway",
    hosts: ["budgets"],
  },
  {
    name: "application-autoscaling",
    signingNames: ["application-autoscaling"],
    iamPrefix: "application-autoscaling",
    targetPrefix: "AnyScaleFrontendService",
    hosts: ["application-autoscaling"],
  },
  { name: "ec2", signingNames: ["ec2"], iamPrefix: "ec2", queryVersion: "2016-11-15", hosts: ["ec2"] },
  { name: "logs", signingNames: ["logs"], iamPrefix: "logs", targetPrefix: "Logs_20140328", hosts: ["logs"] },
  {
    name: "s3",
    signingNames: ["s3"],
    iamPrefix: "s3",
    hosts: ["s3"],
    fallback: true,
    http: (host, _path, headers, method) =>
      host.includes(".s3-website") ||
      method === "OPTIONS" ||
      (method === "POST" && String(headers["content-type"] ?? "").startsWith("multipart/form-data")),
  },
];

const byName = new Map(SERVICES.map((row) => [row.name, row]));

export function serviceRow(name: string): ServiceRow | undefined {
  return byName.get(name);
}

/** Loads a service's module. undefined when this build has none (its operations answer NotImplemented). */
export async function importService(name: string): Promise<ServiceDefinition | undefined> {
  if (!byName.has(name)) return undefined;
  try {
    const module: { service?: ServiceDefinition } = await import(`../services/${name}/${name}.service.ts`);
    return module.service;
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    if (missing && String(error.message).includes(`${name}.service`)) return undefined;
    throw error;
  }
}
