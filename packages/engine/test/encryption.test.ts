import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DiagnosticError, seededRandom } from "@dovetail/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createCipher,
  encryptedStorage,
  type KeyProvider,
  kmsKeys,
  type Method,
  parsePayload,
  parseState,
  pbkdf2Keys,
  type StateStorage,
} from "../src/index.ts";
import { type App, actions, TestStage } from "./support/harness.ts";

/** Made by `tofu apply` 1.12.6 of a root with one terraform_data and one output, with this passphrase and nothing else set. */
const GOLDEN = readFileSync(join(import.meta.dirname, "testdata/opentofu-1.12.6.encrypted.tfstate"));
const PASSPHRASE = "correct-horse-battery-staple";
const NAME = "key_provider.pbkdf2.mykey";

const random = seededRandom(7);
const keysOf = (passphrase: string): KeyProvider =>
  pbkdf2Keys({ passphrase, keyLength: 32, iterations: 200_000, hashFunction: "sha512", saltLength: 32 }, random);
const gcm = (keys: KeyProvider, more: Partial<Method> = {}): Method =>
  ({ kind: "aes_gcm", keys, metaName: NAME, ...more }) as Method;
const PLAIN: Method = { kind: "unencrypted" };
/** Keys without a derivation that takes a moment. */
const fixed = (byte: number): KeyProvider => ({
  fresh: async () => ({ key: new Uint8Array(32).fill(byte), meta: Buffer.from("{}") }),
  again: async () => new Uint8Array(32).fill(byte),
});
const cipher = (...methods: readonly Method[]) => createCipher(methods, { name: "state", random });
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const bytes = (of: string) => Buffer.from(of);
const failure = async (work: Promise<unknown>) => {
  const error: unknown = await work.catch((thrown) => thrown);
  if (!(error instanceof DiagnosticError)) throw new Error(`no diagnostic: ${String(error)}`);
  return error.diagnostics.map(({ code, detail }) => `${code} ${detail}`).join("\n");
};

describe("a state that OpenTofu encrypted", () => {
  it("is read with its passphrase", async () => {
    const { plain, isOld } = await cipher(gcm(keysOf(PASSPHRASE))).decrypt(GOLDEN);
    const state = parseState(plain, "golden");
    expect([...state.instances.keys()]).toEqual(["terraform_data.a"]);
    expect(state.outputs).toMatchObject({ o: { value: "secret-one", type: "string" } });
    expect(isOld).toBe(false);
  });

  it("is not read with another, and the message has nothing of it", async () => {
    const said = await failure(cipher(gcm(keysOf("another-passphrase-here"))).decrypt(GOLDEN));
    expect(said).toBe(
      "DVT5011 decryption failed for all provided methods\nattempted decryption failed for state: decryption failed: cipher: message authentication failed",
    );
  });

  it("is not taken for a damaged one where no encryption is configured", () => {
    expect(() => parseState(GOLDEN, "terraform.tfstate")).toThrow(/DVT5011.*is encrypted, as OpenTofu does it/s);
  });
});

describe("encryption", () => {
  const state = bytes('{"version":4,"serial":3,"lineage":"l","terraform_version":"1.11.4"}');

  it("writes the form that OpenTofu writes, with serial and lineage outside", async () => {
    const stored = await cipher(gcm(keysOf(PASSPHRASE))).encrypt(state, { serial: 3, lineage: "l" });
    const json = JSON.parse(text(stored));
    expect(Object.keys(json)).toEqual(["serial", "lineage", "meta", "encrypted_data", "encryption_version"]);
    expect(JSON.parse(Buffer.from(json.meta[NAME], "base64").toString())).toMatchObject({
      iterations: 200_000,
      hash_function: "sha512",
      key_length: 32,
    });
    expect(text((await cipher(gcm(keysOf(PASSPHRASE))).decrypt(stored)).plain)).toBe(text(state));
  });

  it("takes what is said beside the data into account (aad), and refuses it where it differs", async () => {
    const stored = await cipher(gcm(fixed(1), { aad: Uint8Array.of(1, 2) })).encrypt(state);
    expect(text((await cipher(gcm(fixed(1), { aad: Uint8Array.of(1, 2) })).decrypt(stored)).plain)).toBe(text(state));
    expect(await failure(cipher(gcm(fixed(1))).decrypt(stored))).toContain("message authentication failed");
  });

  it("has keys of KMS again from what KMS gave", async () => {
    const asked: string[] = [];
    const kms = kmsKeys({
      generate: async () => ({ plaintext: new Uint8Array(32).fill(9), ciphertext: bytes("blob") }),
      decrypt: async (blob) => {
        asked.push(text(blob));
        return new Uint8Array(32).fill(9);
      },
    });
    const stored = await cipher(gcm(kms)).encrypt(state);
    expect(JSON.parse(text(parsePayload(stored)?.meta[NAME] ?? bytes("")))).toEqual({ ciphertext_blob: "YmxvYg==" });
    expect(text((await cipher(gcm(kms)).decrypt(stored)).plain)).toBe(text(state));
    expect(asked).toEqual(["blob"]);
  });

  it.each<[string, readonly Method[], string]>([
    [
      "plain bytes where only encrypted ones may be",
      [gcm(fixed(1))],
      "encountered unencrypted payload without unencrypted method",
    ],
    ["bytes of no method at all", [], "encountered unencrypted payload"],
  ])("refuses %s", async (_what, methods, said) => {
    expect(await failure(cipher(...methods).decrypt(state))).toContain(said);
  });

  it.each<[string, (json: { [name: string]: unknown }) => unknown, string]>([
    ["another version", (json) => ({ ...json, encryption_version: "v1" }), "invalid encrypted payload version: v1 != v0"],
    ["no data", (json) => ({ ...json, encrypted_data: "" }), "too small (likely data corruption)"],
    ["data that is no text", (json) => ({ ...json, encrypted_data: 7 }), "its meta or encrypted_data is damaged"],
    ["no meta", (json) => ({ ...json, meta: {} }), "it was encrypted with another key provider"],
    ["a meta that is no JSON", (json) => ({ ...json, meta: { [NAME]: "AAAA" } }), "it is no JSON object"],
    ["a meta without a salt", (json) => ({ ...json, meta: { [NAME]: Buffer.from("{}").toString("base64") } }), "is damaged"],
    [
      "a meta that asks for years of work",
      (json) => ({
        ...json,
        meta: {
          [NAME]: Buffer.from('{"salt":"AA==","iterations":1e15,"hash_function":"sha512","key_length":32}').toString("base64"),
        },
      }),
      "is damaged",
    ],
  ])("refuses a payload with %s", async (_what, change, said) => {
    const changed = bytes(JSON.stringify(change(JSON.parse(text(GOLDEN)))));
    expect(await failure(cipher(gcm(keysOf(PASSPHRASE))).decrypt(changed))).toContain(said);
  });

  it("refuses data with any byte changed or cut off", async () => {
    const stored = JSON.parse(text(await cipher(gcm(fixed(3))).encrypt(state)));
    const data = Buffer.from(stored.encrypted_data, "base64");
    await fc.assert(
      fc.asyncProperty(fc.nat(data.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, mask, isCut) => {
        const changed = isCut ? data.subarray(0, at) : Buffer.from(data.map((byte, i) => (i === at ? byte ^ mask : byte)));
        const payload = bytes(JSON.stringify({ ...stored, encrypted_data: changed.toString("base64") }));
        expect(await failure(cipher(gcm(fixed(3))).decrypt(payload))).toContain("DVT5011");
      }),
    );
  });

  it("says a sentence to any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), async (some) => {
        expect(await failure(cipher(gcm(fixed(3))).decrypt(some))).toContain("DVT5011");
      }),
    );
  });
});

describe("a stage whose state is encrypted", () => {
  const program = async (app: App) => {
    await app.thing("A");
    return {};
  };
  const memory = (): StateStorage & { stored: Uint8Array | undefined; writes: number } => ({
    place: "memory",
    stored: undefined,
    writes: 0,
    async read() {
      return this.stored;
    },
    async write(written) {
      this.stored = written;
      this.writes++;
    },
  });

  it("stores nothing in clear, and moves from none to one key and from one to another without a change", async () => {
    const storage = memory();
    const stage = (...methods: readonly Method[]) =>
      new TestStage({ world: first.world, files: first.files, storage: () => encryptedStorage(storage, cipher(...methods)) });
    const first = new TestStage({ storage: () => encryptedStorage(storage, cipher(PLAIN)) });
    await first.deployed(program);
    expect(text(storage.stored ?? bytes(""))).toContain('"test_thing"');

    await stage(gcm(fixed(1)), PLAIN).deployed(program);
    expect(text(storage.stored ?? bytes(""))).not.toContain("test_thing");
    await stage(gcm(fixed(2)), gcm(fixed(1))).deployed(program);
    const moved = stage(gcm(fixed(2)));
    expect(actions(await moved.plan(program))).toEqual([]);
    const { writes } = storage;
    await moved.deployed(program);
    expect(storage.writes).toBe(writes);

    await expect(stage(gcm(fixed(1))).plan(program)).rejects.toThrow("DVT5011");
    await stage(PLAIN, gcm(fixed(2))).deployed(program);
    expect(text(storage.stored ?? bytes(""))).toContain('"test_thing"');
  });

  it("refuses a state whose outside was changed, and takes an encrypted one that is pushed", async () => {
    const storage = memory();
    const stage = new TestStage({ storage: () => encryptedStorage(storage, cipher(gcm(fixed(1)))) });
    await stage.deployed(program);
    const stored = storage.stored ?? bytes("");
    const json = JSON.parse(text(stored));
    for (const [change, said] of [
      [{ serial: 99 }, "serial field mismatch 99 vs 1"],
      [{ lineage: "other" }, "lineage field mismatch other vs"],
    ] as const) {
      storage.stored = bytes(JSON.stringify({ ...json, ...change }));
      await expect(stage.plan(program)).rejects.toThrow(said);
    }
    storage.stored = stored;
    await stage.engine.state.push(text(stored));
    expect(actions(await stage.plan(program))).toEqual([]);
  });
});
