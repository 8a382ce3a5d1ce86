/** Backends of Terraform roots from the command line: init and its record, states and locks in the embedded S3, workspaces, encryption. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestApp, testApp } from "./support/app.ts";
import { dynamodb, endpointOf, makeBucket, makeLockTable, objectText, putObject } from "./support/state-bucket.ts";

const BODY = `variable "v" {
  default = "one"
}
resource "terraform_data" "a" {
  input = var.v
}
output "o" {
  value = terraform_data.a.output
}
`;
const s3 = (key: string, more = "") => `terraform {
  backend "s3" {
    bucket         = "acme"
    key            = "${key}"
    region         = "eu-central-1"
    dynamodb_table = "locks"
    use_lockfile   = true
${more}  }
}
`;
const EVE = JSON.stringify({
  ID: "eve-1",
  Operation: "OperationTypeApply",
  Info: "",
  Who: "eve@ci",
  Version: "1.11.4",
  Created: "2026-11-21T20:00:00Z",
  Path: "acme/k",
});
const TEST_MS = 60_000;

/** A server of one state, for the user u with the password p. */
async function stateServer() {
  let state = "";
  const locks: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const answer = (status: number, text = "") => response.writeHead(status).end(text);
    if (request.headers.authorization !== `Basic ${btoa("u:p")}`) return answer(401);
    if (request.method === "GET") return answer(state === "" ? 204 : 200, state);
    if (request.method === "LOCK" && locks.length > 0) return answer(423, locks[0]);
    if (request.method === "LOCK") locks.push(body);
    else if (request.method === "UNLOCK") locks.pop();
    else state = body;
    return answer(200);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, locks, close: () => void server.close() };
}

describe("a root with a backend", { timeout: TEST_MS }, () => {
  let app: TestApp;
  const main = (text: string) => app.write({ "main.tf": `${text}${BODY}` });
  const record = () => JSON.parse(readFileSync(join(app.folder, ".terraform/terraform.tfstate"), "utf8"));
  const clean = () => {
    for (const name of [".terraform", ".dovetail/default.sidecar.json", "terraform.tfstate", "terraform.tfstate.backup"])
      rmSync(join(app.folder, name), { recursive: true, force: true });
  };
  const failed = async (...args: string[]) => {
    const ran = await app.run(...args);
    expect(ran.code).not.toBe(0);
    return ran.err;
  };
  beforeAll(async () => {
    app = testApp({ "main.tf": `${s3("k")}${BODY}` });
    // Roots that read each other's states share a cloud.
    app.env.DOVETAIL_CLOUD = join(app.folder, "cloud");
    await app.succeed("cloud", "start", "--port", "0");
  });
  afterAll(() => app.dispose());

  test("wants init; init wants the bucket, and says how to make it", async () => {
    const unready = await failed("plan");
    expect(unready).toContain('Error DVT5009: Backend initialization required, please run "dovetail init"');
    expect(unready).toContain('Reason: Initial configuration of the requested backend "s3"');
    const bucketless = await failed("init");
    expect(bucketless).toContain('S3 bucket "acme" does not exist.');
    expect(bucketless).toContain(`aws --endpoint-url ${await endpointOf(app)} s3 mb s3://acme`);
    expect(existsSync(join(app.folder, ".terraform/terraform.tfstate"))).toBe(false);
    await makeBucket(app, "acme");
    await makeLockTable(app, "locks");
    expect((await app.succeed("init")).out).toContain('Successfully configured the backend "s3"!');
    expect(record()).toMatchObject({ version: 3, backend: { type: "s3", config: { bucket: "acme", key: "k", profile: null } } });
  });

  test("keeps its state there, says so, and every command on states finds it", async () => {
    const applied = await app.succeed("apply", "-auto-approve");
    expect(applied.err).toContain("state in s3://acme/k on the embedded AWS");
    expect(existsSync(join(app.folder, "terraform.tfstate"))).toBe(false);
    const stored = (await objectText(app, "acme/k")) ?? "";
    expect((await app.succeed("state", "pull")).out.trim()).toBe(stored.trim());
    expect((await app.succeed("output", "-raw", "o")).out).toBe("one\n");
    expect((await app.succeed("state", "list")).out).toBe("terraform_data.a\n");
    expect((await app.succeed("show")).out).toContain("terraform_data.a");
    await app.succeed("taint", "terraform_data.a");
    expect((await app.run("plan", "-detailed-exitcode")).code).toBe(2);
    await app.succeed("untaint", "terraform_data.a");
    await app.succeed("state", "mv", "terraform_data.a", "terraform_data.b");
    await app.succeed("state", "mv", "terraform_data.b", "terraform_data.a");
    const builtin = ["terraform.io/builtin/terraform", "registry.example.com/acme/terraform"] as const;
    expect((await app.succeed("state", "replace-provider", "-auto-approve", ...builtin)).out).toContain("for 1 resources.");
    expect((await app.succeed("state", "pull")).out).toContain('provider[\\"registry.example.com/acme/terraform\\"]');
    await app.succeed("state", "replace-provider", builtin[1], builtin[0]);
    expect((await app.succeed("state", "replace-provider", "aws", "acme/aws")).out).toBe("No matching resources found.\n");
    expect(await failed("state", "replace-provider", "a b", "aws")).toContain('"a b" is no address of a provider');
    await app.succeed("refresh");
    expect((await app.run("plan", "-detailed-exitcode")).code).toBe(0);
    writeFileSync(join(app.folder, "pulled.json"), (await app.succeed("state", "pull")).out);
    await app.succeed("state", "push", "pulled.json");
    await app.succeed("state", "rm", "terraform_data.a");
    await app.succeed("state", "push", "-force", "pulled.json");
    expect((await app.succeed("state", "list")).out).toBe("terraform_data.a\n");
    expect(await objectText(app, "acme/k.tflock")).toBeUndefined();
  });

  test("refuses to work under another's lock, waits as it is told, and takes it away by its ID", async () => {
    await putObject(app, "acme/k.tflock", EVE);
    const refused = await failed("apply", "-auto-approve");
    expect(refused).toContain("Error DVT5001: Error acquiring the state lock");
    expect(refused).toMatch(
      /Lock Info:\n\s+ID: {8}eve-1\n\s+Path: {6}acme\/k\n\s+Operation: OperationTypeApply\n\s+Who: {7}eve@ci/,
    );
    await app.succeed("apply", "-auto-approve", "-lock=false");
    expect(await failed("state", "rm", "terraform_data.a")).toContain("DVT5001");
    expect(await failed("force-unlock", "-force", "nope")).toContain('lock ID "nope" does not match existing lock ("eve-1")');
    expect((await app.succeed("force-unlock", "-force", "eve-1")).out).toContain(
      "it was held by eve@ci since 2026-11-21T20:00:00Z",
    );
    await app.succeed("apply", "-auto-approve");
    const item = { LockID: { S: "acme/k" }, Info: { S: EVE } };
    await dynamodb(app, "PutItem", { TableName: "locks", Item: item });
    expect(await failed("apply", "-auto-approve")).toContain("ConditionalCheckFailedException");
    await app.succeed("force-unlock", "eve-1");
  });

  test("has workspaces", async () => {
    expect((await app.succeed("workspace", "new", "dev")).out).toContain('Created and switched to workspace "dev"!');
    await app.succeed("apply", "-auto-approve", "-var=v=dev");
    expect((await app.succeed("workspace", "list")).out).toBe("  default\n* dev\n");
    expect((await app.succeed("output", "-raw", "o")).out).toBe("dev\n");
    expect(await objectText(app, "acme/env:/dev/k")).toContain('"dev"');
    await app.succeed("workspace", "select", "default");
    expect((await app.succeed("output", "-raw", "o")).out).toBe("one\n");
    expect(await failed("workspace", "delete", "dev")).toContain("is tracking resources");
    await app.succeed("workspace", "delete", "-force", "dev");
    expect((await app.succeed("workspace", "list")).out).toBe("* default\n");
    expect(await failed("workspace", "select", "dev")).toContain("doesn't exist");
  });

  test("is changed by init alone: -migrate-state copies, -reconfigure does not, a local file is left empty", async () => {
    main(s3("k2"));
    expect(await failed("plan")).toContain("Reason: Backend configuration block has changed");
    const changed = await failed("init");
    expect(changed).toContain("Error DVT5009: Backend configuration changed");
    expect(changed).toContain("dovetail init -reconfigure");
    expect(await failed("init", "-migrate-state", "-reconfigure")).toContain("mutually-exclusive");
    expect(await failed("init", "-migrate-state")).toContain("DVT7003");
    await app.succeed("init", "-migrate-state", "-force-copy");
    expect(await objectText(app, "acme/k2")).toBe(await objectText(app, "acme/k"));
    main("");
    expect(await failed("plan")).toContain('Reason: Unsetting the previously set backend "s3"');
    await app.succeed("init", "-force-copy");
    expect(record().backend).toBeUndefined();
    expect((await app.run("plan", "-detailed-exitcode")).code).toBe(0);
    expect(readFileSync(join(app.folder, "terraform.tfstate"), "utf8")).toBe(await objectText(app, "acme/k"));
    main(s3("k3"));
    await app.succeed("init", "-reconfigure");
    expect((await app.succeed("state", "list")).out).toBe("");
    await app.succeed("init", "-backend=false");
    main("");
    expect((await app.succeed("init", "-reconfigure", "-backend-config=key=x")).err).toContain("Missing backend configuration");
    main(s3("k3"));
    clean();
    writeFileSync(join(app.folder, "terraform.tfstate"), (await objectText(app, "acme/k")) ?? "");
    await app.succeed("init", "-force-copy");
    expect(readFileSync(join(app.folder, "terraform.tfstate"), "utf8")).toBe("");
    expect(await objectText(app, "acme/k3")).toBe(await objectText(app, "acme/k"));
  });

  test("takes what its block leaves out from -backend-config, once", async () => {
    clean();
    main('terraform {\n  backend "s3" {\n    region = "eu-central-1"\n  }\n}\n');
    expect(await failed("init")).toContain('The attribute "bucket" is required by the backend.');
    app.write({ "prod.s3.tfbackend": 'bucket = "acme"\n' });
    await app.succeed("init", "-backend-config=prod.s3.tfbackend", "-backend-config", "key=part");
    await app.succeed("apply", "-auto-approve");
    expect(await objectText(app, "acme/part")).toContain("terraform_data");
    await app.succeed("init");
    expect(await failed("init", "-backend-config=bucket=acme", "-backend-config=key=other")).toContain(
      "Backend configuration changed",
    );
  });

  test("with an endpoint of its own uses that one, and refuses one that is not this machine", async () => {
    clean();
    main(s3("own", `    endpoints = { s3 = "${await endpointOf(app)}" }\n`));
    await app.succeed("init");
    expect((await app.succeed("apply", "-auto-approve")).err).toContain(`state in s3://acme/own on ${await endpointOf(app)}`);
    main(s3("own", '    endpoints = { s3 = "https://minio.example.com" }\n'));
    const refused = await failed("init", "-reconfigure");
    expect(refused).toContain("Error DVT7007");
    expect(refused).toContain("https://minio.example.com");
  });

  test("is read by other roots and by -backend=false runs it is not", async () => {
    clean();
    main(s3("k"));
    await app.succeed("plan", "-backend=false");
    app.write({
      "reader/main.tf": `data "terraform_remote_state" "orders" {
  backend = "s3"
  config = {
    bucket = "acme"
    key    = "k"
    region = "eu-central-1"
  }
}
output "o" {
  value = data.terraform_remote_state.orders.outputs.o
}
`,
    });
    await app.succeed("-chdir=reader", "apply", "-auto-approve");
    expect((await app.succeed("-chdir=reader", "output", "-raw", "o")).out).toBe("one\n");
  });

  test("may be kept by a server (http), which has its locks", async () => {
    clean();
    const { address, locks, close } = await stateServer();
    main(
      `terraform {\n  backend "http" {\n    lock_address = "${address}/lock"\n    unlock_address = "${address}/lock"\n    username = "u"\n  }\n}\n`,
    );
    try {
      Object.assign(app.env, { TF_HTTP_ADDRESS: address, TF_HTTP_PASSWORD: "p" });
      await app.succeed("init");
      await app.succeed("apply", "-auto-approve");
      expect((await app.succeed("output", "-raw", "o")).out).toBe("one\n");
      expect(await failed("workspace", "list")).toContain("workspaces not supported");
      locks.push(EVE);
      expect(await failed("apply", "-auto-approve")).toContain("HTTP remote state already locked: ID=eve-1");
      await app.succeed("force-unlock", "-force", "eve-1");
      await app.succeed("apply", "-auto-approve");
      app.env.TF_HTTP_PASSWORD = "wrong";
      expect(await failed("plan")).toContain("HTTP remote state endpoint requires auth");
      app.env.TF_HTTP_ADDRESS = "https://gitlab.example.com/state";
      expect(await failed("plan")).toContain("Error DVT7007");
    } finally {
      close();
    }
  });

  test("may encrypt its states and plans, with a passphrase or a key of KMS", async () => {
    clean();
    const encryption = (key: string, state: string) =>
      `terraform {\n  encryption {\n${key}    method "unencrypted" "none" {}\n    method "aes_gcm" "m" {\n      keys = key_provider.${key.includes("aws_kms") ? "aws_kms" : "pbkdf2"}.k\n    }\n    state {\n      ${state}\n    }\n    plan {\n      method = method.aes_gcm.m\n    }\n  }\n}\n`;
    const phrase =
      '    key_provider "pbkdf2" "k" {\n      passphrase = "correct-horse-battery"\n      iterations = 200000\n    }\n';
    main(s3("secret"));
    await app.succeed("init");
    await app.succeed("apply", "-auto-approve");
    main(`${s3("secret")}${encryption(phrase, "method = method.aes_gcm.m")}`);
    expect(await failed("plan")).toContain("encountered unencrypted payload without unencrypted method configured");
    const fallback = "method = method.aes_gcm.m\n      fallback {\n        method = method.unencrypted.none\n      }";
    main(`${s3("secret")}${encryption(phrase, fallback)}`);
    await app.succeed("apply", "-auto-approve");
    expect(await objectText(app, "acme/secret")).not.toContain("terraform_data");
    main(`${s3("secret")}${encryption(phrase, "method = method.aes_gcm.m")}`);
    await app.succeed("plan", "-var=v=two", "-out=tfplan");
    expect(readFileSync(join(app.folder, "tfplan"), "utf8")).not.toContain("terraform_data");
    await app.succeed("apply", "tfplan");
    expect((await app.succeed("output", "-raw", "o")).out).toBe("two\n");
    await app.succeed("workspace", "new", "crypt");
    expect(await objectText(app, "acme/env:/crypt/secret")).toContain('"encryption_version"');
    await app.succeed("workspace", "select", "default");
    main(s3("secret"));
    expect(await failed("plan")).toContain("Error DVT5011");
    const { KeyMetadata } = await app.aws<{ KeyMetadata: { KeyId: string } }>("kms", "TrentService.CreateKey", {});
    const kms = `    key_provider "aws_kms" "k" {\n      kms_key_id = "${KeyMetadata.KeyId}"\n      key_spec   = "AES_256"\n      region     = "us-east-1"\n    }\n`;
    main(`${s3("kms")}${encryption(kms, "method = method.aes_gcm.m")}`);
    await app.succeed("init", "-reconfigure");
    await app.succeed("apply", "-auto-approve");
    expect(await objectText(app, "acme/kms")).toContain('"key_provider.aws_kms.k"');
    expect((await app.run("plan", "-detailed-exitcode")).code).toBe(0);
  });
});
