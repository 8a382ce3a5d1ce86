/** Built on another app's outputs. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export default $config({
  app: (input) => ({ name: "orders", stage: input.stage, home: "aws" }),
  async run() {
    const platform = new pulumi.StackReference(`acme/platform/${$app.stage}`);
    const rule = new aws.cloudwatch.EventRule("Rule", {
      eventBusName: platform.getOutput("bus"),
      eventPattern: JSON.stringify({ source: ["orders"] }),
    });
    const owner = platform
      .requireOutput("owner")
      .apply((value: { team: string; burst: number }) => `${value.team}/${value.burst}`);
    const copy = new aws.ssm.Parameter("Copy", {
      name: "/orders/key",
      type: "SecureString",
      value: platform.requireOutput("apiKey"),
    });
    const first = platform.getOutput("queues").apply((queues: string[]) => queues[0]);
    const details = await platform.getOutputDetails("other");
    return {
      rule: rule.name,
      owner,
      copy: copy.value,
      first,
      missing: platform.getOutput("nothing").apply((v) => v ?? "none"),
      sender: details.value,
    };
  },
});
