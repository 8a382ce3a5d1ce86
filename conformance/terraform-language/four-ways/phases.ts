/** What is done with the root, one after the other, by every way alike. */
import type { Cloud } from "@dovetail/cloud";
import { filesOfStep, type Piece } from "./pieces.ts";
import type { Files, RunOptions } from "./way.ts";

export interface Phase {
  readonly name: string;
  readonly files?: Files;
  /** What somebody does beside the tool before it runs. */
  readonly hands?: (cloud: Cloud, folder: string) => Promise<void>;
  readonly taints?: readonly string[];
  readonly run?: RunOptions;
  /** The pieces that a second plan still changes. Absent: none; `undecided`: not asked. */
  readonly leaves?: readonly string[] | "undecided";
}

/** With `isWhole: false` only the first two. */
export function phasesOf(all: readonly Piece[], isWhole: boolean): readonly Phase[] {
  const pieces = new Map(all.map((piece) => [piece.name, piece]));
  const has = (name: string) => pieces.has(name);
  const without = all.filter(({ name }) => name !== "targeted");
  const first: readonly Phase[] = [
    { name: "made", files: filesOfStep(all, 0), leaves: ["fails_in_part"].filter(has) },
    {
      name: "changed",
      files: filesOfStep(without, 1),
      hands: async (cloud) => {
        if (has("left_behind"))
          await cloud.call("s3", "PutObject", { Bucket: "four-ways-left-1", Key: "kept", Body: Buffer.from("x") });
      },
      leaves: ["left_behind"].filter(has),
    },
  ];
  if (!isWhole) return first;
  return [
    ...first,
    { name: "drifted", hands: drift, run: { mode: "refresh-only" }, leaves: "undecided" },
    {
      name: "mended and imported",
      files: filesOfStep(without, 2),
      hands: async (cloud) => {
        await cloud.call("s3", "DeleteObject", { Bucket: "four-ways-left-1", Key: "kept" });
      },
    },
    {
      name: "tainted and replaced",
      taints: ["module.marked.aws_sns_topic.tainted"],
      run: { replace: ["module.marked.aws_sns_topic.replaced"] },
    },
    {
      name: "targeted",
      files: filesOfStep(
        all.filter(({ name }) => name === "targeted"),
        2,
      ),
      run: { targets: ["module.targeted.aws_ssm_parameter.wanted"] },
      leaves: ["targeted"],
    },
    { name: "the rest of the targeted" },
  ];
}

async function drift(cloud: Cloud): Promise<void> {
  const { QueueUrl } = await cloud.call<{ QueueUrl: string }>("sqs", "GetQueueUrl", { QueueName: "four-ways-drifts" });
  await cloud.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { VisibilityTimeout: "77" } });
  await cloud.call("logs", "DeleteLogGroup", { logGroupName: "/four-ways/gone" });
}
