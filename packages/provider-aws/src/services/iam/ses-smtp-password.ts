import { createHmac } from "node:crypto";

/**
 * The password with which SES's SMTP endpoint of a region takes an access key: a chain of HMACs from the secret.
 * Source: SES Developer Guide, "Obtaining Amazon SES SMTP credentials by converting existing AWS credentials" (read 2026-11).
 */
export function sesSmtpPassword(secret: string, region: string): string {
  const signature = ["11111111", region, "ses", "aws4_request", "SendRawEmail"].reduce<string | Buffer>(
    (key, text) => createHmac("sha256", key).update(text).digest(),
    `AWS4${secret}`,
  );
  return Buffer.concat([Buffer.from([4]), Buffer.from(signature)]).toString("base64");
}
