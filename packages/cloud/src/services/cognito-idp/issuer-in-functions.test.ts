/** Functions that verify tokens fetch the pool's keys from its public issuer; here that never leaves the machine. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { oneRole, ROLE, zipOf } from "../lambda/testing.ts";

let cloud: Cloud;
let poolId: string;

function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

beforeAll(async () => {
  cloud = await startCloud({ services: { iam: oneRole } });
  const { UserPool } = await cloud.call<{ UserPool: { Id: string } }>("cognito-idp", "CreateUserPool", { PoolName: "p" });
  poolId = UserPool.Id;
});
afterAll(() => cloud.stop());

async function run(Runtime: string, Handler: string, files: { readonly [name: string]: string }): Promise<unknown> {
  const FunctionName = `f-${Runtime.replace(".", "-")}`;
  await cloud.call("lambda", "CreateFunction", { FunctionName, Runtime, Handler, Role: ROLE, Code: { ZipFile: zipOf(files) } });
  const { Payload } = await cloud.call<{ Payload: Uint8Array }>("lambda", "Invoke", { FunctionName });
  return JSON.parse(Buffer.from(Payload).toString("utf8"));
}

const ONE_KEY = { keys: [expect.objectContaining({ kty: "RSA", alg: "RS256", use: "sig" })] };

test("node: fetch, https.get, and get imported by its name", async () => {
  const url = `https://cognito-idp.us-east-1.amazonaws.com/${poolId}/.well-known/jwks.json`;
  const found = await run("nodejs22.x", "index.handler", {
    "index.mjs": `import https, { get } from "node:https";
      export const handler = async () => ({
        fetched: await (await fetch("${url}")).json(),
        got: await new Promise((resolve, reject) => https.get("${url}", (answer) => {
          let text = ""; answer.on("data", (part) => { text += part; }); answer.on("end", () => resolve(JSON.parse(text)));
        }).on("error", reject)),
        named: await new Promise((resolve, reject) => get(new URL("${url}"), { timeout: 3000 }, (answer) => resolve(answer.statusCode)).on("error", reject)),
      });`,
  });
  expect(found).toEqual({ fetched: ONE_KEY, got: ONE_KEY, named: 200 });
});

test.skipIf(!hasPython())("python: urllib; a port that is no HTTP stays refused", async () => {
  const found = await run("python3.12", "index.handler", {
    "index.py": `
import json, socket, urllib.request
def handler(event, context):
    with urllib.request.urlopen("https://cognito-idp.us-east-1.amazonaws.com/${poolId}/.well-known/jwks.json") as answer:
        keys = json.load(answer)
    try:
        socket.create_connection(("sqs.us-east-1.amazonaws.com", 22))
        refused = None
    except OSError as error:
        refused = str(error)
    return {"keys": keys, "refused": refused}
`,
  });
  expect(found).toEqual({ keys: ONE_KEY, refused: expect.stringContaining("sqs.us-east-1.amazonaws.com was refused") });
});
