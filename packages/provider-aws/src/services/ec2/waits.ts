/** How long the network's changes are waited for. */
import type { WaitRow } from "../../resource.ts";

export const WAIT: Pick<WaitRow, "timeoutMs" | "source"> = {
  timeoutMs: 600_000,
  source: "https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html",
};
/** Something else still hangs on what is to be deleted, for as long as AWS takes to see it gone. */
export const HELD = {
  codes: ["DependencyViolation"],
  timeoutMs: 1_200_000,
  why: "what hung on it is still being deleted",
  source: "https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html",
};
