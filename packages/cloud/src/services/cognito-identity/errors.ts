import { ServiceError } from "../../core/service.ts";

/** Identity pools' client errors are all HTTP 400. Texts as AWS answers them, quoted in public issues. */
const error = (code: string) => (message: string) => new ServiceError(code, 400, message);

export const conflict = error("ResourceConflictException");
export const developerUserAlreadyRegistered = error("DeveloperUserAlreadyRegisteredException");
export const invalidConfiguration = error("InvalidIdentityPoolConfigurationException");
export const invalidParameter = error("InvalidParameterException");
export const notAuthorized = error("NotAuthorizedException");
export const notFound = error("ResourceNotFoundException");
export const limitExceeded = error("LimitExceededException");
