import { resolve } from "node:path";
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
    durable: { type: "boolean", help: "answer a write only when it is on disk, safe from a power cut" },
    volatile: { type: "boolean", help: "keep nothing: everything goes when the cloud stops" },
    "no-iam": { type: "boolean", help: "do not check the policies of roles and users" },
    "init-dir": {
      type: "string",
      value: "DIR",
      help: "folder with boot.d, start.d, ready.d, shutdown.d (default: .dovetail/cloud/init)",
    },
    "trace-events": {
      type: "string",
      value: "N",
      help: "how many requests and events the trace keeps (default: 10000; 0: none)",
    },
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
    const traceEvents = options.text("trace-events");
    if (traceEvents !== undefined && !/^\d{1,6}$/.test(traceEvents))
      throw usageError(cloudStartCommand, `"${traceEvents}" is no number of events up to 999999`);
    if (options.flag("durable") && options.flag("volatile"))
      throw usageError(cloudStartCommand, "--durable and --volatile exclude each other");
    const initDir = options.text("init-dir");
    const before = await runningCloud(invocation);
    const cloud =
      before ??
      (await startDetachedCloud({
        dataDir: cloudFolder(appRoot(cwd), env),
        entry: cloudProgram(),
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(accountId === undefined ? {} : { accountId }),
        ...(options.flag("durable") ? { durable: true } : {}),
        ...(options.flag("volatile") ? { volatile: true } : {}),
        ...(options.flag("no-iam") ? { enforceIam: false } : {}),
        ...(initDir === undefined ? {} : { initDir: resolve(cwd, initDir) }),
        ...(traceEvents === undefined ? {} : { traceEvents: Number(traceEvents) }),
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
