import type { Engine, State } from "@dovetail/engine";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { STAGE_OPTIONS, STATE_OPTIONS } from "../../option-definitions.ts";
import { showOutputs } from "../../outcome.ts";
import { withStage } from "../../stage-files.ts";

export const outputCommand: Command = {
  name: "output",
  summary: "Print the outputs of the last deploy, or one of them",
  positionals: { usage: "[NAME]", min: 0, max: 1 },
  options: {
    ...STATE_OPTIONS,
    json: STAGE_OPTIONS.json,
    format: { type: "string", value: "json", help: "same as --json" },
    raw: { type: "boolean", help: "print a text output as it is, without quotes" },
  },
  run: (invocation) => withStage(invocation, (engine) => output(invocation, engine)),
};

/** `terraform output -json`. */
function typed(outputs: State["outputs"]) {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { sensitive, type, value }]) => [name, { sensitive, type, value }]),
  );
}

async function output({ terminal, options, positionals }: Invocation, engine: Engine): Promise<number> {
  const { outputs } = await engine.state.read();
  const name = positionals[0];
  const json = options.flag("json") || options.text("format") === "json";
  if (name === undefined) {
    if (json) terminal.out(JSON.stringify(typed(outputs), null, 2));
    else showOutputs(outputs, terminal, terminal.style);
    return EXIT.done;
  }
  const output = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
  if (output === undefined) {
    const names = Object.keys(outputs);
    throw new DiagnosticError(
      errorDiagnostic("DVT5007", "Output not found", {
        detail: `There is no output "${name}". ${names.length === 0 ? "There are none." : `There are ${names.join(", ")}.`}`,
      }),
    );
  }
  terminal.out(typeof output.value === "string" && !json ? output.value : JSON.stringify(output.value));
  return EXIT.done;
}
