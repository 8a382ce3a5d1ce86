import { ServiceError } from "../../core/service.ts";

/** Cognito's client errors are all HTTP 400. */
function error(code: string): (message: string) => ServiceError {
  return (message) => new ServiceError(code, 400, message);
}

export const aliasExists = error("AliasExistsException");
export const brandingExists = error("ManagedLoginBrandingExistsException");
export const codeMismatch = error("CodeMismatchException");
export const enableSoftwareTokenMfa = error("EnableSoftwareTokenMFAException");
export const expiredCode = error("ExpiredCodeException");
export const groupExists = error("GroupExistsException");
export const invalidLambdaResponse = error("InvalidLambdaResponseException");
export const invalidOAuthFlow = error("InvalidOAuthFlowException");
export const invalidParameter = error("InvalidParameterException");
export const invalidPassword = error("InvalidPasswordException");
export const limitExceeded = error("LimitExceededException");
export const notAuthorized = error("NotAuthorizedException");
export const passwordResetRequired = error("PasswordResetRequiredException");
export const refreshTokenReuse = error("RefreshTokenReuseException");
export const resourceNotFound = error("ResourceNotFoundException");
export const scopeDoesNotExist = error("ScopeDoesNotExistException");
export const unexpectedLambda = error("UnexpectedLambdaException");
export const unsupportedToken = error("UnsupportedTokenTypeException");
export const unsupportedUserState = error("UnsupportedUserStateException");
export const userLambdaValidation = error("UserLambdaValidationException");
export const usernameExists = error("UsernameExistsException");
export const userNotConfirmed = error("UserNotConfirmedException");
export const userNotFound = error("UserNotFoundException");
export const duplicateProvider = error("DuplicateProviderException");

/** Part of an operation that the cloud lacks, named. */
export function notImplemented(what: string): ServiceError {
  return new ServiceError("NotImplemented", 501, `NotImplemented: cognito-idp ${what} is not emulated`);
}

export const incorrectLogin = () => notAuthorized("Incorrect username or password.");
export const invalidSession = () => notAuthorized("Invalid session for the user.");
export const noSuchUser = () => userNotFound("User does not exist.");
export const wrongCode = () => codeMismatch("Invalid verification code provided, please try again.");
export const oldCode = () => expiredCode("Invalid code provided, please request a code again.");
