import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { isList, isObject, manualClock, seededRandom, UNKNOWN, type ValueObject } from "@dovetail/model";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createUtilityProvider } from "../index.ts";
import { created, dataOf, problemsOf } from "../test-provider.ts";
import { childrenOf, integer, integerOf, oid, oidOf, readDer } from "./der.ts";
import { firstPem, pemOf } from "./pem.ts";

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 120);
const HOUR_MS = 3_600_000;
const clock = manualClock(START_MS);
const tls = createUtilityProvider("tls", { clock, random: seededRandom(7) });
const has = (program: string) => spawnSync(program, ["-?"], { stdio: "ignore" }).error === undefined;
const hasOpenssl = has("openssl");
const hasKeygen = has("ssh-keygen");
if (!hasOpenssl) console.warn("skipped: no openssl on this machine");
if (!hasKeygen) console.warn("skipped: no ssh-keygen on this machine");

let folder = "";
const keys = new Map<string, ValueObject>();
const KINDS: readonly (readonly [string, ValueObject])[] = [
  ["RSA", { algorithm: "RSA" }],
  ["P224", { algorithm: "ECDSA" }],
  ["P256", { algorithm: "ECDSA", ecdsa_curve: "P256" }],
  ["P384", { algorithm: "ECDSA", ecdsa_curve: "P384" }],
  ["P521", { algorithm: "ECDSA", ecdsa_curve: "P521" }],
  ["ED25519", { algorithm: "ED25519" }],
];
const keyOf = (name: string): ValueObject => keys.get(name) ?? {};
const pem = (name: string) => keyOf(name).private_key_pem ?? null;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-tls-"));
  for (const [name, config] of KINDS) keys.set(name, await created(tls, "tls_private_key", config));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: unknown, mode = 0o600): string => {
  writeFileSync(join(folder, name), String(content), { mode });
  return join(folder, name);
};

const AUTHORITY: ValueObject = {
  subject: [{ common_name: "Root", organization: "Dovetail", country: "DE" }],
  validity_period_hours: 48,
  is_ca_certificate: true,
  allowed_uses: ["cert_signing", "crl_signing", "digital_signature"],
};

async function authority(key: string, more: ValueObject = {}): Promise<ValueObject> {
  return created(tls, "tls_self_signed_cert", { ...AUTHORITY, private_key_pem: pem(key), ...more });
}

async function request(key: string, more: ValueObject = {}): Promise<ValueObject> {
  const subject = [{ common_name: "api.example.com", street_address: ["A 1", "B 2"], email_address: "a@example.com" }];
  const names = {
    dns_names: ["api.example.com", "*.api.example.com"],
    ip_addresses: ["10.0.0.1", "2001:db8::1"],
    uris: ["spiffe://a/b"],
  };
  return created(tls, "tls_cert_request", { private_key_pem: pem(key), subject, ...names, ...more });
}

describe("tls_private_key", () => {
  it.each(KINDS.map(([name]) => name))("%s: every form is of one key", (name) => {
    const key = keyOf(name);
    const forms = [key.private_key_pem, key.private_key_pem_pkcs8].map((form) =>
      createPublicKey(createPrivateKey(String(form))).export({ type: "spki", format: "pem" }),
    );
    expect(forms).toEqual([key.public_key_pem, key.public_key_pem]);
  });

  it.each([
    ["RSA", "RSA PRIVATE KEY"],
    ["P256", "EC PRIVATE KEY"],
    ["ED25519", "PRIVATE KEY"],
  ])("%s: the PEM is a %s", (name, label) => {
    expect(firstPem(String(pem(name)))?.label).toBe(label);
  });

  it("P224 has none of OpenSSH's forms, as OpenSSH has no P-224", () => {
    expect(keyOf("P224")).toMatchObject({
      ecdsa_curve: "P224",
      private_key_openssh: "",
      public_key_openssh: "",
      public_key_fingerprint_md5: "",
      public_key_fingerprint_sha256: "",
    });
  });

  it.skipIf(!hasKeygen).each(["RSA", "P256", "P384", "P521", "ED25519"])(
    "%s: ssh-keygen reads it, and says the same fingerprints",
    (name) => {
      const key = keyOf(name);
      const path = file(`id_${name}`, key.private_key_openssh);
      const keygen = (...args: string[]) => execFileSync("ssh-keygen", args, { encoding: "utf8" });
      expect(keygen("-y", "-f", path).trim()).toBe(String(key.public_key_openssh).trim());
      const shared = file(`id_${name}.pub`, key.public_key_openssh);
      expect(keygen("-l", "-E", "sha256", "-f", shared)).toContain(` ${String(key.public_key_fingerprint_sha256)} `);
      expect(keygen("-l", "-E", "md5", "-f", shared)).toContain(` MD5:${String(key.public_key_fingerprint_md5)} `);
    },
  );

  it.each<[ValueObject, string]>([
    [{ algorithm: "DSA" }, 'Attribute algorithm value must be one of: ["RSA" "ECDSA" "ED25519"], got: "DSA"'],
    [{ algorithm: "ECDSA", ecdsa_curve: "P192" }, "Attribute ecdsa_curve value must be one of"],
    [{ algorithm: "RSA", rsa_bits: 8 }, ""],
  ])("refuses %j", async (config, detail) => {
    const found = await problemsOf(tls, "resource", "tls_private_key", config);
    expect(found).toEqual([expect.objectContaining({ detail: expect.stringContaining(detail) })]);
  });

  it("a state of version 0 gets the forms that it lacks, and keeps its key", async () => {
    const { private_key_openssh, private_key_pem_pkcs8, public_key_fingerprint_sha256, ...old } = keyOf("RSA");
    const { state, diagnostics } = await tls.upgradeState("tls_private_key", 0, old);
    expect(diagnostics).toEqual([]);
    expect(state).toMatchObject({ private_key_pem: old.private_key_pem, private_key_pem_pkcs8, public_key_fingerprint_sha256 });
    expect(state.private_key_openssh).toContain("BEGIN OPENSSH PRIVATE KEY");
  });

  it("another algorithm replaces", async () => {
    const config: ValueObject = { algorithm: "ED25519" };
    const plan = await tls.planChange({ type: "tls_private_key", prior: keyOf("RSA"), proposed: config, config });
    expect(plan.requiresReplace).toEqual([["algorithm"]]);
  });
});

describe("tls_public_key", () => {
  it.each(["RSA", "P256", "P384", "P521", "ED25519"])("%s: the same from PEM, PKCS #8 and OpenSSH's form", async (name) => {
    const key = keyOf(name);
    const read = (config: ValueObject) => dataOf(tls, "tls_public_key", config);
    const forms: ValueObject[] = [
      { private_key_pem: key.private_key_pem ?? null },
      { private_key_pem: key.private_key_pem_pkcs8 ?? null },
      { private_key_openssh: key.private_key_openssh ?? null },
    ];
    for (const config of forms) {
      expect(await read(config)).toMatchObject({
        id: key.id,
        algorithm: key.algorithm,
        public_key_pem: key.public_key_pem,
        public_key_openssh: key.public_key_openssh,
        public_key_fingerprint_sha256: key.public_key_fingerprint_sha256,
      });
    }
  });

  it.skipIf(!hasKeygen)("a key with a passphrase is refused as one", async () => {
    const path = join(folder, "locked");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "secret", "-f", path]);
    const locked = execFileSync("cat", [path], { encoding: "utf8" });
    const found = await problemsOf(tls, "data", "tls_public_key", { private_key_openssh: locked });
    expect(found).toEqual([
      expect.objectContaining({
        summary: "Unable to parse private key",
        detail: "failed to parse openssh private key: ssh: this private key is passphrase protected",
      }),
    ]);
  });

  it.each<[string, ValueObject, string]>([
    ["neither", {}, "No attribute specified when one (and only one) of"],
    ["both", { private_key_pem: "a", private_key_openssh: "b" }, "2 attributes specified"],
    ["no PEM", { private_key_pem: "hello" }, "failed to decode PEM block: decoded bytes 0, undecoded 5"],
    [
      "a certificate",
      { private_key_pem: pemOf("CERTIFICATE", Buffer.from("x")) },
      "unable to determine parser for PEM preamble: CERTIFICATE",
    ],
    [
      "damaged bytes",
      { private_key_pem: pemOf("PRIVATE KEY", Buffer.from("x")) },
      "failed to parse private key given PEM preamble 'PRIVATE KEY'",
    ],
    [
      "a short OpenSSH key",
      { private_key_openssh: pemOf("OPENSSH PRIVATE KEY", Buffer.from("openssh-key-v1\0\0\0")) },
      "ssh: short read",
    ],
  ])("refuses %s", async (_what, config, detail) => {
    const found = await problemsOf(tls, "data", "tls_public_key", config);
    expect(found).toEqual([expect.objectContaining({ detail: expect.stringContaining(detail) })]);
  });

  it("no cut of an OpenSSH key crashes the reader", async () => {
    const whole = firstPem(String(keyOf("RSA").private_key_openssh))?.der ?? Buffer.alloc(0);
    for (let length = 0; length < whole.length; length += 37) {
      const private_key_openssh = pemOf("OPENSSH PRIVATE KEY", whole.subarray(0, length));
      expect(await problemsOf(tls, "data", "tls_public_key", { private_key_openssh })).toHaveLength(1);
    }
  });
});

describe("certificates", () => {
  it.each(KINDS.map(([name]) => name))(
    "%s: an authority of its own signs a request; openssl and node agree with it",
    async (name) => {
      const root = await authority(name);
      const wanted = await request(name);
      const signed = await created(tls, "tls_locally_signed_cert", {
        cert_request_pem: wanted.cert_request_pem ?? null,
        ca_private_key_pem: pem(name),
        ca_cert_pem: root.cert_pem ?? null,
        validity_period_hours: 24,
        set_subject_key_id: true,
        allowed_uses: ["key_encipherment", "digital_signature", "server_auth", "client_auth"],
      });
      const [own, issuer] = [new X509Certificate(String(signed.cert_pem)), new X509Certificate(String(root.cert_pem))];
      expect(own.verify(issuer.publicKey)).toBe(true);
      expect(own.checkIssued(issuer)).toBe(true);
      expect([issuer.ca, own.ca]).toEqual([true, false]);
      expect(own.checkHost("x.api.example.com")).toBe("*.api.example.com");
      expect(own.checkIP("2001:db8::1")).toBe("2001:db8::1");
      expect(BigInt(`0x${own.serialNumber}`).toString()).toBe(signed.id);
      expect([signed.validity_start_time, signed.validity_end_time]).toEqual([
        "2026-01-02T03:04:05.12Z",
        "2026-01-03T03:04:05.12Z",
      ]);
      expect(own.subject).toContain("CN=api.example.com");
      if (!hasOpenssl) return;
      const [ca, leaf, asked] = [
        file("ca.pem", root.cert_pem),
        file("leaf.pem", signed.cert_pem),
        file("leaf.csr", wanted.cert_request_pem),
      ];
      const openssl = (...args: string[]) =>
        execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
      const at = String(START_MS / 1000 + 60).split(".")[0] ?? "";
      expect(openssl("verify", "-x509_strict", "-attime", at, "-CAfile", ca, leaf)).toContain("leaf.pem: OK");
      expect(spawnSync("openssl", ["req", "-verify", "-noout", "-in", asked], { encoding: "utf8" }).stderr).toContain("OK");
      const text = openssl("x509", "-text", "-noout", "-in", leaf);
      expect(text).toContain("Digital Signature, Key Encipherment");
      expect(text).toContain("TLS Web Server Authentication, TLS Web Client Authentication");
      expect(text).toContain(
        "DNS:api.example.com, DNS:*.api.example.com, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, URI:spiffe://a/b",
      );
      expect(text).toContain("CA:FALSE");
    },
  );

  it("data tls_certificate says of a certificate what Go's crypto/x509 says", async () => {
    const root = await authority("RSA", {
      max_path_length: 3,
      subject: [{ common_name: 'R, "1"', organization: "D", email_address: "a@b.c" }],
    });
    const read = await dataOf(tls, "tls_certificate", { content: root.cert_pem ?? null });
    const all = read.certificates ?? null;
    expect(isList(all) && all.length === 1 && isObject(all[0] ?? null)).toBe(true);
    expect(all).toEqual([
      {
        cert_pem: root.cert_pem,
        is_ca: true,
        issuer: 'CN=R\\, \\"1\\",O=D,1.2.840.113549.1.9.1=#0c056140622e63',
        subject: 'CN=R\\, \\"1\\",O=D,1.2.840.113549.1.9.1=#0c056140622e63',
        max_path_length: 3,
        not_before: "2026-01-02T03:04:05Z",
        not_after: "2026-01-04T03:04:05Z",
        public_key_algorithm: "RSA",
        serial_number: root.id,
        sha1_fingerprint: new X509Certificate(String(root.cert_pem)).fingerprint.replaceAll(":", "").toLowerCase(),
        signature_algorithm: "SHA256-RSA",
        version: 3,
      },
    ]);
  });

  it("key identifiers: an authority has one, a self-signed certificate's authority is itself", async () => {
    const root = await authority("P256", { set_authority_key_id: true });
    if (!hasOpenssl) return;
    const text = execFileSync("openssl", ["x509", "-text", "-noout", "-in", file("aki.pem", root.cert_pem)], {
      encoding: "utf8",
    });
    const [, subject] = /Subject Key Identifier:\s+(\S+)/.exec(text) ?? [];
    const [, issuer] = /Authority Key Identifier:\s+(?:keyid:)?(\S+)/.exec(text) ?? [];
    expect([subject, subject]).toEqual([issuer, expect.stringMatching(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/)]);
  });

  it("is ready for renewal by the clock, early as configured, and then replaced", async () => {
    const now = manualClock(START_MS);
    const provider = createUtilityProvider("tls", { clock: now, random: seededRandom(1) });
    const config: ValueObject = { ...AUTHORITY, private_key_pem: pem("P256"), early_renewal_hours: 8 };
    const state = await created(provider, "tls_self_signed_cert", config);
    const type = "tls_self_signed_cert";
    const plan = (prior: ValueObject, proposed: ValueObject) => provider.planChange({ type, prior, proposed, config: proposed });
    now.advance(39 * HOUR_MS);
    expect((await provider.read({ type, state })).state).toEqual(state);
    now.advance(2 * HOUR_MS);
    const read = (await provider.read({ type, state })).state ?? {};
    expect(read.ready_for_renewal).toBe(true);
    const renewed = await plan(read, config);
    expect([renewed.planned?.ready_for_renewal, renewed.requiresReplace]).toEqual([UNKNOWN, [["ready_for_renewal"]]]);
    const later = await plan(state, { ...config, early_renewal_hours: 0 });
    expect([later.planned?.ready_for_renewal, later.requiresReplace]).toEqual([false, []]);
    const made = await provider.applyChange({ type, prior: state, planned: later.planned, config });
    expect(made.state).toEqual({ ...state, early_renewal_hours: 0 });
  });

  it.each([
    ["the subject", { subject: [{ common_name: "Other" }] }, [["subject"]]],
    ["the uses", { allowed_uses: [] }, [["allowed_uses"]]],
    ["the key", { private_key_pem: "other" }, [["private_key_pem"]]],
  ])("%s, changed, replaces", async (_what, change: ValueObject, wanted) => {
    const state = await authority("P256");
    const config: ValueObject = { ...AUTHORITY, private_key_pem: pem("P256"), ...change };
    const plan = await tls.planChange({ type: "tls_self_signed_cert", prior: state, proposed: config, config });
    expect(plan.requiresReplace).toEqual(wanted);
  });

  it("a key that an old state holds as a hash does not replace", async () => {
    const state = { ...(await authority("P256")), private_key_pem: "0a1b2c" };
    const config: ValueObject = { ...AUTHORITY, private_key_pem: pem("P256") };
    const plan = await tls.planChange({ type: "tls_self_signed_cert", prior: state, proposed: config, config });
    expect(plan.requiresReplace).toEqual([]);
  });

  it.each<[string, ValueObject, string, string]>([
    [
      "a use that is none",
      { allowed_uses: ["fly"] },
      "Invalid Attribute Value Match",
      "Attribute allowed_uses[0] value must be one of",
    ],
    ["a negative validity", { validity_period_hours: -1 }, "Invalid Attribute Value", "must be at least 0, got: -1"],
    ["an authority without a name", { subject: [] }, "Invalid Certificate Subject", "at least one Distinguished Name"],
    ["two subjects", { subject: [{}, {}] }, "Invalid Attribute Value", "at most 1 elements, got: 2"],
    ["an address that is none", { ip_addresses: ["10.0.0.256"] }, "Invalid subject alternative name", '"10.0.0.256"'],
    ["an empty address", { ip_addresses: [""] }, "Invalid Attribute Value Length", "at least 1, got: 0"],
    ["a URI that is none", { uris: ["a b"] }, "Invalid subject alternative name", '"a b"'],
    ["a key that is none", { private_key_pem: "x" }, "Failed to parse private key PEM", "failed to decode PEM block"],
    [
      "an authority key identifier of nothing",
      { is_ca_certificate: false, set_authority_key_id: true },
      "Invalid Certificate Authority",
      "Could not determine",
    ],
    ["more years than dates have", { validity_period_hours: 1e9 }, "Failed to create certificate", "after the year 9999"],
  ])("tls_self_signed_cert refuses %s", async (_what, change, summary, detail) => {
    const config: ValueObject = { ...AUTHORITY, private_key_pem: pem("P256"), ...change };
    const found = await problemsOf(tls, "resource", "tls_self_signed_cert", config);
    expect(found).toEqual([expect.objectContaining({ summary, detail: expect.stringContaining(detail) })]);
  });

  it("tls_locally_signed_cert refuses what does not belong together", async () => {
    const [root, wanted] = [await authority("P256"), await request("P384")];
    const good: ValueObject = {
      allowed_uses: [],
      validity_period_hours: 1,
      cert_request_pem: wanted.cert_request_pem ?? null,
      ca_cert_pem: root.cert_pem ?? null,
    };
    const damaged = firstPem(String(wanted.cert_request_pem))?.der ?? Buffer.alloc(0);
    damaged[damaged.length - 5] = (damaged[damaged.length - 5] ?? 0) ^ 1;
    const rows: [ValueObject, string, string][] = [
      [{ ca_private_key_pem: pem("RSA") }, "Failed to create certificate", "PrivateKey doesn't match parent's PublicKey"],
      [
        { ca_private_key_pem: pem("P256"), cert_request_pem: root.cert_pem ?? null },
        "Failed to parse certificate request PEM",
        'invalid PEM type - expected "CERTIFICATE REQUEST", got "CERTIFICATE"',
      ],
      [
        { ca_private_key_pem: pem("P256"), cert_request_pem: pemOf("CERTIFICATE REQUEST", damaged) },
        "Failed to parse certificate request PEM",
        "",
      ],
      [{ ca_private_key_pem: pem("P256"), ca_cert_pem: "" }, "Failed to parse CA certificate PEM", 'expected type "CERTIFICATE"'],
      [{ ca_private_key_pem: "x" }, "Failed to parse CA private key PEM", "failed to decode PEM"],
    ];
    for (const [change, summary, detail] of rows) {
      const found = await problemsOf(tls, "resource", "tls_locally_signed_cert", { ...good, ...change });
      expect(found).toEqual([expect.objectContaining({ summary, detail: expect.stringContaining(detail) })]);
    }
  });
});

describe("data tls_certificate of a server", () => {
  let server: Server;
  let port = 0;
  beforeAll(async () => {
    const root = await created(
      createUtilityProvider("tls", { clock: manualClock(Date.now()), random: seededRandom(3) }),
      "tls_self_signed_cert",
      {
        ...AUTHORITY,
        private_key_pem: pem("P256"),
      },
    );
    server = createServer({ key: String(pem("P256")), cert: String(root.cert_pem) });
    server.on("tlsClientError", () => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  });
  afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));

  it("reads the chain without verifying it, and refuses it where it is to be verified", async () => {
    const read = await dataOf(tls, "tls_certificate", { url: `tls://127.0.0.1:${port}`, verify_chain: false });
    expect(read.certificates).toEqual([
      expect.objectContaining({ subject: "CN=Root,O=Dovetail,C=DE", signature_algorithm: "ECDSA-SHA256" }),
    ]);
    const found = await problemsOf(tls, "data", "tls_certificate", { url: `https://127.0.0.1:${port}` });
    expect(found).toEqual([expect.objectContaining({ summary: "Failed to identify fetch peer certificates" })]);
  });

  it.each<[string, ValueObject, string]>([
    [
      "another machine on the local target",
      { url: "https://example.com/secret?key=1" },
      "With the local target nothing leaves this machine",
    ],
    ["no port with tls", { url: "tls://127.0.0.1" }, "Port missing from URL: tls://127.0.0.1"],
    ["another scheme", { url: "ftp://127.0.0.1" }, "expected to use scheme from [https tls]"],
    ["neither url nor content", {}, "No attribute specified"],
    ["content that is no PEM", { content: "x" }, "Value is not a valid PEM encoding of a certificate"],
    [
      "content that is no certificate",
      { content: pemOf("PRIVATE KEY", Buffer.from("x")) },
      'Certificate PEM should be "CERTIFICATE", got "PRIVATE KEY"',
    ],
    ["a damaged certificate", { content: pemOf("CERTIFICATE", Buffer.from([0x30, 3, 1])) }, "data truncated"],
  ])("refuses %s", async (_what, config, detail) => {
    const found = await problemsOf(tls, "data", "tls_certificate", config);
    expect(found).toEqual([expect.objectContaining({ detail: expect.stringContaining(detail) })]);
    expect(found[0]?.detail).not.toContain("key=1");
  });
});

describe("DER", () => {
  it("numbers and identifiers come back as they went", () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 1n << 200n }), (value) => integerOf(readDer(integer(value))) === value));
    const part = fc.integer({ min: 0, max: 2 ** 31 });
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        (rest) => oidOf(readDer(oid(["2", "5", ...rest].join(".")))) === ["2", "5", ...rest].join("."),
      ),
    );
  });

  it("whatever the bytes, reading ends in an element or an error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          childrenOf(readDer(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});
