/** The pieces: folders of `pieces/`, each a small module that exercises a part of the language on AWS types; all are called by one root. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Files } from "./way.ts";

export const PIECES_FOLDER = join(import.meta.dirname, "pieces");
const THEN = /^then-(\d+)$/;
const CALL = "call.tf";
const DEFAULT_CALL = 'module "piece" {\n  source = "./piece"\n}\n';

export interface Piece {
  readonly name: string;
  /** Files of its module as they are at first and then become, by their path in it; and `call.tf`, the root's part. */
  readonly steps: readonly Files[];
}

export function readPieces(): readonly Piece[] {
  return readdirSync(PIECES_FOLDER)
    .sort()
    .map((name) => {
      const folder = join(PIECES_FOLDER, name);
      const steps: Files[] = [filesIn(folder)];
      for (const entry of readdirSync(folder)) {
        const step = THEN.exec(entry)?.[1];
        if (step !== undefined) steps[Number(step)] = filesIn(join(folder, entry));
      }
      return { name, steps: Array.from(steps, (files) => files ?? {}) };
    });
}

function filesIn(folder: string, prefix = ""): Files {
  return Object.assign(
    {},
    ...readdirSync(folder).map((entry): Files => {
      const path = join(folder, entry);
      if (!statSync(path).isDirectory()) return { [prefix + entry]: readFileSync(path, "utf8") };
      return prefix === "" && THEN.test(entry) ? {} : filesIn(path, `${prefix}${entry}/`);
    }),
  );
}

/** What the root that calls the pieces gets at a step. */
export function filesOfStep(pieces: readonly Piece[], step: number): Files {
  const files: { [path: string]: string | undefined } = step === 0 ? { "main.tf": ROOT } : {};
  for (const { name, steps } of pieces) {
    const own = steps[step];
    if (own === undefined) continue;
    for (const [path, text] of Object.entries(own)) if (path !== CALL) files[`pieces/${name}/${path}`] = text;
    const call = own[CALL] ?? (step === 0 ? DEFAULT_CALL : undefined);
    if (call === undefined) continue;
    files[`${name}.tf`] = call
      .replaceAll('"piece"', `"${name}"`)
      .replaceAll("module.piece.", `module.${name}.`)
      .replaceAll('"./piece"', `"./pieces/${name}"`);
  }
  if (step === 0) for (const { name, steps } of pieces) files[`${name}_outputs.tf`] = outputsOf(name, steps[0] ?? {});
  return files;
}

/** Every output of a piece as one of the root. */
function outputsOf(name: string, files: Files): string {
  const texts = Object.entries(files).filter(([path]) => path.endsWith(".tf") && !path.includes("/"));
  return texts
    .flatMap(([, text = ""]) => [...text.matchAll(/^output "(\w+)" \{\n([\s\S]*?)^\}/gm)])
    .map(([, output = "", body = ""]) => {
      const sensitive = /^\s*sensitive\s*=\s*true/m.test(body) ? "  sensitive = true\n" : "";
      return `output "${name}_${output}" {\n  value = module.${name}.${output}\n${sensitive}}\n`;
    })
    .join("\n");
}

const ROOT = `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

provider "aws" {
  alias  = "tagged"
  region = "us-east-1"
  default_tags {
    tags = merge({ Project = "four-ways" }, { Stage = terraform.workspace })
  }
  ignore_tags {
    key_prefixes = ["internal:"]
  }
}
`;
