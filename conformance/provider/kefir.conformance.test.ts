/**
 * Kefir, deployed by us (edition 5.100), is no change for the real terraform with the real provider; and what those two make of the same
 * configuration in an AWS of its own is no change for us.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { memoryFiles } from "@dovetail/engine";
import { systemClock, systemRandom, type ValueObject } from "@dovetail/model";
import { type Provider, shapeObject } from "@dovetail/provider";
import { createAwsProvider } from "@dovetail/provider-aws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyKefir, type Deployment } from "../../examples/kefir/deployment.ts";
import { engineOver, rootProgram } from "./judge/engine-root.ts";
import { realBinary } from "./judge/parties.ts";
import { configOf, defaultTagsOf, hclOf, instancesOf, type StateInstance } from "./judge/state-to-hcl.ts";
import { type TerraformRoot, terraformRoot } from "./judge/terraform-root.ts";
import { whyMissing } from "./real-provider.ts";

const missing = whyMissing() ?? (realBinary() === undefined ? "no provider 5.100.0 in the mirror" : undefined);
const LONG_MS = 400_000;
/** Of the embedded AWS where nothing else is said. */
const ACCOUNT_ID = "000000000000";

let kefir: Deployment;
let cloud: Cloud;
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
      cloud = await startCloud({ volatile: true, accountId: ACCOUNT_ID });
    }, LONG_MS);
    afterAll(async () => {
      for (const root of roots) await root.remove();
      roots = [];
      await cloud?.stop();
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

    test("what they made of the same configuration is no change for us", { timeout: LONG_MS }, async () => {
      const root = await realRoot(cloud.endpoint);
      const provider = ours(cloud.endpoint);
      await provider.configure(
        shapeObject(provider.getSchema("provider", "aws") ?? {}, {
          region: "us-east-1",
          default_tags: [{ tags: defaultTagsOf(instances) }],
        }),
      );
      const hcl = hclOf(instances.map(withWholePaths), provider);
      root.configure(hcl, withDefaultTags());
      await root.succeed("init", "-input=false", "-no-color");
      await root.succeed("apply", "-auto-approve", "-input=false", "-no-color");
      const engine = engineOver(provider, memoryFiles());
      await engine.state.push(root.state(), { force: true });
      const resources = instancesOf(root.state()).map(({ type, name, attributes, dependencies }) => ({
        type,
        name,
        config: argumentsLike(hcl.resource[type]?.[name] ?? {}, configOf(provider.getSchema("resource", type) ?? {}, attributes)),
        dependsOn: dependencies,
      }));
      const plan = await engine.plan({ frontEnd: rootProgram(inOrder(resources)) });
      expect(plan.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(
        plan.changes.filter(({ action }) => action !== "no-op").map(({ address, action }) => `${address}: ${action}`),
      ).toEqual([]);
      await provider.close();
    });
  },
);

/** Archives are named by paths from the app's folder, which is not where their root stands. */
function withWholePaths(instance: StateInstance): StateInstance {
  const { filename } = instance.attributes;
  if (typeof filename !== "string") return instance;
  return { ...instance, attributes: { ...instance.attributes, filename: join(kefir.infra, filename) } };
}

/** Of a configuration read off a state the arguments that were written: what a service adds is none. */
function argumentsLike(written: object, config: ValueObject): ValueObject {
  return Object.fromEntries(Object.entries(config).filter(([name]) => Object.hasOwn(written, name)));
}

/** What others depend on comes first. */
function inOrder<R extends { readonly type: string; readonly name: string; readonly dependsOn: readonly string[] }>(
  rows: readonly R[],
): readonly R[] {
  const done = new Map<string, R>();
  const left = new Map(rows.map((row) => [`${row.type}.${row.name}`, row]));
  const take = (address: string): void => {
    const row = left.get(address);
    if (row === undefined) return;
    left.delete(address);
    for (const other of row.dependsOn) take(other);
    done.set(address, row);
  };
  for (const address of [...left.keys()]) take(address);
  return [...done.values()];
}
