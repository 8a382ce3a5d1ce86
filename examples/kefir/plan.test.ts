/** `diff --json` of the real system, for every kind of change, held against Terraform's documented plan format. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planDocument, violations } from "../../packages/engine/test/support/terraform-json-schema.ts";
import { copyKefir, type Deployment } from "./deployment.ts";

let kefir: Deployment;
beforeAll(async () => {
  kefir = await copyKefir();
});
afterAll(() => kefir.dispose());

interface PlanJson {
  readonly resource_changes: readonly { readonly mode: string; readonly change: { readonly actions: readonly string[] } }[];
}

/** How many managed resources have which actions; the document is checked on the way. */
function plan(): { readonly [actions: string]: number } {
  const document = JSON.parse(kefir.succeed("diff", "--stage", "dev", "--json").stdout) as PlanJson;
  expect(violations(planDocument, document)).toEqual([]);
  const counts: { [actions: string]: number } = {};
  for (const { mode, change } of document.resource_changes) {
    const actions = change.actions.join(",");
    if (mode === "managed") counts[actions] = (counts[actions] ?? 0) + 1;
  }
  return counts;
}

function edit(file: string, change: (text: string) => string): void {
  const path = join(kefir.infra, file);
  const before = readFileSync(path, "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

describe("kefir's plan as JSON", () => {
  test("creations", () => {
    const counts = plan();
    expect(Object.keys(counts)).toEqual(["create"]);
    expect(counts.create).toBeGreaterThan(60);
  });

  test("nothing to do, once it is deployed", () => {
    kefir.succeed("deploy", "--stage", "dev");
    expect(Object.keys(plan())).toEqual(["no-op"]);
  });

  test("updates, replacements, deletions and creations in one plan", () => {
    edit("stacks/DataStack.ts", (text) => text.replace(/(hashKey: ")PK(")/, "$1ID$2").replace(/(name: ")PK(")/, "$1ID$2"));
    edit("stacks/SchedulerStack.ts", (text) => text.replace(/timeout: \d+/, "timeout: 61"));
    edit("sst.config.ts", (text) =>
      text
        .replace('await import("./stacks/MonitoringStack")', "{ MonitoringStack: undefined, default: () => ({}) }")
        .replace(
          /async run\(\) \{/,
          'async run() {\n    const extra = await import("@pulumi/aws");\n    new extra.sqs.Queue("Extra");',
        ),
    );
    const counts = plan();
    expect(counts.create).toBe(1);
    expect(counts.update).toBeGreaterThan(0);
    expect(counts["delete,create"] ?? counts["create,delete"]).toBeGreaterThan(0);
  });
});
