/** Services of AWS that VPCs have endpoints to, and the addresses of those with gateways. Source: AWS PrivateLink Guide (read 2026-11). */
import { createHash } from "node:crypto";

export interface EndpointService {
  /** `com.amazonaws.eu-west-1.s3`. */
  readonly name: string;
  readonly id: string;
  readonly type: "Gateway" | "Interface";
  /** What clients call when the endpoint has private DNS: `sqs.eu-west-1.amazonaws.com`. None for gateways. */
  readonly privateNames: readonly string[];
}

export interface GatewayService extends EndpointService {
  readonly prefixListId: string;
  readonly blocks: readonly string[];
}

/** Addresses of us-east-1, told of every region: nothing is sent to them. */
const BLOCKS: { readonly [service: string]: readonly string[] } = {
  dynamodb: ["3.218.180.0/22", "52.94.0.0/22"],
  s3: ["52.216.0.0/15", "54.231.0.0/16"],
};

/** By the last part of their names, with the private DNS names where these are not `SERVICE.REGION.amazonaws.com`. */
const INTERFACES: { readonly [service: string]: readonly string[] | undefined } = {
  "cognito-idp": undefined,
  dynamodb: undefined,
  ec2: undefined,
  ec2messages: undefined,
  "ecr.api": ["api.ecr.REGION.amazonaws.com"],
  "ecr.dkr": ["dkr.ecr.REGION.amazonaws.com", "*.dkr.ecr.REGION.amazonaws.com"],
  ecs: undefined,
  "ecs-agent": ["ecs-a.REGION.amazonaws.com"],
  "ecs-telemetry": ["ecs-t.REGION.amazonaws.com"],
  "email-smtp": undefined,
  events: undefined,
  "execute-api": ["execute-api.REGION.amazonaws.com", "*.execute-api.REGION.amazonaws.com"],
  "kinesis-streams": ["kinesis.REGION.amazonaws.com"],
  kms: undefined,
  lambda: undefined,
  logs: undefined,
  monitoring: undefined,
  s3: ["s3.REGION.amazonaws.com", "*.s3.REGION.amazonaws.com"],
  scheduler: undefined,
  secretsmanager: undefined,
  sns: undefined,
  sqs: undefined,
  ssm: undefined,
  ssmmessages: undefined,
  states: undefined,
  sts: undefined,
  xray: undefined,
};

const digitsOf = (text: string) => createHash("sha256").update(text).digest("hex");

/** In order of their names. IDs are the same in every cloud, since they are AWS's and not the account's. */
export function gatewayServices(region: string): readonly GatewayService[] {
  return Object.entries(BLOCKS).map(([service, blocks]) => {
    const name = `com.amazonaws.${region}.${service}`;
    const digits = digitsOf(name);
    return {
      name,
      type: "Gateway",
      privateNames: [],
      blocks,
      prefixListId: `pl-${digits.slice(0, 8)}`,
      id: `vpce-svc-0${digits.slice(0, 16)}`,
    };
  });
}

export function interfaceServices(region: string): readonly EndpointService[] {
  return Object.entries(INTERFACES).map(([service, names]) => {
    const name = `com.amazonaws.${region}.${service}`;
    return {
      name,
      type: "Interface",
      privateNames: (names ?? [`${service}.REGION.amazonaws.com`]).map((each) => each.replace("REGION", region)),
      id: `vpce-svc-0${digitsOf(`${name} interface`).slice(0, 16)}`,
    };
  });
}

/** Both kinds, in order of their names. */
export function endpointServices(region: string): readonly EndpointService[] {
  return [...gatewayServices(region), ...interfaceServices(region)].sort((a, b) =>
    a.name === b.name ? (a.type < b.type ? -1 : 1) : a.name < b.name ? -1 : 1,
  );
}
