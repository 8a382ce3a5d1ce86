import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { usageError } from "../../parse.ts";
import { invokeFunction, withFunction } from "./function-calls.ts";

export const invokeCommand: Command = {
  name: "invoke",
  summary: "Call a function of the stage and print its answer; exits with 1 when the function fails",
  positionals: { usage: "FUNCTION", min: 1, max: 1 },
  options: {
    stage: OPTIONS.stage,
    config: OPTIONS.config,
    target: OPTIONS.target,
    payload: { type: "string", short: "p", value: "JSON|@FILE", help: "the event (default: {})" },
  },
  run: (invocation) => {
    const payload = payloadOf(invocation);
    return withFunction(invocation, async (endpoint, found) => {
      const { payload: answer, functionError } = await invokeFunction(endpoint, found, payload);
      invocation.terminal.out(answer);
      if (functionError === undefined) return EXIT.done;
      invocation.terminal.note(invocation.terminal.style.red(`✕ ${found.functionName} failed (${functionError})`));
      return EXIT.failed;
    });
  },
};

function payloadOf({ options, cwd }: Invocation): string {
  const given = options.text("payload") ?? "{}";
  try {
    const text = given.startsWith("@") ? readFileSync(resolve(cwd, given.slice(1)), "utf8") : given;
    JSON.parse(text);
    return text;
  } catch (error) {
    throw usageError(invokeCommand, `the payload is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
