/** Two regions: providers of their own, a component's `providers`, default tags. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

class Replica extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  readonly region: pulumi.Output<string>;
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("regions:index:Replica", name, {}, opts);
    this.queue = new aws.sqs.Queue(`${name}Queue`, { tags: { kind: "replica" } }, { parent: this });
    this.region = aws.getRegionOutput({}, { parent: this }).name;
    this.registerOutputs({});
  }
}

export default $config({
  app: (input) => ({
    name: "regions",
    stage: input.stage,
    home: "aws",
    providers: {
      aws: { version: "6.83.0", region: "eu-central-1", defaultTags: { tags: { app: "regions", stage: input.stage } } },
    },
  }),
  async run() {
    const west = new aws.Provider("west", { region: "us-west-2", defaultTags: { tags: { app: "regions-west" } } });
    const home = new aws.sqs.Queue("Home", { tags: { kind: "home" } });
    const away = new aws.sqs.Queue("Away", {}, { provider: west });
    const replica = new Replica("Copy", { providers: { aws: west } });
    const listed = new Replica("Listed", { providers: [west] });
    const alone = new Replica("Alone", {});
    const here = await aws.getRegion({}, { provider: west });
    return {
      home: home.arn,
      away: away.arn,
      copy: replica.queue.arn,
      listed: listed.queue.arn,
      alone: alone.queue.arn,
      regions: pulumi.all([replica.region, alone.region, here.name]).apply((all) => all.join(" ")),
      tags: away.tagsAll,
      homeUrl: home.url,
    };
  },
});
