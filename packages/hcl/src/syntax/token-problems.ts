import { type Diagnostic, errorDiagnostic } from "@dovetail/model";
import type { SourceText } from "./source-text.ts";
import { Token, type TokenList, type TokenType } from "./tokens.ts";

interface Problem {
  readonly summary: string;
  detail(text: string): string;
  /** How often it is told in one file, so that one slip of the keyboard does not fill the screen. */
  readonly timesMax: number;
  /** Told at every second place only: quotes of other languages come in pairs. */
  readonly comesInPairs?: boolean;
}

const BITWISE = "Bitwise operators are not supported.";
const bitwise = (hint: string): Problem => ({
  summary: "Unsupported operator",
  detail: () => (hint === "" ? BITWISE : `${BITWISE} Did you mean boolean ${hint}?`),
  timesMax: 4,
});

const PROBLEMS = new Map<TokenType, Problem>([
  [Token.bitwiseAnd, bitwise('AND ("&&")')],
  [Token.bitwiseOr, bitwise('OR ("||")')],
  [Token.bitwiseNot, bitwise('NOT ("!")')],
  [Token.bitwiseXor, bitwise("")],
  [
    Token.backtick,
    {
      summary: "Invalid character",
      detail: () => 'The "`" character is not valid. To create a multi-line string, use the "heredoc" syntax, like "<<EOT".',
      timesMax: 2,
      comesInPairs: true,
    },
  ],
  [
    Token.apostrophe,
    {
      summary: "Invalid character",
      detail: () => 'Single quotes are not valid. Use double quotes (") to enclose strings.',
      timesMax: 2,
      comesInPairs: true,
    },
  ],
  [
    Token.semicolon,
    {
      summary: "Invalid character",
      detail: () =>
        'The ";" character is not valid. Use newlines to separate arguments and blocks, and commas to separate items in collection values.',
      timesMax: 1,
    },
  ],
  [
    Token.brokenText,
    {
      summary: "Invalid character encoding",
      detail: () => "All input files must be UTF-8 encoded. Ensure that UTF-8 encoding is selected in your editor.",
      timesMax: 1,
    },
  ],
  [
    Token.quotedNewline,
    {
      summary: "Invalid multi-line string",
      detail: () =>
        'Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \\n escape to represent a newline character or use the "heredoc" multi-line template syntax.',
      timesMax: Number.POSITIVE_INFINITY,
    },
  ],
  [
    Token.invalid,
    {
      summary: "Invalid character",
      detail: (text) =>
        text === "“" || text === "”"
          ? '"Curly quotes" are not valid here. These can sometimes be inadvertently introduced when sharing code via documents or discussion forums. It might help to replace the character with a "straight quote".'
          : "This character is not used within the language.",
      timesMax: Number.POSITIVE_INFINITY,
    },
  ],
]);
const TOLD_MAX = 200;

/** What is wrong with single tokens, wherever they stand; at most `TOLD_MAX` of them. */
export function tokenProblems(source: SourceText, tokens: TokenList): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const seen = new Map<TokenType, number>();
  for (let i = 0; i < tokens.types.length && found.length < TOLD_MAX; i++) {
    const type = tokens.types[i] ?? Token.endOfFile;
    if (type < Token.bitwiseAnd) continue;
    const problem = PROBLEMS.get(type);
    if (problem === undefined) continue;
    // The three bitwise operators with a hint and the one without share their count, as one kind of mistake.
    const kind = type <= Token.bitwiseXor ? Token.bitwiseAnd : type;
    const times = seen.get(kind) ?? 0;
    seen.set(kind, times + 1);
    if (!isTold(problem, times)) continue;
    const start = tokens.starts[i] ?? 0;
    const end = tokens.ends[i] ?? start;
    found.push(
      errorDiagnostic("DVT2001", problem.summary, {
        detail: problem.detail(source.text.slice(start, end)),
        range: source.range(start, end),
      }),
    );
  }
  return found;
}

function isTold(problem: Problem, times: number): boolean {
  if (problem.comesInPairs === true) return times < 2 * problem.timesMax && times % 2 === 0;
  return times < problem.timesMax;
}
