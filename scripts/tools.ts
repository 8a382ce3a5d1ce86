/**
 * What tests need beyond npm: python3 with boto3 and the aws CLI. Found on PATH, else installed into `.ci-cache/python` from the
 * package registry; where neither works, the suites say `skipped: …` themselves. terraform and its provider are only looked for.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");
const folder = join(root, ".ci-cache", "python");
const INSTALL_MS_MAX = 300_000;

function works(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: "ignore", timeout: 60_000 }).status === 0;
}

/** The environment to run tests in, and what was found, a line each. */
export function prepareTools(env: NodeJS.ProcessEnv): { readonly env: NodeJS.ProcessEnv; readonly report: readonly string[] } {
  const report: string[] = [];
  const python = works("python3", "-c", "import boto3") && works("aws", "--version");
  let path = env.PATH ?? "";
  if (!python) {
    const installed = existsSync(join(folder, "bin", "aws")) || install();
    if (installed) path = `${join(folder, "bin")}${delimiter}${path}`;
    report.push(
      installed ? "boto3 and the aws CLI: in .ci-cache/python" : "boto3 and the aws CLI: not to be had; their suites are skipped",
    );
  }
  report.push(works("terraform", "version") ? "terraform: on PATH" : "terraform: not on PATH; its suites are skipped");
  return { env: { ...env, PATH: path }, report };
}

function install(): boolean {
  if (!works("python3", "--version")) return false;
  if (spawnSync("python3", ["-m", "venv", folder], { stdio: "ignore", timeout: INSTALL_MS_MAX }).status !== 0) return false;
  return (
    spawnSync(join(folder, "bin", "pip"), ["install", "--quiet", "boto3", "awscli"], { stdio: "ignore", timeout: INSTALL_MS_MAX })
      .status === 0
  );
}
