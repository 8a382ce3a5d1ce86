/** What a function can see and reach: nothing of the host, nothing of other functions, and no AWS but this one. */
import { execFileSync } from "node:child_process";
import { GetBucketLocationCommand, S3Client } from "@aws-sdk/client-s3";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let cloud: Cloud;
const hints: string[] = [];
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const ALLOW = (Action: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });

beforeAll(async () => {
  process.env.HOST_SECRET_OF_TEST = "the host's";
  cloud = await startCloud({ log: (line) => hints.push(line) });
  for (const [role, action] of [
    ["one", "s3:*"],
    ["two", "sqs:*"],
  ] as const) {
    await cloud.call("iam", "CreateRole", { RoleName: role, AssumeRolePolicyDocument: TRUST });
    await cloud.call("iam", "PutRolePolicy", { RoleName: role, PolicyName: "p", PolicyDocument: ALLOW(action) });
  }
  await cloud.call("s3", "CreateBucket", { Bucket: "photos" });
});
afterAll(async () => {
  delete process.env.HOST_SECRET_OF_TEST;
  await cloud.stop();
});

let made = 0;
async function run(runtime: "nodejs22.x" | "python3.12", code: string, role = "one"): Promise<unknown> {
  const FunctionName = `f${made++}`;
  const file = runtime === "python3.12" ? "index.py" : "index.mjs";
  await cloud.call("lambda", "CreateFunction", {
    FunctionName,
    Role: `arn:aws:iam::000000000000:role/${role}`,
    Runtime: runtime,
    Handler: "index.handler",
    Timeout: 30,
    Code: { ZipFile: zipSync({ [file]: strToU8(code) }) },
  });
  const answer = await cloud.call<{ Payload: Uint8Array }>("lambda", "Invoke", { FunctionName, Payload: Buffer.from("{}") });
  return JSON.parse(Buffer.from(answer.Payload).toString("utf8"));
}

function hasPython(): boolean {
  try {
    execFileSync("python3", ["-c", "import boto3"], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("skipped: no python3 with boto3 on this machine");
    return false;
  }
}

describe("a Node function", () => {
  test("sees neither the host's environment nor other functions' credentials", async () => {
    const code = "export const handler = async () => ({ ...process.env });";
    const one = (await run("nodejs22.x", code, "one")) as Record<string, string>;
    const two = (await run("nodejs22.x", code, "two")) as Record<string, string>;
    expect(JSON.stringify(one)).not.toContain("the host's");
    expect(one.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/);
    expect(one.AWS_ACCESS_KEY_ID).not.toBe(two.AWS_ACCESS_KEY_ID);
    expect(one.AWS_SECRET_ACCESS_KEY).not.toBe(two.AWS_SECRET_ACCESS_KEY);
  });

  test("may do what its role may, and nothing else", async () => {
    const code = `
      import { SQSClient, ListQueuesCommand } from "@aws-sdk/client-sqs";
      export const handler = () => new SQSClient({}).send(new ListQueuesCommand({})).then(() => "allowed", (error) => error.name);`;
    expect(await run("nodejs22.x", code, "two")).toBe("allowed");
    expect(await run("nodejs22.x", code, "one")).toMatch(/AccessDenied/);
  });

  test.each([
    ["an SDK client of another region", `new S3Client({ region: "eu-west-1" })`],
    [
      "an SDK client with a regional host",
      `new S3Client({ region: "eu-west-1", endpoint: "https://s3.eu-west-1.amazonaws.com" })`,
    ],
    [
      "an SDK client with a dual-stack host",
      `new S3Client({ region: "eu-west-1", endpoint: "https://s3.dualstack.eu-west-1.amazonaws.com" })`,
    ],
  ])("%s reaches this cloud", async (_name, client) => {
    const code = `
      import { S3Client, ListBucketsCommand } from "@aws-sdk/client-s3";
      export const handler = () => ${client}.send(new ListBucketsCommand({})).then((a) => a.Buckets.map((b) => b.Name), (e) => e.message);`;
    expect(await run("nodejs22.x", code)).toEqual(["photos"]);
  });

  test.each([
    [
      "node:https, bound by name",
      `import { request } from "node:https";`,
      `new Promise((r) => request("https://s3.eu-west-1.amazonaws.com/").on("response", (a) => r("local " + a.headers["x-amz-request-id"].length)).on("error", (e) => r(e.message)).end())`,
    ],
    [
      "node:https, default import",
      `import https from "node:https";`,
      `new Promise((r) => https.get("https://s3.eu-west-1.amazonaws.com/", (a) => r("local " + a.headers["x-amz-request-id"].length)).on("error", (e) => r(e.message)))`,
    ],
    [
      "fetch",
      "",
      `fetch("https://s3.eu-west-1.amazonaws.com/").then((a) => "local " + a.headers.get("x-amz-request-id").length, (e) => e.message)`,
    ],
  ])("%s to a regional host is answered here", async (_name, imports, expression) => {
    expect(await run("nodejs22.x", `${imports}\nexport const handler = () => ${expression};`)).toBe("local 36");
  });

  test.each([
    [
      "a socket",
      `import { connect } from "node:net";`,
      `new Promise((r) => connect(443, "sts.amazonaws.com").on("connect", () => r("connected")).on("error", (e) => r(e.message)))`,
    ],
    [
      "a TLS socket",
      `import { connect } from "node:tls";`,
      `new Promise((r) => connect(443, "sts.us-east-1.amazonaws.com").on("secureConnect", () => r("connected")).on("error", (e) => r(e.message)))`,
    ],
    [
      "HTTP/2",
      `import { connect } from "node:http2";`,
      `new Promise((r) => connect("https://kinesis.us-east-1.amazonaws.com").on("connect", () => r("connected")).on("error", (e) => r(e.message)))`,
    ],
    [
      "the instance's metadata",
      `import http from "node:http";`,
      `new Promise((r) => http.get("http://169.254.169.254/latest/meta-data/", () => r("answered")).on("error", (e) => r(e.message)))`,
    ],
  ])("%s to AWS is refused by name", async (_name, imports, expression) => {
    expect(await run("nodejs22.x", `${imports}\nexport const handler = () => ${expression};`)).toMatch(
      /^Dovetail: this function runs in the embedded AWS/,
    );
  });

  test("what it causes hangs below it in the trace", async () => {
    const code = `
      import { S3Client, ListBucketsCommand } from "@aws-sdk/client-s3";
      export const handler = () => new S3Client({}).send(new ListBucketsCommand({})).then(() => 1);`;
    expect(await run("nodejs22.x", code)).toBe(1);
    const { events } = (await (await fetch(`${cloud.endpoint}/_dovetail/trace`)).json()) as { events: Record<string, unknown>[] };
    const listed = events.filter(({ operation }) => operation === "ListBuckets").at(-1);
    expect(events.find(({ id }) => id === listed?.parent)).toMatchObject({ service: "lambda", operation: "Invoke" });
    expect(listed).toMatchObject({ principal: expect.stringContaining("assumed-role/one/") });
  });
});

describe.skipIf(!hasPython())("a Python function", () => {
  test("sees nothing of the host's environment", async () => {
    const env = await run("python3.12", "import os\ndef handler(e, c): return dict(os.environ)");
    expect(JSON.stringify(env)).not.toContain("the host's");
  });

  test.each([
    ["a client of another region", `boto3.client("s3", region_name="eu-west-1")`],
    [
      "a client with a regional host",
      `boto3.client("s3", region_name="eu-west-1", endpoint_url="https://s3.eu-west-1.amazonaws.com")`,
    ],
  ])("%s reaches this cloud", async (_name, client) => {
    const code = `import boto3\ndef handler(e, c): return [b["Name"] for b in ${client}.list_buckets()["Buckets"]]`;
    expect(await run("python3.12", code)).toEqual(["photos"]);
  });

  test.each([
    ["a socket", `socket.create_connection(("sts.amazonaws.com", 22), 5)`],
    ["the instance's metadata", `urllib.request.urlopen("http://169.254.169.254/latest/meta-data/", timeout=5)`],
    ["a socket by address", `socket.socket().connect(("sts.amazonaws.com", 22))`],
    ["a lookup", `socket.gethostbyname("sts.amazonaws.com")`],
  ])("%s to AWS is refused by name", async (_name, expression) => {
    const code = `import socket, urllib.request\ndef handler(e, c):\n    try:\n        return repr(${expression})\n    except Exception as error:\n        return str(error)`;
    expect(await run("python3.12", code)).toMatch(/Dovetail: this function runs in the embedded AWS/);
  });
});

test("a client outside that signs for another region stays in this cloud and in that region", async () => {
  const client = new S3Client({
    endpoint: cloud.endpoint,
    region: "eu-west-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  expect(await client.send(new GetBucketLocationCommand({ Bucket: "photos" }))).not.toHaveProperty(
    "LocationConstraint",
    "eu-west-1",
  );
});
