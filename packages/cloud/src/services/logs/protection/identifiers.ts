/**
 * What sensitive data looks like, by AWS's names of managed data identifiers. User guide, "Types of data that you can protect" (read 2026-11-21).
 * Only those that can be told by their form alone; the rest is kept in a policy and named in a hint. Pure.
 */
export interface Identifier {
  readonly pattern: RegExp;
  /** A second look at what fits the pattern. */
  readonly isIt?: (text: string) => boolean;
}

const BLOCK = (name: string) => new RegExp(`-----BEGIN ${name}-----[A-Za-z0-9+/=\\s:,-]{1,20000}?-----END ${name}-----`, "g");
const OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";

const IDENTIFIERS: { readonly [name: string]: Identifier } = {
  EmailAddress: { pattern: /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g },
  IpAddress: { pattern: new RegExp(`(?<![\\d.])${OCTET}(?:\\.${OCTET}){3}(?![\\d.])`, "g") },
  CreditCardNumber: { pattern: /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g, isIt: hasLuhnSum },
  "Ssn-US": { pattern: /(?<!\d)(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?!\d)/g },
  "PhoneNumber-US": { pattern: /(?<!\d)(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?!\d)/g },
  AwsSecretKey: {
    pattern: /(?<=(?:aws_?secret|secret_?(?:access_?)?key)[^A-Za-z0-9/+]{1,10})[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gi,
  },
  OpenSshPrivateKey: { pattern: BLOCK("OPENSSH PRIVATE KEY") },
  PgpPrivateKey: { pattern: BLOCK("PGP PRIVATE KEY BLOCK") },
  PkcsPrivateKey: { pattern: BLOCK("(?:RSA |EC |ENCRYPTED )?PRIVATE KEY") },
};

const MANAGED = /^arn:aws[a-z-]*:dataprotection::aws:data-identifier\/([A-Za-z0-9-]+)$/;

/** The name in a managed identifier's ARN; undefined when it is none. */
export function managedName(arn: string): string | undefined {
  return MANAGED.exec(arn)?.[1];
}

export function managedIdentifier(name: string): Identifier | undefined {
  return Object.hasOwn(IDENTIFIERS, name) ? IDENTIFIERS[name] : undefined;
}

function hasLuhnSum(text: string): boolean {
  const digits = text.replaceAll(/\D/g, "");
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits.at(-1 - at));
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0 && /[1-9]/.test(digits);
}
