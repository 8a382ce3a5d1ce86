/** Programs that use the Pulumi packages of the small providers: `@pulumi/tls`, random, cloudinit, external, http. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { writeTypes } from "../src/typings/write-types.ts";
import { project, run } from "./programs.ts";

const PROGRAM = `
import * as cloudinit from "@pulumi/cloudinit";
import * as external from "@pulumi/external";
import * as http from "@pulumi/http";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";

export function resources() {
  const key = new tls.PrivateKey("Key", { algorithm: "ECDSA", ecdsaCurve: "P256" });
  const root = new tls.SelfSignedCert("Root", {
    privateKeyPem: key.privateKeyPem,
    subject: { commonName: "root", streetAddresses: ["A 1"] },
    validityPeriodHours: 24,
    isCaCertificate: true,
    allowedUses: ["cert_signing"],
  });
  const request = new tls.CertRequest("Own", { privateKeyPem: key.privateKeyPem, dnsNames: ["a.example.com"], ipAddresses: ["10.0.0.1"] });
  new tls.LocallySignedCert("Own", {
    certRequestPem: request.certRequestPem,
    caPrivateKeyPem: key.privateKeyPem,
    caCertPem: root.certPem,
    validityPeriodHours: 1,
    allowedUses: [],
  });
  new random.RandomPassword("Password", { length: 20, overrideSpecial: "%" });
  new cloudinit.Config("Config", { parts: [{ content: "hello", contentType: "text/plain" }] });
  return [
    tls.getPublicKeyOutput({ privateKeyPem: key.privateKeyPem }).publicKeyOpenssh,
    external.getExternalOutput({ programs: ["cat"], query: { a: "b" } }).result,
    http.getHttpOutput({ url: "http://127.0.0.1/", retry: { attempts: 1 } }).responseBody,
    cloudinit.getConfigOutput({ gzip: false, parts: [{ content: "x" }] }).rendered,
  ];
}
`;

describe("packages of the small providers", { timeout: 120_000 }, () => {
  test("their classes register what Terraform's types take", async () => {
    const config = `import { resources } from "./resources";
export default $config({ app: () => ({ name: "shop", home: "local" }), async run() { resources(); } });`;
    const { get, diagnostics } = await run({ "sst.config.ts": config, "resources.ts": PROGRAM });
    expect(diagnostics).toEqual([]);
    expect(get("tls_private_key.Key").config).toMatchObject({ algorithm: "ECDSA", ecdsa_curve: "P256" });
    expect(get("tls_self_signed_cert.Root").config).toMatchObject({
      subject: [{ common_name: "root", street_address: ["A 1"] }],
      is_ca_certificate: true,
    });
    expect(get("tls_cert_request.Own").config).toMatchObject({ dns_names: ["a.example.com"], ip_addresses: ["10.0.0.1"] });
    expect(get("cloudinit_config.Config").config).toMatchObject({ part: [{ content: "hello", content_type: "text/plain" }] });
  });

  test("their typings take the same program, and refuse an argument that is none", async () => {
    const wrong =
      'import * as tls from "@pulumi/tls";\nexport const key = new tls.PrivateKey("K", { algorithm: "RSA", rsaBit: 1 });\n';
    const root = project({ "resources.ts": PROGRAM, "wrong.ts": wrong, "sst.config.ts": "" });
    const options = { target: "es2022", module: "esnext", moduleResolution: "bundler", types: [], strict: true, noEmit: true };
    const include = ["resources.ts", "wrong.ts", ".sst/platform/config.d.ts"];
    writeFileSync(join(root, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...options, skipLibCheck: true }, include }));
    writeTypes(root);
    const tsc = join(import.meta.dirname, "../../../node_modules/.bin/tsc");
    const { stdout } = await promisify(execFile)(tsc, ["-p", root], { cwd: root }).catch((error: { stdout: string }) => error);
    expect(stdout.split("\n").filter((line) => /^\S/.test(line))).toEqual([expect.stringMatching(/^wrong\.ts.*rsaBit/)]);
  });
});
