import type { EvaluationHost } from "@dovetail/engine";
import { writeBody } from "@dovetail/hcl";
import { providerKey } from "../configuration/module-parts.ts";
import { unwrittenImports } from "../evaluate/imports.ts";
import type { ModuleScope } from "../evaluate/nodes.ts";
import { GENERATED_HEADER, generatedResource } from "../refactoring/generated-config.ts";

/**
 * The text of blocks for the objects that import blocks name and the configuration has no resources for (`-generate-config-out`);
 * undefined where there are none. Rejects with DiagnosticError.
 */
export async function generateConfig(root: ModuleScope, host: EvaluationHost): Promise<string | undefined> {
  const wanted = await unwrittenImports(root);
  if (wanted.length === 0 || host.readExisting === undefined) return undefined;
  const written = [];
  for (const { type, name, id, block } of [...wanted].sort((a, b) => (`${a.type}.${a.name}` < `${b.type}.${b.name}` ? -1 : 1))) {
    const { provider, range } = block;
    const use = root.run.providers.of(root, { type, range, ...(provider === undefined ? {} : { provider }) });
    await use.configured();
    const schema = await root.run.schema({ kind: "resource", provider: use.name, type, range });
    const place = { type, name, config: {}, sensitive: [], dependencies: [], provider: use.name, range };
    const { value, sensitive } = await host.readExisting({ ...place, id });
    const named = provider === undefined ? {} : { provider: providerKey(provider) };
    written.push(...generatedResource({ type, name, id, schema, value, sensitive, ...named }));
  }
  return writeBody([...GENERATED_HEADER, ...written]);
}
