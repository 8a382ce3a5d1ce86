/** JSON Schema draft 4, as request validation uses it: answers what is wrong, in the words of AWS's validator. Pure. draft-fge-json-schema-validation-00. */

type Schema = { readonly [keyword: string]: unknown };
export type Resolve = (reference: string) => unknown;

const ERRORS_MAX = 20;
const DEPTH_MAX = 100;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** Same JSON, whatever the order of members. */
function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, index) => same(each, b[index]));
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]));
  }
  return a === b;
}

/** A pattern that JavaScript can't read holds for nothing. */
function matches(pattern: unknown, text: string): boolean {
  try {
    return new RegExp(String(pattern), "u").test(text);
  } catch {
    return false;
  }
}

class Validation {
  readonly errors: string[] = [];
  private readonly root: unknown;
  private readonly resolve: Resolve;
  private depth = 0;

  constructor(root: unknown, resolve: Resolve) {
    this.root = root;
    this.resolve = resolve;
  }

  fits(schema: unknown, value: unknown): boolean {
    const inner = new Validation(this.root, this.resolve);
    inner.depth = this.depth;
    inner.check(schema, value);
    return inner.errors.length === 0;
  }

  check(schema: unknown, value: unknown): void {
    if (!isObject(schema) || this.errors.length >= ERRORS_MAX) return;
    this.depth++;
    if (this.depth > DEPTH_MAX) this.errors.push("the document nests too deep");
    else if (typeof schema.$ref === "string") this.check(this.referred(schema.$ref), value);
    else this.keywords(schema, value);
    this.depth--;
  }

  private referred(reference: string): unknown {
    if (!reference.startsWith("#")) return this.resolve(reference);
    return reference
      .slice(1)
      .split("/")
      .slice(1)
      .reduce<unknown>((at, part) => {
        const name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
        return isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
      }, this.root);
  }

  private keywords(schema: Schema, value: unknown): void {
    this.type(schema, value);
    if (schema.enum !== undefined && !listOf(schema.enum).some((each) => same(each, value)))
      this.errors.push(
        `instance value (${JSON.stringify(value)}) not found in enum (possible values: ${JSON.stringify(schema.enum)})`,
      );
    if (typeof value === "number") this.number(schema, value);
    if (typeof value === "string") this.text(schema, value);
    if (Array.isArray(value)) this.list(schema, value);
    if (isObject(value)) this.object(schema, value);
    this.combined(schema, value);
  }

  private type({ type }: Schema, value: unknown): void {
    if (type === undefined) return;
    const allowed = (Array.isArray(type) ? type : [type]).map(String);
    const own = typeOf(value);
    if (allowed.includes(own) || (own === "integer" && allowed.includes("number"))) return;
    this.errors.push(`instance type (${own}) does not match any allowed primitive type (allowed: ${JSON.stringify(allowed)})`);
  }

  private number(schema: Schema, value: number): void {
    const { minimum, maximum, multipleOf } = schema;
    if (typeof minimum === "number" && (value < minimum || (schema.exclusiveMinimum === true && value === minimum)))
      this.errors.push(`numeric instance is lower than the required minimum (minimum: ${minimum}, found: ${value})`);
    if (typeof maximum === "number" && (value > maximum || (schema.exclusiveMaximum === true && value === maximum)))
      this.errors.push(`numeric instance is greater than the required maximum (maximum: ${maximum}, found: ${value})`);
    if (typeof multipleOf === "number" && multipleOf > 0 && !Number.isInteger(value / multipleOf))
      this.errors.push(`remainder of division is not zero (${value} / ${multipleOf})`);
  }

  private text(schema: Schema, value: string): void {
    const length = [...value].length;
    if (typeof schema.minLength === "number" && length < schema.minLength)
      this.errors.push(`string "${value}" is too short (length: ${length}, required minimum: ${schema.minLength})`);
    if (typeof schema.maxLength === "number" && length > schema.maxLength)
      this.errors.push(`string "${value}" is too long (length: ${length}, maximum allowed: ${schema.maxLength})`);
    if (schema.pattern !== undefined && !matches(schema.pattern, value))
      this.errors.push(`ECMA 262 regex "${schema.pattern}" does not match input string "${value}"`);
  }

  private list(schema: Schema, value: readonly unknown[]): void {
    const { items, minItems, maxItems } = schema;
    if (typeof minItems === "number" && value.length < minItems)
      this.errors.push(`array is too short: must have at least ${minItems} elements but instance has ${value.length} elements`);
    if (typeof maxItems === "number" && value.length > maxItems)
      this.errors.push(`array is too long: must have at most ${maxItems} elements but instance has ${value.length} elements`);
    if (
      schema.uniqueItems === true &&
      value.length <= 1000 &&
      value.some((each, index) => value.slice(0, index).some((other) => same(each, other)))
    )
      this.errors.push("array must not contain duplicate elements");
    for (const [index, each] of value.entries()) {
      const own = Array.isArray(items) ? (items[index] ?? schema.additionalItems) : items;
      if (own === false) this.errors.push(`array has too many items (allowed: ${listOf(items).length})`);
      else this.check(own, each);
    }
  }

  private object(schema: Schema, value: Record<string, unknown>): void {
    const names = Object.keys(value);
    const missing = listOf(schema.required).filter((name) => !Object.hasOwn(value, String(name)));
    if (missing.length > 0) this.errors.push(`object has missing required properties (${JSON.stringify(missing)})`);
    if (typeof schema.minProperties === "number" && names.length < schema.minProperties)
      this.errors.push("object has too few properties");
    if (typeof schema.maxProperties === "number" && names.length > schema.maxProperties)
      this.errors.push("object has too many properties");
    const properties = isObject(schema.properties) ? schema.properties : {};
    const patterns = isObject(schema.patternProperties) ? Object.entries(schema.patternProperties) : [];
    const extra: string[] = [];
    for (const name of names) {
      const fitting = patterns.filter(([pattern]) => matches(pattern, name));
      for (const [, own] of fitting) this.check(own, value[name]);
      if (Object.hasOwn(properties, name)) this.check(properties[name], value[name]);
      else if (fitting.length > 0) continue;
      else if (schema.additionalProperties === false) extra.push(name);
      else this.check(schema.additionalProperties, value[name]);
    }
    if (extra.length > 0)
      this.errors.push(`object instance has properties which are not allowed by the schema: ${JSON.stringify(extra)}`);
    this.dependencies(schema, value);
  }

  private dependencies({ dependencies }: Schema, value: Record<string, unknown>): void {
    for (const [name, needed] of Object.entries(isObject(dependencies) ? dependencies : {})) {
      if (!Object.hasOwn(value, name)) continue;
      if (!Array.isArray(needed)) this.check(needed, value);
      else if (needed.some((each) => !Object.hasOwn(value, String(each))))
        this.errors.push(`property "${name}" of object has missing property dependencies`);
    }
  }

  private combined(schema: Schema, value: unknown): void {
    for (const each of listOf(schema.allOf)) this.check(each, value);
    if (Array.isArray(schema.anyOf) && !schema.anyOf.some((each) => this.fits(each, value)))
      this.errors.push("instance failed to match at least one required schema among anyOf");
    const oneOf = listOf(schema.oneOf).filter((each) => this.fits(each, value)).length;
    if (Array.isArray(schema.oneOf) && oneOf !== 1)
      this.errors.push(`instance failed to match exactly one schema (matched ${oneOf} out of ${schema.oneOf.length})`);
    if (schema.not !== undefined && this.fits(schema.not, value))
      this.errors.push("instance matched a schema which it should not have");
  }
}

/** What is wrong with a value; empty when nothing is. `resolve`: schemas that a reference names outside of this one. */
export function schemaErrors(schema: unknown, value: unknown, resolve: Resolve = () => undefined): readonly string[] {
  const validation = new Validation(schema, resolve);
  validation.check(schema, value);
  return validation.errors;
}
