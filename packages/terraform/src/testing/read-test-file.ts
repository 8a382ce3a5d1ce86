import { join, relative, resolve } from "node:path";
import { type Attribute, type Block, type BodyContent, type BodySchema, isEntries, parseJson, parseNative } from "@dovetail/hcl";
import { EMPTY_SCOPE, literalBool, literalString } from "../configuration/literals.ts";
import { checkName } from "../configuration/names.ts";
import type { Problems } from "../configuration/problems.ts";
import { readPassed } from "../configuration/read-call.ts";
import { readProvider } from "../configuration/read-provider.ts";
import { readRules, readTraversals } from "../configuration/read-rules.ts";
import type { Files } from "../files.ts";
import type { Expected, Mocked, MockProviderBlock, Override, RunBlock, TestFile } from "./test-file.ts";
import { traversalText } from "./traversal-text.ts";

/** Reading `*.tftest.hcl` and `*.tfmock.hcl`. */

const block = (type: string, ...labels: string[]) => ({ type, labels });
const attribute = (name: string, isRequired = false) => ({ name, isRequired });
const OVERRIDES = [block("override_resource"), block("override_data"), block("override_module")];

const FILE: BodySchema = {
  attributes: [],
  blocks: [
    block("run", "name"),
    block("variables"),
    block("provider", "name"),
    block("mock_provider", "name"),
    block("test"),
    ...OVERRIDES,
  ],
};
const MOCKS: BodySchema = {
  attributes: [],
  blocks: [block("mock_resource", "type"), block("mock_data", "type"), ...OVERRIDES],
};
const MOCK_PROVIDER: BodySchema = {
  attributes: [attribute("alias"), attribute("source"), attribute("override_during")],
  blocks: MOCKS.blocks,
};
const MOCKED: BodySchema = { attributes: [attribute("defaults"), attribute("override_during")], blocks: [] };
const OVERRIDE: BodySchema = {
  attributes: [attribute("target"), attribute("values"), attribute("override_during")],
  blocks: [],
};
const OVERRIDE_MODULE: BodySchema = {
  attributes: [attribute("target"), attribute("outputs"), attribute("override_during")],
  blocks: [],
};
const RUN: BodySchema = {
  attributes: ["command", "providers", "expect_failures", "state_key", "parallel"].map((name) => attribute(name)),
  blocks: [block("variables"), block("module"), block("plan_options"), block("assert"), ...OVERRIDES],
};
const PLAN_OPTIONS: BodySchema = {
  attributes: ["mode", "refresh", "replace", "target"].map((name) => attribute(name)),
  blocks: [],
};
const MODULE: BodySchema = { attributes: [attribute("source", true), attribute("version")], blocks: [] };

/** Reads a file. What is wrong is added to `problems`. */
export function readTestFile(files: Files, root: string, path: string, problems: Problems): TestFile {
  const content = contentOf(files, path, FILE, problems);
  const reader = new Reader(files, root, problems);
  const providers = content.filter(({ type }) => type === "provider").flatMap((each) => readProvider(each, problems) ?? []);
  const mocks = content.filter(({ type }) => type === "mock_provider").map((each) => reader.mockProvider(each));
  return {
    path,
    name: relative(root, path),
    variables: reader.variables(content),
    providers: new Map(providers.map((each) => [keyOf(each), each])),
    mocks: new Map(mocks.map((each) => [keyOf(each), each])),
    overrides: reader.overrides(content, false),
    runs: reader.runs(content),
  };
}

/** `aws`, `aws.west`. */
function keyOf({ name, alias }: { readonly name: string; readonly alias?: string }): string {
  return alias === undefined ? name : `${name}.${alias}`;
}

function contentOf(files: Files, path: string, schema: BodySchema, problems: Problems): readonly Block[] {
  const source = files.read(path) ?? new Uint8Array();
  const { body, diagnostics } = path.endsWith(".json") ? parseJson(source, path) : parseNative(source, path);
  const { blocks, diagnostics: found } = body.content(schema);
  problems.add([...diagnostics, ...found]);
  return blocks;
}

class Reader {
  readonly #files: Files;
  readonly #root: string;
  readonly #problems: Problems;

  constructor(files: Files, root: string, problems: Problems) {
    this.#files = files;
    this.#root = root;
    this.#problems = problems;
  }

  variables(blocks: readonly Block[]): TestFile["variables"] {
    const [first, second] = blocks.filter(({ type }) => type === "variables");
    if (first !== undefined && second !== undefined)
      this.#problems.twice(
        'Multiple "variables" blocks',
        (at) => `This file already has a variables block defined at ${at}.`,
        second.defRange,
        first.defRange,
      );
    const read = first?.body.justAttributes();
    this.#problems.add(read?.diagnostics ?? []);
    return new Map([...(read?.attributes ?? [])].map(([name, { expression }]) => [name, expression]));
  }

  runs(blocks: readonly Block[]): readonly RunBlock[] {
    const found = new Map<string, RunBlock>();
    for (const each of blocks.filter(({ type }) => type === "run")) {
      const run = this.#run(each);
      const first = found.get(run.name);
      if (first === undefined) found.set(run.name, run);
      else
        this.#problems.twice(
          'Duplicate "run" block names',
          (at) => `This test file already has a run block named ${run.name} defined at ${at}.`,
          run.range,
          first.range,
        );
    }
    return [...found.values()];
  }

  #run(from: Block): RunBlock {
    const content = this.#content(from, RUN);
    const { attributes, blocks } = content;
    const [name = ""] = from.labels;
    checkName(name, "Invalid run block name", from.labelRanges[0] ?? from.defRange, this.#problems);
    const providers = attributes.get("providers");
    const module = blocks.find(({ type }) => type === "module");
    const stateKey = literalString(attributes.get("state_key"), this.#problems);
    return {
      name,
      range: from.defRange,
      command: this.#keyword(attributes.get("command"), ["apply", "plan"] as const, "command") ?? "apply",
      variables: this.variables(blocks),
      ...(module === undefined ? {} : { module: this.#module(module) }),
      ...(providers === undefined ? {} : { providers: readPassed(providers, this.#problems) }),
      plan: this.#planOptions(blocks.find(({ type }) => type === "plan_options")),
      asserts: readRules(blocks, "assert", this.#problems),
      expected: this.#addresses(attributes.get("expect_failures")),
      ...(stateKey === undefined ? {} : { stateKey }),
      overrides: this.overrides(blocks, false),
    };
  }

  #module(from: Block): NonNullable<RunBlock["module"]> {
    const { attributes } = this.#content(from, MODULE);
    return { source: literalString(attributes.get("source"), this.#problems) ?? "", range: from.defRange };
  }

  #planOptions(from: Block | undefined): RunBlock["plan"] {
    const attributes = from === undefined ? undefined : this.#content(from, PLAN_OPTIONS).attributes;
    const mode = this.#keyword(attributes?.get("mode"), ["normal", "refresh-only"] as const, "mode");
    const addresses = (name: string) => this.#addresses(attributes?.get(name)).map(({ address }) => address);
    return {
      isRefreshOnly: mode === "refresh-only",
      refresh: literalBool(attributes?.get("refresh"), this.#problems) ?? true,
      replace: addresses("replace"),
      targets: addresses("target"),
    };
  }

  #addresses(from: Attribute | undefined): readonly Expected[] {
    if (from === undefined) return [];
    const items = from.expression.asList();
    if (items === undefined) {
      this.#problems.error("Invalid expression", "A static list expression is required.", from.expression.range);
      return [];
    }
    return readTraversals(items, this.#problems).map((each) => ({ address: traversalText(each), range: each.range }));
  }

  mockProvider(from: Block): MockProviderBlock {
    const [name = ""] = from.labels;
    const { attributes, blocks } = this.#content(from, MOCK_PROVIDER);
    const alias = literalString(attributes.get("alias"), this.#problems);
    const source = literalString(attributes.get("source"), this.#problems);
    const isPlanned = this.#isPlanned(attributes.get("override_during"), false);
    const all = [...(source === undefined ? [] : this.#mockFiles(source)), ...blocks];
    return {
      name,
      ...(alias === undefined ? {} : { alias }),
      range: from.defRange,
      resources: this.#mocked(all, "mock_resource", isPlanned),
      data: this.#mocked(all, "mock_data", isPlanned),
      overrides: this.overrides(all, isPlanned),
    };
  }

  /** Blocks of every `*.tfmock.hcl` in a folder. */
  #mockFiles(source: string): readonly Block[] {
    const folder = resolve(this.#root, source);
    const names = (this.#files.list(folder) ?? []).filter((each) => /\.tfmock\.hcl(\.json)?$|\.tfmock\.json$/.test(each));
    return names.flatMap((each) => contentOf(this.#files, join(folder, each), MOCKS, this.#problems));
  }

  #mocked(blocks: readonly Block[], type: string, isPlannedByDefault: boolean): ReadonlyMap<string, Mocked> {
    const mocked = blocks
      .filter((each) => each.type === type)
      .map((each): [string, Mocked] => {
        const { attributes } = this.#content(each, MOCKED);
        const isPlanned = this.#isPlanned(attributes.get("override_during"), isPlannedByDefault);
        return [each.labels[0] ?? "", { values: this.#values(attributes.get("defaults")), isPlanned }];
      });
    return new Map(mocked);
  }

  overrides(blocks: readonly Block[], isPlannedByDefault: boolean): readonly Override[] {
    return blocks.flatMap((each) => {
      const kind = KINDS.get(each.type);
      return kind === undefined ? [] : this.#override(each, kind, isPlannedByDefault);
    });
  }

  #override(from: Block, kind: Override["kind"], isPlannedByDefault: boolean): readonly Override[] {
    const { attributes } = this.#content(from, kind === "module" ? OVERRIDE_MODULE : OVERRIDE);
    const target = attributes.get("target")?.expression;
    if (target === undefined) {
      const detail = `${from.type} blocks must specify a target address.`;
      this.#problems.error("Missing target attribute", detail, from.defRange);
      return [];
    }
    const isPlanned = this.#isPlanned(attributes.get("override_during"), isPlannedByDefault);
    const values = this.#values(attributes.get(kind === "module" ? "outputs" : "values"));
    return readTraversals([target], this.#problems).map((each) => ({
      kind,
      target: traversalText(each),
      values,
      isPlanned: kind === "module" || isPlanned,
      range: from.defRange,
    }));
  }

  #values(from: Attribute | undefined): Mocked["values"] {
    if (from === undefined) return new Map();
    const { value, diagnostics } = from.expression.evaluate(EMPTY_SCOPE);
    this.#problems.add(diagnostics);
    if (isEntries(value.raw)) return value.raw;
    if (diagnostics.length === 0)
      this.#problems.error(`Invalid "${from.name}" value`, `The ${from.name} attribute must be an object.`, from.range);
    return new Map();
  }

  #isPlanned(from: Attribute | undefined, byDefault: boolean): boolean {
    const during = this.#keyword(from, ["plan", "apply"] as const, "override_during");
    return during === undefined ? byDefault : during === "plan";
  }

  #keyword<W extends string>(from: Attribute | undefined, words: readonly W[], name: string): W | undefined {
    if (from === undefined) return undefined;
    const text = from.expression.asKeyword();
    const word = words.find((each) => each === text);
    if (word === undefined)
      this.#problems.error(
        `Invalid "${name}" keyword`,
        `The "${name}" argument requires one of the following keywords without quotes: ${words.join(", ")}.`,
        from.expression.range,
      );
    return word;
  }

  #content(from: Block, schema: BodySchema): BodyContent {
    const content = from.body.content(schema);
    this.#problems.add(content.diagnostics);
    return content;
  }
}

const KINDS: ReadonlyMap<string, Override["kind"]> = new Map([
  ["override_resource", "resource"],
  ["override_data", "data"],
  ["override_module", "module"],
]);
