/** Lives of objects of KMS, Secrets Manager, Kinesis, Logs, EventBridge, SNS and SES, by service. */
import { EVENTS } from "./cases-types-a-events.ts";
import { KINESIS } from "./cases-types-a-kinesis.ts";
import { KMS } from "./cases-types-a-kms.ts";
import { LOGS } from "./cases-types-a-logs.ts";
import { MESSAGING, SES } from "./cases-types-a-messaging.ts";
import { SECRETS } from "./cases-types-a-secrets.ts";
import type { Group } from "./life.ts";

export const GROUPS: readonly Group[] = [KMS, SECRETS, KINESIS, LOGS, EVENTS, MESSAGING, SES];
