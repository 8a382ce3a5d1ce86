/** First words of type names as AWS spells the services. */
const SERVICES: readonly (readonly [prefix: string, name: string])[] = [
  ["apigatewayv2", "API Gateway v2"],
  ["cloudwatch_event", "EventBridge"],
  ["cloudwatch_log", "CloudWatch Logs Log"],
  ["cloudwatch", "CloudWatch"],
  ["cognito", "Cognito"],
  ["dynamodb", "DynamoDB"],
  ["iam", "IAM"],
  ["kinesis", "Kinesis"],
  ["kms", "KMS"],
  ["lambda", "Lambda"],
  ["s3", "S3"],
  ["scheduler", "EventBridge Scheduler"],
  ["secretsmanager", "Secrets Manager"],
  ["ses", "SES"],
  ["sesv2", "SESv2"],
  ["sns", "SNS"],
  ["sqs", "SQS"],
  ["ssm", "SSM"],
];

/** `aws_sqs_queue` -> `SQS Queue`: what messages call an object of the type. */
export function nounOf(type: string): string {
  const bare = type.replace(/^aws_/, "");
  const [prefix, name] = SERVICES.find(([word]) => bare.startsWith(`${word}_`)) ?? ["", "AWS"];
  const rest = bare.slice(prefix === "" ? 0 : prefix.length + 1).split("_");
  const words = rest.map((word) =>
    word === "acl" || word === "url" ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1),
  );
  return `${name} ${words.join(" ")}`;
}
