/** Lives of objects of KMS, Secrets Manager, Kinesis, Logs, EventBridge, SNS and SES, by service. */
import { EVENTS } from "./cases-types-a-events.ts";
import { KINESIS } from "./cases-types-a-kinesis.ts";
import { KMS } from "./cases-types-a-kms.ts";
import { LOGS } from "./cases-types-a-logs.ts";
import { MESSAGING, SES } from "./cases-types-a-messaging.ts";
import { SECRETS } from "./cases-types-a-secrets.ts";
import type { Life, Look, Refusal, Things } from "./life.ts";

/** A life, and changes that are planned from its last state and not made: the real provider would wait seconds for each. */
export interface Row extends Life {
  readonly plans?: readonly Life["config"][];
}

/** Rows in order: later ones may refer to earlier ones. */
export interface Group {
  readonly name: string;
  readonly things?: Things;
  readonly rows: readonly Row[];
  readonly looks: readonly Look[];
  readonly refusals: readonly Refusal[];
}

export const GROUPS: readonly Group[] = [KMS, SECRETS, KINESIS, LOGS, EVENTS, MESSAGING, SES];
