/**
 * What tests need beyond npm: python3 with boto3 and the aws CLI. Found on PATH, else installed into `.ci-cache/python` from the
 * package registry; where neither works, the suites say `skipped: …` themselves. terraform and a mirror of its AWS provider are only looked for.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");
const folder = join(root, ".ci-cache", "python");
const INSTALL_MS_MAX = 300_000;
const FIND_MS_MAX = 60_000;

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
  const mirror = env.DOVETAIL_TF_MIRROR ?? findMirror();
  report.push(
    mirror === undefined
      ? "the real AWS provider: no filesystem mirror on this machine; its suites are skipped"
      : "the real AWS provider: in a filesystem mirror",
  );
  report.push(works("terraform", "version") ? "terraform: on PATH" : "terraform: not on PATH; its suites are skipped");
  return { env: { ...env, PATH: path, ...(mirror === undefined ? {} : { DOVETAIL_TF_MIRROR: mirror }) }, report };
}

/** Where mirrors usually lie is looked through first: the whole of a disk that is busy or full of small files takes too long. */
const MIRROR_PLACES = ["/opt", "/usr", "/"];

/** The root of a Terraform filesystem mirror that holds the AWS provider 5.100.0, wherever it lies on this machine. */
function findMirror(): string | undefined {
  for (const place of MIRROR_PLACES) {
    const found = findMirrorIn(place);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findMirrorIn(place: string): string | undefined {
  const wanted = "/registry.terraform.io/hashicorp/aws/5.100.0/";
  const found = spawnSync(
    "find",
    [place, "-xdev", "-maxdepth", "9", "-type", "f", "-path", `*${wanted}*`, "-name", "terraform-provider-aws_v5*"],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: FIND_MS_MAX,
    },
  );
  const file = found.stdout.split("\n")[0] ?? "";
  const end = file.indexOf(wanted);
  return end > 0 ? file.slice(0, end) : undefined;
}

function install(): boolean {
  if (!works("python3", "--version")) return false;
  if (spawnSync("python3", ["-m", "venv", folder], { stdio: "ignore", timeout: INSTALL_MS_MAX }).status !== 0) return false;
  return (
    spawnSync(join(folder, "bin", "pip"), ["install", "--quiet", "boto3", "awscli"], { stdio: "ignore", timeout: INSTALL_MS_MAX })
      .status === 0
  );
}
