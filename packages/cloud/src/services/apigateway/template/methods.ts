import { TemplateError } from "./syntax.ts";

/** What may be called on values in a template: the methods of Java's String, List and Map that people use there. Pure but for lists and maps, which change in place. */
export type Value = unknown;
export type Callable = (...args: readonly Value[]) => Value;

export const isMap = (value: Value): value is Record<string, Value> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const CHARS_MAX = 10 * 1024 * 1024;

/** How a value is written into the output: maps and lists as Java writes them. */
export function written(value: Value): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return `[${value.map(inner).join(", ")}]`;
  if (isMap(value))
    return `{${Object.entries(value)
      .map(([key, each]) => `${key}=${inner(each)}`)
      .join(", ")}}`;
  return String(value);
}

const inner = (value: Value): string => (value === null || value === undefined ? "null" : written(value));

const text = (value: Value): string => written(value);
const whole = (value: Value): number => Math.trunc(Number(value));

/** Java's patterns and JavaScript's agree on what templates use; a pattern that can't be read is an error of the template. */
function pattern(source: Value, flags = ""): RegExp {
  const wanted = text(source);
  // Repetition inside repetition is what lets a short pattern run for ever.
  if (wanted.length > 200 || /[+*}][^()]*\)[+*{]/.test(wanted)) throw new TemplateError("a pattern is too complex");
  try {
    return new RegExp(wanted, flags);
  } catch {
    throw new TemplateError(`'${wanted}' is no pattern`);
  }
}

function limited(value: string): string {
  if (value.length > CHARS_MAX) throw new TemplateError("a text grew too long");
  return value;
}

const TEXT: { readonly [name: string]: (self: string, ...args: readonly Value[]) => Value } = {
  length: (self) => self.length,
  isEmpty: (self) => self === "",
  substring: (self, from, to) => self.substring(whole(from), to === undefined ? self.length : whole(to)),
  contains: (self, part) => self.includes(text(part)),
  startsWith: (self, part) => self.startsWith(text(part)),
  endsWith: (self, part) => self.endsWith(text(part)),
  indexOf: (self, part) => self.indexOf(text(part)),
  lastIndexOf: (self, part) => self.lastIndexOf(text(part)),
  charAt: (self, at) => self.charAt(whole(at)),
  concat: (self, more) => limited(self + text(more)),
  equals: (self, other) => self === other,
  equalsIgnoreCase: (self, other) => self.toLowerCase() === text(other).toLowerCase(),
  compareTo: (self, other) => (self < text(other) ? -1 : self > text(other) ? 1 : 0),
  matches: (self, source) => pattern(`^(?:${text(source)})$`).test(self),
  replace: (self, from, to) => limited(self.replaceAll(text(from), () => text(to))),
  replaceAll: (self, from, to) => limited(self.replace(pattern(from, "g"), text(to))),
  replaceFirst: (self, from, to) => limited(self.replace(pattern(from), text(to))),
  split: (self, by) => self.split(pattern(by)),
  toLowerCase: (self) => self.toLowerCase(),
  toUpperCase: (self) => self.toUpperCase(),
  trim: (self) => self.trim(),
  hashCode: (self) => [...self].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) | 0, 0),
};

const LIST: { readonly [name: string]: (self: Value[], ...args: readonly Value[]) => Value } = {
  size: (self) => self.length,
  isEmpty: (self) => self.length === 0,
  get: (self, at) => self[whole(at)],
  contains: (self, value) => self.includes(value),
  indexOf: (self, value) => self.indexOf(value),
  add: (self, value) => self.push(value) > 0,
  addAll: (self, values) => Array.isArray(values) && self.push(...values.slice(0, 10_000)) > 0,
  set: (self, at, value) => self.splice(whole(at), 1, value)[0],
  remove: (self, at) => self.splice(whole(at), 1)[0],
  subList: (self, from, to) => self.slice(whole(from), whole(to)),
};

const MAP: { readonly [name: string]: (self: Record<string, Value>, ...args: readonly Value[]) => Value } = {
  size: (self) => Object.keys(self).length,
  isEmpty: (self) => Object.keys(self).length === 0,
  get: (self, key) => memberOf(self, text(key)),
  getOrDefault: (self, key, other) => memberOf(self, text(key)) ?? other,
  containsKey: (self, key) => Object.hasOwn(self, text(key)),
  containsValue: (self, value) => Object.values(self).includes(value),
  keySet: (self) => Object.keys(self),
  values: (self) => Object.values(self),
  entrySet: (self) => Object.entries(self).map(([key, value]) => ({ key, value })),
  put: (self, key, value) => {
    const before = memberOf(self, text(key));
    setMember(self, text(key), value);
    return before ?? "";
  },
  putAll: (self, other) => {
    if (isMap(other)) for (const [key, value] of Object.entries(other)) setMember(self, key, value);
    return "";
  },
  remove: (self, key) => {
    const before = memberOf(self, text(key));
    delete self[text(key)];
    return before ?? "";
  },
};

export const memberOf = (self: Record<string, Value>, key: string): Value => (Object.hasOwn(self, key) ? self[key] : undefined);

/** `__proto__` is a name like any other. */
export function setMember(self: Record<string, Value>, key: string, value: Value): void {
  Object.defineProperty(self, key, { value, writable: true, enumerable: true, configurable: true });
}

/** undefined when nothing of that name can be called on the value. */
export function call(self: Value, name: string, args: readonly Value[]): Value {
  if (self === undefined || self === null) return undefined;
  if (name === "toString") return written(self);
  if (name === "equals" && typeof self !== "string") return self === args[0];
  if (typeof self === "string") return own(TEXT, name)?.(self, ...args);
  if (Array.isArray(self)) return own(LIST, name)?.(self, ...args);
  if (isMap(self)) return own(MAP, name)?.(self, ...args) ?? getter(self, name);
  if (typeof self === "number" && /^(int|long)Value$/.test(name)) return Math.trunc(self);
  return undefined;
}

function own<F>(table: { readonly [name: string]: F }, name: string): F | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** `getKey()` of an entry. */
function getter(self: Record<string, Value>, name: string): Value {
  const found = /^get([A-Z])(\w*)$/.exec(name);
  return found === null ? undefined : memberOf(self, `${found[1]?.toLowerCase()}${found[2]}`);
}
