/** Steps that the aws CLI, version 1, has no command for or doesn't send, each with its reason. */
import type { Outcome, Step } from "./case.ts";

export interface Row {
  readonly service: string;
  readonly operation: string;
  /** What the driver or the CLI itself says. */
  readonly says: RegExp;
  readonly why: string;
}

export const CLI_CANNOT: readonly Row[] = [
  {
    service: "kinesis",
    operation: "SubscribeToShard",
    says: /has no command/,
    why: "the CLI takes out the commands whose answers are streams of events",
  },
  {
    service: "s3",
    operation: "SelectObjectContent",
    says: /invalid argument for positionals/,
    why: "the CLI fails over the outfile of its own command before it sends anything",
  },
  {
    service: "logs",
    operation: "StartLiveTail",
    says: /has no command/,
    why: "the same",
  },
  {
    service: "lambda",
    operation: "InvokeWithResponseStream",
    says: /has no command/,
    why: "the same",
  },
];

/** The row by which the CLI didn't send the step; undefined where it was sent, or not sent for no reason that is known. */
export function cannotSay(step: Step, outcome: Outcome | undefined): Row | undefined {
  if (outcome === undefined || !("refused" in outcome)) return undefined;
  return CLI_CANNOT.find(
    ({ service, operation, says }) => service === step.service && operation === step.operation && says.test(outcome.refused),
  );
}
