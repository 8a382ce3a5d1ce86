/** Integration URIs of AWS services: `arn:aws:apigateway:REGION:SERVICE:action/NAME` and `…:path/…`. Pure. */

export interface ServiceUri {
  readonly region: string;
  /** The cloud's name of the service. */
  readonly service: string;
  /** `action/SendMessage` -> the operation; of `path/…` the path. */
  readonly action?: string;
  readonly path?: string;
}

/** Services by their name in URIs. What isn't here is refused when the integration is made. */
const SERVICES: { readonly [name: string]: string } = {
  dynamodb: "dynamodb",
  sqs: "sqs",
  sns: "sns",
  s3: "s3",
  kinesis: "kinesis",
  events: "events",
  ssm: "ssm",
  logs: "logs",
  kms: "kms",
  secretsmanager: "secretsmanager",
  sts: "sts",
};

export function serviceOfUri(uri: string): ServiceUri | undefined {
  const match = /^arn:[^:]+:apigateway:([^:]+):([^:]+):(path|action)\/(.+)$/s.exec(uri);
  if (match === null) return undefined;
  const [, region = "", name = "", kind, rest = ""] = match;
  // `bucket.s3` and the like name a host in front of the service.
  const service = SERVICES[name.split(".").at(-1) ?? ""];
  if (service === undefined) return undefined;
  return kind === "action" ? { region, service, action: rest } : { region, service, path: rest };
}
