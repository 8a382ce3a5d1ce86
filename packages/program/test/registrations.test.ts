import { UNKNOWN } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { run, runBody } from "./programs.ts";

describe("names", () => {
  test.each([
    [
      "aws.lambda.Permission",
      '"Route-GET /b/{id}", { action: "a", function: "f", principal: "p" }',
      "statement_id",
      "shop-dev-Route-GET--b--id",
    ],
    ["aws.iam.Role", '"a.b@c/d", { assumeRolePolicy: "{}" }', "name", "shop-dev-a.b@c-d"],
    ["aws.s3.BucketV2", '"Photo_Bucket"', "bucket", "shop-dev-photo-bucket"],
    ["aws.sqs.Queue", '"Jobs!"', "name", "shop-dev-Jobs"],
    ["aws.cloudwatch.LogGroup", '"/a/b:c"', "name", "shop-dev-/a/b-c"],
    ["aws.cloudwatch.MetricAlarm", '"a b", { comparisonOperator: "x", evaluationPeriods: 1 }', "alarm_name", "shop-dev-a b"],
    ["aws.iot.TopicRule", '"a-b", { enabled: true, sql: "s", sqlVersion: "1" }', "name", "shop_dev_a_b"],
    ["aws.lb.LoadBalancer", '"L"', "name", "shop-dev-L"],
  ])("%s %s: the derived name keeps to what the service takes", async (type, args, attribute, prefix) => {
    const { host } = await runBody(`new ${type}(${args});`);
    const [registration] = [...host.resources.values()];
    expect([registration?.autoname?.attribute, registration?.autoname?.prefix]).toEqual([attribute, prefix]);
  });

  test("app and then stage are left out where the limit leaves no room", async () => {
    const name = "N".repeat(50);
    const { get } = await runBody(
      `new aws.lambda.Function("${name}", { role: "r" });\nnew aws.lambda.Function("${name.slice(0, 48)}", { role: "r" });`,
    );
    expect(get(`aws_lambda_function.${name}`).autoname).toMatchObject({
      prefix: `dev-${name}`,
      maxLength: 64,
      hashLength: 7,
      separator: "-",
    });
    expect(get(`aws_lambda_function.${name.slice(0, 48)}`).autoname?.prefix).toBe(`dev-${name.slice(0, 48)}`);
  });

  test("a FIFO queue's name ends in .fifo; a name that the program gives is not derived, and then the old object goes first", async () => {
    const { get } = await runBody(
      'new aws.sqs.Queue("F", { fifoQueue: true });\nnew aws.sqs.Queue("N", { name: "n" });\nnew aws.sqs.Queue("D", {}, { deleteBeforeReplace: true });',
    );
    expect(get("aws_sqs_queue.F").autoname?.suffix).toBe(".fifo");
    expect([get("aws_sqs_queue.N").autoname, get("aws_sqs_queue.N").lifecycle?.createBeforeDestroy]).toEqual([undefined, false]);
    expect([
      get("aws_sqs_queue.F").lifecycle?.createBeforeDestroy,
      get("aws_sqs_queue.D").lifecycle?.createBeforeDestroy,
    ]).toEqual([true, false]);
  });

  test("names that an address cannot have are mapped to different valid ones, the same each time", async () => {
    const body = 'new aws.sns.Topic("a b");\nnew aws.sns.Topic("a/b");\nnew aws.sns.Topic("1st");';
    const first = await runBody(body);
    const second = await runBody(body);
    expect(first.host.order).toEqual(second.host.order);
    expect(new Set(first.host.order).size).toBe(3);
    for (const address of first.host.order) expect(address).toMatch(/^aws_sns_topic\.[A-Za-z_][A-Za-z0-9_-]*$/);
    expect([...first.host.resources.values()].map((resource) => resource.displayName)).toEqual(["a b", "a/b", "1st"]);
  });
});

describe("resource options", () => {
  test("each option reaches the engine", async () => {
    const { get } = await runBody(`
      const a = new aws.sqs.Queue("A");
      new aws.sqs.Queue("B", {}, {
        dependsOn: [a], protect: true, ignoreChanges: ["tags", "redrivePolicy"], replaceOnChanges: ["name"], retainOnDelete: true,
        import: "https://queue", customTimeouts: { create: "5m" }, aliases: ["Old", { name: "Older" }, { type: "aws:sns/topic:Topic" }, "urn:pulumi:dev::shop::x:y:Z$aws:sqs/queue:Queue::Oldest", { parent: a }],
      });`);
    expect(get("aws_sqs_queue.B")).toMatchObject({
      dependencies: ["aws_sqs_queue.A"],
      importId: "https://queue",
      timeouts: { create: "5m" },
      aliases: ["aws_sqs_queue.Old", "aws_sqs_queue.Older", "aws_sns_topic.B", "aws_sqs_queue.Oldest"],
      lifecycle: {
        createBeforeDestroy: true,
        preventDestroy: true,
        retainOnDelete: true,
        ignoreChanges: [["tags"], ["redrive_policy"]],
        replaceOnChanges: [["name"]],
      },
    });
  });

  test("paths of nested arguments lead into the schema, and * is all", async () => {
    const { get } = await runBody(
      'new aws.lambda.Function("F", { role: "r" }, { ignoreChanges: ["environment.variables.A", "layers[0]"], replaceOnChanges: ["*"] });',
    );
    expect(get("aws_lambda_function.F").lifecycle).toMatchObject({
      ignoreChanges: [
        ["environment", 0, "variables", "A"],
        ["layers", 0],
      ],
      replaceOnChanges: "all",
    });
  });

  test.each([
    ["unset on a local target", 'name: "shop"', "local", undefined, true],
    ["unset on AWS", 'name: "shop"', "aws", true, undefined],
    ["remove on AWS", 'name: "shop", removal: "remove"', "aws", undefined, undefined],
    ["retain on a local target", 'name: "shop", removal: "retain"', "local", true, undefined],
  ])("removal %s: buckets and tables, and nothing else", async (_name, app, target, isRetained, forceDestroy) => {
    const { get } = await run(
      {
        "sst.config.ts": `export default $config({ app: () => ({ ${app} }), run() { new aws.s3.BucketV2("B"); new aws.dynamodb.Table("T"); new aws.sqs.Queue("Q"); } });`,
      },
      { target },
    );
    expect(get("aws_s3_bucket.B").lifecycle?.retainOnDelete).toBe(isRetained);
    expect(get("aws_s3_bucket.B").config.force_destroy).toBe(forceDestroy);
    expect(get("aws_dynamodb_table.T").lifecycle?.retainOnDelete).toBe(isRetained);
    expect(get("aws_sqs_queue.Q").lifecycle?.retainOnDelete).toBe(undefined);
  });

  test("retain-all keeps everything", async () => {
    const { get } = await run({
      "sst.config.ts":
        'export default $config({ app: () => ({ name: "s", removal: "retain-all" }), run() { new aws.sqs.Queue("Q"); } });',
    });
    expect(get("aws_sqs_queue.Q").lifecycle?.retainOnDelete).toBe(true);
  });
});

describe("components and providers", () => {
  const COMPONENT = `class Store extends $util.ComponentResource {
      readonly arn;
      constructor(name: string, opts?: any) {
        super("my:x:Store", name, {}, opts);
        const q = new aws.sqs.Queue(name + "Queue", {}, { parent: this });
        this.arn = q.arn;
        this.registerOutputs({ arn: q.arn });
      }
    }`;

  test("a component is a node of the tree, hands its options down, and stands for its children in dependsOn", async () => {
    const { get, host } = await runBody(`${COMPONENT}
      const store = new Store("Main", { protect: true, transformations: [(a: any) => ({ props: { ...a.props, delaySeconds: 7 }, opts: a.opts })] });
      new aws.sns.Topic("After", {}, { dependsOn: store });
      return { arn: store.arn };`);
    expect(host.order).toEqual(["aws_sqs_queue.MainQueue", "aws_sns_topic.After"]);
    expect(get("aws_sqs_queue.MainQueue")).toMatchObject({
      component: [{ type: "my:x:Store", name: "Main" }],
      lifecycle: { preventDestroy: true },
      config: { delay_seconds: 7 },
    });
    expect(get("aws_sns_topic.After").dependencies).toEqual(["aws_sqs_queue.MainQueue"]);
  });

  test("a provider is used by name, inherited from components, and configured before the first resource that uses it", async () => {
    const { app, get } = await runBody(`${COMPONENT}
      const west = new aws.Provider("west coast", { region: aws.Region.USWest2, defaultTags: { tags: { a: "b" } } });
      new Store("W", { providers: { aws: west } });
      new aws.sqs.Queue("X", {}, { provider: west });
      new aws.sqs.Queue("Y");
      aws.getRegionOutput({}, { provider: west });`);
    const name = get("aws_sqs_queue.WQueue").provider;
    expect(name).toMatch(/^aws\.west_coast-[0-9a-f]{6}$/);
    expect([get("aws_sqs_queue.X").provider, get("aws_sqs_queue.Y").provider]).toEqual([name, undefined]);
    expect(app.providerConfigurations.find((configuration) => configuration.name === name)?.config).toEqual({
      region: "us-west-2",
      default_tags: [{ tags: { a: "b" } }],
    });
  });

  test("app().providers configures the default provider, SST's tags in it", async () => {
    const { app } = await run({
      "sst.config.ts":
        'export default $config({ app: () => ({ name: "s", providers: { aws: { region: "eu-west-1", profile: "p", version: "6.1.0", defaultTags: { tags: { team: "x" } } } } }), run() { new aws.sqs.Queue("Q"); } });',
    });
    expect(app.providerConfigurations).toMatchObject([
      {
        name: "aws",
        config: {
          region: "eu-west-1",
          profile: "p",
          default_tags: [{ tags: { "sst:app": "s", "sst:stage": "dev", team: "x" } }],
        },
      },
    ]);
  });

  test("$transform and stack transformations change what is made after them", async () => {
    const { get } = await runBody(`
      new aws.sqs.Queue("Before");
      $transform(aws.sqs.Queue, (args, opts, name) => { args.tags = { name }; });
      $util.runtime.registerStackTransformation((a: any) => a.type === "aws:sns/topic:Topic" ? { props: { ...a.props, displayName: "d" }, opts: a.opts } : undefined);
      new aws.sqs.Queue("After"); new aws.sns.Topic("T");`);
    expect([get("aws_sqs_queue.Before").config, get("aws_sqs_queue.After").config, get("aws_sns_topic.T").config]).toEqual([
      {},
      { tags: { name: "After" } },
      { display_name: "d" },
    ]);
  });

  test("a resource that fails does not keep its dependents from being told to the engine", async () => {
    const { host } = await runBody(
      'const a = new aws.sqs.Queue("A");\nnew aws.sqs.QueuePolicy("P", { queueUrl: a.url, policy: "{}" });',
      { fails: ["aws_sqs_queue.A"] },
    );
    expect(host.order).toEqual(["aws_sqs_queue.A", "aws_sqs_queue_policy.P"]);
    expect(host.resources.get("aws_sqs_queue_policy.P")?.dependencies).toEqual(["aws_sqs_queue.A"]);
  });
});

describe("invokes", () => {
  test("both forms answer, plain questions are asked once, and those with Outputs depend on their resources", async () => {
    const { host, result, diagnostics } = await runBody(
      `const region = await aws.getRegion();
       const again = await aws.getRegion({});
       const q = new aws.sqs.Queue("Q", { name: "q" });
       const found = aws.sqs.getQueueOutput({ name: q.name });
       return { r: region.name, same: region === again, id: aws.getCallerIdentityOutput().accountId, url: found.url };`,
      { pass: "apply" },
    );
    expect(diagnostics).toEqual([]);
    expect(Object.fromEntries(Object.entries(result.outputs).map(([name, output]) => [name, output.value]))).toEqual({
      r: "eu-central-1",
      same: true,
      id: "123456789012",
      url: "url-of-data.aws_sqs_queue.n1",
    });
    expect([...host.data.keys()].sort()).toEqual([
      "data.aws_caller_identity.current",
      "data.aws_region.current",
      "data.aws_sqs_queue.n1",
    ]);
    expect(host.data.get("data.aws_sqs_queue.n1")?.dependencies).toEqual(["aws_sqs_queue.Q"]);
  });

  test("each provider is asked for itself, whether it is given or comes from a component above", async () => {
    const { host, diagnostics } = await runBody(
      `const west = new aws.Provider("west", { region: "us-west-2" });
       class Box extends $util.ComponentResource { constructor() { super("a:b:Box", "Box", {}, { providers: { aws: west } }); } }
       const box = new Box();
       new aws.sqs.Queue("Q");
       aws.getRegionOutput(); await aws.getRegion({}, { provider: west }); aws.getRegionOutput({}, { parent: box });`,
      { pass: "apply" },
    );
    expect(diagnostics).toEqual([]);
    expect([...host.data].map(([address, data]) => [address, data.provider])).toEqual([
      ["data.aws_region.current", undefined],
      ["data.aws_region.current-west", "aws.west"],
    ]);
  });
});

describe("what the package has beside resources", () => {
  test("a trust policy for a principal; a resource given for its id, known or not", async () => {
    const { get, diagnostics } = await runBody(
      `const role = new aws.iam.Role("R", { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) });
       new aws.iam.RolePolicyAttachment("A", { role, policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });`,
      { pass: "plan" },
    );
    expect(diagnostics).toEqual([]);
    expect(JSON.parse(String(get("aws_iam_role.R").config.assume_role_policy)).Statement).toMatchObject([
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    expect(get("aws_iam_role_policy_attachment.A").config.role).toBe(UNKNOWN);
  });

  test("additionalSecretOutputs are sensitive paths of the resource", async () => {
    const { get } = await runBody(
      'new aws.ssm.Parameter("P", { type: "String", value: "v" }, { additionalSecretOutputs: ["arn", "insecureValue"] });',
    );
    expect(get("aws_ssm_parameter.P").sensitive).toEqual([["arn"], ["insecure_value"]]);
  });
});

describe("get", () => {
  test("an existing object is read by its id, and is neither managed nor depended on", async () => {
    const { host, get, diagnostics, result } = await runBody(
      `const q = new aws.sqs.Queue("Q", { name: "q" });
       const there = aws.sns.Topic.get("There", $interpolate\`arn:\${q.name}\`);
       new aws.sns.TopicPolicy("P", { arn: there.arn, policy: { Version: "2012-10-17" } as any }, { dependsOn: there });
       return { id: there.id };`,
      { pass: "apply" },
    );
    expect(diagnostics).toEqual([]);
    expect(host.order).toEqual(["aws_sqs_queue.Q", "aws_sns_topic_policy.P"]);
    expect(get("aws_sns_topic_policy.P")).toMatchObject({ dependencies: [], config: { arn: "arn-of-existing aws_sns_topic" } });
    expect(result.outputs.id?.value).toBe("arn:q");
  });
});

describe("names of older packages", () => {
  test.each([
    [
      'new aws.s3.BucketVersioningV2("V", { bucket: "b", versioningConfiguration: { status: "Enabled" } });',
      "aws_s3_bucket_versioning.V",
    ],
    ['new aws.s3.BucketObject("O", { bucket: "b", content: "x" });', "aws_s3_bucket_object.O"],
    ['new aws.workspaces.WebBrowserSettings("W", { browserPolicy: "{}" });', "aws_workspacesweb_browser_settings.W"],
    ['new aws.applicationloadbalancing.LoadBalancer("L");', "aws_alb.L"],
    ['new aws.alb.LoadBalancer("L");', "aws_alb.L"],
    ['new aws.lb.LoadBalancer("L");', "aws_lb.L"],
  ])("%s", async (line, address) => {
    const { host, diagnostics } = await runBody(line);
    expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    expect(host.order).toEqual([address]);
  });

  test("the configuration of the package, and a component of SST's, which is refused by name", async () => {
    const app = 'name: "s", providers: { aws: { region: "eu-west-1" } }';
    const config = await run({
      "sst.config.ts": `export default $config({ app: () => ({ ${app} }), run() { return { r: aws.config.region }; } });`,
    });
    expect(config.result.outputs.r?.value).toBe("eu-west-1");
    const component = await runBody('new sst.aws.Function("F", {} as any);');
    expect(component.diagnostics.map((d) => [d.code, d.range?.line])[0]).toEqual(["DVT1015", 2]);
  });
});

describe("pulumi", () => {
  test("mergeOptions joins lists, unites providers, and the later one wins", async () => {
    const { result } = await runBody(
      'const m = $util.mergeOptions({ dependsOn: "a" as any, protect: true, providers: { x: 1 } as any }, { dependsOn: ["b"] as any, protect: false, providers: { y: 2 } as any });\nreturn { m };',
    );
    expect(result.outputs.m?.value).toEqual({ dependsOn: ["a", "b"], protect: false, providers: { x: 1, y: 2 } });
  });

  test("stack, project, dry run, messages, and a function of runtime that is not there", async () => {
    const { result, diagnostics } = await runBody(
      'const p = $util; new aws.sqs.Queue("Q");\nawait p.log.warn($interpolate`care: ${p.output(1)}`);\nconst r = { s: p.getStack(), p: p.getProject(), o: p.getOrganization(), d: p.runtime.isDryRun(), c: p.CustomResource.isInstance(p) };\ntry { (p.runtime as any).setConfigs(); } catch (e: any) { return { ...r, e: e.message.includes("pulumi.runtime.setConfigs") }; }',
    );
    expect(Object.values(result.outputs).map((output) => output.value)).toEqual([
      "dev",
      "shop",
      "organization",
      true,
      false,
      true,
    ]);
    expect(diagnostics.map((d) => [d.severity, d.code, d.detail])).toEqual([["warning", "DVT1021", "care: 1"]]);
  });

  test("a class of an installed package that extends ours works like one of the program", async () => {
    const { host } = await run({
      "sst.config.ts":
        'import { Bucket } from "their-lib";\nexport default $config({ app: () => ({ name: "s" }), run() { new Bucket("B"); } });',
      "node_modules/their-lib/package.json": '{"name":"their-lib","main":"index.js"}',
      "node_modules/their-lib/index.js":
        '"use strict";\nconst pulumi = require("@pulumi/pulumi"); const aws = require("@pulumi/aws");\nclass Bucket extends pulumi.ComponentResource { constructor(name) { super("their:lib:Bucket", name); this.q = new aws.sqs.Queue(name + "Q", {}, { parent: this }); } }\nexports.Bucket = Bucket;',
    });
    expect(host.resources.get("aws_sqs_queue.BQ")?.component).toEqual([{ type: "their:lib:Bucket", name: "B" }]);
  });

  test("a resource of a token that no class stands for", async () => {
    const { get } = await runBody(
      'class Mine extends $util.CustomResource { constructor(n: string) { super("aws:sqs/queue:Queue", n, { delaySeconds: 1 }); } }\nnew Mine("Q");',
    );
    expect(get("aws_sqs_queue.Q").config).toEqual({ delay_seconds: 1 });
  });

  test("secrets inside an object that is written as JSON keep the whole text secret", async () => {
    const { get } = await runBody('new aws.sqs.Queue("Q", { redrivePolicy: { a: $util.secret("x") } as any });', {
      pass: "apply",
    });
    expect(get("aws_sqs_queue.Q").sensitive).toEqual([["redrive_policy"]]);
  });
});
