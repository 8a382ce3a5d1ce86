/**
 * One root, run by Dovetail and by the real terraform in turn, its state in the backends s3 and local: each finds the folder initialised by
 * the other, plans nothing on the other's state, and stays out while the other holds the lock.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestApp, testApp, until } from "../../packages/cli/test/support/app.ts";
import { dynamodb, endpointOf, makeBucket, makeLockTable, objectText } from "../../packages/cli/test/support/state-bucket.ts";
import { hasTerraform } from "../terraform/dovetail.ts";

const canJudge = hasTerraform();
const why = canJudge ? "" : " (skipped: no terraform on this machine)";

/** What ends the provisioner of a resource that is made while `hold` stands. */
const BODY = `variable "v" {
  default = "one"
}
variable "hold" {
  default = ""
}
resource "terraform_data" "a" {
  input            = var.v
  triggers_replace = var.hold
  provisioner "local-exec" {
    command = "while [ -n '\${var.hold}' ] && [ -e '\${var.hold}' ]; do sleep 0.05; done"
  }
}
output "o" {
  value = terraform_data.a.output
}
`;

describe.skipIf(!canJudge)(`one root of two programs${why}`, { timeout: 240_000 }, () => {
  let app: TestApp;
  let endpoint = "";
  let started: ChildProcess[] = [];

  beforeAll(async () => {
    app = testApp({});
    await app.succeed("cloud", "start", "--port", "0");
    endpoint = await endpointOf(app);
    await makeBucket(app, "acme");
    await makeLockTable(app, "locks");
    writeFileSync(join(app.folder, "terraformrc"), "");
  });
  afterAll(async () => {
    for (const child of started) child.kill("SIGKILL");
    await app.dispose();
  });

  const environment = () => ({
    PATH: process.env.PATH,
    HOME: app.folder,
    CHECKPOINT_DISABLE: "1",
    TF_CLI_CONFIG_FILE: join(app.folder, "terraformrc"),
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_STS: endpoint,
  });
  const terraform = (...args: string[]) => {
    const ran = spawnSync("terraform", [...args, "-no-color"], { cwd: app.folder, encoding: "utf8", env: environment() });
    return { code: ran.status ?? -1, text: `${ran.stdout}${ran.stderr}` };
  };
  const terraformDid = (...args: string[]) => {
    const { code, text } = terraform(...args);
    if (code !== 0) throw new Error(`terraform ${args.join(" ")}\n${text}`);
    return text;
  };
  const background = (...args: string[]) => {
    const child = spawn("terraform", [...args, "-no-color"], { cwd: app.folder, env: environment(), stdio: "ignore" });
    started = [...started, child];
    return new Promise<number | null>((resolve) => child.on("close", resolve));
  };
  const fresh = (backend: string) => {
    for (const name of [".terraform", ".dovetail/default.sidecar.json", "terraform.tfstate", "terraform.tfstate.backup"])
      rmSync(join(app.folder, name), { recursive: true, force: true });
    app.write({ "main.tf": `terraform {\n${backend}}\n${BODY}` });
  };
  const ours = async (...args: string[]) => await app.run(...args);
  const plansNothing = async (...args: string[]) => {
    expect((await ours("plan", "-detailed-exitcode", ...args)).code).toBe(0);
    expect(terraform("plan", "-detailed-exitcode", ...args).code).toBe(0);
  };

  /** Each holds the lock in its turn, the other is refused with the block, then waits. */
  async function keepOut(isHeld: () => Promise<boolean>) {
    const hold = join(app.folder, "hold");
    writeFileSync(hold, "");
    const theirs = background("apply", "-auto-approve", `-var=hold=${hold}`);
    await until(isHeld);
    const refused = await ours("apply", "-auto-approve");
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(
      /Error acquiring the state lock[\s\S]*Operation: OperationTypeApply\n\s+Who: .*\n\s+Version: {3}1\./,
    );
    const waiting = ours("apply", "-auto-approve", "-lock-timeout=60s", "-var=v=ours");
    rmSync(hold);
    expect(await theirs).toBe(0);
    expect((await waiting).code).toBe(0);

    writeFileSync(hold, "");
    const running = app.start("apply", "-auto-approve", `-var=hold=${hold}`);
    await until(isHeld);
    const { code, text } = terraform("apply", "-auto-approve");
    expect(code).toBe(1);
    expect(text).toMatch(/Error acquiring the state lock[\s\S]*Operation: deploy\n\s+Who: .*\n\s+Version: {3}Dovetail/);
    const patient = background("apply", "-auto-approve", "-lock-timeout=60s", "-var=v=theirs");
    rmSync(hold);
    expect(await running.ended).toBe(0);
    expect(await patient).toBe(0);
    expect(terraformDid("output", "-raw", "o")).toBe("theirs");
    await plansNothing("-var=v=theirs");
  }

  test("in the backend s3, locked by an item and by a file", async () => {
    fresh(
      `  backend "s3" {\n    bucket = "acme"\n    key = "both/state"\n    region = "eu-central-1"\n    use_path_style = true\n    skip_credentials_validation = true\n    dynamodb_table = "locks"\n    use_lockfile = true\n  }\n`,
    );
    await app.succeed("init");
    await app.succeed("apply", "-auto-approve");
    await keepOut(async () => {
      const Key = { LockID: { S: "acme/both/state" } };
      const { Item } = await dynamodb<{ Item?: object }>(app, "GetItem", { TableName: "locks", Key });
      return Item !== undefined && (await objectText(app, "acme/both/state.tflock")) !== undefined;
    });
  });

  test("in the backend s3 that the other initialised, with arguments of -backend-config; workspaces of either are the other's", async () => {
    fresh(
      '  backend "s3" {\n    region = "eu-central-1"\n    use_path_style = true\n    skip_credentials_validation = true\n  }\n',
    );
    const given = [
      "-backend-config=bucket=acme",
      "-backend-config=key=part/state",
      '-backend-config=allowed_account_ids=["000000000000"]',
    ];
    await app.succeed("init", ...given);
    const mine = readFileSync(join(app.folder, ".terraform/terraform.tfstate"), "utf8");
    terraformDid("apply", "-auto-approve");
    rmSync(join(app.folder, ".terraform"), { recursive: true });
    terraformDid("init", ...given);
    expect(mine).toBe(readFileSync(join(app.folder, ".terraform/terraform.tfstate"), "utf8"));
    await plansNothing();
    await app.succeed("workspace", "new", "a");
    terraformDid("workspace", "new", "b");
    await app.succeed("apply", "-auto-approve", "-var=v=b");
    expect(terraformDid("workspace", "list")).toContain("  a\n* b\n");
    expect((await app.succeed("workspace", "list")).out).toBe("  default\n  a\n* b\n");
    await plansNothing("-var=v=b");
    terraformDid("workspace", "select", "a");
    expect((await app.succeed("workspace", "show")).out).toBe("a\n");
    await app.succeed("workspace", "delete", "-force", "b");
    expect(terraformDid("workspace", "list")).not.toContain("b");
    terraformDid("workspace", "select", "default");
  });

  test("in the backend local: the lock is the operating system's, and nobody's write is lost", async () => {
    fresh("");
    await app.succeed("apply", "-auto-approve");
    terraformDid("init");
    await keepOut(async () => existsSync(join(app.folder, ".terraform.tfstate.lock.info")));
  });
});
