import { type Block, type Body, type BodySchema, decodeBody, parseJson, parseNative, type Scope, type Val } from "@dovetail/hcl";
import { type BlockSchema, errorDiagnostic, isObject, type SourceRange, type Value, type ValueObject } from "@dovetail/model";
import type { Problems } from "../configuration/problems.ts";
import { plainValue } from "../values/to-engine.ts";
import type { EncryptionConfig, EncryptionTarget, KeyProviderConfig, MethodConfig } from "./encryption-config.ts";
import { KEY_PROVIDER_SCHEMAS } from "./key-provider-schemas.ts";
import { withAddresses } from "./static-scope.ts";

/** OpenTofu: "State and Plan Encryption" (read 2026-11). Terraform itself has no such block. */

const LABELS = ["type", "name"];
const SURFACE: BodySchema = {
  attributes: [],
  blocks: [
    { type: "key_provider", labels: LABELS },
    { type: "method", labels: LABELS },
    { type: "state", labels: [] },
    { type: "plan", labels: [] },
    { type: "remote_state_data_sources", labels: [] },
  ],
};
const TARGET: BodySchema = { attributes: [{ name: "method" }, { name: "enforced" }], blocks: [{ type: "fallback", labels: [] }] };
const REMOTE: BodySchema = {
  attributes: [],
  blocks: [
    { type: "default", labels: [] },
    { type: "remote_state_data_source", labels: ["name"] },
  ],
};

/** Where TF_ENCRYPTION is told to be. */
const ENVIRONMENT = "TF_ENCRYPTION";

/**
 * The configuration of both sources, the environment's over the files'; undefined where there is none.
 * @param values what expressions may refer to
 */
export function readEncryption(
  body: Body | undefined,
  environment: string | undefined,
  values: { readonly [name: string]: Val },
  problems: Problems,
): EncryptionConfig | undefined {
  const bodies = [...(body === undefined ? [] : [body]), ...environmentBody(environment, problems)];
  if (bodies.length === 0) return undefined;
  const blocks = bodies.flatMap((each) => {
    const content = each.content(SURFACE);
    problems.add(content.diagnostics);
    return content.blocks;
  });
  const addresses = blocks.filter(({ labels }) => labels.length === 2).map(({ type, labels }) => [type, ...labels].join("."));
  const reader = new EncryptionReader(withAddresses(values, addresses), problems);
  for (const block of blocks) reader.read(block);
  return reader.config();
}

/** JSON or HCL, as OpenTofu takes it. */
function environmentBody(text: string | undefined, problems: Problems): readonly Body[] {
  if (text === undefined || text.trim() === "") return [];
  const { body, diagnostics } = text.trimStart().startsWith("{") ? parseJson(text, ENVIRONMENT) : parseNative(text, ENVIRONMENT);
  problems.add(diagnostics);
  return [body];
}

class EncryptionReader {
  readonly #scope: Scope;
  readonly #problems: Problems;
  readonly #keyProviders = new Map<string, KeyProviderConfig>();
  readonly #methods = new Map<string, MethodConfig>();
  #state: EncryptionTarget | undefined;
  #plan: EncryptionTarget | undefined;
  #remote: EncryptionTarget | undefined;

  constructor(scope: Scope, problems: Problems) {
    this.#scope = scope;
    this.#problems = problems;
  }

  read(block: Block): void {
    const readers: { readonly [type: string]: (block: Block) => void } = {
      key_provider: (each) => this.#keyProvider(each),
      method: (each) => this.#method(each),
      state: ({ body, defRange }) => {
        this.#state = this.#target(body, defRange);
      },
      plan: ({ body, defRange }) => {
        this.#plan = this.#target(body, defRange);
      },
      remote_state_data_sources: (each) => this.#remotes(each),
    };
    readers[block.type]?.(block);
  }

  config(): EncryptionConfig {
    const [state, plan, remoteStates] = [this.#state, this.#plan, this.#remote];
    return {
      keyProviders: this.#keyProviders,
      methods: this.#methods,
      ...(state === undefined ? {} : { state }),
      ...(plan === undefined ? {} : { plan }),
      ...(remoteStates === undefined ? {} : { remoteStates }),
    };
  }

  #keyProvider({ labels: [type = "", name = ""], body, defRange }: Block): void {
    const schema = Object.hasOwn(KEY_PROVIDER_SCHEMAS, type) ? KEY_PROVIDER_SCHEMAS[type] : undefined;
    if (schema === undefined || (type !== "pbkdf2" && type !== "aws_kms")) {
      const known = Object.keys(KEY_PROVIDER_SCHEMAS).join(" and ");
      this.#refuse(`The key provider "${type}" is OpenTofu's, and Dovetail has ${known}.`, defRange);
      return;
    }
    const settings = this.#decoded(body, schema);
    const alias = settings.encrypted_metadata_alias;
    if ((settings.chain ?? null) !== null)
      this.#refuse("A key provider that is fed by another one (chain) is not supported.", defRange);
    const address = `key_provider.${type}.${name}`;
    this.#keyProviders.set(address, { type, settings, metaName: typeof alias === "string" ? alias : address });
  }

  #method({ labels: [type = "", name = ""], body, defRange }: Block): void {
    const address = `method.${type}.${name}`;
    if (type === "unencrypted") {
      this.#decoded(body, {});
      this.#methods.set(address, { type });
      return;
    }
    if (type !== "aes_gcm") {
      this.#refuse(`The encryption method "${type}" is not supported: there are aes_gcm and unencrypted.`, defRange);
      return;
    }
    const { keys, aad } = this.#decoded(body, AES_GCM);
    if (typeof keys !== "string" || !keys.startsWith("key_provider.")) {
      const detail = "The argument keys of an aes_gcm method must name a key provider of this block: key_provider.TYPE.NAME.";
      this.#refuse(detail, defRange);
      return;
    }
    const bytes = Array.isArray(aad) ? aad.filter((each): each is number => typeof each === "number") : undefined;
    this.#methods.set(address, { type, keys, ...(bytes === undefined ? {} : { aad: bytes }) });
  }

  #decoded(body: Body, schema: BlockSchema): ValueObject {
    const { value, diagnostics } = decodeBody(body, schema, this.#scope);
    this.#problems.add(diagnostics);
    const plain: Value = plainValue(value);
    return isObject(plain) ? plain : {};
  }

  #remotes({ body }: Block): void {
    const { blocks, diagnostics } = body.content(REMOTE);
    this.#problems.add(diagnostics);
    for (const block of blocks) {
      if (block.type === "default") this.#remote = this.#target(block.body, block.defRange);
      else
        this.#refuse(
          "Encryption of a single terraform_remote_state (remote_state_data_source) is not supported; default, of all of them, is.",
          block.defRange,
        );
    }
  }

  #target(body: Body, range: SourceRange): EncryptionTarget {
    const methods: string[] = [];
    let isEnforced = false;
    for (let at: Body | undefined = body; at !== undefined; ) {
      const { attributes, blocks, diagnostics } = at.content(TARGET);
      this.#problems.add(diagnostics);
      methods.push(...this.#methodOf(attributes.get("method")?.expression.evaluate(this.#scope), range));
      isEnforced ||= attributes.get("enforced")?.expression.evaluate(this.#scope).value.raw === true;
      at = blocks[0]?.body;
    }
    const isPlain = methods.some((address) => address.startsWith("method.unencrypted."));
    if (isEnforced && isPlain)
      this.#refuse("The unencrypted method is not allowed where enforced is true, neither as a fallback.", range);
    return { methods, isEnforced };
  }

  #methodOf(
    evaluated: { readonly value: Val; readonly diagnostics: Parameters<Problems["add"]>[0] } | undefined,
    range: SourceRange,
  ) {
    if (evaluated === undefined) {
      this.#refuse("It has no method, which says how it is encrypted.", range);
      return [];
    }
    this.#problems.add(evaluated.diagnostics);
    const { raw } = evaluated.value;
    return typeof raw === "string" ? [raw] : [];
  }

  #refuse(detail: string, range: SourceRange): void {
    this.#problems.add([errorDiagnostic("DVT2028", "Invalid encryption configuration", { detail, range })]);
  }
}

const AES_GCM: BlockSchema = {
  attributes: { keys: { type: "string", required: true }, aad: { type: ["list", "number"], optional: true } },
};
