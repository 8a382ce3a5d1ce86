import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** The embedded S3 from the clients that people type: aws CLI and boto3. */
const hasCli = spawnSync("aws", ["--version"]).status === 0;
const hasBoto = spawnSync("python3", ["-c", "import boto3"]).status === 0;
const LARGE_BYTES = 20 * 1024 * 1024;

let cloud: Cloud;
let folder: string;
beforeAll(async () => {
  cloud = await startCloud({ volatile: true });
  folder = mkdtempSync(join(tmpdir(), "dovetail-s3-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await cloud.stop();
});

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** The cloud lives in this process: nothing here may block it. */
function run(program: string, args: readonly string[]): Promise<Ran> {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_EC2_METADATA_DISABLED: "true",
  };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd: folder });
    let [out, err] = ["", ""];
    child.stdout.on("data", (piece) => {
      out += piece;
    });
    child.stderr.on("data", (piece) => {
      err += piece;
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, out, err }));
  });
}

async function aws(...args: string[]): Promise<string> {
  const { status, out, err } = await run("aws", args);
  expect([args.join(" "), status, err]).toEqual([args.join(" "), 0, ""]);
  return out;
}

describe.skipIf(!hasCli)(`aws CLI${hasCli ? "" : " (skipped: aws is not on PATH)"}`, () => {
  it("syncs a folder up, lists it, syncs a change with --delete, and brings it back whole", async () => {
    const up = join(folder, "up");
    mkdirSync(join(up, "deep/er"), { recursive: true });
    writeFileSync(join(up, "a b+c.txt"), "one");
    writeFileSync(join(up, "deep/er/é"), "two");
    writeFileSync(join(up, "large"), randomBytes(LARGE_BYTES));
    await aws("s3", "mb", "s3://cli-bucket");
    await aws("s3", "sync", up, "s3://cli-bucket/to", "--no-progress");
    const listed = await aws("s3", "ls", "s3://cli-bucket/to/", "--recursive");
    expect(
      listed
        .trim()
        .split("\n")
        .map((line) => line.replace(/^\S+ \S+ +/, "")),
    ).toEqual(["3 to/a b+c.txt", "3 to/deep/er/é", `${LARGE_BYTES} to/large`]);
    rmSync(join(up, "a b+c.txt"));
    expect(await aws("s3", "sync", up, "s3://cli-bucket/to", "--delete", "--no-progress")).toContain(
      "delete: s3://cli-bucket/to/a b+c.txt",
    );
    await aws("s3", "cp", "s3://cli-bucket/to", join(folder, "down"), "--recursive", "--no-progress");
    expect(existsSync(join(folder, "down/deep/er/é"))).toBe(true);
    expect(Buffer.compare(readFileSync(join(folder, "down/large")), readFileSync(join(up, "large")))).toBe(0);
    await aws("s3", "rm", "s3://cli-bucket", "--recursive");
    await aws("s3", "rb", "s3://cli-bucket");
  });

  it("presign gives a URL that works", async () => {
    await aws("s3", "mb", "s3://cli-signed");
    writeFileSync(join(folder, "signed"), "by url");
    await aws("s3", "cp", join(folder, "signed"), "s3://cli-signed/x", "--no-progress");
    const url = (await aws("s3", "presign", "s3://cli-signed/x")).trim();
    expect(await (await fetch(url)).text()).toBe("by url");
  });
});

const SCRIPT = `
import boto3, io, json, os, urllib.request
s3 = boto3.client("s3")
s3.create_bucket(Bucket="boto-bucket")
data = os.urandom(12 * 1024 * 1024)
s3.upload_fileobj(io.BytesIO(data), "boto-bucket", "large", ExtraArgs={"Metadata": {"who": "boto"}})
head = s3.head_object(Bucket="boto-bucket", Key="large")
back = io.BytesIO()
s3.download_fileobj("boto-bucket", "large", back)
post = s3.generate_presigned_post("boto-bucket", "posted", Conditions=[["content-length-range", 1, 10]])
try:
    s3.put_object(Bucket="boto-bucket", Key="large", Body=b"", IfNoneMatch="*")
    conditional = None
except s3.exceptions.ClientError as error:
    conditional = error.response["Error"]["Code"]
pages = [o["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket="boto-bucket") for o in page["Contents"]]
print(json.dumps({"same": back.getvalue() == data, "meta": head["Metadata"], "etag": head["ETag"][-3:], "conditional": conditional, "pages": pages, "post": post}))
`;

describe.skipIf(!hasBoto)(`boto3${hasBoto ? "" : " (skipped: python3 has no boto3)"}`, () => {
  it("uploads in parts, downloads in ranges, pages, and signs a form", async () => {
    const { status, out, err } = await run("python3", ["-c", SCRIPT]);
    expect([status, err]).toEqual([0, ""]);
    const answer = JSON.parse(out) as { post: { url: string; fields: Record<string, string> } };
    expect(answer).toMatchObject({
      same: true,
      meta: { who: "boto" },
      etag: '-2"',
      conditional: "PreconditionFailed",
      pages: ["large"],
    });
    const form = new FormData();
    for (const [name, value] of Object.entries(answer.post.fields)) form.append(name, value);
    form.append("file", new Blob(["by form"]), "x");
    expect((await fetch(answer.post.url, { method: "POST", body: form })).status).toBe(204);
  });
});
