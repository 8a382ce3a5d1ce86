import {
  type Cipher,
  createCipher,
  type KeyProvider,
  type KmsAccess,
  kmsKeys,
  type Method,
  type Pbkdf2Settings,
  pbkdf2Keys,
} from "@dovetail/engine";
import { type Diagnostic, errorDiagnostic, type Random, type ValueObject } from "@dovetail/model";
import type { EncryptionConfig, EncryptionTarget, KeyProviderConfig } from "./encryption-config.ts";

/** What encrypts and decrypts as a configuration says. */
export interface Ciphers {
  readonly state?: Cipher;
  readonly plan?: Cipher;
  readonly remoteStates?: Cipher;
}

export interface CipherSurroundings {
  readonly random: Random;
  /** KMS as the arguments of a key provider describe it. */
  kms(settings: ValueObject): KmsAccess;
}

/** What OpenTofu asks of a passphrase and of the derivation. Source: `keyprovider/pbkdf2/config.go` (MPL, read 2026-11). */
const PASSPHRASE_MIN = 16;
const ITERATIONS_MIN = 200_000;
const DEFAULTS = { keyLength: 32, iterations: 600_000, saltLength: 32 };

/** What is wrong with key providers and methods that are used. */
export function checkEncryption(config: EncryptionConfig): readonly Diagnostic[] {
  const problems: string[] = [];
  for (const target of [config.state, config.plan, config.remoteStates]) {
    for (const address of target?.methods ?? []) {
      const method = config.methods.get(address);
      if (method === undefined) problems.push(`There is no ${address} in the encryption block.`);
      else if (method.type === "aes_gcm" && !config.keyProviders.has(method.keys))
        problems.push(`There is no ${method.keys} in the encryption block, which ${address} has its keys from.`);
    }
  }
  for (const [address, provider] of config.keyProviders) problems.push(...keyProviderProblems(address, provider));
  return problems.map((detail) => errorDiagnostic("DVT2028", "Invalid encryption configuration", { detail }));
}

function keyProviderProblems(address: string, { type, settings }: KeyProviderConfig): readonly string[] {
  if (type === "aws_kms") return [];
  const { passphrase, iterations, keyLength, saltLength, hashFunction } = pbkdf2Settings(settings);
  const problems = [
    passphrase === "" ? "no passphrase provided" : undefined,
    passphrase !== "" && Buffer.byteLength(passphrase) < PASSPHRASE_MIN
      ? `passphrase is too short (minimum ${PASSPHRASE_MIN} characters)`
      : undefined,
    iterations < ITERATIONS_MIN
      ? `the number of iterations is dangerously low (<${ITERATIONS_MIN}), refusing to generate key`
      : undefined,
    keyLength <= 0 ? "the key length must be larger than zero" : undefined,
    saltLength <= 0 ? "the salt length must be larger than zero" : undefined,
    hashFunction === undefined ? `invalid hash function name: ${String(settings.hash_function)}` : undefined,
  ];
  return problems.flatMap((problem) => (problem === undefined ? [] : [`${address}: ${problem}.`]));
}

function pbkdf2Settings(settings: ValueObject): Omit<Pbkdf2Settings, "hashFunction"> & Partial<Pbkdf2Settings> {
  const number = (name: string, otherwise: number) => (typeof settings[name] === "number" ? settings[name] : otherwise);
  const hash = settings.hash_function ?? "sha512";
  return {
    passphrase: typeof settings.passphrase === "string" ? settings.passphrase : "",
    keyLength: number("key_length", DEFAULTS.keyLength),
    iterations: number("iterations", DEFAULTS.iterations),
    saltLength: number("salt_length", DEFAULTS.saltLength),
    ...(hash === "sha256" || hash === "sha512" ? { hashFunction: hash } : {}),
  };
}

/** Of a configuration that `checkEncryption` has nothing to say of. */
export function createCiphers(config: EncryptionConfig, around: CipherSurroundings): Ciphers {
  const providers = new Map<string, KeyProvider>();
  const keysOf = (address: string): KeyProvider => {
    const known = providers.get(address) ?? keyProvider(config.keyProviders.get(address), around);
    providers.set(address, known);
    return known;
  };
  const cipher = (name: string, target: EncryptionTarget | undefined) =>
    target === undefined
      ? undefined
      : createCipher(
          target.methods.flatMap((address) => methodOf(config, address, keysOf)),
          { name, random: around.random },
        );
  const [state, plan, remoteStates] = [
    cipher("state", config.state),
    cipher("plan", config.plan),
    cipher("remote state", config.remoteStates),
  ];
  return {
    ...(state === undefined ? {} : { state }),
    ...(plan === undefined ? {} : { plan }),
    ...(remoteStates === undefined ? {} : { remoteStates }),
  };
}

function methodOf(config: EncryptionConfig, address: string, keysOf: (address: string) => KeyProvider): readonly Method[] {
  const method = config.methods.get(address);
  if (method === undefined) return [];
  if (method.type === "unencrypted") return [{ kind: "unencrypted" }];
  const { keys, aad } = method;
  const metaName = config.keyProviders.get(keys)?.metaName ?? keys;
  return [{ kind: "aes_gcm", keys: keysOf(keys), metaName, ...(aad === undefined ? {} : { aad: Uint8Array.from(aad) }) }];
}

function keyProvider(config: KeyProviderConfig | undefined, { random, kms }: CipherSurroundings): KeyProvider {
  if (config === undefined) throw new Error("a method without its key provider");
  if (config.type === "aws_kms") return kmsKeys(kms(config.settings));
  const { hashFunction = "sha512", ...settings } = pbkdf2Settings(config.settings);
  return pbkdf2Keys({ ...settings, hashFunction }, random);
}
