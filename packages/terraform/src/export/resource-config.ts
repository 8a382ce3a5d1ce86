import {
  type AttributeSchema,
  type BlockSchema,
  isList,
  isObject,
  type MutableValueObject,
  type Path,
  pathStartsWith,
  type ResourceSchema,
  type Value,
  type ValueObject,
  valueAt,
} from "@dovetail/model";
import type { Artifact, Artifacts } from "./artifacts.ts";
import { artifactExpression } from "./artifacts.ts";
import { explain, type Seen } from "./explain-value.ts";
import type { RecordedResource, Recording } from "./record-program.ts";
import type { SharedTags } from "./shared-tags.ts";
import { spelled } from "./stand-ins.ts";
import type { Variables } from "./variables.ts";

/** The config of one resource as an export sees it: with what becomes a variable or a file exchanged for stand-ins already. */
export interface ConfigSeen {
  readonly real: ValueObject;
  readonly marked: Value | undefined;
  readonly respelled: Value | undefined;
  /** What the state holds otherwise than the export says: attribute -> value. */
  readonly changed: { readonly [attribute: string]: Value };
}

export interface ConfigParts {
  /** The objects are imported, not moved along in a state. */
  readonly isImported: boolean;
  readonly recording: Recording;
  readonly variables: Variables;
  readonly artifacts: Artifacts;
  readonly sharedTags: SharedTags;
}

/**
 * Arguments that an import does not find out, and whose value then replaces the object although it is the default: `false` is left out.
 * Source: the note on imports of each type's page in the documentation of the AWS provider (read 2026-11).
 */
const UNREAD: { readonly [type: string]: string } = { aws_cognito_user_pool_client: "generate_secret" };

function withoutUnread({ type, config }: RecordedResource["registration"], isImported: boolean): ValueObject {
  const unread = isImported && Object.hasOwn(UNREAD, type) ? UNREAD[type] : undefined;
  return Object.fromEntries(Object.entries(config).filter(([name, value]) => name !== unread || value !== false));
}

/** Types whose attribute names a file that AWS is sent. */
export const FILE_ATTRIBUTES: { readonly [type: string]: string } = {
  aws_lambda_function: "filename",
  aws_lambda_layer_version: "filename",
  aws_s3_object: "source",
  aws_s3_bucket_object: "source",
};
const HASH_ATTRIBUTES = ["source_code_hash", "source_hash"] as const;

/** What there is of a resource's config in the evaluations, and of its name where the app leaves that to Dovetail. */
export function configSeen(parts: ConfigParts, resource: RecordedResource, named: ValueObject): ConfigSeen {
  const { recording, variables } = parts;
  const { address, registration, schema } = resource;
  const of = (passes: Recording["marked"]) => {
    const config = passes.find(({ resources }) => resources.has(address))?.resources.get(address)?.registration.config;
    return config === undefined ? undefined : { ...named, ...config };
  };
  const real: ValueObject = { ...named, ...withoutUnread(registration, parts.isImported) };
  let seen: Seen = { real, marked: of(recording.marked), respelled: of(recording.respelled) };
  const changed: MutableValueObject = {};
  const put = (path: Path, text: string) => {
    seen = withStandIn(recording, seen, path, text);
  };
  const artifact = fileOf(parts.artifacts, resource, real);
  if (artifact !== undefined) exchangeFile(artifact, resource, real, changed, put);
  const tags = parts.sharedTags.expressionOf("tags", seenAt(seen, ["tags"]));
  if (tags !== undefined && resource.registration.sensitive.every(([first]) => first !== "tags")) put(["tags"], tags);
  for (const path of secretPaths(resource, real)) {
    const value = valueAt(real, path);
    if (value === undefined || value === null || value === "") continue;
    const explained = explain(recording.standIns, seenAt(seen, path));
    if (!explained.holdsLiteral && !explained.isWorkedOut) continue;
    const name = variables.secret(value, [registration.name, ...path.map(String)], `${wordsOf(path)} of ${address}`);
    put(path, `var.${name}`);
  }
  for (const path of missingPaths(recording, seen, schema)) {
    const name = variables.missing(
      [registration.name, ...path.map(String)],
      `${wordsOf(path)} of ${address}: not known before a deploy`,
    );
    put(path, `var.${name}`);
  }
  return { real, marked: seen.marked, respelled: seen.respelled, changed };
}

/** What is seen of the part at a path. */
export function seenAt({ real, marked, respelled }: Seen, path: Path): Seen {
  return {
    real: valueAt(real, path) ?? null,
    marked: marked === undefined ? undefined : valueAt(marked, path),
    ...(respelled === undefined ? {} : { respelled: valueAt(respelled, path) }),
  };
}

function wordsOf(path: Path): string {
  return path.filter((step) => typeof step === "string").join(".");
}

/** A stand-in for the whole value at a path, in all the evaluations. */
export function withStandIn({ standIns }: Recording, { real, marked, respelled }: Seen, path: Path, text: string): Seen {
  const number = standIns.number({ text, from: "", real: valueAt(real, path) ?? null });
  return {
    real,
    marked: replaced(marked ?? real, path, spelled(number, "text", "a")),
    respelled: replaced(respelled ?? marked ?? real, path, spelled(number, "text", "b")),
  };
}

function replaced(value: Value, path: Path, by: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined) return by;
  if (isList(value)) return value.map((part, i) => (i === step ? replaced(part, rest, by) : part));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, name === step ? replaced(part, rest, by) : part]));
}

function fileOf(artifacts: Artifacts, { registration }: RecordedResource, config: ValueObject): Artifact | undefined {
  const attribute = Object.hasOwn(FILE_ATTRIBUTES, registration.type) ? FILE_ATTRIBUTES[registration.type] : undefined;
  const given = attribute === undefined ? undefined : config[attribute];
  return typeof given === "string" && given !== "" ? artifacts.take(given, registration.name) : undefined;
}

function exchangeFile(
  artifact: Artifact,
  { registration }: RecordedResource,
  config: ValueObject,
  changed: MutableValueObject,
  put: (path: Path, text: string) => void,
): void {
  const attribute = FILE_ATTRIBUTES[registration.type] ?? "";
  const { text, value } = artifactExpression(artifact);
  put([attribute], text);
  changed[attribute] = value;
  for (const hash of HASH_ATTRIBUTES) if (config[hash] === artifact.sha256) put([hash], `filebase64sha256(${text})`);
}

/** Places of the config whose values are secret: the program says so, or the type does. */
function secretPaths({ registration, schema }: RecordedResource, config: ValueObject): readonly Path[] {
  const told = registration.sensitive.filter((path) => valueAt(config, path) !== undefined);
  const typed = isPlainParameter(registration.type, config) ? [] : typedSecrets(schema, config, []);
  const all = [...told, ...typed];
  const isInOther = (path: Path, i: number) =>
    all.some((other, j) => i !== j && pathStartsWith(path, other) && (other.length < path.length || j < i));
  return all.filter((path, i) => !isInOther(path, i));
}

/** The schema calls every parameter's value sensitive; one that is no SecureString is kept in clear by SSM too. */
function isPlainParameter(type: string, config: ValueObject): boolean {
  return type === "aws_ssm_parameter" && config.type !== "SecureString";
}

function typedSecrets(schema: BlockSchema, value: ValueObject, above: Path): readonly Path[] {
  return Object.entries(value).flatMap(([name, part]): readonly Path[] => {
    const path = [...above, name];
    const attribute = schema.attributes?.[name];
    if (attribute !== undefined) return attributeSecrets(attribute, part, path);
    const block = schema.blocks?.[name];
    return block === undefined ? [] : itemSecrets(block, part, path);
  });
}

function attributeSecrets(attribute: AttributeSchema, value: Value, path: Path): readonly Path[] {
  if (attribute.sensitive === true || attribute.write_only === true) return [path];
  return attribute.nested_type === undefined ? [] : itemSecrets({ attributes: attribute.nested_type.attributes }, value, path);
}

function itemSecrets(schema: BlockSchema, value: Value, path: Path): readonly Path[] {
  if (isList(value)) return value.flatMap((item, i) => (isObject(item) ? typedSecrets(schema, item, [...path, i]) : []));
  return isObject(value) ? typedSecrets(schema, value, path) : [];
}

/** Arguments, whole ones, that hold something that is not known and that no expression tells. */
function missingPaths({ standIns }: Recording, { real, marked, respelled }: Seen, schema: ResourceSchema): readonly Path[] {
  if (!isObject(real)) return [];
  const missing: Path[] = [];
  for (const [name, value] of Object.entries(real)) {
    if (schema.attributes?.[name] === undefined) continue;
    const explained = explain(standIns, seenAt({ real, marked, respelled }, [name]));
    if (value !== null && explained.isMissing) missing.push([name]);
  }
  return missing;
}
