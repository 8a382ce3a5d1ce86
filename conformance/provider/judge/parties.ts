/** The two providers that are judged, in front of one embedded cloud: ours, and the real 5.100.0 hosted in one process for all rows. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { type Diagnostic, systemClock, systemRandom, type Value, type ValueObject } from "@dovetail/model";
import { type Provider, shapeObject } from "@dovetail/provider";
import { createAwsProvider, type Edition } from "@dovetail/provider-aws";
import { hostProvider } from "@dovetail/provider-plugin";

export const EDITION = "5.100.0";
export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";
const SOURCE = "registry.terraform.io/hashicorp/aws";

export interface Parties {
  readonly ours: Provider;
  readonly real: Provider;
  readonly cloud: Cloud;
  close(): Promise<void>;
}

/** The real provider's binary below a filesystem mirror; undefined where there is none. */
export function realBinary(mirror = process.env.DOVETAIL_TF_MIRROR): string | undefined {
  if (mirror === undefined) return undefined;
  const folder = join(mirror, SOURCE, EDITION, `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`);
  if (!existsSync(folder)) return undefined;
  const file = readdirSync(folder).find((name) => name.startsWith("terraform-provider-aws"));
  return file === undefined ? undefined : join(folder, file);
}

/** What the real provider is told so that nothing of it leaves this machine: every endpoint is the cloud's. */
export function realConfiguration(real: Provider, endpoint: string): ValueObject {
  const schema = real.getSchema("provider", "aws");
  const services = Object.keys(schema?.blocks?.endpoints?.attributes ?? {});
  return shapeObject(schema ?? {}, {
    region: REGION,
    access_key: "test",
    secret_key: "test",
    skip_credentials_validation: true,
    skip_requesting_account_id: false,
    skip_metadata_api_check: "true",
    skip_region_validation: true,
    s3_use_path_style: true,
    max_retries: 2,
    endpoints: [Object.fromEntries(services.map((name): [string, Value] => [name, endpoint]))],
  });
}

/** Starts both, and the cloud. `binary`: the real provider's. */
export async function startParties(binary: string): Promise<Parties> {
  const cloud = await startCloud({ volatile: true, port: 0, accountId: ACCOUNT });
  const ours = await startOurs(cloud.endpoint);
  const real = await startReal(binary, cloud.endpoint);
  return {
    ours,
    real,
    cloud,
    async close() {
      await Promise.all([ours.close(), real.close()]);
      await cloud.stop();
    },
  };
}

/** The real provider, hosted and configured on a cloud. Throws what it says against its configuration. */
export async function startReal(binary: string, endpoint: string): Promise<Provider> {
  const real = await hostProvider({
    source: SOURCE,
    version: EDITION,
    binary,
    env: { PATH: process.env.PATH, HOME: "/nonexistent" },
  });
  refuseErrors(await real.configure(realConfiguration(real, endpoint)));
  return real;
}

/** Ours, configured on a cloud. */
export async function startOurs(endpoint: string, edition: Edition = EDITION): Promise<Provider> {
  const ours = createAwsProvider({
    edition,
    target: { kind: "local", endpoint, accountId: ACCOUNT },
    env: {},
    clock: systemClock(),
    random: systemRandom(),
  });
  refuseErrors(await ours.configure(shapeObject(ours.getSchema("provider", "aws") ?? {}, { region: REGION })));
  return ours;
}

function refuseErrors(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ summary, detail }) => `${summary}: ${detail ?? ""}`).join("\n"));
}
