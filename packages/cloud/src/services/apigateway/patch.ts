import type { EndpointConfiguration, PatchOperation } from "@aws-sdk/client-api-gateway";
import { badRequest } from "../apigatewayv2/store.ts";

/** Patch operations of Update calls: paths of a table, each with the operations that it takes. API reference, "PatchOperation" (read 2026-11-21). */
type Op = "add" | "replace" | "remove" | "copy";

/** The value at a path is changed in place: `target` is a draft of the record. */
export interface PatchRule<T> {
  /** `/tags/{}`: each `{}` stands for one segment, handed over with `~1` and `~0` undone; `{*}` for one or more. */
  readonly path: string;
  readonly ops: readonly Op[];
  /** `value` is undefined for a removal; `given` is what the operation carried all the same. */
  readonly apply: (target: T, value: string | undefined, names: readonly string[], op: Op, given: string | undefined) => void;
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

export const unescaped = (segment: string): string => segment.replaceAll("~1", "/").replaceAll("~0", "~");

function match(pattern: string, path: string): string[] | undefined {
  const wanted = pattern.split("/");
  const parts = path.split("/");
  const free = wanted.indexOf("{*}");
  const extra = parts.length - wanted.length;
  if (free >= 0 && extra > 0) parts.splice(free, extra + 1, parts.slice(free, free + extra + 1).join("/"));
  if (wanted.length !== parts.length) return undefined;
  const names: string[] = [];
  for (const [index, segment] of wanted.entries()) {
    if (segment === "{}" || segment === "{*}") names.push(unescaped(parts[index] ?? ""));
    else if (segment !== parts[index]) return undefined;
  }
  return names;
}

/** A changed copy. Throws BadRequestException in AWS's words for a path or an operation that isn't in the table. */
export function patched<T extends object>(
  value: T,
  operations: readonly PatchOperation[] | undefined,
  rules: readonly PatchRule<Draft<T>>[],
): T {
  const draft = structuredClone(value) as Draft<T>;
  for (const { op = "replace", path = "", value: text } of operations ?? []) {
    const fitting = rules.flatMap((rule) => {
      const names = match(rule.path, path);
      return names === undefined ? [] : [{ rule, names }];
    });
    const found = fitting.find(({ rule }) => rule.ops.includes(op as Op));
    if (found === undefined) throw invalidPath(path, op, rules);
    found.rule.apply(draft, op === "remove" ? undefined : text, found.names, op as Op, text);
  }
  return draft;
}

function invalidPath<T>(path: string, op: string, rules: readonly PatchRule<T>[]): Error {
  const possible = rules
    .filter((rule) => rule.ops.includes(op as Op))
    .map((rule) => rule.path.replaceAll(/\{\*?\}/g, "{name}"))
    .join(", ");
  return badRequest(`Invalid patch path  '${path}' specified for op '${op}'. Must be one of: [${possible}]`);
}

/** A text member that is replaced as a whole. */
export const text = <T>(path: string, key: keyof T): PatchRule<T> => ({
  path,
  ops: ["replace", "add", "remove"],
  apply: (target, value) => put(target, key, value),
});

/** Sets a member, or takes it away. */
export function put<T>(target: T, key: keyof T, value: unknown): void {
  if (value === undefined) delete (target as Partial<T>)[key];
  else (target as Record<keyof T, unknown>)[key] = value;
}

/** A member made of the text by `read`. */
export const made = <T>(path: string, key: keyof T, read: (text: string) => unknown): PatchRule<T> => ({
  path,
  ops: ["replace", "add", "remove"],
  apply: (target, value) => put(target, key, value === undefined ? undefined : read(value)),
});

/** A map of texts, entry by entry. */
export const entries = <T>(path: string, key: keyof T, read: (text: string) => unknown = (value) => value): PatchRule<T> => ({
  path: `${path}/{}`,
  ops: ["replace", "add", "remove"],
  apply(target, value, [name = ""]) {
    const map = { ...(target[key] as Record<string, unknown> | undefined) };
    if (value === undefined) delete map[name];
    else map[name] = read(value);
    put(target, key, map);
  },
});

/** A list of texts: `add` and `remove` by value in the path or in `value`. */
export const members = <T>(path: string, key: keyof T): PatchRule<T>[] => {
  const change = (target: T, name: string, op: Op) => {
    const rest = ((target[key] as readonly string[] | undefined) ?? []).filter((each) => each !== name);
    put(target, key, op === "remove" ? rest : [...rest, name]);
  };
  return [
    { path: `${path}/{}`, ops: ["add", "remove"], apply: (target, _value, [name = ""], op) => change(target, name, op) },
    {
      path: `${path}/{}`,
      ops: ["replace"],
      apply(target, value, [name = ""]) {
        change(target, name, "remove");
        change(target, value ?? "", "add");
      },
    },
    { path, ops: ["add", "remove"], apply: (target, _value, _names, op, given) => change(target, given ?? "", op) },
    {
      path,
      ops: ["replace"],
      apply: (target, value) =>
        put(
          target,
          key,
          (value ?? "").split(",").filter((each) => each !== ""),
        ),
    },
  ];
};

/** `true`, `false`; anything else is refused. */
export function flag(value: string): boolean {
  if (value === "true" || value === "false") return value === "true";
  throw badRequest(`Invalid boolean value '${value}'`);
}

export function number(value: string): number {
  const read = Number(value);
  if (value.trim() !== "" && Number.isFinite(read)) return read;
  throw badRequest(`Invalid numeric value '${value}'`);
}

/** The kind of addresses of an endpoint, of APIs and of domain names. */
export const ADDRESS_TYPE: PatchRule<{ endpointConfiguration?: EndpointConfiguration | undefined }> = {
  path: "/endpointConfiguration/ipAddressType",
  ops: ["replace"],
  apply(target, value) {
    if (value !== "ipv4" && value !== "dualstack") throw badRequest("Invalid ipAddressType");
    target.endpointConfiguration = { ...target.endpointConfiguration, ipAddressType: value };
  },
};
