import { parseArn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import type { StoreRead } from "../../core/store.ts";
import type { FunctionRef } from "./names.ts";
import { type CodeSigningRecord, keys } from "./store.ts";

/** What a code signing configuration says of an archive. Archives here are never signed: one that is enforced lets no code in. */
const notThere = (configArn: string | undefined) =>
  new ServiceError(
    "CodeSigningConfigNotFoundException",
    404,
    `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${configArn}.`,
    { Type: "User" },
  );

/** Throws CodeSigningConfigNotFoundException. */
export function needSigning(store: StoreRead, configArn: string | undefined): CodeSigningRecord {
  const parts = parseArn(configArn ?? "");
  const id = /^code-signing-config:(.+)$/.exec(parts?.resource ?? "")?.[1];
  const record =
    parts === undefined || id === undefined
      ? undefined
      : store.get<CodeSigningRecord>(keys.codeSigning({ account: parts.account, region: parts.region }, id));
  if (record === undefined) throw notThere(configArn);
  return record;
}

/** Before code is taken: throws CodeVerificationFailedException where unsigned archives are not allowed in, hints where they are only warned of. */
export function checkSigning(ctx: Ctx, configArn: string | undefined, ref: FunctionRef): void {
  if (configArn === undefined) return;
  const { config } = ctx.snapshot((store) => needSigning(store, configArn));
  if (config.CodeSigningPolicies?.UntrustedArtifactOnDeployment === "Enforce") {
    throw new ServiceError(
      "CodeVerificationFailedException",
      400,
      "Lambda cannot deploy the function. The function or layer might be signed using a signature that the client is not configured to accept. Check the provided signature for unsigned.",
      { Type: "User" },
    );
  }
  ctx.hint(`function ${ref.name}: its archive is not signed; its code signing configuration (Warn) lets it in`);
}
