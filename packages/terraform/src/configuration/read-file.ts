import type { Block, Body } from "@dovetail/hcl";
import { bodySchema } from "./body-schemas.ts";
import { literalString } from "./literals.ts";
import type { ModuleParts } from "./module-parts.ts";
import { checkName } from "./names.ts";
import type { Problems } from "./problems.ts";
import { readCall } from "./read-call.ts";
import { readProvider, readRequiredProviders, versionOf } from "./read-provider.ts";
import { readCheck, readImport, readMoved, readRemoved } from "./read-refactoring.ts";
import { readResource } from "./read-resource.ts";
import { readOutput, readVariable } from "./read-variable.ts";

/** Adds what the top-level blocks of a module's files declare to the module. */
export function readBlocks(blocks: readonly Block[], parts: ModuleParts, problems: Problems): void {
  for (const block of blocks) READERS[block.type]?.(block, parts, problems);
}

type Reader = (block: Block, parts: ModuleParts, problems: Problems) => void;

const READERS: { readonly [type: string]: Reader } = {
  terraform: readTerraform,
  language: () => undefined,
  locals: readLocals,
  variable: (block, parts, problems) => give(readVariable(block, problems), (each) => parts.variable(each)),
  output: (block, parts, problems) => give(readOutput(block, problems), (each) => parts.output(each)),
  provider: (block, parts, problems) => give(readProvider(block, problems), (each) => parts.provider(each)),
  module: (block, parts, problems) => give(readCall(block, problems), (each) => parts.call(each)),
  resource: (block, parts, problems) => give(readResource(block, "managed", problems), (each) => parts.resource(each)),
  data: (block, parts, problems) => give(readResource(block, "data", problems), (each) => parts.resource(each)),
  ephemeral: (block, parts, problems) => give(readResource(block, "ephemeral", problems), (each) => parts.resource(each)),
  moved: (block, parts, problems) => give(readMoved(block, problems), (each) => parts.moved.push(each)),
  removed: (block, parts, problems) => give(readRemoved(block, problems), (each) => parts.removed.push(each)),
  import: (block, parts, problems) => give(readImport(block, problems), (each) => parts.imports.push(each)),
  check(block, parts, problems) {
    const read = readCheck(block, problems);
    if (read === undefined) return;
    parts.check(read.check);
    if (read.data !== undefined) parts.resource(read.data);
  },
};

function give<T>(item: T | undefined, put: (item: T) => void): void {
  if (item !== undefined) put(item);
}

function readLocals(block: Block, parts: ModuleParts, problems: Problems): void {
  const { attributes, diagnostics } = block.body.justAttributes();
  problems.add(diagnostics);
  for (const [name, attribute] of attributes) {
    if (checkName(name, "Invalid local value name", attribute.nameRange, problems))
      parts.local({ name, expression: attribute.expression, range: attribute.range });
  }
}

function readTerraform(block: Block, parts: ModuleParts, problems: Problems): void {
  const { attributes, blocks, diagnostics } = block.body.content(bodySchema("terraform"));
  problems.add(diagnostics);
  const version = versionOf(attributes.get("required_version"), problems);
  if (version !== undefined) parts.requiredVersions.push(version);
  const experiments = attributes.get("experiments");
  if (experiments !== undefined)
    problems.warning(
      "Experiments have no effect",
      "Dovetail has no experimental language features.",
      experiments.range,
      "DVT2028",
    );
  for (const inner of blocks) TERRAFORM_READERS[inner.type]?.(inner, parts, problems);
}

const TERRAFORM_READERS: { readonly [type: string]: Reader } = {
  required_providers: (block, parts, problems) => parts.required(readRequiredProviders(block.body, problems), block.defRange),
  backend: (block, parts) => parts.backendBlock({ type: block.labels[0] ?? "", range: block.defRange, body: block.body }),
  // What a module's author tells a provider's author; no provider that we know does anything with it.
  provider_meta: () => undefined,
  cloud: (block, _, problems) =>
    problems.error(
      "HCP Terraform is not supported",
      'The "cloud" block keeps state and runs in HCP Terraform, which Dovetail cannot reach. Use a "backend" block instead, or none: then the state is kept in terraform.tfstate.',
      block.defRange,
      "DVT2028",
    ),
  encryption: (block, parts) => parts.encryptionBlock(block),
};

/** The text of `terraform { backend "TYPE" { NAME = … } }`. */
export function backendText(body: Body, name: string, problems: Problems): string | undefined {
  return literalString(body.justAttributes().attributes.get(name), problems);
}
