import type { KeyObject } from "node:crypto";
import { type Diagnostic, isList, type MutableValueObject, UNKNOWN, type ValueObject } from "@dovetail/model";
import { atLeast, eachFilled, eachOneOf, failure, invalid, isGiven, oneOf } from "../invalid.ts";
import type { UtilityDataSource, UtilityModule, UtilityOptions, UtilityResource } from "../utility.ts";
import { numeric, text } from "../values.ts";
import { certificateData } from "./certificate-data.ts";
import { isReady, issueCertificate } from "./certificates.ts";
import { ALLOWED_USES, generalNames } from "./extensions.ts";
import {
  ALGORITHMS,
  algorithmOf,
  CURVES,
  generateKey,
  hashForState,
  parseOpenSshPrivateKey,
  parsePrivateKey,
  privateAttributes,
  publicAttributes,
} from "./keys.ts";
import { nameOf } from "./names.ts";
import { derOf, pemOf } from "./pem.ts";
import { certificateRequest, isSignedByItself, keyIdOf, parseCertificate, parseRequest, spkiOf } from "./x509.ts";

/** Behaviour after terraform-provider-tls 4.2 (docs and source, read 2026-11). */
const PEM_TEXT = /^-----BEGIN [A-Za-z ]+-----\n[\s\S]+\n-----END [A-Za-z ]+-----\n?$/;

const privateKey: UtilityResource = {
  type: "tls_private_key",
  validate: (config) => [...oneOf(config, "algorithm", ALGORITHMS), ...oneOf(config, "ecdsa_curve", [...CURVES.keys()])],
  async create({ random }, planned) {
    const key = await saying("Unable to generate Key from configuration", () => generateKey(planned));
    return { ...privateAttributes(key, random), ...publicAttributes(key) };
  },
  // Version 0 had neither OpenSSH's form, nor PKCS #8, nor a fingerprint of SHA-256.
  upgrade({ random }, version, state) {
    const pem = text(state, "private_key_pem");
    if (version > 0 || pem === undefined) return state;
    const key = parsePrivateKey(pem);
    return { ...state, ...privateAttributes(key, random), private_key_pem: pem, ...publicAttributes(key) };
  },
};

/** A key that nothing keeps. */
const privateKeyOnce: UtilityDataSource = {
  type: "tls_private_key",
  validate: (config) => privateKey.validate?.(config) ?? [],
  async read(options, config) {
    const { id: _id, ...key } = await privateKey.create(options, config);
    const defaults: ValueObject = { rsa_bits: config.rsa_bits ?? 2048, ecdsa_curve: config.ecdsa_curve ?? "P224" };
    return { ...defaults, ...key };
  },
};

const request: UtilityResource = {
  type: "tls_cert_request",
  updatable: ["private_key_pem"],
  validate: validateNames,
  replaces: (prior, planned) => changedPems(prior, planned, ["private_key_pem"]),
  async create(_options, planned) {
    const key = await keyOf(planned, "private_key_pem", "Failed to parse private key PEM");
    const der = await saying("Error creating certificate request", () =>
      certificateRequest(nameOf(planned), key, generalNames(planned)),
    );
    return {
      id: hashForState(der),
      key_algorithm: algorithmOf(key),
      cert_request_pem: pemOf("CERTIFICATE REQUEST", der),
    };
  },
  update: async () => ({}),
};

function validateNames(config: ValueObject): readonly Diagnostic[] {
  return [...eachFilled(config, "ip_addresses"), ...eachFilled(config, "uris"), ...validateSubject(config)];
}

function validateSubject(config: ValueObject): readonly Diagnostic[] {
  const blocks = config.subject ?? null;
  const count = isList(blocks) ? blocks.length : 0;
  return count <= 1 ? [] : [invalid("subject", `Attribute subject list must contain at most 1 elements, got: ${count}`)];
}

const selfSigned: UtilityResource = certificateResource("tls_self_signed_cert", {
  pems: ["private_key_pem"],
  validate: validateNames,
  async create(options, planned) {
    const key = await keyOf(planned, "private_key_pem", "Failed to parse private key PEM");
    const spki = spkiOf(key);
    const subject = nameOf(planned);
    const names = await saying("Invalid subject alternative name", () => generalNames(planned));
    const wantsAuthority = planned.set_authority_key_id === true;
    const hasKeyId = planned.is_ca_certificate === true || planned.set_subject_key_id === true;
    if (wantsAuthority && !hasKeyId)
      throw failure("Invalid Certificate Authority", "Could not determine Authority Key Identifier");
    const authorityKeyId = wantsAuthority ? keyIdOf(spki) : undefined;
    const made = issueCertificate(options, planned, { subject, issuer: subject, spki, names, issuerKey: key, authorityKeyId });
    return { ...made, key_algorithm: algorithmOf(key) };
  },
});

const locallySigned: UtilityResource = certificateResource("tls_locally_signed_cert", {
  pems: ["ca_private_key_pem", "ca_cert_pem", "cert_request_pem"],
  validate: () => [],
  async create(options, planned) {
    const wanted = await saying("Failed to parse certificate request PEM", () => {
      const der = derOf(text(planned, "cert_request_pem") ?? "", "CERTIFICATE REQUEST");
      return within("failed to parse certificate request", () => ({ ...parseRequest(der), isProven: isSignedByItself(der) }));
    });
    if (!wanted.isProven) throw failure("Failed to parse certificate request PEM", "the request is not signed with its own key");
    const key = await keyOf(planned, "ca_private_key_pem", "Failed to parse CA private key PEM");
    const authority = await saying("Failed to parse CA certificate PEM", () => {
      const der = derOf(text(planned, "ca_cert_pem") ?? "", "CERTIFICATE");
      return within("failed to parse certificate", () => parseCertificate(der));
    });
    if (!authority.publicKey.equals(spkiOf(key))) {
      throw failure("Failed to create certificate", "x509: provided PrivateKey doesn't match parent's PublicKey");
    }
    const made = issueCertificate(options, planned, {
      subject: wanted.subject,
      issuer: authority.subject,
      spki: wanted.publicKey,
      names: wanted.names,
      issuerKey: key,
      authorityKeyId: authority.subject.equals(wanted.subject) ? undefined : subjectKeyIdOf(authority),
    });
    return { ...made, ca_key_algorithm: algorithmOf(key) };
  },
});

function subjectKeyIdOf({ extensions }: ReturnType<typeof parseCertificate>): Buffer | undefined {
  const content = extensions.get("2.5.29.14");
  return content?.subarray(2);
}

interface CertificateRules {
  /** Attributes that replace only where the state holds PEM: the real provider's old states held hashes of it. */
  readonly pems: readonly string[];
  validate(config: ValueObject): readonly Diagnostic[];
  create(options: UtilityOptions, planned: ValueObject): Promise<ValueObject>;
}

/** What both certificates share: they are ready for renewal by the clock, and then replaced. */
function certificateResource(type: string, { pems, validate, create }: CertificateRules): UtilityResource {
  return {
    type,
    updatable: ["early_renewal_hours", ...pems],
    validate: (config) => [
      ...validate(config),
      ...atLeast(config, "validity_period_hours", 0),
      ...atLeast(config, "early_renewal_hours", 0),
      ...atLeast(config, "max_path_length", -1),
      ...eachOneOf(config, "allowed_uses", ALLOWED_USES),
    ],
    plan(prior, planned, _config, options) {
      const out: MutableValueObject = { ...planned, ready_for_renewal: false };
      if (prior !== null && mustRenew(prior, planned, options)) out.ready_for_renewal = UNKNOWN;
      return out;
    },
    replaces: (prior, planned, options) => [
      ...changedPems(prior, planned, pems),
      ...(mustRenew(prior, planned, options) ? ["ready_for_renewal"] : []),
    ],
    create,
    update: async () => ({}),
    read: async (options, state) =>
      isReady(options, state, numeric(state, "early_renewal_hours")) ? { ...state, ready_for_renewal: true } : state,
  };
}

function mustRenew(prior: ValueObject, planned: ValueObject, options: UtilityOptions): boolean {
  return prior.ready_for_renewal === true || isReady(options, prior, numeric(planned, "early_renewal_hours"));
}

function changedPems(prior: ValueObject, planned: ValueObject, names: readonly string[]): readonly string[] {
  return names.filter((name) => prior[name] !== planned[name] && PEM_TEXT.test(text(prior, name) ?? ""));
}

function keyOf(planned: ValueObject, name: string, summary: string): Promise<KeyObject> {
  return saying(summary, () => parsePrivateKey(text(planned, name) ?? ""));
}

/** Does work; what goes wrong in it is told under the real provider's summary. */
async function saying<T>(summary: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(summary, error instanceof Error ? error.message : String(error));
  }
}

function within<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${doing}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const publicKeyData: UtilityDataSource = {
  type: "tls_public_key",
  validate(config) {
    const given = ["private_key_pem", "private_key_openssh"].filter((name) => isGiven(config, name));
    if (given.length === 1) return [];
    const names = "[private_key_pem,private_key_openssh]";
    const problem =
      given.length === 0
        ? `No attribute specified when one (and only one) of ${names} is required`
        : `${given.length} attributes specified when one (and only one) of ${names} is required`;
    return [invalid("private_key_pem", problem, "Invalid Attribute Combination")];
  },
  async read(_options, config) {
    const key = await saying("Unable to parse private key", () => {
      const pem = text(config, "private_key_pem");
      return pem === undefined ? parseOpenSshPrivateKey(text(config, "private_key_openssh") ?? "") : parsePrivateKey(pem);
    });
    return { algorithm: algorithmOf(key), ...publicAttributes(key) };
  },
};

/** The `tls` provider. */
export const module: UtilityModule = {
  resources: [privateKey, request, selfSigned, locallySigned],
  dataSources: [certificateData, publicKeyData],
  ephemerals: [privateKeyOnce, publicKeyData],
};
