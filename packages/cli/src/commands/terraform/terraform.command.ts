import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { DiagnosticError, errorDiagnostic, systemClock, systemRandom } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { appRoot } from "../../cloud-folder.ts";
import { type Command, EXIT, type Invocation } from "../../command.ts";
import { type Edition, editionOfRoot } from "../../edition.ts";
import { findCloud } from "../../local-cloud.ts";
import { localEnvironment } from "../../local-environment.ts";

/** Providers of ours that terraform and tofu know by these names; `terraform` itself has terraform_data built in. */
const UTILITIES = ["random", "archive", "null", "local", "time", "tls", "http", "external", "cloudinit"] as const;
/** The same provider has an address in each registry. */
const REGISTRIES = ["registry.terraform.io", "registry.opentofu.org"] as const;
const PROGRAMS = ["terraform", "tofu"] as const;

export const terraformCommand: Command = {
  name: "terraform",
  summary: "Run terraform or tofu with our providers and the embedded AWS, nothing downloaded: dovetail terraform -- plan",
  positionals: { usage: "-- ARGUMENTS …", min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    "real-provider": { type: "boolean", help: "The AWS provider that terraform finds by itself, instead of ours" },
    program: { type: "string", value: "NAME", help: "terraform, tofu, or a path; default: the first of both on PATH" },
  },
  async run(invocation) {
    const { cwd, env, options, positionals, terminal } = invocation;
    const root = rootOf(cwd, positionals);
    const endpoint = await findCloud({ root: appRoot(root), env, start: true, note: (line) => terminal.note(line) });
    const served = await serve(root, endpoint ?? "", options.flag("real-provider"));
    const comeBack = standIn(root);
    try {
      const chosen = options.text("program");
      return await runFirst(chosen === undefined ? PROGRAMS : [chosen], invocation, {
        ...env,
        ...localEnvironment(endpoint ?? "", env),
        AWS_S3_USE_PATH_STYLE: "true",
        // The real provider reads profiles by itself, and some of them lead to AWS.
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        TF_REATTACH_PROVIDERS: JSON.stringify(served.reattach),
      });
    } finally {
      comeBack();
      await served.close();
    }
  },
};

/** Paths that a provider is given start from the root's folder, where terraform would have started it; a root that is not there it names itself. */
function standIn(root: string): () => void {
  const before = process.cwd();
  if (existsSync(root)) process.chdir(root);
  return () => process.chdir(before);
}

/** The root that `-chdir=DIR` names, else the working folder. */
function rootOf(cwd: string, args: readonly string[]): string {
  const chdir = args.find((each) => each.startsWith("-chdir="))?.slice("-chdir=".length);
  return resolve(cwd, chdir ?? ".");
}

/** Serves every provider of ours; the value of `TF_REATTACH_PROVIDERS`. */
async function serve(root: string, endpoint: string, realProvider: boolean) {
  const { serveProvider } = await import("@dovetail/provider-plugin");
  const { createUtilityProvider } = await import("@dovetail/provider-utilities");
  const makers: [string, () => Provider][] = UTILITIES.map((name) => [
    name,
    () => createUtilityProvider(name, { clock: systemClock(), random: systemRandom() }),
  ]);
  if (!realProvider) makers.push(["aws", await awsMaker(endpoint, await editionOfRoot(root))]);
  const served = await Promise.all(makers.map(async ([name, make]) => [name, await serveProvider(make, process.pid)] as const));
  return {
    reattach: Object.fromEntries(
      served.flatMap(([name, { reattach }]) => REGISTRIES.map((registry) => [`${registry}/hashicorp/${name}`, reattach])),
    ),
    close: async () => {
      await Promise.all(served.map(([, each]) => each.close()));
    },
  };
}

async function awsMaker(endpoint: string, edition: Edition): Promise<() => Provider> {
  const { createAwsProvider } = await import("@dovetail/provider-aws");
  return () =>
    createAwsProvider({ edition, target: { kind: "local", endpoint }, env: {}, clock: systemClock(), random: systemRandom() });
}

/** Runs the first program that is there; its exit code. */
async function runFirst(programs: readonly string[], invocation: Invocation, env: NodeJS.ProcessEnv): Promise<number> {
  for (const program of programs) {
    const code = await runOne(program, invocation, env);
    if (code !== undefined) return code;
  }
  throw new DiagnosticError(
    errorDiagnostic("DVT7001", "Usage", {
      detail: `${programs.join(" and ")} cannot be found on PATH.`,
      fix: "Install terraform or OpenTofu, or name the program: dovetail terraform --program /path/to/tofu -- plan",
    }),
  );
}

/**
 * On a terminal Ctrl-C reaches the program by itself, and this process waits for it. Elsewhere a signal comes to this process alone and
 * is handed on, once, to a program that is in a group of its own: two of them would mean to terraform that it shall drop everything.
 */
function runOne(
  program: string,
  { cwd, positionals, interrupt, interruptAgain }: Invocation,
  env: NodeJS.ProcessEnv,
): Promise<number | undefined> {
  const isOnTerminal = process.stdin.isTTY === true;
  return new Promise((resolve, reject) => {
    const child = spawn(program, positionals, { cwd, env, stdio: "inherit", detached: !isOnTerminal });
    const handOn = () => void child.kill("SIGINT");
    if (!isOnTerminal) for (const signal of [interrupt, interruptAgain]) signal.addEventListener("abort", handOn);
    const ended = () => {
      for (const signal of [interrupt, interruptAgain]) signal.removeEventListener("abort", handOn);
    };
    child.on("error", (error: NodeJS.ErrnoException) => {
      ended();
      if (error.code === "ENOENT") resolve(undefined);
      else reject(error);
    });
    child.on("exit", (code) => {
      ended();
      resolve(code ?? EXIT.failed);
    });
  });
}
