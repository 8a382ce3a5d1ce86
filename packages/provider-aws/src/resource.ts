import type { APIGateway } from "@aws-sdk/client-api-gateway";
import type { ApiGatewayV2 } from "@aws-sdk/client-apigatewayv2";
import type { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import type { Budgets } from "@aws-sdk/client-budgets";
import type { CloudWatch } from "@aws-sdk/client-cloudwatch";
import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { CognitoIdentity } from "@aws-sdk/client-cognito-identity";
import type { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import type { DynamoDB } from "@aws-sdk/client-dynamodb";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { EventBridge } from "@aws-sdk/client-eventbridge";
import type { IAM } from "@aws-sdk/client-iam";
import type { Kinesis } from "@aws-sdk/client-kinesis";
import type { KMS } from "@aws-sdk/client-kms";
import type { Lambda } from "@aws-sdk/client-lambda";
import type { S3 } from "@aws-sdk/client-s3";
import type { Scheduler } from "@aws-sdk/client-scheduler";
import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { SES } from "@aws-sdk/client-ses";
import type { SESv2 } from "@aws-sdk/client-sesv2";
import type { SNS } from "@aws-sdk/client-sns";
import type { SQS } from "@aws-sdk/client-sqs";
import type { SSM } from "@aws-sdk/client-ssm";
import type { STS } from "@aws-sdk/client-sts";
import type { Diagnostic, Value, ValueObject } from "@dovetail/model";

/**
 * How a native resource type is written: one object in one file, `services/<service>/<name>.resource.ts`.
 * The schema is data (both editions); this says what the schema cannot. The framework does the rest: default values,
 * tags and tags_all, names from a prefix, comparison of JSON and sets, which changes replace, unknowns in the plan,
 * waiting and retrying by table, errors as diagnostics.
 */
export interface NativeResource {
  readonly type: string;
  /** Schema defaults, `"a.b"` paths into nested blocks included: what the real provider plans when config leaves it unset. */
  readonly defaults?: { readonly [path: string]: string | number | boolean };
  /** Paths (schema names, indices left out: `"rule.id"`) whose change replaces the object. Completes the schema's hints. */
  readonly forceNew?: readonly string[];
  /** Paths that the schema's hints say replace, wrongly. */
  readonly updatable?: readonly string[];
  /** Attributes compared by meaning: JSON texts, and IAM policies (where a lone string equals a one-element list). */
  readonly equivalence?: { readonly [path: string]: "json" | "policy" | ((a: string, b: string) => boolean) };
  /** What a message calls the object, `SQS Queue`; default: made from the type's name. */
  readonly noun?: string;
  /** Arguments that this type does not carry out, by schema path, with the reason: setting one is refused (DVT3006), never ignored. */
  readonly unsupported?: { readonly [path: string]: string };
  /** Blocks (schema paths) that stay as they are, or are known after apply, while config leaves them out. Completes the schema's hints; `false` takes one back. */
  readonly computedBlocks?: { readonly [path: string]: boolean };
  /** Paths whose prior value, and config's, mean the same in more than spelling: keeps the prior one (SDKv2's DiffSuppressFunc). */
  suppressDiff?(
    path: string,
    prior: Value,
    config: Value,
    objects: { readonly prior: ValueObject; readonly config: ValueObject },
  ): boolean;
  /** Computed attributes that become unknown in an update when one of the listed ones (`"*"`: any) changes (`version: ["filename", …]`). */
  readonly recomputedWhen?: { readonly [attribute: string]: readonly string[] };
  /** Name attribute and how `name_prefix`/no name is completed. */
  readonly naming?: {
    readonly attribute: string;
    readonly prefix?: string;
    readonly maxLength: number;
    /** Prefix of names that config leaves to the provider; default `terraform-`. */
    readonly fallback?: string;
  };
  /** The type has tags/tags_all; how they are kept on the service is up to create/update/read, which see `tags_all`. */
  readonly tagged?: boolean;
  /** Default tags that an object has in place of the provider's own; undefined: it has those. */
  ownDefaultTags?(object: ValueObject): { readonly [key: string]: string } | undefined;
  /** Checks that the real provider makes before anything is called. `config` may hold unknowns. */
  validate?(config: ValueObject): readonly Diagnostic[];
  /** Checks that the real provider makes while it plans (its CustomizeDiff): asked once all of the config is valid. */
  checkPlan?(config: ValueObject, prior: ValueObject | null): readonly Diagnostic[];
  /** Last word on a plan: what the real provider's CustomizeDiff does. Gets and gives whole objects. */
  customizePlan?(prior: ValueObject | null, planned: ValueObject, config: ValueObject): CustomPlan;
  /**
   * Makes the object. Calls `onCreated` with at least `{ id }` as soon as it exists remotely; the framework then calls `read`.
   * `config` is the whole config object: write-only arguments stand only there.
   */
  create(
    aws: AwsContext,
    planned: ValueObject,
    onCreated: (partial: ValueObject) => Promise<void>,
    config: ValueObject,
  ): Promise<void>;
  /** The only place where the API becomes state: a full object from `state.id` (and what else `state` knows); null when it is gone. */
  read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null>;
  /** Sends only what changed; answers what no reading tells, if there is anything. Absent: every change replaces. */
  update?(
    aws: AwsContext,
    prior: ValueObject,
    planned: ValueObject,
    changed: (path: string) => boolean,
    config: ValueObject,
  ): Promise<void> | Promise<ValueObject>;
  /** Takes "not found" for done. */
  delete(aws: AwsContext, state: ValueObject): Promise<void>;
  /** `terraform import` id -> the least state that `read` needs. Default `{ id }`. Throws DiagnosticError with the real provider's text for a bad form. */
  importId?(id: string): ValueObject;
  /**
   * Looks for the object that creating `planned` would have made: the state that `read` needs, or null. Only what is certainly the same
   * object may be answered. Default: where `naming` gives a known name and the id is that name, an object that can be read.
   * @param isFree false for an object that the state has (asked with the state that `read` needs): where several objects look alike,
   *   one of the free ones is the answer. What is answered is asked for once more by the framework.
   */
  find?(aws: AwsContext, planned: ValueObject, isFree: (start: ValueObject) => boolean): Promise<ValueObject | null>;
  /** State upgrades by the version they start from. */
  readonly upgrades?: { readonly [fromVersion: number]: (state: ValueObject) => ValueObject };
}

export interface CustomPlan {
  readonly planned?: ValueObject;
  readonly requiresReplace?: readonly string[];
  readonly diagnostics?: readonly Diagnostic[];
}

export interface NativeDataSource {
  readonly type: string;
  validate?(config: ValueObject): readonly Diagnostic[];
  read(aws: AwsContext, config: ValueObject): Promise<ValueObject>;
}

/** What a resource works with: typed SDK-shaped clients (lean underneath, loaded on first call) and where it is. */
export interface AwsContext {
  readonly clients: AwsClients;
  readonly region: string;
  /** Clients of another region. */
  clientsOf(region: string): AwsClients;
  readonly partition: string;
  /** Looked up once, on first use. */
  accountId(): Promise<string>;
  readonly edition: "5.100.0" | "6.66.0";
  /** The embedded cloud: nothing leaves this machine. */
  readonly isLocal: boolean;
  /** Where the embedded cloud listens; undefined elsewhere. */
  readonly localEndpoint?: string | undefined;
  /** Tags of the provider block. */
  readonly defaultTags: { readonly [key: string]: string };
  readonly ignoreTags: { readonly keys: readonly string[]; readonly prefixes: readonly string[] };
  /** Waits by row: asks `probe` until it answers, doubling from `firstDelayMs`; ends with DVT4005 after `timeoutMs`. */
  wait<T>(row: WaitRow, probe: () => Promise<T | undefined>): Promise<T>;
  /** Runs `call` again while it fails with one of the row's error codes. */
  retry<T>(row: RetryRow, call: () => Promise<T>): Promise<T>;
}

export interface WaitRow {
  readonly what: string;
  readonly timeoutMs: number;
  readonly firstDelayMs?: number;
  /** It is only waited until all of AWS has seen a change, which the embedded cloud has at once. */
  readonly isConsistency?: boolean;
  readonly source: string;
}

export interface RetryRow {
  readonly codes: readonly string[];
  /** Only where the message also matches. */
  readonly message?: RegExp;
  readonly timeoutMs: number;
  readonly why: string;
  readonly source: string;
}

/** SDK v3 aggregated clients by service; only the operation methods (`createQueue(input)`) exist underneath. */
export interface AwsClients {
  readonly apigateway: APIGateway;
  readonly apigatewayv2: ApiGatewayV2;
  readonly appautoscaling: ApplicationAutoScaling;
  readonly budgets: Budgets;
  readonly cloudwatch: CloudWatch;
  readonly logs: CloudWatchLogs;
  readonly cognito: CognitoIdentityProvider;
  readonly cognitoidentity: CognitoIdentity;
  readonly dynamodb: DynamoDB;
  readonly ec2: EC2;
  readonly events: EventBridge;
  readonly iam: IAM;
  readonly kinesis: Kinesis;
  readonly kms: KMS;
  readonly lambda: Lambda;
  readonly s3: S3;
  readonly scheduler: Scheduler;
  readonly secretsmanager: SecretsManager;
  readonly ses: SES;
  readonly sesv2: SESv2;
  readonly sns: SNS;
  readonly sqs: SQS;
  readonly ssm: SSM;
  readonly sts: STS;
}
