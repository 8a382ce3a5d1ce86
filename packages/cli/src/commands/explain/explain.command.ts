import { CODES } from "@dovetail/model";
import { type Command, EXIT } from "../../command.ts";
import { usageError } from "../../parse.ts";
import { EXPLANATIONS } from "./explanations.ts";

export const explainCommand: Command = {
  name: "explain",
  summary: "Say what a diagnostic's code means and what to do",
  positionals: { usage: "CODE", min: 1, max: 1 },
  options: {},
  async run({ terminal, positionals }) {
    const code = (positionals[0] ?? "").toUpperCase();
    if (!Object.hasOwn(CODES, code)) throw usageError(explainCommand, `There is no code "${code.slice(0, 20)}"`);
    const known = code as keyof typeof CODES;
    terminal.out(`${known}: ${CODES[known]}`);
    const explanation = EXPLANATIONS[known];
    if (explanation !== undefined) terminal.out(`\n${explanation}`);
    return EXIT.done;
  },
};
