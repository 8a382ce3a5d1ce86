/**
 * Data protection policies: read, checked and made into what masks a message. User guide, "Understanding data protection policies"
 * (read 2026-11-21). Pure.
 */
import { invalid } from "../store.ts";
import { type Identifier, managedIdentifier, managedName } from "./identifiers.ts";

export interface Protection {
  readonly identifiers: readonly Identifier[];
  /** Managed identifiers that nothing here can tell. */
  readonly untold: readonly string[];
}

const DOCUMENT_CHARACTERS_MAX = 30_720;
const CUSTOM_MAX = 10;
const CUSTOM_CHARACTERS_MAX = 200;
/** AWS's own alphabet: no groups, so that no expression can take longer than the square of the text. */
const CUSTOM_ALPHABET = /^[A-Za-z0-9_#=@/;,\- ^$?[\]{}|\\*+.]+$/;
const CUSTOM_NAME = /^[A-Za-z0-9_-]{1,128}$/;
/** Custom expressions look at so much of a message. */
const LOOKED_AT_MAX = 10_000;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const wrong = (what: string) => invalid(`Invalid data protection policy: ${what}`);

/** Throws InvalidParameterException. */
export function readProtection(document: string): Protection {
  if (document.length > DOCUMENT_CHARACTERS_MAX) throw wrong(`a document has at most ${DOCUMENT_CHARACTERS_MAX} characters`);
  let policy: unknown;
  try {
    policy = JSON.parse(document);
  } catch {
    throw wrong("it is not valid JSON");
  }
  if (!isRecord(policy) || !Array.isArray(policy.Statement)) throw wrong("Statement must be a list");
  if (policy.Version !== "2021-06-01") throw wrong("Version must be 2021-06-01");
  const statements: readonly unknown[] = policy.Statement;
  const named = statements.map(identifiersOf);
  const operations = statements.map((each) => (isRecord(each) && isRecord(each.Operation) ? each.Operation : {}));
  const isPair = statements.length === 2 && operations.some((each) => isRecord(each.Audit)) && operations.some(isMasking);
  if (!isPair) throw wrong("it must have two statements, one with Audit and one with Deidentify and its MaskConfig");
  if (JSON.stringify([...(named[0] ?? [])].sort()) !== JSON.stringify([...(named[1] ?? [])].sort()))
    throw wrong("the data identifiers of both statements must be the same");
  return protectionOf(named[0] ?? [], customOf(policy.Configuration));
}

const isMasking = ({ Deidentify }: Readonly<Record<string, unknown>>) => isRecord(Deidentify) && isRecord(Deidentify.MaskConfig);

function identifiersOf(statement: unknown): readonly string[] {
  const list: unknown = isRecord(statement) ? (statement.DataIdentifier ?? statement.DataIdentifiers) : undefined;
  if (!Array.isArray(list) || list.length === 0 || !list.every((each) => typeof each === "string"))
    throw wrong("DataIdentifier must be a list of texts");
  return list;
}

function customOf(configuration: unknown): ReadonlyMap<string, Identifier> {
  const given: unknown = isRecord(configuration) ? configuration.CustomDataIdentifier : [];
  const out = new Map<string, Identifier>();
  if (given === undefined) return out;
  if (!Array.isArray(given) || given.length > CUSTOM_MAX) throw wrong(`at most ${CUSTOM_MAX} custom data identifiers`);
  for (const each of given as readonly unknown[]) {
    if (!isRecord(each) || typeof each.Name !== "string" || typeof each.Regex !== "string" || !CUSTOM_NAME.test(each.Name))
      throw wrong("a custom data identifier has a Name and a Regex");
    out.set(each.Name, { pattern: customPattern(each.Regex) });
  }
  return out;
}

function customPattern(source: string): RegExp {
  if (source.length > CUSTOM_CHARACTERS_MAX || !CUSTOM_ALPHABET.test(source))
    throw wrong("Regex has characters that are not supported");
  // Two endless repetitions beside each other would take the cube of a message's length.
  if ((source.replaceAll(/\\./g, "").match(/[*+]|\{\d+,(?:\d{3,})?\}/g) ?? []).length > 1)
    throw wrong("Regex has more than one unlimited repetition, which this cloud doesn't run");
  try {
    return new RegExp(source, "g");
  } catch {
    throw wrong("Regex is malformed");
  }
}

function protectionOf(names: readonly string[], custom: ReadonlyMap<string, Identifier>): Protection {
  const identifiers: Identifier[] = [];
  const untold: string[] = [];
  for (const name of names) {
    const managed = managedName(name);
    const found = managed === undefined ? custom.get(name) : managedIdentifier(managed);
    if (found !== undefined) identifiers.push(found);
    else if (managed !== undefined) untold.push(managed);
    else throw wrong(`unknown data identifier ${name}`);
  }
  return { identifiers, untold };
}

/** The message with an asterisk for each character of what is found; undefined when nothing is. */
export function masked(protections: readonly Protection[], message: string): string | undefined {
  let text = message;
  for (const { pattern, isIt } of protections.flatMap(({ identifiers }) => identifiers)) {
    const head = text.slice(0, LOOKED_AT_MAX);
    const changed = head.replaceAll(pattern, (found) => (isIt === undefined || isIt(found) ? "*".repeat(found.length) : found));
    if (changed !== head) text = changed + text.slice(LOOKED_AT_MAX);
  }
  return text === message ? undefined : text;
}
