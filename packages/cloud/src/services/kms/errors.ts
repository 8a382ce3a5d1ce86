/** KMS's refusals. API reference, "Common errors" and each operation's errors; messages as the service words them. */
import { ServiceError } from "../../core/service.ts";

export function validation(message: string): ServiceError {
  return new ServiceError("ValidationException", 400, message);
}

export function notFound(message: string): ServiceError {
  return new ServiceError("NotFoundException", 400, message);
}

export function invalidState(message: string): ServiceError {
  return new ServiceError("KMSInvalidStateException", 400, message);
}

export function invalidUsage(message: string): ServiceError {
  return new ServiceError("InvalidKeyUsageException", 400, message);
}

export function unsupported(message = ""): ServiceError {
  return new ServiceError("UnsupportedOperationException", 400, message);
}

/** AWS says no more than the code. */
export function invalidCiphertext(): ServiceError {
  return new ServiceError("InvalidCiphertextException", 400, "");
}

export function notImplemented(what: string): ServiceError {
  return new ServiceError("NotImplemented", 501, `${what} is not emulated`);
}
