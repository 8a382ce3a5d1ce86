/**
 * Regular expressions as RE2 has them, which take time in proportion to the text, whatever the pattern. Matching and the words for what is
 * wrong with a pattern are `re2js`'s (a port of RE2); which matches there are and how a replacement is filled in is Go's.
 */
import { RE2JS, RE2JSSyntaxException } from "re2js";
import { objectOf, STRING, type Type, tupleOf } from "../values/type.ts";
import { nullVal, objectVal, stringVal, tupleVal, type Val } from "../values/value.ts";

export interface Pattern {
  /** The names of its groups in order; "" for one without. */
  readonly groupNames: readonly string[];
  /** The first match that starts at or after a position of the text. */
  matchFrom(text: string, position: number): Match | undefined;
}

export interface Match {
  readonly start: number;
  readonly end: number;
  /** Of each group, the text it matched; undefined where it took no part. */
  readonly groups: readonly (string | undefined)[];
}

/** What is wrong with a pattern, and with which part of it. */
export class PatternError extends Error {
  readonly reason: string;
  readonly part: string;
  constructor(reason: string, part: string) {
    super(`error parsing regexp: ${reason}: \`${part}\``);
    this.name = "PatternError";
    this.reason = reason;
    this.part = part;
  }
}

/** @throws PatternError */
export function compilePattern(source: string): Pattern {
  const compiled = compiledOrBlamed(source);
  const groupNames: string[] = Array.from({ length: compiled.groupCount() }, () => "");
  for (const [name, position] of Object.entries(compiled.namedGroups())) groupNames[position - 1] = name;
  return {
    groupNames,
    matchFrom(text, position) {
      const matcher = compiled.matcher(text);
      if (!matcher.find(position)) return undefined;
      const groups = groupNames.map((_, i) => (matcher.start(i + 1) < 0 ? undefined : (matcher.group(i + 1) ?? undefined)));
      return { start: matcher.start(0), end: matcher.end(0), groups };
    },
  };
}

function compiledOrBlamed(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw new PatternError(error.getDescription(), error.getPattern() ?? "");
    throw error;
  }
}

/** All matches from left to right; an empty one that only touches the one before it is none. */
export function allMatches(pattern: Pattern, text: string): readonly Match[] {
  const matches: Match[] = [];
  let position = 0;
  let previousEnd = -1;
  while (position <= text.length) {
    const match = pattern.matchFrom(text, position);
    if (match === undefined) break;
    const isEmpty = match.start === match.end;
    if (!(isEmpty && match.end === previousEnd)) matches.push(match);
    previousEnd = match.end;
    position = isEmpty ? match.end + widthAt(text, match.end) : match.end;
  }
  return matches;
}

function widthAt(text: string, position: number): number {
  return (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
}

/** The text with every match replaced; in the replacement `$1`, `$name` and `${name}` are groups, `$$` a dollar sign. */
export function replaceMatches(pattern: Pattern, text: string, replacement: string): string {
  let result = "";
  let position = 0;
  for (const match of allMatches(pattern, text)) {
    result += text.slice(position, match.start) + filledIn(replacement, pattern, match, text.slice(match.start, match.end));
    position = match.end;
  }
  return result + text.slice(position);
}

const REFERENCE = /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

function filledIn(replacement: string, { groupNames }: Pattern, { groups }: Match, whole: string): string {
  return replacement.replace(REFERENCE, (_, dollar: string | undefined, braced: string | undefined, bare: string | undefined) => {
    if (dollar !== undefined) return "$";
    const name = braced ?? bare ?? "";
    if (/^[0-9]+$/.test(name) && !(name.length > 1 && name.startsWith("0")))
      return name === "0" ? whole : (groups[Number(name) - 1] ?? "");
    return groupNames.reduce((found, group, i) => (group === name ? (groups[i] ?? found) : found), "");
  });
}

/** What `regex` answers for a pattern: the match, a tuple of its groups or an object of its named groups. undefined where it mixes both. */
export function resultType({ groupNames }: Pattern): Type | undefined {
  const named = groupNames.filter((name) => name !== "");
  if (groupNames.length === 0) return STRING;
  if (named.length === 0) return tupleOf(groupNames.map(() => STRING));
  return named.length === groupNames.length ? objectOf(new Map(named.map((name) => [name, STRING]))) : undefined;
}

export function matchValue(pattern: Pattern, text: string, { start, end, groups }: Match): Val {
  if (groups.length === 0) return stringVal(text.slice(start, end));
  const values = groups.map((group) => (group === undefined ? nullVal(STRING) : stringVal(group)));
  if (pattern.groupNames[0] === "") return tupleVal(values);
  return objectVal(new Map(pattern.groupNames.map((name, i) => [name, values[i] ?? nullVal(STRING)])));
}
