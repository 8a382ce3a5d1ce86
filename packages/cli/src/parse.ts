import { parseArgs } from "node:util";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Command, Options } from "./command.ts";

/**
 * Arguments of one command as its definition says. Throws DVT7001 for an unknown option, a missing value or a wrong
 * number of positionals, with the command's usage.
 */
export function parseArguments(command: Command, args: readonly string[]): { options: Options; positionals: readonly string[] } {
  const definitions = Object.fromEntries(
    Object.entries(command.options).map(([name, option]) => [
      name,
      { type: option.type, multiple: option.multiple === true, ...(option.short === undefined ? {} : { short: option.short }) },
    ]),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[]; tokens: readonly Token[] };
  try {
    parsed = parseArgs({
      args: [...args],
      options: definitions,
      allowPositionals: true,
      strict: true,
      tokens: true,
    }) as typeof parsed;
  } catch (error) {
    throw usageError(command, error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error));
  }
  const { min, max } = command.positionals ?? { min: 0, max: 0 };
  if (parsed.positionals.length < min) throw usageError(command, `${command.positionals?.usage ?? "an argument"} is missing`);
  if (parsed.positionals.length > max) throw usageError(command, `unexpected argument '${parsed.positionals[max] ?? ""}'`);
  const value = (name: string) => (Object.hasOwn(parsed.values, name) ? parsed.values[name] : undefined);
  return {
    positionals: parsed.positionals,
    options: {
      text: (name) => (typeof value(name) === "string" ? (value(name) as string) : undefined),
      texts: (name) => (Array.isArray(value(name)) ? (value(name) as string[]) : []),
      flag: (name) => value(name) === true,
      inOrder: (names) =>
        parsed.tokens.flatMap((token) => {
          const name = token.kind === "option" ? names.find((each) => each === token.name) : undefined;
          return name === undefined || token.value === undefined ? [] : [{ name, value: token.value }];
        }),
    },
  };
}

/** What `parseArgs` read, piece by piece. */
interface Token {
  readonly kind: "option" | "positional" | "option-terminator";
  readonly name?: string;
  readonly value?: string;
}

export function usageError(command: Command, detail: string): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("DVT7001", "Usage", { detail: `${detail}.`, fix: usageLine(command) }));
}

export function usageLine(command: Command): string {
  const options = Object.keys(command.options).length > 0 ? " [options]" : "";
  const positionals = command.positionals === undefined ? "" : ` ${command.positionals.usage}`;
  return `usage: dovetail ${command.name}${options}${positionals}`;
}
