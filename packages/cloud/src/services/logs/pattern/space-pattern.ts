import { type Comparison, compareValue, parseComparison } from "./comparison.ts";
import { PatternError, TokenReader } from "./tokens.ts";

/** Filter patterns for space-delimited events: `[ip, user, ..., status = 4* || status = 5*, bytes > 1000]`. Pure. */
interface Field {
  readonly name: string;
  readonly test: (value: string) => boolean;
}

/** The fields of a matching event by name; undefined when it doesn't match. */
export type SpaceTest = (message: string) => ReadonlyMap<string, string> | undefined;

export function parseSpacePattern(text: string): SpaceTest {
  const reader = new TokenReader(text.slice(1, -1));
  const before: Field[] = [];
  const after: Field[] = [];
  let hasEllipsis = false;
  for (;;) {
    reader.skipSpace();
    if (reader.isAtEnd) break;
    if (reader.take("...")) {
      if (hasEllipsis) throw new PatternError("more than one ...");
      hasEllipsis = true;
    } else (hasEllipsis ? after : before).push(parseField(reader, before.length + after.length));
    reader.skipSpace();
    if (!reader.isAtEnd && !reader.take(",")) throw new PatternError(`a comma was expected at ${JSON.stringify(reader.rest())}`);
  }
  return (message) => {
    const values = splitMessage(message);
    if (hasEllipsis ? values.length < before.length + after.length : values.length !== before.length) return undefined;
    const tail = values.slice(values.length - after.length);
    const pairs = [
      ...before.map((field, i) => [field, values[i] ?? ""] as const),
      ...after.map((field, i) => [field, tail[i] ?? ""] as const),
    ];
    return pairs.every(([field, value]) => field.test(value))
      ? new Map(pairs.map(([field, value]) => [field.name, value]))
      : undefined;
  };
}

function parseField(reader: TokenReader, index: number): Field {
  const name = reader.match(/^[A-Za-z0-9_$-]+/)?.[0] ?? "";
  if (name === "" && !/^\s*[=!<>]/.test(reader.rest()))
    throw new PatternError(`a field was expected at ${JSON.stringify(reader.rest())}`);
  const label = name === "" ? `field${index}` : name;
  if (!/^\s*[=!<>]/.test(reader.rest())) return { name: label, test: () => true };
  const any: Comparison[][] = [[parseComparison(reader)]];
  for (;;) {
    if (reader.take("&&")) any.at(-1)?.push(again(reader, name));
    else if (reader.take("||")) any.push([again(reader, name)]);
    else break;
  }
  return { name: label, test: (value) => any.some((all) => all.every((comparison) => compareValue(comparison, value))) };
}

function again(reader: TokenReader, name: string): Comparison {
  reader.skipSpace();
  const repeated = reader.match(/^[A-Za-z0-9_$-]+/)?.[0];
  if (repeated !== undefined && repeated !== name) throw new PatternError(`a condition on ${name} can't name ${repeated}`);
  return parseComparison(reader);
}

/** Words; what stands in double quotes or square brackets is one word. */
export function splitMessage(message: string): string[] {
  return [...message.matchAll(/"([^"]*)"|\[([^\]]*)\]|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}
