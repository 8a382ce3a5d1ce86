import { appendFileSync } from "node:fs";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const fails = false;

export default $config({
  app: () => ({ name: "ties", home: "aws", removal: "remove" }),
  async run() {
    const tell = (point: string) =>
      new pulumi.ResourceHook(`tell-${point}`, async ({ name, newOutputs, newInputs, oldInputs }) => {
        const note = (inputs: { readonly tags?: { readonly note?: string } } | undefined) => inputs?.tags?.note;
        const change = oldInputs && newInputs ? `${note(oldInputs)}>${note(newInputs)}` : note(newInputs ?? oldInputs);
        appendFileSync("heard.txt", `${point} ${name} ${newOutputs?.arn ?? "-"} ${change}\n`);
      });
    const veto = new pulumi.ResourceHook("veto", () => {
      if (fails) throw new Error("not in November");
    });
    const hooks = {
      beforeCreate: [tell("beforeCreate")],
      afterCreate: [tell("afterCreate")],
      beforeUpdate: [veto],
      afterUpdate: [tell("afterUpdate")],
      beforeDelete: [tell("beforeDelete")],
    };
    const store = new aws.sqs.Queue(
      "Store",
      { name: "ties-store", tags: { note: "a" } },
      { hooks, replacementTrigger: { month: "2026-11" } },
    );
    new aws.sqs.Queue("Tied", { name: "ties-tied" }, { replaceWith: [store] });
    new aws.sqs.Queue("Other", { name: "ties-other" });
  },
});
