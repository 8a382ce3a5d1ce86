/** One root through Dovetail's engine in memory and through the real terraform in a folder: what each says, in comparable form. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface RealTerraform {
  readonly folder: string;
  write(files: { readonly [path: string]: string | undefined }): void;
  /** Runs terraform; throws with what it said unless it ends with one of the codes. */
  run(args: readonly string[], codes?: readonly number[]): { readonly code: number; readonly out: string };
  state(): Json;
  plan(variables: readonly string[]): Json;
  dispose(): void;
}

/** @param reattach providers that are served to it: the value of `TF_REATTACH_PROVIDERS` */
export function realTerraform(reattach?: string): RealTerraform {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-roots-"));
  writeFileSync(join(folder, "..terraformrc"), "");
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    CHECKPOINT_DISABLE: "1",
    TF_CLI_CONFIG_FILE: join(folder, "..terraformrc"),
    ...(reattach === undefined ? {} : { TF_REATTACH_PROVIDERS: reattach }),
  };
  const root: RealTerraform = {
    folder,
    write(files) {
      for (const [path, text] of Object.entries(files)) {
        const file = join(folder, path);
        if (text === undefined) rmSync(file, { force: true });
        else {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text);
        }
      }
    },
    run(args, codes = [0]) {
      const ran = spawnSync("terraform", args, { cwd: folder, env, encoding: "utf8" });
      const code = ran.status ?? -1;
      if (!codes.includes(code)) throw new Error(`terraform ${args.join(" ")} ended with ${code}\n${ran.stdout}\n${ran.stderr}`);
      return { code, out: ran.stdout };
    },
    state: () => JSON.parse(readFileSync(join(folder, "terraform.tfstate"), "utf8")) as Json,
    plan(variables) {
      root.run(["plan", "-input=false", "-out=plan", ...variables.map((each) => `-var=${each}`)]);
      return JSON.parse(root.run(["show", "-json", "plan"]).out) as Json;
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
  return root;
}
