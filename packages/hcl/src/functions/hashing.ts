import { constants, createHash, createPrivateKey, type KeyObject, privateDecrypt } from "node:crypto";
import bcryptjs from "bcryptjs";
import { textOf } from "../values/contents.ts";
import { goQuote } from "../values/go-quote.ts";
import { NUMBER, STRING } from "../values/type.ts";
import { stringVal, type Val } from "../values/value.ts";
import { integerOf } from "./argument-numbers.ts";
import { decodeBase64 } from "./base64.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import type { FunctionHost } from "./host.ts";
import { type FunctionTable, parameter } from "./parameters.ts";

/** Each hash function by what it answers: the algorithm and how its digest is written. */
export const DIGESTS = {
  base64sha256: ["sha256", "base64"],
  base64sha512: ["sha512", "base64"],
  md5: ["md5", "hex"],
  sha1: ["sha1", "hex"],
  sha256: ["sha256", "hex"],
  sha512: ["sha512", "hex"],
} as const;

export function digest(bytes: Uint8Array, name: keyof typeof DIGESTS): string {
  const [algorithm, encoding] = DIGESTS[name];
  return createHash(algorithm).update(bytes).digest(encoding);
}

function hash(name: keyof typeof DIGESTS): LanguageFunction {
  const [algorithm, encoding] = DIGESTS[name];
  return {
    description: `The ${algorithm} digest of a text's UTF-8 bytes, in ${encoding}.`,
    parameters: [parameter("str", STRING)],
    returns: STRING,
    isNeverNull: true,
    implementation: ([text]) => stringVal(digest(Buffer.from(textOf(text)), name)),
  };
}

const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ["dns", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"],
  ["url", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"],
  ["oid", "6ba7b812-9dad-11d1-80b4-00c04fd430c8"],
  ["x500", "6ba7b814-9dad-11d1-80b4-00c04fd430c8"],
]);

function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** The sixteen bytes of a UUID: plain, in braces, after `urn:uuid:` or without hyphens. @throws FunctionError */
function uuidBytes(text: string): Uint8Array {
  const why = (reason: string): FunctionError => new FunctionError(`uuidv5() doesn't support namespace ${text} (${reason})`);
  const length = Buffer.byteLength(text);
  const isUrn = length === 45;
  if (isUrn && text.slice(0, 9).toLowerCase() !== "urn:uuid:") throw why(`invalid urn prefix: ${goQuote(text.slice(0, 9))}`);
  if (![32, 36, 38, 45].includes(length)) throw why(`invalid UUID length: ${length}`);
  const body = isUrn ? text.slice(9) : length === 38 ? text.slice(1, 37) : text;
  const shape =
    length === 32 ? /^[0-9a-fA-F]{32}$/ : /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;
  if (!shape.test(body)) throw why("invalid UUID format");
  return Buffer.from(body.replaceAll("-", ""), "hex");
}

function uuidv5(namespace: string, name: string): string {
  const bytes = createHash("sha1")
    .update(uuidBytes(NAMESPACES.get(namespace) ?? namespace))
    .update(name)
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return uuidText(bytes);
}

const COST = { default: 10, least: 4, most: 31 };
const PASSWORD_BYTES_MAX = 72;

function bcrypt(text: string, costGiven: number, salt: Uint8Array): string {
  const failed = (why: string): FunctionError => new FunctionError(`error occurred generating password ${why}`);
  if (Buffer.byteLength(text) > PASSWORD_BYTES_MAX) throw failed(`bcrypt: password length exceeds ${PASSWORD_BYTES_MAX} bytes`);
  if (costGiven > COST.most)
    throw failed(`crypto/bcrypt: cost ${costGiven} is outside allowed inclusive range ${COST.least}..${COST.most}`);
  const cost = costGiven < COST.least ? COST.default : costGiven;
  const prefix = `$2a$${String(cost).padStart(2, "0")}$`;
  return bcryptjs.hashSync(text, prefix + bcryptjs.encodeBase64([...salt], salt.length));
}

function privateKeyOf(text: string): KeyObject {
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    throw new FunctionError("invalid private key: ssh: no key found", 1);
  }
  throw new FunctionError("invalid private key type", 1);
}

function rsadecrypt(ciphertext: string, keyText: string): string {
  const bytes = decodeBase64(ciphertext);
  if (bytes === undefined) {
    throw new FunctionError(`failed to decode input ${goQuote(ciphertext)}: cipher text must be base64-encoded`, 0);
  }
  const message = unpadded(decryptedBlock(privateKeyOf(keyText), bytes));
  if (message === undefined) throw new FunctionError("failed to decrypt: crypto/rsa: decryption error");
  return Buffer.from(message).toString();
}

function decryptedBlock(key: KeyObject, bytes: Uint8Array): Uint8Array {
  try {
    return privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, bytes);
  } catch {
    return new Uint8Array();
  }
}
/** What follows 0, 2, at least eight bytes of padding and 0 (PKCS #1 v1.5). */
function unpadded(block: Uint8Array): Uint8Array | undefined {
  const end = block.indexOf(0, 2);
  return block[0] === 0 && block[1] === 2 && end >= 10 ? block.subarray(end + 1) : undefined;
}

/** Hashes, identifiers and secrets; `uuid` and `bcrypt` draw from the host. */
export function hashFunctions(host: FunctionHost): FunctionTable {
  const fixed = Object.fromEntries((Object.keys(DIGESTS) as (keyof typeof DIGESTS)[]).map((name) => [name, hash(name)]));
  const text = (
    implementation: (arguments_: readonly Val[]) => string,
    description: string,
    ...names: readonly string[]
  ): LanguageFunction => ({
    description,
    parameters: names.map((name) => parameter(name, STRING)),
    returns: STRING,
    isNeverNull: true,
    implementation: (arguments_) => stringVal(implementation(arguments_)),
  });
  return {
    ...fixed,
    bcrypt: {
      ...text(
        ([password, cost, ...more]) => {
          const chosen = cost === undefined ? COST.default : integerOf(cost);
          if (more.length > 0) throw new FunctionError("bcrypt() takes no more than two arguments");
          return bcrypt(textOf(password), chosen, host.random.bytes(16));
        },
        "A password's bcrypt hash; unknown in a plan.",
        "str",
      ),
      variadic: parameter("cost", NUMBER),
    },
    rsadecrypt: text(
      ([cipher, key]) => rsadecrypt(textOf(cipher), textOf(key)),
      "What a private RSA key decrypts.",
      "ciphertext",
      "privatekey",
    ),
    uuid: text(() => uuidText(host.random.bytes(16)), "Random bytes in the form of a UUID; unknown in a plan."),
    uuidv5: text(
      ([namespace, name]) => uuidv5(textOf(namespace), textOf(name)),
      "The UUID of a name in a namespace.",
      "namespace",
      "name",
    ),
  };
}
