/** What each key spec can do. KMS developer guide, "Key spec reference" and "SYMMETRIC_DEFAULT, RSA, elliptic curve, HMAC key specs". */
export interface SpecRow {
  readonly usages: readonly string[];
  readonly encryption?: readonly string[];
  readonly signing?: readonly string[];
  readonly mac?: readonly string[];
  readonly agreement?: readonly string[];
  /** How the material is made. */
  readonly make:
    | { readonly kind: "bytes"; readonly length: number }
    | { readonly kind: "rsa"; readonly bits: number }
    | { readonly kind: "ec"; readonly curve: string }
    | { readonly kind: "ed25519" }
    | { readonly kind: "ml-dsa-44" | "ml-dsa-65" | "ml-dsa-87" };
}

const RSA_SIGNING = [
  "RSASSA_PKCS1_V1_5_SHA_256",
  "RSASSA_PKCS1_V1_5_SHA_384",
  "RSASSA_PKCS1_V1_5_SHA_512",
  "RSASSA_PSS_SHA_256",
  "RSASSA_PSS_SHA_384",
  "RSASSA_PSS_SHA_512",
];

function rsa(bits: number): SpecRow {
  return {
    usages: ["ENCRYPT_DECRYPT", "SIGN_VERIFY"],
    encryption: ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
    signing: RSA_SIGNING,
    make: { kind: "rsa", bits },
  };
}

function ec(curve: string, signing: string, agrees = true): SpecRow {
  return {
    usages: agrees ? ["SIGN_VERIFY", "KEY_AGREEMENT"] : ["SIGN_VERIFY"],
    signing: [signing],
    ...(agrees ? { agreement: ["ECDH"] } : {}),
    make: { kind: "ec", curve },
  };
}

function hmac(bits: number): SpecRow {
  return { usages: ["GENERATE_VERIFY_MAC"], mac: [`HMAC_SHA_${bits}`], make: { kind: "bytes", length: bits / 8 } };
}

function mlDsa(size: 44 | 65 | 87): SpecRow {
  return { usages: ["SIGN_VERIFY"], signing: ["ML_DSA_SHAKE_256"], make: { kind: `ml-dsa-${size}` } };
}

/** SM2 exists in China's regions only. */
export const SPECS: { readonly [spec: string]: SpecRow } = {
  SYMMETRIC_DEFAULT: { usages: ["ENCRYPT_DECRYPT"], encryption: ["SYMMETRIC_DEFAULT"], make: { kind: "bytes", length: 32 } },
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: ec("prime256v1", "ECDSA_SHA_256"),
  ECC_NIST_P384: ec("secp384r1", "ECDSA_SHA_384"),
  ECC_NIST_P521: ec("secp521r1", "ECDSA_SHA_512"),
  ECC_SECG_P256K1: ec("secp256k1", "ECDSA_SHA_256", false),
  ECC_NIST_EDWARDS25519: {
    usages: ["SIGN_VERIFY"],
    signing: ["ED25519_SHA_512", "ED25519_PH_SHA_512"],
    make: { kind: "ed25519" },
  },
  ML_DSA_44: mlDsa(44),
  ML_DSA_65: mlDsa(65),
  ML_DSA_87: mlDsa(87),
  HMAC_224: hmac(224),
  HMAC_256: hmac(256),
  HMAC_384: hmac(384),
  HMAC_512: hmac(512),
};

export function specRow(spec: string): SpecRow | undefined {
  return Object.hasOwn(SPECS, spec) ? SPECS[spec] : undefined;
}

export function isSymmetric(spec: string): boolean {
  return spec === "SYMMETRIC_DEFAULT";
}

/** An algorithm's digest, as Node names it: `ECDSA_SHA_384` -> `sha384`. */
export function digestOf(algorithm: string): string {
  return `sha${/_(1|224|256|384|512)$/.exec(algorithm)?.[1] ?? "256"}`;
}
