/** Fetching the modules of a Terraform root, with what this machine and the target allow. */
import { DiagnosticError, hasErrors, systemClock, systemRandom, type ValueObject } from "@dovetail/model";
import { appRoot } from "./cloud-folder.ts";
import type { Invocation } from "./command.ts";
import { findCloud } from "./local-cloud.ts";
import { parseTarget, type Target } from "./target.ts";

const ARCHIVE_BYTES_MAX = 512 * 1024 * 1024;

/** Installs the modules of the root in a folder into `.terraform/modules`. Throws DiagnosticError with everything that is wrong; warnings are shown. */
export async function fetchModules(
  invocation: Invocation,
  root: string,
  { isUpgrade }: { readonly isUpgrade: boolean },
): Promise<void> {
  const { env, options, terminal, report } = invocation;
  const { dataFolderOf, installModules, nodeModuleFiles, vendoredFolders } = await import("@dovetail/terraform");
  const target = parseTarget(options.text("target"));
  const found = await installModules({
    places: { files: nodeModuleFiles(), root, dataFolder: dataFolderOf(root, env), vendored: vendoredFolders(root, env) },
    isUpgrade,
    tell: terminal.out,
    env,
    download: (url) => downloaded(url, target),
    async readObject({ bucket, key, region }) {
      const { readStateObject } = await import("@dovetail/provider-aws");
      const access: ValueObject = region === undefined ? {} : { region };
      const settings = { target: await awsTarget(invocation, target, root), env, clock: systemClock(), random: systemRandom() };
      const bytes = await readStateObject(access, { bucket, key }, settings);
      if (bytes === undefined) throw new Error(`there is no object s3://${bucket}/${key}`);
      return bytes;
    },
  });
  if (hasErrors(found)) throw new DiagnosticError(found);
  await report.show(found);
}

async function awsTarget({ env, terminal }: Invocation, target: Target, root: string) {
  if (target.kind === "aws") return { kind: "aws" as const };
  if (target.kind === "url") return { kind: "local" as const, endpoint: target.endpoint, isEmbedded: false };
  const endpoint = await findCloud({ root: appRoot(root), env, start: true, note: terminal.note });
  return { kind: "local" as const, endpoint: endpoint ?? "", isEmbedded: true };
}

/** Of a local target nothing leaves this machine. */
async function downloaded(url: string, target: Target): Promise<Uint8Array> {
  const { hostname } = new URL(url);
  if (target.kind !== "aws" && !["localhost", "127.0.0.1", "[::1]"].includes(hostname))
    throw new Error(
      `with this target nothing is asked of other machines. Put the module into vendor/modules, or fetch it with --target aws`,
    );
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`bad response code: ${answer.status}`);
  if (Number(answer.headers.get("content-length") ?? 0) > ARCHIVE_BYTES_MAX) throw new Error("the archive is too large");
  return new Uint8Array(await answer.arrayBuffer());
}
