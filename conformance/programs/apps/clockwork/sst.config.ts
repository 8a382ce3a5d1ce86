/** What the clock and events start: an EventBridge bus and rules, schedules, published versions behind an alias, a layer, a function URL. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export default $config({
  app: (input) => ({ name: "clockwork", stage: input.stage, home: "aws", providers: { aws: { region: "eu-west-1" } } }),
  run: async () => {
    const log = new aws.dynamodb.Table("Log", {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
    });
    const role = new aws.iam.Role("Role", {
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
      },
      inlinePolicies: [
        {
          name: "log",
          policy: $jsonStringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: "dynamodb:PutItem", Resource: log.arn }],
          }),
        },
      ],
      managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
    });
    const layer = new aws.lambda.LayerVersion("Greeting", {
      layerName: `clockwork-greeting-${$app.stage}`,
      code: new pulumi.asset.AssetArchive({
        nodejs: new pulumi.asset.AssetArchive({
          "node_modules/greeting/index.js": new pulumi.asset.FileAsset("layer/greeting.js"),
        }),
      }),
      compatibleRuntimes: [aws.lambda.Runtime.NodeJS20dX],
    });
    const fn = new aws.lambda.Function("Tick", {
      role: role.arn,
      runtime: "nodejs20.x",
      handler: "tick.handler",
      code: new pulumi.asset.AssetArchive({ "tick.js": new pulumi.asset.FileAsset("functions/tick.js") }),
      layers: [layer.arn],
      publish: true,
      environment: { variables: { TABLE: log.name, RELEASE: "one" } },
    });
    const live = new aws.lambda.Alias("Live", { name: "live", functionName: fn.name, functionVersion: fn.version });
    const url = new aws.lambda.FunctionUrl("Url", {
      functionName: fn.name,
      qualifier: live.name,
      authorizationType: "NONE",
      cors: { allowOrigins: ["*"], allowMethods: ["GET"] },
    });
    new aws.lambda.Permission("UrlPublic", {
      action: "lambda:InvokeFunctionUrl",
      function: fn.name,
      qualifier: live.name,
      principal: "*",
      functionUrlAuthType: "NONE",
    });

    const bus = new aws.cloudwatch.EventBus("Bus", { name: `orders-${$app.stage}` });
    const ordered = new aws.cloudwatch.EventRule("Ordered", {
      eventBusName: bus.name,
      eventPattern: JSON.stringify({ source: ["shop"], detail: { total: [{ numeric: [">", 100] }] } }),
    });
    new aws.cloudwatch.EventTarget("OrderedToTick", {
      rule: ordered.name,
      eventBusName: bus.name,
      arn: live.arn,
      inputTransformer: { inputPaths: { order: "$.detail.order" }, inputTemplate: '{"id": "order-<order>"}' },
    });
    new aws.lambda.Permission("TickFromOrdered", {
      action: "lambda:InvokeFunction",
      function: fn.name,
      qualifier: live.name,
      principal: "events.amazonaws.com",
      sourceArn: ordered.arn,
    });
    const hourly = new aws.cloudwatch.EventRule("Hourly", { scheduleExpression: "rate(1 hour)" });
    new aws.cloudwatch.EventTarget("HourlyToTick", { rule: hourly.name, arn: live.arn, input: JSON.stringify({ id: "hourly" }) });
    new aws.lambda.Permission("TickFromHourly", {
      action: "lambda:InvokeFunction",
      function: fn.arn,
      qualifier: live.name,
      principal: "events.amazonaws.com",
      sourceArn: hourly.arn,
    });

    const schedulerRole = new aws.iam.Role("SchedulerRole", {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { Service: "scheduler.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": (await aws.getCallerIdentity()).accountId } },
          },
        ],
      }),
    });
    new aws.iam.RolePolicy("SchedulerInvoke", {
      role: schedulerRole.name,
      policy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: live.arn }],
      },
    });
    const group = new aws.scheduler.ScheduleGroup("Daily");
    new aws.scheduler.Schedule("Nightly", {
      groupName: group.name,
      scheduleExpression: "cron(30 2 * * ? *)",
      scheduleExpressionTimezone: "Europe/Berlin",
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: live.arn, roleArn: schedulerRole.arn, input: $jsonStringify({ id: $interpolate`nightly-${bus.name}` }) },
    });
    return { url: url.functionUrl, table: log.name, bus: bus.name, alias: live.arn, version: fn.version, layer: layer.arn };
  },
});
