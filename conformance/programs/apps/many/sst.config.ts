/** Dozens of resources in loops, some in components. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const TENANTS = Array.from({ length: 12 }, (_, i) => `tenant${i}`);

class Tenant extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("many:index:Tenant", name, undefined, opts);
    const parent = { parent: this };
    const dead = new aws.sqs.Queue(`${name}-dead`, {}, parent);
    this.queue = new aws.sqs.Queue(
      `${name}-work`,
      { redrivePolicy: dead.arn.apply((arn) => JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 3 })) },
      parent,
    );
    const topic = new aws.sns.Topic(`${name}-topic`, { tags: { tenant: name } }, parent);
    new aws.sns.TopicSubscription(`${name}-sub`, { topic: topic.arn, protocol: "sqs", endpoint: this.queue.arn }, parent);
    new aws.cloudwatch.LogGroup(`${name}-logs`, { retentionInDays: 7 }, parent);
    new aws.ssm.Parameter(`${name}-url`, { name: `/many/${name}/url`, type: "String", value: this.queue.url }, parent);
  }
}

export default $config({
  app: (input) => ({ name: "many", stage: input.stage, home: "aws" }),
  async run() {
    const tenants = Object.fromEntries(TENANTS.map((name) => [name, new Tenant(name)]));
    const all = pulumi.output(Object.values(tenants).map((tenant) => tenant.queue.arn));
    const role = new aws.iam.Role("Sender", {
      assumeRolePolicy: aws.iam.getPolicyDocumentOutput({
        statements: [
          { actions: ["sts:AssumeRole"], principals: [{ type: "AWS", identifiers: [aws.getCallerIdentityOutput().accountId] }] },
        ],
      }).json,
    });
    new aws.iam.RolePolicy("Send", {
      role: role.id,
      policy: aws.iam.getPolicyDocumentOutput({ statements: [{ actions: ["sqs:SendMessage"], resources: all }] }).json,
    });
    return { count: all.apply((arns) => arns.length), role: role.arn };
  },
});
