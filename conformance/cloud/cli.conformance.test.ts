/** What people type: aws CLI commands against the cloud, with any credentials. Answers by the CLI's user guide and command reference. */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);

function hasCli(): boolean {
  try {
    execFileSync("aws", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("skipped: no aws CLI on this machine");
    return false;
  }
}

let cloud: Cloud;
let folder: string;
beforeAll(async () => {
  cloud = await startCloud();
  folder = mkdtempSync(join(tmpdir(), "dovetail-cli-"));
});
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** One command line, split at blanks; `...more` are arguments that hold blanks. Answers its standard output. */
async function aws(line: string, ...more: string[]): Promise<string> {
  const { stdout } = await run("aws", ["--endpoint-url", cloud.endpoint, ...line.split(" "), ...more], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      PYENV_VERSION: process.env.PYENV_VERSION,
      PYENV_ROOT: process.env.PYENV_ROOT,
      AWS_ACCESS_KEY_ID: "anything",
      AWS_SECRET_ACCESS_KEY: "anything",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_PAGER: "",
    },
  });
  return stdout.trim();
}

const json = async (line: string, ...more: string[]): Promise<unknown> => JSON.parse(await aws(line, ...more));

function policy(action: string): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] });
}

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

describe.skipIf(!hasCli())("aws", () => {
  test("s3: sync up, presign, sync --delete, rm --recursive", async () => {
    mkdirSync(join(folder, "site", "sub"), { recursive: true });
    writeFileSync(join(folder, "site", "a.txt"), "a");
    writeFileSync(join(folder, "site", "sub", "b.txt"), "b");
    expect(await aws("s3 mb s3://typed")).toBe("make_bucket: typed");
    await aws("s3 sync site s3://typed/site");
    const url = await aws("s3 presign s3://typed/site/sub/b.txt");
    expect(await (await fetch(url)).text()).toBe("b");
    rmSync(join(folder, "site", "a.txt"));
    expect(await aws("s3 sync --delete site s3://typed/site")).toBe("delete: s3://typed/site/a.txt");
    await aws("s3 cp s3://typed/site/sub/b.txt down.txt");
    expect(readFileSync(join(folder, "down.txt"), "utf8")).toBe("b");
    expect(await aws("s3 rm s3://typed --recursive")).toBe("delete: s3://typed/site/sub/b.txt");
    expect(await aws("s3 rb s3://typed")).toBe("remove_bucket: typed");
  });

  test("dynamodb: put, query, and a scan that the CLI pages through", async () => {
    await aws(
      "dynamodb create-table --table-name typed --billing-mode PAY_PER_REQUEST --key-schema AttributeName=p,KeyType=HASH AttributeName=s,KeyType=RANGE --attribute-definitions AttributeName=p,AttributeType=S AttributeName=s,AttributeType=N",
    );
    await aws("dynamodb wait table-exists --table-name typed");
    const items = Array.from({ length: 5 }, (_, at) => ({ PutRequest: { Item: { p: { S: "a" }, s: { N: String(at) } } } }));
    await aws("dynamodb batch-write-item --request-items", JSON.stringify({ typed: items }));
    const values = '{":p":{"S":"a"},":s":{"N":"2"}}';
    const expression = ["--key-condition-expression", "p = :p AND s > :s", "--expression-attribute-values", values];
    expect(await json("dynamodb query --table-name typed --query Items[].s.N", ...expression)).toEqual(["3", "4"]);
    expect(await json("dynamodb scan --table-name typed --page-size 2 --query length(Items)")).toBe(5);
    expect(await json("dynamodb scan --table-name typed --max-items 2 --query [length(Items),NextToken!=null]")).toEqual([
      2,
      true,
    ]);
  });

  test("sns publish reaches sqs", async () => {
    const url = String(await json("sqs create-queue --queue-name typed --query QueueUrl"));
    const topic = String(await json("sns create-topic --name typed --query TopicArn"));
    const arn = "arn:aws:sqs:us-east-1:000000000000:typed";
    const statement = { Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: arn };
    const allow = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await aws(`sqs set-queue-attributes --queue-url ${url} --attributes`, JSON.stringify({ Policy: allow }));
    await aws(
      `sns subscribe --topic-arn ${topic} --protocol sqs --notification-endpoint ${arn} --attributes RawMessageDelivery=true`,
    );
    await aws(`sns publish --topic-arn ${topic} --message`, "from the topic");
    expect(await json(`sqs receive-message --queue-url ${url} --wait-time-seconds 5 --query Messages[].Body`)).toEqual([
      "from the topic",
    ]);
  });

  test("lambda: create, invoke with --log-type Tail, and the lines in logs", async () => {
    const source = "exports.handler = async (event) => { console.log('seen', event.n); return event.n + 1; };";
    writeFileSync(join(folder, "code.zip"), zipSync({ "index.js": new TextEncoder().encode(source) }));
    const role = String(await json("iam create-role --role-name runs --query Role.Arn --assume-role-policy-document", TRUST));
    const attach = "iam attach-role-policy --role-name runs --policy-arn";
    await aws(attach, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
    const create = "lambda create-function --function-name typed --runtime nodejs22.x --handler index.handler";
    await aws(`${create} --zip-file fileb://code.zip --role ${role}`);
    await aws("lambda wait function-active-v2 --function-name typed");
    const line = "lambda invoke --function-name typed --log-type Tail --query LogResult --output text out.json --payload";
    const tail = Buffer.from(await aws(line, '{"n":1}'), "base64").toString();
    expect(tail).toMatch(/^START RequestId: [^\n]+ Version: \$LATEST\n[^\n]+\tseen 1\nEND RequestId: [^\n]+\nREPORT RequestId: /);
    expect(readFileSync(join(folder, "out.json"), "utf8")).toBe("2");
    const found = await json(
      "logs filter-log-events --log-group-name /aws/lambda/typed --filter-pattern seen --query events[].message",
    );
    expect(found).toEqual([expect.stringContaining("seen 1")]);
  });

  test("iam simulates what was attached", async () => {
    const arn = String(
      await json("iam create-policy --policy-name reads --query Policy.Arn --policy-document", policy("s3:Get*")),
    );
    await aws("iam create-user --user-name reader");
    await aws(`iam attach-user-policy --user-name reader --policy-arn ${arn}`);
    const line = "iam simulate-principal-policy --policy-source-arn arn:aws:iam::000000000000:user/reader";
    expect(await json(`${line} --action-names s3:GetObject s3:PutObject --query EvaluationResults[].EvalDecision`)).toEqual([
      "allowed",
      "implicitDeny",
    ]);
  });

  test("cloudwatch alarms, ssm by path, event patterns", async () => {
    await aws("cloudwatch put-metric-data --namespace Typed --metric-name n --value 5");
    const alarm = "cloudwatch put-metric-alarm --alarm-name typed --namespace Typed --metric-name n --statistic Sum --period 60";
    await aws(`${alarm} --evaluation-periods 1 --threshold 1 --comparison-operator GreaterThanThreshold`);
    const state = "cloudwatch describe-alarms --alarm-names typed --query MetricAlarms[].[AlarmName,Threshold]";
    expect(await json(state)).toEqual([["typed", 1]]);
    await aws("ssm put-parameter --name /typed/a --value 1 --type String");
    await aws("ssm put-parameter --name /typed/b/c --value 2 --type String");
    expect(await json("ssm get-parameters-by-path --path /typed --recursive --query Parameters[].Value")).toEqual(["1", "2"]);
    const event = {
      id: "1",
      account: "1",
      source: "s",
      time: "2026-01-01T00:00:00Z",
      region: "r",
      resources: [],
      "detail-type": "d",
    };
    const pattern = '{"detail":{"n":[{"numeric":[">",1]}]}}';
    const given = ["--event", JSON.stringify({ ...event, detail: { n: 2 } }), "--event-pattern", pattern];
    expect(await json("events test-event-pattern", ...given)).toEqual({ Result: true });
  });

  test("cognito: an admin makes a user, who signs in", async () => {
    const pool = String(await json("cognito-idp create-user-pool --pool-name typed --query UserPool.Id"));
    const make = `cognito-idp create-user-pool-client --user-pool-id ${pool} --client-name c`;
    const client = await json(
      `${make} --explicit-auth-flows ALLOW_ADMIN_USER_PASSWORD_AUTH ALLOW_REFRESH_TOKEN_AUTH --query UserPoolClient.ClientId`,
    );
    await aws(`cognito-idp admin-create-user --user-pool-id ${pool} --username ann --message-action SUPPRESS`);
    await aws(`cognito-idp admin-set-user-password --user-pool-id ${pool} --username ann --password Abcdef1! --permanent`);
    const sign = `cognito-idp admin-initiate-auth --user-pool-id ${pool} --client-id ${client} --auth-flow ADMIN_USER_PASSWORD_AUTH`;
    expect(await json(`${sign} --auth-parameters USERNAME=ann,PASSWORD=Abcdef1! --query AuthenticationResult.TokenType`)).toBe(
      "Bearer",
    );
  });
});
