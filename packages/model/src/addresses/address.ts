/** Resource addresses as Terraform writes them: `module.a["k"].data.aws_x.y[0]`. Parsing, formatting, matching; no I/O. */

export type ResourceMode = "managed" | "data";
export type InstanceKey = number | string;

export interface ResourceAddress {
  /** `module.a["k"].module.b`; absent in the root module. */
  readonly module?: string;
  readonly mode: ResourceMode;
  readonly type: string;
  readonly name: string;
  /** Key of the instance under `count` (number) or `for_each` (string). */
  readonly index?: InstanceKey;
}

const IDENTIFIER = /^[\p{ID_Start}_][\p{ID_Continue}-]*/u;

/** The address in Terraform's notation; two addresses are the same resource exactly when their texts are equal. Pure. */
export function formatAddress(address: ResourceAddress): string {
  const own = `${address.mode === "data" ? "data." : ""}${address.type}.${address.name}`;
  const key = address.index === undefined ? "" : formatInstanceKey(address.index);
  return `${address.module === undefined || address.module === "" ? "" : `${address.module}.`}${own}${key}`;
}

/** `[0]` or `["key"]`, the key quoted as an HCL string is (`${` and `%{` doubled). */
export function formatInstanceKey(key: InstanceKey): string {
  if (typeof key === "number") return `[${key}]`;
  const quoted = JSON.stringify(key).replaceAll("${", "$${").replaceAll("%{", "%%{");
  return `[${quoted}]`;
}

/** Reads an address of a resource or resource instance; undefined when the text is none. */
export function parseAddress(text: string): ResourceAddress | undefined {
  const steps = splitSteps(text);
  if (steps === undefined) return undefined;
  const { modulePath, rest } = takeModules(steps);
  const mode: ResourceMode = rest[0]?.name === "data" && rest[0].index === undefined ? "data" : "managed";
  const own = mode === "data" ? rest.slice(1) : rest;
  const [type, name] = own;
  if (own.length !== 2 || type === undefined || name === undefined || type.index !== undefined) return undefined;
  return {
    ...(modulePath === "" ? {} : { module: modulePath }),
    mode,
    type: type.name,
    name: name.name,
    ...(name.index === undefined ? {} : { index: name.index }),
  };
}

/** The address without any instance key, its modules' included: what the state records as a dependency. */
export function configAddress(text: string): string {
  if (!text.includes("[")) return text;
  const steps = splitSteps(text);
  return steps === undefined ? text : steps.map((step) => step.name).join(".");
}

/** Whether `text` is a module path (`module.a`, `module.a["k"].module.b`). */
export function isModuleAddress(text: string): boolean {
  const steps = splitSteps(text);
  if (steps === undefined) return false;
  const { modulePath, rest } = takeModules(steps);
  return modulePath !== "" && rest.length === 0;
}

/**
 * Whether `-target=TARGET` takes in the resource instance `address`: the instance itself, every instance of
 * a resource named without its key, everything in a module. Terraform: "Resource Targeting".
 */
export function targetIncludes(target: string, address: string): boolean {
  const wanted = splitSteps(target);
  const found = splitSteps(address);
  if (wanted === undefined || found === undefined || wanted.length > found.length) return false;
  if (wanted.length < found.length && !isModuleAddress(target)) return false;
  return wanted.every((step, i) => step.name === found[i]?.name && (step.index === undefined || step.index === found[i]?.index));
}

interface Step {
  readonly name: string;
  readonly index?: InstanceKey;
}

function takeModules(steps: readonly Step[]): { modulePath: string; rest: readonly Step[] } {
  let at = 0;
  const parts: string[] = [];
  while (steps[at]?.name === "module" && steps[at]?.index === undefined && steps[at + 1] !== undefined) {
    const step = steps[at + 1];
    parts.push(`module.${step?.name}${step?.index === undefined ? "" : formatInstanceKey(step.index)}`);
    at += 2;
  }
  return { modulePath: parts.join("."), rest: steps.slice(at) };
}

/** Linear in the text: each step is an identifier and at most one key. */
function splitSteps(text: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  let at = 0;
  while (at < text.length) {
    const end = identifierEnd(text, at);
    if (end === undefined) return undefined;
    const name = text.slice(at, end);
    at = end;
    if (text[at] === "[") {
      const key = readKey(text, at);
      if (key === undefined) return undefined;
      steps.push({ name, index: key.key });
      at = key.end;
    } else steps.push({ name });
    if (at === text.length) return steps;
    if (text[at] !== ".") return undefined;
    at += 1;
  }
  return undefined;
}

function identifierEnd(text: string, at: number): number | undefined {
  const stop = /[.[\]]/g;
  stop.lastIndex = at;
  const end = stop.exec(text)?.index ?? text.length;
  const word = text.slice(at, end);
  return IDENTIFIER.exec(word)?.[0] === word && word !== "" ? end : undefined;
}

function readKey(text: string, at: number): { key: InstanceKey; end: number } | undefined {
  if (text[at + 1] !== '"') {
    const close = text.indexOf("]", at);
    const digits = close < 0 ? "" : text.slice(at + 1, close);
    return /^(0|[1-9][0-9]*)$/.test(digits) ? { key: Number(digits), end: close + 1 } : undefined;
  }
  let end = at + 2;
  while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  if (text[end + 1] !== "]") return undefined;
  const quoted = text
    .slice(at + 1, end + 1)
    .replaceAll("$${", "${")
    .replaceAll("%%{", "%{");
  try {
    const key: unknown = JSON.parse(quoted);
    return typeof key === "string" ? { key, end: end + 2 } : undefined;
  } catch {
    return undefined;
  }
}
