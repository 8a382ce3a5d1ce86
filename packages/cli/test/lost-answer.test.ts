import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { program, type TestApp, testApp } from "./support/app.ts";

/** Named by the program, named by us, and known only by an id that AWS chooses. */
const THINGS = program(`    const role = new aws.iam.Role("R", {
      name: "lost",
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
    new aws.iam.RolePolicy("P", { role: role.name, policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) });
    new aws.dynamodb.Table("T", { hashKey: "id", billingMode: "PAY_PER_REQUEST", attributes: [{ name: "id", type: "S" }] });
    new aws.apigatewayv2.Api("A", { name: "lost", protocolType: "HTTP" });`);

const CREATES: readonly (readonly [what: string, isIt: (path: string, target: string, body: string) => boolean])[] = [
  ["CreateRole", (_path, _target, body) => body.startsWith("Action=CreateRole&")],
  ["CreateTable", (_path, target) => target.endsWith(".CreateTable")],
  ["CreateApi", (path) => path === "/v2/apis"],
];

let app: TestApp;
beforeAll(async () => {
  app = testApp({ "sst.config.ts": THINGS });
  await app.succeed("cloud", "start");
});
afterAll(() => app.dispose());

/** Hands everything on to the cloud, but ends the connection in place of the first answer to each create. */
async function forgetful(cloud: string) {
  const lost: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const { url = "", method = "", headers } = incoming;
      const isCreate = ([, isIt]: (typeof CREATES)[number]) =>
        method === "POST" && isIt(url, String(headers["x-amz-target"] ?? ""), body.toString("latin1"));
      const [what] = CREATES.find(isCreate) ?? [];
      const onward = request(`${cloud}${url}`, { method, headers }, (answer) => {
        if (what === undefined || lost.includes(what)) {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        } else {
          lost.push(what);
          answer.resume().on("end", () => incoming.socket.destroy());
        }
      });
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, lost, close };
}

test("creates whose connections die before an answer are the run's own: found, not refused and not made twice", async () => {
  const { endpoint } = JSON.parse((await app.succeed("cloud", "status", "--json")).out) as { endpoint: string };
  const between = await forgetful(endpoint);
  try {
    const { err } = await app.succeed("deploy", "--stage", "dev", "--target", between.url);
    expect(between.lost.sort()).toEqual(["CreateApi", "CreateRole", "CreateTable"]);
    expect(err).toContain("4 added, 0 changed, 0 destroyed");
    expect((await app.run("diff", "--stage", "dev", "--target", between.url, "--detailed-exitcode")).code).toBe(0);
    const { resources } = await app.admin<{ resources: { [service: string]: number } }>("GET", "_dovetail/inventory");
    expect(resources).toEqual({ "apigatewayv2 apis": 1, "dynamodb tables": 1, "iam roles": 1 });
    await app.succeed("remove", "--stage", "dev", "--target", between.url);
  } finally {
    await between.close();
  }
});
