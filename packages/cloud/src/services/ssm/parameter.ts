/** Rules about names, values and references of parameters. AWS Systems Manager API reference, PutParameter and GetParameter. */
import { arn } from "../../core/arn.ts";
import { type Ctx, ServiceError } from "../../core/service.ts";
import { reveal } from "./secure-string.ts";
import { getParameter, getVersion, type ParameterRecord, type VersionRecord, versionsOf } from "./store.ts";

export const VERSIONS_MAX = 100;
const STANDARD_BYTES_MAX = 4096;
const ADVANCED_BYTES_MAX = 8192;

export function validation(message: string): ServiceError {
  return new ServiceError("ValidationException", 400, message);
}

export function parameterArn(ctx: Ctx, name: string): string {
  return arn("ssm", ctx.region, ctx.account, `parameter${name.startsWith("/") ? "" : "/"}${name}`);
}

/** `arn:…:parameter/app/key` -> `/app/key`; names stay as they are. */
export function plainName(name: string): string {
  const found = /^arn:aws:ssm:[^:]*:\d{12}:parameter(\/.+)$/.exec(name);
  return found?.[1] ?? name;
}

export function checkName(name: string): void {
  if (/^\/?(aws|ssm)/i.test(name)) {
    const reserved = name.startsWith("/") ? 'with "/aws" or "/ssm"' : 'with "aws" or "ssm"';
    if (/^\/?aws/i.test(name))
      throw new ServiceError("AccessDeniedException", 400, `No access to reserved parameter name: ${name}.`);
    throw validation(`Parameter name: can't be prefixed ${reserved} (case-insensitive).`);
  }
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name))
    throw validation(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  if (name.includes("/") && !name.startsWith("/")) throw validation("Parameter name must be a fully qualified name.");
  if (name.endsWith("/") || name.includes("//"))
    throw validation("Parameter name must not end with a slash or hold two in a row.");
  if (name.split("/").length > 16)
    throw new ServiceError("HierarchyLevelLimitExceededException", 400, "A hierarchy can have a maximum of 15 levels.");
}

export function checkValue(value: string, tier: string, pattern: string | undefined): void {
  if (value === "") throw validation("Parameter value can't be empty.");
  const bytes = Buffer.byteLength(value);
  if (tier === "Standard" && bytes > STANDARD_BYTES_MAX)
    throw validation(
      "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html",
    );
  if (bytes > ADVANCED_BYTES_MAX)
    throw validation("Advanced tier parameters support a maximum parameter value of 8192 characters.");
  if (pattern !== undefined && !matches(pattern, value))
    throw new ServiceError(
      "ParameterPatternMismatchException",
      400,
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    );
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    throw new ServiceError(
      "InvalidAllowedPatternException",
      400,
      `The allowed pattern ${pattern} is no valid regular expression.`,
    );
  }
}

export function notFound(name?: string): ServiceError {
  return new ServiceError("ParameterNotFound", 400, name === undefined ? "" : `Parameter ${name} not found.`);
}

/** `name`, `name:3`, `name:label`. undefined when there is no such parameter; throws when there is, but not that version. */
export function findReference(
  ctx: Ctx,
  reference: string,
): { parameter: ParameterRecord; version: VersionRecord; selector?: string } | undefined {
  const plain = plainName(reference);
  const colon = plain.indexOf(":");
  const name = colon < 0 ? plain : plain.slice(0, colon);
  const selector = colon < 0 ? undefined : plain.slice(colon + 1);
  const parameter =
    getParameter(ctx, name) ??
    (name.startsWith("/") && !name.slice(1).includes("/") && plain !== reference ? getParameter(ctx, name.slice(1)) : undefined);
  if (parameter === undefined) return undefined;
  if (selector === undefined) {
    const latest = getVersion(ctx, parameter.name, parameter.latest);
    return latest === undefined ? undefined : { parameter, version: latest };
  }
  const version = /^\d+$/.test(selector)
    ? getVersion(ctx, parameter.name, Number(selector))
    : versionsOf(ctx, parameter.name).find((each) => each.labels.includes(selector));
  if (version === undefined)
    throw new ServiceError(
      "ParameterVersionNotFound",
      400,
      `Systems Manager could not find version ${selector} of ${parameter.name}. Verify the version and try again.`,
    );
  return { parameter, version, selector: `:${selector}` };
}

/** A SecureString is opened as the requester, who needs kms:Decrypt; without decryption its ciphertext is the value. */
export async function presentParameter(
  ctx: Ctx,
  found: { parameter: ParameterRecord; version: VersionRecord; selector?: string },
  withDecryption: boolean | undefined,
) {
  const { parameter, version, selector } = found;
  return {
    Name: parameter.name,
    Type: version.type,
    Value:
      version.type === "SecureString" && withDecryption === true ? await reveal(ctx, parameter.name, version) : version.value,
    Version: version.version,
    ...(selector === undefined ? {} : { Selector: selector }),
    LastModifiedDate: new Date(version.modifiedMs),
    ARN: parameterArn(ctx, parameter.name),
    DataType: version.dataType,
  };
}
