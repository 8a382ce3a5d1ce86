import { ServiceError } from "../../core/service.ts";
import { WebTokenError } from "../../core/web-identity.ts";

/** STS's refusals. STS API reference, each operation's "Errors"; texts as users quote them. */

export const validationError = (message: string) => new ServiceError("ValidationError", 400, message);
export const accessDenied = (message: string) => new ServiceError("AccessDenied", 403, message);
export const invalidToken = (message: string) => new ServiceError("InvalidIdentityTokenException", 400, message);

/** Why a web identity token is not taken. */
export function tokenRefusal(error: unknown, nowMs: number, expSeconds: unknown): unknown {
  if (!(error instanceof WebTokenError)) return error;
  switch (error.fault) {
    case "expired":
      return new ServiceError(
        "ExpiredTokenException",
        400,
        `Token expired: current date/time ${Math.floor(nowMs / 1000)} must be before the expiration date/time ${String(expSeconds)}`,
      );
    case "unreachable":
      return new ServiceError(
        "IDPCommunicationErrorException",
        400,
        "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
      );
    case "signature":
      return invalidToken("Couldn't verify the signature of the ID token: the token is not signed with a key of its issuer");
    case "malformed":
      return invalidToken("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
  }
}
