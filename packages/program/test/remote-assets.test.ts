import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { strToU8, unzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memoryHost } from "./memory-host.ts";
import { configOf, load, places, project, run } from "./programs.ts";

const ZIP = zipSync({ "index.js": strToU8("exports.handler = async () => 1;"), "lib/a.txt": strToU8("a") });
let asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? "");
  const answers: { readonly [path: string]: () => void } = {
    "/f.zip": () => response.end(ZIP),
    "/text": () => response.end("hello"),
    "/moved": () => response.writeHead(302, { location: "/text" }).end(),
    "/away": () => response.writeHead(302, { location: "https://example.com/x" }).end(),
    "/round": () => response.writeHead(307, { location: "/round" }).end(),
    "/cut": () => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half");
      response.destroy();
    },
  };
  (answers[request.url ?? ""] ?? (() => response.writeHead(404).end()))();
});
let base = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const object = (asset: string) => configOf(`new aws.s3.BucketObjectv2("O", { bucket: "b", source: ${asset} });`);

describe("assets from http addresses", () => {
  test("are fetched from this machine, redirects too, once for both passes", async () => {
    asked = [];
    const root = project(
      configOf(`
      const { RemoteAsset, RemoteArchive, AssetArchive } = $util.asset;
      new aws.s3.BucketObjectv2("O", { bucket: "b", source: new RemoteAsset("${base}/moved") });
      const settings = { role: "arn:aws:iam::123456789012:role/r", runtime: "nodejs22.x", handler: "index.handler" };
      new aws.lambda.Function("F", { ...settings, code: new RemoteArchive("${base}/f.zip") });
      new aws.lambda.Function("G", { ...settings, handler: "in/index.handler", code: new AssetArchive({
        in: new RemoteArchive("${base}/f.zip"), "t.txt": new RemoteAsset("${base}/text") }) });`),
    );
    const app = await load(root);
    const hosts = [memoryHost("plan"), memoryHost("apply")];
    for (const host of hosts) await app.frontEnd.evaluate(host);
    expect(hosts.flatMap((host) => host.diagnostics)).toEqual([]);
    const [plan, apply] = hosts.map((host) =>
      ["aws_s3_object.O", "aws_lambda_function.F", "aws_lambda_function.G"].map((address) => host.resources.get(address)?.config),
    );
    expect(plan).toEqual(apply);
    const file = (name: unknown) => readFileSync(`${root}/${String(name)}`);
    expect(file(plan?.[0]?.source).toString()).toBe("hello");
    expect(Buffer.compare(file(plan?.[1]?.filename), ZIP)).toBe(0);
    expect(String(plan?.[1]?.filename)).toMatch(/\.zip$/);
    expect(Object.keys(unzipSync(file(plan?.[2]?.filename))).sort()).toEqual(["in/index.js", "in/lib/a.txt", "t.txt"]);
    expect(asked.sort()).toEqual(["/f.zip", "/moved", "/text", "/text"]);
  });

  test.each([
    ["elsewhere", () => "https://example.com/f.zip", "DVT7007", "https://example.com/f.zip is not on this machine, "],
    ["a name that begins like this machine's", () => "http://localhost.example.com/x", "DVT7007", "is not on this machine"],
    ["this machine, which leads elsewhere", () => `${base}/away`, "DVT7007", "it leads to https://example.com/x"],
    ["nothing", () => `${base}/none`, "DVT1010", "it answers 404"],
    ["a circle", () => `${base}/round`, "DVT1010", "redirects more than 5 times"],
    ["an answer cut short", () => `${base}/cut`, "DVT1010", "cannot be had"],
    ["nobody", () => "http://127.0.0.1:1/x", "DVT1010", "cannot be had"],
    ["another protocol", () => "ftp://127.0.0.1/x", "DVT1010", "no http:, https: or file: address"],
    ["no address", () => "what", "DVT1010", "no http:, https: or file: address"],
  ])("%s is refused by name at its place", async (_name, uri, code, why) => {
    const { diagnostics, host } = await run(object(`new $util.asset.RemoteAsset("${uri()}")`));
    expect(places(diagnostics)).toEqual([`${code} sst.config.ts:2:1`]);
    expect(diagnostics[0]?.detail).toContain(why);
    expect(host.order).toEqual([]);
  });

  test("an archive that is no zip is refused", async () => {
    const { diagnostics } = await run(
      configOf(
        `new aws.lambda.Function("F", { role: "arn:aws:iam::123456789012:role/r", runtime: "nodejs22.x", handler: "i.h", code: new $util.asset.RemoteArchive("${base}/text") });`,
      ),
    );
    expect(diagnostics.map((d) => [d.code, d.detail])).toEqual([["DVT1006", expect.stringContaining("is no zip")]]);
  });
});
