/** Functions and the HTTP API (v2, as SST has it) in front of three of them. Standards: reserved concurrency, own roles, log retention. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { named, tags } from "./names";

type Named = pulumi.Output<{ name: string; arn: string }>;

interface ApiProps {
  readonly keyArn: pulumi.Output<string>;
  readonly temp: Named;
  readonly final: Named;
  readonly jobs: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> };
  readonly batches: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> };
  readonly queueArn: pulumi.Output<string>;
  readonly jobTopicArn: pulumi.Output<string>;
}

type Statement = { readonly Action: string[]; readonly Resource: pulumi.Input<string>[] };

export default function api({ keyArn, temp, final, jobs, batches, queueArn, jobTopicArn }: ApiProps) {
  const useKey: Statement = { Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: [keyArn] };
  const apiRole = role("Api", "api", [
    {
      Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
      Resource: [jobs.arn, $interpolate`${jobs.arn}/index/byUser`, batches.arn],
    },
    { Action: ["s3:PutObject"], Resource: [$interpolate`${temp.arn}/uploads/*`] },
    { Action: ["s3:GetObject"], Resource: [$interpolate`${final.arn}/images/*`] },
    useKey,
  ]);
  const workerRole = role("Worker", "worker", [
    {
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
      Resource: [queueArn],
    },
    { Action: ["dynamodb:GetItem", "dynamodb:UpdateItem"], Resource: [jobs.arn, batches.arn] },
    { Action: ["s3:GetObject"], Resource: [$interpolate`${temp.arn}/uploads/*`] },
    { Action: ["s3:PutObject"], Resource: [$interpolate`${final.arn}/images/*`] },
    { Action: ["sns:Publish"], Resource: [jobTopicArn] },
    useKey,
  ]);

  const shared = {
    TEMP_BUCKET_NAME: temp.name,
    FINAL_BUCKET_NAME: final.name,
    JOBS_TABLE_NAME: jobs.name,
    BATCHES_TABLE_NAME: batches.name,
  };
  const presign = fn("Presign", "presign", apiRole, shared);
  const status = fn("Status", "status", apiRole, shared);
  const download = fn("Download", "download", apiRole, shared);
  const worker = fn(
    "Worker",
    "worker",
    workerRole,
    {
      ...shared,
      SNS_TOPIC_ARN: jobTopicArn,
      AI_PROVIDER_URL: process.env.AI_PROVIDER_URL ?? "http://127.0.0.1:4010",
      AI_PROVIDER_KEY: process.env.AI_PROVIDER_KEY ?? "local-stand-in",
    },
    { timeout: 60, memorySize: 1024 },
  );
  new aws.lambda.EventSourceMapping("WorkerQueue", {
    eventSourceArn: queueArn,
    functionName: worker.arn,
    batchSize: 5,
    functionResponseTypes: ["ReportBatchItemFailures"],
  });

  const httpApi = new aws.apigatewayv2.Api("HttpApi", { name: named("api"), protocolType: "HTTP", tags });
  new aws.apigatewayv2.Stage("Stage", { apiId: httpApi.id, name: "$default", autoDeploy: true, tags });
  route("Presign", "POST /upload/presign", presign);
  route("Status", "GET /jobs/{id}", status);
  route("Download", "GET /jobs/{id}/download", download);
  return { url: httpApi.apiEndpoint, workerName: worker.name };

  function route(name: string, routeKey: string, target: aws.lambda.Function): void {
    const integration = new aws.apigatewayv2.Integration(`${name}Integration`, {
      apiId: httpApi.id,
      integrationType: "AWS_PROXY",
      integrationUri: target.arn,
      // The functions are written for the REST API of production.
      payloadFormatVersion: "1.0",
    });
    new aws.apigatewayv2.Route(`${name}Route`, {
      apiId: httpApi.id,
      routeKey,
      target: $interpolate`integrations/${integration.id}`,
    });
    new aws.lambda.Permission(`${name}Permission`, {
      action: "lambda:InvokeFunction",
      function: target.name,
      principal: "apigateway.amazonaws.com",
      sourceArn: $interpolate`${httpApi.executionArn}/*/*`,
    });
  }
}

function role(name: string, suffix: string, statements: readonly Statement[]): aws.iam.Role {
  const made = new aws.iam.Role(`${name}Role`, {
    name: named(suffix),
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
    }),
    tags,
  });
  new aws.iam.RolePolicy(`${name}Policy`, {
    name: suffix,
    role: made.id,
    policy: $jsonStringify({ Version: "2012-10-17", Statement: statements.map((s) => ({ Effect: "Allow", ...s })) }),
  });
  new aws.iam.RolePolicyAttachment(`${name}Logs`, {
    role: made.name,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
  });
  return made;
}

function fn(
  name: string,
  suffix: string,
  role: aws.iam.Role,
  variables: Record<string, pulumi.Input<string>>,
  size: { timeout: number; memorySize: number } = { timeout: 10, memorySize: 256 },
): aws.lambda.Function {
  const group = new aws.cloudwatch.LogGroup(`${name}Log`, { name: `/aws/lambda/${named(suffix)}`, retentionInDays: 14, tags });
  return new aws.lambda.Function(
    `${name}Function`,
    {
      name: named(suffix),
      role: role.arn,
      runtime: "nodejs22.x",
      handler: "index.handler",
      code: new pulumi.asset.FileArchive(`../backend/dist/${suffix}`),
      reservedConcurrentExecutions: 100,
      environment: { variables },
      tags,
      ...size,
    },
    { dependsOn: [group] },
  );
}
