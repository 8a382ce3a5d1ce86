/** What is told is what terraform 1.11.4 printed for the same, but for times. */
import type { ApplyResult, EngineEvent, Plan, ResourceChange } from "@dovetail/engine";
import { errorDiagnostic, noteDiagnostic, warningDiagnostic } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { terraformUi } from "./terraform-ui.ts";

function told(act: (ui: ReturnType<typeof terraformUi>) => void): readonly { readonly [field: string]: unknown }[] {
  const lines: string[] = [];
  act(terraformUi({ out: (line) => void lines.push(line), now: () => "2026-11-21T22:52:40.807Z", cwd: "/root" }));
  return lines.slice(1).map((line) => {
    const { "@module": module, "@timestamp": time, ...rest } = JSON.parse(line);
    expect([module, time]).toEqual(["terraform.ui", "2026-11-21T22:52:40.807Z"]);
    return rest;
  });
}

const A = {
  addr: 'terraform_data.a["x"]',
  module: "",
  resource: 'terraform_data.a["x"]',
  implied_provider: "terraform",
  resource_type: "terraform_data",
  resource_name: "a",
  resource_key: "x",
};

function change(more: Partial<ResourceChange>): ResourceChange {
  return { address: 'terraform_data.a["x"]', action: "no-op", before: null, after: {}, ...more } as ResourceChange;
}

test("the first line is the version", () => {
  const lines: string[] = [];
  terraformUi({ out: (line) => void lines.push(line), now: () => "T", cwd: "/" });
  expect(lines).toEqual([
    '{"@level":"info","@message":"Terraform 1.11.4","@module":"terraform.ui","@timestamp":"T","terraform":"1.11.4","ui":"1.2","type":"version"}',
  ]);
});

describe("operations", () => {
  const address = 'terraform_data.a["x"]';
  test.each<[EngineEvent, string, object]>([
    [
      { type: "started", address, action: "create", atMs: 0 },
      `${address}: Creating...`,
      { hook: { resource: A, action: "create" }, type: "apply_start" },
    ],
    [
      { type: "completed", address, action: "update", elapsedMs: 1499, id: "i" },
      `${address}: Modifications complete after 1s [id=i]`,
      {
        hook: { resource: A, action: "update", id_key: "id", id_value: "i", elapsed_seconds: 1 },
        type: "apply_complete",
      },
    ],
    [
      { type: "failed", address, action: "delete", elapsedMs: 0, diagnostics: [] },
      `${address}: Destruction errored after 0s`,
      { hook: { resource: A, action: "delete", elapsed_seconds: 0 }, type: "apply_errored" },
    ],
    [
      { type: "started", address, action: "refresh", atMs: 0, id: "i" },
      `${address}: Refreshing state... [id=i]`,
      { hook: { resource: A, id_key: "id", id_value: "i" }, type: "refresh_start" },
    ],
    [
      { type: "printed", address, line: "(local-exec): hi" },
      `${address}: (local-exec): hi`,
      { hook: { resource: A, provisioner: "local-exec", output: "hi" }, type: "provision_progress" },
    ],
  ])("%j", (event, message, fields) => {
    expect(told((ui) => ui.event(event))).toEqual([{ "@level": "info", "@message": message, ...fields }]);
  });

  test("ephemeral resources have messages of their own, and modules their part of an address", () => {
    const event: EngineEvent = {
      type: "started",
      address: 'module.m["k.x"].module.n.ephemeral.a_b.p[0]',
      action: "open",
      atMs: 0,
    };
    expect(told((ui) => ui.event(event))).toMatchObject([
      {
        type: "ephemeral_op_start",
        hook: {
          resource: {
            module: 'module.m["k.x"].module.n',
            resource: "ephemeral.a_b.p[0]",
            implied_provider: "a",
            resource_type: "a_b",
            resource_name: "p",
            resource_key: 0,
          },
        },
      },
    ]);
  });
});

describe("changes", () => {
  test.each<[Partial<ResourceChange>, string, object]>([
    [{ action: "create" }, "create", {}],
    [{ action: "replace", reason: "replace_because_cannot_update" }, "replace", { reason: "cannot_update" }],
    [{ action: "delete", reason: "delete_because_each_key" }, "delete", { reason: "delete_because_each_key" }],
    [{ action: "forget" }, "remove", {}],
    [{ importing: { id: "i" } }, "import", { importing: { id: "i" } }],
    [{ previousAddress: 'terraform_data.a["x"]' }, "move", { previous_resource: A }],
  ])("%j is told as %s", (more, action, fields) => {
    expect(told((ui) => ui.event({ type: "planned", change: change(more) }))).toEqual([
      {
        "@level": "info",
        "@message": `terraform_data.a["x"]: Plan to ${action}`,
        change: { resource: A, action, ...fields },
        type: "planned_change",
      },
    ]);
  });

  test("what stays is not told; what drifted is, and what is gone", () => {
    expect(told((ui) => ui.event({ type: "planned", change: change({}) }))).toEqual([]);
    expect(told((ui) => ui.event({ type: "drift", change: change({}) }))).toMatchObject([
      { type: "resource_drift", change: { action: "update" } },
    ]);
    expect(told((ui) => ui.event({ type: "drift", change: change({ after: null }) }))).toMatchObject([
      { "@message": 'terraform_data.a["x"]: Drift detected (delete)' },
    ]);
  });
});

test("summaries count, and outputs that are sensitive come without their value", () => {
  const output = { before: null, after: "SECRET", beforeSensitive: false, afterSensitive: true };
  const plan = { changes: [change({ mode: "managed", action: "create" })], outputs: { s: { action: "create", ...output } } };
  const result = {
    added: 1,
    changed: 0,
    destroyed: 2,
    imported: 0,
    state: {
      outputs: { s: { value: "SECRET", type: "string", sensitive: true }, o: { value: 1, type: "number", sensitive: false } },
    },
  };
  const lines = told((ui) => {
    ui.planned(plan as unknown as Plan);
    ui.applied(result as unknown as ApplyResult);
  });
  expect(lines.map((line) => line["@message"])).toEqual([
    "Plan: 1 to add, 0 to change, 0 to destroy.",
    "Outputs: 1",
    "Apply complete! Resources: 1 added, 0 changed, 2 destroyed.",
    "Outputs: 2",
  ]);
  expect(lines[3]).toMatchObject({
    outputs: { s: { sensitive: true, type: "string" }, o: { sensitive: false, type: "number", value: 1 } },
  });
  expect(JSON.stringify(lines)).not.toContain("SECRET");
});

test("diagnostics have their place from the folder, errors and warnings their level; notes are none of them", () => {
  const range = { file: "/root/m/main.tf", line: 2, column: 3, endLine: 2, endColumn: 5, byte: 9, endByte: 11 };
  const found = [
    errorDiagnostic("DVT2023", "Wrong", { detail: "So.", range, address: "a.b" }),
    warningDiagnostic("DVT2026", "Hm", {}),
    noteDiagnostic("DVT2021", "By the way", {}),
  ];
  expect(told((ui) => ui.diagnostics(found))).toEqual([
    {
      "@level": "error",
      "@message": "Error: Wrong",
      diagnostic: {
        severity: "error",
        summary: "Wrong",
        detail: "So.",
        address: "a.b",
        range: { filename: "m/main.tf", start: { line: 2, column: 3, byte: 9 }, end: { line: 2, column: 5, byte: 11 } },
      },
      type: "diagnostic",
    },
    { "@level": "warn", "@message": "Warning: Hm", diagnostic: { severity: "warning", summary: "Hm" }, type: "diagnostic" },
  ]);
});
