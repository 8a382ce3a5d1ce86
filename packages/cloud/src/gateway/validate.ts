/** Checks a decoded input against the model's limits, in the words of AWS's own request validation. */
import { ServiceError } from "../core/service.ts";
import type { Shape } from "./model.ts";

/** How a service names what its front door refuses. */
interface Style {
  readonly code: string;
  /** SQS and a few others speak of a missing parameter instead of a constraint. */
  readonly missing?: (member: string) => ServiceError;
  readonly checks: boolean;
}

const CORAL: Style = { code: "ValidationException", checks: true };
const QUERY: Style = { code: "ValidationError", checks: true };

function missingParameter(member: string, end = "."): ServiceError {
  return new ServiceError("MissingParameter", 400, `The request must contain the parameter ${member}${end}`);
}

const STYLES: { readonly [service: string]: Style } = {
  iam: QUERY,
  sts: QUERY,
  ses: QUERY,
  cloudwatch: {
    code: "ValidationError",
    checks: true,
    missing: (member) => new ServiceError("MissingParameter", 400, `The parameter ${member} is required.`),
  },
  // EC2's enums are checked by its operations, in words of their own.
  ec2: { code: "InvalidParameterValue", checks: false, missing: (member) => missingParameter(lower(member), "") },
  sqs: { code: "InvalidParameterValue", checks: false, missing: (member) => missingParameter(member) },
  sns: {
    code: "InvalidParameter",
    checks: false,
    missing: (member) => new ServiceError("InvalidParameter", 400, `Invalid parameter: ${member}`),
  },
  "cognito-idp": { code: "InvalidParameterException", checks: true },
  logs: { code: "InvalidParameterException", checks: true },
  apigatewayv2: { code: "BadRequestException", checks: true },
  sesv2: { code: "BadRequestException", checks: true },
  // S3's members are path, header and XML content: its own rules, in its own words.
  s3: { code: "InvalidArgument", checks: false },
};

interface Walk {
  readonly violations: string[];
  readonly enums: boolean;
}

/** Shapes whose enum is no limit: Lambda knows runtimes that the model does not, and refuses others in its own words. */
const OPEN_ENUMS: ReadonlySet<string> = new Set(["Runtime"]);

const VIOLATIONS_MAX = 20;
const SHOWN_CHARACTERS_MAX = 1024;

function show(value: unknown): string {
  if (value === undefined || value === null) return "null";
  if (Array.isArray(value))
    return `'[${value.map((each) => (typeof each === "object" ? "…" : String(each))).join(", ")}]'`.slice(
      0,
      SHOWN_CHARACTERS_MAX,
    );
  return `'${(typeof value === "object" ? JSON.stringify(value) : String(value)).slice(0, SHOWN_CHARACTERS_MAX)}'`;
}

function fail(walk: Walk, value: unknown, path: string, constraint: string): void {
  walk.violations.push(`Value ${show(value)} at '${path}' failed to satisfy constraint: ${constraint}`);
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function bounds(shape: Shape, size: number, what: "length" | "value"): string[] {
  const out: string[] = [];
  if (shape.max !== undefined && size > shape.max) out.push(`Member must have ${what} less than or equal to ${shape.max}`);
  if (shape.min !== undefined && size < shape.min) out.push(`Member must have ${what} greater than or equal to ${shape.min}`);
  return out;
}

/** What is wrong with one scalar or with a collection's size. */
function constraints(shape: Shape, value: unknown, enums: boolean): string[] {
  if (typeof value === "string") {
    if (shape.enum !== undefined)
      return enums && !OPEN_ENUMS.has(shape.name) && !shape.enum.includes(value)
        ? [`Member must satisfy enum value set: [${shape.enum.join(", ")}]`]
        : [];
    const out = bounds(shape, value.length, "length");
    const tooLong = shape.max !== undefined && value.length > shape.max;
    if (!tooLong && shape.pattern !== undefined && !shape.pattern.test(value))
      out.push(`Member must satisfy regular expression pattern: ${shape.patternText}`);
    return out;
  }
  if (typeof value === "number") return bounds(shape, value, "value");
  if (Array.isArray(value) || value instanceof Uint8Array) return bounds(shape, value.length, "length");
  return [];
}

function walkStructure(walk: Walk, shape: Shape, value: Record<string, unknown>, path: string): void {
  for (const member of shape.members) {
    const each = value[member.name];
    const at = path === "" ? lower(member.name) : `${path}.${lower(member.name)}`;
    if (each === undefined || each === null) {
      if (member.required) fail(walk, undefined, at, "Member must not be null");
    } else visit(walk, member.shape, each, at);
  }
}

function visit(walk: Walk, shape: Shape, value: unknown, path: string): void {
  if (walk.violations.length >= VIOLATIONS_MAX) return;
  switch (shape.type) {
    case "structure":
      if (shape.document || shape.eventStream || typeof value !== "object" || value === null) return;
      walkStructure(walk, shape, value as Record<string, unknown>, path);
      return;
    case "list":
      for (const text of constraints(shape, value, walk.enums)) fail(walk, value, path, text);
      if (Array.isArray(value))
        value.forEach((each, index) => {
          if (each !== null) visit(walk, shape.of, each, `${path}.${index + 1}.member`);
        });
      return;
    case "map": {
      const entries = Object.entries(value as object);
      for (const text of bounds(shape, entries.length, "length")) fail(walk, value, path, text);
      for (const [key, each] of entries) {
        const wrong = constraints(shape.key, key, walk.enums);
        if (wrong.length > 0) fail(walk, key, path, `Map keys must satisfy constraint: [${wrong.join(", ")}]`);
        if (each !== null && each !== undefined) visit(walk, shape.of, each, `${path}.${key}.member`);
      }
      return;
    }
    case "blob":
      if (value instanceof Uint8Array && !shape.streaming)
        for (const text of constraints(shape, value, walk.enums)) fail(walk, "…", path, text);
      return;
    default:
      for (const text of constraints(shape, value, walk.enums)) fail(walk, value, path, text);
  }
}

/** The first required member that a structure, or one in its lists, lacks: `Name`, `Entries.1.Id`. */
function firstMissing(shape: Shape, value: unknown, path = ""): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const record = value as Record<string, unknown>;
  for (const member of shape.members) {
    const each = record[member.name];
    const at = `${path}${member.name}`;
    if (each === undefined || each === null) {
      if (member.required) return at;
      continue;
    }
    if (!Array.isArray(each) || member.shape.type !== "list" || member.shape.of.type !== "structure") continue;
    for (const [index, one] of each.entries()) {
      const found = firstMissing(member.shape.of, one, `${at}.${index + 1}.`);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Throws the service's own refusal. `mode` as `ServiceDefinition.validate`. */
export function validateInput(
  service: string,
  shape: Shape | undefined,
  input: unknown,
  mode: boolean | "no-enums" | undefined,
): void {
  if (shape === undefined || mode === false) return;
  const style = STYLES[service] ?? CORAL;
  const record = (input ?? {}) as Record<string, unknown>;
  if (style.missing !== undefined) {
    const missing = firstMissing(shape, record);
    if (missing !== undefined) throw style.missing(missing);
  }
  if (!style.checks) return;
  const walk: Walk = { violations: [], enums: mode !== "no-enums" };
  walkStructure(walk, shape, record, "");
  const count = walk.violations.length;
  if (count === 0) return;
  throw new ServiceError(
    style.code,
    400,
    `${count} validation error${count === 1 ? "" : "s"} detected: ${walk.violations.join("; ")}`,
  );
}
