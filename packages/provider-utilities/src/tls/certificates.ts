import type { KeyObject } from "node:crypto";
import type { ValueObject } from "@dovetail/model";
import { failure } from "../invalid.ts";
import type { UtilityOptions } from "../utility.ts";
import { numeric, text, texts } from "../values.ts";
import { alternativeNames, authorityKeyId, basicConstraints, subjectKeyId, usageExtensions } from "./extensions.ts";
import { isEmptyName } from "./names.ts";
import { pemOf } from "./pem.ts";
import { certificate, keyIdOf } from "./x509.ts";

const HOUR_MS = 3_600_000;
const SERIAL_BYTES = 16;

/** Who is certified, and by whom. Names are DER; `spki` is the certified public key. */
export interface Certified {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly spki: Buffer;
  readonly names: readonly Buffer[];
  readonly issuerKey: KeyObject;
  readonly authorityKeyId: Buffer | undefined;
}

/** Makes the certificate that a configuration asks for; its computed attributes. */
export function issueCertificate({ clock, random }: UtilityOptions, planned: ValueObject, certified: Certified): ValueObject {
  const isCa = planned.is_ca_certificate === true;
  if (isCa && isEmptyName(certified.subject)) {
    throw failure(
      "Invalid Certificate Subject",
      "Must contain at least one Distinguished Name when creating Certificate Authority (CA)",
    );
  }
  const serial = BigInt(`0x${Buffer.from(random.bytes(SERIAL_BYTES)).toString("hex")}`);
  const notBeforeMs = clock.now();
  const notAfterMs = notBeforeMs + (numeric(planned, "validity_period_hours") ?? 0) * HOUR_MS;
  if (notAfterMs >= Date.UTC(10_000, 0)) throw failure("Failed to create certificate", "the validity ends after the year 9999");
  const { subject, issuer, spki: publicKey, issuerKey } = certified;
  const extensions = extensionsOf(planned, certified, isCa);
  const der = certificate({ serial, issuer, subject, publicKey, notBeforeMs, notAfterMs, extensions }, issuerKey);
  return {
    id: serial.toString(),
    cert_pem: pemOf("CERTIFICATE", der),
    validity_start_time: moment(notBeforeMs),
    validity_end_time: moment(notAfterMs),
    ready_for_renewal: false,
    max_path_length: numeric(planned, "max_path_length") ?? null,
  };
}

function extensionsOf(planned: ValueObject, certified: Certified, isCa: boolean): readonly Buffer[] {
  const wantsKeyId = isCa || planned.set_subject_key_id === true;
  return [
    ...usageExtensions(texts(planned, "allowed_uses")),
    basicConstraints(isCa, numeric(planned, "max_path_length")),
    ...(wantsKeyId ? [subjectKeyId(keyIdOf(certified.spki))] : []),
    ...(certified.authorityKeyId === undefined ? [] : [authorityKeyId(certified.authorityKeyId)]),
    ...alternativeNames(certified.names, { isCritical: isEmptyName(certified.subject) }),
  ];
}

/** RFC 3339 without trailing zeros of the fraction, as Go writes a time. */
function moment(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0*Z$/, "Z");
}

/** Whether a certificate's time to be renewed has come. */
export function isReady({ clock }: UtilityOptions, state: ValueObject, earlyRenewalHours: number | undefined): boolean {
  const endMs = Date.parse(text(state, "validity_end_time") ?? "");
  return !Number.isNaN(endMs) && endMs - (earlyRenewalHours ?? 0) * HOUR_MS <= clock.now();
}
