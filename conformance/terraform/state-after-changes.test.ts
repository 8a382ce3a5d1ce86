/**
 * The real terraform on the state of kefir as its life goes on: after the first deploy, an update in place, a replacement, and a deploy that
 * was interrupted. `state list`, `state pull`, `state show` and `show -json` must read it, and say what we say.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyKefir, type Deployment } from "../../examples/kefir/deployment.ts";

const mirror = process.env.DOVETAIL_TF_MIRROR;
const canJudge = mirror !== undefined && spawnSync("terraform", ["version"]).status === 0;
const why = canJudge ? "" : " (skipped: no terraform, or no mirror of its AWS provider)";

let kefir: Deployment;
let folder: string;

beforeAll(async () => {
  if (!canJudge) return;
  kefir = await copyKefir();
  folder = mkdtempSync(join(tmpdir(), "dovetail-judge-"));
  const path = join(kefir.infra, ".dovetail/dev.tfstate");
  const root = `terraform {
  backend "local" {
    path = ${JSON.stringify(path)}
  }
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
`;
  writeFileSync(join(folder, "versions.tf"), root);
  writeFileSync(join(folder, "terraformrc"), `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`);
  kefir.succeed("deploy", "--stage", "dev");
  terraform("init", "-input=false");
}, 300_000);
afterAll(() => {
  kefir?.dispose();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

function terraform(...args: string[]): string {
  const ran = spawnSync("terraform", [...args, "-no-color"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, TF_CLI_CONFIG_FILE: join(folder, "terraformrc") },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (ran.status !== 0) throw new Error(`terraform ${args.join(" ")}\n${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}

const lines = (text: string) => text.trim().split("\n").sort();
const edit = (file: string, change: (text: string) => string) => {
  const path = join(kefir.infra, "stacks", file);
  const before = readFileSync(path, "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
};

interface Shown {
  readonly address: string;
  readonly values: { readonly [name: string]: unknown };
}

/** Everything that terraform says of the state, held against what we say. Returns its `show -json`. */
function judged(): readonly Shown[] {
  const ours = lines(kefir.succeed("state", "list", "--stage", "dev").stdout);
  expect(lines(terraform("state", "list"))).toEqual(ours);
  expect(JSON.parse(terraform("state", "pull"))).toEqual(JSON.parse(kefir.succeed("state", "pull", "--stage", "dev").stdout));
  const json: unknown = JSON.parse(terraform("show", "-json", join(kefir.infra, ".dovetail/dev.tfstate")));
  const { values } = json as { values: { root_module: { resources: Shown[] } } };
  const shown = values.root_module.resources;
  expect(lines(shown.map(({ address }) => address).join("\n"))).toEqual(ours);
  return shown;
}

function valuesOf(shown: readonly Shown[], address: string): Shown["values"] {
  const found = shown.find((resource) => resource.address === address);
  if (found === undefined) throw new Error(`${address} is not in ${shown.map((resource) => resource.address).join(", ")}`);
  return found.values;
}

describe.skipIf(!canJudge)(`terraform reads kefir's state${why}`, { timeout: 300_000 }, () => {
  let queue = "";

  test("after the first deploy", () => {
    const shown = judged();
    queue =
      shown.find(({ address, values }) => address.startsWith("aws_sqs_queue.") && String(values.name).endsWith("-alarms"))
        ?.address ?? "";
    expect(queue).not.toBe("");
  });

  test("after an update in place", () => {
    edit("DataStack.ts", (text) => text.replaceAll('Application: "kefir-app"', 'Application: "kefir"'));
    expect(kefir.succeed("deploy", "--stage", "dev").stderr).toMatch(/0 added, [1-9]\d* changed, 0 destroyed/);
    const shown = judged();
    const tables = shown.filter(({ address }) => address.startsWith("aws_dynamodb_table."));
    expect(tables.map(({ values }) => values.tags)).toContainEqual(expect.objectContaining({ Application: "kefir" }));
    const [table] = tables;
    expect(terraform("state", "show", table?.address ?? "")).toMatch(/"Application"\s+= "kefir"/);
  });

  test("after a replacement", () => {
    edit("MonitoringStack.ts", (text) =>
      text.replace(/-alarms`,\n(\s+)messageRetentionSeconds/, "-alarm-messages`,\n$1messageRetentionSeconds"),
    );
    expect(kefir.succeed("deploy", "--stage", "dev").stderr).toMatch(/[1-9]\d* added, \d+ changed, [1-9]\d* destroyed/);
    expect(String(valuesOf(judged(), queue).name)).toMatch(/-alarm-messages$/);
    expect(terraform("state", "show", queue)).toMatch(/name\s+= "kefir-app-dev-alarm-messages"/);
  });

  test("after an object was tainted by hand, which we then replace", () => {
    const path = join(kefir.infra, ".dovetail/dev.tfstate");
    terraform("taint", queue);
    expect(readFileSync(path, "utf8")).toContain('"status": "tainted"');
    expect(kefir.dovetail(["diff", "--stage", "dev"]).stdout).toMatch(/tainted/i);
    kefir.succeed("deploy", "--stage", "dev");
    expect(readFileSync(path, "utf8")).not.toContain('"status": "tainted"');
    judged();
  });

  test("after terraform took an object out, which we then make no second time", () => {
    const [parameter] = lines(kefir.succeed("state", "list", "--stage", "dev").stdout).filter((a) =>
      a.startsWith("aws_cloudwatch_log_group."),
    );
    terraform("state", "rm", parameter ?? "");
    const again = kefir.dovetail(["deploy", "--stage", "dev"]);
    expect(again.status).toBe(1);
    expect(again.stderr).toContain("DVT4004");
    expect(again.stderr).toContain(`dovetail import ${parameter} `);
    const id = again.stderr.match(/dovetail import \S+ (\S+)/)?.[1] ?? "";
    kefir.succeed("import", parameter ?? "", id, "--stage", "dev");
    expect(kefir.dovetail(["diff", "--stage", "dev", "--detailed-exitcode"]).status).toBe(0);
    judged();
  });
});
