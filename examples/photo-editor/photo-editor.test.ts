/** PhotoEditor, deployed each way on a cloud of its own, used as the document says, removed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyExample, type ExampleCopy } from "../deployment.ts";
import { buildBackend } from "./backend/build.ts";
import { type StandIn, startProvider } from "./backend/stand-in/provider.ts";
import { type PhotoEditorOutputs, runPhotoEditorFlow } from "./flow.ts";

let provider: StandIn;
beforeAll(async () => {
  await buildBackend();
  provider = await startProvider();
});
afterAll(() => provider.close());

describe("as an SST program that declares every resource (phase 1)", () => {
  let copy: ExampleCopy;
  beforeAll(() => {
    copy = copyExample(import.meta.dirname, ["infra-sst", "backend/dist"], "infra-sst", {
      env: { AI_PROVIDER_URL: provider.url },
    });
  });
  afterAll(() => copy.dispose());

  test("deploys, and a diff is empty", () => {
    copy.succeed("deploy", "--stage", "dev", "--yes");
    expect(copy.dovetail(["diff", "--stage", "dev", "--detailed-exitcode"])).toMatchObject({ status: 0 });
  });

  test("passes the acceptance flow", async () => {
    await runPhotoEditorFlow({
      ...copy.control(),
      region: "us-east-1",
      outputs: copy.outputs("--stage", "dev") as unknown as PhotoEditorOutputs,
      provider,
      alarms: { deadLetters: "photo-editor-dev-processing-dlq-messages", health: "photo-editor-dev-application-health" },
      step: (_name, work) => work(),
    });
  });

  test("having used it is no drift, and removing it leaves nothing", () => {
    expect(copy.dovetail(["diff", "--stage", "dev", "--detailed-exitcode"])).toMatchObject({ status: 0 });
    copy.succeed("remove", "--stage", "dev", "--yes");
    expect(copy.succeed("state", "list", "--stage", "dev").stdout.trim()).toBe("");
  });
});
