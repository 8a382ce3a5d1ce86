import type { HookCall } from "@dovetail/engine";
import { UNKNOWN } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { configOf, load, project, runBody } from "./programs.ts";

describe("options that tie a resource to others", () => {
  test("replaceWith, deletedWith and replacementTrigger reach the engine, the others as dependencies", async () => {
    const { get } = await runBody(`
      const db = new aws.dynamodb.Table("Db", { hashKey: "id", attributes: [{ name: "id", type: "S" }] });
      class Pair extends $util.ComponentResource {
        constructor() {
          super("my:index:Pair", "Pair");
          new aws.sqs.Queue("Inner", {}, { parent: this });
        }
      }
      const pair = new Pair();
      new aws.sqs.Queue("Q", {}, { replaceWith: [db], deletedWith: db, replacementTrigger: { month: "2026-11", list: [1, null] } });
      new aws.sqs.Queue("R", {}, { replacementTrigger: db.arn, dependsOn: pair });
      new aws.sqs.Queue("S", {}, { replacementTrigger: $util.secret("x"), deletedWith: undefined });`);
    expect(get("aws_sqs_queue.Q")).toMatchObject({
      dependencies: ["aws_dynamodb_table.Db"],
      lifecycle: {
        replaceWith: ["aws_dynamodb_table.Db"],
        deletedWith: "aws_dynamodb_table.Db",
        replacementTrigger: { month: "2026-11", list: [1, null] },
      },
    });
    expect(get("aws_sqs_queue.R").lifecycle?.replacementTrigger).toBe(UNKNOWN);
    expect(get("aws_sqs_queue.S").lifecycle).toMatchObject({ replacementTrigger: "x" });
    expect(get("aws_sqs_queue.S").lifecycle).not.toHaveProperty("deletedWith");
  });
});

const HOOKS = `
  const told: any[] = ((globalThis as any).toldToHooks ??= []);
  const note = new $util.ResourceHook("note", (args) => void told.push(args), { onDryRun: true });
  const fail = new $util.ResourceHook("fail", async () => { throw new Error("no"); }, { ignoreErrors: true });
  const child = new $util.ComponentResource("my:index:Box", "Box");
  new aws.sqs.Queue("Q", { visibilityTimeoutSeconds: 5 },
    { parent: child, hooks: { beforeCreate: [note, async (args) => void told.push(args.name)], afterDelete: [note, fail] } });`;

describe("hooks", () => {
  test("are named where they are used, and found by name", async () => {
    const app = await load(project(configOf(HOOKS)));
    const names: unknown[] = [];
    await app.frontEnd.evaluate({
      pass: "plan",
      report: () => {},
      readData: async () => ({ value: {}, sensitive: [] }),
      register: async (registration) => {
        names.push(registration.hooks);
        return { value: {}, sensitive: [] };
      },
    });
    expect(names).toEqual([{ beforeCreate: ["note", expect.stringContaining("beforeCreate 1")], afterDelete: ["note", "fail"] }]);
    expect(await app.frontEnd.hook?.("note")).toMatchObject({ runsInPlan: true, onlyWarns: false });
    expect(await app.frontEnd.hook?.("fail")).toMatchObject({ runsInPlan: false, onlyWarns: true });
    expect(await app.frontEnd.hook?.("none")).toBeUndefined();
  });

  test("are told in the program's own names, also of a program that has not been evaluated, and of a type that it no longer has", async () => {
    const app = await load(project(configOf(HOOKS)));
    const hook = await app.frontEnd.hook?.("note");
    const call: HookCall = {
      point: "afterUpdate",
      address: "aws_sqs_queue.Q",
      type: "aws_sqs_queue",
      name: "Q",
      component: [{ type: "my:index:Box", name: "Box" }],
      id: "https://q",
      newConfig: { visibility_timeout_seconds: 7 },
      newValue: { visibility_timeout_seconds: 7, arn: "arn:q" },
      oldValue: { visibility_timeout_seconds: 5, arn: "arn:q" },
    };
    await hook?.run(call);
    await hook?.run({ ...call, address: "aws_sns_topic.T", type: "aws_sns_topic", name: "T", component: [] });
    const told = (globalThis as { toldToHooks?: unknown[] }).toldToHooks?.splice(0) ?? [];
    expect(told[0]).toMatchObject({
      urn: "urn:pulumi:dev::shop::my:index:Box$aws:sqs/queue:Queue::Q",
      id: "https://q",
      name: "Q",
      type: "aws:sqs/queue:Queue",
      newInputs: { visibilityTimeoutSeconds: 7 },
      oldInputs: { visibilityTimeoutSeconds: 5 },
      newOutputs: { visibilityTimeoutSeconds: 7, arn: "arn:q" },
      oldOutputs: { visibilityTimeoutSeconds: 5, arn: "arn:q" },
    });
    expect(told[0]).not.toHaveProperty("oldInputs.arn");
    expect(told[1]).toMatchObject({ type: "aws:sns/topic:Topic", urn: "urn:pulumi:dev::shop::aws:sns/topic:Topic::T" });
  });
});
