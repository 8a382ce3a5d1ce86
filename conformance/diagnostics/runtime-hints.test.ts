/** What only shows while the app runs, and AWS never says: hints beside what the cloud answers as AWS does. */
import { afterEach, describe, expect, test } from "vitest";
import { program, type WrittenApp, withCloud } from "./app.ts";

const cloud = withCloud();

const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
  const answer = await fetch(`${cloud.endpoint()}/_dovetail/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return answer.json();
};

async function hints(of: string): Promise<readonly string[]> {
  const told = (await ask("GET", "hints")) as { hints: { message: string }[] };
  return told.hints.map(({ message }) => message).filter((message) => message.includes(of));
}

let app: WrittenApp | undefined;
afterEach(async () => {
  await app?.run(["remove", "--stage", "dev"]);
});

async function deployed(body: string): Promise<{ readonly [name: string]: string }> {
  app = cloud.app({ "sst.config.ts": program(body) });
  const ran = await app.run(["deploy", "--stage", "dev"]);
  expect(ran.code, ran.err).toBe(0);
  const outputs = JSON.parse((await app.run(["output", "--stage", "dev", "--json"])).out) as {
    [name: string]: { value: string };
  };
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

/** An HTTP API whose one route sends a payload format to a function that was written for another. */
const api = (name: string, format: string, handler: string) => `    const role = new aws.iam.Role("R", {
      managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
    const fn = new aws.lambda.Function("F", {
      name: "${name}", runtime: "nodejs22.x", handler: "index.handler", role: role.arn,
      code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(${JSON.stringify(handler)}) }),
    });
    const api = new aws.apigatewayv2.Api("A", { name: "${name}", protocolType: "HTTP" });
    new aws.apigatewayv2.Stage("S", { apiId: api.id, name: "$default", autoDeploy: true });
    const integration = new aws.apigatewayv2.Integration("I", {
      apiId: api.id, integrationType: "AWS_PROXY", integrationUri: fn.arn, payloadFormatVersion: "${format}",
    });
    new aws.apigatewayv2.Route("T", {
      apiId: api.id, routeKey: "GET /${name}", target: pulumi.interpolate\`integrations/\${integration.id}\`,
    });
    new aws.lambda.Permission("P", {
      action: "lambda:InvokeFunction", function: fn.name, principal: "apigateway.amazonaws.com",
      sourceArn: pulumi.interpolate\`\${api.executionArn}/*/*\`,
    });
    return { url: api.apiEndpoint };`;

describe("a payload format that the handler does not understand", () => {
  test.each([
    [
      "1.0, sent to code for 2.0",
      "takes-two",
      "1.0",
      "exports.handler = async (event) => ({ statusCode: 200, body: event.requestContext.http.method });",
      "route GET /takes-two sends payload format 1.0; its function seems to expect 2.0 (payload_format_version of the integration)",
    ],
    [
      "2.0, sent to code for 1.0",
      "takes-one",
      "2.0",
      "exports.handler = async (event) => ({ statusCode: 200, body: event.requestContext.identity.sourceIp });",
      "route GET /takes-one sends payload format 2.0; its function seems to expect 1.0 (payload_format_version of the integration)",
    ],
  ])("%s: 500 as on AWS, and a hint beside the TypeError", async (_, name, format, handler, hint) => {
    const { url } = await deployed(api(name, format, handler));
    const answer = await fetch(`${url}/${name}`);
    expect([answer.status, await answer.json()]).toEqual([500, { message: "Internal Server Error" }]);
    expect(await hints(name)).toEqual([hint]);
  });

  test("is not suspected where the function fails of itself", async () => {
    const { url } = await deployed(
      api("fails-itself", "2.0", "exports.handler = async () => { throw new TypeError('no order'); };"),
    );
    expect((await fetch(`${url}/fails-itself`)).status).toBe(500);
    expect(await hints("fails-itself")).toEqual([]);
  });
});

test("an object whose key no notification rule takes is told, with the rules that there are", async () => {
  const { bucket } = await deployed(`    const queue = new aws.sqs.Queue("Q", { name: "photos" });
    const bucket = new aws.s3.BucketV2("B", { bucket: "hinted-photos", forceDestroy: true });
    const policy = new aws.sqs.QueuePolicy("P", {
      queueUrl: queue.url,
      policy: queue.arn.apply((arn) => JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sqs:SendMessage", Resource: arn }],
      })),
    });
    new aws.s3.BucketNotification("N", {
      bucket: bucket.id, queues: [{ queueArn: queue.arn, events: ["s3:ObjectCreated:*"], filterPrefix: "uploads/", filterSuffix: ".jpg" }],
    }, { dependsOn: [policy] });
    return { bucket: bucket.bucket };`);
  const put = await fetch(`${cloud.endpoint()}/${bucket}/uploads/a.JPG`, {
    method: "PUT",
    body: "x",
    headers: {
      authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
    },
  });
  expect(put.status).toBe(200);
  expect(await hints("hinted-photos")).toEqual([
    'ObjectCreated:Put of hinted-photos/uploads/a.JPG: no notification rule matches. The bucket has: s3:ObjectCreated:* with prefix "uploads/" with suffix ".jpg"',
  ]);
});

test("an alarm on a metric that nobody emits is told when a quarter of an hour has gone by", async () => {
  await deployed(`    new aws.cloudwatch.MetricAlarm("M", {
      name: "hinted-alarm", namespace: "Shop", metricName: "OrdersFailed", statistic: "Sum", period: 60, evaluationPeriods: 1,
      threshold: 1, comparisonOperator: "GreaterThanOrEqualToThreshold",
    });`);
  expect(await hints("hinted-alarm")).toEqual([]);
  await ask("POST", "clock", { advanceMs: 16 * 60_000 });
  expect(await hints("hinted-alarm")).toEqual([
    "alarm hinted-alarm: nobody has emitted Shop OrdersFailed with no dimensions since the alarm was made; its namespace has no metric at all",
  ]);
});
