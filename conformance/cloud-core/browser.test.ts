/** What a page of another origin can do to a cloud on the same machine, tried in a real browser. */
import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

function findChromium(): string | undefined {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      // The next name.
    }
  }
  console.warn("skipped: no chromium on PATH");
  return undefined;
}

const executablePath = findChromium();

describe.skipIf(executablePath === undefined)("a page of another origin", () => {
  let cloud: Cloud;
  let site: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    cloud = await startCloud();
    site = createServer((_request, response) => response.setHeader("Content-Type", "text/html").end("<title>page</title>"));
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      // Every name of example domains is this machine: that is what DNS rebinding does.
      args: ["--no-sandbox", "--host-resolver-rules=MAP *.example 127.0.0.1"],
    });
    await cloud.call("s3", "CreateBucket", { Bucket: "open" });
    await cloud.call("s3", "CreateBucket", { Bucket: "closed" });
    for (const Bucket of ["open", "closed"]) await cloud.call("s3", "PutObject", { Bucket, Key: "k", Body: Buffer.from("text") });
    const CORSRules = [{ AllowedOrigins: ["http://evil.example:*"], AllowedMethods: ["GET", "PUT"], AllowedHeaders: ["*"] }];
    await cloud.call("s3", "PutBucketCors", { Bucket: "open", CORSConfiguration: { CORSRules } });
  });
  afterAll(async () => {
    await browser.close();
    await new Promise((resolve) => site.close(resolve));
    await cloud.stop();
  });

  async function openPage(host: string): Promise<void> {
    await page?.close();
    page = await browser.newPage();
    await page.goto(`http://${host}:${(site.address() as AddressInfo).port}/`);
  }

  /** The status and text that the page can read, or "unreadable". Scripts are texts: the project is compiled without the browser's types. */
  function ask(url: string, init: object = {}): Promise<string> {
    return page.evaluate<string>(`(async () => {
      try {
        const answer = await fetch(${JSON.stringify(url)}, ${JSON.stringify(init)});
        return answer.status + " " + (answer.type === "opaque" ? "opaque" : (await answer.text()).slice(0, 200));
      } catch {
        return "unreadable";
      }
    })()`);
  }

  const credential = "X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fsqs%2Faws4_request";
  const create = (name: string) => `Action=CreateQueue&Version=2012-11-05&QueueName=${name}&${credential}`;
  const queues = async () => ((await cloud.call("sqs", "ListQueues", {})).QueueUrls as string[] | undefined) ?? [];
  const form = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" } };

  test("cannot carry out an API call by a simple request, whatever the path", async () => {
    await openPage("evil.example");
    for (const mode of ["cors", "no-cors"] as const) {
      for (const path of ["/", "/x", "/000000000000/q", "/_aws/execute-api/a"]) {
        await ask(`${cloud.endpoint}${path}`, { ...form, mode, body: create("pwned") });
        await ask(`${cloud.endpoint}${path}?${create("pwned")}`, { mode });
        await ask(`${cloud.endpoint}${path}?${create("pwned")}`, { mode, method: "POST", body: "x" });
      }
    }
    expect(await queues()).toEqual([]);
  });

  test("cannot carry one out by an image, a script, a frame or a form", async () => {
    await openPage("evil.example");
    for (const path of ["/", "/x"]) {
      const src = JSON.stringify(`${cloud.endpoint}${path}?${create("pwned")}`);
      for (const tag of ["img", "script", "iframe"])
        await page.evaluate(`new Promise((resolve) => {
          const element = Object.assign(document.createElement("${tag}"), { src: ${src}, onload: () => resolve(), onerror: () => resolve() });
          document.body.append(element);
        })`);
    }
    const action = JSON.stringify(`${cloud.endpoint}/x?${create("pwned")}`);
    await page.evaluate(`(() => {
      const form = Object.assign(document.createElement("form"), { method: "POST", action: ${action} });
      document.body.append(form);
      form.submit();
    })()`);
    await page.waitForURL(/127\.0\.0\.1/);
    expect(await page.textContent("body")).toContain("may not call this cloud");
    expect(await queues()).toEqual([]);
  });

  test.each([
    ["awsJson", "/", { method: "POST", headers: { "x-amz-target": "AmazonSQS.CreateQueue" }, body: '{"QueueName":"pwned"}' }],
    ["awsJson on a bucket's path", "/open", { method: "POST", headers: { "x-amz-target": "AmazonSQS.CreateQueue" }, body: "{}" }],
    [
      "CBOR",
      "/service/GraniteServiceVersion20100801/operation/PutMetricData",
      { method: "POST", headers: { "smithy-protocol": "rpc-v2-cbor" } },
    ],
    [
      "Lambda's REST API",
      "/2015-03-31/functions",
      { method: "POST", headers: { "content-type": "application/json" }, body: "{}" },
    ],
    ["a function's hot reload", "/_dovetail/lambda/f/hot-reload", { method: "PUT", body: '{"path":"/etc"}' }],
    ["the admin API", "/_dovetail/status", {}],
    ["the admin API's reset", "/_dovetail/reset", { method: "POST" }],
    ["a snapshot's load", "/_dovetail/snapshot/load", { method: "POST", body: '{"folder":"/tmp"}' }],
    ["LocalStack's reset", "/_localstack/state/reset", { method: "POST" }],
    ["a queue's messages", "/_aws/sqs/messages?QueueUrl=x", {}],
    ["a bucket without rules", "/closed/k", {}],
    ["writing to a bucket without rules", "/closed/k", { method: "PUT", body: "x" }],
    [
      "uploading a form without rules",
      "/closed",
      { method: "POST", body: "x", headers: { "content-type": "multipart/form-data; boundary=x" } },
    ],
    ["making a bucket", "/pwned", { method: "PUT" }],
  ] satisfies [string, string, object][])("cannot read or do: %s", async (_name, path, init) => {
    await openPage("evil.example");
    expect(await ask(`${cloud.endpoint}${path}`, init)).toBe("unreadable");
    expect(await ask(`${cloud.endpoint}${path}`, { ...init, mode: "no-cors" })).toMatch(/opaque|unreadable/);
    expect(await cloud.inventory()).toMatchObject({ "s3 buckets": 2 });
    const kept = await cloud.call<{ ContentLength: number }>("s3", "GetObject", { Bucket: "closed", Key: "k" });
    expect(kept.ContentLength).toBe(4);
  });

  test("reads and writes what a bucket's CORS rules allow it", async () => {
    await openPage("evil.example");
    const client = new S3Client({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const put = new PutObjectCommand({ Bucket: "open", Key: "new" });
    expect(await ask(await getSignedUrl(client, new GetObjectCommand({ Bucket: "open", Key: "k" })))).toBe("200 text");
    expect(await ask(await getSignedUrl(client, put), { method: "PUT", body: "x" })).toMatch(/^200/);
    expect(await ask(await getSignedUrl(client, put), { method: "DELETE" })).toBe("unreadable");
    // Errors carry the rules' headers, too: an application tells its user why.
    expect(await ask(`${cloud.endpoint}/open/k?X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fs3%2Faws4_request`)).toMatch(
      /^4\d\d /,
    );
  });

  test("reaches nothing under a name of its own that was bent to this machine", async () => {
    page = await browser.newPage();
    for (const path of ["/", "/_dovetail/status", "/open/k", `/?${create("pwned")}`]) {
      const answer = await page.goto(`http://rebound.example:${cloud.port}${path}`);
      expect(answer?.status()).toBe(403);
      expect(await page.textContent("body")).toContain("is not this machine's");
    }
    expect(await queues()).toEqual([]);
  });

  test("opens no WebSocket", async () => {
    await openPage("evil.example");
    const address = JSON.stringify(`ws://abcdefghij.execute-api.localhost:${cloud.port}/dev`);
    const outcome = await page.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket(${address});
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("refused");
    })`);
    expect(outcome).toBe("refused");
  });

  test("of this machine may call the APIs", async () => {
    await openPage("localhost");
    const init = {
      method: "POST",
      headers: {
        "x-amz-target": "AmazonSQS.CreateQueue",
        authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request",
      },
      body: '{"QueueName":"mine"}',
    };
    expect(await ask(cloud.endpoint, init)).toMatch(/^200 .*mine/);
    expect(await ask(`${cloud.endpoint}/_localstack/health`)).toMatch(/^200 /);
    expect(await queues()).toHaveLength(1);
  });
});
