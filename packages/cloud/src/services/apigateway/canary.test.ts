import { APIGateway } from "@aws-sdk/client-api-gateway";
import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { metBy } from "./canary.ts";

let cloud: Cloud;
let gateway: APIGateway;
beforeAll(async () => {
  cloud = await startCloud({ volatile: true, random: seededRandom(2) });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  gateway = new APIGateway({ endpoint: cloud.endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
});
afterAll(() => cloud.stop());

const document = (text: string) =>
  Buffer.from(
    JSON.stringify({
      openapi: "3.0.1",
      info: { title: "c" },
      paths: {
        "/x": {
          get: {
            responses: { "200": {} },
            "x-amazon-apigateway-integration": {
              type: "mock",
              requestTemplates: { "application/json": '{"statusCode":200}' },
              responses: { default: { statusCode: "200", responseTemplates: { "application/json": text } } },
            },
          },
        },
      },
    }),
  );

test("a canary serves its share with its own variables, until it is promoted", async () => {
  const { id: restApiId = "" } = await gateway.importRestApi({ body: document("old $stageVariables.c") });
  await gateway.createDeployment({ restApiId, stageName: "v1", variables: { c: "blue" } });
  await gateway.putRestApi({ restApiId, mode: "overwrite", body: document("new $stageVariables.c") });
  const stageVariableOverrides = { c: "red" };
  await gateway.createDeployment({ restApiId, stageName: "v1", canarySettings: { percentTraffic: 50, stageVariableOverrides } });
  const read = async () => (await fetch(`${cloud.endpoint}/restapis/${restApiId}/v1/_user_request_/x`)).text();
  const both = new Set<string>();
  for (let i = 0; i < 40; i++) both.add(await read());
  expect([...both].sort()).toEqual(["new red", "old blue"]);
  const patch = (...patchOperations: object[]) => gateway.updateStage({ restApiId, stageName: "v1", patchOperations });
  await expect(patch({ op: "replace", path: "/canarySettings/percentTraffic", value: "101" })).rejects.toThrow("Percent traffic");
  await patch({ op: "replace", path: "/canarySettings/percentTraffic", value: "0" });
  expect(await read()).toBe("old blue");
  const stage = await patch(
    { op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" },
    { op: "copy", from: "/canarySettings/stageVariableOverrides", path: "/variables" },
    { op: "remove", path: "/canarySettings" },
  );
  expect(stage.canarySettings).toBeUndefined();
  expect(await read()).toBe("new red");
});

test.each([
  [0, 0],
  [25, 25],
  [100, 100],
])("of 100 requests, %d per cent are the canary's", (percentTraffic, wanted) => {
  const stage = { deploymentId: "a", canarySettings: { deploymentId: "b", percentTraffic } };
  const random = (i: number) => ({ bytes: () => Uint8Array.of(Math.floor((i * 256) / 100), 0) });
  const met = Array.from({ length: 100 }, (_, i) => metBy(stage, random(i)).deploymentId);
  expect(met.filter((id) => id === "b").length).toBe(wanted);
});
