/**
 * What breaks a limit of AWS's models is refused as AWS refuses it: for every operation that the tables carry, a case for each required
 * member, bound, pattern and enumeration, made by `boto3-driver.py` from the models that botocore carries (not from ours).
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBoto3, runBoto3 } from "./python.ts";
import { faultOf, REFUSALS, WITHOUT_CASES } from "./refusals.ts";

const LEAST = 1_000;
const services = join(import.meta.dirname, "../../packages/cloud/src/services");

async function operationsOf(name: string): Promise<readonly string[]> {
  const module: unknown = await import(join(services, name, `${name}.service.ts`));
  const { service } = module as { readonly service: { readonly operations: object } };
  return Object.keys(service.operations);
}

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.stop());

test("every service has cases, or a reason to have none", () => {
  const names = readdirSync(services).filter((name) => existsSync(join(services, name, `${name}.service.ts`)));
  expect(names.filter((name) => REFUSALS[name] === undefined && WITHOUT_CASES[name] === undefined)).toEqual([]);
});

describe.skipIf(!hasBoto3())("requests that break the model", () => {
  test("are refused with the service's code and status 400, naming the member", async () => {
    const names = Object.keys(REFUSALS).filter((name) => existsSync(join(services, name, `${name}.service.ts`)));
    const validation = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await operationsOf(name)] as const)),
    );
    const { validation: cases } = await runBoto3(cloud.endpoint, { validation });
    const ran = cases.filter((each) => !("refused" in each));
    const counts = Object.fromEntries(names.map((name) => [name, ran.filter(({ service }) => service === name).length]));
    console.info(`${ran.length} generated cases: ${JSON.stringify(counts)}`);
    expect(ran.flatMap((each) => faultOf(each) ?? [])).toEqual([]);
    expect(ran.length).toBeGreaterThan(LEAST);
    // Thousands of requests through boto3, on a machine that others use too.
  }, 300_000);
});
