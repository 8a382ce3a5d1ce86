/** The photo editor's infrastructure, and its modules' examples, as roots that are judged. */
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Phase } from "./phases.ts";

const EXAMPLE = join(import.meta.dirname, "../../../examples/photo-editor");
const MODULES = join(EXAMPLE, "infrastructure/modules");
const NOT_COPIED = /\/(\.dovetail|\.terraform|\.build)(\/|$)|\.tfvars$|terraform\.tfstate/;

/** The whole root with its var-file for the embedded cloud; then with what production adds to it. */
export function photoEditor(): readonly Phase[] {
  return [
    {
      name: "photo editor",
      async hands(cloud, folder) {
        const filter = (path: string) => !NOT_COPIED.test(path.slice(EXAMPLE.length));
        cpSync(join(EXAMPLE, "infrastructure"), folder, { recursive: true, filter });
        cpSync(join(EXAMPLE, "backend/dist"), join(folder, "../backend/dist"), { recursive: true });
        cpSync(join(EXAMPLE, "infrastructure/localstack.tfvars"), join(folder, "localstack.auto.tfvars"));
        writeFileSync(join(folder, "z.auto.tfvars"), `localstack_endpoint = "${cloud.endpoint}"\n`);
      },
    },
    {
      name: "photo editor with the BFF",
      async hands(_cloud, folder) {
        writeFileSync(join(folder, "zz.auto.tfvars"), "enable_bff_lambda = true\n");
      },
    },
  ];
}

/** Every module's `examples/basic`, called by one root. */
export function moduleExamples(): readonly Phase[] {
  const calls = readdirSync(MODULES).map(
    (name) => `module "${name.replaceAll("-", "_")}" {\n  source = "./modules/${name}/examples/basic"\n}\n`,
  );
  const main = `provider "aws" {\n  region = "us-east-1"\n}\n\n${calls.join("\n")}`;
  return [
    {
      name: "examples of modules",
      files: { "main.tf": main },
      hands: async (_cloud, folder) =>
        cpSync(MODULES, join(folder, "modules"), { recursive: true, filter: (path) => !NOT_COPIED.test(path) }),
    },
  ];
}
