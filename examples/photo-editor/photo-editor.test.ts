/** PhotoEditor, deployed each way on a cloud of its own, used as the document says, removed. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyExample, type ExampleCopy, letGoOfClosed } from "../deployment.ts";
import { buildBackend } from "./backend/build.ts";
import { type StandIn, startProvider } from "./backend/stand-in/provider.ts";
import { type PhotoEditorFlow, type PhotoEditorOutputs, runPhotoEditorFlow } from "./flow.ts";

let provider: StandIn;
beforeAll(async () => {
  await buildBackend();
  provider = await startProvider();
});
afterAll(() => provider.close());

const FOLDERS = ["infra-sst", "infra-sst-modules", "infrastructure", "backend/dist"];
const DEV = ["--stage", "dev"];

function flowOf(copy: ExampleCopy): PhotoEditorFlow {
  return {
    ...copy.control(),
    region: "us-east-1",
    outputs: copy.outputs(...DEV) as unknown as PhotoEditorOutputs,
    provider,
    alarms: { deadLetters: "photo-editor-dev-processing-dlq-messages", health: "photo-editor-dev-application-health" },
    step: (_name, work) => work(),
  };
}

describe("as an SST program that declares every resource (phase 1), then on the modules of production (phases 2, 3)", () => {
  let copy: ExampleCopy;
  beforeAll(() => {
    copy = copyExample(import.meta.dirname, FOLDERS, "infra-sst", { env: { AI_PROVIDER_URL: provider.url } });
  });
  afterAll(() => copy.dispose());
  const isUnchanged = () => expect(copy.dovetail(["diff", ...DEV, "--detailed-exitcode"])).toMatchObject({ status: 0 });

  test("phase 1 deploys, and a diff is empty", () => {
    copy.succeed("deploy", ...DEV, "--yes");
    isUnchanged();
  });

  test("phase 1 passes the acceptance flow, which is no drift", async () => {
    await letGoOfClosed();
    await runPhotoEditorFlow(flowOf(copy));
    isUnchanged();
  });

  test("moving to the modules destroys nothing", () => {
    for (const name of ["sst.config.ts", "stacks"])
      cpSync(join(copy.folder, "../infra-sst-modules", name), join(copy.folder, name), { recursive: true });
    const plan = JSON.parse(copy.succeed("diff", ...DEV, "--json").stdout) as Plan;
    const actions = new Set(plan.resource_changes.flatMap(({ change }) => change.actions));
    expect([...actions].filter((action) => action === "delete")).toEqual([]);
    const moved = plan.resource_changes.filter(({ previous_address }) => previous_address !== undefined);
    expect(moved.length).toBe(22);
    copy.succeed("deploy", ...DEV, "--yes");
    isUnchanged();
    expect(copy.succeed("state", "list", ...DEV).stdout.split("\n")).toContain("module.kms.aws_kms_key.this");
  });

  test("an upgrade of a module shows its changelog; a version that is not there is refused", () => {
    const changelog = join(copy.folder, "../infrastructure/modules/kms/CHANGELOG.md");
    const text = readFileSync(changelog, "utf8");
    writeFileSync(changelog, text.replace("\n## 1.1.0", "\n## 1.2.0 - 2025-11-03\n\n- The key may be disabled.\n\n## 1.1.0"));
    const refused = copy.dovetail(["diff", ...DEV]);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('asks for version 1.1.0 of the module "kms"')]);
    const storage = join(copy.folder, "stacks/storage.ts");
    writeFileSync(storage, readFileSync(storage, "utf8").replace('version: "1.1.0"', 'version: "1.2.0"'));
    const shown = copy.succeed("diff", ...DEV);
    expect(shown.stderr + shown.stdout).toMatch(/"kms" goes from version 1\.1\.0 to 1\.2\.0[\s\S]*The key may be disabled\./);
  });

  test("removing it leaves nothing", () => {
    copy.succeed("remove", ...DEV, "--yes");
    expect(copy.succeed("state", "list", ...DEV).stdout.trim()).toBe("");
  });
});

describe("as an SST program on the modules from the beginning", () => {
  let copy: ExampleCopy;
  beforeAll(() => {
    copy = copyExample(import.meta.dirname, FOLDERS, "infra-sst-modules", { env: { AI_PROVIDER_URL: provider.url } });
  });
  afterAll(() => copy.dispose());

  test("deploys, passes the acceptance flow, and is unchanged by it", async () => {
    copy.succeed("deploy", ...DEV, "--yes");
    await letGoOfClosed();
    await runPhotoEditorFlow(flowOf(copy));
    expect(copy.dovetail(["diff", ...DEV, "--detailed-exitcode"])).toMatchObject({ status: 0 });
  });
});

describe("as a Terraform root, as production has it", () => {
  let copy: ExampleCopy;
  beforeAll(() => {
    copy = copyExample(import.meta.dirname, ["infrastructure", "backend/dist"], "infrastructure", {
      env: { TF_VAR_ai_provider_key: "local-stand-in" },
    });
  });
  afterAll(() => copy.dispose());
  const inputs = () => ["-var-file=production.tfvars", `-var=ai_provider_url=${provider.url}`];

  test("deploys, passes the acceptance flow, is unchanged by it, and shows no secret", async () => {
    const deployed = copy.succeed("deploy", ...inputs(), "--yes");
    expect(deployed.stdout + deployed.stderr).not.toContain("local-stand-in");
    await letGoOfClosed();
    await runPhotoEditorFlow({
      ...copy.control(),
      region: "eu-west-1",
      outputs: copy.outputs() as unknown as PhotoEditorOutputs,
      provider,
      alarms: { deadLetters: "photo-editor-prod-processing-dlq-messages", health: "photo-editor-prod-application-health" },
      step: (_name, work) => work(),
    });
    expect(copy.dovetail(["plan", ...inputs(), "-detailed-exitcode"])).toMatchObject({ status: 0 });
  });

  test("adds the BFF behind enable_bff_lambda, which serves the same jobs", async () => {
    copy.succeed("apply", ...inputs(), "-var=enable_bff_lambda=true", "-auto-approve");
    const { api_url: url } = copy.outputs() as unknown as PhotoEditorOutputs;
    const answer = await fetch(`${url}/bff/jobs/none`);
    expect([answer.status, await answer.json()]).toEqual([404, { message: "There is no such job" }]);
  });
});

describe("the standards' hard-fail requirements stand where the README says", () => {
  const lines = (file: string, from: number, to: number) =>
    readFileSync(join(import.meta.dirname, "infrastructure", file), "utf8")
      .split("\n")
      .slice(from - 1, to)
      .join("\n");
  test.each([
    ["modules/kms/main.tf", 5, 5, /^ {2}enable_key_rotation += true$/],
    ["modules/s3/main.tf", 14, 21, /^resource "aws_s3_bucket_public_access_block" "temp" \{[\s\S]*^\}$/m],
    ["modules/s3/main.tf", 81, 88, /^resource "aws_s3_bucket_public_access_block" "final" \{[\s\S]*^\}$/m],
    ["modules/sqs/main.tf", 30, 33, /^ {2}redrive_policy = jsonencode\([\s\S]*maxReceiveCount/],
    ["variables.tf", 22, 30, /^variable "cost_tags" \{[\s\S]*Owner[\s\S]*CostCenter/],
    ["main.tf", 203, 276, /^resource "aws_iam_role" "api"[\s\S]*resource "aws_iam_role_policy" "worker"/],
    ...[289, 312, 333, 357].map((line) => ["main.tf", line, line, /^ {2}reserved_concurrent_executions = /] as const),
    ["main.tf", 404, 438, /^locals \{\n {2}log_retention_days = [\s\S]*aws_cloudwatch_log_group" "api"[\s\S]*^\}$/m],
  ] as const)("%s, lines %d to %d", (file, from, to, expected) => expect(lines(file, from, to)).toMatch(expected));
});

interface Plan {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly previous_address?: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
}
