/**
 * `dovetail export tofu` against the real terraform with the real AWS provider: the plan of what was exported has no changes; neither has
 * that of our own front end. One cloud and one process of the real provider serve all of them.
 */
import { execFile, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { stringVal, type WrittenExpression, writeBody } from "@dovetail/hcl";
import { systemClock, systemRandom } from "@dovetail/model";
import { serveProvider } from "@dovetail/provider-plugin";
import { createUtilityProvider } from "@dovetail/provider-utilities";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildBackend as buildKefir } from "../../examples/kefir/backend/build.ts";
import { buildBackend as buildPhotoEditor } from "../../examples/photo-editor/backend/build.ts";
import { runCommandLine } from "../../packages/cli/src/command-line.ts";
import { type Attachable, startAttached } from "../provider/judge/attached-provider.ts";
import { realBinary } from "../provider/judge/parties.ts";
import { hasTerraform } from "./dovetail.ts";

const ROOT = join(import.meta.dirname, "../..");
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const hasTerraformHere = hasTerraform();
const binary = hasTerraformHere ? realBinary() : undefined;
if (binary === undefined)
  console.warn("skipped: plans with the real provider (no terraform, or DOVETAIL_TF_MIRROR names no mirror)");

const tofu = [process.env.DOVETAIL_TOFU ?? "", "tofu"].find(
  (name) => name !== "" && spawnSync(name, ["version"], { stdio: "ignore" }).status === 0,
);
if (tofu === undefined) console.warn("skipped: a plan by OpenTofu (none on PATH, and DOVETAIL_TOFU names none)");

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const scratch = mkdtempSync(join(tmpdir(), "dovetail-export-"));
const base: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: scratch, DOVETAIL_CLOUD: join(scratch, "cloud"), NO_COLOR: "1" };
let endpoint: string;
let attached: Attachable | undefined;
let archive: Awaited<ReturnType<typeof serveProvider>> | undefined;

/** `dovetail …` in a folder of the scratch folder, in this process. */
async function dovetail(folder: string, env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ran> {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough(), stdin: new PassThrough() };
  const never = new AbortController().signal;
  const around = { streams, cwd: join(scratch, folder), env: { ...base, ...env }, interrupt: never, interruptAgain: never };
  const code = await runCommandLine([...args], around);
  return { code, out: String(streams.stdout.read() ?? ""), err: String(streams.stderr.read() ?? "") };
}

async function succeed(folder: string, env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ran> {
  const ran = await dovetail(folder, env, ...args);
  expect(ran.code, `dovetail ${args.join(" ")} in ${folder}\n${ran.out}\n${ran.err}`).toBe(0);
  return ran;
}

/** What the provider's process finds in its home: the cloud, and credentials for it. */
function writeProfile(): void {
  mkdirSync(join(scratch, ".aws"));
  writeFileSync(join(scratch, ".aws/config"), `[default]\nendpoint_url = ${endpoint}\n`);
  writeFileSync(join(scratch, ".aws/credentials"), "[default]\naws_access_key_id = test\naws_secret_access_key = test\n");
}

/** The real terraform, or tofu, in an exported folder; its provider is the one that runs already. */
function run(command: string, folder: string, ...args: readonly string[]): Promise<Ran> {
  const attachedTo = attached === undefined ? {} : Object.values(JSON.parse(attached.reattach) as object)[0];
  const reattach = Object.fromEntries(
    ["registry.terraform.io", "registry.opentofu.org"].flatMap((registry) => [
      [`${registry}/hashicorp/aws`, attachedTo],
      [`${registry}/hashicorp/archive`, archive?.reattach],
    ]),
  );
  const env = {
    PATH: process.env.PATH,
    HOME: scratch,
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    TF_CLI_CONFIG_FILE: join(scratch, "terraformrc"),
    ...(attached === undefined ? {} : { TF_REATTACH_PROVIDERS: JSON.stringify(reattach) }),
  };
  return new Promise((resolve) => {
    execFile(command, [...args], { cwd: join(scratch, folder), env, maxBuffer: OUTPUT_BYTES_MAX }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
    );
  });
}

interface Exported {
  /** Below the examples, or the apps of conformance/programs. */
  readonly from: string;
  readonly copies: readonly string[];
  /** The app's folder among the copies. */
  readonly app: string;
  /** The root module's folder in the export. */
  readonly root?: string;
  readonly options?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** It is of the edition that the mirror has, and planned by the real provider too. */
  readonly isJudged?: boolean;
}

const program = (name: string, more: Partial<Exported> = {}): [string, Exported] => [
  name,
  { from: "conformance/programs/apps", copies: [name], app: name, ...more },
];
const photoEditor: Omit<Exported, "app"> = {
  from: "examples/photo-editor",
  copies: ["infra-sst", "infra-sst-modules", "infrastructure", "backend/dist"],
  isJudged: true,
};

const EXPORTED = new Map<string, Exported>([
  ["kefir", { from: "examples/kefir", copies: ["infra", "backend/dist"], app: "infra", isJudged: true }],
  ["photo-editor on modules", { ...photoEditor, app: "infra-sst-modules" }],
  [
    "photo-editor's root",
    {
      ...photoEditor,
      app: "infrastructure",
      root: "infrastructure",
      options: ["--var-file", "production.tfvars", "--var", "ai_provider_key=of-the-test"],
    },
  ],
  ["photo-editor on resources", { ...photoEditor, app: "infra-sst", options: ["--stage", "two"], isJudged: false }],
  program("pulumi", { env: { PULUMI_CONFIG_PASSPHRASE: "correct horse" } }),
  program("adopt"),
  program("options"),
  program("regions"),
]);

const exportFolder = (name: string) => join(name, "exported");
const rootFolder = (name: string) => join(exportFolder(name), EXPORTED.get(name)?.root ?? ".");

/** Copies the app, deploys and exports it. */
async function deployAndExport(
  name: string,
  { from, copies, app, options = ["--stage", "dev"], env = {} }: Exported,
): Promise<void> {
  const filter = (path: string) => !/\/(\.dovetail|\.sst|\.terraform|\.build|node_modules)(\/|$)/.test(path.slice(ROOT.length));
  for (const copy of copies) cpSync(join(ROOT, from, copy), join(scratch, name, copy), { recursive: true, filter });
  const folder = existsSync(join(scratch, name, app, "infra")) ? join(name, app, "infra") : join(name, app);
  await succeed(folder, env, "deploy", ...options, "--yes");
  await succeed(folder, env, "export", "tofu", ...options, "--with-secrets", "--out", join(scratch, exportFolder(name)));
}

const textOf = (name: string) => {
  const folder = join(scratch, rootFolder(name));
  const files = readdirSync(folder).filter((file) => file.endsWith(".tf"));
  return files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
};

/** What two of the apps find when they come. */
async function makeExisting(): Promise<NodeJS.ProcessEnv> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = { endpoint, region: "us-east-1", credentials, forcePathStyle: true };
  await new SSMClient(client).send(new PutParameterCommand({ Name: "/adopt/secret", Type: "SecureString", Value: "sesame" }));
  await new S3Client(client).send(new CreateBucketCommand({ Bucket: "adopt-existing" }));
  await new DynamoDBClient(client).send(
    new CreateTableCommand({
      TableName: "adopt-table",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    }),
  );
  const queue = await new SQSClient(client).send(
    new CreateQueueCommand({ QueueName: "adopt-queue", Attributes: { VisibilityTimeout: "45" } }),
  );
  return { QUEUE_URL: queue.QueueUrl };
}

beforeAll(async () => {
  await Promise.all([buildKefir(), buildPhotoEditor()]);
  writeFileSync(join(scratch, "terraformrc"), "");
  const started = binary === undefined ? undefined : startAttached(binary, scratch);
  await succeed(".", {}, "cloud", "start");
  endpoint = (JSON.parse(readFileSync(join(scratch, "cloud/cloud.json"), "utf8")) as { endpoint: string }).endpoint;
  writeProfile();
  Object.assign(base, await makeExisting());
  attached = await started;
  archive = await serveProvider(
    () => createUtilityProvider("archive", { clock: systemClock(), random: systemRandom() }),
    process.pid,
  );
}, 120_000);

afterAll(async () => {
  await Promise.all([attached?.close(), archive?.close()]);
  await dovetail(".", {}, "cloud", "stop");
  rmSync(scratch, { recursive: true, force: true });
});

describe.each([...EXPORTED])("%s, exported", (name, exported) => {
  const out = rootFolder(name);
  beforeAll(() => deployAndExport(name, exported), 120_000);

  test("is no change to our own front end, in terraform's format, with nothing of this machine in it", async () => {
    const plan = await dovetail(out, {}, "diff", "--detailed-exitcode");
    expect([plan.code, plan.out], plan.err).toEqual([0, "No changes. The objects match the program.\n"]);
    if (hasTerraformHere) expect(await run("terraform", out, "fmt", "-check", "-recursive")).toMatchObject({ code: 0, out: "" });
    expect(textOf(name)).not.toContain(scratch);
    expect(textOf(name)).not.toMatch(/dvtref|qqstandin/);
  });

  test.skipIf(exported.isJudged !== true || binary === undefined)(
    "is no change to the real terraform with the real provider",
    async () => {
      const got = await run("terraform", out, "get", "-no-color");
      expect(got.code, got.err).toBe(0);
      const before = process.cwd();
      // Paths that our own provider of archives is given start from the root's folder, as they do for a provider of terraform's.
      process.chdir(join(scratch, out));
      const plan = await run("terraform", out, "plan", "-no-color", "-input=false", "-detailed-exitcode");
      process.chdir(before);
      expect([plan.code, plan.out], plan.err).toEqual([0, expect.stringContaining("No changes.")]);
    },
  );
});

describe("what was exported goes on", () => {
  const name = "photo-editor on modules";

  test.skipIf(tofu === undefined || binary === undefined)("with OpenTofu, to which it is no change either", async () => {
    const out = rootFolder("kefir");
    const plan = await run(tofu ?? "tofu", out, "plan", "-no-color", "-input=false", "-detailed-exitcode");
    expect([plan.code, plan.out], plan.err).toEqual([0, expect.stringContaining("No changes.")]);
  });

  test("with our own front end: one value changed is one update, which is deployed", async () => {
    const file = join(scratch, rootFolder(name), "api.tf");
    writeFileSync(file, readFileSync(file, "utf8").replace(/batch_size( +)= 5/, "batch_size$1= 6"));
    const plan = JSON.parse((await succeed(rootFolder(name), {}, "diff", "--json")).out) as PlanDocument;
    const changed = plan.resource_changes.filter(({ change }) => change.actions.join() !== "no-op");
    expect(changed).toMatchObject([{ address: "aws_lambda_event_source_mapping.WorkerQueue", change: { actions: ["update"] } }]);
    await succeed(rootFolder(name), {}, "deploy", "--yes");
    expect(await dovetail(rootFolder(name), {}, "diff", "--detailed-exitcode")).toMatchObject({ code: 0 });
  });

  test("with import blocks in place of the state: every object is imported, none is made or replaced", async () => {
    const out = join(scratch, name, "imported");
    const ran = await succeed(join(name, "infra-sst-modules"), {}, "export", "tofu", "--stage", "dev", "--imports", "--out", out);
    expect(ran.err).not.toContain("DVT7008");
    const plan = JSON.parse((await succeed(out.slice(scratch.length + 1), {}, "diff", "--json")).out) as PlanDocument;
    const managed = plan.resource_changes.filter(({ mode }) => mode === "managed");
    expect(managed.filter(({ change }) => change.importing === undefined)).toEqual([]);
    expect(new Set(managed.flatMap(({ change }) => change.actions))).toEqual(new Set(["no-op", "update"]));
  });
});

test.skipIf(!hasTerraformHere)("terraform reads every hostile text as what it was", () => {
  const texts = [
    `\${x}`,
    "%{ if x }",
    "$${",
    "$",
    '"\\n',
    "a\nEOT\n  EOT\n",
    " \n \n",
    "  a\n    b\n",
    "\u0000\u001b\u2028\ufeff",
    "👩‍👩‍👧",
    "\r\n\t",
  ];
  const folder = join(scratch, "hostile");
  mkdirSync(folder);
  const written = writeBody([
    { kind: "block", type: "locals", labels: [], items: [{ kind: "attribute", name: "texts", value: literalOf(texts) }] },
  ]);
  writeFileSync(join(folder, "main.tf"), written);
  const { stdout, stderr } = spawnSync("terraform", ["console"], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: scratch, TF_CLI_CONFIG_FILE: join(scratch, "terraformrc") },
    input: "base64encode(jsonencode(local.texts))\n",
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(JSON.parse(Buffer.from(stdout.trim().replaceAll('"', ""), "base64").toString("utf8"))).toEqual(texts);
});

/** As an export writes a value of the program's own. */
function literalOf(texts: readonly string[]): WrittenExpression {
  return { kind: "tuple", elements: texts.map((text) => ({ kind: "literal", value: stringVal(text) })) };
}

interface PlanDocument {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly mode: string;
    readonly change: { readonly actions: readonly string[]; readonly importing?: { readonly id: string } };
  }[];
}
