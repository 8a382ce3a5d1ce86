/** Types that our AWS provider lacks, served to a program by the real one: from a wrapper that notes its starts and its environment. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { targetName } from "../../packages/provider-plugin/src/find/find-provider.ts";

const ROOT = join(import.meta.dirname, "../..");
const SOURCE = "registry.terraform.io/hashicorp/aws";
const VERSION = "5.100.0";
const TARGET = targetName(process.platform, process.arch);
const mirror = process.env.DOVETAIL_TF_MIRROR ?? "";
const real = join(mirror, SOURCE, VERSION, TARGET);
const isThere = mirror !== "" && existsSync(real);
if (!isThere) console.warn("skipped: no mirror with the real AWS provider 5.100.0 (DOVETAIL_TF_MIRROR names one)");

const PROGRAM = `export default $config({
  app() {
    return { name: "hosted", home: "local", providers: { aws: { version: "6.66.0", region: "eu-west-1", defaultTags: { tags: { Team: "a" } } } } };
  },
  async run() {
    const group = new aws.cloudwatch.LogGroup("Group", { name: "/app/hosted" });
    const stream = new aws.cloudwatch.LogStream("Stream", { name: "one", logGroupName: group.name });
    const west = new aws.Provider("west", { region: "us-west-2", profile: "production" });
    const query = new aws.cloudwatch.QueryDefinition("Query", { name: "first", queryString: "fields @message" }, { provider: west });
    return { arn: stream.arn, query: query.queryDefinitionId };
  },
});
`;

let folder: string;
let plugins: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-real-"));
  plugins = join(folder, "plugins");
  if (!isThere) return;
  const binary = readdirSync(real).find((name) => name.startsWith("terraform-provider-aws")) ?? "";
  mkdirSync(join(plugins, SOURCE, VERSION, TARGET), { recursive: true });
  const script = `#!/bin/sh\necho $$ >> "${folder}/starts"\nenv > "${folder}/environment"\nexec "${join(real, binary)}"\n`;
  writeFileSync(join(plugins, SOURCE, VERSION, TARGET, "terraform-provider-aws_v5.100.0"), script, { mode: 0o755 });
  writeFileSync(join(folder, "sst.config.ts"), PROGRAM);
});
afterAll(async () => {
  await dovetail({}, "cloud", "stop");
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** With credentials of the host's around, of which the provider must see none. */
function dovetail(more: NodeJS.ProcessEnv, ...args: string[]): Promise<Ran> {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    SST_STAGE: "dev",
    DOVETAIL_CLOUD: join(folder, "cloud"),
    DOVETAIL_SOURCES: "1",
    // The day may come when ours serves these too.
    DOVETAIL_HOSTED_TYPES: "aws_cloudwatch_log_stream,aws_cloudwatch_query_*",
    AWS_PROFILE: "production",
    AWS_ACCESS_KEY_ID: "AKIAREALREALREALREAL",
    AWS_SECRET_ACCESS_KEY: "real-secret",
    AWS_SESSION_TOKEN: "real-token",
    ...more,
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, "packages/cli/bin/dovetail.mjs"), ...args],
      { cwd: folder, env },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

function starts(): readonly number[] {
  const file = join(folder, "starts");
  const pids = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : [];
  rmSync(file, { force: true });
  return pids;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!isThere)("the real AWS provider behind a program", () => {
  const hosted = (...args: string[]) => dovetail({ DOVETAIL_PLUGIN_DIR: plugins }, ...args);

  test("that is not on this machine is told with where it was looked for, at the resource", async () => {
    const diff = await dovetail({}, "diff");
    expect(diff.code).toBe(1);
    expect(diff.stderr).toMatch(
      /DVT3004[\s\S]*sst.config.ts:7:\d+[\s\S]*\.terraform\/providers \(what init installed\)[\s\S]*DOVETAIL_PLUGIN_DIR/,
    );
  });

  test("serves what ours lacks; once a configuration, with nothing of the host's credentials, and is gone afterwards", async () => {
    const deployed = await hosted("deploy");
    expect([deployed.code, deployed.code === 0 ? "" : deployed.stderr]).toEqual([0, ""]);
    const pids = starts();
    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual([]);
    const environment = readFileSync(join(folder, "environment"), "utf8");
    expect(environment).not.toMatch(/real-secret|real-token|AKIAREAL|production/);
    expect(environment).toMatch(/^AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+$/m);
    expect(environment).toMatch(/^HTTPS_PROXY=http:\/\/127\.0\.0\.1:9$/m);
  }, 600_000);

  test("leaves a state as terraform's, that is no change afterwards", async () => {
    const state = JSON.parse((await hosted("state", "pull")).stdout);
    const stream = state.resources.find(({ type }: { type: string }) => type === "aws_cloudwatch_log_stream");
    expect(stream).toMatchObject({
      provider: `provider["${SOURCE}"]`,
      instances: [{ schema_version: 0, attributes: { id: "one" } }],
    });
    expect(state.outputs.arn.value).toBe("arn:aws:logs:eu-west-1:000000000000:log-group:/app/hosted:log-stream:one");
    const query = state.resources.find(({ type }: { type: string }) => type === "aws_cloudwatch_query_definition");
    expect(query.provider).toBe(`provider["${SOURCE}"].west`);
    expect(await hosted("diff", "--detailed-exitcode")).toMatchObject({ code: 0 });
  }, 600_000);

  test("updates, imports and removes", async () => {
    writeFileSync(join(folder, "sst.config.ts"), PROGRAM.replace('"first"', '"second"'));
    const updated = await hosted("deploy");
    expect(updated.stderr).toMatch(/0 added, 1 changed, 0 destroyed/);
    expect((await hosted("state", "rm", "aws_cloudwatch_log_stream.Stream")).code).toBe(0);
    expect(await hosted("import", "aws_cloudwatch_log_stream.Stream", "/app/hosted:one")).toMatchObject({ code: 0 });
    expect(await hosted("diff", "--detailed-exitcode")).toMatchObject({ code: 0 });
    expect((await hosted("remove")).code).toBe(0);
    expect(starts().filter(isAlive)).toEqual([]);
  }, 900_000);
});
