import type { Grantee } from "@aws-sdk/client-s3";
import { rowsOf, text } from "../attribute-map.ts";

const row = rowsOf<Grantee>();

/** Who an access grant of S3 is for. */
export const GRANTEE_ROWS = [
  row("display_name", "DisplayName", text()),
  row("email_address", "EmailAddress", text()),
  row("id", "ID", text()),
  row("type", "Type", text()),
  row("uri", "URI", text()),
];
