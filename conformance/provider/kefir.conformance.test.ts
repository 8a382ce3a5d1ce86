/** Kefir, deployed by us (edition 5.100), is no change for the real terraform with the real provider on the same configuration. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock, systemRandom } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { createAwsProvider } from "@dovetail/provider-aws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyKefir, type Deployment } from "../../examples/kefir/deployment.ts";
import { realBinary } from "./judge/parties.ts";
import { defaultTagsOf, hclOf, instancesOf, type StateInstance } from "./judge/state-to-hcl.ts";
import { type TerraformRoot, terraformRoot } from "./judge/terraform-root.ts";
import { whyMissing } from "./real-provider.ts";

const missing = whyMissing() ?? (realBinary() === undefined ? "no provider 5.100.0 in the mirror" : undefined);
const LONG_MS = 400_000;
/** Of the embedded AWS where nothing else is said. */
const ACCOUNT_ID = "000000000000";

let kefir: Deployment;
let roots: TerraformRoot[] = [];

function ours(endpoint: string): Provider {
  return createAwsProvider({
    edition: "5.100.0",
    target: { kind: "local", endpoint },
    env: {},
    clock: systemClock(),
    random: systemRandom(),
  });
}

async function realRoot(endpoint: string): Promise<TerraformRoot> {
  const root = await terraformRoot({ provider: "real", endpoint, accountId: ACCOUNT_ID });
  roots.push(root);
  return root;
}

/** Actions that are planned, `address: update` and the like, with the names of what changes. */
async function planned(root: TerraformRoot): Promise<readonly string[]> {
  await root.succeed("plan", "-out=p", "-input=false", "-no-color");
  const { resource_changes } = JSON.parse(await root.succeed("show", "-json", "p")) as {
    resource_changes: readonly { address: string; change: { actions: string[]; before: object | null; after: object | null } }[];
  };
  return resource_changes
    .filter(({ change }) => change.actions.join() !== "no-op")
    .map(({ address, change: { actions, before, after } }) => {
      const names = Object.keys(after ?? {}).filter(
        (name) => JSON.stringify(Reflect.get(after ?? {}, name)) !== JSON.stringify(Reflect.get(before ?? {}, name)),
      );
      return `${address}: ${actions.join()} ${names.join()}`;
    });
}

describe.skipIf(missing !== undefined)(
  `kefir beside terraform and the real provider${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () => {
    let instances: readonly StateInstance[] = [];
    let stateText = "";
    const withDefaultTags = () => ({ default_tags: [{ tags: defaultTagsOf(instances) }] });
    beforeAll(async () => {
      kefir = await copyKefir();
      kefir.succeed("deploy", "--stage", "dev", "--yes");
      stateText = readFileSync(join(kefir.infra, ".dovetail/dev.tfstate"), "utf8");
      instances = instancesOf(stateText);
    }, LONG_MS);
    afterAll(async () => {
      for (const root of roots) await root.remove();
      roots = [];
      kefir?.dispose();
    });

    test("what we deployed is no change for them", { timeout: LONG_MS }, async () => {
      expect(instances.length).toBeGreaterThan(60);
      const root = await realRoot(kefir.endpoint());
      const schemas = ours(kefir.endpoint());
      root.configure(hclOf(instances, schemas), withDefaultTags());
      root.setState(stateText);
      await root.succeed("init", "-input=false", "-no-color");
      expect(await planned(root)).toEqual([]);
    });
  },
);
