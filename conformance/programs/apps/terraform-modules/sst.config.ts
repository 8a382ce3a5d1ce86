/** A program that makes a module from its own resources and its own resources from the module. */
import * as aws from "@pulumi/aws";

export default $config({
  app() {
    return { name: "labels", home: "aws" };
  },
  async run() {
    const topic = new aws.sns.Topic("News");
    const labelled = new terraform.Module("labelled", {
      source: "./modules/labelled",
      version: "1.0.0",
      inputs: { topic: topic.arn, queues: { a: 30, b: 60 }, secret: $util.secret("hush") },
    });
    const alias = new aws.ssm.Parameter("First", { type: "String", value: labelled.outputs.queues.a });
    const after = new aws.ssm.Parameter("After", { type: "String", value: "x" }, { dependsOn: [labelled] });
    return {
      first: alias.value,
      urls: labelled.outputs.queues,
      secret: labelled.outputs.secret,
      after: after.name,
    };
  },
});
