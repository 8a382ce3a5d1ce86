/** Every resource option, and transforms. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

$transform(aws.sqs.Queue, (args, opts, name) => {
  args.messageRetentionSeconds ??= 3600;
  if (name === "Guarded") opts.protect = true;
});

class Team extends pulumi.ComponentResource {
  readonly topic: aws.sns.Topic;
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("options:index:Team", name, {}, opts);
    this.topic = new aws.sns.Topic(`${name}Topic`, {}, { parent: this });
    new aws.ssm.Parameter(
      `${name}Address`,
      { name: `/options/${name}`, type: "String", value: this.topic.arn },
      { parent: this },
    );
    this.registerOutputs({ topic: this.topic.arn });
  }
}

export default $config({
  app: (input) => ({ name: "options", stage: input.stage, home: "aws" }),
  run() {
    const GENERATION = "1";
    const password = new random.RandomPassword("Password", { length: 20, overrideSpecial: "!-_" });
    const suffix = new random.RandomId("Suffix", { byteLength: 4 });
    new aws.sqs.Queue("Guarded", {});
    new aws.sqs.Queue("Kept", { name: `options-kept-${$app.stage}` }, { retainOnDelete: true });
    new aws.sqs.Queue("Outside", { delaySeconds: 5, tags: { owner: "ops" } }, { ignoreChanges: ["delaySeconds", "tags.owner"] });
    new aws.ssm.Parameter(
      "Secret",
      { name: pulumi.interpolate`/options/${suffix.hex}`, type: "SecureString", value: password.result },
      { additionalSecretOutputs: ["arn"] },
    );
    // create before delete: its name is made
    new aws.dynamodb.Table("Made", {
      billingMode: "PAY_PER_REQUEST",
      hashKey: `key${GENERATION}`,
      attributes: [{ name: `key${GENERATION}`, type: "S" }],
    });
    // delete before create: its name is given
    new aws.dynamodb.Table(
      "Named",
      {
        name: `options-named-${$app.stage}`,
        billingMode: "PAY_PER_REQUEST",
        hashKey: `key${GENERATION}`,
        attributes: [{ name: `key${GENERATION}`, type: "S" }],
      },
      { deleteBeforeReplace: true, customTimeouts: { create: "20m", delete: "5m" } },
    );
    new aws.sns.Topic("Replaced", { displayName: `generation ${GENERATION}` }, { replaceOnChanges: ["displayName"] });
    const team = new Team("Red", {
      transforms: [
        ({ type, props, opts }) =>
          type === "aws:sns/topic:Topic" ? { props: { ...props, tags: { team: "red" } }, opts } : undefined,
      ],
    });
    const after = new aws.sqs.Queue("After", {}, { dependsOn: [team] });
    const old = new aws.sqs.Queue("Old", { visibilityTimeoutSeconds: 31 });
    return { old: old.arn, after: after.url, password: password.result, guess: pulumi.interpolate`pw=${password.result}` };
  },
});
