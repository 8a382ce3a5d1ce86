/** What other apps build on; its secrets come from the stage's configuration. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export default $config({
  app: (input) => ({ name: "platform", stage: input.stage, home: "aws" }),
  async run() {
    const config = new pulumi.Config();
    const limits = config.requireObject<{ burst: number; names: string[] }>("limits");
    const bus = new aws.cloudwatch.EventBus("Bus", { name: `platform-${pulumi.getStack()}` });
    const key = new aws.ssm.Parameter("Key", {
      name: `/platform/${pulumi.getStack()}/key`,
      type: aws.ssm.ParameterType.SecureString,
      value: config.requireSecret("apiKey"),
    });
    const queues = limits.names.map((name) => new aws.sqs.Queue(`Q-${name}`, { delaySeconds: config.getNumber("delay") ?? 0 }));
    return {
      bus: bus.name,
      key: key.name,
      apiKey: config.requireSecret("apiKey"),
      queues: queues.map((queue) => queue.arn),
      owner: { team: config.get("team") ?? "nobody", burst: limits.burst },
      debug: config.requireBoolean("debug"),
      other: new pulumi.Config("mail").require("sender"),
    };
  },
});
