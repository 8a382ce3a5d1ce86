import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../cloud.ts";

let folder: string;
let cloud: Cloud;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-snapshot-"));
  cloud = await startCloud();
});
afterEach(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

const large = Buffer.alloc(300_000, 5);
async function fill(): Promise<void> {
  await cloud.call("s3", "CreateBucket", { Bucket: "photos" });
  await cloud.call("s3", "PutObject", { Bucket: "photos", Key: "a", Body: large });
  await cloud.call("sqs", "CreateQueue", { QueueName: "jobs" });
  await cloud.call("ssm", "PutParameter", { Name: "p", Value: "1", Type: "String" });
}

async function objectBytes(of: Cloud): Promise<number> {
  const { Body } = await of.call<{ Body: AsyncIterable<Uint8Array> }>("s3", "GetObject", { Bucket: "photos", Key: "a" });
  let bytes = 0;
  for await (const piece of Body) bytes += piece.length;
  return bytes;
}

describe("a snapshot", () => {
  test("brings everything back, in the same cloud and in another one, while they run", async () => {
    await fill();
    const manifest = await cloud.saveSnapshot(join(folder, "s"));
    expect(manifest).toMatchObject({ version: 1, accountId: "000000000000", region: "us-east-1" });
    await cloud.call("ssm", "PutParameter", { Name: "p", Value: "2", Type: "String", Overwrite: true });
    await cloud.call("ssm", "PutParameter", { Name: "later", Value: "2", Type: "String" });
    await cloud.call("s3", "DeleteObject", { Bucket: "photos", Key: "a" });
    const other = await startCloud();
    for (const each of [cloud, other]) {
      await each.loadSnapshot(join(folder, "s"));
      expect(await each.call("ssm", "GetParameter", { Name: "p" })).toMatchObject({ Parameter: { Value: "1" } });
      await expect(each.call("ssm", "GetParameter", { Name: "later" })).rejects.toMatchObject({ code: "ParameterNotFound" });
      expect(await objectBytes(each)).toBe(large.length);
      expect(await each.inventory()).toMatchObject({ "sqs queues": 1 });
    }
    await other.stop();
  });

  test("keeps the clock's distance from the machine's", async () => {
    await cloud.clock.advance(86_400_000);
    await cloud.saveSnapshot(join(folder, "s"));
    const other = await startCloud();
    await other.loadSnapshot(join(folder, "s"));
    expect(Math.abs(other.clock.offsetMs - 86_400_000)).toBeLessThan(60_000);
    await other.stop();
  });

  test("takes an older snapshot's place, and no other folder's", async () => {
    await fill();
    await cloud.saveSnapshot(join(folder, "s"));
    await cloud.call("s3", "DeleteObject", { Bucket: "photos", Key: "a" });
    await cloud.saveSnapshot(join(folder, "s"));
    mkdirSync(join(folder, "mine"));
    writeFileSync(join(folder, "mine", "thesis.txt"), "x");
    await expect(cloud.saveSnapshot(join(folder, "mine"))).rejects.toMatchObject({ diagnostics: [{ code: "DVT6006" }] });
    expect(existsSync(join(folder, "mine", "thesis.txt"))).toBe(true);
  });

  const change = (edit: (manifest: Record<string, unknown>) => void) => (at: string) => {
    const manifest = JSON.parse(readFileSync(join(at, "snapshot.json"), "utf8"));
    edit(manifest);
    writeFileSync(join(at, "snapshot.json"), JSON.stringify(manifest));
  };
  test.each<[string, (at: string) => void, RegExp]>([
    ["is not there", (at) => rmSync(at, { recursive: true }), /missing or no JSON/],
    ["has a manifest cut off", (at) => writeFileSync(join(at, "snapshot.json"), '{"format":'), /missing or no JSON/],
    ["is another program's", change((manifest) => (manifest.format = "x")), /says something else/],
    ["is null", (at) => writeFileSync(join(at, "snapshot.json"), "null"), /says something else/],
    ["is newer", change((manifest) => (manifest.version = 99)), /format 99; this Dovetail reads format 1/],
    ["is another account's", change((manifest) => (manifest.accountId = "111111111111")), /account 111111111111/],
    ["lost its records", (at) => rmSync(join(at, "data.mdb")), /data\.mdb is missing/],
    ["has records cut off", (at) => writeFileSync(join(at, "data.mdb"), "short"), /not what was saved/],
    ["has records changed", (at) => appendFileSync(join(at, "data.mdb"), "x"), /not what was saved/],
    ["has a blob too many", (at) => cpSync(join(at, "snapshot.json"), join(at, "blobs", "00", "more")), /does not belong/],
  ])("that %s is refused, and nothing is lost", async (_name, damage, why) => {
    await fill();
    const at = join(folder, "s");
    await cloud.saveSnapshot(at);
    damage(at);
    await expect(cloud.loadSnapshot(at)).rejects.toMatchObject({
      diagnostics: [{ code: "DVT6006", detail: expect.stringMatching(why) }],
    });
    expect(await objectBytes(cloud)).toBe(large.length);
  });

  test("over the admin API needs an absolute path, and says what it refuses", async () => {
    const post = async (what: string, body: object) => {
      const answer = await fetch(`${cloud.endpoint}/_dovetail/snapshot/${what}`, { method: "POST", body: JSON.stringify(body) });
      return { status: answer.status, json: await answer.json() };
    };
    expect(await post("save", { folder: "relative" })).toMatchObject({ status: 400 });
    expect(await post("save", { folder: join(folder, "s") })).toMatchObject({ status: 200, json: { version: 1, files: 1 } });
    expect(await post("load", { folder: join(folder, "none") })).toMatchObject({
      status: 409,
      json: { diagnostics: [{ code: "DVT6006" }] },
    });
    expect(await post("load", { folder: join(folder, "s") })).toMatchObject({ status: 200 });
  });
});
