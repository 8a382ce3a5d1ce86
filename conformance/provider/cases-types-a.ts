/** Lives of objects of KMS, Secrets Manager, Kinesis, Logs, EventBridge, SNS and SES, by service. */
import { KINESIS } from "./cases-types-a-kinesis.ts";
import { KMS } from "./cases-types-a-kms.ts";
import { SECRETS } from "./cases-types-a-secrets.ts";
import type { Life, Look, Refusal } from "./life.ts";

/** Rows in order: later ones may refer to earlier ones. */
export interface Group {
  readonly name: string;
  readonly rows: readonly Life[];
  readonly looks: readonly Look[];
  readonly refusals: readonly Refusal[];
}

export const GROUPS: readonly Group[] = [KMS, SECRETS, KINESIS];
