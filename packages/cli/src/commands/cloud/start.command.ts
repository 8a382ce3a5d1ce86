import { startDetachedCloud } from "@dovetail/cloud";
import { appRoot, cloudFolder, cloudProgram } from "../../cloud-folder.ts";
import { type Command, EXIT } from "../../command.ts";
import { usageError } from "../../parse.ts";
import { runningCloud } from "./running.ts";

export const cloudStartCommand: Command = {
  name: "cloud start",
  summary: "Start this app's embedded AWS in the background",
  options: {
    port: { type: "string", value: "PORT", help: "port to listen on (default: 4566, or the next free one)" },
    "account-id": { type: "string", value: "ID", help: "12-digit account id (default: 000000000000)" },
    json: { type: "boolean", help: "print the result as JSON" },
  },
  async run(invocation) {
    const { terminal, options, cwd, env } = invocation;
    const port = options.text("port");
    if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) < 65_536))
      throw usageError(cloudStartCommand, `"${port}" is no port`);
    const accountId = options.text("account-id");
    if (accountId !== undefined && !/^\d{12}$/.test(accountId))
      throw usageError(cloudStartCommand, `"${accountId}" is no account id of 12 digits`);
    const before = await runningCloud(invocation);
    const cloud =
      before ??
      (await startDetachedCloud({
        dataDir: cloudFolder(appRoot(cwd), env),
        entry: cloudProgram(),
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(accountId === undefined ? {} : { accountId }),
      }));
    if (options.flag("json"))
      terminal.out(JSON.stringify({ endpoint: cloud.endpoint, pid: cloud.pid, started: before === undefined }));
    else
      terminal.out(
        before === undefined
          ? `The cloud runs at ${cloud.endpoint} (pid ${cloud.pid})`
          : `The cloud runs already at ${cloud.endpoint} (pid ${cloud.pid})`,
      );
    return EXIT.done;
  },
};
