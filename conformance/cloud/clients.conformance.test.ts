/** The embedded AWS from the clients that people type and script with: the aws CLI and boto3, unmodified, with any credentials. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);

function has(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const hasBoto3 = has("python3", "-c", "import boto3");
const hasCli = has("aws", "--version");
if (!hasBoto3) console.warn("skipped: no python3 with boto3 on this machine");
if (!hasCli) console.warn("skipped: no aws CLI on this machine");

let cloud: Cloud;
let folder: string;
beforeAll(async () => {
  cloud = await startCloud();
  folder = mkdtempSync(join(tmpdir(), "dovetail-clients-"));
});
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

function environment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: folder,
    PYENV_VERSION: process.env.PYENV_VERSION,
    PYENV_ROOT: process.env.PYENV_ROOT,
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_DEFAULT_REGION: "eu-central-1",
    AWS_PAGER: "",
  };
}

async function aws(...args: string[]): Promise<unknown> {
  // Version 1 of the CLI puts an endpoint of its own in the way of AWS_ENDPOINT_URL for SQS; the flag is what people give it.
  const { stdout } = await run("aws", ["--endpoint-url", cloud.endpoint, ...args, "--output", "json"], { env: environment() });
  return stdout.trim() === "" ? undefined : JSON.parse(stdout);
}

/** Runs a script that prints JSON. */
async function python(script: string): Promise<unknown> {
  const { stdout } = await run("python3", ["-c", `import boto3, json\nfrom botocore.exceptions import ClientError\n${script}`], {
    env: environment(),
  });
  return JSON.parse(stdout);
}

describe.skipIf(!hasCli)("aws CLI", () => {
  test("sts, iam, ssm, sqs, sns answer as AWS does", async () => {
    expect(await aws("sts", "get-caller-identity")).toEqual({
      UserId: "000000000000",
      Account: "000000000000",
      Arn: "arn:aws:iam::000000000000:root",
    });
    const trust =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}';
    await aws("iam", "create-role", "--role-name", "cli", "--assume-role-policy-document", trust);
    expect(await aws("iam", "get-role", "--role-name", "cli", "--query", "Role.AssumeRolePolicyDocument")).toEqual(
      JSON.parse(trust),
    );
    await aws("ssm", "put-parameter", "--name", "/cli/a", "--value", "1", "--type", "SecureString");
    expect(await aws("ssm", "get-parameter", "--name", "/cli/a", "--with-decryption", "--query", "Parameter.Value")).toBe("1");
    const queue = await aws("sqs", "create-queue", "--queue-name", "cli", "--query", "QueueUrl");
    await aws("sqs", "send-message", "--queue-url", String(queue), "--message-body", "hello");
    expect(await aws("sqs", "receive-message", "--queue-url", String(queue), "--query", "Messages[0].Body")).toBe("hello");
    expect(await aws("sns", "create-topic", "--name", "cli")).toEqual({ TopicArn: "arn:aws:sns:eu-central-1:000000000000:cli" });
    await expect(aws("sqs", "get-queue-url", "--queue-name", "none")).rejects.toMatchObject({
      stderr: expect.stringContaining(
        "An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl operation: The specified queue does not exist.",
      ),
    });
  });

  test("s3 mb, cp, ls, sync, rm", async () => {
    const file = join(folder, "a.txt");
    writeFileSync(file, "x".repeat(100_000));
    const s3 = (...args: string[]) => run("aws", ["s3", ...args], { env: environment() });
    await s3("mb", "s3://cli-bucket");
    await s3("cp", file, "s3://cli-bucket/dir/a.txt");
    expect((await s3("ls", "s3://cli-bucket/dir/")).stdout).toMatch(/100000 a\.txt/);
    await s3("sync", "s3://cli-bucket", join(folder, "down"));
    expect(readFileSync(join(folder, "down", "dir", "a.txt"), "utf8")).toHaveLength(100_000);
    await s3("rb", "--force", "s3://cli-bucket");
  });
});

describe.skipIf(!hasBoto3)("boto3", () => {
  test("every protocol carries values there and back", async () => {
    const result = await python(`
out = {}
ddb = boto3.resource("dynamodb")
t = ddb.create_table(TableName="boto", KeySchema=[{"AttributeName":"id","KeyType":"HASH"}], AttributeDefinitions=[{"AttributeName":"id","AttributeType":"S"}], BillingMode="PAY_PER_REQUEST")
t.wait_until_exists()
t.put_item(Item={"id":"a","n":5,"s":{"x"},"b":b"\\x00\\xff"})
out["ddb"] = str(t.get_item(Key={"id":"a"})["Item"]["n"])
cw = boto3.client("cloudwatch")
cw.put_metric_data(Namespace="N", MetricData=[{"MetricName":"m","Value":1.5}])
out["cw"] = [m["MetricName"] for m in cw.list_metrics(Namespace="N")["Metrics"]]
sqs = boto3.resource("sqs")
q = sqs.create_queue(QueueName="boto.fifo", Attributes={"FifoQueue":"true","ContentBasedDeduplication":"true"})
q.send_message(MessageBody="m", MessageGroupId="g", MessageAttributes={"a":{"DataType":"Binary","BinaryValue":b"\\x01"}})
m = q.receive_messages(MessageAttributeNames=["All"])[0]
out["sqs"] = [m.body, list(m.message_attributes["a"]["BinaryValue"])]
s3 = boto3.client("s3")
s3.create_bucket(Bucket="boto", CreateBucketConfiguration={"LocationConstraint":"eu-central-1"})
s3.put_object(Bucket="boto", Key="k ä/+", Body=b"body", Metadata={"m":"v"})
o = s3.get_object(Bucket="boto", Key="k ä/+")
out["s3"] = [o["Body"].read().decode(), o["Metadata"]]
logs = boto3.client("logs")
logs.create_log_group(logGroupName="g")
out["logs"] = [g["logGroupName"] for g in logs.describe_log_groups()["logGroups"]]
print(json.dumps(out))`);
    expect(result).toEqual({ ddb: "5", cw: ["m"], sqs: ["m", [1]], s3: ["body", { m: "v" }], logs: ["g"] });
  });

  test("errors carry AWS's codes", async () => {
    const result = await python(`
def code(call):
    try:
        call()
    except ClientError as e:
        return [e.response["Error"]["Code"], e.response["ResponseMetadata"]["HTTPStatusCode"]]
print(json.dumps([
  code(lambda: boto3.client("dynamodb").describe_table(TableName="none")),
  code(lambda: boto3.client("s3").get_object(Bucket="none-such", Key="k")),
  code(lambda: boto3.client("iam").get_role(RoleName="none")),
  code(lambda: boto3.client("sns").get_topic_attributes(TopicArn="arn:aws:sns:eu-central-1:000000000000:none")),
  code(lambda: boto3.client("lambda").get_function(FunctionName="none")),
  code(lambda: boto3.client("ssm").get_parameter(Name="none")),
  code(lambda: boto3.client("ssm").describe_documents() if False else boto3.client("ssm").list_documents()),
]))`);
    expect(result).toEqual([
      ["ResourceNotFoundException", 400],
      ["NoSuchBucket", 404],
      ["NoSuchEntity", 404],
      ["NotFound", 404],
      ["ResourceNotFoundException", 404],
      ["ParameterNotFound", 400],
      ["NotImplemented", 501],
    ]);
  });
});
