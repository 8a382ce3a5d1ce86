/**
 * Declarative checks of a configuration, worded as terraform-plugin-sdk's `validation` package words them
 * (helper/validation, read 2026-11), so that a user who searches for the sentence finds the provider's answers.
 * A path is schema names joined by dots; blocks and lists on the way are walked through. Unset and unknown values pass.
 */
import {
  type Diagnostic,
  type DiagnosticCode,
  errorDiagnostic,
  isList,
  isObject,
  isWhollyKnown,
  UNKNOWN,
  type Value,
  type ValueObject,
} from "@dovetail/model";

export interface Check {
  run(config: ValueObject): readonly Diagnostic[];
}

/** A value and where it stands. */
export interface Found {
  /** As SDKv2 names it: `cors_configuration.0.max_age`. */
  readonly key: string;
  readonly value: Value;
}

/** Every set value at `path`, with its full key. */
export function valuesAt(config: ValueObject, path: string): Found[] {
  let found: Found[] = [{ key: "", value: config }];
  for (const step of path.split(".")) {
    found = found
      .flatMap(elementsOf)
      .flatMap(({ key, value }) =>
        isObject(value) && value[step] !== undefined ? [{ key: key ? `${key}.${step}` : step, value: value[step] }] : [],
      );
  }
  return found.filter(({ value }) => value !== null);
}

/** A list's elements, each with its key; anything else is its own. */
export function elementsOf(found: Found): Found[] {
  const { key, value } = found;
  return isList(value) ? value.map((item, i) => ({ key: `${key}.${i}`, value: item })) : [found];
}

/** A check of each single value at `path`; `problem` gives the sentence, or undefined when all is well. */
export function each(
  path: string,
  problem: (value: Exclude<Value, null>, key: string) => string | undefined,
  options: { readonly code?: DiagnosticCode; readonly fix?: string } = {},
): Check {
  return {
    run: (config) =>
      valuesAt(config, path)
        .flatMap(elementsOf)
        .flatMap(({ key, value }) => {
          if (value === null || typeof value === "symbol") return [];
          const detail = problem(value, key);
          return detail === undefined ? [] : [configError(detail, key, options)];
        }),
  };
}

/** An error about the configuration at `attribute` (SDKv2 key). */
export function configError(
  detail: string,
  attribute: string,
  options: { readonly code?: DiagnosticCode; readonly fix?: string } = {},
): Diagnostic {
  const code = options.code ?? "DVT3001";
  const summary = code === "DVT3007" ? "Name refused by the service" : "Invalid configuration";
  return errorDiagnostic(code, summary, { detail, attribute, ...(options.fix ? { fix: options.fix } : {}) });
}

/** Refused where each of the checks refuses it, and then in the words of all (validation.Any). The checks look at the same path. */
export function anyOf(...checks: readonly Check[]): Check {
  return {
    run: (config) => {
      const found = checks.map((check) => check.run(config));
      return found.flat().filter(({ attribute }) => found.every((each) => each.some((other) => other.attribute === attribute)));
    },
  };
}

function quoteAll(values: readonly string[]): string {
  return `[${values.map((v) => JSON.stringify(v)).join(" ")}]`;
}

/** The value is one of an enum's. */
export function oneOf(path: string, values: readonly string[]): Check {
  const name = path.split(".").at(-1) ?? path;
  return each(path, (value) =>
    typeof value === "string" && !values.includes(value)
      ? `expected ${name} to be one of ${quoteAll(values)}, got ${value}`
      : undefined,
  );
}

export function between(path: string, min: number, max: number): Check {
  return each(path, (value, key) =>
    typeof value === "number" && (value < min || value > max)
      ? `expected ${key} to be in the range (${min} - ${max}), got ${value}`
      : undefined,
  );
}

export function atLeast(path: string, min: number): Check {
  return each(path, (value, key) =>
    typeof value === "number" && value < min ? `expected ${key} to be at least (${min}), got ${value}` : undefined,
  );
}

/** Length in bytes, as Go counts. */
export function lengthBetween(path: string, min: number, max: number, options: { readonly code?: DiagnosticCode } = {}): Check {
  return each(
    path,
    (value, key) =>
      typeof value === "string" && (Buffer.byteLength(value) < min || Buffer.byteLength(value) > max)
        ? `expected length of ${key} to be in the range (${min} - ${max}), got ${value}`
        : undefined,
    options,
  );
}

/** The value matches; `message` stands in brackets as the provider writes it. Without one the sentence shows the pattern. */
export function matches(path: string, pattern: RegExp, message: string, options: { readonly code?: DiagnosticCode } = {}): Check {
  return each(
    path,
    (value, key) => {
      if (typeof value !== "string" || pattern.test(value)) return undefined;
      const shown = JSON.stringify(pattern.source.replaceAll("\\/", "/"));
      return message === ""
        ? `expected value of ${key} to match regular expression ${shown}, got ${value}`
        : `invalid value for ${key} (${message})`;
    },
    options,
  );
}

const ARN_SECTIONS = 6;

/** The value is an ARN (internal/verify.ValidARN). */
export function isArn(path: string): Check {
  return each(path, (value, key) => (typeof value === "string" && value !== "" ? arnProblem(value, key) : undefined));
}

/** Why `value` is no ARN, in the words of internal/verify.ValidARN; undefined when it is one. */
export function arnProblem(value: string, key: string): string | undefined {
  const says = (why: string) => `${JSON.stringify(key)} (${value}) is an invalid ARN: ${why}`;
  if (!value.startsWith("arn:")) return says("arn: invalid prefix");
  const sections = value.split(":");
  if (sections.length < ARN_SECTIONS) return says("arn: not enough sections");
  const [, partition = "", , region = "", account = ""] = sections;
  const resource = sections.slice(ARN_SECTIONS - 1).join(":");
  if (partition === "") return says("missing partition value");
  if (!/^aws(-[a-z]+)*$/.test(partition))
    return says(`invalid partition value (expecting to match regular expression: ^aws(-[a-z]+)*$)`);
  if (region !== "" && !/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/.test(region))
    return says("invalid region value (expecting to match regular expression: ^[a-z]{2}(-[a-z]+)+-\\d{1,2}$)");
  if (account !== "" && !/^(aws|aws-managed|third-party|aws-marketplace|\d{12}|cw.{10})$/.test(account))
    return says(
      "invalid account ID value (expecting to match regular expression: ^(aws|aws-managed|third-party|aws-marketplace|\\d{12}|cw.{10})$)",
    );
  if (resource === "") return says("missing resource value");
  return undefined;
}

/** The value is a JSON text. */
export function isJson(path: string): Check {
  return each(path, (value, key) => {
    if (typeof value !== "string" || value === "") return undefined;
    const why = jsonProblem(value);
    return why === undefined ? undefined : `${JSON.stringify(key)} contains an invalid JSON: ${why}`;
  });
}

/** Why `text` is no JSON text, in Go's words for the common cases; undefined when it is one. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return goJsonError(text, error instanceof Error ? error.message : String(error));
  }
}

/** What follows a complete part of a text, by what V8 says was expected there. */
const AFTER: readonly (readonly [RegExp, string])[] = [
  [/Expected ':'/, "after object key"],
  [/property name/i, "looking for beginning of object key string"],
  [/',' or '}'/, "after object key:value pair"],
  [/',' or ']'/, "after array element"],
  [/after JSON/, "after top-level value"],
];

function goJsonError(text: string, message: string): string {
  const at = Number(/position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  const quoted = /Unexpected token '(.)'/.exec(message)?.[1];
  const position = Number.isNaN(at) ? (quoted === undefined ? text.length : text.indexOf(quoted)) : at;
  const char = text[position];
  if (char === undefined || /unexpected end|unterminated/i.test(message)) return "unexpected end of JSON input";
  const word = /[a-z]+$/.exec(text.slice(0, position))?.[0] ?? "";
  const literal = word === "" ? undefined : ["null", "true", "false"].find((candidate) => candidate.startsWith(word));
  if (literal !== undefined)
    return `invalid character '${char}' in literal ${literal} (expecting '${literal[word.length] ?? ""}')`;
  const where = AFTER.find(([pattern]) => pattern.test(message))?.[1] ?? "looking for beginning of value";
  return `invalid character '${char}' ${where}`;
}

/** The check with each key cut to its last step, as the newer half of the SDK's validators name it. */
export function lastStepOnly(check: Check): Check {
  return {
    run: (config) =>
      check.run(config).map((found) => {
        const key = found.attribute ?? "";
        const last =
          key
            .split(".")
            .filter((step) => !/^\d+$/.test(step))
            .at(-1) ?? key;
        return found.detail === undefined ? found : { ...found, detail: found.detail.replaceAll(key, last) };
      }),
  };
}

/** A name of a certain length and form, worded as the provider's older hand-written validators word it. */
export function namePattern(path: string, pattern: string, max: number, options: { readonly code?: DiagnosticCode } = {}): Check {
  return each(
    path,
    (value, key) => {
      if (typeof value !== "string") return undefined;
      if (value.length > max) return `"${key}" cannot be longer than ${max} characters: ${JSON.stringify(value)}`;
      return new RegExp(pattern).test(value)
        ? undefined
        : `"${key}" doesn't comply with restrictions (${JSON.stringify(pattern)}): ${JSON.stringify(value)}`;
    },
    options,
  );
}

/** `name` as SDKv2 writes it: `rotation_rules.0.duration`. */
function givenAt(config: ValueObject, name: string): Value | undefined {
  let value: Value | undefined = config;
  for (const step of name.split(".")) {
    if (isList(value)) value = value[Number(step)];
    else value = isObject(value) ? value[step] : undefined;
  }
  return value;
}

function isGiven(config: ValueObject, name: string): boolean {
  const value = givenAt(config, name);
  return !(value === undefined || value === null || (isList(value) && value.length === 0));
}

/** Not to be told yet: a part of it is unknown. */
function isComputed(config: ValueObject, name: string): boolean {
  return !isWhollyKnown(givenAt(config, name) ?? null);
}

/** Set, and not to something that may turn out to be unset. */
function isKnownGiven(config: ValueObject, name: string): boolean {
  return isGiven(config, name) && givenAt(config, name) !== UNKNOWN;
}

/** What Go says of a text that is to be a whole number and is none; undefined for one that is. The empty text stands for none. */
export function intProblem(value: Value, key: string): string | undefined {
  return typeof value !== "string" || value === "" || /^[+-]?\d+$/.test(value)
    ? undefined
    : `${key}: cannot parse '${value}' as int: strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`;
}

/** `a` is not set beside any of `others`, of which the SDK names the first. */
export function conflicts(a: string, others: readonly string[]): Check {
  return {
    run: (config) => {
      const other = isKnownGiven(config, a) ? others.find((each) => isKnownGiven(config, each)) : undefined;
      if (other === undefined) return [];
      return [
        errorDiagnostic("DVT3001", "Conflicting configuration arguments", {
          detail: `"${a}": conflicts with ${other}`,
          attribute: a,
        }),
      ];
    },
  };
}

/** Exactly one of the attributes is set. The SDK says so at each of them. */
export function exactlyOneOf(names: readonly string[]): Check {
  return {
    run: (config) => {
      const unknown = names.filter((name) => isComputed(config, name));
      const given = names.filter((name) => isGiven(config, name) && !unknown.includes(name));
      if (given.length === 1 || (given.length === 0 && unknown.length > 0)) return [];
      const list = [...names].sort().join(",");
      const why =
        given.length === 0
          ? `one of \`${list}\` must be specified`
          : `only one of \`${list}\` can be specified, but \`${given.sort().join(",")}\` were specified.`;
      return names.map((name) =>
        errorDiagnostic("DVT3001", "Invalid combination of arguments", { detail: `"${name}": ${why}`, attribute: name }),
      );
    },
  };
}

/** One or more of the attributes is set. The SDK says so at each of them. */
export function atLeastOneOf(names: readonly string[]): Check {
  return {
    run: (config) => {
      if (names.some((name) => isGiven(config, name))) return [];
      const why = `one of \`${[...names].sort().join(",")}\` must be specified`;
      return names.map((name) =>
        errorDiagnostic("DVT3001", "Missing required argument", { detail: `"${name}": ${why}`, attribute: name }),
      );
    },
  };
}

/** Where `a` is set, all of `with_` are. */
export function requiredWith(a: string, others: readonly string[]): Check {
  return {
    run: (config) => {
      if (!isGiven(config, a)) return [];
      const all = [...new Set([a, ...others])].sort();
      if (all.every((name) => isGiven(config, name))) return [];
      return [
        errorDiagnostic("DVT3001", "Missing required argument", {
          detail: `"${a}": all of \`${all.join(",")}\` must be specified`,
          attribute: a,
        }),
      ];
    },
  };
}

/** Checks of edition 5 or of 6, whose objects all have a region. */
export function byEdition(five: readonly Check[], six: readonly Check[]): Check {
  return { run: (config) => runChecks(Object.hasOwn(config, "region") ? six : five, config) };
}

/** The checks where the block at `path` (`a.0.b`) is there. */
export function within(path: string, ...checks: readonly Check[]): Check {
  return { run: (config) => (isGiven(config, path) ? runChecks(checks, config) : []) };
}

export function runChecks(checks: readonly Check[], config: ValueObject): readonly Diagnostic[] {
  return checks.flatMap((check) => check.run(config));
}
