import type { DataRegistration, RegisteredObject } from "@dovetail/engine";
import { describe, expect, test } from "vitest";
import { memoryHost } from "./memory-host.ts";
import { configOf, load, places, project, runBody } from "./programs.ts";

const TABLE =
  'const t = new aws.dynamodb.Table("T", { hashKey: "id", attributes: [{ name: "id", type: "S" }], ttl: { attributeName: "x" } });\n';

describe("members of Outputs, as far as the schema knows them", () => {
  test.each([
    ["a member of an object", "return { a: t.ttl.atributeName };", "DVT1005 sst.config.ts:3:19", 'Did you mean "attributeName"?'],
    ["a member of an item", "return { a: t.attributes[0].nmae };", "DVT1005 sst.config.ts:3:29", 'Did you mean "name"?'],
    ["a member of a text", "return { a: t.arn.foo };", "DVT1005 sst.config.ts:3:19", undefined],
    ["a member of a list", "return { a: t.attributes.name };", "DVT1005 sst.config.ts:3:26", undefined],
  ])("%s that there is not is a warning at its place", async (_name, body, place, fix) => {
    const { diagnostics } = await runBody(`${TABLE}${body}`);
    expect(places(diagnostics)).toEqual([place]);
    expect([diagnostics[0]?.severity, diagnostics[0]?.fix]).toEqual(["warning", fix]);
    expect(diagnostics[0]?.detail).toContain("reading it gives undefined");
  });

  test("what is there, and what the schema leaves open, is read without a word", async () => {
    const { diagnostics } = await runBody(
      `${TABLE}return { a: t.ttl.attributeName, b: t.attributes[0].name, c: t.attributes.length, d: t.tags.anything, e: t.arn.length, f: [t.ttl] };`,
    );
    expect(diagnostics).toEqual([]);
  });
});

describe("secrets that a program awaits", () => {
  test("stay secret wherever they turn up", async () => {
    const app = await load(
      project(
        configOf(`const { value } = await aws.ssm.getParameter({ name: "/db/password" });
        new aws.ssm.Parameter("Copy", { type: "String", value });
        new aws.sqs.Queue("Q", { tags: { url: "postgres://app:" + value + "@db", plain: "x" } });
        return { value, twice: $interpolate\`\${value}-\${value}\`, other: "open" };`),
      ),
    );
    const host = memoryHost("apply");
    const readData = async (registration: DataRegistration): Promise<RegisteredObject> => ({
      value: { name: registration.config.name ?? null, value: "correct horse", id: "/db/password" },
      sensitive: [["value"]],
    });
    const { outputs } = await app.frontEnd.evaluate({ ...host, readData });
    expect(Object.entries(outputs).map(([name, output]) => [name, output.sensitive])).toEqual([
      ["value", true],
      ["twice", true],
      ["other", false],
    ]);
    expect(host.resources.get("aws_ssm_parameter.Copy")?.sensitive).toContainEqual(["value"]);
    expect(host.resources.get("aws_sqs_queue.Q")?.sensitive).toEqual([["tags", "url"]]);
  });
});

test("the constants of aws.types.enums are those of the namespaces", async () => {
  const { result, diagnostics } = await runBody("return { a: aws.types.enums.lambda.Runtime.NodeJS22dX };");
  expect([diagnostics.map((d) => d.code), result.outputs.a?.value]).toEqual([["DVT1017"], "nodejs22.x"]);
});
