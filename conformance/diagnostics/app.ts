/**
 * Tiny programs that are wrong in one way, run by the real command line: what it says, where, why, how to mend, and what it left behind.
 * A program's text marks with "§" the place that the message must point at; the mark is taken out before the file is written.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import type { FileSystem } from "@dovetail/engine";
import { CODES, type DiagnosticCode } from "@dovetail/model";
import { afterAll, beforeAll, expect } from "vitest";
import { runCommandLine } from "../../packages/cli/src/command-line.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Each diagnostic that was shown, as its text. */
  readonly messages: readonly string[];
}

export interface RunOptions {
  readonly files?: FileSystem;
  readonly env?: NodeJS.ProcessEnv;
  readonly interrupt?: AbortSignal;
}

/** What a message must say. Texts are looked for, patterns are matched. */
export interface Wanted {
  readonly code: DiagnosticCode;
  readonly severity?: "Error" | "Warning" | "Note";
  /** Default: the code's own summary. */
  readonly summary?: string;
  readonly says: readonly (string | RegExp)[];
  /** The line of the fix. Left out only where there is none to give. */
  readonly fix?: string | RegExp;
}

export interface WrittenApp {
  readonly folder: string;
  /** `file:line:column` of the mark, as messages show it. */
  readonly place: string | undefined;
  /** The line of the mark, and how the caret's line under it begins. */
  readonly excerpt: readonly string[];
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  write(files: { readonly [path: string]: string }): void;
  read(path: string): string;
  exists(path: string): boolean;
}

const MARK = "§";

/** A cloud for the tests of one file, and apps that deploy to it. Call at the top of the file. */
export function withCloud() {
  const scratch = mkdtempSync(join(tmpdir(), "dovetail-diagnostics-"));
  const cloud = join(scratch, "cloud");
  let count = 0;
  let endpoint = "";
  const env = { PATH: process.env.PATH, HOME: scratch, DOVETAIL_CLOUD: cloud, NO_COLOR: "1" };
  const runIn =
    (folder: string) =>
    (args: readonly string[], options: RunOptions = {}) =>
      runHere(args, { ...options, cwd: folder, env: { ...env, ...options.env } });

  beforeAll(async () => {
    const started = await runIn(scratch)(["cloud", "start"]);
    expect(started.code, started.err).toBe(0);
    endpoint = (JSON.parse(readFileSync(join(cloud, "cloud.json"), "utf8")) as { endpoint: string }).endpoint;
  });
  afterAll(async () => {
    await runIn(scratch)(["cloud", "stop"]);
    rmSync(scratch, { recursive: true, force: true });
  });

  return {
    scratch,
    env,
    endpoint: () => endpoint,
    /** Everything that the cloud has. */
    async inventory(): Promise<unknown> {
      const answer = await fetch(`${endpoint}/_dovetail/inventory`);
      return ((await answer.json()) as { resources: unknown }).resources;
    },
    /** An app in a folder of its own. `sst.config.ts` is what `program` makes of a body, or a file given. */
    app(files: { readonly [path: string]: string }): WrittenApp {
      const folder = join(scratch, `app${count++}`);
      return writeApp(folder, files, runIn(folder));
    },
  };
}

export type TestCloud = ReturnType<typeof withCloud>;

let programs = 0;

/** An `sst.config.ts` whose `run` is `body`; the app has a name of its own, so that names made of it do not meet in the cloud. */
export function program(body: string, app = "", head = ""): string {
  return `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
${head}
export default $config({
  app: (input) => ({ name: "shop${programs++}", stage: input.stage, home: "aws"${app} }),
  async run() {
${body.replace(/^\n|\n\s*$/g, "")}
  },
});
void pulumi;
`;
}

/** A program that is refused: it exits with 1, says what is wanted at its mark, and leaves neither a thing in the cloud nor a state. */
export async function expectRefused(
  cloud: TestCloud,
  files: { readonly [path: string]: string },
  wanted: Wanted,
  args: readonly string[] = ["deploy", "--stage", "dev"],
): Promise<Ran> {
  const app = cloud.app(files);
  const before = await cloud.inventory();
  const ran = await app.run(args);
  expectSaid(ran, wanted, app);
  expect(ran.code, ran.err).toBe(1);
  expect(await cloud.inventory()).toEqual(before);
  expect(stateFiles(app)).toEqual([]);
  return ran;
}

/** A program that is accepted with a word: it exits with 0 and says what is wanted at its mark. */
export async function expectRemarked(
  cloud: TestCloud,
  files: { readonly [path: string]: string },
  wanted: Wanted,
  args: readonly string[] = ["deploy", "--stage", "dev"],
): Promise<{ readonly ran: Ran; readonly app: WrittenApp }> {
  const app = cloud.app(files);
  const ran = await app.run(args);
  expect(ran.code, ran.err).toBe(0);
  expectSaid(ran, wanted, app);
  return { ran, app };
}

/** One of the messages is the wanted one, and none of them is of the kind that no user should meet. */
export function expectSaid(ran: Ran, wanted: Wanted, app?: Pick<WrittenApp, "place" | "excerpt">): string {
  const { code, severity = "Error", summary = CODES[code], says, fix } = wanted;
  const all = ran.messages.join("\n\n");
  const head = `${severity} ${code}: ${summary}`;
  const needed = [...says, ...(fix === undefined ? [] : [fix]), ...(app?.place === undefined ? [] : [`at ${app.place}`])];
  const fits = (message: string, part: string | RegExp) =>
    typeof part === "string" ? message.replace(/\s+/g, " ").includes(part.replace(/\s+/g, " ")) : part.test(message);
  const same = ran.messages.filter((message) => message.startsWith(head));
  const message = same.find((candidate) => needed.every((part) => fits(candidate, part))) ?? same[0];
  expect(message, `no "${head}" in:\n${all || ran.err || ran.out}`).toBeDefined();
  for (const part of needed) expect(fits(message ?? "", part), `"${part}" is not in:\n${message}`).toBe(true);
  for (const line of app?.excerpt ?? []) expect(message).toContain(line);
  expect(all).not.toMatch(/DVT9001|\n\s+at .*\(.*packages\/|node:internal|node_modules\/@dovetail/);
  return message ?? "";
}

/** State, journal and sidecar of an app's stages. */
export function stateFiles(app: WrittenApp): string[] {
  const folder = join(app.folder, ".dovetail");
  return existsSync(folder) ? readdirSync(folder).filter((name) => /\.(tfstate|journal|backup)/.test(name)) : [];
}

/** One command line in this process. */
export async function runHere(
  args: readonly string[],
  where: RunOptions & { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Ran> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const text = [stdout, stderr].map(collect);
  const code = await runCommandLine(args, {
    streams: { stdout, stderr, stdin: new PassThrough() },
    cwd: where.cwd,
    env: where.env,
    interrupt: where.interrupt ?? new AbortController().signal,
    interruptAgain: new AbortController().signal,
    ...(where.files === undefined ? {} : { files: where.files }),
  });
  stdout.end();
  stderr.end();
  const [out = "", err = ""] = await Promise.all(text);
  return { code, out, err, messages: messagesIn(err) };
}

async function collect(stream: PassThrough): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks).toString("utf8");
}

/** A message goes from its head to the line that is not indented. */
function messagesIn(text: string): string[] {
  const found: string[] = [];
  let open = false;
  for (const line of text.split("\n")) {
    if (/^(Error|Warning|Note) DVT\d{4}:/.test(line)) {
      found.push(line);
      open = true;
    } else if (open && (line === "" || line.startsWith("  "))) found[found.length - 1] += `\n${line}`;
    else open = false;
  }
  return found.map((message) => message.trimEnd());
}

function writeApp(folder: string, files: { readonly [path: string]: string }, run: WrittenApp["run"]): WrittenApp {
  let place: string | undefined;
  let excerpt: string[] = [];
  const write = (more: { readonly [path: string]: string }) => {
    for (const [path, text] of Object.entries(more)) {
      const at = text.indexOf(MARK);
      if (at >= 0) {
        const before = text.slice(0, at).split("\n");
        const line = text.replace(MARK, "").split("\n")[before.length - 1] ?? "";
        const column = (before.at(-1) ?? "").length;
        place = `${path}:${before.length}:${column + 1}`;
        excerpt = [`${before.length} | ${line}`, `${" ".repeat(String(before.length).length)} | ${" ".repeat(column)}^`];
      }
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text.replace(MARK, ""));
    }
  };
  mkdirSync(folder, { recursive: true });
  write(files);
  return {
    folder,
    get place() {
      return place;
    },
    get excerpt() {
      return excerpt;
    },
    run,
    write,
    read: (path) => readFileSync(join(folder, path), "utf8"),
    exists: (path) => existsSync(join(folder, path)),
  };
}
