import { createHash } from "node:crypto";
import { errorDiagnostic, isList, type Random, randomUuid, seededRandom, type Value, type ValueObject } from "@dovetail/model";
import { atLeast, failure } from "../invalid.ts";
import type { UtilityDataSource, UtilityModule, UtilityOptions, UtilityResource } from "../utility.ts";
import { numeric, text } from "../values.ts";
import { below, planPassword, randomPassword, shuffle, validatePassword } from "./password.ts";
import { ADJECTIVES, ADVERBS, NAMES } from "./words.ts";

/** bcrypt takes at most this many bytes of a password. */
const BCRYPT_BYTES_MAX = 72;
const BCRYPT_COST = 10;

const id: UtilityResource = {
  type: "random_id",
  validate: (config) => atLeast(config, "byte_length", 1),
  create: async ({ random }, planned) =>
    idAttributes(Buffer.from(random.bytes(numeric(planned, "byte_length") ?? 0)), text(planned, "prefix") ?? ""),
  importState(given) {
    const at = given.lastIndexOf(",");
    if (!/^[\w-]+$/.test(given.slice(at + 1))) {
      throw failure("Import Random ID Error", `The id ${JSON.stringify(given)} is no base64url; expected [PREFIX,]BASE64URL`);
    }
    const prefix = at < 0 ? "" : given.slice(0, at);
    const bytes = Buffer.from(given.slice(at + 1), "base64url");
    return { ...idAttributes(bytes, prefix), byte_length: bytes.byteLength, ...(at < 0 ? {} : { prefix }) };
  },
};

function idAttributes(bytes: Buffer, prefix: string): ValueObject {
  const hex = bytes.toString("hex");
  return {
    id: bytes.toString("base64url"),
    b64_url: prefix + bytes.toString("base64url"),
    b64_std: prefix + bytes.toString("base64"),
    hex: prefix + hex,
    dec: prefix + BigInt(`0x${hex === "" ? "0" : hex}`).toString(),
  };
}

const string: UtilityResource = {
  type: "random_string",
  validate: validatePassword,
  plan: planPassword,
  async create({ random }, planned) {
    const result = randomPassword(random, planned);
    return { id: result, result };
  },
  importState: (result) => ({ id: result, result, length: Buffer.byteLength(result), ...IMPORTED }),
  upgrade: (_options, _version, state) => upgradeGroups(state),
};

/** Versions before 3 had no `numeric`; before 2 their groups could be unset, and before 1 a password had no hash. */
function upgradeGroups(state: ValueObject): ValueObject {
  const given = (name: keyof typeof IMPORTED): Value => state[name] ?? null;
  const numericGiven = given("numeric") ?? given("number") ?? true;
  const filled = Object.entries(IMPORTED).map(([name, value]): [string, Value] => [name, state[name] ?? value]);
  const result = text(state, "result") ?? "";
  return {
    ...state,
    ...Object.fromEntries(filled),
    numeric: numericGiven,
    number: numericGiven,
    length: state.length ?? [...result].length,
  };
}

const IMPORTED = {
  lower: true,
  upper: true,
  numeric: true,
  number: true,
  special: true,
  min_lower: 0,
  min_upper: 0,
  min_numeric: 0,
  min_special: 0,
};

const password: UtilityResource = {
  type: "random_password",
  validate: validatePassword,
  plan: planPassword,
  async create({ random }, planned) {
    const result = randomPassword(random, planned);
    return { id: "none", result, bcrypt_hash: await bcryptHash(random, result) };
  },
  importState: async (result, { random }) => ({
    id: "none",
    result,
    length: Buffer.byteLength(result),
    bcrypt_hash: await bcryptHash(random, result),
    ...IMPORTED,
  }),
  async upgrade({ random }, _version, state) {
    const result = text(state, "result");
    const isHashed = text(state, "bcrypt_hash") !== undefined || result === undefined;
    return { ...upgradeGroups(state), ...(isHashed ? {} : { bcrypt_hash: await bcryptHash(random, result) }) };
  },
};

async function bcryptHash(random: Random, result: string): Promise<string> {
  const { default: bcrypt } = await import("bcryptjs");
  const salt = `$2a$${String(BCRYPT_COST).padStart(2, "0")}$${bcrypt.encodeBase64([...random.bytes(16)], 16)}`;
  return bcrypt.hash(Buffer.from(result).subarray(0, BCRYPT_BYTES_MAX).toString(), salt);
}

const bytes: UtilityResource = {
  type: "random_bytes",
  validate: (config) => atLeast(config, "length", 1),
  async create({ random }, planned) {
    const drawn = Buffer.from(random.bytes(numeric(planned, "length") ?? 0));
    return { base64: drawn.toString("base64"), hex: drawn.toString("hex") };
  },
  importState(base64) {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw failure("Import Random bytes Error", "The value supplied is no base64.");
    const given = Buffer.from(base64, "base64");
    return { base64, hex: given.toString("hex"), length: given.byteLength };
  },
};

const bytesOnce: UtilityDataSource = {
  type: "random_bytes",
  validate: (config) => bytes.validate?.(config) ?? [],
  read: (options, config) => bytes.create(options, config),
};

/** A password that nothing keeps. */
const passwordOnce: UtilityDataSource = {
  type: "random_password",
  validate: validatePassword,
  async read({ random }, config) {
    const { number: _old, ...defaults } = IMPORTED;
    const whole = Object.fromEntries(
      Object.entries(defaults).map(([name, value]): [string, Value] => [name, config[name] ?? value]),
    );
    const result = randomPassword(random, { ...config, ...whole });
    return { ...whole, result, bcrypt_hash: await bcryptHash(random, result) };
  },
};

const integer: UtilityResource = {
  type: "random_integer",
  validate(config) {
    const [min, max] = [numeric(config, "min"), numeric(config, "max")];
    if (min === undefined || max === undefined || min <= max) return [];
    return [
      errorDiagnostic("DVT3001", "Invalid configuration", {
        detail: "The minimum (min) value needs to be smaller than or equal to maximum (max) value.",
        attribute: "min",
      }),
    ];
  },
  async create(options, planned) {
    const [min, max] = [numeric(planned, "min") ?? 0, numeric(planned, "max") ?? 0];
    const result = min + below(seeded(options, planned), max - min + 1);
    return { id: String(result), result };
  },
  importState(given) {
    const [result = "", min = "", max = "", seed, ...more] = given.split(",");
    if ([result, min, max].some((part) => !/^-?\d+$/.test(part)) || more.length > 0) {
      const usage = "Invalid import usage: expecting {result},{min},{max} or {result},{min},{max},{seed}";
      throw failure("Import Random Integer Error", usage);
    }
    return { id: result, result: Number(result), min: Number(min), max: Number(max), ...(seed === undefined ? {} : { seed }) };
  },
};

const shuffled: UtilityResource = {
  type: "random_shuffle",
  async create(options, planned) {
    const input = planned.input ?? [];
    const items = isList(input) ? input : [];
    const random = seeded(options, planned);
    const count = numeric(planned, "result_count") ?? items.length;
    const result = [];
    while (items.length > 0 && result.length < count) result.push(...shuffle(random, items).slice(0, count - result.length));
    return { id: "-", result };
  },
};

/** The same seed draws the same; it is another generator than the real provider's. */
function seeded({ random }: UtilityOptions, planned: ValueObject): Random {
  const seed = text(planned, "seed");
  if (seed === undefined || seed === "") return random;
  return seededRandom(createHash("sha256").update(seed).digest().readUInt32BE());
}

const pet: UtilityResource = {
  type: "random_pet",
  async create({ random }, planned) {
    const length = numeric(planned, "length") ?? 2;
    const draw = (list: readonly string[]) => list[below(random, list.length)] ?? "";
    const words = Array.from({ length }, (_, i) =>
      i === length - 1 ? draw(NAMES) : i === length - 2 ? draw(ADJECTIVES) : draw(ADVERBS),
    );
    const prefix = text(planned, "prefix");
    const separator = text(planned, "separator") ?? "-";
    return { id: [...(prefix === undefined || prefix === "" ? [] : [prefix]), ...words].join(separator) };
  },
};

const uuid = (type: string, draw: (options: UtilityOptions) => string): UtilityResource => ({
  type,
  async create(options) {
    const result = draw(options);
    return { id: result, result };
  },
  importState(given) {
    const result = given.toLowerCase();
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(result)) {
      throw failure("Import Random UUID Error", `${JSON.stringify(given)} is no UUID.`);
    }
    return { id: result, result };
  },
});

/** RFC 9562, section 5.7: 48 bits of milliseconds, then random ones. */
function uuid7({ clock, random }: UtilityOptions): string {
  const raw = Buffer.from(random.bytes(16));
  raw.writeUIntBE(clock.now(), 0, 6);
  raw[6] = ((raw[6] ?? 0) & 0x0f) | 0x70;
  raw[8] = ((raw[8] ?? 0) & 0x3f) | 0x80;
  return raw.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The `random` provider: values that are drawn once and kept in the state. */
export const module: UtilityModule = {
  resources: [
    bytes,
    id,
    integer,
    password,
    pet,
    shuffled,
    string,
    uuid("random_uuid", ({ random }) => randomUuid(random)),
    uuid("random_uuid4", ({ random }) => randomUuid(random)),
    uuid("random_uuid7", uuid7),
  ],
  dataSources: [],
  ephemerals: [bytesOnce, passwordOnce],
};
