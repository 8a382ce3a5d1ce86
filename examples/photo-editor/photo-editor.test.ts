/** PhotoEditor, deployed each way on a cloud of its own, used as the document says, removed. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyExample, type ExampleCopy } from "../deployment.ts";
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
    await runPhotoEditorFlow(flowOf(copy));
    expect(copy.dovetail(["diff", ...DEV, "--detailed-exitcode"])).toMatchObject({ status: 0 });
  });
});

interface Plan {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly previous_address?: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
}
