/** Small apps in temporary folders with a cloud of their own, and the command line on them: in this process or in one of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { runCommandLine } from "../../src/command-line.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
/** How often a test looks whether a thing has happened. */
const LOOK_MS = 5;

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  /** Resolves once stderr matches; throws with what was printed when the process ends before. */
  said(pattern: RegExp): Promise<void>;
  readonly ended: Promise<number | null>;
}

export interface TestApp {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  write(files: { readonly [path: string]: string }): void;
  /** `dovetail …` in this process. */
  run(...args: string[]): Promise<Ran>;
  /** The same in the folder given. */
  runIn(cwd: string, ...args: string[]): Promise<Ran>;
  /** The same; throws with what it printed unless it ended with 0. */
  succeed(...args: string[]): Promise<Ran>;
  /** `dovetail …` as a process. */
  start(...args: string[]): Running;
  /** Asks the cloud's HTTP API. */
  admin<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Calls an AWS operation of the JSON protocols as root. */
  aws<T>(service: string, target: string, input: object): Promise<T>;
  dispose(): Promise<void>;
}

export function testApp(files: { readonly [path: string]: string }): TestApp {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-cli-"));
  const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: folder, USER: "tester" };
  const endpoint = async () =>
    (JSON.parse((await app.succeed("cloud", "status", "--json")).out) as { endpoint: string }).endpoint;
  const app: TestApp = {
    folder,
    env,
    write(changed) {
      for (const [path, text] of Object.entries(changed)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
    run: (...args) => app.runIn(folder, ...args),
    async runIn(cwd, ...args) {
      const stdout = new PassThrough();
      const stderr = new PassThrough();
      const never = new AbortController().signal;
      const code = await runCommandLine(args, {
        streams: { stdout, stderr, stdin: new PassThrough() },
        cwd,
        env,
        interrupt: never,
        interruptAgain: never,
      });
      return { code, out: String(stdout.read() ?? ""), err: String(stderr.read() ?? "") };
    },
    async succeed(...args) {
      const ran = await app.run(...args);
      if (ran.code !== 0) throw new Error(`dovetail ${args.join(" ")} ended with ${ran.code}\n${ran.out}\n${ran.err}`);
      return ran;
    },
    start: (...args) => start(folder, env, args),
    async admin<T>(method: string, path: string, body?: unknown) {
      const response = await fetch(`${await endpoint()}/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
      return (await response.json()) as T;
    },
    async aws<T>(service: string, target: string, input: object) {
      const version = service === "sqs" ? "1.0" : "1.1";
      const response = await fetch(await endpoint(), {
        method: "POST",
        headers: {
          "content-type": `application/x-amz-json-${version}`,
          "x-amz-target": target,
          authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
        },
        body: JSON.stringify(input),
      });
      const text = await response.text();
      return (text === "" ? {} : JSON.parse(text)) as T;
    },
    async dispose() {
      await app.run("cloud", "stop");
      rmSync(folder, { recursive: true, force: true });
    },
  };
  app.write(files);
  return app;
}

function start(cwd: string, env: NodeJS.ProcessEnv, args: readonly string[]): Running {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let isEnded = false;
  void ended.then(() => {
    isEnded = true;
  });
  return {
    child,
    out: () => out,
    err: () => err,
    ended,
    async said(pattern) {
      await until(() => {
        if (isEnded && !pattern.test(err)) throw new Error(`it ended without saying ${pattern}:\n${out}\n${err}`);
        return pattern.test(err);
      });
    },
  };
}

/** Looks until it is so; the test's own limit ends a wait for what never comes. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

/** An sst.config.ts whose run() has this body; `aws` and `pulumi` are imported. */
export function program(body: string, name = "tiny"): string {
  return `/// <reference path="./.sst/platform/config.d.ts" />
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
export default $config({
  app: () => ({ name: "${name}", home: "local" }),
  async run() {
${body}
  },
});
`;
}

/** A function "Hello" of the folder `fn`, and its URL. */
export const FUNCTION = `
    const role = new aws.iam.Role("Role", {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
      }),
    });
    const hello = new aws.lambda.Function("Hello", {
      runtime: "nodejs22.x", handler: "index.handler", role: role.arn, code: new pulumi.asset.FileArchive("fn"),
    });
`;
