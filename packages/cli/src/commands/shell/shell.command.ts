import { spawn } from "node:child_process";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { type Command, EXIT } from "../../command.ts";
import { localEnvironment } from "../../local-environment.ts";
import { OPTIONS } from "../../option-definitions.ts";
import { openSession } from "../../session.ts";

export const shellCommand: Command = {
  name: "shell",
  summary: "Run a command (or a shell) with the stage's endpoint, region and credentials: dovetail shell -- aws s3 ls",
  positionals: { usage: "[-- COMMAND …]", min: 0, max: Number.POSITIVE_INFINITY },
  options: { stage: OPTIONS.stage, config: OPTIONS.config, target: OPTIONS.target },
  async run(invocation) {
    const { env, positionals, terminal } = invocation;
    const session = await openSession(invocation, { command: "shell" });
    await session.close();
    terminal.note(terminal.style.bold(session.title));
    const local = session.endpoint === undefined ? {} : localEnvironment(session.endpoint, env);
    const [program = env.SHELL ?? "/bin/sh", ...args] = positionals;
    return await new Promise<number>((resolve, reject) => {
      const child = spawn(program, args, {
        stdio: "inherit",
        env: { ...env, ...local, SST_STAGE: session.stage, SST_APP: session.app.name },
      });
      child.on("error", (error) =>
        reject(
          new DiagnosticError(
            errorDiagnostic("DVT7001", "Usage", { detail: `${program} cannot be started: ${error.message}.` }),
            { cause: error },
          ),
        ),
      );
      child.on("exit", (code) => resolve(code ?? EXIT.failed));
    });
  },
};
