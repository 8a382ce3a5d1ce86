/** What `serve.ts` runs: reads the settings, serves, tells the parent where, ends when asked. */
import { parseArgs } from "node:util";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { serve } from "./process/serve.ts";

function settings() {
  const { values } = parseArgs({
    options: {
      "data-dir": { type: "string" },
      port: { type: "string" },
      account: { type: "string" },
      region: { type: "string" },
      "no-iam": { type: "boolean" },
      durable: { type: "boolean" },
      volatile: { type: "boolean" },
      "init-dir": { type: "string" },
      "trace-events": { type: "string" },
    },
  });
  const dataDir = values["data-dir"];
  if (dataDir === undefined)
    throw new DiagnosticError(errorDiagnostic("DVT6001", "Cloud does not start", { detail: "--data-dir is missing." }));
  return {
    dataDir,
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
    ...(values.account === undefined ? {} : { accountId: values.account }),
    ...(values.region === undefined ? {} : { region: values.region }),
    enforceIam: values["no-iam"] !== true,
    durable: values.durable === true,
    volatile: values.volatile === true,
    ...(values["init-dir"] === undefined ? {} : { initDir: values["init-dir"] }),
    ...(values["trace-events"] === undefined ? {} : { traceEvents: Number(values["trace-events"]) }),
  };
}

async function main(): Promise<void> {
  const log = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  const served = await serve({ ...settings(), log });
  process.stdout.write(`${JSON.stringify(served.running)}\n`);
  process.send?.({ running: served.running });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void served.stop());
  await served.stopped;
  process.exit(0);
}

main().catch((error: unknown) => {
  const diagnostics =
    error instanceof DiagnosticError
      ? error.diagnostics
      : [
          errorDiagnostic("DVT6001", "Cloud does not start", {
            detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
          }),
        ];
  for (const each of diagnostics) process.stderr.write(`Error ${each.code}: ${each.summary}\n  ${each.detail ?? ""}\n`);
  if (process.send === undefined) process.exit(1);
  process.send({ diagnostics }, () => process.exit(1));
});
