/** `dovetail terraform`: the real terraform with every utility provider of ours: apply, an empty second plan, destroy. */
import { X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dovetailIn, hasTerraform } from "./dovetail.ts";

const CONFIGURATION = `
variable "page" { type = string }

resource "random_id" "all" {
  byte_length = 4
  prefix      = "a-"
}
resource "random_password" "all" { length = 20 }
resource "random_string" "all" {
  length  = 6
  special = false
}
resource "random_pet" "all" {}
resource "random_uuid" "all" {}
resource "random_integer" "all" {
  min = 1
  max = 9
}
resource "random_shuffle" "all" { input = ["a", "b", "c"] }
resource "random_bytes" "all" { length = 8 }

resource "null_resource" "all" { triggers = { pet = random_pet.all.id } }
resource "terraform_data" "all" {
  input            = { list = [1, true, "x"], none = null }
  triggers_replace = [random_uuid.all.result]
}

resource "local_file" "all" {
  filename        = "\${path.module}/out/plain.txt"
  content         = random_string.all.result
  file_permission = "0644"
}
resource "local_sensitive_file" "all" {
  filename = "\${path.module}/out/secret.txt"
  content  = random_password.all.result
}
data "local_file" "all" { filename = local_file.all.filename }

data "archive_file" "all" {
  type        = "zip"
  output_path = "\${path.module}/out/all.zip"
  source {
    filename = "a.txt"
    content  = "a"
  }
  source {
    filename = "b.txt"
    content  = "b"
  }
}

resource "time_static" "all" {}
resource "time_offset" "all" { offset_days = 7 }
resource "time_rotating" "all" { rotation_days = 30 }
resource "time_sleep" "all" { create_duration = "1ms" }

resource "tls_private_key" "ca" { algorithm = "ED25519" }
resource "tls_private_key" "own" {
  algorithm   = "ECDSA"
  ecdsa_curve = "P384"
}
resource "tls_self_signed_cert" "ca" {
  private_key_pem       = tls_private_key.ca.private_key_pem
  is_ca_certificate     = true
  validity_period_hours = 48
  allowed_uses          = ["cert_signing"]
  subject { common_name = "Root" }
}
resource "tls_cert_request" "own" {
  private_key_pem = tls_private_key.own.private_key_pem
  dns_names       = ["own.example.com"]
  subject { common_name = "own.example.com" }
}
resource "tls_locally_signed_cert" "own" {
  cert_request_pem      = tls_cert_request.own.cert_request_pem
  ca_private_key_pem    = tls_private_key.ca.private_key_pem
  ca_cert_pem           = tls_self_signed_cert.ca.cert_pem
  validity_period_hours = 24
  allowed_uses          = ["server_auth"]
}
data "tls_public_key" "own" { private_key_openssh = tls_private_key.own.private_key_openssh }
data "tls_certificate" "own" { content = tls_locally_signed_cert.own.cert_pem }

data "http" "all" {
  url = var.page
  retry { attempts = 1 }
}
data "external" "all" {
  program = ["cat"]
  query   = { pet = "x" }
}
data "cloudinit_config" "all" {
  gzip          = false
  base64_encode = false
  part { content = "hello" }
}

output "own" { value = tls_locally_signed_cert.own.cert_pem }
output "ca" { value = tls_self_signed_cert.ca.cert_pem }
output "same_key" { value = data.tls_public_key.own.public_key_openssh == tls_private_key.own.public_key_openssh }
output "subject" { value = data.tls_certificate.own.certificates[0].subject }
output "page" { value = data.http.all.response_body }
output "answer" { value = data.external.all.result.pet }
output "document" { value = data.cloudinit_config.all.rendered }
output "types" { value = terraform_data.all.output }
`;
const RESOURCES = 21;

let folder = "";
let server: Server;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-utilities-"));
  writeFileSync(join(folder, "main.tf"), CONFIGURATION);
  server = createServer((_request, response) => void response.end("a page"));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  writeFileSync(
    join(folder, "terraform.tfvars"),
    `page = "http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/"\n`,
  );
});
afterAll(async () => {
  await dovetail("cloud", "stop");
  server.closeAllConnections();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  rmSync(folder, { recursive: true });
});

const dovetail = (...args: string[]) => dovetailIn(folder, ...args);
const terraform = (...args: string[]) => dovetail("terraform", "--", ...args);

describe.skipIf(!hasTerraform())("every utility provider under the real terraform", () => {
  test("apply, an empty second plan, destroy", async () => {
    expect(await terraform("init", "-no-color")).toMatchObject({ code: 0 });
    const applied = await terraform("apply", "-auto-approve", "-no-color");
    expect(applied.stderr.replaceAll(/^The embedded AWS was started.*\n/gm, "")).toBe("");
    expect(applied.stdout).toContain(`${RESOURCES} added, 0 changed, 0 destroyed`);
    const outputs = JSON.parse((await terraform("output", "-json")).stdout);
    expect(new X509Certificate(outputs.own.value).checkIssued(new X509Certificate(outputs.ca.value))).toBe(true);
    expect([outputs.same_key.value, outputs.subject.value]).toEqual([true, "CN=own.example.com"]);
    expect([outputs.page.value, outputs.answer.value]).toEqual(["a page", "x"]);
    expect(outputs.document.value).toContain("--MIMEBOUNDARY\r\n");
    expect(outputs.types.value).toEqual({ list: [1, true, "x"], none: null });
    expect(readFileSync(join(folder, "out/plain.txt"), "utf8")).toHaveLength(6);
    const again = await terraform("plan", "-detailed-exitcode", "-no-color");
    expect([again.code, again.stdout.includes("No changes")]).toEqual([0, true]);
    expect((await terraform("destroy", "-auto-approve", "-no-color")).stdout).toContain(`${RESOURCES} destroyed`);
    expect(existsSync(join(folder, "out/plain.txt"))).toBe(false);
  });

  test("what is wrong is told at its place, in the real providers' words", async () => {
    writeFileSync(
      join(folder, "wrong.tf"),
      'data "http" "away" {\n  url = "https://example.com/"\n}\nresource "tls_private_key" "wrong" {\n  algorithm = "DSA"\n}\n',
    );
    const planned = await terraform("plan", "-no-color");
    expect(planned.code).toBe(1);
    expect(planned.stderr).toMatch(/Invalid Attribute Value Match[\s\S]*wrong\.tf line 5/);
    expect(planned.stderr).toMatch(/Connection refused by policy[\s\S]*example\.com/);
  });
});
