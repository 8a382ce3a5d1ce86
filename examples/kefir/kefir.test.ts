/** Kefir as a user meets it: deployed by the command line on a cloud of its own, used, looked at by terraform, removed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyKefir, type Deployment } from "./deployment.ts";
import { runKefirFlow } from "./flow.ts";

let kefir: Deployment;
beforeAll(async () => {
  kefir = await copyKefir();
});
afterAll(() => kefir.dispose());

const terraform = spawnSync("terraform", ["version"]).status === 0;

describe("kefir, stage dev", () => {
  test("deploys; the first line names app, stage and target; AWS_REGION is dropped with a warning at its place", () => {
    const { stderr } = kefir.succeed("deploy", "--stage", "dev");
    expect(stderr.split("\n").find((line) => line.includes("kefir-app"))).toMatch(
      /^kefir-app · dev · embedded AWS at http:\/\/127\.0\.0\.1:\d+$/,
    );
    expect(stderr).toMatch(/Warning DVT1009[\s\S]*AWS_REGION/);
    expect(stderr).toMatch(/Complete in .*: \d+ added, 0 changed, 0 destroyed/);
  });

  test("a second deploy has nothing to do, and diff says so with exit code 0", () => {
    expect(kefir.succeed("deploy", "--stage", "dev").stderr).toContain("No changes");
    const diff = kefir.dovetail(["diff", "--stage", "dev", "--detailed-exitcode"]);
    expect([diff.status, diff.stdout.trim()]).toEqual([0, "No changes. The objects match the program."]);
  });

  test("works as its mobile app, its users and its operators use it", async () => {
    await runKefirFlow(kefir.flow(kefir.outputs()));
  });

  test("using it is no drift: diff is still empty", () => {
    expect(kefir.dovetail(["diff", "--stage", "dev", "--detailed-exitcode"]).status).toBe(0);
  });

  test.skipIf(!terraform)(
    `terraform state list and state pull read the state${terraform ? "" : " (skipped: terraform is not on PATH)"}`,
    () => {
      const file = join(kefir.infra, ".dovetail/dev.tfstate");
      const listed = spawnSync("terraform", ["state", "list", `-state=${file}`], { encoding: "utf8" });
      expect([listed.status, listed.status === 0 ? "" : listed.stderr]).toEqual([0, ""]);
      const ours = kefir.succeed("state", "list", "--stage", "dev").stdout;
      expect(listed.stdout.trim().split("\n").sort()).toEqual(ours.trim().split("\n").sort());
      expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ version: 4, lineage: expect.any(String) });
    },
  );

  const mirror = process.env.DOVETAIL_TF_MIRROR;
  const judged = terraform && mirror !== undefined;
  test.skipIf(!judged)(
    `terraform show -json reads the state with the real provider's schemas${judged ? "" : " (skipped: no terraform, or no mirror of its AWS provider)"}`,
    () => {
      const folder = mkdtempSync(join(tmpdir(), "dovetail-show-"));
      const versions =
        'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = "5.100.0"\n    }\n  }\n}\n';
      writeFileSync(join(folder, "versions.tf"), versions);
      writeFileSync(
        join(folder, "terraformrc"),
        `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
      );
      const run = (...args: string[]) =>
        spawnSync("terraform", args, {
          cwd: folder,
          encoding: "utf8",
          env: { ...process.env, TF_CLI_CONFIG_FILE: join(folder, "terraformrc") },
          maxBuffer: 64 * 1024 * 1024,
        });
      try {
        expect(run("init", "-input=false", "-no-color").status).toBe(0);
        const shown = run("show", "-json", "-no-color", join(kefir.infra, ".dovetail/dev.tfstate"));
        expect([shown.status, shown.status === 0 ? "" : shown.stderr]).toEqual([0, ""]);
        const { values } = JSON.parse(shown.stdout) as { values: { root_module: { resources: unknown[] } } };
        expect(values.root_module.resources).toHaveLength(
          kefir.succeed("state", "list", "--stage", "dev").stdout.trim().split("\n").length,
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );

  test("remove leaves an empty cloud and an empty state", async () => {
    kefir.succeed("remove", "--stage", "dev");
    const { resources } = await kefir.admin<{ resources: Record<string, number> }>("GET", "inventory");
    expect(Object.entries(resources).filter(([, count]) => count > 0)).toEqual([]);
    expect(kefir.succeed("state", "list", "--stage", "dev").stdout).toBe("");
  });
});

describe("kefir's typings", () => {
  const tsc = () =>
    spawnSync(process.execPath, [join(import.meta.dirname, "../../node_modules/typescript/bin/tsc"), "-p", "tsconfig.json"], {
      cwd: kefir.infra,
      encoding: "utf8",
    });

  test("tsc passes with no @pulumi package installed, and catches a misspelled property", () => {
    kefir.succeed("types");
    const whole = tsc();
    expect([whole.status, whole.stdout]).toEqual([0, ""]);
    const file = join(kefir.infra, "stacks/DataStack.ts");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("billingMode:", "billingMod:"));
    const misspelled = tsc();
    writeFileSync(file, text);
    expect(misspelled.status).not.toBe(0);
    expect(misspelled.stdout).toMatch(/DataStack\.ts.*billingMod/);
  });
});

describe("kefir, stage prod", () => {
  test("adds alarms for every function and a dashboard", () => {
    kefir.succeed("deploy", "--stage", "prod", "--yes");
    const listed = kefir.succeed("state", "list", "--stage", "prod").stdout.trim().split("\n");
    expect(listed.filter((address) => address.startsWith("aws_cloudwatch_metric_alarm."))).toHaveLength(27);
    expect(listed).toContain("aws_cloudwatch_dashboard.KefirDashboard");
    expect(kefir.dovetail(["diff", "--stage", "prod", "--detailed-exitcode"]).status).toBe(0);
  });
});
